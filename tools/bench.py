"""The first three ratios, each measured side by side in one run. Prints a table, and writes JSON with ``--json``.

    python tools/bench.py [--json out/bench.json] [--bundled]

1. The whole way of an article (extract, translate with the echo engine, check, store, render, put) beside bare
   ``trafilatura.extract`` on the same pages: those of both extraction data sets, else the bundled world's. Pages per second
   by the clock: the desk as it runs on two cores, with two extraction workers, two translators and a publisher in processes of
   their own; the CPU time of all of them is printed beside it. Trafilatura, which needs one core, is timed on each of the two
   in turn: where something else keeps one of them busy, the desk has that core too.
2. Polling unchanged feeds (store, validators, decision, store) beside a bare aiohttp client that sends the same requests
   at the same concurrency. CPU time of the client; the server is another process.
3. Served pages beside rendering the same page per request, on the same server. CPU time of the server.

They are bars, not times: >= 0.5, >= 0.4, >= 10. The first needs two idle cores; the others count CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
BARS = {"end to end": 0.5, "unchanged polls": 0.4, "served": 10.0}
TICK = os.sysconf("SC_CLK_TCK")
ROUNDS = 3  #: of the first ratio: two cores of a machine that others use as well are not the same from minute to minute
WARM = 48  #: pages that are brought through before the clock starts, more than one taker claims, so that every process has loaded all
CONFIG = """
[editions.fr]
[take]
workers = 2
[publish]
apart = true
[translate]
engines = ["echo"]
processes = 2
[sources.bench]
name = "Bench"
language = "en"
licence = "full"
feeds = ["https://bench.example/feed"]
"""


def cpu(pid: int | None = None) -> float:
    """CPU seconds of a process and everything below it, ended children included."""
    root = pid or os.getpid()
    parents: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            times[int(entry.name)] = sum(int(f) for f in fields[11:15]) / TICK
    total, todo = 0.0, [root]
    while todo:
        one = todo.pop()
        total += times.get(one, 0.0)
        todo += parents.get(one, [])
    return total


# ---------------------------------------------------------------------------------------------- 1 end to end


def sample(bundled: bool = False) -> list[tuple[str, str]]:
    """(address, HTML) of pages: the data sets' where they are there, else the bundled world's."""
    from tools import bench_extract

    if not bundled:
        try:
            return [(c.url or f"https://page.example/{c.id}", c.html) for c in bench_extract.cases(None, None)]
        except FileNotFoundError:
            print("# no data sets: the pages are the bundled world's", file=sys.stderr)
    import urllib.request

    from babelwire.demo import World

    with World() as world:
        addresses = [world.url(paper.id, piece.slug) for paper in world.papers for piece in world.pieces(paper.id)]
        answers = [(a, urllib.request.urlopen(a)) for a in addresses]
        return [(a, answer.read().decode(answer.headers.get_content_charset() or "utf-8", "replace")) for a, answer in answers]


def end_to_end(pages: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Pages per second: the desk as ``babelwire run`` on two cores, and trafilatura alone before and after; of ``ROUNDS``."""
    spent = bare = 0.0
    free = os.sched_getaffinity(0)
    cores = sorted(free)[:2]
    os.sched_setaffinity(0, cores)  # what is started from here on keeps to them
    for turn in range(1, ROUNDS + 1):
        ours, theirs, burnt, published = _round(pages, cores)
        spent, bare = spent + ours, bare + theirs
        print(
            f"# round {turn}: {theirs / ours:.2f}; {published} of {len(pages)} pages published by the desk, the others held or without an"
            f" article; {burnt * 1000:.0f} ms of CPU a page in all processes, trafilatura {theirs * 1000:.0f} ms",
            file=sys.stderr,
        )
    os.sched_setaffinity(0, free)
    return ROUNDS / spent, ROUNDS / bare


