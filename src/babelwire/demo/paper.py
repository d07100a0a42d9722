"""The newspapers of the demo world and their articles, as ``content/*.toml`` has them, placed in time.

A ``Paper`` is one file; a ``Piece`` is one of its articles at one moment of the world: its text after a correction is another
``Piece``. Dates are hours before the world's start, so that everything looks fresh whenever the world is started.
"""

from __future__ import annotations

import functools
import itertools
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import resources

import msgspec
from markdown_it import MarkdownIt

HOUR = timedelta(hours=1)  #: one tick of the world's clock
EARLIER = timedelta(minutes=10)  #: how long before a tick the corrections are dated that it brings


class FeedTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str  #: ``rss`` | ``atom`` | ``rdf`` | ``json`` | ``dead`` (answers 500) | ``page`` (answers with HTML)
    path: str
    utm: bool = False  #: links carry tracking parameters
    content: bool = False  #: entries carry the whole article
    stuck: bool = False  #: titles end with the names of section and newspaper


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    scene: str  #: what ``picture.draw`` draws
    alt: str
    caption: str
    credit: str


class Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tick: int
    find: str
    put: str
    note: str


class PieceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    slug: str
    hours: float  #: how long before the world's start (or before the tick at which it appears) it was published
    section: str
    author: str
    headline: str
    standfirst: str
    body: str  #: Markdown
    tags: list[str] = []
    picture: Scene | None = None
    related: str = ""  #: headline of the "read more" link
    appears: int = 0  #: tick at which it is published
    withdrawn: int | None = None  #: tick from which its page answers 410
    correction: Correction | None = None
    traps: bool = False  #: the page has the faults that a careless reader of pages falls for
    hostile: bool = False  #: the page carries scripts


class Paper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One newspaper."""

    id: str
    name: str
    tagline: str
    language: str
    host: int  #: last number of its address
    feed: FeedTable
    address: str = "/{slug}"  #: pattern of its article addresses
    encoding: str = "utf-8"
    bios: dict[str, str] = {}
    piece: list[PieceTable] = []

    def pieces(self, start: datetime, tick: int) -> list[Piece]:
        """Its articles at this tick, newest first; withdrawn ones are not among them."""
        found = (Piece(self, table, start, tick) for table in self.piece)
        return sorted((p for p in found if p.is_out and not p.is_withdrawn), key=lambda p: p.date, reverse=True)

    def everything(self, start: datetime, tick: int) -> Iterator[Piece]:
        """Its articles at this tick, withdrawn ones included."""
        return (p for table in self.piece if (p := Piece(self, table, start, tick)).is_out)


class Piece:
    """One article at one moment of the world."""

    def __init__(self, paper: Paper, table: PieceTable, start: datetime, tick: int) -> None:
        self.paper, self.table, self.tick = paper, table, tick
        self.slug, self.section, self.author = table.slug, table.section, table.author
        self.headline, self.standfirst, self.tags = table.headline, table.standfirst, table.tags
        self.picture, self.related, self.correction = table.picture, table.related, table.correction
        self.traps, self.hostile = table.traps, table.hostile
        self.date = start + table.appears * HOUR - timedelta(hours=table.hours)
        self.updated = start + table.correction.tick * HOUR - EARLIER if table.correction and self.corrected else self.date
        self.number = 10_000 + zlib.crc32(table.slug.encode()) % 90_000
        self.path = paper.address.format(date=self.date, slug=table.slug, number=self.number)

    @property
    def is_out(self) -> bool:
        return self.tick >= self.table.appears

    @property
    def is_withdrawn(self) -> bool:
        return self.table.withdrawn is not None and self.tick >= self.table.withdrawn

    @property
    def corrected(self) -> bool:
        return self.correction is not None and self.tick >= self.correction.tick

    @property
    def body(self) -> str:
        """The text in Markdown, corrected where its time has come."""
        if self.correction is None or not self.corrected:
            return self.table.body
        return self.table.body.replace(self.correction.find, self.correction.put)

    @property
    def blocks(self) -> list[str]:
        """The text as HTML, a paragraph, heading, list, table or quotation each."""
        return blocks(self.body)

    @property
    def image(self) -> str | None:
        """Path of its picture."""
        return f"/media/{self.slug}.jpg" if self.picture else None


def blocks(markdown: str) -> list[str]:
    """Markdown as HTML, cut between its outermost elements."""
    markup = _markup()
    tokens = markup.parse(markdown)
    starts = [n for n, t in enumerate(tokens) if t.level == 0 and t.nesting >= 0] + [len(tokens)]
    return [
        markup.renderer.render(tokens[a:b], markup.options, {}).strip()
        for a, b in itertools.pairwise(starts)
    ]  # fmt: skip


def papers() -> tuple[Paper, ...]:
    """All newspapers, by address."""
    folder = resources.files("babelwire.demo") / "content"
    files = (f for f in folder.iterdir() if f.name.endswith(".toml"))
    return tuple(sorted((msgspec.toml.decode(f.read_bytes(), type=Paper) for f in files), key=lambda p: p.host))


@functools.cache
def _markup() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
