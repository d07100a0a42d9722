"""The store that every contract about it is held against: in a file and in memory, and whole when a test is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import Hand


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "babelwire.db" if request.param == "file" else ":memory:")
    yield made
    assert made.check() == []
    made.close()


@pytest.fixture
def hand(store: SqliteStore) -> Hand:
    return Hand(store)
