"""Feeds of a listing: Atom, RSS 2.0 and JSON Feed 1.1, made of the same ``Shown`` as the pages.

Own writer on lxml: the one library there is (feedgen 1.0.0) wrote Atom that the W3C validator refuses (``source`` without
id and updated) and an RSS channel whose link was the feed itself (docs/decisions/005). The notice of machine translation and the link
to the original close every entry's text, because a reader application shows nothing else. An entry is written once in each format
and put as it is into every feed it stands in: feeds come out again with each story, and nearly all of what is in them stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cached_property
from html import escape
from typing import Any, Protocol

from lxml import etree
from markupsafe import Markup
from markupsafe import escape as quoted

from babelwire.model import BlockKind, Edition, File, Listing, Publication
from babelwire.render import body, markup
from babelwire.render import locale as locales
from babelwire.render.pages import listing_title
from babelwire.render.shown import shown
from babelwire.render.site import Site
from babelwire.render.structured import iso, to_json

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
XML = "{http://www.w3.org/XML/1998/namespace}"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  #: the date of an empty feed: a date must stand there, and a clock would change the bytes


def feeds(listing: Listing, entries: Iterable[Entry], edition: Edition, site: Site) -> list[File]:
    """``feed.atom``, ``feed.rss`` and ``feed.json`` beside a listing, newest first; withdrawn articles are left out."""
    there = [e for e in entries if not e.withdrawn]
    there.sort(key=lambda e: (e.published, e.key), reverse=True)
    locale = locales.load(edition.language)
    heading = markup.clean(listing_title(listing, edition, locale).striptags())
    front = listing.kind == "front"
    title = edition.title if front else f"{heading} | {edition.title}"
    hubs = site.hubs if front else ()  # the only feeds whose news the hubs are told
    return files(Feed(listing.path, edition, site, title, str(locale.text("tagline")), there, hubs))


def entry_id(publication: Publication, site: Site) -> str:
    """An entry's id for ever: neither the slug nor the address of the site is in it, once ``authority`` is set."""
    return f"tag:{site.host},{publication.published.year}:{publication.article.key}:{publication.language}"


class Entry:
    """A publication as an entry of feeds, in the three formats."""

    __slots__ = ("atom", "json", "key", "published", "rss", "updated", "withdrawn")

    def __init__(self, publication: Publication, site: Site) -> None:
        self.key, self.withdrawn = publication.article.key, publication.withdrawn
        self.published, self.updated = publication.published, publication.updated
        item = None if publication.withdrawn else _Item(publication, site)
        self.atom: bytes = inside(_atom_entry(atom_root(), item)) if item else b""
        self.rss: bytes = inside(_rss_item(rss_root(), item)) if item else b""
        self.json: bytes = markup.to_json(_json_item(item)).encode() if item else b""


class _Item:
    """What the three formats need of one publication."""

    def __init__(self, publication: Publication, site: Site) -> None:
        self.publication = publication
        self.site = site
        self.seen = shown(publication, site)
        self.locale = locale = locales.load(publication.language)
        self.id = entry_id(publication, site)
        self.url = site.url(publication.path)
        self.original = markup.address(publication.article.canonical_url)
        self.authors = [markup.line(n, 120) for n in self.publication.article.byline] or [markup.line(self.publication.source.name)]
        section = self.publication.section or self.publication.article.section
        self.section = (locale.section(section) or markup.line(section, 60)) if section else None

    @cached_property
    def html(self) -> str:
        """The text as far as the licence goes, then the notice and the way to the original."""
        return "\n".join([*self._text(), *self._foot()])

    def _text(self) -> Iterator[str]:
        seen = self.seen
        if seen.standfirst:
            yield f"<p><strong>{body.sentences(seen.standfirst, seen, self.locale)}</strong></p>"
        side = body.Side(seen, self.locale, True)
        for unit in seen.units:
            yield body.tag(unit, 3 if unit.kind is BlockKind.HEADING else 2, side, Markup(""))
        if not seen.units and seen.excerpt:
            yield f"<p>{quoted(seen.excerpt)}</p>"

    def _foot(self) -> Iterator[str]:
        article, language = self.publication.article, self.locale.language(self.publication.article.language)
        if self.seen.translated:
            gist = self.publication.translation.gist
            notice = "notice_gist" if gist else "notice_person" if self.seen.by_person else "notice"
            title = self.locale.text("notice_gist_title" if gist else "notice_title")
            engine = f"{self.locale.text('engine')}: {quoted(markup.line(self.publication.translation.engine, 100))}"
            yield f"<p><em>{title}. {self.locale.text(notice, language=language)} {engine}.</em></p>"
        words = self.locale.text("read_at", source=markup.line(self.publication.source.name))
        link = f'<a href="{quoted(self.original)}">{words}</a>' if self.original else words
        yield f'<p>{link}: <span lang="{quoted(article.language)}">{quoted(markup.line(article.headline))}</span></p>'


