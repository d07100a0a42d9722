"""The store's room for sources, feeds and what polls bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, false, select, true, update

from babelwire.model import Caching, Entry, EntryState, Feed, FeedState, Source
from babelwire.stores import bugs, clocks, codec
from babelwire.stores.database import Database, Record, add, chunks, note
from babelwire.stores.tables import denied, entry, feed, source

SOURCES = select(source.c.id, source.c.body)
SOURCE = select(source.c.body).where(source.c.id == bindparam("of"))


class Feeds(Database):
    """Sources, feeds, polls."""

    def sync(self, sources: Sequence[Source], feeds: Sequence[Feed], now: datetime) -> None:
        with self.write() as connection:
            connection.execute(update(source).values(configured=False))
            connection.execute(update(feed).values(configured=False))
            rows = [{"id": s.id, "name": s.name, "configured": True, "body": codec.pack(s)} for s in sources]
            add(connection, source, rows, renew=("name", "configured", "body"))
            fresh = [_row(FeedState(feed=f, due=now)) | {"configured": True} for f in feeds]
            clocks.mend(connection, now)
            add(connection, feed, fresh, renew=("source_id", "language", "section", "configured"))

    def sources(self) -> dict[str, Source]:
        """Every source there ever was: what came from one that is not configured any more still needs its name."""
        with self.read() as connection:
            rows = connection.execute(SOURCES).all()
        return {row.id: _source(row.body) for row in rows}

    def source(self, source_id: str) -> Source:
        with self.read() as connection:
            body = connection.scalar(SOURCE, {"of": source_id})
        if body is None:
            raise KeyError(source_id)
        return _source(body)

    def feed_states(self) -> list[FeedState]:
        with self.read() as connection:
            rows = connection.execute(select(feed).where(feed.c.configured == true()).order_by(feed.c.url)).all()
        return [_state(row) for row in rows]

    def due_feeds(self, now: datetime, limit: int) -> list[FeedState]:
        due = (feed.c.configured == true(), feed.c.retired == false(), feed.c.due <= now)
        with self.read() as connection:
            rows = connection.execute(select(feed).where(*due).order_by(feed.c.due, feed.c.url).limit(limit)).all()
        return [_state(row) for row in rows]

    def record_poll(
        self, states: Sequence[FeedState], found: Sequence[Entry] = (), changed: Sequence[Entry] = (), *, now: datetime
    ) -> None:
        if not (states or found or changed):
            return
        with self.write() as connection:
            _set_states(connection, states)
            bugs.clear(connection, "feed", [s.feed.url for s in states if not s.failures])
            shut = _denied(connection, [*found, *changed])
            _add_found(connection, [e for e in found if e.key not in shut], now)
            _renew_changed(connection, [e for e in changed if e.key not in shut], now)

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        with self.read() as connection:
            for some in chunks(keys):
                found |= dict(connection.execute(select(entry.c.key, entry.c.digest).where(entry.c.key.in_(some))).all())
        return found

    def announced(self, source_id: str, ids: Sequence[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        with self.read() as connection:
            for some in chunks(ids):
                mine = select(entry.c.said_id, entry.c.key).where(entry.c.source_id == source_id, entry.c.said_id.in_(some))
                for row in connection.execute(mine.order_by(entry.c.dated.desc(), entry.c.key)):
                    found.setdefault(row.said_id, row.key)
        return found


@lru_cache(maxsize=1024)  # a source is read with every article of it, and changes once a year
def _source(body: bytes) -> Source:
    return codec.unpack(codec.SOURCE, body)


def _row(state: FeedState) -> dict[str, Any]:
    """A feed's columns but for ``configured``, which only the configuration sets."""
    return {
        "url": state.feed.url,
        "source_id": state.feed.source_id,
        "language": state.feed.language,
        "section": state.feed.section,
        "title": state.feed.title,
        "due": state.due,
        "etag": state.caching.etag,
        "last_modified": state.caching.last_modified,
        "body_hash": state.body_hash,
        "interval": state.interval.total_seconds(),
        "failures": state.failures,
        "failure": state.failure,
        "status": state.status,
        "polled": state.polled,
        "succeeded": state.succeeded,
        "moved_to": state.moved_to,
        "moved_seen": state.moved_seen,
        "moved_since": state.moved_since,
        "retired": state.retired,
    }


