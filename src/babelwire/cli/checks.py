"""What ``doctor`` looks at: each check yields findings, ok or warn or fail, with the command that puts it right.

A check never raises: what it meets is what it finds. Those that need a configuration are left out where there is none.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.make import Engines
    from babelwire.model import FeedState, Pair

PYTHONS = ((3, 11), (3, 13))
LOW_DISK, NO_DISK = 1_000_000_000, 100_000_000  #: bytes
OVERDUE = timedelta(hours=1)  #: a feed that has been due for so long says that nobody polls
#: No clock of a running desk shows an earlier time: this version did not exist then.
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
AHEAD = timedelta(minutes=5)  #: how far the store's newest poll may lie ahead of the clock


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    word: str  #: ``ok`` | ``warn`` | ``fail``
    check: str
    text: str
    fix: str = ""  #: a command, or what to write where


Findings = Iterator[Finding]


def everything(path: Path, now: datetime, *, ask: bool = False) -> Findings:
    """All checks, in the order in which one would put things right. ``ask``: those that read feeds, too."""
    from babelwire.cli import opening

    yield from _python()
    config, finding = _opened(path, opening.config)
    yield finding
    if config is not None:
        for check in (_address, _contact, _secrets, _editions, _licences, _glossary, _receivers, _engines, _disk):
            yield from check(config)
        yield from _store(config, now)
        if ask:
            from babelwire.cli import checks_online

            yield from checks_online.online(config, now)


def edit(config: Config, *keys: str, say: str) -> str:
    """The command that opens the configuration where a key stands, or its table, and what is to be done there."""
    from babelwire import origins

    places = origins.lines(config.path.read_text(encoding="utf-8")) if config.path.exists() else {}
    line = next((places[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in places), 1)
    return f"${{EDITOR:-vi}} +{line} {config.path}  # {say}"


def _python() -> Findings:
    here = sys.version_info[:2]
    lowest, highest = PYTHONS
    words = f"Python {sys.version.split()[0]}"
    if lowest <= here <= highest:
        yield Finding("ok", "python", words)
    else:
        yield Finding("fail", "python", f"{words}; needs 3.11 to 3.13", "make install PYTHON=python3.12")


def _opened(path: Path, load: Callable[[Path], Config]) -> tuple[Config | None, Finding]:
    from babelwire.errors import ConfigError

    try:
        config = load(path)
    except ConfigError as error:
        return None, Finding("fail", "config", str(error), _mend(path, str(error)))
    return config, Finding(
        "ok", "config", f"{path}: {len(config.sources)} sources, {len(config.feeds)} feeds, {len(config.editions)} editions"
    )


def _mend(path: Path, text: str) -> str:
    """The command for a configuration that cannot be read."""
    if not path.exists():
        return f"babelwire init --config {path}"
    if variable := re.search(r"environment variable (\S+) is not set", text):
        return f"export {variable[1]}=...  # under systemd: a line {variable[1]}=... in the file of EnvironmentFile="
    if lacks := re.search(r"No such file or directory: '([^']+)'", text):
        return f"install -m 600 /dev/stdin {lacks[1]}  # then type the secret and Ctrl-D"
    line = re.search(r"at line (\d+)", text)
    return f"${{EDITOR:-vi}} +{line[1] if line else 1} {path}"


def _glossary(config: Config) -> Findings:
    from babelwire import glossary
    from babelwire.errors import GlossaryError

    if not config.glossaries:
        return
    try:
        terms = glossary.load(config.glossaries).terms
    except GlossaryError as error:
        yield Finding("fail", "glossary", str(error), f"${{EDITOR:-vi}} +{max(1, error.line)} {error.path}; babelwire glossary check")
    else:
        yield Finding("ok", "glossary", f"{len(terms)} terms")


def _address(config: Config) -> Findings:
    from babelwire.text import address

    where = config.desk.base_url
    host, folder = urlsplit(where).hostname or "", urlsplit(where).path.strip("/")
    fix = edit(config, "desk", "base_url", say='base_url = "https://…"')
    if address.host(where) in ("", "localhost") or host.startswith("127.") or host == "::1":
        yield Finding("warn", "address", f"{where} can be read on this machine only", fix)
    elif not where.startswith("https:"):
        yield Finding("warn", "address", f"{where} is not https", fix)
    else:
        yield Finding("ok", "address", where)
    if folder:
        text = f"readers are sent to /{folder}/: a web server must serve the tree there; `babelwire serve` does so at / only"
        yield Finding("warn", "address", text, fix)


def _contact(config: Config) -> Findings:
    if config.desk.contact:
        yield Finding("ok", "contact", config.desk.contact)
    else:
        yield Finding("warn", "contact", "publishers cannot write to you", edit(config, "desk", "contact", say='[desk] contact = "you@…"'))


def _secrets(config: Config) -> Findings:
    """Secrets belong into the environment or a file that nobody else reads."""
    from babelwire import origins

    plain = [s for s in origins.settings(config) if s.value == origins.HIDDEN and not s.origin.startswith(("env:", "file:"))]
    for setting in plain:
        fix = edit(config, *setting.key.split("."), say='"env:NAME", or "file:PATH"')
        yield Finding("warn", "secret", f"{setting.key} is written in the file ({setting.origin})", fix)
    if plain and config.path.stat().st_mode & 0o044:
        yield Finding("warn", "secret", f"and everybody on this machine can read {config.path}", f"chmod 600 {config.path}")


def _receivers(config: Config) -> Findings:
    people = [name for name, table in config.notify.items() if table.kind != "websub" and name in (config.alerts.to or config.notify)]
    if people:
        yield Finding("ok", "alerts", f"told to {_some(people)}")
    else:
        fix = edit(config, "notify", say='[notify.ops] kind = "apprise", options.urls = "env:OPS_CHANNEL"')
        yield Finding("warn", "alerts", "nobody is told when a feed dies or an edition goes silent", fix)


def _editions(config: Config) -> Findings:
    if not config.editions:
        fix = edit(config, "editions", say="add [editions.fr], or another language")
        yield Finding("fail", "editions", "no edition: nothing is published", fix)
    if not config.feeds:
        yield Finding("fail", "feeds", "no feed: nothing comes in", "babelwire feeds add URL")


def _licences(config: Config) -> Findings:
    shut = [s.id for s in config.sources if s.licence == "link"]
    if shut:
        text = f"{len(shut)} of {len(config.sources)} sources at the default, link: headline and link only ({_some(shut)})"
        fix = edit(config, "sources", shut[0], say="read their terms, then: licence = full, excerpt or link")
        yield Finding("warn", "licence", text, fix)
    elif config.sources:
        yield Finding("ok", "licence", "named for every source")


def _engines(config: Config) -> Findings:
    from babelwire import make
    from babelwire.cli import health
    from babelwire.cli.engines import needed_pairs
    from babelwire.errors import BabelwireError

    with closing(make.Engines(config)) as engines:
        for name in engines:
            try:
                pairs = engines[name].pairs
            except BabelwireError as error:
                fix = health.fix(config, name, error) or _install(name, config)
                yield Finding("fail", "engine", f"{name}: {error}", fix)
            else:
                fix = "" if pairs else _install(name, config)
                yield Finding("ok" if pairs else "fail", "engine", f"{engines[name].id}: {len(pairs)} pairs", fix)
        for pair in sorted(needed_pairs(config)):
            yield _pair(pair, engines, config)


def _install(name: str, config: Config) -> str:
    from babelwire.engines.apertium import apertium_packages

    table = config.engines.get(name)
    if (table.kind if table else name) == "apertium":
        return f"apt-get install {' '.join(apertium_packages())}"
    if table and isinstance(table.options.get("url"), str):
        return f"curl -sS {table.options['url']}  # does the server answer?"
    return edit(config, "engines", name, "options", say=f"[engines.{name}]")


def _pair(pair: Pair, engines: Engines, config: Config) -> Finding:
    from babelwire import make
    from babelwire.cli.engines import missing
    from babelwire.engines import quality
    from babelwire.errors import BabelwireError

    try:
        ladder = engines.ladder(pair)
    except BabelwireError as error:
        return Finding("fail", "pair", f"{pair}: {error}", edit(config, "translate", "engines", say="[translate] engines"))
    if not ladder:
        _, _, fix = missing(pair).partition("; ")
        return Finding("fail", "pair", f"{pair}: nobody serves it", fix)
    score = quality.score(ladder[0].id, pair)
    if make.weak(config, pair, score):
        text = f"{pair}: {ladder[0].id} is weak (chrF {score:.1f}): published as gist"
        return Finding("warn", "pair", text, edit(config, "pairs", str(pair), say=f'[pairs.{pair}] engines = ["a better one"]'))
    return Finding("ok", "pair", f"{pair}: {ladder[0].id}{'' if score is None else f', chrF {score:.1f}'}")


def _disk(config: Config) -> Findings:
    place = next(p for p in (config.data, *config.data.parents) if p.exists())
    free = shutil.disk_usage(place).free
    word = "fail" if free < NO_DISK else "warn" if free < LOW_DISK else "ok"
    fix = "" if word == "ok" else f"du -xh {place} | sort -h | tail -20"
    yield Finding(word, "disk", f"{free / 1e9:.1f} GB free in {place}", fix)
    if not place.is_dir():
        yield Finding("fail", "data", f"{place} is a file; the data folder cannot be made there", f"mv {place} {place}.old")
    elif not _writable(place):
        yield Finding("fail", "data", f"{place} cannot be written", f"chown -R {_me()} {place}")


def _writable(folder: Path) -> bool:
    """Tried, since root may write everywhere but where nobody can."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _me() -> str:
    return str(os.geteuid()) if os.geteuid() else "babelwire"


