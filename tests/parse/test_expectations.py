"""Feeds from other projects' tests and from real sites: none may crash, and the shares of expectations met may not fall."""

from __future__ import annotations

import pytest

from tests.conftest import shared
from tools.bench_feeds import measure

FLOORS = {"feeds-feedparser": 0.94, "feeds-gofeed": 1.0, "feeds-real": 1.0, "feeds-encodings": 1.0}


@pytest.mark.data
@pytest.mark.parametrize("name", FLOORS)
def test_expectations(name: str) -> None:
    score = measure(shared("data", name).parent, name)
    assert score.crashed == []
    assert score.compared > 60
    assert score.met / score.compared >= FLOORS[name], "\n".join(score.missed)
