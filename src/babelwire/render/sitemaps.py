"""Sitemaps, kept up to date by what is already on the site: publishing one more story costs the size of one day's file at
most, never that of the archive.

A file a day and edition, one of the last two days for news, and an index. Only pages that search engines may list; every
page's siblings stand beside it, the same list on each (reciprocal hreflang). The index says of each file on which day it was
written last, so it is read and written anew once a day and file; what is fresh stands in the news sitemap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from lxml import etree

from babelwire.model import Edition, File, Publication
from babelwire.render import markup
from babelwire.render.sheet import hreflang
from babelwire.render.site import Site, indexable
from babelwire.render.structured import iso

MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
FRESH = timedelta(days=2)  #: what a news sitemap may hold
MOST_NEWS = 1000
MOST = 50_000  #: addresses in one file (sitemaps.org)
INDEX = "sitemap.xml"

Read = Callable[[str], bytes | None]


def sitemaps(publications: Sequence[Publication], edition: Edition, site: Site, read: Read, now: datetime) -> list[File]:
    """The sitemap files that change when these publications of one edition come out, change or go; the index last.

    ``read`` gives what stands on the site now (``Publisher.read``), None where there is nothing yet.
    """
    days = sorted({_day(p) for p in publications})
    files = [_daily(day, [p for p in publications if _day(p) == day], edition, site, read) for day in days]
    files.append(_news(publications, edition, site, read, now))
    return [*files, *_index(files, site, read, now)]


def of_day(language: str, day: str) -> str:
    """The sitemap of an ISO date, UTC."""
    return f"{language}/sitemap-{day}.xml"


def news_path(language: str) -> str:
    return f"{language}/sitemap-news.xml"


# ---------------------------------------------------------------------------------------------- the small steps


def _day(publication: Publication) -> str:
    return publication.published.astimezone(UTC).date().isoformat()


def _daily(day: str, publications: Iterable[Publication], edition: Edition, site: Site, read: Read) -> File:
    path = of_day(edition.language, day)
    places = _places(read(path), "url")
    for publication in publications:
        address = site.url(publication.path)
        places.pop(address, None)
        if indexable(publication, site):
            places[address] = _url(publication, site)
    newest = sorted(places.items(), key=lambda item: (_text(item[1], "lastmod"), item[0]), reverse=True)[:MOST]
    return File(path, _write("urlset", (node for _, node in newest)), "application/xml")


def _news(publications: Iterable[Publication], edition: Edition, site: Site, read: Read, now: datetime) -> File:
    path = news_path(edition.language)
    places = _places(read(path), "url")
    for publication in publications:
        address = site.url(publication.path)
        places.pop(address, None)
        if indexable(publication, site):
            places[address] = _url(publication, site, edition)
    oldest = iso(now - FRESH)
    fresh = [n for n in places.values() if _date(n) >= oldest]
    newest = sorted(fresh, key=lambda n: (_date(n), _text(n, "loc")), reverse=True)[:MOST_NEWS]
    return File(path, _write("urlset", newest), "application/xml")


def _index(files: Sequence[File], site: Site, read: Read, now: datetime) -> list[File]:
    """The index, where it does not say of these files already what it should; nothing of it is parsed to see that."""
    body = read(INDEX) or b""
    entries = {site.url(file.path): _entry(site.url(file.path), now) for file in files}
    if all(_written(entry) in body for entry in entries.values()):
        return []
    places = _places(body, "sitemap") | entries
    return [File(INDEX, _write("sitemapindex", (places[k] for k in sorted(places))), "application/xml")]


def _entry(address: str, now: datetime) -> etree._Element:
    node = etree.Element(f"{{{MAP}}}sitemap", nsmap={None: MAP})
    _add(node, MAP, "loc", address)
    _add(node, MAP, "lastmod", now.astimezone(UTC).date().isoformat())
    return node


def _written(entry: etree._Element) -> bytes:
    """An entry as it stands in the index, from its address to its end."""
    root = etree.Element(f"{{{MAP}}}sitemapindex", nsmap={None: MAP})
    root.append(entry)
    written: bytes = etree.tostring(root, encoding="utf-8", pretty_print=True)
    return b"".join(written.splitlines(keepends=True)[2:-1])


def _url(publication: Publication, site: Site, news: Edition | None = None) -> etree._Element:
    node = etree.Element(f"{{{MAP}}}url", nsmap={"news": NEWS, "xhtml": XHTML})
    _add(node, MAP, "loc", site.url(publication.path))
    _add(node, MAP, "lastmod", iso(publication.updated))
    if news:
        told = _add(node, NEWS, "news")
        paper = _add(told, NEWS, "publication")
        _add(paper, NEWS, "name", news.title)
        _add(paper, NEWS, "language", publication.language.split("-")[0])
        _add(told, NEWS, "publication_date", iso(publication.published))
        _add(told, NEWS, "title", markup.line(publication.headline))
    alternates = [(publication.language, publication.path), *publication.siblings]
    for language, path in hreflang(alternates, site) if publication.siblings else ():
        etree.SubElement(node, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": language, "href": site.url(path)})
    return node


def _places(body: bytes | None, name: str) -> dict[str, etree._Element]:
    """The entries of a sitemap of ours by address; nothing where there is none or it cannot be read any more."""
    if not body:
        return {}
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return {}
    return {_text(node, "loc"): node for node in root.iter(f"{{{MAP}}}{name}")}


def _text(node: etree._Element, name: str) -> str:
    return str(node.findtext(f"{{{MAP}}}{name}") or "")


def _date(node: etree._Element) -> str:
    return str(node.findtext(f"{{{NEWS}}}news/{{{NEWS}}}publication_date") or "")


def _add(parent: etree._Element, space: str, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{space}}}{name}")
    if text is not None:
        child.text = markup.clean(text)
    return child


def _write(name: str, nodes: Iterable[etree._Element]) -> bytes:
    root = etree.Element(f"{{{MAP}}}{name}", nsmap={None: MAP, "news": NEWS, "xhtml": XHTML})
    root.extend(nodes)
    etree.cleanup_namespaces(root, keep_ns_prefixes=["news", "xhtml"] if name == "urlset" else [])
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return written
