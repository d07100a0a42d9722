"""Kill the desk with ``kill -9`` at random moments, and see that nothing is lost and nothing comes twice.

    python tools/crash_test.py [--kills 50] [--each 10] [--seed N]

The bundled world is served; the desk runs on it with its live fetcher, the echo engine (slowed, so that there is something to
interrupt), a database file and a folder. It is killed and started again ``--each`` times on one data folder, then runs to its
end, and the folder is compared with that of a desk that was left alone: the same stories, each on one page and once in each
feed, ``PRAGMA integrity_check`` clean, counts right, no bug written down, no half page; and a receiver has been told of each,
once or again under the same moment, never of one that is not out. Then the next folder, until all kills are spent. The clock
moves on by eleven minutes with every start, past the lease of what the dead desk was working on.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babelwire.model import Event

LEASE = 11  #: minutes
SLOW = '\n[engines.slow]\nkind = "echo"\noptions = { delay = 0.02 }\n'
TOLD = '\n[notify.file]\nkind = "crash_test:Told"\noptions = { path = "PATH" }\n'
LANGUAGES = ("fr", "ca", "es", "en")


@dataclass(slots=True)
class State:
    """What a data folder holds."""

    stories: set[tuple[str, str]] = field(default_factory=set)  #: (edition, source's address) on the site
    faults: list[str] = field(default_factory=list)


class Told:
    """A receiver: a line in a file for each event, on the disk before it says that it has heard."""

    def __init__(self, path: str) -> None:
        self.path = path

    def tell(self, event: Event) -> None:
        line = json.dumps([event.kind, event.subject, event.when.isoformat()]) + "\n"
        with Path(self.path).open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())


# ---------------------------------------------------------------------------------------------- the desk that is killed


def work(path: Path, minutes: float, *, finish: bool) -> None:
    """Run the desk, its clock moved on: until it is killed, or until there is nothing more to do."""
    from babelwire import config, make
    from babelwire.model import utc_now
    from babelwire.runners import loop

    def clock() -> object:
        return utc_now() + timedelta(minutes=minutes)

    made = config.load(path)
    with make.desk(made) as desk:
        desk.store.sync(made.sources, made.feeds, utc_now())
        if finish:
            desk.publish_frame(utc_now() + timedelta(minutes=minutes))
            loop.until_done(desk, clock, lambda job, done: None)  # type: ignore[arg-type]
            return
        print("started", flush=True)
        loop.run(desk, clock, lambda job, done: None, threading.Event(), takers=1, translators=2)  # type: ignore[arg-type]


def start(path: Path, minutes: float, *, finish: bool = False) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--work", str(path), "--minutes", str(minutes), *(["--finish"] if finish else [])]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill(path: Path, minutes: float, after: float) -> bool:
    """Start the desk and kill it; False where it had ended by itself, which it never should."""
    process = start(path, minutes)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(after)
    alive = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    return alive


def finish(path: Path, minutes: float) -> None:
    """Let the desk do what is left, in two goes: a second one takes what the first had to wait for."""
    for turn in (0, LEASE):
        process = start(path, minutes + turn, finish=True)
        process.communicate()
        if process.returncode:
            raise SystemExit(f"the desk could not finish: exit status {process.returncode}")


# ---------------------------------------------------------------------------------------------- what it left


def look(path: Path) -> State:
    """What stands in a data folder, and what is wrong there."""
    from babelwire import config, make
    from babelwire.model import utc_now

    made = config.load(path)
    site = made.data / made.publish.path
    state = State()
    told = _told(path.parent / "told.jsonl", state)
    with closing(make.store(made)) as store:
        state.faults += store.check()
        overview = json.loads(json.dumps(store.overview(utc_now())))
        for language in LANGUAGES:
            _look_at_edition(store.cards(language, limit=10_000), store, site, language, state, told)
    if overview["bugs"]["count"]:
        state.faults.append(f"bugs: {overview['bugs']['newest'][0]['traceback'][-300:]}")
    for unfinished in ("waiting", "ready", "withdrawing"):
        if left := overview["translations"]["by_state"].get(unfinished):
            state.faults.append(f"left {unfinished}: {left}")
    state.faults += [
        f"half a page: {p.relative_to(site)}" for p in site.rglob("*.html") if not p.read_text("utf-8").rstrip().endswith("</html>")
    ]
    return state


def _look_at_edition(cards: Sequence[object], store: object, site: Path, language: str, state: State, told: set[str]) -> None:
    pages = Counter(p.parent.name.rpartition("-")[2] for p in site.glob(f"{language}/[0-9]*/*/*/*/index.html"))
    feed = json.loads((site / language / "feed.json").read_text("utf-8"))
    entries = Counter(str(item["external_url"]) for item in feed["items"])
    state.faults += [f"{language}: {n} pages of {key}" for key, n in pages.items() if n != 1]
    state.faults += [f"{language}: {n} entries of {url} in the feed" for url, n in entries.items() if n != 1]
    for card in cards:
        found = store.publication(card.key, language)  # type: ignore[attr-defined]
        url = found.article.canonical_url
        state.stories.add((language, url))
        if pages[card.key] != 1 or not (site / card.path / "index.html").exists():  # type: ignore[attr-defined]
            state.faults.append(f"{language}: no page for {url}")
        if card.path not in told:  # type: ignore[attr-defined]
            state.faults.append(f"{language}: nobody was told of {url}")
        if url not in entries and len(cards) <= 50:
            state.faults.append(f"{language}: {url} is missing from the feed")


def _told(path: Path, state: State) -> set[str]:
    """The pages that the receiver was told of. What came again must have come as the same message."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.endswith("]")] if path.exists() else []
    moments: dict[str, set[str]] = {}
    for kind, subject, when in lines:
        if kind == "published":
            moments.setdefault(subject, set()).add(when)
    state.faults += [f"{subject} was news {len(whens)} times" for subject, whens in moments.items() if len(whens) > 1]
    return set(moments)


