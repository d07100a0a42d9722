"""Manners, host by host: so many requests at once, so far apart, and none before the time the server named."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from babelwire.errors import FetchError

LONGEST = timedelta(hours=24)  #: no Retry-After binds us for longer
MOST_HOSTS = 20_000


class Host:
    """One host. Lives on the event loop; only its coroutines touch it."""

    __slots__ = ("_at_once", "_next", "closed_until", "spacing", "using")

    def __init__(self, at_once: int, spacing: float) -> None:
        self._at_once = asyncio.Semaphore(at_once)
        self._next = 0.0
        self.spacing = spacing
        self.closed_until: datetime | None = None
        self.using = 0  #: requests under way or waiting

    async def enter(self, url: str, now: Callable[[], datetime]) -> None:
        """Wait for our turn. Raises FetchError while the server does not want to be asked. ``leave`` must follow, unless this raises."""
        self._refuse(url, now)
        self.using += 1
        try:
            await self._at_once.acquire()
        except BaseException:
            self.using -= 1
            raise
        try:
            if self.spacing:
                await self._wait()
            self._refuse(url, now)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        self.using -= 1
        self._at_once.release()

    def idle(self, now: datetime) -> bool:
        """Could this host be forgotten without harm?"""
        waiting = asyncio.get_running_loop().time() < self._next
        return not (self.using or waiting or (self.closed_until and now < self.closed_until))

    async def _wait(self) -> None:
        time = asyncio.get_running_loop().time()
        start = max(time, self._next)
        self._next = start + self.spacing
        if start > time:
            await asyncio.sleep(start - time)

    def _refuse(self, url: str, now: Callable[[], datetime]) -> None:
        if self.closed_until is not None:
            if now() < self.closed_until:
                raise FetchError(
                    url, f"its server wants no request before {self.closed_until:%Y-%m-%d %H:%M:%S} UTC", retry_after=self.closed_until
                )
            self.closed_until = None


class Hosts:
    """All hosts we know of; idle ones are forgotten when there are too many."""

    def __init__(self, at_once: int, spacing: float, now: Callable[[], datetime]) -> None:
        self._at_once = at_once
        self._spacing = spacing
        self._now = now
        self._hosts: dict[str, Host] = {}

    def of(self, name: str) -> Host:
        found = self._hosts.get(name)
        if found is None:
            if len(self._hosts) >= MOST_HOSTS:
                self._hosts = {n: h for n, h in self._hosts.items() if not h.idle(self._now())}
            found = self._hosts[name] = Host(self._at_once, self._spacing)
        return found


def retry_after(header: str | None, now: datetime) -> datetime | None:
    """The moment that a Retry-After header names (seconds or an HTTP date), at most a day ahead; None where it names none."""
    if not header:
        return None
    text = header.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return now + min(timedelta(seconds=float(text)), LONGEST)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    return min(max(date, now), now + LONGEST)
