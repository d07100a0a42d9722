"""Translators and the publisher in processes of their own: the same desk, and nothing left of them when it ends."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire import config, make
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Entry, Flow, Page
from babelwire.runners import loop, processes

CONFIG = """
[desk]
base_url = "https://wire.example"
[editions.fr]
[publish]
apart = true
[translate]
engines = ["echo"]
processes = 1
[sources.harbour]
name = "Harbour"
language = "en"
licence = "full"
feeds = ["https://harbour.example/feed"]
"""
LINK = "https://harbour.example/ferry"
PAGE = f"""<html lang="en"><head><title>The ferry is late again</title></head><body><article><h1>The ferry is late again</h1>
{
    "".join(
        f"<p>The ferry was late for the {n} time this week, and the harbour master said that the wind had been too strong.</p>"
        for n in ("first", "second", "third", "fourth")
    )
}</article></body></html>"""


@pytest.fixture
def made(tmp_path: Path) -> config.Config:
    path = tmp_path / "babelwire.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return config.load(path, {})


def test_what_runs_where(made: config.Config) -> None:
    assert made.apart == ("translate", "publish")
    assert made.hands == {"takers": 1, "translators": 0, "publishers": 0}
    usual = config.build({}, made.path, {})
    assert usual.apart == () and usual.hands == {"takers": 1, "translators": 2, "publishers": 1}


def test_a_story_goes_through_processes_and_they_end_with_the_desk(made: config.Config) -> None:
    now, stop = datetime.now(UTC), threading.Event()
    page = Page(url=LINK, asked=LINK, body=PAGE.encode(), fetched=now, content_type="text/html; charset=utf-8")
    entry = Entry(key="ferry", feed_url="https://harbour.example/feed", source_id="harbour", id=LINK, link=LINK, title="", published=now)
    with make.desk(made, fetcher=ReplayFetcher({LINK: page})) as desk:
        desk.store.sync(made.sources, made.feeds, now)
        desk.store.record_poll((), [entry], now=now)
        with processes.apart(made.path, made.apart):
            work = (desk, lambda: datetime.now(UTC), lambda job, done: None, stop)
            runner = threading.Thread(target=loop.run, args=work, kwargs=made.hands)
            runner.start()
            until = time.monotonic() + 60
            while desk.store.flow(now) != Flow(0, 0) and time.monotonic() < until:
                time.sleep(0.1)
            stop.set()
            runner.join(30)
        (card,) = desk.store.cards("fr")
    assert (made.data / "site" / card.path.strip("/")).exists()
    left = [p for p in Path("/proc").glob("[0-9]*/cmdline") if str(made.path).encode() in _said(p)]
    assert left == []


def _said(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
