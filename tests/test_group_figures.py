"""Where texts about one event give different figures."""

from __future__ import annotations

import pytest

from babelwire.group import differences


def said(texts: list[str], language: str = "en") -> list[tuple[tuple[int, tuple[str, ...]], ...]]:
    return [d.said for d in differences(texts, language)]


@pytest.mark.parametrize(
    ("language", "one", "two", "first", "second"),
    [
        ("en", "12 dead and 30 injured.", "There are 14 dead, 30 injured.", "12 dead", "14 dead"),
        ("fr", "à 61 millions de kilomètres", "à 80 millions de kilomètres", "61 millions de kilomètres", "80 millions de kilomètres"),
        ("es", "12 muertos; 5 años", "15 muertos; 6 años", "12 muertos", "15 muertos"),
        ("de", "12 Menschen starben.", "15 Menschen starben am 12. November.", "12 Menschen", "15 Menschen"),
        ("ru", "погибли 12 человек, 5 дней", "погибло 14 человек, 6 дней", "12 человек", "14 человек"),
        ("uk", "загинули 12 людей", "загинуло 14 людей", "12 людей", "14 людей"),
        ("ar", "قتل 12 شخصا", "قتل ١٤ شخصا", "12 شخصا", "١٤ شخصا"),
        ("zh", "事故造成12人死亡。3天", "事故造成14人死亡。4天", "12人死亡", "14人死亡"),
    ],
)
def test_the_same_word_after_another_number(language: str, one: str, two: str, first: str, second: str) -> None:
    assert said([one, two], language) == [((0, (first,)), (1, (second,)))]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("12 dead", "12 dead"),
        ("12 dead", "14 injured"),
        ("12 dead in all, 3 dead at once", "12 dead"),
        ("on 9 March and in 3 days", "on 11 March and in 5 days"),
        ("in 2024 elections", "in 2025 elections"),
        ("at 22:40 people left", "at 22:50 people left"),
        ("$900 people paid", "$800 people paid"),
        ("8.3 % people", "9.1 % people"),
        ("12 dead", "1,200 dead"),
        ("", "12 dead"),
    ],
)
def test_what_is_no_difference(one: str, two: str) -> None:
    assert differences([one, two], "en") == []


def test_three_voices_and_what_all_say_left_out() -> None:
    found = differences(["12 people, 30 people", "14 people, 30 people", "30 people, 12 people"], "en")
    assert [d.said for d in found] == [((0, ("12 people",)), (1, ("14 people",)), (2, ("12 people",)))]


def test_a_text_full_of_numbers_is_no_report() -> None:
    table = " ".join(f"{n} points" for n in range(20, 40))
    assert differences([table, "19 points"], "en") == []


def test_most_voices_first_and_not_too_many() -> None:
    words = ["boats", "houses", "trees", "roads", "bridges", "schools", "villages", "soldiers"]
    one, two = (" ".join(f"{n} {w}." for w in words) for n in (4, 5))
    found = differences([one, two, "6 villages"], "en")
    assert len(found) == 6 and len(found[0].said) == 3
