"""What ``doctor --online`` looks at: every feed is read once, and of each the newest page is asked for, as the desk would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from babelwire.cli.checks import Finding, edit

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.model import Feed, Page
    from babelwire.seams import Fetcher


def online(config: Config, now: datetime) -> Iterator[Finding]:
    """A line a feed that has something wrong with it; one for all where nothing has."""
    from babelwire import make
    from babelwire.errors import BabelwireError

    try:
        fetcher = make.fetcher(config)
    except BabelwireError as error:
        yield Finding("fail", "network", str(error), edit(config, "fetch", say="[fetch]"))
        return
    with closing(fetcher):
        wrong = list(_feeds(config, fetcher, now))
    yield from wrong
    if config.feeds and not wrong:
        yield Finding("ok", "network", f"{len(config.feeds)} feeds answer, and let their pages be read")


def _feeds(config: Config, fetcher: Fetcher, now: datetime) -> Iterator[Finding]:
    from babelwire.errors import FetchError
    from babelwire.model import Ask

    feeds = {f.url: f for f in config.feeds}
    pages: dict[str, Feed] = {}
    for ask, answer in fetcher.get_many([Ask(url=url, robots=False) for url in feeds]):
        feed = feeds[ask.url]
        if isinstance(answer, FetchError):
            yield Finding("warn", "network", f"{feed.source_id}: {answer}", f"babelwire feeds test {feed.url}")
        elif answer is not None:
            yield from _read(answer, feed, pages, now)
    for ask, answer in fetcher.get_many([Ask(url=url) for url in pages]):
        if isinstance(answer, FetchError):
            yield _closed(config, pages[ask.url], answer)


def _read(page: Page, feed: Feed, pages: dict[str, Feed], now: datetime) -> Iterator[Finding]:
    """Take the newest page of a feed down to be asked for."""
    from babelwire.errors import ParseError
    from babelwire.parse import worker

    try:
        _, entries = worker.once(page, feed, now)
    except ParseError as error:
        yield Finding("warn", "network", f"{feed.source_id}: {error}", f"babelwire feeds discover {feed.url}")
        return
    link = next((e.link for e in entries if e.link), None)
    if link:
        pages.setdefault(link, feed)


def _closed(config: Config, feed: Feed, error: Exception) -> Finding:
    from babelwire.errors import RobotsRefused

    if isinstance(error, RobotsRefused):
        text = f"{feed.source_id}: robots.txt closes its pages: nothing but the feed's own text is read ({error})"
        return Finding("warn", "robots", text, edit(config, "sources", feed.source_id, say="ask the publisher, or take the feed out"))
    return Finding("warn", "network", f"{feed.source_id}: its newest page: {error}", f"babelwire feeds test {feed.url}")
