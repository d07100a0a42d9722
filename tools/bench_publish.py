"""What it costs to publish one more story, in a small archive and in a large one.

    python -m tools.bench_publish [--small 500] [--large 50000] [--stories 20] [--json OUT]

Two desks of two editions, each with an archive of so many stories in its store, a hundred a day, made by copying one that
went all the way; their sitemaps stand in the folder as they would. Then stories come in one by one, each is taken and
translated, and what is timed is the publication alone, as ``babelwire run`` does it: pages, listings, feeds, story and topic
pages, sitemaps, compressed and synced, until no page waits (siblings are linked in a second round). CPU time of this process,
both archives by turns; the bar is a ratio of 1.2. Exit status 1 above it.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from babelwire import config, make
from babelwire.desk import Desk
from babelwire.extract.worker import InProcess
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import File, Page, replace
from babelwire.render import sitemaps
from babelwire.stores.sqlite import SqliteStore

BAR = 1.2
NOW = datetime(2026, 11, 24, 22, tzinfo=UTC)
A_DAY = 100
WARM = 3  #: stories before the clock runs
HOME = "https://gazette.example"
SYLLABLES = [f"{c}{v}" for c in "bdfgklmnrst" for v in "aeiou"]
COPIED = ("entry", "article", "revision", "telling", "translation", "publication", "tag", "log")


class Archive:
    """A desk with its stories."""

    def __init__(self, desk: Desk, fetcher: ReplayFetcher, size: int) -> None:
        self.desk, self.fetcher, self.size = desk, fetcher, size
        self.now, self.told = NOW, 0
        self.seconds: list[float] = []
        desk.publish_frame(NOW)
        self._prepare()
        self._publish()
        _fill(desk, size - 1)

    def one_more(self, *, timed: bool) -> None:
        """A story comes in and is published."""
        self._prepare()
        began = time.process_time()
        pages = self._publish()
        if timed:
            self.seconds.append(time.process_time() - began)
        if pages < len(self.desk.editions):
            raise SystemExit(f"story {self.told} was not published")

    def _prepare(self) -> None:
        self.told += 1
        self.now += timedelta(minutes=1)
        self.fetcher.pages |= _announced(self.told, self.now)
        (state,) = self.desk.store.feed_states()
        self.desk.store.record_poll([replace(state, due=self.now)], now=self.now)
        self.desk.poll(self.now)
        while self.desk.take(self.now).items or self.desk.translate(self.now).items:
            pass

    def _publish(self) -> int:
        pages = 0
        while (done := self.desk.publish_all(self.now)).items:
            pages += done.items
        return pages


# ---------------------------------------------------------------------------------------------- the world


class Gibberish:
    """Words and sentences like no others."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def word(self) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(1, 4)))

    def name(self) -> str:
        return "".join(self.rng.choices(SYLLABLES, k=3)).title()

    def line(self) -> str:
        words = " ".join(self.word() for _ in range(18))
        return f"{self.name()} {words} {self.rng.randint(100, 9999)} {self.word()} {self.name()}."


def _announced(number: int, now: datetime) -> dict[str, Page]:
    """The feed with one new entry, and its page."""
    said = Gibberish(number)
    headline = f"{said.name()} {said.word()} {said.word()} {said.name()} {number}"
    link = f"{HOME}/{number}"
    text = "".join(f"<p>{said.line()} {said.line()} {said.line()}</p>" for _ in range(9))
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline, "articleSection": "World"}
    html = (
        f'<html lang="en"><head><title>{headline}</title>'
        f'<script type="application/ld+json">{json.dumps(data | {"keywords": ["Energy", said.name()]})}</script></head>'
        f"<body><article><h1>{headline}</h1>{text}</article></body></html>"
    )
    stamp = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    feed = (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>The Gazette</title><updated>{stamp}</updated><entry><id>{link}</id>"
        f"<title>{headline}</title><link href='{link}'/><published>{stamp}</published><updated>{stamp}</updated></entry></feed>"
    )
    return {
        url: Page(url=url, asked=url, body=body.encode(), fetched=now, content_type=kind)
        for url, body, kind in ((f"{HOME}/feed", feed, "application/atom+xml"), (link, html, "text/html; charset=utf-8"))
    }


