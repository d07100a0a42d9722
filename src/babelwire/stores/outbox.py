"""The store's room for news on its way to receivers. It is written in the transaction that says what the site shows, so a desk
that is killed loses none of it and makes none up; delivered at least once, each time with the same words and the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from babelwire.model import Event, Letter
from babelwire.stores import bugs
from babelwire.stores.database import Database
from babelwire.stores.tables import outbox

SOME = 50  #: reasons listed at most
NOW: Any = bindparam("now", type_=outbox.c.due.type)
FREE = (outbox.c.due <= NOW, or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= NOW))
DUE = select(outbox).where(*FREE).order_by(outbox.c.due, outbox.c.id).limit(bindparam("most")).with_for_update(skip_locked=True)


class Outbox(Database):
    """Letters that wait to be delivered."""

    def claim_letters(self, now: datetime, limit: int, lease: timedelta) -> list[Letter]:
        with self.read() as connection:
            if connection.execute(DUE, {"now": now, "most": 1}).first() is None:
                return []  # the right to write is for those who will
        with self.write() as connection:
            rows = connection.execute(DUE, {"now": now, "most": limit}).all()
            taken = outbox.c.id.in_([row.id for row in rows])
            connection.execute(update(outbox).where(taken).values(claimed_until=now + lease))
        return [
            Letter(
                id=row.id,
                receiver=row.receiver,
                event=Event(kind=row.kind, when=row.time, subject=row.subject, text=row.text, language=row.language),
                attempts=row.attempts,
            )
            for row in rows
        ]

    def set_letter(self, letter: Letter, *, failure: str = "", next_try: datetime | None = None) -> None:
        with self.write() as connection:
            if failure:
                values = {"failure": failure, "due": next_try, "attempts": outbox.c.attempts + 1, "claimed_until": None}
                connection.execute(update(outbox).where(outbox.c.id == letter.id).values(values))
            else:
                connection.execute(delete(outbox).where(outbox.c.id == letter.id))
                bugs.clear(connection, "letter", [f"{letter.receiver} {letter.event.subject}"])


def post(connection: Connection, events: Iterable[Event], receivers: Sequence[str], now: datetime) -> None:
    """A letter to each of the receivers for each of the events."""
    rows = [
        {
            "receiver": receiver,
            "kind": event.kind,
            "time": event.when,
            "subject": event.subject,
            "text": event.text,
            "language": event.language,
            "due": now,
            "attempts": 0,
        }
        for event in events
        for receiver in receivers
    ]
    if rows:
        connection.execute(insert(outbox), rows)


def post_again(connection: Connection, now: datetime) -> int:
    """Letters that were given up are tried again."""
    return connection.execute(update(outbox).where(outbox.c.due.is_(None)).values(due=now, attempts=0, claimed_until=None)).rowcount


def waiting(connection: Connection) -> dict[str, object]:
    """What has not been delivered yet, for people."""
    open_ = (outbox.c.due.is_not(None),)
    oldest = connection.scalar(select(func.min(outbox.c.time)).where(*open_))
    given_up = select(outbox.c.receiver, outbox.c.failure, func.count()).where(outbox.c.due.is_(None))
    rows = connection.execute(given_up.group_by(outbox.c.receiver, outbox.c.failure).order_by(func.count().desc()).limit(SOME))
    return {
        "waiting": connection.scalar(select(func.count()).select_from(outbox).where(*open_)) or 0,
        "oldest": oldest.isoformat() if oldest else None,
        "failed": [{"receiver": receiver, "reason": failure, "items": items} for receiver, failure, items in rows],
    }