def _store(config: Config, now: datetime) -> Findings:
    from babelwire import make
    from babelwire.cli import health, say
    from babelwire.errors import BabelwireError

    mine = {f.url for f in config.feeds}
    try:
        with closing(make.desk_store(config)) as store:  # as it is: whoever tells it of the configuration puts clocks right, too
            wrong = store.check()
            unfound = store.unindexed() if config.web.search else 0
            states = [s for s in store.feed_states() if s.feed.url in mine]
            fares = health.health(config, store, now)
            people = len(store.accounts())
    except BabelwireError as error:
        yield Finding("fail", "store", str(error), "babelwire restore BACKUP")
        return
    except OSError as error:
        yield Finding("fail", "store", f"{config.data}: {error.strerror}", f"chown -R {_me()} {config.data.parent}")
        return
    for line in wrong:
        yield Finding("fail", "store", line, "babelwire restore BACKUP")
    if not wrong:
        yield Finding("ok", "store", f"{config.store.kind}, whole")
    if unfound:
        yield Finding("warn", "search", f"{say.many(unfound, 'page')} of the site not found by searching yet", "babelwire publish")
    yield _door(config, people)
    yield from _clock(states, now)
    yield from _polling(states, now)
    yield from _feeds(states, config, now)
    yield from (Finding(*line) for line in health.findings(fares, config))


