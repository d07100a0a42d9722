"""No link is lost, invented or put where it was only guessed, whatever an engine can do with marks and however it orders words."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.model import Context, Hypothesis, Inline, Markup, Origin, Pair, Span, SpanKind, Translation
from tests.translate.world import Dictionary, Fake, echoed, shuffled, task, translate

WORDS = [
    "the",
    "minister",
    "said",
    "that",
    "Reuters",
    "had",
    "seen",
    "report",
    "council",
    "in",
    "Linden",
    "240",
    "people",
    "old",
    "harbour",
]
ENGINES = {
    "native": lambda: Fake(echoed, Markup.NATIVE),
    "align": lambda: Fake(echoed, Markup.ALIGN),
    "none": lambda: Fake(echoed, Markup.NONE),
    "shuffled": lambda: Fake(shuffled, Markup.NONE),
}


@st.composite
def paragraphs(draw: st.DrawFn) -> Inline:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=6, max_size=16))
    words[0] = words[0].capitalize()
    words[-1] += "."
    text = " ".join(words)
    starts = [0, *(n + 1 for n, c in enumerate(text) if c == " ")]
    spans, at = [], 0
    for n in range(draw(st.integers(1, 3))):
        if at >= len(words) - 1:
            break
        first = draw(st.integers(at, len(words) - 2))
        last = draw(st.integers(first, min(first + 2, len(words) - 2)))
        kind = draw(st.sampled_from([SpanKind.LINK, SpanKind.LINK, SpanKind.EMPHASIS]))
        href = f"https://{n}.example/" if kind is SpanKind.LINK else None
        spans.append(Span(start=starts[first], end=starts[last] + len(words[last]), kind=kind, href=href))
        at = last + 1
    return Inline(text, tuple(spans))


def links(text: Inline) -> Counter[str | None]:
    return Counter(s.href for s in text.spans if s.kind is SpanKind.LINK)


def sound(made: Translation) -> int:
    """Every sentence has the links of its source; returns how many that hold links were translated."""
    done = 0
    for passage in made.passages:
        for r in passage.renderings:
            assert links(r.target) == links(r.source.inline), (r.source.inline, r.target)
            marks = [s for s in r.target.spans if s.kind is SpanKind.EMPHASIS]
            assert len(marks) <= sum(s.kind is SpanKind.EMPHASIS for s in r.source.inline.spans)
            done += bool(links(r.source.inline)) and r.origin is not Origin.ORIGINAL
    return done


def kept(made: Translation) -> list[tuple[str, str, Counter[str | None]]]:
    """What is translated, with its links. Emphasis is left out: in a text that says one word ten times its place is a guess."""
    there = (r for p in made.passages for r in p.renderings if r.origin is not Origin.ORIGINAL)
    return [(r.source.text, r.target.text, links(r.target)) for r in there]


@pytest.mark.parametrize("name", ENGINES)
@given(st.lists(paragraphs(), min_size=1, max_size=3, unique_by=lambda p: p.text))
@settings(max_examples=40, deadline=None)
def test_links_of_every_sentence_are_those_of_the_source(name: str, texts: list[Inline]) -> None:
    memory = Dictionary()
    first = translate(ENGINES[name](), task(*texts), memory)
    sound(first)
    engine = ENGINES[name]()
    again = translate(engine, task(*texts), memory)
    passed = kept(first)
    if first.verdict != "hold":
        assert passed == kept(again)
        sound(again)


SENTENCE = "The minister said on Monday that the council of Linden has seen the report about the old harbour."
SAID = "Le ministre a dit lundi que le conseil de Linden avait vu le rapport sur le vieux port."
ALONE = {"council of Linden": "conseil de Linden", "report": "rapport", "old harbour": "vieux port", "minister": "ministre"}


def spoken(text: str) -> str:
    return SAID if text == SENTENCE else ALONE.get(text) or echoed(text)


def linked(words: str) -> Inline:
    at = SENTENCE.index(words)
    return Inline(SENTENCE, (Span(start=at, end=at + len(words), kind=SpanKind.LINK, href="https://a.example/"),))


@pytest.mark.parametrize("words", ALONE)
def test_the_words_of_a_link_are_translated_by_themselves_and_found_again(words: str) -> None:
    """Without this the property above would hold for a desk that gives up."""
    engine = Fake(spoken)
    made = translate(engine, task(linked(words)))
    rendering = made.passages[1].renderings[0]
    (span,) = [s for s in rendering.target.spans if s.kind is SpanKind.LINK]
    assert rendering.target.text[span.start : span.end] == ALONE[words]
    assert words in engine.asked


def test_a_link_whose_words_are_nowhere_stands_in_the_original_sentence() -> None:
    engine = Fake(lambda t: "Zut" if t == "council of Linden" else spoken(t).replace("conseil de Linden", "maire"))
    made = translate(engine, task(linked("council of Linden")))
    rendering = made.passages[1].renderings[0]
    assert rendering.origin is Origin.ORIGINAL and rendering.target == linked("council of Linden")
    assert "could only be guessed" in rendering.issues[-1].note


def test_an_engine_that_cannot_say_the_words_of_a_link_still_says_the_sentence() -> None:
    class Choosy(Fake):
        def translate(self, texts, pair: Pair, context: Context) -> list[Hypothesis]:  # type: ignore[no-untyped-def]
            from babelwire.errors import EngineError

            if "Reuters" in texts:
                raise EngineError(self.id, "nothing came out")
            return super().translate(texts, pair, context)

    text = "The minister has told Reuters on Monday that the council of the town has seen the report."
    marked = Inline(text, (Span(start=22, end=29, kind=SpanKind.LINK, href="https://a.example/"),))
    made = translate(Choosy(lambda t: echoed(t).replace("Reuters", "REUTERS")), task(marked))
    assert text[22:29] == "Reuters" and sound(made) == 1
