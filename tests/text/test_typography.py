from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.model import Inline, Span, SpanKind
from babelwire.text.typography import NBSP, NNBSP, fit, fit_plain, style_of

LOCALES = (
    "fr",
    "fr-CA",
    "fr-CH",
    "en",
    "en-GB",
    "es",
    "ca",
    "pt",
    "pt-BR",
    "it",
    "de",
    "de-CH",
    "ru",
    "uk",
    "ar",
    "zh",
    "zh-Hant",
    "ja",
    "pl",
    "nl",
    "sv",
    "gl",
    "da",
    "nb",
    "fi",
    "hu",
    "cs",
    "fa",
    "xx",
)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", f"«{NNBSP}L’“idée” est là{NNBSP}»"),
        ("fr-CA", f"«{NBSP}L’“idée” est là{NBSP}»"),
        ("fr-CH", f"«{NNBSP}L’‹{NNBSP}idée{NNBSP}› est là{NNBSP}»"),
        ("en", "“L’‘idée’ est là”"),
        ("es", "«L’“idée” est là»"),
        ("ca", "«L’“idée” est là»"),
        ("pt", "«L’“idée” est là»"),
        ("pt-BR", "“L’‘idée’ est là”"),
        ("it", "«L’“idée” est là»"),
        ("de", "„L’‚idée‘ est là“"),
        ("de-CH", "«L’‹idée› est là»"),
        ("ru", "«L’„idée“ est là»"),
        ("pl", "„L’«idée» est là”"),
        ("sv", "”L’’idée’ est là”"),
        ("zh-Hant", "「L’『idée』 est là」"),
        ("ja", "「L’『idée』 est là」"),
    ],
)
def test_quotation_marks_and_their_nesting(language: str, expected: str) -> None:
    assert fit_plain('"L\'“idée” est là"', language) == expected
    assert fit_plain(expected, language) == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "Quoi? Oui! Voici: ceci; cela.", f"Quoi{NNBSP}? Oui{NNBSP}! Voici{NBSP}: ceci{NNBSP}; cela."),
        ("fr", "Quoi ?! À 10:30, https://a.b/c?d=e", f"Quoi{NNBSP}?! À 10:30, https://a.b/c?d=e"),
        ("fr-CA", "Quoi? Voici: ceci", f"Quoi? Voici{NBSP}: ceci"),
        ("en", f"Quoi{NNBSP}? Oui{NNBSP}! Voici{NBSP}: ceci", "Quoi? Oui! Voici: ceci"),
        ("es", "Él , aun así , reitera  su ley .", "Él, aun así, reitera su ley."),
        ("es", "Qué hora es?", "¿Qué hora es?"),
        ("es", "¿Qué hora es?", "¿Qué hora es?"),
        ("es", "No vino. Por qué?", "No vino. Por qué?"),  # which sentence asks is not ours to say
        ("de", "25% von 30 km - ja...", f"25{NBSP}% von 30{NBSP}km – ja…"),
        ("it", "il 25 % di 3 kg", f"il 25% di 3{NBSP}kg"),
        ("de-CH", "Die Straße ist groß", "Die Strasse ist gross"),
        ("ar", "قال, نعم; ماذا? نعم", "قال، نعم؛ ماذا؟ نعم"),
        ("zh", '他说, "很好". 是吗? 好!', "他说，“很好”。是吗？好！"),
        ("zh", "《卫报》报道", "《卫报》报道"),
        ("en", "the boys' rock 'n' roll in '90s", "the boys’ rock ’n’ roll in ’90s"),
        ("en", "5'10\" tall", "5'10\" tall"),
    ],
)
def test_signs(language: str, text: str, expected: str) -> None:
    assert fit_plain(text, language) == expected


