"""How long the loop lets stories gather before it publishes them, and how many hands it has."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

from babelwire.desk import Desk, Done
from babelwire.errors import StoreError
from babelwire.runners import loop


def desk(*answers: bool | Exception) -> Desk:
    """A desk whose store says so often that there is more to come."""
    said = list(answers)

    def more_to_come(now: datetime) -> bool:
        answer: Any = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    return cast(Desk, SimpleNamespace(store=SimpleNamespace(more_to_come=more_to_come)))


def waited(made: Desk, longest: float, stop: threading.Event | None = None) -> float:
    begun = time.monotonic()
    loop._gather(made, lambda: datetime.now(UTC), stop or threading.Event(), longest)
    return time.monotonic() - begun


def test_the_last_story_does_not_wait() -> None:
    assert waited(desk(True, False), 30.0) < 10


def test_stories_gather_while_there_are_more_to_come() -> None:
    assert waited(desk(True), 0.6) >= 0.6


def test_a_locked_store_is_asked_again() -> None:
    assert waited(desk(StoreError("locked"), False), 30.0) < 10


def test_it_stops_when_told() -> None:
    stop = threading.Event()
    stop.set()
    assert waited(desk(True), 30.0, stop) < 10


def test_as_many_pages_are_read_at_once_as_there_are_takers() -> None:
    both, over = threading.Barrier(2), threading.Event()

    def take(now: datetime) -> Done:
        both.wait(10)  # raises where nobody else takes
        over.set()
        return Done()

    idle = lambda *now: Done()  # noqa: E731
    made = SimpleNamespace(
        poll=idle, translate=idle, publish_all=idle, tell=idle, alert=idle, take=take, publish_frame=idle, publish_rules=SimpleNamespace(every=0.1),
        store=SimpleNamespace(more_to_come=lambda now: False),
    )  # fmt: skip
    loop.run(cast(Desk, made), lambda: datetime.now(UTC), lambda job, done: None, over, takers=2, translators=0)
