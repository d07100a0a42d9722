"""Feeds in a child process: the same as without one, and one that kills its child is an error of that feed alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from babelwire import parse
from babelwire.confined import Child, Reply
from babelwire.errors import ParseError
from babelwire.model import Feed, Page
from babelwire.parse.worker import PoolReader

NOW = datetime(2026, 11, 24, tzinfo=UTC)
URL = "http://news.example/feed"
FEED = Feed(url=URL, source_id="s", language="en")
GOOD = (
    "<rss version='2.0'><channel><title>T</title><ttl>90</ttl><skipHours><hour>3</hour></skipHours><item><title>Ferry &amp; quay</title>"
    "<link>http://news.example/1</link><pubDate>Mon, 23 Nov 2026 10:00:00 +0200</pubDate><category>Local</category>"
    "<description>&lt;p>It runs.&lt;/p></description></item></channel></rss>"
)
JSON = '{"version":"https://jsonfeed.org/version/1","title":"T","items":[{"id":"\\ud800a","url":"http://news.example/2","title":"x"}]}'


def page(body: str) -> Page:
    return Page(url=URL, asked=URL, body=body.encode(), fetched=NOW, headers={"cache-control": "max-age=600"})


@pytest.fixture(scope="module")
def reader() -> Iterator[PoolReader]:
    made = PoolReader(cpu_seconds=5)
    yield made
    made.close()


@pytest.mark.parametrize("body", [GOOD, JSON])
def test_a_child_gives_what_the_function_gives(reader: PoolReader, body: str) -> None:
    assert reader.feed(page(body), FEED, NOW) == parse.feed(page(body), FEED, NOW)


@pytest.mark.parametrize("body", ["", "<html><head><link rel='alternate' type='application/rss+xml' href='/f'></head></html>", GOOD[:-20]])
def test_a_refusal_comes_across_in_the_same_words_and_the_child_lives_on(reader: PoolReader, body: str) -> None:
    reader.feed(page(GOOD), FEED, NOW)
    child = reader.pool.free.queue[0]
    with pytest.raises(ParseError) as here:
        parse.feed(page(body), FEED, NOW)
    with pytest.raises(ParseError) as there:
        reader.feed(page(body), FEED, NOW)
    assert str(there.value) == str(here.value)
    assert reader.pool.free.queue[0] is child is not None


def test_a_feed_that_needs_too_much_memory() -> None:
    reader = PoolReader(memory=3_000_000)
    try:
        with pytest.raises(ParseError, match=r"take\.memory"):
            reader.feed(page(GOOD.replace("It runs", "It runs " * 1_000_000)), FEED, NOW)
        reader.pool.memory = 1_000_000_000
        assert reader.feed(page(GOOD), FEED, NOW)
    finally:
        reader.close()


def test_a_feed_that_takes_too_long_or_kills_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = PoolReader(cpu_seconds=0.02)
    monkeypatch.setattr("babelwire.confined.START", 0.05)  # no interpreter starts so soon: as if the feed were slow to read
    try:
        with pytest.raises(ParseError, match=r"the feed takes longer than 0\.06 s to read"):
            reader.feed(page(GOOD.replace("It runs", "<b>It runs</b> " * 400_000)), FEED, NOW)
        monkeypatch.undo()
        reader.pool.cpu_seconds = 5
        assert reader.feed(page(GOOD), FEED, NOW)
        write = Child._write

        def dying(self: Child, body: bytes, until: float) -> None:
            self.process.send_signal(signal.SIGSTOP)  # so that it cannot answer first
            write(self, body, until)
            self.process.kill()

        monkeypatch.setattr(Child, "_write", dying)
        with pytest.raises(ParseError, match=r"the process that read the feed ended \(-9\)"):
            reader.feed(page(GOOD), FEED, NOW)
        monkeypatch.undo()
        assert reader.feed(page(GOOD), FEED, NOW)
    finally:
        reader.close()


def test_a_bug_is_no_parse_error(reader: PoolReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Child, "ask", lambda self, ask: Reply(bug="Traceback ...\nZeroDivisionError"))
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        reader.feed(page(GOOD), FEED, NOW)


def test_the_child_that_reads_feeds_loads_nothing_for_pages() -> None:
    code = "import sys; import babelwire.parse.worker; print([m for m in ('trafilatura', 'sqlalchemy', 'aiohttp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
