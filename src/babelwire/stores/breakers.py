"""The store's room for the health of engines: a row for each that is not well.

Kept here and not in a process: translators may be several processes, a desk that is started again must not ask a dead server
first of all, and ``status`` and ``engines list`` are processes of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, bindparam, delete, select

from babelwire.model import Breaker
from babelwire.stores.database import Database, Record, add
from babelwire.stores.tables import breaker

OF = select(breaker).where(breaker.c.engine == bindparam("of"))
SAID = ("errors", "opened", "until", "rests", "failure", "article", "quota")


class Breakers(Database):
    """As ``seams.Breakers`` says."""

    def breaker(self, engine: str) -> Breaker:
        with self.read() as connection:
            return _read(connection, engine)

    def breakers(self) -> list[Breaker]:
        with self.read() as connection:
            return [_breaker(row) for row in connection.execute(select(breaker).order_by(breaker.c.engine))]

    def turn_breaker(self, engine: str, turn: Callable[[Breaker], Breaker]) -> Breaker:
        with self.write(again=True) as connection:
            before = _read(connection, engine)
            after = turn(before)
            if after == Breaker(engine=engine):
                connection.execute(delete(breaker).where(breaker.c.engine == engine))
            elif after != before:
                add(connection, breaker, [{"engine": engine} | {name: getattr(after, name) for name in SAID}], renew=SAID)
        return after


def _read(connection: Connection, engine: str) -> Breaker:
    row = connection.execute(OF, {"of": engine}).one_or_none()
    return _breaker(row) if row is not None else Breaker(engine=engine)


def _breaker(row: Record) -> Breaker:
    return Breaker(**row._mapping)
