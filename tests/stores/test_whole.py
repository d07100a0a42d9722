"""Any number of integers as one parameter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from babelwire.stores.database import Whole, among, filing
from babelwire.stores.sqlite import SqliteStore
from babelwire.stores.tables import mark
from tests.stores.rows import Hand, article

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_found_and_filed_by_one_parameter() -> None:
    store = SqliteStore(":memory:")
    hand = Hand(store)
    hand.announce("one")
    hand.take(article("one"))
    with store.write() as connection:
        for _ in range(2):  # those that are there stay
            connection.execute(filing(mark, "sqlite"), {"values": list(range(1000)), "seen": NOW, "key": "one"})
        found = connection.scalars(select(mark.c.value).where(among(mark.c.value, "sqlite")), {"values": [5, 999, 1000, 2**40]})
        assert sorted(found) == [5, 999]
        assert not connection.scalars(select(mark.c.value).where(among(mark.c.value, "sqlite")), {"values": ()}).all()
    store.close()


@pytest.mark.parametrize("statement", [select(mark.c.value).where(among(mark.c.value, "postgresql")), filing(mark, "postgresql")])
def test_postgresql_has_arrays(statement: object) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    said = str(statement.compile(dialect=dialect))  # type: ignore[attr-defined]
    assert "unnest(%(values)s::BIGINT[]) AS anon_1(value)" in said
    assert Whole().load_dialect_impl(dialect).compile(dialect=dialect) == "BIGINT[]"
    assert Whole().process_bind_param((1, 2), dialect) == [1, 2]
