"""Feeds parsed in a limited child process (``confined``), so that no feed can stop the desk. A feed that has not changed never
comes so far; for one that has, the way there and back adds a few milliseconds.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from babelwire import confined, parse
from babelwire.errors import ParseError
from babelwire.model import Entry, Feed, Hints, Page


class Ask(msgspec.Struct, array_like=True):
    """What a child is asked for."""

    page: Page
    feed: Feed
    now: datetime


class Said(msgspec.Struct, array_like=True):
    """What a feed says."""

    hints: Hints
    entries: tuple[Entry, ...]


class InProcess:
    """The same without a child: for tests."""

    def feed(self, page: Page, of: Feed, now: datetime) -> tuple[Hints, tuple[Entry, ...]]:
        """As ``parse.feed``."""
        return parse.feed(page, of, now)

    def close(self) -> None:
        """Nothing is held."""


class PoolReader:
    """A child that parses feeds. May be called from several threads; started when first needed."""

    def __init__(self, *, cpu_seconds: float = 10.0, memory: int = 1_000_000_000) -> None:
        self.pool = confined.Pool("babelwire.parse.worker", "feed", cpu_seconds=cpu_seconds, memory=memory)

    def feed(self, page: Page, of: Feed, now: datetime) -> tuple[Hints, tuple[Entry, ...]]:
        """As ``parse.feed``. Raises ParseError too when the feed takes more time or memory than one may."""
        try:
            said = self.pool.ask(Ask(page, of, now), Said)
        except confined.Overrun as error:
            raise ParseError(page.url, str(error)) from error
        return said.hints, said.entries

    def close(self) -> None:
        """End the child."""
        self.pool.close()


def once(page: Page, of: Feed, now: datetime) -> tuple[Hints, tuple[Entry, ...]]:
    """As ``parse.feed``, in a child for this one feed that a person asks about."""
    reader = PoolReader()
    try:
        return reader.feed(page, of, now)
    finally:
        reader.close()


def answer(ask: Ask) -> Said:
    """In the child."""
    return Said(*parse.feed(ask.page, ask.feed, ask.now))


if __name__ == "__main__":
    confined.serve(Ask, answer, what="feed", refusals=(ParseError,))
