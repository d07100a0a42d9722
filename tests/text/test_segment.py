from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.model import Inline, Span, SpanKind, join
from babelwire.text import segment

LANGUAGES = ("en", "fr", "es", "ca", "pt", "it", "de", "ru", "ar", "zh", "ja", "pl", "xx", "zh-Hant")


def sentences(text: str, language: str = "en") -> list[str]:
    return [s.text for s in segment.split(Inline(text), language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["He met Dr. Smith of the U.S. Army.", "He left."]),
        ("en", ["He works for ABC Ltd. and others.", "She does not."]),
        ("en", ["It opens at 3 p.m. Monday.", "It closes at 5 p.m.", "The end."]),
        ("en", ["J. K. Rowling wrote it.", "See https://a.example/b.html?c=d.", "Write to a.b@c.example!"]),
        ("en", ['He said: "Go away. Now!"', "Then he left."]),
        ("en", ["“It works. Really!” he said.", "“Oh?”"]),
        ("en", ["She has $3.50.", "He has 1.5 million."]),
        ("en", ["You and I.", "Did you see it?"]),
        ("fr", ["M. Macron a dit : « Oui. »", "Puis il est parti."]),
        ("fr", ["Au VIIIe siècle av. J.-C., la Grèce s’éveille.", "Vers 700 av. J.-C.", "La ville brûla."]),
        ("fr", ["« Oui », dit-il.", "« Non ! » dit-elle.", "Ah ?"]),
        ("es", ["El Sr. Pérez vive en EE. UU. desde 2010.", "¿Por qué?", "¡No se sabe!"]),
        ("de", ["Am 3. Oktober kam er z. B. nicht.", "„Das ist gut. Sehr gut“, sagte er."]),
        ("ru", ["А. С. Пушкин родился в 1799 г. в Москве.", "Население — 5 млн. чел. или около того."]),
        ("it", ["Sono l'Ing. Rossi.", "È presente l'Avv. Bianchi?"]),
        ("ar", ["ماذا بعد؟", "قال الرئيس نعم."]),
    ],
)
def test_sentences(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


def test_chinese_has_no_spaces_between_sentences() -> None:
    assert sentences("他说：“今天很好。明天更好。”然后他走了。真的？", "zh") == ["他说：“今天很好。明天更好。”", "然后他走了。", "真的？"]


def test_a_missing_space_does_not_hide_a_border() -> None:
    assert sentences("Hello world.Today is Tuesday.") == ["Hello world.", "Today is Tuesday."]


def test_lines_and_cells_are_borders() -> None:
    assert sentences("Name\tYear\nParis\t1998") == ["Name", "Year", "Paris", "1998"]
    assert sentences("It was a cold \nnight in the city.") == ["It was a cold \nnight in the city."]  # only wrapped


def test_items_numbered_within_a_line() -> None:
    assert sentences("1. The first item. 2. The second item.") == ["1. The first item.", "2. The second item."]
    assert sentences("a) first b) second c) third") == ["a) first", "b) second", "c) third"]
    assert sentences("He came 1. and left again.") == ["He came 1. and left again."]


def test_a_long_quotation_is_divided_but_never_from_its_closing_mark() -> None:
    long = "This is a sentence of some length about nothing much at all. " * 12
    found = sentences(f"He said: “{long.strip()}” Then he left.")
    assert len(found) > 3
    assert all(not s.lstrip().startswith("”") for s in found)
    assert any(s.endswith(".”") for s in found)


def test_gaps() -> None:
    first, second = segment.split(Inline("  One.   Two.  "), "en")
    assert (first.gap, first.text, second.gap, second.text) == ("  ", "One.", "   ", "Two.  ")
    assert segment.split(Inline(""), "en") == ()


def test_a_span_over_a_border_is_divided() -> None:
    text = Inline("One two. Three four.", (Span(start=4, end=14, kind=SpanKind.EMPHASIS),))
    first, second = segment.split(text, "en")
    assert first.inline.spans == (Span(start=4, end=8, kind=SpanKind.EMPHASIS),)
    assert second.inline.spans == (Span(start=0, end=5, kind=SpanKind.EMPHASIS),)


@pytest.mark.parametrize("kind", [SpanKind.LINK, SpanKind.CODE, SpanKind.KEEP])
def test_no_border_inside_what_is_whole(kind: SpanKind) -> None:
    href = "https://a.example/" if kind is SpanKind.LINK else None
    text = Inline("See One. Two. Then three. Four.", (Span(start=4, end=13, kind=kind, href=href),))
    assert [s.text for s in segment.split(text, "en")] == ["See One. Two.", "Then three.", "Four."]
    assert segment.split(text, "en")[0].inline.spans == text.spans


def test_words() -> None:
    assert segment.words("The prime minister's plan, he said.", "en") == 6
    assert 5 <= segment.words("今天的天气非常好啊", "zh") <= 7


PIECES = st.sampled_from(
    [
        "Dr. Smith",
        "U.S.",
        "a.m.",
        "“Go. Now!”",
        "(Yes.)",
        "1.",
        "2.",
        "…",
        "...",
        "!",
        "?",
        ". ",
        " ",
        "\n",
        "\t",
        "z. B.",
        "« Oui. »",
        "https://a.b/c.d",
        "他说。",
        "٣",
        "l'été",
        "He",
        "left",
        "\u00a0",
        "а.",
        "ł",
    ]
)


@st.composite
def passages(draw: st.DrawFn) -> Inline:
    text = draw(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join), st.lists(PIECES, max_size=14).map(" ".join)))
    spans = []
    if text:
        for _ in range(draw(st.integers(0, 3))):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            if all(end <= s.start or s.end <= start for s in spans):
                spans.append(Span(start=start, end=end, kind=draw(st.sampled_from([SpanKind.EMPHASIS, SpanKind.LINK, SpanKind.CODE]))))
    return Inline(text, tuple(sorted(spans, key=lambda s: s.start)))


