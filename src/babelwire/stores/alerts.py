"""The store's room for alerts: which ones are known. An alert is kept, and its news put into the outbox, in one transaction, so
that a desk that is killed tells each one once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from babelwire.model import Alert, AlertKind, Event
from babelwire.stores import outbox
from babelwire.stores.database import Database, Record, add
from babelwire.stores.tables import alert

CALM = timedelta(minutes=10)  #: for so long an alert must not be found any more before it is over: what flickers is one alert


class Alerts(Database):
    """As ``seams.Store`` says."""

    def set_alerts(self, found: Sequence[Alert], receivers: Sequence[str], now: datetime) -> list[Event]:
        with self.write() as connection:
            known = {(row.kind, row.subject): row for row in connection.execute(select(alert))}
            here = {(a.kind.value, a.subject): a for a in found}
            _keep(connection, list(here.values()), now)
            gone = [row for key, row in known.items() if key not in here]
            over = [row for row in gone if row.unseen is not None and now - row.unseen >= CALM]
            _count_down(connection, [row for row in gone if row.unseen is None], now)
            _end(connection, over)
            events = [_began(a, now) for key, a in here.items() if key not in known] + [_ended(row, now) for row in over]
            outbox.post(connection, events, receivers, now)
        return events

    def alerts(self) -> list[tuple[Alert, datetime]]:
        with self.read() as connection:
            rows = connection.execute(select(alert).order_by(alert.c.since.desc(), alert.c.kind, alert.c.subject)).all()
        return [(_alert(row), row.since) for row in rows]


def _keep(connection: Connection, found: Sequence[Alert], now: datetime) -> None:
    """New ones are kept; known ones are still there, whatever they say now."""
    rows = [
        {"kind": a.kind.value, "subject": a.subject, "since": now, "text": a.text, "language": a.language, "unseen": None} for a in found
    ]
    add(connection, alert, rows, renew=("text", "unseen"))


def _count_down(connection: Connection, rows: Sequence[Record], now: datetime) -> None:
    for row in rows:
        connection.execute(update(alert).where(alert.c.kind == row.kind, alert.c.subject == row.subject).values(unseen=now))


def _end(connection: Connection, rows: Sequence[Record]) -> None:
    for row in rows:
        connection.execute(delete(alert).where(alert.c.kind == row.kind, alert.c.subject == row.subject))


def _alert(row: Record) -> Alert:
    return Alert(kind=AlertKind(row.kind), subject=row.subject, text=row.text, language=row.language)


def _began(found: Alert, now: datetime) -> Event:
    return Event(kind=found.kind.value, when=now, subject=found.subject, text=found.text, language=found.language)


def _ended(row: Record, now: datetime) -> Event:
    text = f"over, after {_long(now - row.since)}: {row.text}"
    return Event(kind=f"{row.kind}-over", when=now, subject=row.subject, text=text, language=row.language)


def _long(span: timedelta) -> str:
    """A span in the unit that fits."""
    hours = span.total_seconds() / 3600
    return f"{span.total_seconds() / 60:.0f} min" if hours < 2 else f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"
