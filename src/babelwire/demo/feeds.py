"""Feeds of the demo world's newspapers: RSS 2.0, RSS 1.0 (RDF), Atom, JSON Feed.

Written out with ElementTree rather than by ``render.syndicate``: the desk is tried on feeds that it has not made itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from babelwire.demo.paper import Paper, Piece

ATOM, DC = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
RDF, RSS1 = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://purl.org/rss/1.0/"
XML = "http://www.w3.org/XML/1998/namespace"
for _prefix, _space in (("atom", ATOM), ("dc", DC), ("content", CONTENT), ("rdf", RDF)):
    ET.register_namespace(_prefix, _space)


def body(paper: Paper, pieces: Sequence[Piece], base: str, start: datetime) -> tuple[bytes, str]:
    """The newspaper's feed with these articles, and its Content-Type."""
    makers: dict[str, Callable[..., tuple[bytes, str]]] = {"rss": _rss, "rdf": _rdf, "atom": _atom, "json": _json}
    return makers[paper.feed.format](paper, pieces, base, start)


def _link(piece: Piece, base: str) -> str:
    join = "&" if "?" in piece.path else "?"
    return base + piece.path + (f"{join}utm_source=feed&utm_medium=rss" if piece.paper.feed.utm else "")


def _title(piece: Piece) -> str:
    return f"{piece.headline} | {piece.section} | {piece.paper.name}" if piece.paper.feed.stuck else piece.headline


def _add(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def _xml(root: ET.Element, encoding: str) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding=encoding, xml_declaration=True)
    return written


def _rss(paper: Paper, pieces: Sequence[Piece], base: str, start: datetime) -> tuple[bytes, str]:
    root = ET.Element("rss", version="2.0")
    channel = _add(root, "channel")
    for tag, text in (("title", paper.name), ("link", base + "/"), ("description", paper.tagline), ("language", paper.language)):
        _add(channel, tag, text)
    _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=base + paper.feed.path)
    for piece in pieces:
        item = _add(channel, "item")
        _add(item, "title", _title(piece))
        _add(item, "link", _link(piece, base))
        _add(item, "guid", f"{base}/?p={piece.number}", isPermaLink="false")
        _add(item, "pubDate", format_datetime(piece.date))
        _add(item, f"{{{DC}}}creator", piece.author)
        _add(item, "category", piece.section)
        _add(item, "description", f"<p>{piece.standfirst}.</p>")
        if paper.feed.content:
            _add(item, f"{{{CONTENT}}}encoded", "\n".join(piece.blocks))
    return _xml(root, paper.encoding), f"application/rss+xml; charset={paper.encoding}"


def _rdf(paper: Paper, pieces: Sequence[Piece], base: str, start: datetime) -> tuple[bytes, str]:
    root = ET.Element(f"{{{RDF}}}RDF")
    channel = _add(root, f"{{{RSS1}}}channel", None, **{f"{{{RDF}}}about": base + "/"})
    for tag, text in (("title", paper.name), ("link", base + "/"), ("description", paper.tagline)):
        _add(channel, f"{{{RSS1}}}{tag}", text)
    _add(channel, f"{{{DC}}}language", paper.language)
    listed = _add(_add(channel, f"{{{RSS1}}}items"), f"{{{RDF}}}Seq")
    for piece in pieces:
        about = base + piece.path
        _add(listed, f"{{{RDF}}}li", None, **{f"{{{RDF}}}resource": about})
        item = _add(root, f"{{{RSS1}}}item", None, **{f"{{{RDF}}}about": about})
        for tag, text in (("title", piece.headline), ("link", _link(piece, base)), ("description", piece.standfirst)):
            _add(item, f"{{{RSS1}}}{tag}", text)
        for tag, text in (("creator", piece.author), ("date", piece.date.isoformat()), ("subject", piece.section)):
            _add(item, f"{{{DC}}}{tag}", text)
    return _xml(root, paper.encoding), "text/xml"


def _atom(paper: Paper, pieces: Sequence[Piece], base: str, start: datetime) -> tuple[bytes, str]:
    root = ET.Element(f"{{{ATOM}}}feed", {f"{{{XML}}}lang": paper.language})
    for tag, text in (("title", paper.name), ("subtitle", paper.tagline), ("id", base + "/")):
        _add(root, f"{{{ATOM}}}{tag}", text)
    _add(root, f"{{{ATOM}}}updated", max((p.updated for p in pieces), default=start).isoformat())
    _add(root, f"{{{ATOM}}}link", rel="self", href=base + paper.feed.path)
    for piece in pieces:
        entry = _add(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}title", _title(piece))
        _add(entry, f"{{{ATOM}}}id", f"tag:{paper.id}.example,2024:{piece.slug}")
        _add(entry, f"{{{ATOM}}}link", rel="alternate", type="text/html", href=_link(piece, base))
        _add(entry, f"{{{ATOM}}}published", piece.date.isoformat())
        _add(entry, f"{{{ATOM}}}updated", piece.updated.isoformat())
        _add(_add(entry, f"{{{ATOM}}}author"), f"{{{ATOM}}}name", piece.author)
        _add(entry, f"{{{ATOM}}}category", term=piece.section)
        _add(entry, f"{{{ATOM}}}summary", piece.standfirst)
        if paper.feed.content:
            _add(entry, f"{{{ATOM}}}content", "\n".join(piece.blocks), type="html")
    return _xml(root, paper.encoding), "application/atom+xml; charset=utf-8"


def _json(paper: Paper, pieces: Sequence[Piece], base: str, start: datetime) -> tuple[bytes, str]:
    items: list[dict[str, Any]] = [
        {
            "id": str(p.number),
            "url": _link(p, base),
            "title": p.headline,
            "summary": p.standfirst,
            "content_text": p.standfirst,
            "date_published": p.date.isoformat(),
            "date_modified": p.updated.isoformat(),
            "authors": [{"name": p.author}],
            "tags": [p.section, *p.tags],
        }
        for p in pieces
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": paper.name,
        "home_page_url": base + "/",
        "feed_url": base + paper.feed.path,
        "description": paper.tagline,
        "language": paper.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode(), "application/feed+json; charset=utf-8"
