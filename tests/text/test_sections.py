"""Section names of many languages meet in one."""

from __future__ import annotations

import pytest

from babelwire.text import sections


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("Deportes", "sport"), ("ESPORTS", "sport"), ("Économie", "business"), ("Arts & Culture", "culture"), ("Ciència i jardí", "science"),
        ("Sciences et jardins", "science"), ("Medi Ambient", "environment"), ("Политика", "politics"), ("العالم", "world"), ("Horoscope", None), ("", None),
    ],
)  # fmt: skip
def test_names_stand_for_sections(name: str, section: str | None) -> None:
    assert sections.of(name) == section


def test_the_first_name_that_says_something_counts() -> None:
    assert sections.of(None, "Home", "Sport") == "sport"


def test_no_name_stands_for_two_sections() -> None:
    assert len(sections.known()) == 12
