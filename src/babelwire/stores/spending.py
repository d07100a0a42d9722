"""The store's room for money: what engines were asked for, by day, engine and feed, and by article, edition and engine.

An engine is asked only after what it will be asked has been written down here (``spend``), in one transaction with the look
at the limits: two translators never share the last of a budget, and ``kill -9`` leaves at most one batch counted too much,
never one too little. What turns out otherwise (tokens, an engine that was not there) is put right by ``settle``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from babelwire.model import Limit, Spending
from babelwire.stores.database import Database
from babelwire.stores.tables import cost, spending

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
    """By day, and by article where it is for one."""
    _add(connection, spending, {"day": some.day, "engine": some.engine, "feed": some.feed}, some)
    if some.article:
        _add(connection, cost, {"key": some.article, "language": some.language, "engine": some.engine}, some)


def _add(connection: Connection, table: Table, here: Mapping[str, str], some: Spending) -> None:
    """Add to what is there; ``database.add`` replaces."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values({**here, **{name: getattr(some, name) for name in COUNTED}})
    sums = {name: table.c[name] + statement.excluded[name] for name in COUNTED}
    connection.execute(statement.on_conflict_do_update(index_elements=list(here), set_=sums))
