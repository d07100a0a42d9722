"""The words by which whole texts are compared."""

import pytest

from babelwire.text.words import WORD, folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The “Quake” of 2024, and l'été.", ("the", "quake", "of", "2024", "and", "l", "été")),
        ("STRASSE Straße", ("strasse", "strasse")),
        ("地震 2024年", ("地", "震", "2024", "年")),
        ("แผ่นดินไหว now", (*"แผ่นดินไหว", "now")),
        ("", ()),
    ],
)
def test_words_are_folded_and_signs_without_spaces_stand_alone(text: str, words: tuple[str, ...]) -> None:
    assert folded(text) == words


@pytest.mark.parametrize("text", ["plain words only_here 12", "ударение и ё", "Ελλάδα ́ x", "한국 단어"])
def test_the_short_way_finds_the_same(text: str) -> None:
    assert folded(text) == tuple(WORD.findall(text.casefold()))
