"""Many asks at once, fair between hosts, and never more answers in memory than their reader can take."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence

from babelwire.errors import FetchError
from babelwire.model import Ask, Page

MOST_HELD = 64_000_000  #: bytes of answers waiting for their reader, above which no further request is begun
Answer = Page | FetchError | None
Get = Callable[[Ask], Awaitable[Page | None]]
Put = Callable[[tuple[Ask, Answer]], None]


class Batch:
    """Each host has as many lanes as it may have requests, so that no host holds up another."""

    def __init__(self, asks: Sequence[Ask], lanes: int) -> None:
        self._asks = asks
        self._lanes = lanes
        self._given = 0  #: bytes handed over; written by the loop only
        self.taken = 0  #: bytes the reader has taken; written by the reader only

    async def run(self, get: Get, put: Put) -> None:
        """Get all; put each answer as it comes."""
        async with asyncio.TaskGroup() as group:
            for asks in self._by_host():
                waiting = iter(asks)
                for _ in range(min(self._lanes, len(asks))):
                    group.create_task(self._lane(waiting, get, put))

    def _by_host(self) -> Iterable[list[Ask]]:
        hosts: dict[str, list[Ask]] = {}
        for ask in self._asks:
            hosts.setdefault(ask.url.partition("//")[2].partition("/")[0], []).append(ask)
        return hosts.values()

    async def _lane(self, waiting: Iterator[Ask], get: Get, put: Put) -> None:
        for ask in waiting:
            while self._given - self.taken > MOST_HELD:  # rare; asking now and then is cheaper than a wake-up per answer
                await asyncio.sleep(0.02)
            answer: Answer
            try:
                answer = await get(ask)
            except FetchError as error:
                answer = error
            self._given += size(answer)
            put((ask, answer))


def size(answer: Answer) -> int:
    """Bytes of an answer's body."""
    return len(answer.body) if isinstance(answer, Page) else 0
