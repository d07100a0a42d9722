from __future__ import annotations

from babelwire import check
from babelwire.model import Inline, Origin, Pair, Passage, Rendering, Segment

EN_FR = Pair("en", "fr")


def passage(place: str, *sentences: tuple[str, str], origin: Origin = Origin.ENGINE) -> Passage:
    made = (
        Rendering(source=Segment("" if n == 0 else " ", Inline(s)), target=Inline(t), origin=origin) for n, (s, t) in enumerate(sentences)
    )
    return Passage(place=place, renderings=tuple(made))


def found(*passages: Passage) -> list[tuple[str, str]]:
    return [(place, issue.kind) for place, issue in check.article(passages, EN_FR)]


def test_one_phrase_rendered_two_ways() -> None:
    """Seed fault 6."""
    one = passage("standfirst", ("He spoke of “a sobering effect”.", "Il a parlé d’« un effet dégrisant »."))
    other = passage("block:0", ("It was “a sobering effect”, he said.", "C’était « un effet qui donne à réfléchir », a-t-il dit."))
    same = passage("block:0", ("It was “a sobering effect”, he said.", "C’était « un effet dégrisant », a-t-il dit."))
    assert found(one, other) == [("block:0", "two-renderings")]
    assert found(one, same) == []


def test_one_name_in_two_cases() -> None:
    """Seed fault 9."""
    one = passage("block:0", ("There the blue helmets were hit.", "C’est là que les casques bleus ont été touchés."))
    other = passage("block:1", ("Then the blue helmets left.", "Puis les Casques bleus sont partis."))
    assert ("block:1", "two-cases") in found(one, other)
    assert found(one, passage("block:1", ("Then the blue helmets left.", "Puis les casques bleus sont partis."))) == []


def test_two_sentences_came_out_as_one_and_the_same() -> None:
    target = "Le ministre a dit que tout irait bien."
    one = passage("block:0", ("The minister said all would be well.", target))
    assert found(one, passage("block:1", ("Nobody knows where the money went.", target))) == [("block:1", "repeated")]
    assert found(one, passage("block:1", ("The minister said all would be well.", target))) == []


def test_a_quotation_may_open_in_one_sentence_and_close_in_the_next() -> None:
    good = passage("block:0", ("“We will stay.", "« Nous resterons."), ("We have to.”", "Il le faut. »"))
    bad = passage("block:1", ("“We will stay.", "« Nous resterons."), ("We have to.”", "Il le faut."))
    assert found(good) == []
    assert found(bad) == [("block:1", "quotation-passage")]


def test_a_passage_with_an_original_sentence_is_not_held_to_it() -> None:
    assert found(passage("block:0", ("“We will stay.", "« Nous resterons."), origin=Origin.ORIGINAL)) == []