def _door(config: Config, people: int) -> Finding:
    """The desk in the browser: is it there, for whom, and can anybody sign in from where it listens?"""
    if config.web.door is None:
        return Finding("ok", "browser", "the desk in the browser is off ([web] desk)")
    host, where = config.web.door[0], config.web.desk_url or f"http://{config.web.desk}"
    near = host in ("localhost", "::1") or host.startswith("127.")
    if not near and not config.web.desk_url:
        fix = edit(config, "web", "desk", say='desk = "127.0.0.1:8081", or desk_url = "https://…" and a proxy with TLS before it')
        return Finding("fail", "browser", f"the desk listens at {config.web.desk} for everybody, without TLS: it is not served so", fix)
    if not people:
        text = "nobody has an account: the desk in the browser is not served"
        return Finding("warn", "browser", text, 'babelwire user add NAME --role admin  # or: [web] desk = "off"')
    return Finding("ok", "browser", f"the desk at {where}/desk/, for {people} {'person' if people == 1 else 'people'}")


def _clock(states: list[FeedState], now: datetime) -> Findings:
    newest = max((s.polled for s in states if s.polled), default=BUILT)
    if now < BUILT:
        yield Finding("fail", "clock", f"it shows {now:%Y-%m-%d %H:%M} UTC, before this version was made", "timedatectl set-ntp true")
    elif newest > now + AHEAD:
        yield Finding(
            "fail", "clock", f"a feed was last read at {newest:%Y-%m-%d %H:%M} UTC, which is still to come", "timedatectl set-ntp true"
        )
    else:
        yield Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC")


def _polling(states: list[FeedState], now: datetime) -> Findings:
    """Is a desk at work?"""
    waiting = [s for s in states if s.polled and not s.retired and now - s.due > OVERDUE]
    if waiting:
        longest = min(s.due for s in waiting)
        text = f"{len(waiting)} feeds are overdue, the first since {longest:%Y-%m-%d %H:%M} UTC: no desk is running"
        yield Finding("warn", "desk", text, "systemctl start babelwire  # or: babelwire run")


def _feeds(states: list[FeedState], config: Config, now: datetime) -> Findings:
    from babelwire import alerts

    failing = [s for s in states if s.failures or s.retired]
    for state in failing:
        dead = alerts.dead(state, config.alerts, now)
        text = f"{state.feed.source_id}: {state.failure} ({state.failures} in a row){', dead' if dead else ''}"
        yield Finding("fail" if dead else "warn", "feed", text, f"babelwire feeds test {state.feed.url}")
    if states and not failing:
        yield Finding("ok", "feeds", f"{len(states)} feeds, none failing")


def _some(names: list[str], shown: int = 4) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
