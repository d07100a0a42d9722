"""The store's room for second chances."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, not_, or_, select, true, update

from babelwire.model import EntryState, TranslationState
from babelwire.modes import REVIEW
from babelwire.stores import outbox, validators
from babelwire.stores.database import Database, note
from babelwire.stores.history import find
from babelwire.stores.tables import bug, entry, feed, translation

SET_ASIDE = (TranslationState.FAILED, TranslationState.HELD)


class Retries(Database):
    """Failed and held items, back to be tried again."""

    def retry(self, address: str | None, now: datetime) -> int:
        with self.write() as connection:
            if address is None:
                connection.execute(delete(bug))
                return entries(connection, now, true()) + translations(connection, now, _unreviewed()) + outbox.post_again(connection, now)
            key = find(connection, address)
            if key is None:
                return _feed(connection, address.strip(), now)
            connection.execute(delete(bug).where(or_(bug.c.key == key, bug.c.key.startswith(f"{key} ", autoescape=True))))
            return entries(connection, now, entry.c.key == key) + translations(connection, now, translation.c.key == key)


def entries(connection: Connection, now: datetime, which: ColumnElement[bool]) -> int:
    """Those of the failed and set-aside entries; returns how many."""
    waiting = (which, entry.c.state.in_((EntryState.FAILED, EntryState.ASIDE)))
    keys = list(connection.scalars(select(entry.c.key).where(*waiting)))
    values = {"state": EntryState.FOUND, "due": now, "attempts": 0, "claimed_until": None}
    connection.execute(update(entry).where(*waiting).values(values))
    validators.forget(connection, keys)
    note(connection, now, "retried", [(key, "", "its page is read again") for key in keys])
    return len(keys)


def translations(connection: Connection, now: datetime, which: ColumnElement[bool]) -> int:
    """Those of the failed and held translations; returns how many."""
    aside = (which, translation.c.state.in_(SET_ASIDE))
    rows = connection.execute(select(translation.c.key, translation.c.language).where(*aside)).all()
    values = {"state": TranslationState.WAITING, "due": None, "attempts": 0, "claimed_until": None}
    connection.execute(update(translation).where(*aside).values(values))
    note(connection, now, "retried", [(row.key, row.language, "it is translated again") for row in rows])
    return len(rows)


def _unreviewed() -> ColumnElement[bool]:
    """All but those that wait for a person to read them: made again they would wait again. NULL is no reason to wait."""
    return not_(func.coalesce(translation.c.reason, "").startswith(REVIEW) & (translation.c.state == TranslationState.HELD))


def _feed(connection: Connection, url: str, now: datetime) -> int:
    """A feed by its address: asked again now, even where its server had said that it is gone."""
    connection.execute(delete(bug).where(bug.c.kind == "feed", bug.c.key == url))
    troubled = (feed.c.url == url, or_(feed.c.failures > 0, feed.c.retired == true()))
    return connection.execute(update(feed).where(*troubled).values(due=now, failures=0, failure=None, retired=False)).rowcount