def _round(pages: Sequence[tuple[str, str]], cores: Sequence[int]) -> tuple[float, float, float, int]:
    """(seconds a page, the same of trafilatura, CPU seconds a page, published) with a new desk; trafilatura on each core."""
    import trafilatura

    warm = min(WARM, len(pages) // 3)
    first, others = pages[:warm], pages[warm:]
    bare = 0.0
    with tempfile.TemporaryDirectory() as folder, _desk(Path(folder), pages) as (desk, now, config):
        for _, html in first:
            trafilatura.extract(html)
        spent, burnt, published = 0.0, 0.0, 0
        for turn, core in enumerate((cores[0], cores[-1])):
            os.sched_setaffinity(0, {core})
            begun = time.perf_counter()
            for _, html in others:
                trafilatura.extract(html)
            bare += time.perf_counter() - begun
            os.sched_setaffinity(0, cores)
            if turn == 0:
                spent, burnt, published = _through(desk, config, first, others, now)
    return spent, bare / (2 * len(others)), burnt, published


def _through(
    desk: Any, config: Any, first: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]], now: datetime
) -> tuple[float, float, int]:
    """(seconds a page, CPU seconds a page, published), from the first entry to the last file; processes are up already."""
    from babelwire.runners import loop, processes

    stop = threading.Event()
    clock = lambda: datetime.now(UTC)  # noqa: E731
    with processes.apart(config.path, config.apart):
        runner = threading.Thread(target=loop.run, args=(desk, clock, lambda job, done: None, stop), kwargs=config.hands)
        runner.start()
        try:
            _finish(desk, first, now)
            begun, burnt = time.perf_counter(), cpu()
            _finish(desk, others, now)
            each = len(others)
            return (time.perf_counter() - begun) / each, (cpu() - burnt) / each, len(desk.store.cards("fr", limit=1000))
        finally:
            stop.set()
            runner.join(60)


def _finish(desk: Any, pages: Sequence[tuple[str, str]], now: datetime) -> None:
    """Announce the pages, and wait until there is nothing more to do about them."""
    from babelwire.model import Flow

    desk.store.record_poll((), [_entry(address, now) for address, _ in pages], now=now)
    until = time.monotonic() + 300
    while time.monotonic() < until:
        time.sleep(0.1)
        if desk.store.flow(now) == Flow(0, 0):
            return
    raise SystemExit("the desk did not finish within five minutes")


def _entry(address: str, now: datetime) -> Any:
    from babelwire.model import Entry, short_hash

    return Entry(
        key=short_hash("bench", address),
        feed_url="https://bench.example/feed",
        source_id="bench",
        id=address,
        link=address,
        title="",
        published=now,
    )


class _desk:
    """A desk on the pages, with the echo engine, a database file and a folder."""

    def __init__(self, folder: Path, pages: Sequence[tuple[str, str]]) -> None:
        from babelwire import config, make
        from babelwire.fetchers.replay import ReplayFetcher
        from babelwire.model import Page

        self.now = datetime.now(UTC)
        path = folder / "babelwire.toml"
        path.write_text(CONFIG, encoding="utf-8")
        self.config = config.load(path, {})
        recorded = {u: Page(url=u, asked=u, body=h.encode(), fetched=self.now, content_type="text/html; charset=utf-8") for u, h in pages}
        self.context = make.desk(self.config, fetcher=ReplayFetcher(recorded))

    def __enter__(self) -> tuple[Any, datetime, Any]:
        desk = self.context.__enter__()
        desk.store.sync(self.config.sources, self.config.feeds, self.now)
        desk.publish_frame(self.now)
        return desk, self.now, self.config

    def __exit__(self, *error: Any) -> None:
        self.context.__exit__(*error)


# ---------------------------------------------------------------------------------------------- 2 unchanged polls

FEEDS, HOSTS, AT_ONCE = 1200, 60, 60
NET, PORT = "127.93.0", 8791


def _serve_unchanged(ready: Any) -> None:
    """Answers 304 to every conditional request, a small feed to any other."""
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>x</title><updated>2026-01-01T00:00:00Z</updated></feed>"
    )  # fmt: skip
    head = (
        b'HTTP/1.1 200 OK\r\nContent-Type: application/atom+xml\r\nETag: "v1"\r\nContent-Length: ' + str(len(body)).encode() + b"\r\n\r\n"
    )

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while request := await reader.readuntil(b"\r\n\r\n"):
                writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n' if b"if-none-match" in request.lower() else head + body)
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    async def main() -> None:
        servers = [await asyncio.start_server(talk, f"{NET}.{n + 1}", PORT) for n in range(HOSTS)]
        ready.set()
        await asyncio.gather(*(s.serve_forever() for s in servers))

    asyncio.run(main())


