"""Which words are forms of one."""

from __future__ import annotations

import pytest

from babelwire.glossary.words import alike, words


@pytest.mark.parametrize(
    ("one", "two", "language"),
    [
        ("symptom", "symptoms", "en"),
        ("hospitalize", "hospitalized", "en"),
        ("study", "studies", "en"),
        ("plan", "planned", "en"),
        ("bleu", "bleus", "fr"),
        ("journal", "Journal", "fr"),
        ("infecté", "infectées", "fr"),
        ("Gericht", "Gerichte", "de"),
        ("блокада", "блокадой", "ru"),
    ],
)
def test_forms_of_one_word(one: str, two: str, language: str) -> None:
    assert alike(one, two, language) and alike(two, one, language)


@pytest.mark.parametrize(
    ("one", "two", "language"),
    [
        ("infection", "infectivity", "en"),
        ("exposure", "expose", "en"),
        ("transmission", "transmissible", "en"),
        ("court", "courtyard", "en"),
        ("bleu", "blanc", "fr"),
    ],
)
def test_other_words(one: str, two: str, language: str) -> None:
    assert not alike(one, two, language) and not alike(two, one, language)


def test_hyphens_and_apostrophes_join_words_and_chinese_writes_none() -> None:
    assert [w.text for w in words("l’accord du COVID-19")] == ["l", "accord", "du", "COVID", "19"]
    assert [w.text for w in words("维和人员 UN")] == ["维", "和", "人", "员", "UN"]
