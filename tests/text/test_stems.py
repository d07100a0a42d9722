"""Words as searching compares them: what the index keeps is what a query looks for."""

from __future__ import annotations

import pytest

from babelwire.text import stems

TEXTS = [
    ("fr", "L'Assemblée nationale a voté 3 000 amendements ; NATIONALE, nationales — 1945_1946."),
    ("en", "Markets rallied; the rally's 12 winners were RALLYING."),
    ("de", "Der Straßenverkehr, die Strassen und ihre Häuser im Jahr 2026."),
    ("ar", "قال الرَّئيسُ إنَّ المدرسة مغلقة."),
    ("hi", "सरकार ने कहा कि विद्यालय बंद रहेंगे।"),
    ("th", "รัฐบาล 2569 กล่าวว่า COVID จบแล้ว"),
    ("ja", "東京オリンピックは2021年にTokyoで。"),
    ("uk", "Київські школярі повернулися до київської школи."),
    ("en", "e\u0301cole re\u0301sume\u0301 " + "long" * 30),
    ("und", "Nothing that Snowball knows: 007 words."),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_an_index_keeps_the_words_that_are_found_in_their_places(language: str, text: str) -> None:
    assert stems.words(text, language) == [term.word for term in stems.terms(text, language)]


@pytest.mark.parametrize("language", sorted(stems.STEMMERS))
def test_figures_are_words_that_have_no_endings(language: str) -> None:
    assert stems.words("2026 007 90210", language) == ["2026", "007", "90210"]
    stemmer = stems._stemmer(stems.STEMMERS[language])
    assert [stemmer.stemWord(word) for word in ("2026", "007", "90210")] == ["2026", "007", "90210"]
