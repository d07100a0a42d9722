"""Keywords of sources as topics of editions."""

from __future__ import annotations

import re

import pytest

from babelwire.render import locale as locales
from babelwire.text import topics


@pytest.mark.parametrize(
    ("keywords", "language", "names"),
    [
        (["Energy", "energía", "Électricité"], "en", ["energy"]),
        (["España"], "es", ["es"]),
        (["Франция", "Погода"], "ru", ["fr", "weather"]),
        (["#Brexit", "  Brexit "], "en", ["brexit"]),
        (["Красноярск"], "ru", ["krasnoyarsk"]),
        (["Sports", "World"], "en", []),
        (["", "…", "xy", "a whole sentence is no keyword, however often a source says it is"], "en", []),
        ([f"keyword {n}" for n in range(30)], "en", [f"keyword-{n}" for n in range(topics.MOST)]),
        (["../../etc/passwd", "<script>"], "en", ["etc-passwd", "script"]),
    ],
)
def test_topics_of_keywords(keywords: list[str], language: str, names: list[str]) -> None:
    assert [name for name, _ in topics.of(keywords, language)] == names


def test_every_subject_has_a_name_in_every_language_of_the_interface() -> None:
    for name in topics._subjects():
        assert re.fullmatch(r"[a-z-]{3,}", name)
        for language in locales.known():
            assert topics.label(name, "", language), f"{name} in {language}"


def test_no_word_stands_for_two_subjects() -> None:
    seen: dict[str, str] = {}
    for name, table in topics._subjects().items():
        words = [w for k, w in table.items() if k != "also"] + table.get("also", [])
        for word in words:
            assert seen.setdefault(topics._fold(word), name) == name, word


def test_labels() -> None:
    assert topics.label("es", "Spain", "zh") == "西班牙"
    assert topics.label("energy", "Energy", "pt-BR") == "Energia"
    assert topics.label("brexit", "Brexit", "ar") == "Brexit"
