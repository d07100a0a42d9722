"""How long the loop lets stories gather before it publishes them, and how many hands it has."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

from babelwire.desk import Desk, Done
from babelwire.errors import StoreError
from babelwire.model import Flow
from babelwire.runners import loop

MORE, DONE = Flow(coming=9, ready=3), Flow(coming=0, ready=12)


def desk(*answers: Flow | Exception) -> Desk:
    """A desk whose store says, one after the other, what is on its way."""
    said = list(answers)

    def flow(now: datetime) -> Flow:
        answer = said.pop(0) if len(said) > 1 else said[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return cast(Desk, SimpleNamespace(store=SimpleNamespace(flow=flow), publish_rules=SimpleNamespace(every=0.0)))


def waited(made: Desk, longest: float, stop: threading.Event | None = None) -> float:
    begun = time.monotonic()
    made.publish_rules.every = longest  # type: ignore[misc]
    loop.gather(made, lambda: datetime.now(UTC), stop or threading.Event())
    return time.monotonic() - begun


def test_the_last_story_does_not_wait() -> None:
    assert waited(desk(MORE, DONE), 30.0) < 10


def test_many_stories_do_not_wait_for_a_few() -> None:
    assert waited(desk(MORE, Flow(coming=9, ready=18)), 30.0) < 10
    assert waited(desk(Flow(coming=1, ready=15)), 0.6) >= 0.6, "one at a time costs too much"
    assert waited(desk(Flow(coming=50, ready=60)), 0.6) >= 0.6


def test_stories_gather_while_there_are_more_to_come() -> None:
    assert waited(desk(MORE), 0.6) >= 0.6


def test_a_locked_store_is_asked_again() -> None:
    assert waited(desk(StoreError("locked"), DONE), 30.0) < 10


def test_it_stops_when_told() -> None:
    stop = threading.Event()
    stop.set()
    assert waited(desk(MORE), 30.0, stop) < 10


def test_as_many_pages_are_read_at_once_as_there_are_takers() -> None:
    both, over = threading.Barrier(2), threading.Event()

    def take(now: datetime) -> Done:
        both.wait(10)  # raises where nobody else takes
        over.set()
        return Done()

    idle = lambda *now: Done()  # noqa: E731
    made = SimpleNamespace(
        poll=idle, translate=idle, publish_all=idle, tell=idle, alert=idle, take=take, publish_frame=idle, publish_rules=SimpleNamespace(every=0.1),
        store=SimpleNamespace(flow=lambda now: DONE),
    )  # fmt: skip
    loop.run(cast(Desk, made), lambda: datetime.now(UTC), lambda job, done: None, over, takers=2, translators=0)


def test_a_job_without_work_sleeps_longer_and_longer_and_after_work_looks_again_soon() -> None:
    slept: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            slept.append(timeout or 0.0)
            return False

    rest, stop = loop.Rest(), Stop()
    for items in (0, 0, 0, 0, 0, 3, 0):
        rest.after(Done(items=items), stop)
    assert slept == [0.05, 0.1, 0.2, loop.IDLE, loop.IDLE, 0.05]
