"""The tables of the configuration file: their keys, types and defaults, and the ``Config`` they become."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from babelwire import __version__
from babelwire.model import AlertKind, Edition, Feed, Licence, Mode, Pair, Source


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; unknown keys are refused."""


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
    workers: int = 1  #: pages read at once, each in a process of its own
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
    apart: bool = False  #: in a process of its own: on several cores pages are then made beside everything else
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
    section: str | None = None  #: of its articles, where they name none that we know
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
    def apart(self) -> tuple[str, ...]:
        """The jobs that run in processes of their own, each as often as it stands here."""
        return ("translate",) * self.translate.processes + ("publish",) * self.publish.apart

    @property
    def hands(self) -> dict[str, int]:
        """How many threads do each of the other jobs, as ``runners.loop.run`` takes it."""
        translators = 0 if self.translate.processes else self.translate.workers
        return {"takers": self.take.workers, "translators": translators, "publishers": 0 if self.publish.apart else 1}

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves to every server."""
        about = "; ".join(x for x in (f"+{self.desk.base_url}", self.desk.contact) if x)
        return f"Babelwire/{__version__} ({about})"
