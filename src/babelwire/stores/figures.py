"""The store's room for figures: what metrics, health and alerts are made of, computed when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, select, true

from babelwire import model
from babelwire.model import EntryState, TranslationState
from babelwire.stores.database import Database
from babelwire.stores.tables import aside, bug, entry, feed, outbox, publication, revision, translation

PASSED = (TranslationState.READY, TranslationState.PUBLISHED)


class Figures(Database):
    """As ``seams.Store`` says."""

    def pulse(self, now: datetime) -> model.Pulse:
        with self.read() as connection:
            return _pulse(connection, now)

    def figures(self, now: datetime) -> model.Figures:
        with self.read() as connection:
            return model.Figures(
                pulse=_pulse(connection, now),
                feeds=_feeds(connection),
                entries=_counts(connection, entry.c.state),
                translations={(s, lang): n for s, lang, n in _groups(connection, translation.c.state, translation.c.language)},
                queue=_queue(connection, now),
                held={(r, p): n for r, p, n in _groups(connection, translation.c.reason, translation.c.pair, HELD)},
                passed=_counts(connection, translation.c.pair, translation.c.pair.is_not(None), translation.c.state.in_(PASSED)),
                stories=_counts(connection, publication.c.language, publication.c.listed == true()),
                last=_last(connection),
                aside=tuple((r.source_id, r.reason) for r in connection.execute(select(aside).order_by(aside.c.source_id))),
                bugs=connection.scalar(select(func.count()).select_from(bug)) or 0,
                letters_given_up=connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.due.is_(None))) or 0,
            )

    def published_since(self, since: datetime) -> list[tuple[str, str, datetime, datetime]]:
        columns = (publication.c.key, publication.c.language, publication.c.dated, publication.c.published)
        with self.read() as connection:
            here = (publication.c.language.in_(_languages(connection)), publication.c.listed == true(), publication.c.published >= since)
            rows = connection.execute(select(*columns).where(*here).order_by(publication.c.published)).all()
        return [(row.key, row.language, row.dated, row.published) for row in rows]


HELD = translation.c.state == TranslationState.HELD
POLLED = and_(feed.c.configured == true(), feed.c.retired == false())
#: What waits for each job, and since when: to be read since it is due, to be translated since its text was seen.
WAITS: Mapping[str, tuple[ColumnElement[datetime | None], Any, Any]] = {
    "take": (entry.c.due, entry, entry.c.state == EntryState.FOUND),
    "translate": (
        revision.c.seen,
        translation.join(revision, and_(revision.c.key == translation.c.key, revision.c.number == translation.c.revision)),
        translation.c.state == TranslationState.WAITING,
    ),
    "publish": (publication.c.pending, publication, publication.c.pending.is_not(None)),
    "tell": (outbox.c.time, outbox, outbox.c.due.is_not(None)),
}


def _pulse(connection: Connection, now: datetime) -> model.Pulse:
    oldest = {}
    for job, (since, table, waits) in WAITS.items():
        found = connection.scalar(select(since).select_from(table).where(waits, since <= now).order_by(since).limit(1))
        if found is not None:
            oldest[job] = found
    return model.Pulse(
        polled=connection.scalar(select(feed.c.polled).where(feed.c.polled.is_not(None)).order_by(feed.c.polled.desc()).limit(1)),
        due=connection.scalar(select(feed.c.due).where(POLLED, feed.c.due <= now).order_by(feed.c.due).limit(1)),
        oldest=oldest,
    )


def _queue(connection: Connection, now: datetime) -> dict[str, int]:
    """How many items wait for each job at this moment."""
    due = select(func.count()).select_from(feed).where(POLLED, feed.c.due <= now)
    sizes = {"poll": connection.scalar(due) or 0}
    for job, (since, table, waits) in WAITS.items():
        sizes[job] = connection.scalar(select(func.count()).select_from(table).where(waits, since <= now)) or 0
    return sizes


def _feeds(connection: Connection) -> dict[str, int]:
    here = feed.c.configured == true()
    kinds = {
        "retired": feed.c.retired == true(),
        "failing": and_(feed.c.retired == false(), feed.c.failures > 0),
        "new": and_(feed.c.retired == false(), feed.c.failures == 0, feed.c.succeeded.is_(None)),
        "well": and_(feed.c.retired == false(), feed.c.failures == 0, feed.c.succeeded.is_not(None)),
    }
    return {name: connection.scalar(select(func.count()).select_from(feed).where(here, kind)) or 0 for name, kind in kinds.items()}


def _last(connection: Connection) -> dict[str, datetime]:
    """The newest first publication of each edition, of the stories that are on the site."""
    found = {}
    for language in _languages(connection):
        here = (publication.c.language == language, publication.c.listed == true())
        last = connection.scalar(select(func.max(publication.c.published)).where(*here))
        if last is not None:
            found[language] = last
    return found


def _languages(connection: Connection) -> list[str]:
    """Those of the archive, each found by a look into an index: DISTINCT would read all of it."""
    found: list[str] = []
    while True:
        beyond = publication.c.language > (found[-1] if found else "")
        following = connection.scalar(select(func.min(publication.c.language)).where(beyond))
        if following is None:
            return found
        found.append(following)


def _groups(
    connection: Connection, first: ColumnElement[Any], second: ColumnElement[Any], where: ColumnElement[bool] | None = None
) -> list[tuple[str, str, int]]:
    counted = select(first, second, func.count()).group_by(first, second)
    rows = connection.execute(counted if where is None else counted.where(where))
    return [(a or "", b or "", count) for a, b, count in rows]


def _counts(connection: Connection, column: ColumnElement[Any], *where: ColumnElement[bool]) -> dict[str, int]:
    return {str(name): count for name, count in connection.execute(select(column, func.count()).where(*where).group_by(column))}
