"""The files that do not change with the news: style, logo, robots.txt, what machines look for, the pages about the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from lxml import etree

from babelwire.model import Card, Edition, Feed, File, Source
from babelwire.render import about, markup, openapi
from babelwire.render import locale as locales
from babelwire.render.locale import Locale
from babelwire.render.sheet import FEEDS, JSON, contact
from babelwire.render.site import Site, asset_body
from babelwire.render.structured import iso, to_json

TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}
EXPIRES = timedelta(days=365)  #: RFC 9116: a security.txt says until when it holds, at most a year

Sections = Sequence[tuple[str, int]]


def files(
    site: Site,
    *,
    now: datetime,
    sources: Sequence[Source] = (),
    feeds: Sequence[Feed] = (),
    sections: Mapping[str, Sections] | None = None,
) -> list[File]:
    """All of them. ``sections``: by edition. The pages in ``about.CHANGING`` are not among them.

    ``now`` sets the year-end until which security.txt holds, so that files change once a year and not at every run.
    """
    made = [*_assets(site), *_machine(site, now)]
    made.append(File("opml.xml", _opml(site.name, _own_feeds(site)), "text/x-opml"))
    made.append(File("api/v1/editions.json", to_json(_editions(site)), JSON))
    made.append(openapi.file(site))
    for edition in site.editions:
        made += about.pages(edition, site, sources, (sections or {}).get(edition.language, ()))
        made += _edition(edition, site, sources, feeds)
    home = site.editions[0] if site.editions else None
    made.append(about.missing(site, home, "404.html") if home else File("404.html", b"Not found\n", "text/plain"))
    return made


def latest(edition: Edition, cards: Sequence[Card], site: Site) -> File:
    """``api/v1/{language}/latest.json``: the newest articles as data, each with the address of its record."""
    items = [
        {
            "id": f"{c.key}:{c.language}",
            "url": site.url(c.path),
            "record": site.url(f"{c.path}index.json"),
            "headline": markup.line(c.headline),
            "published": iso(c.published),
            "updated": iso(c.updated),
            "section": c.section,
            "source": c.source_id,
            "original_language": c.source_language,
            "machine_translated": c.source_language != c.language,
            "licence": str(c.licence),
            "story": c.story_id,
        }
        for c in cards
    ]
    return File(f"api/v1/{edition.language}/latest.json", to_json({"version": 1, "language": edition.language, "items": items}), JSON)


# ---------------------------------------------------------------------------------------------- for machines


def _assets(site: Site) -> Iterator[File]:
    for name, path in site.assets.items():
        yield File(path, asset_body(name), TYPES[name.rpartition(".")[2]])
    yield File("favicon.svg", asset_body("logo.svg"), TYPES["svg"])


def _machine(site: Site, now: datetime) -> Iterator[File]:
    plain = "text/plain; charset=utf-8"
    closed = "Disallow: /\n" if site.index == "none" else ""
    searches = "".join(f"Disallow: {site.link(f'{e.language}/{p}/')}\n" for e in site.editions for p in ("search", "report"))
    yield File("robots.txt", f"User-agent: *\n{closed}{searches}\nSitemap: {site.url('sitemap.xml')}\n".encode(), plain)
    yield File(".well-known/tdmrep.json", to_json([{"location": "/", "tdm-reservation": 1}]), JSON)
    if contact(site):
        until = datetime(now.year + 1, 1, 1, tzinfo=now.tzinfo) if now.month < 12 else now.replace(month=12, day=1) + EXPIRES
        lines = [f"Contact: {contact(site)}", f"Expires: {until:%Y-%m-%dT00:00:00Z}", f"Canonical: {site.url('.well-known/security.txt')}"]
        yield File(".well-known/security.txt", ("\n".join(lines) + "\n").encode(), plain)


def _own_feeds(site: Site) -> Iterator[tuple[str, str, str]]:
    for e in site.editions:
        yield e.title, site.url(f"{e.language}/feed.atom"), site.url(f"{e.language}/")


def _opml(title: str, feeds: Iterator[tuple[str, str, str]]) -> bytes:
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = markup.line(title)
    body = etree.SubElement(root, "body")
    for name, url, page in feeds:
        etree.SubElement(
            body, "outline", type="rss", text=markup.line(name), title=markup.line(name), xmlUrl=markup.clean(url), htmlUrl=page
        )
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written


def _editions(site: Site) -> dict[str, object]:
    return {
        "version": 1,
        "name": site.name,
        "editions": [
            {
                "language": e.language,
                "title": e.title,
                "url": site.url(f"{e.language}/"),
                "latest": site.url(f"api/v1/{e.language}/latest.json"),
                "feeds": [site.url(f"{e.language}/{name}") for name, _ in FEEDS],
            }
            for e in site.editions
        ],
    }


def _edition(edition: Edition, site: Site, sources: Sequence[Source], feeds: Sequence[Feed]) -> Iterator[File]:
    locale = locales.load(edition.language)
    names = {s.id: s for s in sources}
    read = ((names[f.source_id].name, f.url, names[f.source_id].homepage) for f in feeds if f.source_id in names)
    yield File(f"{edition.language}/sources.opml", _opml(f"{edition.title}: {locale.text('sources')}", read), "text/x-opml")
    if site.search:
        yield _opensearch(edition, site, locale)


def _opensearch(edition: Edition, site: Site, locale: Locale) -> File:
    space = "http://a9.com/-/spec/opensearch/1.1/"
    root = etree.Element(f"{{{space}}}OpenSearchDescription", nsmap={None: space})
    etree.SubElement(root, f"{{{space}}}ShortName").text = markup.line(edition.title, 16)
    etree.SubElement(root, f"{{{space}}}Description").text = str(locale.text("tagline"))
    etree.SubElement(root, f"{{{space}}}Language").text = edition.language
    etree.SubElement(root, f"{{{space}}}Url", type="text/html", template=site.url(f"{edition.language}/search/?q={{searchTerms}}"))
    written = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return File(f"{edition.language}/opensearch.xml", written, "application/opensearchdescription+xml")