# ---------------------------------------------------------------------------------------------- the whole test


def crash(kills: int, each: int, seed: int, folder: Path) -> list[str]:
    """Returns what is wrong, in words; empty when all is well."""
    from babelwire.demo.world import World

    dice = random.Random(seed)
    faults: list[str] = []
    with World(network="127.74.0") as world:
        reference = _configured(world.config("data", engines=("slow",)), folder / "alone")
        finish(reference, 0)
        alone = look(reference)
        faults += [f"alone: {f}" for f in alone.faults]
        if len(alone.stories) < 60:
            faults.append(f"alone: only {len(alone.stories)} stories")
        for number, left in enumerate(range(kills, 0, -each)):
            path = _configured(world.config("data", engines=("slow",)), folder / f"killed-{number}")
            minutes = 0.0
            for turn in range(min(each, left)):
                if not kill(path, minutes, dice.uniform(0.0, 2.5)):
                    faults.append(f"round {number}: the desk ended by itself at start {turn}")
                minutes += LEASE
            finish(path, minutes)
            after = look(path)
            faults += [f"round {number}: {f}" for f in after.faults]
            faults += [f"round {number}: lost {s}" for s in sorted(alone.stories - after.stories)]
            faults += [f"round {number}: too much {s}" for s in sorted(after.stories - alone.stories)]
            print(f"round {number}: {min(each, left)} kills, {len(after.stories)} of {len(alone.stories)} stories", flush=True)
    return faults


def _configured(text: str, folder: Path) -> Path:
    folder.mkdir(parents=True)
    told = TOLD.replace("PATH", str(folder / "told.jsonl"))
    (folder / "babelwire.toml").write_text(text + SLOW + told, encoding="utf-8")
    return folder / "babelwire.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--each", type=int, default=10, help="kills on one data folder")
    parser.add_argument("--seed", type=int, default=20261124)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--minutes", type=float, default=0.0, help=argparse.SUPPRESS)
    parser.add_argument("--finish", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.work:
        work(given.work, given.minutes, finish=given.finish)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        faults = crash(given.kills, given.each, given.seed, Path(folder))
    print("\n".join(faults) or f"{given.kills} kills: every story published once, integrity check clean")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
