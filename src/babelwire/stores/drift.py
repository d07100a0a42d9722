"""The store's room for what extraction makes of each source's pages, and for sources that are set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select, update

from babelwire.model import EntryState, Sample, Watch, replace
from babelwire.stores import codec, validators
from babelwire.stores.database import Database, add, note
from babelwire.stores.tables import aside, entry, source, watch

KEEP = 80  #: samples of a source
KNOWN = (
    select(watch.c.body, aside.c.since, aside.c.reason)
    .select_from(source.outerjoin(watch, watch.c.source_id == source.c.id).outerjoin(aside, aside.c.source_id == source.c.id))
    .where(source.c.id == bindparam("of"))
)


class Drift(Database):
    """Samples, and sources set aside. The samples of a source are one value: all are read and one is added with every page."""

    def watch(self, source_id: str) -> Watch:
        with self.read() as connection:
            return _watch(connection, source_id)

    def set_watch(self, source_id: str, new: Sample, judge: Callable[[Watch, Sample], str], now: datetime) -> str:
        with self.write(again=True) as connection:
            before = _watch(connection, source_id)
            reason = judge(before, new)
            if reason and not before.since:
                add(connection, aside, [{"source_id": source_id, "since": now, "reason": reason}])
            samples = _with(before.samples, replace(new, aside=bool(reason)))
            if before.since and not reason:  # what was seen while the source was set aside is not what it is like
                _free(connection, source_id, "its pages are as they were", now)
                samples = tuple(s for s in samples if not s.aside)
            _keep(connection, source_id, samples)
        return reason

    def accept(self, source_id: str, now: datetime) -> int | None:
        with self.write() as connection:
            before = _watch(connection, source_id)
            if before.since is None:
                return None
            _keep(connection, source_id, tuple(replace(s, aside=False) for s in before.samples if s.aside))
            return _free(connection, source_id, "what its pages are now was accepted", now)


def _watch(connection: Connection, source_id: str) -> Watch:
    row = connection.execute(KNOWN, {"of": source_id}).one_or_none()
    if row is None:
        return Watch(source_id=source_id)
    samples = codec.unpack(codec.SAMPLES, row.body) if row.body else ()
    return Watch(source_id=source_id, samples=samples, since=row.since, reason=row.reason or "")


def _with(samples: tuple[Sample, ...], new: Sample) -> tuple[Sample, ...]:
    """With the newest; what the source was like before is not crowded out by what was seen while it was set aside."""
    alike = [s for s in samples if s.aside == new.aside]
    return (new, *(s for s in samples if s is not alike[-1])) if len(alike) >= KEEP else (new, *samples)


def _keep(connection: Connection, source_id: str, samples: tuple[Sample, ...]) -> None:
    add(connection, watch, [{"source_id": source_id, "body": codec.pack(samples)}], renew=("body",))


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
