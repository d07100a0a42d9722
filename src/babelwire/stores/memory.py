"""The store's room for the translation memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from babelwire.model import Pair, Remembered
from babelwire.stores.database import Database, Record, add, chunks
from babelwire.stores.tables import memory

ANY_OF = select(memory).where(memory.c.key.in_(bindparam("keys", expanding=True)))
PAGE = 1000  #: rows read at once when all of it is read: no transaction stays open between them


class Memory(Database):
    """The translation memory: whatever is in here has passed the checks."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]:
        found: dict[str, Remembered] = {}
        with self.read() as connection:
            for some in chunks(keys):
                for row in connection.execute(ANY_OF, {"keys": some}):
                    found[row.key] = _remembered(row)
        return found

    def remember(self, items: Mapping[str, Remembered], now: datetime, *, again: bool = False) -> None:
        rows = [
            {
                "key": key,
                "source_language": item.pair.source,
                "target_language": item.pair.target,
                "source": item.source,
                "target": item.target,
                "engine": item.engine,
                "origin": item.origin,
                "score": item.score,
                "made": item.made or now,
            }
            for key, item in items.items()
        ]
        if rows:
            with self.write(again=again) as connection:
                add(connection, memory, rows, renew=("source", "target", "engine", "origin", "score", "made"))

    def memories(self, pair: Pair | None = None) -> Iterator[Remembered]:
        here = () if pair is None else (memory.c.source_language == pair.source, memory.c.target_language == pair.target)
        statement = select(memory).where(*here).order_by(memory.c.made, memory.c.key).limit(PAGE)
        page = statement
        while True:
            with self.read() as connection:
                rows = connection.execute(page).all()
            yield from map(_remembered, rows)
            if len(rows) < PAGE:
                return
            last = rows[-1]
            page = statement.where(or_(memory.c.made > last.made, (memory.c.made == last.made) & (memory.c.key > last.key)))


def _remembered(row: Record) -> Remembered:
    return Remembered(
        source=row.source, target=row.target, pair=Pair(row.source_language, row.target_language), engine=row.engine, score=row.score,
        origin=row.origin, made=row.made,
    )  # fmt: skip
