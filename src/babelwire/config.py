"""The configuration: one TOML file -> a frozen ``Config``. The only reader of file and environment, called once, by the CLI.

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
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from babelwire import __version__
from babelwire.errors import ConfigError
from babelwire.model import AlertKind, Edition, Feed, Licence, Mode, Pair, Source

TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
WORDS: Mapping[str, type[StrEnum]] = {"mode": Mode, "licence": Licence}  #: keys that take one of a few words
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; unknown keys are refused."""


T = TypeVar("T", bound=Table)
Door = Annotated[str, msgspec.Meta(pattern=r"^(off|\S+:\d{1,5})$")]  #: host and port


class Desk(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str = "Babelwire"
    base_url: str = "http://127.0.0.1:8080"  #: where readers find the site; no trailing slash
    contact: str = ""  #: an address people can write to; sent in the User-Agent
    data: str = "data"  #: folder for the database and the site, relative to the file
    responsible: str = ""  #: who answers for the site (about page)


class Fetch(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str = "http"
    timeout: float = 30.0  #: seconds for a whole answer
    connect_timeout: float = 10.0
    idle_timeout: float = 15.0  #: seconds without a byte
    max_wire: int = 10_000_000  #: bytes of an answer as sent
    max_body: int = 16_000_000  #: bytes after decompression
    per_host: int = 2  #: requests at once on one host
    spacing: float = 1.0  #: seconds between two requests to one host
    max_redirects: int = 5
    robots: bool = True
    allow_networks: tuple[str, ...] = ()  #: CIDR ranges that may be contacted although they are not public
    allow_ports: tuple[int, ...] = (80, 443)
    options: dict[str, Any] = {}


class Poll(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    minimum: float = 10.0  #: minutes between two polls of a feed
    maximum: float = 1440.0
    first: float = 30.0
    batch: int = 50  #: feeds polled at once
    max_entries: int = 200  #: of one feed at one poll, newest first
    max_age: float = 7.0  #: days; older entries are passed over


class Take(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    cpu_seconds: float = 10.0  #: for taking an article out of one page
    memory: int = 1_000_000_000  #: bytes a worker may use
    workers: int = 1
    attempts: int = 4
    revisit_hours: tuple[float, ...] = (1.0, 4.0, 24.0, 72.0)  #: when a page is read again, after it was first taken


class StoreTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str = "sqlite"
    path: str = "babelwire.db"  #: relative to the data folder
    url: str = ""  #: for other databases; may be ``env:NAME``


class Publish(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str = "folder"
    path: str = "site"  #: relative to the data folder
    front: int = 30  #: cards on the front page and on section pages
    feed: int = 50  #: entries of a feed
    topic: int = 3  #: articles that a topic has before it gets a page
    every: float = 5.0  #: seconds between two publications: listings and feeds are written once for many stories
    index: str = "auto"  #: ``auto`` | ``all`` | ``none``: may search engines list the pages?


class Web(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    search: bool = False  #: readers can search: only where `babelwire serve` or `run --serve` answers them, not on a host for files
    reports: bool = False  #: readers can report an error in an article: the same holds
    desk: str = "127.0.0.1:8081"  #: where the operator's desk listens, or ``off``
    desk_url: str = ""  #: where a browser finds it, if a proxy with TLS stands before it: ``https://desk.example``
    idle_minutes: float = 60.0  #: a session that nobody uses for so long is over
    session_hours: float = 12.0  #: every session is over after so long

    @property
    def door(self) -> tuple[str, int] | None:
        """Host and port of the desk, or None where it is off."""
        host, _, port = self.desk.rpartition(":")
        return None if self.desk == "off" else (host.strip("[]"), int(port))


class Observe(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    listen: Annotated[str, msgspec.Meta(pattern=r"^(off|\S+:\d{1,5})$")] = (
        "off"  #: where /metrics and /health are served while the desk runs, like ``127.0.0.1:9464``; or ``off``
    )
    log: Literal["text", "json"] = "text"  #: for people, or one line an event

    @property
    def door(self) -> tuple[str, int] | None:
        """Host and port, or None where nothing is served."""
        host, _, port = self.listen.rpartition(":")
        return None if self.listen == "off" else (host.strip("[]"), int(port))


class Alerts(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    to: tuple[str, ...] = ()  #: names of [notify] that are told; empty: all of them
    kinds: tuple[AlertKind, ...] = ()  #: only these: feed-dead, edition-silent, budget-near, source-aside, queue-late, bug; empty: all
    feed_hours: float = 24.0  #: a feed that has failed for so long is dead
    silent_hours: float = 24.0  #: an edition that has brought out nothing new for so long has gone silent; 0: never
    queue_hours: float = 3.0  #: a story that has waited for so long to be read, translated or published is late; 0: never
    budget: float = 0.8  #: share of an engine's budget from which its end is near; 0: never


class EngineTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str
    options: dict[str, Any] = {}  #: keyword arguments of the implementation; values may be ``env:NAME`` or ``file:PATH``


class PairTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    engines: tuple[str, ...] = ()  #: names of engines, best first; empty: every engine that serves the pair, as listed
    publish: str = "auto"  #: ``auto`` (weak pairs are marked) | ``hold`` (never without a person) | ``mark``


class Translate(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    engines: tuple[str, ...] = ("apertium",)  #: the ladder for pairs that name none, best first
    attempts: int = 4
    workers: int = 2  #: articles translated at once, in threads
    processes: int = 0  #: translators in processes of their own, instead: for engines that use this machine's cores
    errors: int = 3  #: of an engine in a row, after which it is left alone for a while
    rest: float = 30.0  #: seconds for which it rests then; each time it fails again twice as long, up to half an hour
    max_original: float = 0.2  #: share of sentences that may stay in the original before the article is held
    weak: float = 54.0  #: chrF on news text below which a pair is published as "gist"
    weak_related: float = 45.0  #: the same between close relatives (es and ca), whom independent references under-score
    weak_is: str = "mark"  #: what becomes of weak pairs: ``mark`` | ``hold``


class EditionTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str = ""
    time_zone: str = "UTC"
    originals: bool = True
    sources: tuple[str, ...] = ()  #: only these sources; empty: all
    mode: Mode = Mode.AUTOMATIC  #: ``automatic`` | ``review`` (a person publishes) | ``headline``; see routing.md
    quiet: str = ""  #: like ``22:30-06:00``, on the edition's clocks: only breaking news is published then


class FeedTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str
    language: str | None = None
    section: str | None = None
    mode: Mode = Mode.AUTOMATIC  #: as of an edition; the stricter of both holds


class SourceTable(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    homepage: str = ""
    language: str | None = None
    country: str | None = None
    licence: Licence = Licence.LINK
    licence_url: str | None = None
    attribution: str | None = None
    pictures: bool = False
    terms_seen: str | None = None
    feeds: tuple[str | FeedTable, ...] = ()


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """The whole configuration, checked. Paths are absolute."""

    path: Path
    desk: Desk
    fetch: Fetch
    poll: Poll
    take: Take
    store: StoreTable
    publish: Publish
    web: Web
    observe: Observe
    alerts: Alerts
    translate: Translate
    engines: Mapping[str, EngineTable]
    pairs: Mapping[Pair, PairTable]
    editions: tuple[Edition, ...]
    edition_sources: Mapping[str, tuple[str, ...]]  #: language -> source ids; empty: all
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]
    feed_modes: Mapping[str, Mode]  #: address -> mode
    routes: tuple[Mapping[str, Any], ...]  #: as they stand in the file; ``routing.rules`` reads them
    budget: Mapping[str, Any]  #: as it stands in the file; ``budget.rules`` reads it
    rules: tuple[Path, ...]  #: folders with per-source extraction rules
    glossaries: tuple[Path, ...]
    notify: Mapping[str, EngineTable]

    @property
    def data(self) -> Path:
        """The folder of the database and the site."""
        return (self.path.parent / self.desk.data).resolve()

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves to every server."""
        about = "; ".join(x for x in (f"+{self.desk.base_url}", self.desk.contact) if x)
        return f"Babelwire/{__version__} ({about})"


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
