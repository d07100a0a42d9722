"""OPML, the lists of feeds that readers exchange: untrusted input in, a plain file out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from lxml import etree

from babelwire.errors import ParseError
from babelwire.model import Feed
from babelwire.parse.entries import tag
from babelwire.parse.tree import root_of
from babelwire.text.address import join
from babelwire.text.charset import decode
from babelwire.text.clean import clean

MOST = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A feed in a list."""

    url: str
    title: str = ""
    homepage: str | None = None
    language: str | None = None
    section: str | None = None  #: the names of the folders it lies in, outermost first, with `` / `` between


def opml(body: bytes, path: str) -> list[Outline]:
    """The feeds of an OPML file, each address once, in the file's order; what is no http(s) address is left out.

    Raises ParseError naming ``path``: no OPML, cut short, too large, no feed in it.
    """
    root = root_of(decode(body), path, "an OPML file")
    if etree.QName(root).localname.lower() != "opml":
        raise ParseError(path, "is not an OPML file")
    found: dict[str, Outline] = {}
    above: list[str] = []  # of each open outline its name, if it is a folder
    for event, element in etree.iterwalk(root, events=("start", "end"), tag="outline"):
        if event == "end":
            above.pop()
            continue
        address = _address(element)
        url = join("", address) if address else None
        if url and url not in found and len(found) < MOST:
            found[url] = _outline(element, url, " / ".join(filter(None, above)))
        above.append("" if address else _name(element))
    if not found:
        raise ParseError(path, "names no feed with an http address (outline elements with xmlUrl)")
    return list(found.values())


def to_opml(feeds: Iterable[Feed], title: str) -> str:
    """An OPML 2.0 file of these feeds, by section."""
    folders: dict[str, list[Feed]] = {}
    for feed in feeds:
        folders.setdefault(feed.section or "", []).append(feed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', f"<head><title>{_escaped(title)}</title></head>", "<body>"]
    for section, members in sorted(folders.items()):
        written = [_line(feed) for feed in members]
        lines += [f"<outline text={_quoted(section)}>", *written, "</outline>"] if section else written
    return "\n".join([*lines, "</body>", "</opml>", ""])


def _address(element: etree._Element) -> str | None:
    """The feed's address of an outline; None for a folder."""
    found = element.get("xmlUrl") or next((v for k, v in element.attrib.items() if str(k).lower() == "xmlurl"), None)
    text = str(found).strip() if found else None
    if text and text.lower().startswith("feed:"):
        text = text[5:] if "://" in text[5:] and not text.lower().startswith("feed://") else "http:" + text[5:]
    return text


def _name(element: etree._Element) -> str:
    return clean(element.get("title") or element.get("text") or "")[:200]


def _outline(element: etree._Element, url: str, section: str) -> Outline:
    homepage, language = element.get("htmlUrl"), element.get("language")
    return Outline(
        url=url,
        title=_name(element),
        homepage=join("", homepage) if homepage else None,
        language=tag(language) if language else None,
        section=section or None,
    )


def _line(feed: Feed) -> str:
    language = f" language={_quoted(feed.language)}" if feed.language else ""
    return f'<outline type="rss" text={_quoted(feed.title or feed.url)} xmlUrl={_quoted(feed.url)}{language}/>'


def _quoted(text: str) -> str:
    return quoteattr(clean(text))


def _escaped(text: str) -> str:
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