def _state(row: Record) -> FeedState:
    return FeedState(
        feed=Feed(url=row.url, source_id=row.source_id, language=row.language, section=row.section, title=row.title),
        due=row.due,
        caching=Caching(etag=row.etag, last_modified=row.last_modified),
        body_hash=row.body_hash,
        interval=timedelta(seconds=row.interval),
        failures=row.failures,
        failure=row.failure,
        status=row.status,
        polled=row.polled,
        succeeded=row.succeeded,
        moved_to=row.moved_to,
        moved_seen=row.moved_seen,
        moved_since=row.moved_since,
        retired=row.retired,
    )


CONFIGURED = ("source_id", "language", "section")  #: the configuration's word, which a poll does not change


def _set_states(connection: Connection, states: Sequence[FeedState]) -> None:
    if not states:
        return
    rows = [{f"p_{k}": v for k, v in _row(s).items() if k not in CONFIGURED} for s in states]
    columns: dict[str, Any] = {k.removeprefix("p_"): bindparam(k) for k in rows[0] if k != "p_url"}
    connection.execute(update(feed).where(feed.c.url == bindparam("p_url")).values(columns), rows)


def _add_found(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    keys = [e.key for e in entries]
    there: set[str] = set()
    for some in chunks(keys):
        there |= set(connection.scalars(select(entry.c.key).where(entry.c.key.in_(some))))
    fresh = {e.key: e for e in reversed(entries) if e.key not in there}  # of a key that came twice the first counts
    add(connection, entry, [_found(e, now) for e in reversed(fresh.values())])
    note(connection, now, "found", [(e.key, "", f"{e.feed_url} announced: {e.title}") for e in fresh.values()])


def _found(item: Entry, now: datetime) -> dict[str, Any]:
    return {
        "key": item.key,
        "feed_url": item.feed_url,
        "source_id": item.source_id,
        "link": item.link,
        "said_id": item.id,
        "digest": item.digest,
        "state": EntryState.FOUND,
        "dated": min(item.published or now, now),
        "breaking": item.breaking,
        "due": now,
        "attempts": 0,
        "failure": None,
        "claimed_until": None,
        "body": codec.pack(item),
    }


def _renew_changed(connection: Connection, entries: Sequence[Entry], now: datetime) -> None:
    rows = [
        {"p_key": e.key, "p_link": e.link, "p_said_id": e.id, "p_digest": e.digest, "p_breaking": e.breaking, "p_body": codec.pack(e)}
        for e in entries
    ]
    if rows:
        values = {
            "link": bindparam("p_link"),
            "said_id": bindparam("p_said_id"),
            "digest": bindparam("p_digest"),
            "breaking": bindparam("p_breaking"),
            "body": bindparam("p_body"),
            "state": EntryState.FOUND,
            "due": now,
            "attempts": 0,
            "failure": None,
        }
        connection.execute(update(entry).where(entry.c.key == bindparam("p_key")).values(values), rows)
        note(connection, now, "changed", [(e.key, "", f"{e.feed_url} says something new: {e.title}") for e in entries])


def _denied(connection: Connection, entries: Sequence[Entry]) -> set[str]:
    """Keys of those entries that were taken down for good."""
    values = [v for e in entries for v in (e.key, e.link) if v]
    shut: set[str] = set()
    for some in chunks(values):
        shut |= set(connection.scalars(select(denied.c.value).where(denied.c.value.in_(some))))
    return {e.key for e in entries if e.key in shut or e.link in shut}
