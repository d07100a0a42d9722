"""The whole desk against a small hostile world, and that world's own judgement of it.

    python tools/newsworld.py [--newsworld PATH] [--engine echo|apertium] [--keep DIR]

The world (``newsworld.py``, beside the repository) serves eight good feeds and a dozen hosts that misbehave on loopback
addresses, with a trap that no request may reach. Here it is started, the desk is run on it with its live fetcher, worker
processes, a database file and a folder of pages, over five hours of world time, and the world's ``check`` is asked. The
clock given to the desk moves on by hours so that feeds are due; the fetcher keeps the real one, for servers that name a
time mean it. Prints the world's rows, the peak memory of the desk's processes (bar: 1 GiB) and what the trap saw.
Without the world it says so and ends with 0.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
WORLD = Path(os.environ.get("BABELWIRE_SHARED", ROOT.parent / "shared")) / "newsworld" / "newsworld.py"
TICKS = 4
BAR = 1 << 30
ROW = re.compile(r"(pass|FAIL|skip)\s+(\S+)\s*(.*)")
PAGE = os.sysconf("SC_PAGE_SIZE")
EDITIONS = ("fr", "es", "pt", "it", "ru", "ar", "zh")  #: besides English, which carries every source; each only its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the world says of the desk."""

    rows: tuple[tuple[str, str, str], ...]  #: pass | FAIL | skip, case, remark
    peak: int  #: bytes of resident memory of the desk's processes together, at most
    trapped: int  #: requests that reached the control listener without its key
    bugs: int  #: exceptions that were none of ours
    seconds: float

    @property
    def passed(self) -> bool:
        return all(r[0] == "pass" for r in self.rows) and self.peak <= BAR and not self.trapped and not self.bugs


class Peak(threading.Thread):
    """Watches what this process and its children hold, but for one of them (the world's server)."""

    def __init__(self, but: int) -> None:
        super().__init__(name="peak", daemon=True)
        self.but, self.bytes = but, 0
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.05):
            self.bytes = max(self.bytes, resident(os.getpid(), self.but))


def resident(root: int, but: int = 0) -> int:
    """Bytes of resident memory of a process and all below it, ``but`` one branch."""
    parents: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has just ended
                continue
            parents.setdefault(int(fields[1]), []).append(int(entry.name))
            sizes[int(entry.name)] = int(fields[21]) * PAGE
    total, todo = 0, [root]
    while todo:
        one = todo.pop()
        if one != but:
            total += sizes.get(one, 0)
            todo += parents.get(one, [])
    return total


class World:
    """The world's server, in a process of its own."""

    def __init__(self, program: Path, folder: Path, net: str, port: int, control: int) -> None:
        self.program, self.folder = program, folder
        self.net, self.port = net, port
        self.log, self.opml = folder / "newsworld.jsonl", folder / "feeds.opml"
        self.where = ["--net", net, "--port", str(port), "--control-port", str(control)]
        command = [sys.executable, str(program), "serve", *self.where, "--log", str(self.log), "--opml", str(self.opml)]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if self.server.stdout is None or not self.server.stdout.readline():
            raise SystemExit(f"the world did not start: {' '.join(command)}")
        self._until_it_answers()

    def _until_it_answers(self) -> None:
        for _ in range(100):
            if self._say("opml").returncode == 0 and self.log.exists():
                return
            time.sleep(0.1)
        raise SystemExit("the world does not answer")

    def _say(self, verb: str, *more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(self.program), verb, *self.where, *more], capture_output=True, text=True, check=False, timeout=60
        )

    def tick(self) -> None:
        """An hour of world time."""
        self._say("tick").check_returncode()

    def check(self, site: Path) -> list[tuple[str, str, str]]:
        """(pass | FAIL | skip, case, remark) for every case."""
        lines = self._say("check", "--log", str(self.log), "--site", str(site)).stdout.splitlines()
        return [(m[1], m[2], m[3]) for line in lines if (m := ROW.match(line))]

    def trapped(self) -> int:
        return sum(json.loads(line)["trap"] for line in self.log.read_text(encoding="utf-8").splitlines())

    def close(self) -> None:
        self._say("stop")
        self.server.wait(20)
        if self.server.stdout:
            self.server.stdout.close()


