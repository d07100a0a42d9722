"""The store's room for money: what engines were asked for, by day, engine and feed, and whether there is room for more.

An engine is asked only after what it will be asked has been written down here (``spend``), in one transaction with the look
at the limits: two translators never share the last of a budget, and ``kill -9`` leaves at most one batch counted too much,
never one too little. What turns out otherwise (tokens, an engine that was not there) is put right by ``settle``.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from babelwire.model import Limit, Spending
from babelwire.stores.database import Database
from babelwire.stores.tables import spending

COUNTED = ("characters", "tokens", "micros")


class Ledger(Database):
    """As ``seams.Ledger`` says."""

    def spend(self, wanted: Spending, limits: Sequence[Limit]) -> tuple[Limit, Spending] | None:
        with self.write() as connection:
            for limit in limits:
                had = _had(connection, wanted.day, limit)
                if not limit.holds(had, wanted):
                    return limit, had
            _count(connection, wanted)
        return None

    def settle(self, difference: Spending) -> None:
        with self.write() as connection:
            _count(connection, difference)

    def spent(self, day: str) -> list[Spending]:
        statement = select(spending).where(spending.c.day == day).order_by(spending.c.engine, spending.c.feed)
        with self.read() as connection:
            return [Spending(**row._mapping) for row in connection.execute(statement)]


def _had(connection: Connection, day: str, limit: Limit) -> Spending:
    """What has been spent of a limit."""
    here = [spending.c.day == day]
    here += [spending.c.engine == limit.engine] if limit.engine else []
    here += [spending.c.feed == limit.feed] if limit.feed else []
    sums = [func.coalesce(func.sum(spending.c[name]), 0).label(name) for name in COUNTED]
    row = connection.execute(select(*sums).where(*here)).one()
    return Spending(day=day, engine=limit.engine, feed=limit.feed, characters=row.characters, tokens=row.tokens, micros=row.micros)


def _count(connection: Connection, some: Spending) -> None:
    """Add to what is there; ``database.add`` replaces."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(spending).values(
        day=some.day, engine=some.engine, feed=some.feed, characters=some.characters, tokens=some.tokens, micros=some.micros
    )
    sums = {name: spending.c[name] + statement.excluded[name] for name in COUNTED}
    connection.execute(statement.on_conflict_do_update(index_elements=["day", "engine", "feed"], set_=sums))
