"""Articles taken out of pages in limited child processes (``confined``), so that no page can stop the desk."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from babelwire import confined, extract
from babelwire.errors import ExtractError
from babelwire.extract import rules as ruled
from babelwire.extract.rules import Rules
from babelwire.model import Article, Entry, Page, Source


class Ask(msgspec.Struct, array_like=True):
    """What a child is asked for. Without a page: the feed's own text."""

    page: Page | None
    entry: Entry
    source: Source
    rules: Rules
    now: datetime


class InProcess:
    """The same without children: for tests, and for one page that a person asks about."""

    def __init__(self, rules: Sequence[Path] = ()) -> None:
        self.rules = ruled.load(rules)

    def article(self, page: Page, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.article``."""
        return extract.article(page, entry, source, rules=ruled.for_source(self.rules, source), now=now)

    def from_entry(self, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.from_entry``."""
        return extract.from_entry(entry, source, now)

    def close(self) -> None:
        """Nothing is held."""


class PoolExtractor:
    """Children that take articles out of pages. May be called from several threads; started when first needed."""

    def __init__(self, *, workers: int = 1, cpu_seconds: float = 10.0, memory: int = 1_000_000_000, rules: Sequence[Path] = ()) -> None:
        self.rules = ruled.load(rules)
        self.pool = confined.Pool("babelwire.extract.worker", "page", workers=workers, cpu_seconds=cpu_seconds, memory=memory)

    def article(self, page: Page, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.article``. Raises ExtractError too when the page takes more time or memory than a page may."""
        return self._ask(Ask(page, entry, source, ruled.for_source(self.rules, source), now), page.url)

    def from_entry(self, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.from_entry``."""
        return self._ask(Ask(None, entry, source, ruled.NONE, now), entry.link or entry.feed_url)

    def close(self) -> None:
        """End the children that are not at work."""
        self.pool.close()

    def _ask(self, ask: Ask, url: str) -> Article:
        try:
            return self.pool.ask(ask, Article)
        except confined.Overrun as error:
            raise ExtractError(url, str(error)) from error


def answer(ask: Ask) -> Article:
    """In the child."""
    if ask.page is None:
        return extract.from_entry(ask.entry, ask.source, ask.now)
    return extract.article(ask.page, ask.entry, ask.source, rules=ask.rules, now=ask.now)


if __name__ == "__main__":
    importlib.import_module("babelwire.extract.assemble")  # now, since its size does not count
    confined.serve(Ask, answer, what="page", refusals=(ExtractError,))
