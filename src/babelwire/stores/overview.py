"""The store's room for the state of affairs: what ``babelwire status`` prints. JSON only: numbers, words, ISO times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select, true

from babelwire.model import EntryState, TranslationState
from babelwire.stores import drift, outbox, reports
from babelwire.stores.database import Database, Record
from babelwire.stores.tables import bug, entry, feed, publication, translation

WAITS = and_(translation.c.state == TranslationState.WAITING, translation.c.failure.is_not(None))  #: for an engine, or a budget
SOME = 50  #: failing feeds, bugs and reasons listed at most; the counts are of all


class Overview(Database):
    """Counts, and what needs a person."""

    def overview(self, now: datetime) -> Mapping[str, object]:
        with self.read() as connection:
            return {
                "now": now.isoformat(),
                "feeds": _feeds(connection, now),
                "entries": {
                    "by_state": _counts(connection, entry.c.state),
                    "failed": _failed_entries(connection),
                    "aside": drift.set_aside(connection),
                },
                "translations": _translations(connection, now),
                "published": _published(connection),
                "outbox": outbox.waiting(connection),
                "reports": reports.waiting(connection),
                "bugs": _bugs(connection),
            }


def iso(time: datetime | None) -> str | None:
    return time.isoformat() if time else None


def _counts(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> dict[str, int]:
    rows = connection.execute(select(column, func.count()).where(*where).group_by(column).order_by(column))
    return {str(name): count for name, count in rows}


def _feeds(connection: Connection, now: datetime) -> dict[str, object]:
    configured = feed.c.configured == true()
    state = (feed.c.failures, feed.c.failure, feed.c.status, feed.c.due, feed.c.succeeded, feed.c.retired)
    columns = (feed.c.url, feed.c.source_id, *state, feed.c.moved_to, feed.c.moved_seen, feed.c.moved_since)
    rows = connection.execute(select(*columns).where(configured).order_by(feed.c.failures.desc(), feed.c.url)).all()
    failing = [r for r in rows if r.failures and not r.retired]
    return {
        "total": len(rows),
        "ok": sum(1 for r in rows if not r.failures and not r.retired),
        "never_polled": sum(1 for r in rows if r.succeeded is None and not r.failures),
        "due": sum(1 for r in rows if r.due <= now and not r.retired),
        "failing": [_feed(r) for r in failing[:SOME]],
        "failing_count": len(failing),
        "retired": [_feed(r) for r in rows if r.retired],
        "moving": [_moving(r) for r in rows if r.moved_to],
    }


def _moving(row: Record) -> dict[str, object]:
    """A feed that permanent redirects lead away from: a move, or a lapsed domain in other hands. A person should look."""
    alert = "" if row.moved_seen else f"is sent on for good to {row.moved_to}, where none of its stories are known"
    return {
        "url": row.url, "source": row.source_id, "to": row.moved_to, "seen": row.moved_seen, "since": iso(row.moved_since), "alert": alert
    }  # fmt: skip


def _feed(row: Record) -> dict[str, object]:
    return {
        "url": row.url,
        "source": row.source_id,
        "reason": row.failure,
        "status": row.status,
        "failures": row.failures,
        "due": iso(row.due),
        "succeeded": iso(row.succeeded),
    }


def _failed_entries(connection: Connection) -> list[dict[str, object]]:
    return _reasons(connection, entry.c.failure, entry.c.state == EntryState.FAILED)


def _reasons(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> list[dict[str, object]]:
    """How many items for each reason, most first."""
    how_many = func.count().label("items")
    rows = connection.execute(select(column, how_many).where(*where).group_by(column).order_by(how_many.desc(), column).limit(SOME))
    return [{"reason": reason or "", "items": items} for reason, items in rows]


def _translations(connection: Connection, now: datetime) -> dict[str, object]:
    columns = (translation.c.state, translation.c.language)
    rows = connection.execute(select(*columns, func.count()).group_by(*columns).order_by(*columns))
    return {
        "by_state": _table(rows),
        "held": _reasons(connection, translation.c.reason, translation.c.state == TranslationState.HELD),
        "failed": _reasons(connection, translation.c.failure, translation.c.state == TranslationState.FAILED),
        "waiting": _reasons(connection, translation.c.failure, WAITS),
        "short": _short(connection),
        "oldest_waiting": _oldest(connection, translation.c.dated, translation.c.state == TranslationState.WAITING, now=now),
        "oldest_unpublished": _oldest(connection, publication.c.pending, publication.c.pending.is_not(None), now=now),
    }


def _short(connection: Connection) -> dict[str, object]:
    """Translations of which there is no more than the headline, since a budget is spent, and when the first is made in full."""
    items, again = connection.execute(select(func.count(), func.min(translation.c.again)).where(translation.c.again.is_not(None))).one()
    return {"items": items, "again": iso(again)}


def _table(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for state, language, count in rows:
        found.setdefault(state, {})[language] = count
    return found


def _oldest(
    connection: Connection, column: ColumnElement[datetime], *where: ColumnElement[bool], now: datetime
) -> dict[str, object] | None:
    since = connection.scalar(select(column).where(*where).order_by(column).limit(1))
    return None if since is None else {"since": iso(since), "seconds": max(0.0, (now - since).total_seconds())}


def _published(connection: Connection) -> dict[str, object]:
    """By edition: how many stories stand there, and when the last one came."""
    listed = publication.c.listed == true()
    rows = connection.execute(
        select(publication.c.language, func.count(), func.max(publication.c.published)).where(listed).group_by(publication.c.language)
    )
    return {language: {"stories": stories, "last": iso(last)} for language, stories, last in sorted(rows)}


def _bugs(connection: Connection) -> dict[str, object]:
    rows = connection.execute(select(bug).order_by(bug.c.time.desc()).limit(SOME)).all()
    listed = [{"kind": r.kind, "item": r.key, "time": iso(r.time), "times": r.times, "traceback": r.traceback} for r in rows]
    return {"count": connection.scalar(select(func.count()).select_from(bug)) or 0, "newest": listed}
