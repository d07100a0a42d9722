"""``doctor`` finds planted faults, and each finding names the command that puts it right."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from babelwire import config, make
from babelwire.cli import checks
from babelwire.demo import World
from babelwire.engines import apertium
from babelwire.model import Role
from babelwire.stores import index
from tests.cli.conftest import Run
from tests.stores.rows import Hand

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
GOOD = """\
[desk]
base_url = "https://fil.example"
contact = "desk@fil.example"

[editions.fr]

[translate]
engines = ["echo"]

[notify.ops]
kind = "memory"

[sources.a]
name = "A"
language = "en"
licence = "full"
feeds = ["https://a.example/rss"]
"""


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong, how it is planted, and what must be said of it."""

    check: str
    word: str
    text: str  #: a part of what is said
    fix: str  #: a part of the command
    change: Callable[[str], str] = lambda text: text
    plant: Callable[[Path, pytest.MonkeyPatch], None] = lambda path, patch: None
    now: datetime = NOW


def adding(lines: str) -> Callable[[str], str]:
    return lambda text: f"{text}\n{lines}\n"


def instead(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def engine(lines: str) -> Callable[[str], str]:
    return lambda text: text.replace('["echo"]', '["far"]') + f"\n[engines.far]\n{lines}\n"


def damage(path: Path, patch: pytest.MonkeyPatch) -> None:
    """Pages in the middle of the database overwritten."""
    opened(path)
    file = path.parent / "data" / "babelwire.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    body = bytearray(file.read_bytes())
    body[8192:16384] = b"\xff" * 8192
    file.write_bytes(body)


def opened(path: Path, **state: Any) -> None:
    """The store, with its one feed in a state."""
    from babelwire.model import replace

    made = config.load(path, {})
    with closing(make.store(made)) as store:
        store.sync(made.sources, made.feeds, NOW)
        if state:
            store.record_poll([replace(s, **state) for s in store.feed_states()], now=NOW)


def state(**changes: Any) -> Callable[[Path, pytest.MonkeyPatch], None]:
    return lambda path, patch: opened(path, **changes)


def no_apertium(path: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(apertium, "_installed", lambda folder: {})


def disk(free: int) -> Callable[[Path, pytest.MonkeyPatch], None]:
    return lambda path, patch: patch.setattr(shutil, "disk_usage", lambda place: Usage(10**12, 10**12 - free, free))


def readable(path: Path, patch: pytest.MonkeyPatch) -> None:
    path.chmod(0o644)


FAULTS = {
    "no such model folder": Fault(
        "engine", "fail", "no such model folder", "babelwire engines install en-fr --again", engine('kind = "ctranslate2"\noptions = { path = "/nowhere/opus-en-fr" }')
    ),
    "a pair nobody serves": Fault("pair", "fail", "en-zh: nobody serves it", "babelwire engines install en-zh", instead("[editions.fr]", "[editions.zh]\n[pairs.en-zh]\nengines = [\"apertium\"]")),
    "a package that is missing": Fault("engine", "fail", "0 pairs", "apt-get install apertium ", instead('["echo"]', '["apertium"]'), no_apertium),
    "an engine that is down": Fault(
        "engine", "fail", "far: ", "curl -sS http://127.0.0.1:9", engine('kind = "libretranslate"\noptions = { url = "http://127.0.0.1:9" }')
    ),
    "a data folder that cannot be written": Fault("data", "fail", "/proc cannot be written", "chown -R ", instead("[desk]", '[desk]\ndata = "/proc/babelwire"')),
    "a file where the data folder should be": Fault(
        "data", "fail", "is a file", "mv ", plant=lambda path, patch: (path.parent / "data").write_text("x", encoding="utf-8") and None
    ),
    "a damaged database": Fault("store", "fail", "", "babelwire restore BACKUP", plant=damage),
    "a dead feed": Fault(
        "feed", "fail", "a: HTTP 500 (9 in a row), dead", "babelwire feeds test https://a.example/rss",
        plant=state(failures=9, failure="HTTP 500", polled=NOW, due=NOW + timedelta(hours=1), succeeded=NOW - timedelta(days=3)),
    ),
    "a feed that is gone": Fault("feed", "fail", "dead", "babelwire feeds test", plant=state(failures=1, failure="410", retired=True, polled=NOW)),
    "a secret that is not set": Fault(
        "config", "fail", "environment variable DEEPL_KEY is not set", "export DEEPL_KEY=", engine('kind = "deepl"\noptions = { key = "env:DEEPL_KEY" }')
    ),
    "a secret whose file is gone": Fault(
        "config", "fail", "No such file", "install -m 600 /dev/stdin ", engine('kind = "deepl"\noptions = { key = "file:/nowhere/key" }')
    ),
    "a secret in the file": Fault("secret", "warn", "notify.ops.options.secret is written in the file", "+12 ", instead('kind = "memory"', 'kind = "webhook"\noptions = { url = "https://x.example/", secret = "abc" }')),
    "that everybody can read": Fault("secret", "warn", "everybody on this machine can read", "chmod 600 ", instead('kind = "memory"', 'kind = "webhook"\noptions = { url = "https://x.example/", secret = "abc" }'), readable),
    "a full disk": Fault("disk", "fail", "0.1 GB free", "du -xh ", plant=disk(50_000_000)),
    "a disk that is nearly full": Fault("disk", "warn", "0.5 GB free", "du -xh ", plant=disk(500_000_000)),
    "a clock that is wrong": Fault("clock", "fail", "before this version was made", "timedatectl set-ntp true", now=datetime(2020, 1, 1, tzinfo=UTC)),
    "a clock that was wrong": Fault("clock", "fail", "still to come", "timedatectl set-ntp true", plant=state(polled=NOW + timedelta(days=300))),
    "no desk at work": Fault(
        "desk", "warn", "1 feeds are overdue", "systemctl start babelwire", plant=state(polled=NOW - timedelta(hours=5), due=NOW - timedelta(hours=4))
    ),
    "an address of this machine": Fault("address", "warn", "this machine only", "+2 ", instead("https://fil.example", "http://localhost:8080")),
    "an address without TLS": Fault("address", "warn", "is not https", "base_url = ", instead("https://fil.example", "http://fil.example")),
    "an address with a folder": Fault("address", "warn", "readers are sent to /news/", "base_url = ", instead("https://fil.example", "https://fil.example/news")),
    "nobody to write to": Fault("contact", "warn", "publishers cannot write", "contact = ", instead('contact = "desk@fil.example"', "")),
    "nobody to be told": Fault("alerts", "warn", "nobody is told", "[notify.ops]", instead('[notify.ops]\nkind = "memory"', "")),
    "licences nobody looked at": Fault("licence", "warn", "1 of 1 sources", "then: licence = ", instead('licence = "full"', "")),
    "a desk for everybody without TLS": Fault("browser", "fail", "0.0.0.0:8081 for everybody", "desk_url = ", adding('[web]\ndesk = "0.0.0.0:8081"')),
    "a desk that nobody may enter": Fault("browser", "warn", "nobody has an account", "babelwire user add NAME --role admin"),
    "an edition in a language the interface does not speak": Fault(
        "config", "fail", "editions.ja: the interface does not speak this language yet; it speaks ar, ca, de, en", "${EDITOR:-vi} ", instead("[editions.fr]", "[editions.ja]")
    ),
    "no edition": Fault("editions", "fail", "nothing is published", "[editions.fr]", instead("[editions.fr]", "")),
    "no feed": Fault("feeds", "fail", "nothing comes in", "babelwire feeds add URL", instead('["https://a.example/rss"]', "[]")),
    "an unknown key": Fault("config", "fail", "did you mean 'base_url'", "${EDITOR:-vi} +1 ", instead("base_url", "base_ulr")),
    "a line that is no TOML": Fault("config", "fail", "at line 6", "${EDITOR:-vi} +6 ", instead("[editions.fr]", "\n[editions.fr")),
}  # fmt: skip


def look(path: Path, now: datetime = NOW, **more: bool) -> list[checks.Finding]:
    found = list(checks.everything(path, now, **more))
    for finding in found:
        assert bool(finding.fix) == (finding.word != "ok"), finding
    return found


def test_a_desk_in_order_has_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.toml"
    path.write_text(GOOD, encoding="utf-8")
    with closing(make.desk_store(config.load(path, {}))) as store:
        store.add_account("ada", Role.ADMIN, "hash", NOW)
    found = look(path)
    assert {(f.check, f.word) for f in found if f.word != "ok"} == set()
    assert "the desk at http://127.0.0.1:8081/desk/, for 1 person" in [f.text for f in found if f.check == "browser"]
    path.write_text(f'{GOOD}\n[web]\ndesk = "off"\n', encoding="utf-8")
    assert [f.word for f in look(path) if f.check == "browser" and "is off" in f.text] == ["ok"]


def test_pages_that_cannot_be_found_yet_are_told_where_readers_may_search(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.toml"
    path.write_text(GOOD, encoding="utf-8")
    with closing(make.desk_store(config.load(path, {}))) as store:
        Hand(store).all_the_way()
        with store.write() as connection:
            index.drop(connection, "one", "fr")
    assert [f for f in look(path) if f.check == "search"] == []
    path.write_text(f"{GOOD}\n[web]\nsearch = true\n", encoding="utf-8")
    told = [(f.word, f.text, f.fix) for f in look(path) if f.check == "search"]
    assert told == [("warn", "1 page of the site not found by searching yet", "babelwire publish")]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_each_planted_fault_is_found(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = FAULTS[name]
    path = tmp_path / "babelwire.toml"
    path.write_text(fault.change(GOOD), encoding="utf-8")
    path.chmod(0o600)
    fault.plant(path, monkeypatch)
    hits = [f for f in look(path, fault.now) if f.check == fault.check and f.word == fault.word]
    assert any(fault.text in f.text and fault.fix in f.fix for f in hits), hits


def test_a_weak_pair(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.toml"
    path.write_text(GOOD.replace('engines = ["echo"]', 'engines = ["apertium"]\nweak = 99.0'), encoding="utf-8")
    found = [f for f in look(path) if f.check == "pair"]
    if any("nobody serves" in f.text for f in found):
        pytest.skip("Apertium's packages are not here")
    assert [(f.word, "is weak (chrF" in f.text, "[pairs.en-fr]" in f.fix) for f in found] == [("warn", True, True)]


def test_closed_pages_and_feeds_that_do_not_answer(cli: Run, mine: Path, world: World) -> None:
    found = look(mine, datetime.now(UTC), ask=True)
    network = {f.text.partition(":")[0]: f.fix for f in found if f.check == "network"}
    assert network["le-courrier"] == f"babelwire feeds test {world.feeds['le-courrier']}"
    assert "el-faro" not in network


def test_robots_that_close_a_source(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from babelwire.errors import RobotsRefused
    from babelwire.fetchers.replay import ReplayFetcher
    from tests.flow import world as small

    pages = {small.FEED: small.feed("pier"), f"{small.HOME}/pier": RobotsRefused(f"{small.HOME}/pier", "robots.txt")}
    monkeypatch.setattr(make, "fetcher", lambda made: ReplayFetcher(pages, clock=lambda: NOW))
    path = tmp_path / "babelwire.toml"
    path.write_text(GOOD.replace("https://a.example/rss", small.FEED), encoding="utf-8")
    (robots,) = [f for f in look(path, ask=True) if f.check in ("robots", "network")]
    assert (robots.check, robots.word) == ("robots", "warn")
    assert "robots.txt closes its pages" in robots.text and "+13 " in robots.fix