def covered(inline: Inline) -> set[tuple[int, SpanKind]]:
    return {(i, s.kind) for s in inline.spans for i in range(s.start, s.end) if not inline.text[i].isspace()}


@settings(max_examples=400, deadline=None)
@given(passage=passages(), language=st.sampled_from(LANGUAGES))
def test_the_pieces_are_the_passage(passage: Inline, language: str) -> None:
    pieces = segment.split(passage, language)
    whole = join((s.gap, s.inline) for s in pieces)
    assert whole.text == passage.text
    assert covered(whole) == covered(passage)
    assert all(not s.gap.strip() for s in pieces)
    if len(pieces) == 1 and not pieces[0].gap:
        assert whole == passage
    for span in passage.spans:
        if span.kind is not SpanKind.EMPHASIS and passage.text[span.start : span.end].strip() == passage.text[span.start : span.end]:
            assert sum(1 for s in whole.spans if s.kind is span.kind and s.start >= span.start and s.end <= span.end) == 1


@settings(max_examples=100, deadline=None)
@given(passage=passages(), language=st.sampled_from(LANGUAGES))
def test_no_sentence_is_empty(passage: Inline, language: str) -> None:
    if passage.text.strip():
        assert all(s.text.strip() for s in segment.split(passage, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Los vecinos miran el mar. El barco no llegó."),
        ("es", "No hay nada en contra. “Nadie habló”, dijo."),
        ("ca", "De barques no en va veure cap. El port era buit."),
        ("ca", "Ningú no sap què vol. Les paraules eren seves."),
        ("fr", "Elle vit de son art. Le musée est à côté."),
        ("fr", "Il a raté son vol. La compagnie s’excuse."),
        ("it", "Non ci era stato mai. Il sindaco lo sapeva."),
        ("de", "Er sah mich. Das Boot kam nicht."),
    ],
)
def test_words_that_a_model_takes_for_abbreviations_end_sentences(language: str, text: str) -> None:
    assert len(segment.split(Inline(text), language)) == 2


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "Nació el 12 mar. 1990 en Lugo."),
        ("fr", "Selon l’art. 12 de la loi, le vol. 3 manque."),
        ("ca", "Segons l’art. 12 de la llei, falta el vol. 3 i el cap. 4."),
    ],
)
def test_as_abbreviations_they_end_none(language: str, text: str) -> None:
    assert len(segment.split(Inline(text), language)) == 1


@pytest.mark.parametrize("language", ["en", "fr", "de", "es", "ru", "zh", "xx"])
@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u3000", "\u2003\u00a0"])
def test_any_space_may_stand_between_a_capital_letter_and_a_dot(language: str, space: str) -> None:
    text = f"Le plan A{space}. Puis il parle du plan B{space}."
    plain = text.replace(space, " " * len(space))
    assert [s.inline.text for s in segment.split(Inline(text), language)][-1].endswith(f"plan B{space}.")
    assert segment.borders(text, language) == segment.borders(plain, language)
