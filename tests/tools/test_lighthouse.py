"""Lighthouse's scores: a busy machine may cost a page its first try, and nothing else is forgiven."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools import lighthouse

FINE = dict.fromkeys(lighthouse.CATEGORIES, 100)


def telling(*scores: dict[str, int] | None) -> tuple[Callable[[str], dict[str, int] | None], list[str]]:
    left, asked = list(scores), []

    def once(address: str) -> dict[str, int] | None:
        asked.append(address)
        return left.pop(0)

    return once, asked


@pytest.mark.parametrize(
    ("performances", "tries", "best"),
    [([99], 1, 99), ([96, 98, 90], 2, 98), ([97, 95, 96], 3, 97)],
)
def test_the_best_performance_of_three_counts(performances: list[int], tries: int, best: int) -> None:
    once, asked = telling(*({**FINE, "performance": p} for p in performances))
    assert lighthouse.measure("here", once) == {**FINE, "performance": best}
    assert len(asked) == tries


def test_the_worst_of_all_else_counts() -> None:
    once, _ = telling({**FINE, "performance": 90}, {**FINE, "seo": 92}, FINE)
    assert lighthouse.measure("here", once) == {**FINE, "seo": 92}


def test_a_try_that_does_not_end_is_a_try() -> None:
    once, asked = telling(None, {**FINE, "performance": 97}, None)
    assert lighthouse.measure("here", once) == {**FINE, "performance": 97} and len(asked) == 3
    once, _ = telling(None, None, None)
    assert set(lighthouse.measure("here", once).values()) == {0}
