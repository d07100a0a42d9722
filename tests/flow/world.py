"""A very small world in memory: one feed, its pages, and the whole desk on replay + echo + SQLite in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from babelwire import config, make
from babelwire.desk import Desk
from babelwire.errors import FetchError
from babelwire.extract.worker import InProcess
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page
from babelwire.parse import worker as parsing
from babelwire.publishers.memory import MemoryPublisher

NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
HOME = "https://gazette.example"
FEED = f"{HOME}/feed.xml"
SENTENCES = (
    "The council of Linden voted on Monday to rebuild the old pier.",
    "It will cost 11,500 crowns, and 240 people are to work on it.",
    "“Nobody believed that we would see it again,” said the mayor, Ines Calder.",
    "Work begins in June and is to last for three years.",
    "The ferry to the islands will leave from the northern quay until then.",
)


def page(url: str, body: str, content_type: str = "text/html; charset=utf-8", etag: str | None = None) -> Page:
    headers = {"etag": etag} if etag else {}
    return Page(url=url, asked=url, body=body.encode(), fetched=NOW, content_type=content_type, headers=headers)


def story(name: str, sentences: tuple[str, ...] = SENTENCES, title: str = "Linden votes to rebuild its old pier") -> Page:
    paragraphs = "".join(f"<p>{s}</p>" for s in sentences)
    return page(
        f"{HOME}/{name}",
        f'<html lang="en"><head><title>{title} - The Gazette</title></head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>",
    )


def feed(*names: str, updated: str = "2026-04-13T11:00:00Z", title: str = "Linden votes to rebuild its old pier") -> Page:
    entries = "".join(
        f"<entry><id>{HOME}/{n}</id><title>{title}</title><link href='{HOME}/{n}'/><published>2026-04-13T10:00:00Z</published>"
        f"<updated>{updated}</updated><summary>The council voted.</summary></entry>"
        for n in names
    )
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>The Gazette</title><updated>{updated}</updated>{entries}</feed>"
    return page(FEED, text, "application/atom+xml")


def settings(tmp_path: Path, **changes: Any) -> config.Config:
    raw: dict[str, Any] = {
        "desk": {"name": "Le Fil", "base_url": "https://fil.example", "contact": "desk@fil.example"},
        "editions": {"fr": {"title": "Le Fil", "time_zone": "Europe/Paris"}, "en": {"title": "The Wire"}},
        "sources": {"gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]}},
        "translate": {"engines": ["echo"]},
    }
    return config.build(raw | changes, tmp_path / "babelwire.toml", {})


@contextmanager
def desk(made: config.Config, fetcher: ReplayFetcher, **parts: Any) -> Iterator[Desk]:
    """The desk, its sources known to the store, bugs raised."""
    parts.setdefault("store", make.part("store", "sqlite", "test", path=":memory:"))
    parts.setdefault("publisher", MemoryPublisher())
    parts.setdefault("reader", parsing.InProcess())
    with make.desk(made, fetcher=fetcher, extractor=InProcess(), strict=True, **parts) as one:
        one.store.sync(made.sources, made.feeds, NOW)
        yield one


def missing(url: str) -> FetchError:
    return FetchError(url, "not there", status=404)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)
