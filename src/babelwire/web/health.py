"""``/health``: is the desk at work? For container runtimes, load balancers and whoever gets up at night.

200 while the database answers and feeds that are due are being asked; 503 otherwise. A queue that has grown long is said, but is
no reason to start the desk anew. Nothing about stories, sources or settings is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from babelwire.errors import StoreError
from babelwire.model import Pulse
from babelwire.seams import Store

STUCK = timedelta(minutes=15)  #: a feed that is due is asked within seconds; after so long nobody is polling
Answer = dict[str, object]


def look(store: Store, queue_hours: float, now: datetime) -> tuple[bool, Answer]:
    """Is it well, and what was seen. ``queue_hours``: from which age a queue counts as late; 0: never."""
    try:
        pulse = store.pulse(now)
    except StoreError:
        return False, {"status": "down", "database": "does not answer"}
    stuck = pulse.due is not None and now - pulse.due >= STUCK
    late = [job for job, since in pulse.oldest.items() if queue_hours and now - since >= timedelta(hours=queue_hours)]
    status = "stuck" if stuck else "late" if late else "ok"
    return not stuck, {"status": status, "database": "ok", **_seen(pulse, now)}


def _seen(pulse: Pulse, now: datetime) -> Answer:
    ages = {job: round((now - since).total_seconds()) for job, since in pulse.oldest.items()}
    return {
        "last_poll": pulse.polled.isoformat() if pulse.polled else None,
        "polls_overdue_seconds": round((now - pulse.due).total_seconds()) if pulse.due else 0,
        "queue_age_seconds": max(ages.values(), default=0),
        "queues": ages,
    }


def routes(store: Store, queue_hours: Callable[[], float], clock: Callable[[], datetime]) -> list[Route]:
    """The route. It is a plain function, so Starlette runs it in a thread: it waits for the database."""

    def health(request: Request) -> JSONResponse:
        well, seen = look(store, queue_hours(), clock())
        return JSONResponse(seen, status_code=200 if well else 503, headers={"cache-control": "no-store"})

    return [Route("/health", health, methods=["GET"])]
