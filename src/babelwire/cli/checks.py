"""What ``doctor`` looks at: each check yields findings, ok or warn or fail, with the command that puts it right.

A check never raises: what it meets is what it finds. Those that need a configuration are left out where there is none.
"""

from __future__ import annotations

import os
import shutil
import sys
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


def everything(path: Path, now: datetime) -> Findings:
    """All checks, in the order in which one would put things right."""
    from babelwire.cli import opening

    yield from _python()
    config, finding = _opened(path, opening.config)
    yield finding
    if config is not None:
        for check in (_address, _contact, _editions, _licences, _engines, _disk):
            yield from check(config)
        yield from _store(config, now)


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
        fix = "babelwire init" if not path.exists() else f"edit {path}"
        return None, Finding("fail", "config", str(error), fix)
    return config, Finding(
        "ok", "config", f"{path}: {len(config.sources)} sources, {len(config.feeds)} feeds, {len(config.editions)} editions"
    )


def _address(config: Config) -> Findings:
    from babelwire.text import address

    where = config.desk.base_url
    host = urlsplit(where).hostname or ""
    if address.host(where) in ("", "localhost") or host.startswith("127.") or host == "::1":
        yield Finding(
            "warn", "address", f"{where} can be read on this machine only", f'set base_url = "https://…" under [desk] of {config.path}'
        )
    elif not where.startswith("https:"):
        yield Finding("warn", "address", f"{where} is not https", f'set base_url = "https://…" under [desk] of {config.path}')
    else:
        yield Finding("ok", "address", where)


def _contact(config: Config) -> Findings:
    if config.desk.contact:
        yield Finding("ok", "contact", config.desk.contact)
    else:
        yield Finding("warn", "contact", "publishers cannot write to you", f'set contact = "you@…" under [desk] of {config.path}')


def _editions(config: Config) -> Findings:
    if not config.editions:
        yield Finding("fail", "editions", "no edition: nothing is published", f"add [editions.fr] (or another language) to {config.path}")
    if not config.feeds:
        yield Finding("fail", "feeds", "no feed: nothing comes in", "babelwire feeds add URL")


def _licences(config: Config) -> Findings:
    shut = [s.id for s in config.sources if s.licence == "link"]
    if shut:
        text = f"{len(shut)} of {len(config.sources)} sources at the default, link: headline and link only ({_some(shut)})"
        yield Finding("warn", "licence", text, f"read their terms, then set licence (full, excerpt, link) in {config.path}")
    elif config.sources:
        yield Finding("ok", "licence", "named for every source")


def _engines(config: Config) -> Findings:
    from babelwire import make
    from babelwire.cli.engines import needed_pairs
    from babelwire.errors import BabelwireError

    with closing(make.Engines(config)) as engines:
        for name in engines:
            try:
                pairs = engines[name].pairs
            except BabelwireError as error:
                yield Finding("fail", "engine", f"{name}: {error}", f"see [engines.{name}] of {config.path}")
            else:
                yield Finding(
                    "ok" if pairs else "fail", "engine", f"{engines[name].id}: {len(pairs)} pairs", "" if pairs else _install(name)
                )
        for pair in sorted(needed_pairs(config)):
            yield _pair(pair, engines, config)


def _install(name: str) -> str:
    from babelwire.engines.apertium import apertium_packages

    return f"apt-get install {' '.join(apertium_packages())}" if name == "apertium" else f"see [engines.{name}]"


def _pair(pair: Pair, engines: Engines, config: Config) -> Finding:
    from babelwire import make
    from babelwire.cli.engines import missing
    from babelwire.engines import quality
    from babelwire.errors import BabelwireError

    try:
        ladder = engines.ladder(pair)
    except BabelwireError as error:
        return Finding("fail", "pair", f"{pair}: {error}", f"see [translate] engines in {config.path}")
    if not ladder:
        _, _, fix = missing(pair).partition("; ")
        return Finding("fail", "pair", f"{pair}: nobody serves it", fix)
    score = quality.score(ladder[0].id, pair)
    if make.weak(config, pair, score):
        text = f"{pair}: {ladder[0].id} is weak (chrF {score:.1f}): published as gist"
        return Finding("warn", "pair", text, f"name a better engine: [pairs.{pair}] engines = [...] in {config.path}")
    return Finding("ok", "pair", f"{pair}: {ladder[0].id}{'' if score is None else f', chrF {score:.1f}'}")


def _disk(config: Config) -> Findings:
    place = next(p for p in (config.data, *config.data.parents) if p.exists())
    free = shutil.disk_usage(place).free
    word = "fail" if free < NO_DISK else "warn" if free < LOW_DISK else "ok"
    yield Finding(word, "disk", f"{free / 1e9:.1f} GB free in {place}", "" if word == "ok" else f"make room in {place}")
    if not os.access(place, os.W_OK):
        yield Finding("fail", "disk", f"{place} cannot be written", f"chown $USER {place}")


def _store(config: Config, now: datetime) -> Findings:
    from babelwire.cli import opening
    from babelwire.errors import BabelwireError

    try:
        with opening.store(config, now) as store:
            wrong = store.check()
            states = store.feed_states()
    except BabelwireError as error:
        yield Finding("fail", "store", str(error), "babelwire backup FILE (of what is left), then restore an older one")
        return
    for line in wrong:
        yield Finding("fail", "store", line, "restore a backup")
    if not wrong:
        yield Finding("ok", "store", f"{config.store.kind}, whole")
    yield from _clock(states, now)
    yield from _feeds(states)


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


def _feeds(states: list[FeedState]) -> Findings:
    failing = [s for s in states if s.failures or s.retired]
    for state in failing:
        text = f"{state.feed.source_id}: {state.failure} ({state.failures} in a row)"
        yield Finding("fail" if state.retired else "warn", "feed", text, f"babelwire feeds test {state.feed.url}")
    if states and not failing:
        yield Finding("ok", "feeds", f"{len(states)} feeds, none failing")


def _some(names: list[str], shown: int = 4) -> str:
    return ", ".join(names[:shown]) + (f" and {len(names) - shown} more" if len(names) > shown else "")
