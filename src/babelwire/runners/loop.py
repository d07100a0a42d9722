"""One process, a thread a job: the desk runs until it is told to stop.

Each thread asks its job for work, and sleeps a little when there was none. Rows are the hand-over, so the threads share
nothing but the store; stopping (or ``kill -9``) loses at most what was being worked on, which another run does again.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime

from babelwire import heap, slices
from babelwire.desk import Desk, Done
from babelwire.errors import BabelwireError, StoreError
from babelwire.model import Flow

ALERT = 60.0  #: seconds between two looks for what needs a person
IDLE = 0.25  #: seconds without work before a job looks again, and between two looks whether more stories are to come
SOON = 0.05  #: the first of the two right after work: a story that comes from one job to the next does not wait long

MANY = 16  #: stories ready from which on they do not wait for a few more: a publication costs as much as some stories, however small
SHARE = 2  #: times as many as are to come

Report = Callable[[str, Done], None]
Job = Callable[[datetime], Done]


class Rest:
    """How long a job sleeps when there was nothing to do: at first ``SOON``, then twice as long each time, up to ``IDLE``."""

    def __init__(self) -> None:
        self.seconds = SOON

    def after(self, done: Done, stop: threading.Event) -> None:
        """Sleep, unless something was done."""
        if done.items:
            self.seconds = SOON
        elif not stop.wait(self.seconds):
            self.seconds = min(2 * self.seconds, IDLE)


def run(
    desk: Desk,
    clock: Callable[[], datetime],
    report: Report,
    stop: threading.Event,
    *,
    hurry: threading.Event | None = None,
    takers: int = 1,
    translators: int = 1,
    publishers: int = 1,
) -> None:
    """Run all jobs until ``stop`` is set; what is being worked on is finished, within half a minute once ``hurry`` is set as well.
    An error of a whole job (the database is locked, the disk is full) is reported and the job tries again after a while; a bug in
    the loop itself stops the run and is raised."""
    failures: list[BaseException] = []

    def worker(name: str, job: Job) -> None:
        rest = Rest()
        try:
            while not stop.is_set():
                done = once(name, job, clock(), report)
                if name == "publish":
                    gather(desk, clock, stop)
                elif name == "alert":
                    stop.wait(ALERT)
                else:
                    rest.after(done, stop)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            failures.append(error)
            stop.set()

    desk.publish_frame(clock())
    heap.settle()
    slices.lengthen()
    jobs: list[tuple[str, Job]] = [("poll", desk.poll), ("tell", desk.tell), ("alert", desk.alert)]
    jobs += [("publish", desk.publish_all)] * publishers + [("take", desk.take)] * takers + [("translate", desk.translate)] * translators
    threads = [threading.Thread(target=worker, args=job, name=job[0], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    stop.wait()
    _join(threads, hurry or stop)
    if failures:
        raise failures[0]


def gather(desk: Desk, clock: Callable[[], datetime], stop: threading.Event) -> None:
    """Wait for more stories to publish at once, as long as there are more to come, and no longer than the desk's rules say."""
    until = time.monotonic() + desk.publish_rules.every
    while not stop.wait(min(IDLE, max(0.0, until - time.monotonic()))):
        try:
            if time.monotonic() >= until or _enough(desk.store.flow(clock())):
                return
        except StoreError:
            continue  # the next publication says so


def _enough(flow: Flow) -> bool:
    """Nothing more is to come, or so little that what is there is not kept waiting for it: it is made meanwhile."""
    return flow.coming == 0 or flow.ready >= max(MANY, SHARE * flow.coming)


def _join(threads: Sequence[threading.Thread], hurry: threading.Event) -> None:
    for thread in threads:
        while thread.is_alive() and not hurry.is_set():
            thread.join(timeout=0.2)
    for thread in threads:
        thread.join(timeout=30)


def until_done(desk: Desk, clock: Callable[[], datetime], report: Report, *, translators: int = 2) -> None:
    """Every job until there is nothing more to do at this moment; translations are made by several threads at once, for
    engines that are processes of their own."""
    once("poll", desk.poll, clock(), report)
    while once("take", desk.take, clock(), report).items:
        pass
    failures: list[BaseException] = []

    def worker() -> None:
        try:
            while not failures and once("translate", functools.partial(desk.translate, limit=2), clock(), report).items:
                pass
        except BaseException as error:  # noqa: BLE001 - raised again below, in the caller's thread
            failures.append(error)

    threads = [threading.Thread(target=worker, name="translate", daemon=True) for _ in range(translators)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    while once("publish", desk.publish_all, clock(), report).items:
        pass
    once("alert", desk.alert, clock(), report)
    while once("tell", desk.tell, clock(), report).items:
        pass


def once(name: str, job: Job, now: datetime, report: Report) -> Done:
    """A job once: its own errors are reported, so that the next job, or the next time, goes on."""
    try:
        done = job(now)
    except BabelwireError as error:
        done = Done()
        done.fail(name, error)
    if done.items or done.failed:
        report(name, done)
    return done
