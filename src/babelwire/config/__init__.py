"""The configuration: one TOML file -> a frozen ``Config``. The only reader of file and environment, called once, by the CLI.

    tables    what the file may hold: keys, types, defaults
    __init__  reading it

An unknown key is an error with its path and the nearest name. A secret is never written in the file: its value is
``env:NAME`` or ``file:PATH``. Conversion and type errors are msgspec's; the path of a key inside a named table and the
suggestion are ours, since no library gives both.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import time
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from babelwire.config.tables import (
    Alerts as Alerts,
)
from babelwire.config.tables import (
    Config as Config,
)
from babelwire.config.tables import (
    Desk as Desk,
)
from babelwire.config.tables import (
    EditionTable as EditionTable,
)
from babelwire.config.tables import (
    EngineTable as EngineTable,
)
from babelwire.config.tables import (
    FeedTable as FeedTable,
)
from babelwire.config.tables import (
    Fetch as Fetch,
)
from babelwire.config.tables import (
    Observe as Observe,
)
from babelwire.config.tables import (
    PairTable as PairTable,
)
from babelwire.config.tables import (
    Poll as Poll,
)
from babelwire.config.tables import (
    Publish as Publish,
)
from babelwire.config.tables import (
    SourceTable as SourceTable,
)
from babelwire.config.tables import (
    StoreTable as StoreTable,
)
from babelwire.config.tables import (
    Table as Table,
)
from babelwire.config.tables import (
    Take as Take,
)
from babelwire.config.tables import (
    Translate as Translate,
)
from babelwire.config.tables import (
    Web as Web,
)
from babelwire.errors import ConfigError
from babelwire.model import Edition, Feed, Licence, Mode, Pair, Source

TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
WORDS: Mapping[str, type[StrEnum]] = {"mode": Mode, "licence": Licence}  #: keys that take one of a few words
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
T = TypeVar("T", bound=Table)

TABLES = ("desk", "fetch", "poll", "take", "store", "publish", "web", "observe", "alerts", "translate")
NAMED = ("engines", "pairs", "editions", "sources", "notify")
LISTS = ("rules", "glossaries", "routes")


def load(path: Path, environ: Mapping[str, str] | None = None) -> Config:
    """Read and check a configuration file.

    Raises ConfigError naming the file and the key: not there, not TOML, unknown key (with the nearest known one), wrong
    type, a pair or source that is not what it should be.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such file; `babelwire init` writes one") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return build(raw, path, os.environ if environ is None else environ)


def build(raw: dict[str, Any], path: Path, environ: Mapping[str, str]) -> Config:
    """As ``load``, from a parsed file; relative paths are taken from ``path``'s folder."""
    known = [*TABLES, *NAMED, *LISTS, "budget"]
    for key in raw:
        if key not in known:
            raise ConfigError(f"{path}: unknown table [{key}]{nearest(key, known)}")
    desk, translate, store = (_one(raw, "desk", Desk, path), _one(raw, "translate", Translate, path), _one(raw, "store", StoreTable, path))
    engines, pairs = _named(raw, "engines", EngineTable, path), _named(raw, "pairs", PairTable, path)
    editions, sources = _named(raw, "editions", EditionTable, path), _named(raw, "sources", SourceTable, path)
    _check_engines(engines, {"translate": translate.engines, **{f"pairs.{k}": p.engines for k, p in pairs.items()}}, path)
    _check_sources(editions, sources, path)
    alerts = _one(raw, "alerts", Alerts, path)
    _check_alerts(alerts, sorted(_named(raw, "notify", EngineTable, path)), path)
    publishers, feeds = _sources(sources, path)
    return Config(
        path=path.resolve(),
        desk=msgspec.structs.replace(desk, base_url=desk.base_url.rstrip("/")),
        fetch=_one(raw, "fetch", Fetch, path),
        poll=_one(raw, "poll", Poll, path),
        take=_one(raw, "take", Take, path),
        store=msgspec.structs.replace(store, url=secret(store.url, path, "store.url", environ)),
        publish=_one(raw, "publish", Publish, path),
        web=_web(raw, path),
        observe=_one(raw, "observe", Observe, path),
        alerts=alerts,
        translate=translate,
        engines=_open(engines, "engines", path, environ),
        pairs={_pair(k, path): p for k, p in pairs.items()},
        editions=tuple(_edition(k, e, path, desk.name) for k, e in editions.items()),
        edition_sources={k: e.sources for k, e in editions.items()},
        sources=publishers,
        feeds=feeds,
        feed_modes={f.url: f.mode for s in sources.values() for f in s.feeds if isinstance(f, FeedTable)},
        routes=_routes(raw.get("routes", []), path),
        budget=_table(raw, "budget", path),
        rules=_paths(raw.get("rules", []), path, "rules"),
        glossaries=_paths(raw.get("glossaries", []), path, "glossaries"),
        notify=_open(_named(raw, "notify", EngineTable, path), "notify", path, environ),
    )


