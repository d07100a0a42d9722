"""Spans survive any engine: identity comes back whole, markers never come out, links are neither lost nor invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.model import Hypothesis, Inline, Markup, Span, SpanKind, replace
from babelwire.text.inline import ATOM, CLOSE, MARKER, OPEN, Protected, carry, protect, quotations, restore, strip

O0, O1, C0, C1, A0 = chr(OPEN), chr(OPEN + 1), chr(CLOSE), chr(CLOSE + 1), chr(ATOM)
WORDS = [
    "the",
    "minister",
    "Reuters",
    "said",
    "“no”",
    "https://a.example/x_y.html",
    "@handle",
    "3.5",
    "d'État",
    "été",
    "北京",
    "(a)",
    "x",
    "me@a.example",
]
KINDS = [SpanKind.LINK, SpanKind.EMPHASIS, SpanKind.STRONG, SpanKind.TERM, SpanKind.CODE, SpanKind.KEEP]


def link(start: int, end: int, href: str = "https://a.example/") -> Span:
    return Span(start=start, end=end, kind=SpanKind.LINK, href=href)


def span_of(text: str, words: str, kind: SpanKind = SpanKind.LINK, href: str | None = None) -> Span:
    at = text.index(words)
    return Span(start=at, end=at + len(words), kind=kind, href=href or ("https://a.example/" if kind is SpanKind.LINK else None))


def through(
    source: Inline, answer: str, markup: Markup = Markup.NONE, **more: object
) -> tuple[Protected, Inline, tuple[str, ...], tuple[Span, ...]]:
    protected = protect(source, markup)
    restored = restore(protected, Hypothesis(text=answer, **more))  # type: ignore[arg-type]
    return protected, restored.inline, restored.lost, restored.guessed


@st.composite
def inlines(draw: st.DrawFn) -> Inline:
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    text = " ".join(words)
    starts = [0, *(n + 1 for n, c in enumerate(text) if c == " ")]
    ends = [*(n for n, c in enumerate(text) if c == " "), len(text)]
    spans = []
    for n in range(draw(st.integers(0, 4))):
        a = draw(st.integers(0, len(words) - 1))
        b = draw(st.integers(a, len(words) - 1))
        kind = draw(st.sampled_from(KINDS))
        href = f"https://{n}.example/" if kind is SpanKind.LINK else None
        spans.append(Span(start=starts[a], end=ends[b], kind=kind, href=href))
    clean = strip(Inline(text, tuple(spans)))
    links = [s for s in clean.spans if s.kind is SpanKind.LINK]
    nested = {s.href for s in links for o in links if s is not o and o.start <= s.start and s.end <= o.end}
    return Inline(clean.text, tuple(s for s in clean.spans if s.href not in nested or s.href is None))


@given(inlines())
@settings(max_examples=150, deadline=None)
def test_identity_engine_with_markup_gives_back_the_same(inline: Inline) -> None:
    protected = protect(inline, Markup.NATIVE)
    restored = restore(protected, Hypothesis(text=protected.text))
    assert (restored.inline, restored.lost, restored.guessed) == (inline, (), ())


@given(inlines())
@settings(max_examples=200, deadline=None)
def test_identity_engine_without_markup_keeps_text_and_links(inline: Inline) -> None:
    protected = protect(inline, Markup.NONE)
    assert protected.text == inline.text
    restored = restore(protected, Hypothesis(text=protected.text))
    assert restored.inline.text == inline.text
    assert not restored.lost
    hrefs = [s.href for s in inline.spans if s.kind is SpanKind.LINK]
    assert sorted(filter(None, hrefs)) == sorted(s.href or "" for s in restored.inline.spans if s.kind is SpanKind.LINK)


@given(inlines(), st.text(alphabet=st.sampled_from([*"abc .", O0, O1, C0, C1, A0, chr(ATOM + 1), chr(OPEN + 99), "\ue3ff"]), max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_an_engine_answers_spans_are_sound(inline: Inline, answer: str) -> None:
    for markup in Markup:
        restored = restore(protect(inline, markup), Hypothesis(text=answer))
        text, spans = restored.inline.text, restored.inline.spans
        assert not MARKER.search(text)
        for n, a in enumerate(spans):
            assert 0 <= a.start < a.end <= len(text)
            assert not any(a.start < b.start < a.end < b.end for b in spans[n:])
        links = [s.href for s in spans if s.kind is SpanKind.LINK]
        assert len(links) == len(set(links))
        assert set(links) <= {s.href for s in inline.spans}
        missing = {s.href for s in inline.spans if s.kind is SpanKind.LINK} - set(links)
        assert not missing or restored.lost


@given(inlines(), st.sampled_from(list(Markup)))
@settings(max_examples=150, deadline=None)
def test_what_is_carried_comes_back_whatever_the_engine_was(inline: Inline, markup: Markup) -> None:
    """The memory keeps what an engine of any markup made of a sentence, with markers; what cannot be kept so (words of a link found
    inside code that says the same) counts as lost, and the engine is asked again."""
    given = protect(inline, markup)
    made = restore(given, Hypothesis(text=given.text))
    base = protect(inline, Markup.NATIVE)
    again = restore(base, Hypothesis(text=carry(base, made.inline)), search=False)
    if markup is Markup.NATIVE:
        assert not again.lost
    if not again.lost:
        links = {s for s in made.inline.spans if s.kind is SpanKind.LINK}
        assert again.inline.text == made.inline.text
        assert {s for s in again.inline.spans if s.kind is SpanKind.LINK} == links
        assert set(again.inline.spans) <= set(made.inline.spans)


def test_native_markers_and_atoms() -> None:
    text = "Read the full report at https://a.example/x_y.html, said @handle."
    protected = protect(Inline(text, (span_of(text, "full report"),)), Markup.NATIVE)
    assert protected.text == f"Read the {O0}full report{C0} at {A0}, said {chr(ATOM + 1)}."
    assert [a.text for a in protected.atoms] == ["https://a.example/x_y.html", "@handle"]
    moved = restore(protected, Hypothesis(text=f"Lisez, dit {chr(ATOM + 1)}, le {O0}rapport{C0} {O0}complet{C0} sur {A0}."))
    assert moved.inline.text == "Lisez, dit @handle, le rapport complet sur https://a.example/x_y.html."
    assert [moved.inline.text[s.start : s.end] for s in moved.inline.spans] == ["rapport complet"]


def test_a_lost_atom_is_reported() -> None:
    source = Inline("Write to me@a.example now.")
    assert through(source, "Écrivez maintenant.", Markup.NATIVE)[2] == ("me@a.example",)
    assert through(source, "Écrivez maintenant.", Markup.NONE)[2] == ("me@a.example",)


def test_an_atom_spaced_out_by_an_engine_is_mended() -> None:
    source = Inline("See https://a.example/x_y.html now.")
    _, inline, lost, _ = through(source, "Voir https: //a.example/x _y.HTML maintenant.")
    assert inline.text == "Voir https://a.example/x_y.html maintenant."
    assert not lost


def test_runs_far_apart_do_not_take_in_what_was_outside() -> None:
    text = "He saw the report there."
    protected = protect(Inline(text, (span_of(text, "report"),)), Markup.NATIVE)
    answer = restore(protected, Hypothesis(text=f"{O0}Il{C0} a vu un jour de pluie et de vent le {O0}rapport{C0}."))
    [found] = answer.inline.spans
    assert answer.inline.text[found.start : found.end] in ("Il", "rapport")


def test_alignment_places_spans() -> None:
    text = "The Russian defence minister"
    _, inline, _, guessed = through(
        Inline(text, (span_of(text, "Russian"),)),
        "le ministre de la défense russe",
        Markup.ALIGN,
        alignment=((4, 11, 26, 31), (20, 28, 3, 11)),
    )
    assert [inline.text[s.start : s.end] for s in inline.spans] == ["russe"]
    assert not guessed


@pytest.mark.parametrize(
    ("source", "words", "answer", "found"),
    [
        ("Angela Merkel met Emmanuel Macron.", "Emmanuel Macron", "Angela Merkel a rencontré Emmanuel Macron.", "Emmanuel Macron"),
        (
            "The international organisation said no.",
            "international organisation",
            "L'organisation internationale a dit non.",
            "organisation internationale",
        ),
        ("It rose by 3.5 percent in 2023.", "2023", "Il a augmenté de 3,5 % en 2023.", "2023"),
    ],
)
def test_words_are_found_again_without_markup(source: str, words: str, answer: str, found: str) -> None:
    _, inline, _, guessed = through(Inline(source, (span_of(source, words),)), answer)
    assert [inline.text[s.start : s.end] for s in inline.spans] == [found]
    assert not guessed


def test_a_link_that_cannot_be_found_is_guessed_and_emphasis_dropped() -> None:
    text = "We saw a dog and a house yesterday."
    source = Inline(text, (span_of(text, "dog", SpanKind.EMPHASIS), span_of(text, "house")))
    _, inline, lost, guessed = through(source, "Вчера мы видели собаку и дом.")
    assert [s.kind for s in inline.spans] == [SpanKind.LINK]
    assert guessed == inline.spans
    assert not lost


def test_links_translated_alone_are_found() -> None:
    text = "They walked to the house and to the church."
    protected = protect(Inline(text, (span_of(text, "house"), span_of(text, "church", href="https://b.example/"))), Markup.NONE)
    assert protected.alone == ("house", "church")
    restored = restore(protected, Hypothesis(text="Sie gingen zur Kirche und zum Haus."), alone=("Haus", "Kirche"))
    assert {restored.inline.text[s.start : s.end]: s.href for s in restored.inline.spans} == {
        "Kirche": "https://b.example/",
        "Haus": "https://a.example/",
    }
    assert not restored.guessed


def test_more_spans_than_markers_drop_emphasis_before_links() -> None:
    words = ["w" * 3] * 400
    text = " ".join(words)
    spans = tuple(Span(start=4 * n, end=4 * n + 3, kind=SpanKind.EMPHASIS) for n in range(200))
    links = tuple(link(4 * n, 4 * n + 3, f"https://{n}.example/") for n in range(200, 400))
    protected = protect(Inline(text, spans + links), Markup.NATIVE)
    kinds = [s.kind for s in restore(protected, Hypothesis(text=protected.text)).inline.spans]
    assert kinds.count(SpanKind.LINK) == 200
    assert kinds.count(SpanKind.EMPHASIS) == 56


def test_marker_characters_of_a_page_are_no_markers() -> None:
    source = Inline(f"A {O0}trap{C0} {A0} here", (link(2, 8),))
    protected = protect(source, Markup.NATIVE)
    assert protected.text == f"A {O0}trap{C0}  here"
    assert restore(protected, Hypothesis(text=protected.text)).inline == Inline("A trap  here", (link(2, 6),))


def test_code_with_a_link_inside_is_one_atom() -> None:
    text = "Run make all now"
    source = Inline(text, (Span(start=4, end=12, kind=SpanKind.CODE), link(4, 8)))
    protected = protect(source, Markup.NATIVE)
    assert protected.text == f"Run {A0} now"
    assert restore(protected, Hypothesis(text=f"Lancez {A0}")).inline.spans == tuple(
        replace(s, start=s.start + 3, end=s.end + 3) for s in source.spans
    )


def test_a_linked_address_is_an_atom_in_a_link() -> None:
    text = "See https://a.example/ now"
    source = Inline(text, (link(4, 22), Span(start=4, end=22, kind=SpanKind.KEEP)))
    protected = protect(source, Markup.NATIVE)
    assert protected.text == f"See {O0}{A0}{C0} now"
    assert restore(protected, Hypothesis(text=protected.text)).inline == source


@pytest.mark.parametrize(
    "found",
    [
        "https://a.example/b(c)",
        "www.a.example/x?y=1&z=2",
        "a.b+c@d.example.org",
        "@user@social.example",
        "#Élections2024",
        "example.org/path",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "See {}.", "({}), he said", "« {} »"])
def test_addresses_are_atoms(found: str, frame: str) -> None:
    assert [a.text for a in protect(Inline(frame.format(found)), Markup.NATIVE).atoms] == [found]


@pytest.mark.parametrize(
    "text", ["It cost $3.50 at 9 p.m. in St. Louis.", "C# and F# are no. #1", "R&D; 1/2; e.g. this", "U.S.A. and a.m."]
)
def test_ordinary_words_are_no_atoms(text: str) -> None:
    assert protect(Inline(text), Markup.NATIVE).atoms == ()


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", 'He said "no" and "yes".', ['"no"', '"yes"']),
        ("en", "He said “it’s a ‘very’ good day”, didn’t he?", ["“it’s a ‘very’ good day”", "‘very’"]),
        ("en", "'No,' he said, 'it can't be.'", ["'No,'", "'it can't be.'"]),
        ("en", "the dogs' bones and rock 'n' roll", []),
        ("fr", "Il a dit « je ne sais pas » et «\u00a0oui\u00a0».", ["« je ne sais pas »", "«\u00a0oui\u00a0»"]),
        ("fr", 'l’« effet » d\'"ensemble"', ["« effet »", '"ensemble"']),
        ("de", "Er sagte „nein“ und »ja« und ‚so‘.", ["„nein“", "»ja«", "‚so‘"]),
        ("sv", "Han sade ”nej” och ”ja”.", ["”nej”", "”ja”"]),
        ("pl", "Powiedział „nie”.", ["„nie”"]),
        ("es", "Dijo: «Dijo “no” ayer».", ["«Dijo “no” ayer»", "“no”"]),
        ("ja", "彼は「いいえ、『はい』」と言った。", ["「いいえ、『はい』」", "『はい』"]),
        ("en", 'An opened "quotation that never ends.', []),
        ("en", '5\'10" tall and 3" wide', []),
        ("ru", "Он сказал: «нет» и „да“.", ["«нет»", "„да“"]),
    ],
)
def test_quotations(language: str, text: str, found: list[str]) -> None:
    assert [text[s.start : s.end] for s in quotations(Inline(text), language).spans] == found


def test_quotations_keep_other_spans_and_cross_none() -> None:
    text = 'He said "see this" page'
    source = Inline(
        text, (span_of(text, 'this" page'), span_of(text, "He", SpanKind.STRONG), Span(start=0, end=2, kind=SpanKind.QUOTATION))
    )
    assert [s.kind for s in quotations(source, "en").spans] == [SpanKind.STRONG, SpanKind.LINK]