class Written(Protocol):
    """An entry as it stands in feeds of each format."""

    @property
    def updated(self) -> datetime: ...
    @property
    def atom(self) -> bytes: ...
    @property
    def rss(self) -> bytes: ...
    @property
    def json(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Feed:
    """What the three formats need of all that is in a feed."""

    path: str
    edition: Edition
    site: Site
    title: str
    subtitle: str
    entries: Sequence[Written]
    hubs: Sequence[str] = ()

    @property
    def page(self) -> str:
        return self.site.url(self.path)

    @property
    def updated(self) -> datetime:
        return max((e.updated for e in self.entries), default=EPOCH)


def files(feed: Feed) -> list[File]:
    """The three formats of it."""
    return [
        File(f"{feed.path}feed.atom", _atom(feed), "application/atom+xml"),
        File(f"{feed.path}feed.rss", _rss(feed), "application/rss+xml"),
        File(f"{feed.path}feed.json", _json(feed), "application/feed+json"),
    ]


# ---------------------------------------------------------------------------------------------- Atom


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str | None) -> etree._Element:
    child = etree.SubElement(parent, name, {k: v for k, v in attributes.items() if v})
    if text is not None:
        child.text = markup.clean(text)
    return child


def atom_root() -> etree._Element:
    return etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})


def _atom(feed: Feed) -> bytes:
    root = atom_root()
    root.set(f"{XML}lang", feed.edition.language)
    a = f"{{{ATOM}}}"
    add(root, f"{a}id", f"tag:{feed.site.host},2026:{feed.path}")
    add(root, f"{a}title", feed.title)
    add(root, f"{a}subtitle", feed.subtitle)
    add(root, f"{a}updated", iso(feed.updated))
    add(root, f"{a}link", rel="self", type="application/atom+xml", href=f"{feed.page}feed.atom")
    add(root, f"{a}link", rel="alternate", type="text/html", hreflang=feed.edition.language, href=feed.page)
    for hub in feed.hubs:
        add(root, f"{a}link", rel="hub", href=hub)
    add(root, f"{a}generator", "Babelwire", version=feed.site.version)
    add(root, f"{a}icon", feed.site.url(feed.site.assets["logo.svg"]))
    return _filled(root, b"</feed>", b"".join(e.atom for e in feed.entries))


def _atom_entry(root: etree._Element, entry: _Item) -> etree._Element:
    a, publication, seen = f"{{{ATOM}}}", entry.publication, entry.seen
    node = add(root, f"{a}entry")
    node.set(f"{XML}lang", seen.tongue)
    add(node, f"{a}id", entry.id)
    add(node, f"{a}title", seen.headline)
    add(node, f"{a}published", iso(publication.published))
    add(node, f"{a}updated", iso(publication.updated))
    add(node, f"{a}link", rel="alternate", type="text/html", hreflang=publication.language, href=entry.url)
    if entry.original:
        add(node, f"{a}link", rel="via", type="text/html", hreflang=publication.article.language, href=entry.original)
    for name in entry.authors:
        add(add(node, f"{a}author"), f"{a}name", name)
    if seen.translated:
        add(add(node, f"{a}contributor"), f"{a}name", f"{entry.site.name} ({markup.line(publication.translation.engine, 100)})")
    if entry.section:
        add(node, f"{a}category", term=entry.section, label=entry.section)
    if seen.excerpt:
        add(node, f"{a}summary", seen.excerpt)
    add(node, f"{a}content", entry.html, type="html")
    _atom_source(node, entry)
    rights = publication.source.attribution or publication.source.name
    add(node, f"{a}rights", markup.line(rights))
    return root


def _atom_source(node: etree._Element, entry: _Item) -> None:
    """All four children: without id and updated the validator refuses the feed."""
    a, publication = f"{{{ATOM}}}", entry.publication
    homepage = markup.address(publication.source.homepage)
    source = add(node, f"{a}source")
    add(source, f"{a}id", homepage or f"tag:{entry.site.host},2026:source:{publication.source.id}")
    add(source, f"{a}title", markup.line(publication.source.name))
    if homepage:
        add(source, f"{a}link", rel="alternate", href=homepage)
    add(source, f"{a}updated", iso(publication.article.updated or publication.article.published or publication.published))


