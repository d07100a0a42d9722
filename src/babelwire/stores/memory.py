"""The store's room for the translation memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from babelwire.stores.database import Database, add, chunks
from babelwire.stores.tables import memory


class Memory(Database):
    """The translation memory: whatever is in here has passed the checks."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, tuple[str, float | None]]:
        found: dict[str, tuple[str, float | None]] = {}
        with self.read() as connection:
            for some in chunks(keys):
                for row in connection.execute(select(memory).where(memory.c.key.in_(some))):
                    found[row.key] = (row.target, row.score)
        return found

    def remember(self, items: Mapping[str, tuple[str, float | None]], now: datetime) -> None:
        rows = [{"key": key, "target": target, "score": score, "made": now} for key, (target, score) in items.items()]
        if rows:
            with self.write() as connection:
                add(connection, memory, rows, renew=("target", "score", "made"))