def secret(value: str, path: Path, where: str, environ: Mapping[str, str]) -> str:
    """The value behind ``env:NAME`` or ``file:PATH``; anything else is itself."""
    if value.startswith("env:"):
        name = value[4:]
        if name not in environ:
            raise ConfigError(f"{path}: {where}: environment variable {name} is not set")
        return environ[name]
    if value.startswith("file:"):
        try:
            return (path.parent / value[5:]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"{path}: {where}: {error}") from error
    return value


def secrets(options: Mapping[str, Any], path: Path, where: str, environ: Mapping[str, str]) -> dict[str, Any]:
    return {k: secret(v, path, f"{where}.{k}", environ) if isinstance(v, str) else v for k, v in options.items()}


# ---------------------------------------------------------------------------------------------- the small steps


def nearest(name: str, known: list[str]) -> str:
    """The end of a message about a name that nobody knows: the nearest known one, or all of them."""
    close = difflib.get_close_matches(name, known, 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known: {', '.join(known)}"


def _one(raw: Mapping[str, Any], name: str, kind: type[T], path: Path) -> T:
    return convert(raw.get(name, {}), kind, path, name)


def _web(raw: Mapping[str, Any], path: Path) -> Web:
    web = _one(raw, "web", Web, path)
    host, _, port = web.desk.rpartition(":")
    if web.desk != "off" and not (host and port.isdigit() and int(port) < 65536):
        raise ConfigError(f"{path}: web.desk: {web.desk!r} is not like 127.0.0.1:8081, nor off")
    if web.desk_url and not re.fullmatch(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?", web.desk_url.rstrip("/")):
        raise ConfigError(f"{path}: web.desk_url: {web.desk_url!r} is not like https://desk.example; without TLS no browser signs in there")
    return msgspec.structs.replace(web, desk_url=web.desk_url.rstrip("/"))


def _named(raw: Mapping[str, Any], name: str, kind: type[T], path: Path) -> dict[str, T]:
    return {k: convert(v, kind, path, f"{name}.{k}") for k, v in _table(raw, name, path).items()}


def _table(raw: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = raw.get(name, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {name}: must be a table")
    return table


def _open(tables: Mapping[str, EngineTable], name: str, path: Path, environ: Mapping[str, str]) -> dict[str, EngineTable]:
    """The tables with their secrets read."""
    return {k: msgspec.structs.replace(t, options=secrets(t.options, path, f"{name}.{k}.options", environ)) for k, t in tables.items()}


def _check_engines(engines: Mapping[str, EngineTable], ladders: Mapping[str, tuple[str, ...]], path: Path) -> None:
    known = sorted({*engines, "apertium", "echo"})
    for where, ladder in ladders.items():
        for name in ladder:
            if name not in known:
                raise ConfigError(f"{path}: {where}.engines: no engine {name!r}{nearest(name, known)}")


def _check_sources(editions: Mapping[str, EditionTable], sources: Mapping[str, SourceTable], path: Path) -> None:
    for language, table in editions.items():
        for name in table.sources:
            if name not in sources:
                raise ConfigError(f"{path}: editions.{language}.sources: no source {name!r}{nearest(name, sorted(sources))}")


def _check_alerts(alerts: Alerts, known: list[str], path: Path) -> None:
    for name in alerts.to:
        if name not in known:
            raise ConfigError(f"{path}: alerts.to: no [notify.{name}]{nearest(name, known)}")


def convert(value: Any, kind: type[T], path: Path, where: str) -> T:
    """A table of the file, typed. Raises ConfigError naming the key."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        unknown = re.search(r"unknown field `([^`]*)`", text)
        place = re.search(r"`\$([^`]*)`$", text)
        at = where + (place.group(1) if place else "")
        if unknown:
            fields = msgspec.structs.fields(FeedTable) if ".feeds[" in at else msgspec.structs.fields(kind)
            raise ConfigError(f"{path}: {at}: unknown key {unknown[1]!r}{nearest(unknown[1], [f.encode_name for f in fields])}") from error
        wrong = re.match(r"Invalid enum value '(.*?)'", text)
        words = [str(w) for w in WORDS.get(at.rpartition(".")[2], ())]
        said = f"{wrong[1]!r}{nearest(wrong[1], words)}" if wrong and words else text.split(" - at")[0]
        raise ConfigError(f"{path}: {at}: {said}") from error


def _pair(text: str, path: Path) -> Pair:
    source, _, target = text.partition("-")
    if not (TAG.fullmatch(source) and TAG.fullmatch(target)):
        raise ConfigError(f"{path}: pairs.{text}: a pair is written like en-fr")
    return Pair(source, target)


def _edition(language: str, table: EditionTable, path: Path, desk: str) -> Edition:
    if not TAG.fullmatch(language):
        raise ConfigError(f"{path}: editions.{language}: not a language tag (BCP 47, like fr or pt-BR)")
    try:
        ZoneInfo(table.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"{path}: editions.{language}.time_zone: no time zone {table.time_zone!r} (like Europe/Paris)") from error
    quiet = _quiet(table.quiet, path, language)
    return Edition(
        language=language, title=table.title or desk, time_zone=table.time_zone, originals=table.originals, mode=table.mode, quiet=quiet
    )


def _sources(tables: Mapping[str, SourceTable], path: Path) -> tuple[tuple[Source, ...], tuple[Feed, ...]]:
    sources, feeds = [], []
    seen: dict[str, str] = {}
    for name, table in tables.items():
        if not NAME.fullmatch(name):
            raise ConfigError(f"{path}: sources.{name}: use small letters, digits and hyphens")
        given = {f: getattr(table, f) for f in table.__struct_fields__ if f != "feeds"}
        sources.append(Source(id=name, **given))
        for item in table.feeds:
            feed = FeedTable(url=item) if isinstance(item, str) else item
            if not feed.url.startswith(("http://", "https://")):
                raise ConfigError(f"{path}: sources.{name}.feeds: {feed.url!r} is not an http address")
            if feed.url in seen:
                raise ConfigError(f"{path}: sources.{name}.feeds: {feed.url} stands under {seen[feed.url]} already")
            seen[feed.url] = name
            feeds.append(Feed(url=feed.url, source_id=name, language=feed.language or table.language, section=feed.section))
    return tuple(sources), tuple(feeds)


def _routes(value: Any, path: Path) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise ConfigError(f"{path}: routes: is written [[routes]], once for each rule")
    return tuple(value)


def _quiet(text: str, path: Path, language: str) -> tuple[time, time] | None:
    try:
        first, last = (time.fromisoformat(x.strip()) for x in text.split("-")) if text else (None, None)
    except ValueError as error:
        raise ConfigError(f"{path}: editions.{language}.quiet: {text!r} is not like 22:30-06:00") from error
    if first is None or last is None:
        return None
    if first == last:
        raise ConfigError(f'{path}: editions.{language}.quiet: {text!r} is a whole day, or none; mode = "review" holds everything')
    return first, last


def _paths(value: Any, path: Path, where: str) -> tuple[Path, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise ConfigError(f"{path}: {where}: must be a list of paths")
    return tuple((path.parent / v).resolve() for v in value)