# ---------------------------------------------------------------------------------------------- RSS and JSON Feed


def rss_root() -> etree._Element:
    return etree.Element("rss", {"version": "2.0"}, nsmap={"atom": ATOM, "content": CONTENT, "dc": DC})


def _rss(feed: Feed) -> bytes:
    root = rss_root()
    channel = add(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", feed.subtitle)
    add(channel, "language", feed.edition.language)
    add(channel, "lastBuildDate", rfc822(feed.updated))
    add(channel, "generator", f"Babelwire {feed.site.version}")
    add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=f"{feed.page}feed.rss")
    for hub in feed.hubs:
        add(channel, f"{{{ATOM}}}link", rel="hub", href=hub)
    return _filled(root, b"</channel></rss>", b"".join(e.rss for e in feed.entries))


def _rss_item(root: etree._Element, entry: _Item) -> etree._Element:
    publication = entry.publication
    item = add(root, "item")
    add(item, "title", entry.seen.headline)
    add(item, "link", entry.url)
    add(item, "guid", entry.id, isPermaLink="false")
    add(item, "pubDate", rfc822(publication.published))
    for name in entry.authors:
        add(item, f"{{{DC}}}creator", name)
    if entry.section:
        add(item, "category", entry.section)
    add(item, "description", escape(entry.seen.excerpt or entry.seen.headline, quote=False))  # readers take it for HTML
    add(item, f"{{{CONTENT}}}encoded", entry.html)
    homepage = markup.address(publication.source.homepage)
    if homepage:
        add(item, "source", markup.line(publication.source.name), url=homepage)
    add(item, f"{{{DC}}}rights", markup.line(publication.source.attribution or publication.source.name))
    return root


def _json(feed: Feed) -> bytes:
    data: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": f"{feed.page}feed.json",
        "description": feed.subtitle,
        "icon": feed.site.url(feed.site.assets["logo.svg"]),
        "language": feed.edition.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in feed.hubs],
        "items": [],
    }
    head = to_json({k: v for k, v in data.items() if v or k == "items"})
    return b"".join([head.removesuffix(b"]}\n"), b",".join(e.json for e in feed.entries), b"]}\n"])


def _json_item(entry: _Item) -> dict[str, Any]:
    publication, seen = entry.publication, entry.seen
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "external_url": entry.original,
        "title": seen.headline,
        "summary": seen.excerpt or None,
        "content_html": entry.html,
        "date_published": iso(publication.published),
        "date_modified": iso(publication.updated),
        "authors": [{"name": name} for name in entry.authors],
        "language": publication.language,
        "tags": [entry.section] if entry.section else None,
        "_babelwire": _extension(entry),
    }
    return {k: v for k, v in item.items() if v is not None}


def _extension(entry: _Item) -> dict[str, Any]:
    """Our own object in a JSON Feed item: what a machine needs to know of the translation."""
    publication, seen = entry.publication, entry.seen
    return {
        "about": entry.site.url(f"{publication.language}/about/automation/"),
        "lang_tag": seen.tongue,
        "original_url": entry.original,
        "original_title": seen.original_headline,
        "original_language": publication.article.language,
        "machine_translated": seen.translated,
        "human_reviewed": publication.translation.reviewed is not None,
        "engine": publication.translation.engine or None,
        "digital_source_type": seen.source_type,
        "checks": {"sentences": seen.sentences, "passed": seen.passed, "left_in_original": seen.kept},
        "licence": str(seen.licence),
    }


# ---------------------------------------------------------------------------------------------- the small steps


def rfc822(when: datetime) -> str:
    return format_datetime(when.astimezone(UTC), usegmt=True)


def _bytes(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return written + b"\n"


def inside(root: etree._Element) -> bytes:
    """What stands between the tags of a root, as it would in any feed whose root declares the same names."""
    written: bytes = etree.tostring(root, encoding="utf-8")
    return written[written.index(b">") + 1 : written.rindex(b"</")]


def _filled(root: etree._Element, end: bytes, entries: bytes) -> bytes:
    """A feed of which everything but its entries is there; ``end``: the tags that close it."""
    return b"".join([_bytes(root).removesuffix(end + b"\n"), entries, end, b"\n"])
