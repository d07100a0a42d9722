"""The store's room for our own mistakes: kept with their traceback until the item passes, or is retried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from babelwire.stores.database import Database, add
from babelwire.stores.tables import bug

CLEAR_ONE = delete(bug).where(bug.c.kind == bindparam("of_kind"), bug.c.key == bindparam("of_key"))  # a third of what the other takes
CLEAR = delete(bug).where(bug.c.kind == bindparam("of_kind"), bug.c.key.in_(bindparam("of_keys", expanding=True)))


class Bugs(Database):
    """Bugs."""

    def set_bug(self, kind: str, key: str, traceback: str, now: datetime) -> None:
        with self.write() as connection:
            before = connection.scalar(select(bug.c.times).where(bug.c.kind == kind, bug.c.key == key)) or 0
            row = {"kind": kind, "key": key, "time": now, "times": before + 1, "traceback": traceback}
            add(connection, bug, [row], renew=("time", "times", "traceback"))


def clear(connection: Connection, kind: str, keys: Sequence[str]) -> None:
    """These have passed: what was written down about them is history."""
    if len(keys) == 1:
        connection.execute(CLEAR_ONE, {"of_kind": kind, "of_key": keys[0]})
    elif keys:
        connection.execute(CLEAR, {"of_kind": kind, "of_keys": keys})
