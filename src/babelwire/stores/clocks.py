"""What a clock that was wrong has left behind: times that no rule gives, put right.

A machine that starts with its clock a year ahead polls its feeds, claims its work, and finds itself back in the present when
the clock is set: all of it would be due in a year. Leases last minutes, and waits at most a day; whatever lies further ahead
came from such a clock. Jumps forward need nothing: leases run out early, and work that is done twice is done once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from babelwire.model import EntryState
from babelwire.stores.database import Database
from babelwire.stores.tables import entry, feed, outbox, translation

SLACK = timedelta(hours=1)  #: clocks of machines that share a store are not so far apart
WAIT = timedelta(days=1) + SLACK  #: no wait is longer (``decide.next_try``, Retry-After)
REVISIT = timedelta(days=60)  #: nor is any second look so far ahead


def set_back(store: Database, now: datetime) -> bool:
    """Was the clock set back since work was last asked for?"""
    before, store.latest = store.latest, now
    return before is not None and now < before - SLACK


def mend(connection: Connection, now: datetime) -> None:
    """Make due what a wrong clock put off, and free what it claimed. At the start of a process, and when the clock was set back."""
    connection.execute(update(feed).where(feed.c.polled > now + SLACK).values(due=now, polled=now))
    connection.execute(update(entry).where(entry.c.due > now + WAIT, entry.c.state == EntryState.FOUND).values(due=now))
    connection.execute(
        update(entry).where(entry.c.due > now + SLACK, entry.c.state == EntryState.FOUND, entry.c.attempts == 0).values(due=now)
    )
    connection.execute(update(entry).where(entry.c.due > now + REVISIT).values(due=now))
    connection.execute(update(translation).where(translation.c.due > now + WAIT).values(due=None))
    connection.execute(update(outbox).where(outbox.c.due > now + WAIT).values(due=now))
    for table in (entry, translation, outbox):
        connection.execute(update(table).where(table.c.claimed_until > now + SLACK).values(claimed_until=None))
