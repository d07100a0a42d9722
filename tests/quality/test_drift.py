"""How often the drift guard cries wolf, and how soon it notices: on made-up sources, with pinned floors."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from babelwire import drift
from babelwire.model import Sample, Watch
from babelwire.stores.drift import KEEP

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def lengths(kind: str, dice: random.Random) -> Iterator[int]:
    """Words of one article after another: alike, briefs among long reads, or in runs of ten."""
    brief = False
    while True:
        brief = brief != (dice.random() < 0.1) if kind == "runs" else dice.random() < 0.3
        mu, sigma = (6.1, 0.7) if kind == "alike" else (4.4, 0.4) if brief else (6.5, 0.5)
        yield max(26, int(dice.lognormvariate(mu, sigma)))


def page(n: int, words: int, dice: random.Random) -> Sample:
    return Sample(
        key=f"k{n}",
        seen=NOW,
        words=words,
        captions=min(1.0, dice.betavariate(1, 12)),
        headline=f"h{n}",
        text=f"t{n}",
        failed=dice.random() < 0.02,
    )


def judged(history: list[Sample], one: Sample) -> str:
    why = drift.judge(Watch(source_id="s", samples=tuple(history[:KEEP])), one)
    history.insert(0, one)
    return why


@pytest.mark.parametrize(("kind", "most"), [("alike", 3), ("mixed", 3), ("runs", 40)])
def test_it_seldom_cries_wolf(kind: str, most: int) -> None:
    """Of 2,400 articles; measured with other dice on 40,000: 11, 5, 263."""
    dice, alarms = random.Random(11), 0
    for _ in range(20):
        history: list[Sample] = []
        made = lengths(kind, dice)
        for n in range(120):
            if judged(history, page(n, next(made), dice)):
                alarms, history = alarms + 1, []
    assert alarms <= most


@pytest.mark.parametrize(("left", "least", "soon"), [(0.1, 29, 5), (0.2, 27, 12)])
def test_it_notices_soon_that_articles_are_cut(left: float, least: int, soon: int) -> None:
    """Of 30 sources whose template suddenly leaves a tenth, or a fifth, of each article."""
    dice, after = random.Random(12), []
    for _ in range(30):
        made = lengths("alike", dice)
        history = [page(n, next(made), dice) for n in range(KEEP)]
        for n in range(40):
            if judged(history, page(100 + n, int(next(made) * left), dice)):
                after.append(n + 1)
                break
    assert len(after) >= least and sorted(after)[len(after) // 2] <= soon
