"""robots.txt (RFC 9309): protego reads and matches it, this room decides what an answer, or none, means and remembers it.

4xx: everything is open. 5xx, 429 or no answer: closed for now. Read up to 500 KB, kept for at most a day, asked once for
all requests that wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego
from yarl import URL

from babelwire.errors import AddressRefused, FetchError, RobotsRefused

AGENT = "Babelwire"
LONGEST_BODY = 500_000
KEEP = timedelta(hours=24)
KEEP_CLOSED = timedelta(minutes=10)
LONGEST_DELAY = 30.0  #: seconds of Crawl-delay that we follow; some files ask for hours
MOST_ORIGINS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an origin lets us do until ``until``. ``parsed`` None: closed for now, as ``why`` says."""

    parsed: Protego | None
    until: datetime
    why: str = ""

    @property
    def delay(self) -> float:
        """Seconds between two requests that the file asks for."""
        asked = self.parsed.crawl_delay(AGENT) if self.parsed else None
        return min(max(float(asked or 0.0), 0.0), LONGEST_DELAY)


class Robots:
    """The rules of all origins. ``read`` fetches a robots.txt and returns its first 500 KB, or raises FetchError."""

    def __init__(self, read: Callable[[str], Awaitable[bytes]], now: Callable[[], datetime]) -> None:
        self._read = read
        self._now = now
        self._origins: dict[str, asyncio.Task[Rules]] = {}

    async def check(self, url: URL) -> Rules:
        """The rules of the address's origin. Raises RobotsRefused where they close it."""
        rules = await self._rules(str(url.origin()))
        if rules.parsed is None:
            raise RobotsRefused(
                str(url), f"robots.txt could not be read ({rules.why}), so the host counts as closed for now", retry_after=rules.until
            )
        if not rules.parsed.can_fetch(str(url), AGENT):
            raise RobotsRefused(str(url), f"robots.txt closes this address to {AGENT}")
        return rules

    async def _rules(self, origin: str) -> Rules:
        task = self._origins.get(origin)
        if task is None or (task.done() and (task.cancelled() or task.exception() or task.result().until <= self._now())):
            if len(self._origins) >= MOST_ORIGINS:
                self._origins = {o: t for o, t in self._origins.items() if not t.done()}
            task = self._origins[origin] = asyncio.create_task(self._load(origin))
        return await asyncio.shield(task)

    async def _load(self, origin: str) -> Rules:
        now = self._now()
        try:
            body = await self._read(f"{origin}/robots.txt")
        except AddressRefused:
            raise
        except FetchError as error:
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return Rules(parsed=Protego.parse(""), until=now + KEEP)
            return Rules(parsed=None, until=error.retry_after or now + KEEP_CLOSED, why=error.why)
        text = body.decode("utf-8-sig", "replace")
        # 20,000 rules take protego half a second: not on the loop
        parsed = await asyncio.get_running_loop().run_in_executor(None, Protego.parse, text) if len(text) > 50_000 else Protego.parse(text)
        return Rules(parsed=parsed, until=now + KEEP)
