"""The one place where synchronous code meets an event loop: a thread that runs one, started when first used.

A batch crosses once in each direction, and its answers come back in bundles of 10 ms: to wake the other thread for every
answer costs a third of what an unchanged poll does.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")
BUNDLE = 0.01  #: seconds


class Crossing:
    """Runs coroutines on a loop of its own; may be called from any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._closed = False

    def call(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of the coroutine that ``work`` makes, or what it raises. Gives up on it when the caller is interrupted."""
        loop = self._running()
        future = asyncio.run_coroutine_threadsafe(work(), loop)
        try:
            return future.result()
        finally:
            future.cancel()

    def stream(self, work: Callable[[Callable[[T], None]], Coroutine[Any, Any, None]]) -> Iterator[T]:
        """What ``work(put)`` puts, as it comes; then what it raises. Cancels it when the reader stops early."""
        loop = self._running()
        belt: Belt[T] = Belt(loop)
        future = asyncio.run_coroutine_threadsafe(work(belt.put), loop)
        future.add_done_callback(lambda _: belt.end())
        try:
            for items in belt.bundles():
                yield from items
            future.result()
        finally:
            future.cancel()

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run ``last()`` on the loop, if it ever started, and end the thread."""
        with self._lock:
            self._closed, loop, thread = True, self._loop, self._thread
            self._loop = self._thread = None
        if loop is not None and thread is not None:
            asyncio.run_coroutine_threadsafe(_finish(last), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._closed:
                raise RuntimeError(f"{self._name} is closed")
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name=self._name, daemon=True)
                self._thread.start()
            return self._loop


class Belt(Generic[T]):
    """Carries items from the loop to a waiting thread, those of some milliseconds in one bundle."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._bundles: SimpleQueue[list[T] | None] = SimpleQueue()
        self._open: list[T] = []

    def put(self, item: T) -> None:
        """On the loop."""
        if not self._open:
            self._loop.call_later(BUNDLE, self._send)
        self._open.append(item)

    def _send(self) -> None:
        if self._open:
            self._bundles.put(self._open)
            self._open = []

    def end(self) -> None:
        """On the loop: nothing comes after this."""
        self._send()
        self._bundles.put(None)

    def bundles(self) -> Iterator[list[T]]:
        """In the thread, until the end."""
        while (items := self._bundles.get()) is not None:
            yield items


async def _finish(last: Callable[[], Coroutine[Any, Any, None]]) -> None:
    others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last()
