"""Attention as alignment: believed only of a model that aligns what it copies."""

from __future__ import annotations

from pathlib import Path

from babelwire.engines.ct2_align import Alignment, aligned, trusted
from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.model import Context, Hypothesis, Inline, Markup, Pair, Span, SpanKind
from babelwire.text.inline import protect, restore

TINY = Path(__file__).parent / "models" / "tiny-en-fr"
SOURCE, TARGET = "The Russian minister, Ivanov.", "Le ministre russe, Ivanov."
PIECES = ["▁The", "▁", "Russ", "ian", "▁minister", ",", "▁Ivanov", "."]
SAID = ["▁Le", "▁minist", "re", "▁russe", ",", "▁Ivan", "ov", "."]
#: Which source piece each target piece looks at.
LOOKS = [0, 4, 4, 2, 5, 6, 6, 7]


def attention(looks: list[int]) -> list[list[float]]:
    return [[0.9 if column == look else 0.1 / 7 for column in range(8)] for look in looks]


def words(pairs: Alignment) -> list[tuple[str, str]]:
    return [(SOURCE[a:b], TARGET[c:d]) for a, b, c, d in pairs]


def test_pieces_become_words_without_their_punctuation() -> None:
    pairs = aligned(SOURCE, PIECES, TARGET, SAID, attention(LOOKS))
    assert words(pairs) == [("The", "Le"), ("minister", "ministre"), ("Russian", "russe"), ("Ivanov", "Ivanov")]


def test_words_without_a_clear_answer_are_left_out() -> None:
    even = [1 / 4, 1 / 12, 1 / 12, 1 / 12, 1 / 8, 1 / 8, 1 / 8, 1 / 8]
    assert aligned(SOURCE, PIECES, TARGET, SAID, [even for _ in SAID]) == ()


def test_pieces_that_are_not_those_of_the_words_give_nothing() -> None:
    assert aligned(SOURCE, PIECES[:-2], TARGET, SAID, attention(LOOKS)) == ()
    assert aligned("", [], TARGET, SAID, []) == ()


def test_it_places_a_link() -> None:
    span = Span(start=4, end=11, kind=SpanKind.LINK, href="https://a.example/")
    pairs = aligned(SOURCE, PIECES, TARGET, SAID, attention(LOOKS))
    restored = restore(protect(Inline(SOURCE, (span,)), Markup.ALIGN), Hypothesis(text=TARGET, alignment=pairs))
    [found] = restored.inline.spans
    assert restored.inline.text[found.start : found.end] == "russe"
    assert not restored.guessed


def test_a_model_is_trusted_if_copies_align_to_themselves() -> None:
    good = aligned(SOURCE, PIECES, TARGET, SAID, attention(LOOKS))
    bad = aligned(SOURCE, PIECES, TARGET, SAID, attention(LOOKS[::-1]))
    assert trusted([(SOURCE, TARGET, good)] * 5)
    assert not trusted([(SOURCE, TARGET, good)] * 4), "too few copies say nothing"
    assert not trusted([(SOURCE, TARGET, good)] * 5 + [(SOURCE, TARGET, bad)] * 5)


def test_a_model_trained_without_guidance_is_not_trusted_and_works_without() -> None:
    engine = CTranslate2(path=str(TINY), threads=1, align=True)
    assert engine.markup is Markup.NONE
    [answer] = engine.translate(["The minister approved the budget."], Pair("en", "fr"), Context())
    assert answer.alignment == ()


def test_the_attention_of_a_real_model_is_read() -> None:
    engine = CTranslate2(path=str(TINY), threads=1)
    engine.markup = Markup.ALIGN
    [answer] = engine.translate(["33 workers were injured in Geneva."], Pair("en", "fr"), Context())
    source = "33 workers were injured in Geneva."
    assert ("Geneva", "Genève") in [(source[a:b], answer.text[c:d]) for a, b, c, d in answer.alignment]