@contextmanager
def archive(folder: Path, size: int) -> Iterator[Archive]:
    raw: dict[str, Any] = {
        "desk": {"name": "Le Fil", "base_url": "https://fil.example", "data": str(folder / "data")},
        "editions": {"fr": {"title": "Le Fil"}, "es": {"title": "El Hilo"}},
        "sources": {"gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [f"{HOME}/feed"]}},
        "translate": {"engines": ["echo"]},
        "publish": {"index": "all"},
        "poll": {"minimum": 0.0, "first": 0.0},
    }
    made = config.build(raw, folder / "babelwire.toml", {})
    fetcher = ReplayFetcher(clock=lambda: NOW)
    with make.desk(made, fetcher=fetcher, extractor=InProcess(), strict=True) as desk:
        desk.store.sync(made.sources, made.feeds, NOW)
        yield Archive(desk, fetcher, size)


# ---------------------------------------------------------------------------------------------- the archive


def _fill(desk: Desk, size: int) -> None:
    """So many copies of the one story there is, back in time, and the sitemaps that publishing them had left."""
    store = desk.store
    assert isinstance(store, SqliteStore)
    with store.write() as connection:
        (key,) = connection.exec_driver_sql("SELECT key FROM article").one()
        for table in COPIED:
            _copy(connection, table, key, size)
        for table, shape in (("sketch", "4294967295"), ("mark", "2147483647")):
            connection.exec_driver_sql(
                f"INSERT OR IGNORE INTO {table} SELECT abs(random()) % {shape}, seen, key FROM telling CROSS JOIN (VALUES (1),(2),(3),(4))"
            )
        connection.exec_driver_sql("UPDATE tally SET stories = stories + ?", (size,))
        connection.exec_driver_sql("UPDATE topic SET stories = stories + ?", (size,))
        connection.exec_driver_sql("ANALYZE")
    _sitemaps(desk, size)


def _copy(connection: Connection, table: str, key: str, size: int) -> None:
    columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})") if row[1] != "id"]
    back = f"'-' || (n * {86_400 // A_DAY}) || ' seconds'"
    earlier = {c: f"datetime({c}, {back}) || '.000000'" for c in ("published", "updated", "dated", "seen", "made", "time")}
    numbered = {c: f"{c} || '-' || n" for c in ("key", "link", "said_id", "story", "url", "canonical_url")}
    changed = {
        **earlier,
        **numbered,
        "day": f"date(published, {back})",
        "path": f"language || strftime('/%Y/%m/%d/', published, {back}) || 'story-' || n || '-' || key || '/'",
        "due": "NULL",
    }
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    connection.exec_driver_sql(
        f"WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < {size}) "
        f"INSERT INTO {table} ({names}) SELECT {values} FROM c CROSS JOIN {table} WHERE key = ?",
        (key,),
    )


def _sitemaps(desk: Desk, size: int) -> None:
    """The last days' whole, since they are read and written again; of older days a file each, all of them in the index."""
    files: dict[str, File] = {}
    body = lambda path: files[path].body if path in files else desk.publisher.read(path)  # noqa: E731
    for edition in desk.editions:
        key = desk.store.cards(edition.language, limit=1)[0].key
        base = desk.store.publication(key, edition.language)
        assert base is not None
        for day in range(size // A_DAY + 1):
            when = NOW - timedelta(days=day)
            many = A_DAY if day < 3 else 1
            stories = [replace(base, path=f"{edition.language}/{when:%Y/%m/%d}/s{n}/", published=when, updated=when) for n in range(many)]
            files |= {f.path: f for f in sitemaps.sitemaps(stories, edition, desk.site, body, when)}
    desk.publisher.put(list(files.values()))


# ---------------------------------------------------------------------------------------------- the figures


def measure(sizes: Sequence[int], stories: int) -> dict[str, Any]:
    """Median CPU seconds a story for each archive, stories by turns."""
    with ExitStack() as stack:
        archives = [stack.enter_context(archive(Path(stack.enter_context(tempfile.TemporaryDirectory())), size)) for size in sizes]
        for number in range(WARM + stories):
            for each in archives if number % 2 else reversed(archives):
                each.one_more(timed=number >= WARM)
        small, large = (statistics.median(a.seconds) for a in archives)
    return {"small": sizes[0], "large": sizes[1], "stories": stories, "seconds": [small, large], "ratio": large / small, "bar": BAR}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--small", type=int, default=500)
    parser.add_argument("--large", type=int, default=50_000)
    parser.add_argument("--stories", type=int, default=20)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    report = measure((given.small, given.large), given.stories)
    small, large = report["seconds"]
    print(f"one more story with {given.small} in the store: {small * 1000:.0f} ms; with {given.large}: {large * 1000:.0f} ms")
    print(f"ratio {report['ratio']:.2f} (bar {BAR})")
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if report["ratio"] <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