def test_only_numbers_that_can_be_read_one_way_are_converted() -> None:
    assert fit_plain("1,234,567 et 1,234.5 et 1,500", "fr", "en") == f"1{NNBSP}234{NNBSP}567 et 1{NNBSP}234,5 et 1,500"
    assert fit_plain("1.234.567 und 1.500", "en", "de") == "1,234,567 und 1.500"
    assert fit_plain("10.12.2024", "en", "de") == "10.12.2024"
    assert fit_plain("1,234,567", "en", "en") == "1,234,567"


def test_a_mark_that_stands_alone_stays_alone() -> None:
    assert fit_plain('Il a dit "le test', "fr") == f"Il a dit «{NNBSP}le test"
    assert fit_plain('le test" a-t-il dit', "fr") == f"le test{NNBSP}» a-t-il dit"


def test_code_and_kept_words_and_addresses_are_not_touched() -> None:
    text = 'Run print("a") ! See http://a.example/"b"?c "now"'
    start = text.index("print")
    inline = fit(Inline(text, (Span(start=start, end=start + 10, kind=SpanKind.CODE),)), "fr", "en")
    assert 'print("a")' in inline.text
    assert "http://a.example/" in inline.text
    assert inline.text.endswith(f"«{NNBSP}now{NNBSP}»")
    (span,) = inline.spans
    assert inline.text[span.start : span.end] == 'print("a")'
    assert fit_plain("me@a.example: oui", "fr").startswith("me@a.example")


def test_spans_shift_along() -> None:
    text = 'He said "go  now" twice!'
    spans = (
        Span(start=8, end=17, kind=SpanKind.QUOTATION),
        Span(start=9, end=11, kind=SpanKind.EMPHASIS),
        Span(start=18, end=23, kind=SpanKind.STRONG),
    )
    inline = fit(Inline(text, spans), "fr", "en")
    assert [inline.text[s.start : s.end] for s in inline.spans] == [f"«{NNBSP}go now{NNBSP}»", "go", "twice"]


def test_every_locale_has_a_style() -> None:
    for locale in LOCALES:
        assert len(style_of(locale).quotes) == 4
    assert style_of("pt-PT").quotes == style_of("pt").quotes
    assert style_of("zh-TW").quotes[0] == "「"


PIECES = st.sampled_from(
    [
        '"',
        "'",
        "“",
        "”",
        "«",
        "»",
        "„",
        "‘",
        "’",
        "‹",
        " ",
        "  ",
        NBSP,
        NNBSP,
        "?",
        "!",
        ":",
        ";",
        ",",
        ".",
        "...",
        "…",
        "a",
        "Bob",
        "été",
        "中",
        "文",
        "نعم",
        "1,234,567",
        "25%",
        "3 km",
        " - ",
        "(",
        ")",
        "[",
        "ß",
        "https://a.b/c?d",
        "「",
        "」",
        "\t",
        "\n",
        "-",
        "10:30",
        "¿",
        "l'",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=16).map("".join), st.text(max_size=40))


@settings(max_examples=500, deadline=None)
@given(text=TEXTS, language=st.sampled_from(LOCALES))
def test_what_has_been_set_is_not_changed_by_setting_it_again(text: str, language: str) -> None:
    once = fit_plain(text, language)
    assert fit_plain(once, language) == once


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, language=st.sampled_from(LOCALES), data=st.data())
def test_words_stay_and_spans_keep_their_words(text: str, language: str, data: st.DataObject) -> None:
    spans = ()
    if text:
        start = data.draw(st.integers(0, len(text) - 1))
        spans = (Span(start=start, end=data.draw(st.integers(start + 1, len(text))), kind=SpanKind.EMPHASIS),)
    inline = fit(Inline(text, spans), language, language)
    assert letters(inline.text, language) == letters(text, language)
    if spans and letters(text[spans[0].start : spans[0].end], language):
        (span,) = inline.spans
        assert letters(inline.text[span.start : span.end], language) == letters(text[spans[0].start : spans[0].end], language)


def letters(text: str, language: str) -> str:
    return "".join(c for c in (text.replace("ß", "ss") if language == "de-CH" else text) if c.isalnum())
