"""A feed and a page that kill the process which reads them: recorded, in words, and the desk goes on with the rest."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from babelwire import make
from babelwire.confined import Child
from babelwire.extract.worker import PoolExtractor
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.parse.worker import PoolReader
from babelwire.publishers.memory import MemoryPublisher
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW

KILLER = b"KILLER-7731"
OTHER = "https://killer.example"


@pytest.fixture(autouse=True)
def killing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that is given a certain text is dead before it can answer, as by a fault in a parser's C code."""
    write = Child._write

    def dying(self: Child, body: bytes, until: float) -> None:
        deadly = KILLER in body
        if deadly:
            self.process.send_signal(signal.SIGSTOP)
        write(self, body, until)
        if deadly:
            self.process.send_signal(signal.SIGSEGV)
            self.process.send_signal(signal.SIGCONT)

    monkeypatch.setattr(Child, "_write", dying)


def test_the_desk_goes_on(tmp_path: Path) -> None:
    sources = {
        "gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]},
        "killer": {"name": "Killer", "homepage": OTHER, "language": "en", "licence": "full", "feeds": [f"{OTHER}/feed.xml"]},
    }
    settings = world.settings(tmp_path, sources=sources, editions={"en": {"title": "The Wire"}})
    deadly = world.story("dead")
    fetcher = ReplayFetcher(
        {
            FEED: world.feed("dead", "pier"),
            f"{OTHER}/feed.xml": world.page(f"{OTHER}/feed.xml", f"<rss><channel><title>{KILLER.decode()}</title></channel></rss>"),
            f"{HOME}/dead": world.page(f"{HOME}/dead", deadly.body.decode() + KILLER.decode()),
            f"{HOME}/pier": world.story("pier"),
        },
        clock=lambda: NOW,
    )
    store = make.part("store", "sqlite", "test", path=":memory:")
    parts = {"store": store, "reader": PoolReader(), "extractor": PoolExtractor(), "publisher": MemoryPublisher()}
    with make.desk(settings, fetcher=fetcher, strict=True, **parts) as desk:
        desk.store.sync(settings.sources, settings.feeds, NOW)
        desk.run(NOW)
        states = {s.feed.source_id: s.failure for s in desk.store.feed_states()}
        assert states["gazette"] is None and "the process that read the feed ended (-11)" in str(states["killer"])
        item = desk.store.history(f"{HOME}/dead")
        assert item is not None and "the process that read the page ended (-11)" in str(item["failure"])
        assert item["state"] == "found" and item["due"] is not None, "tried again later"
        assert [c.headline for c in desk.store.cards("en")] == ["Linden votes to rebuild its old pier"]
