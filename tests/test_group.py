"""Near-duplicates are found; other stories are not."""

from __future__ import annotations

from babelwire import group
from babelwire.model import Article, Block, BlockKind, Inline

WIRE = (
    "The harbour town of Linden opened its rebuilt pier on Saturday after four years of work. Mayor Ines Calder said that the "
    "council had spent eleven million crowns, two million less than planned. Fishing crews will move back in the spring, and a "
    "ferry to the islands is to run from June. Residents lined the quay in the rain to hear the brass band play."
)
OTHER = (
    "Researchers at the northern observatory counted more meteors this August than in any year since records began. The team "
    "credits a dense stream of dust left by an old comet and a run of clear nights. A catalogue of the brightest is to appear "
    "in the autumn, and schools may borrow the instruments that were built for the survey."
)


def article(key: str, text: str) -> Article:
    url = f"https://a.example/{key}"
    blocks = (Block(kind=BlockKind.PARAGRAPH, inline=Inline(text)),)
    return Article(key=key, source_id="a", url=url, canonical_url=url, headline=key, language="en", blocks=blocks)


def shared(one: tuple[int, ...], two: tuple[int, ...]) -> int:
    return len(set(one) & set(two))


def test_a_wire_copy_with_small_edits_is_a_twin() -> None:
    mine = group.sketch(article("b", "LINDEN - " + WIRE.replace("Saturday", "Sunday") + " (Agency)"))
    theirs = group.sketch(article("a", WIRE))
    assert group.twin(mine, [("a", "story-a", shared(mine, theirs))], "b") == ("a", "story-a")


def test_another_story_is_none() -> None:
    mine, theirs = group.sketch(article("b", OTHER)), group.sketch(article("a", WIRE))
    assert group.twin(mine, [("a", "story-a", shared(mine, theirs))], "b") is None


def test_an_article_is_not_its_own_twin_and_short_texts_have_none() -> None:
    mine = group.sketch(article("a", WIRE))
    assert group.twin(mine, [("a", "s", len(mine))], "a") is None
    assert group.sketch(article("c", "Too short to tell.")) == ()
