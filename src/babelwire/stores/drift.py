"""The store's room for what extraction makes of each source's pages, and for sources that are set aside."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, true, update

from babelwire.model import EntryState, Sample, Watch
from babelwire.stores import validators
from babelwire.stores.database import Database, Record, add, note
from babelwire.stores.tables import aside, entry, sample

KEEP = 80  #: samples of a source
ASIDE = select(aside).where(aside.c.source_id == bindparam("of"))
SAMPLES = select(sample).where(sample.c.source_id == bindparam("of")).order_by(sample.c.id.desc())
ADD = insert(sample)
KIND = (sample.c.source_id == bindparam("of"), sample.c.aside == bindparam("kind", type_=sample.c.aside.type))
OLDEST = select(sample.c.id).where(*KIND).order_by(sample.c.id.desc()).offset(KEEP)


class Drift(Database):
    """Samples, and sources set aside."""

    def watch(self, source_id: str) -> Watch:
        with self.read() as connection:
            return _watch(connection, source_id)

    def set_watch(self, source_id: str, new: Sample, reason: str, now: datetime) -> None:
        with self.write(again=True) as connection:
            there = connection.execute(ASIDE, {"of": source_id}).one_or_none()
            if reason and not there:
                add(connection, aside, [{"source_id": source_id, "since": now, "reason": reason}])
            _keep(connection, source_id, new, set_aside=bool(reason))
            if there and not reason:
                _free(connection, source_id, "its pages are as they were", now)
                _forget(connection, source_id)

    def accept(self, source_id: str, now: datetime) -> int | None:
        with self.write() as connection:
            if connection.scalar(select(aside.c.since).where(aside.c.source_id == source_id)) is None:
                return None
            before = (sample.c.source_id == source_id, sample.c.aside != true())
            connection.execute(delete(sample).where(*before))
            connection.execute(update(sample).where(sample.c.source_id == source_id).values(aside=False))
            return _free(connection, source_id, "what its pages are now was accepted", now)


def _watch(connection: Connection, source_id: str) -> Watch:
    there = connection.execute(ASIDE, {"of": source_id}).one_or_none()
    rows = connection.execute(SAMPLES, {"of": source_id})
    samples = tuple(_sample(row) for row in rows)
    return Watch(source_id=source_id, samples=samples, since=there.since if there else None, reason=there.reason if there else "")


def _sample(row: Record) -> Sample:
    return Sample(
        key=row.key, seen=row.seen, words=row.words, captions=row.captions, headline=row.headline, text=row.text,
        failed=row.failed, aside=row.aside,
    )  # fmt: skip


def _keep(connection: Connection, source_id: str, new: Sample, *, set_aside: bool) -> None:
    """The newest count; what the source was like before is not crowded out by what was seen while it was set aside."""
    row: dict[str, Any] = {name: getattr(new, name) for name in ("key", "seen", "words", "captions", "headline", "text", "failed")}
    connection.execute(ADD, [row | {"source_id": source_id, "aside": set_aside}])
    old = connection.scalars(OLDEST, {"of": source_id, "kind": set_aside}).all()
    if old:
        connection.execute(delete(sample).where(sample.c.id.in_(old)))


def _forget(connection: Connection, source_id: str) -> None:
    """What was seen while the source was set aside is not what it is like."""
    connection.execute(delete(sample).where(sample.c.source_id == source_id, sample.c.aside == true()))


def _free(connection: Connection, source_id: str, why: str, now: datetime) -> int:
    """The source is not set aside any more: its pages are read again."""
    connection.execute(delete(aside).where(aside.c.source_id == source_id))
    which = (entry.c.source_id == source_id, entry.c.state == EntryState.ASIDE)
    keys = list(connection.scalars(select(entry.c.key).where(*which)))
    values = {"state": EntryState.FOUND, "due": now, "attempts": 0, "failure": None, "claimed_until": None}
    connection.execute(update(entry).where(*which).values(values))
    validators.forget(connection, keys)
    note(connection, now, "released", [(key, "", f"{source_id} is not set aside any more: {why}") for key in keys])
    return len(keys)


def set_aside(connection: Connection) -> list[dict[str, object]]:
    """Sources that are set aside, with the number of articles that wait, for people."""
    waiting = func.count(entry.c.key).label("items")
    here = (entry.c.source_id == aside.c.source_id) & (entry.c.state == EntryState.ASIDE)
    statement = select(aside, waiting).join_from(aside, entry, here, isouter=True).group_by(*aside.c).order_by(aside.c.since)
    return [
        {"source": row.source_id, "since": row.since.isoformat(), "reason": row.reason, "items": row.items}
        for row in connection.execute(statement)
    ]