def settings(world: World, engine: str) -> dict[str, object]:
    """The configuration of a desk that reads the world's feeds, a source for each of its hosts."""
    sources: dict[str, dict[str, object]] = {}
    for outline in ElementTree.parse(world.opml).getroot().iter("outline"):
        name, url = str(outline.get("text")), str(outline.get("xmlUrl"))
        homepage = url.rpartition("//")[0] + "//" + url.partition("//")[2].partition("/")[0]
        made = sources.setdefault(name, {"name": name, "homepage": homepage, "licence": "full", "feeds": []})
        made["feeds"] = [*made["feeds"], {"url": url, "language": outline.get("language")}]  # type: ignore[misc]
    readable = [name for name in sources if name != "good-zh"]
    editions: dict[str, dict[str, object]] = {"en": {"sources": readable}}
    editions |= {language: {"sources": [f"good-{language}"]} for language in EDITIONS}
    return {
        "desk": {"name": "Newsworld", "base_url": "https://wire.example", "contact": "desk@wire.example"},
        "fetch": {
            "allow_networks": [f"{world.net}.0/24"],
            "allow_ports": [world.port],
            "spacing": 0.1,
            "timeout": 12.0,
            "idle_timeout": 4.0,
        },
        "poll": {"max_age": 3650.0},
        "editions": editions,
        "sources": sources,
        "translate": {"engines": [engine]},
    }


def play(program: Path, folder: Path, *, engine: str = "echo", net: str = "127.41.0", port: int = 8700, control: int = 8699) -> Outcome:
    """Run the desk on the world for ``TICKS`` hours, polling twice in the first, and ask the world what it thinks."""
    begun = time.monotonic()
    with _world(program, folder, net, port, control) as world, _watched(world) as peak:
        bugs, site = _run(world, folder, engine)
        rows = world.check(site)
        trapped = world.trapped()
    return Outcome(rows=tuple(rows), peak=peak.bytes, trapped=trapped, bugs=bugs, seconds=time.monotonic() - begun)


@contextmanager
def _world(program: Path, folder: Path, net: str, port: int, control: int) -> Iterator[World]:
    world = World(program, folder, net, port, control)
    try:
        yield world
    finally:
        world.close()


@contextmanager
def _watched(world: World) -> Iterator[Peak]:
    peak = Peak(world.server.pid)
    peak.start()
    try:
        yield peak
    finally:
        peak.stop.set()
        peak.join()


def _run(world: World, folder: Path, engine: str) -> tuple[int, Path]:
    """Returns the bugs that were written down, and where the site is."""
    from babelwire import config, make
    from babelwire.desk import Done
    from babelwire.model import utc_now

    made = config.build(settings(world, engine), folder / "babelwire.toml", {})

    def told(job: str, done: Done) -> None:
        for note in done.notes:
            print(f"# {job}: {note.splitlines()[0][:160]}", file=sys.stderr)

    with make.desk(made) as desk:
        desk.store.sync(made.sources, made.feeds, utc_now())
        desk.publish_frame(utc_now())
        for turn in range(TICKS + 2):  # the first two in the world's first hour
            if turn > 1:
                world.tick()
            desk.run(utc_now() + timedelta(hours=3 * turn), told)
        overview = json.loads(json.dumps(desk.store.overview(utc_now())))
    return int(overview["bugs"]["count"]), made.data / made.publish.path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newsworld", type=Path, default=WORLD, help="the world's program (default: beside the repository)")
    parser.add_argument("--engine", default="echo", help="a built-in engine (default: echo)")
    parser.add_argument("--keep", type=Path, help="a folder for database, site and log (default: thrown away)")
    given = parser.parse_args(arguments)
    if not given.newsworld.exists():
        print(f"skipped: no {given.newsworld} (name it with --newsworld)")
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        outcome = play(given.newsworld, folder, engine=given.engine)
    for verdict, case, remark in outcome.rows:
        print(f"{verdict:5} {case:15} {remark}")
    fine = "ok" if outcome.peak <= BAR else "OVER THE BAR"
    print(f"peak memory of the desk's processes: {outcome.peak / 2**20:.0f} MiB, bar {BAR / 2**20:.0f} MiB: {fine}")
    print(f"requests at the control listener: {outcome.trapped}; bugs: {outcome.bugs}; {outcome.seconds:.0f} s")
    return 0 if outcome.passed else 1


if __name__ == "__main__":
    sys.exit(main())