def unchanged_polls() -> tuple[float, float]:
    """Polls per CPU second of the client: the desk, and bare aiohttp."""
    ready = multiprocessing.get_context("spawn").Event()
    server = multiprocessing.get_context("spawn").Process(target=_serve_unchanged, args=(ready,), daemon=True)
    server.start()
    ready.wait(30)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _compare_polls(Path(folder), [f"http://{NET}.{n % HOSTS + 1}:{PORT}/{n}" for n in range(FEEDS)])
    finally:
        server.terminate()


def _compare_polls(folder: Path, urls: Sequence[str]) -> tuple[float, float]:
    from babelwire import config, make

    fetch = {"allow_networks": [f"{NET}.0/24"], "allow_ports": [PORT], "spacing": 0.0, "per_host": 2}
    raw: dict[str, Any] = {"editions": {"fr": {}}, "fetch": fetch, "poll": {"batch": FEEDS, "minimum": 1, "first": 1, "maximum": 1}}
    raw["sources"] = {"bench": {"name": "Bench", "feeds": list(urls)}}
    made = config.build(raw, folder / "babelwire.toml", {})
    now = datetime.now(UTC)
    desk_spent = bare_spent = 0.0
    rounds = 3
    with make.desk(made) as desk:
        desk.store.sync(made.sources, made.feeds, now)
        first = desk.poll(now)
        if first.failed:
            raise SystemExit(f"the first poll failed: {first.notes[:2]}")
        for turn in range(1, rounds + 1):
            begun = time.process_time()
            done = desk.poll(now + timedelta(hours=turn))
            desk_spent += time.process_time() - begun
            if done.items != len(urls) or done.failed:
                raise SystemExit(f"{done.items} of {len(urls)} feeds polled, {done.failed} failed: {done.notes[:2]}")
            begun = time.process_time()
            asyncio.run(_bare(urls))
            bare_spent += time.process_time() - begun
    return rounds * len(urls) / desk_spent, rounds * len(urls) / bare_spent


async def _bare(urls: Sequence[str]) -> None:
    import aiohttp

    gate = asyncio.Semaphore(AT_ONCE)

    async def one(session: aiohttp.ClientSession, url: str) -> None:
        async with gate, session.get(url, headers={"If-None-Match": '"v1"'}) as answer:
            assert answer.status == 304
            await answer.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, limit_per_host=2)) as session:
        await asyncio.gather(*(one(session, u) for u in urls))


# ---------------------------------------------------------------------------------------------- the table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--bundled", action="store_true", help="the bundled world's pages, though the data sets are there")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    from tools import bench_serve

    rows = {
        "end to end": (*end_to_end(sample(args.bundled)), "pages", "trafilatura alone"),
        "unchanged polls": (*unchanged_polls(), "polls", "bare aiohttp"),
        "served": (*bench_serve.measure(), "requests", "rendered per request"),
    }
    table = Table("", "ours", "beside it", "ratio", "bar", title="three ratios")
    result: dict[str, dict[str, Any]] = {}
    for name, (ours, theirs, unit, what) in rows.items():
        ratio = ours / theirs
        result[name] = {"ours": ours, "beside": theirs, "unit": unit, "what": what, "ratio": ratio, "bar": BARS[name]}
        table.add_row(
            name,
            f"{ours:,.1f} {unit}/s",
            f"{theirs:,.1f} ({what})",
            f"{ratio:.2f}",
            f"{BARS[name]:g} {'ok' if ratio >= BARS[name] else 'MISSED'}",
        )
    Console().print(table)
    if args.json:
        args.json.parent.mkdir(parents=True, exist_ok=True)
        args.json.write_text(json.dumps(result, indent=1), encoding="utf-8")
    return 0 if all(r["ratio"] >= r["bar"] for r in result.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
