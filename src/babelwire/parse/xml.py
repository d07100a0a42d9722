"""The tree of RSS 0.9x to 2.0, RDF and Atom -> what it says. Which element means what is data: the tuples below.

Own code on lxml, against the rule "libraries first": docs/decisions/001-feed-reader.md has the measurements.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from html import escape
from itertools import islice

from lxml import etree

from babelwire.parse.said import Channel, Item, Kind, Words
from babelwire.text.address import join

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns"
#: Namespaces by what they are, compared in lower case without trailing ``/`` and ``#``. Any other: "other".
ATOM = frozenset({"http://www.w3.org/2005/atom", "http://purl.org/atom/ns", "http://purl.org/pie", "http://purl.org/atom/app"})
RSS = frozenset(
    {
        "",
        "http://purl.org/rss/1.0",
        "http://my.netscape.com/rdf/simple/0.9",
        "http://channel.netscape.com/rdf/simple/0.9",
        "http://purl.org/net/rss1.1",
    }
    | {
        "http://my.netscape.com/publish/formats/rss-0.91.dtd",
        "http://purl.org/rss/1.0/modules/rss091",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns",
    }
)
PREFIXES = {
    "http://purl.org/dc/elements/1.1": "dc:",
    "http://purl.org/dc/terms": "dc:",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://purl.org/rss/1.0/modules/syndication": "sy:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "http://purl.org/atompub/tombstones/1.0": "at:",
    "http://www.w3.org/1999/xhtml": "xhtml:",
}
XML = "{http://www.w3.org/XML/1998/namespace}"
RDF_ABOUT = f"{{{RDF}#}}about"

TITLE = ("title", "dc:title", "media:title")
SUMMARY = ("description", "summary", "dc:description", "media:description", "itunes:summary")
CONTENT = ("content:encoded", "content", "xhtml:body", "xhtml:div", "body", "fullitem")
PUBLISHED = ("pubdate", "published", "issued", "dc:date", "dc:issued", "dc:created", "created")
UPDATED = ("updated", "modified", "dc:modified")
CATEGORIES = ("category", "dc:subject", "itunes:category")
AUTHORS = ("author", "dc:creator", "dc:author", "managingeditor", "itunes:author")
WITHDRAWN = frozenset({"withdrawn", "retracted"})
MARKED_UP = frozenset({"html", "text/html", "xhtml", "application/xhtml+xml"})
READABLE = MARKED_UP | {"application/octet-stream"}  # Atom 0.3 and some 1.0 feeds: base64 of HTML
MAIL = re.compile(r"[^\s@()<>\"]{1,100}@[^\s@()<>\"]{1,100}")
MOST_ITEMS = 5_000
MOST_EACH = 50  #: links, categories, authors of an item

Found = dict[str, list[etree._Element]]


def channel(root: etree._Element, base: str) -> Channel | None:
    """What the feed says; None where the tree is no feed after all. ``base``: the address it came from."""
    top = _top(root)
    if top is None:
        return None
    found, atom = _children(top), name_of(top.tag) == "feed"
    links = _links(found, top, base)
    said = Channel(
        title=_words(found, TITLE, atom),
        language=top.get(f"{XML}lang") or root.get(f"{XML}lang") or _text(found, ("language", "dc:language")),
        homepage=_first_link(links, "alternate"),
        authors=_authors(found),
        ttl=_text(found, ("ttl",)),
        period=_text(found, ("sy:updateperiod",)),
        frequency=_text(found, ("sy:updatefrequency",)),
        skip_hours=[_all_text(h) for s in found.get("skiphours", ()) for h in s],
        skip_days=[_all_text(d) for s in found.get("skipdays", ()) for d in s],
        hub=_first_link(links, "hub"),
    )
    said.items = [_item(e, base, atom) if name_of(e.tag) in ("item", "entry") else _tombstone(e, base) for e in _elements(root)]
    return said


def _top(root: etree._Element) -> etree._Element | None:
    """The element that holds title and homepage."""
    kind = name_of(root.tag)
    if kind == "feed":
        return root
    below = next((c for c in root if name_of(c.tag) == "channel"), None)
    if below is None and (kind == "rss" or any(name_of(c.tag) == "item" for c in root) or _speaks_rss(root)):
        return root
    return below


def _speaks_rss(root: etree._Element) -> bool:
    """An RDF file without a channel is an empty feed if it names RSS."""
    return any(space.lower().rstrip("/#") in RSS - {RDF} for space in root.nsmap.values())


def _elements(root: etree._Element) -> list[etree._Element]:
    """Items, and tombstones, wherever the format, or a forgotten closing tag, puts them."""
    found = root.iter("{*}item", "{*}entry", "{*}deleted-entry")
    return list(islice((e for e in found if name_of(e.tag) in ("item", "entry", "at:deleted-entry")), MOST_ITEMS))


def _item(element: etree._Element, base: str, atom: bool) -> Item:
    found = _children(element)
    for group in found.get("media:group", ()):
        for name, inner in _children(group).items():
            found.setdefault(name, []).extend(inner)
    categories = [
        c for name in CATEGORIES for e in found.get(name, ())[:MOST_EACH] if (c := e.get("label") or e.get("term") or _all_text(e))
    ]
    summary, content = _words(found, SUMMARY, atom), _content(found)
    return Item(
        id=_text(found, ("guid", "id", "dc:identifier")) or element.get(RDF_ABOUT, ""),
        link=_link(found, element, base),
        title=_words(found, TITLE, atom),
        summary=summary,
        content=content or _as_html(summary),
        authors=_authors(found),
        published=_text(found, PUBLISHED),
        updated=_text(found, UPDATED),
        categories=categories,
        language=element.get(f"{XML}lang") or _text(found, ("dc:language", "language")),
        withdrawn=any(c.strip().lower() in WITHDRAWN for c in categories),
    )


def _tombstone(element: etree._Element, base: str) -> Item:
    """RFC 6721: the entry of that id has been deleted."""
    ref, links = element.get("ref", ""), _links(_children(element), element, base)
    return Item(
        id=ref,
        link=_first_link(links, "alternate") or join(base, ref if ":" in ref else ""),
        updated=element.get("when", ""),
        withdrawn=True,
    )


# ---------------------------------------------------------------------------------------------- names and texts


@lru_cache(2048)
def name_of(tag: object) -> str:
    """``title`` for the title of any dialect of RSS or Atom, ``dc:date`` and so on for modules, ``other:x`` for the rest."""
    if not isinstance(tag, str):
        return ""
    space, _, local = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
    space, local = space.lower().rstrip("/#"), local.lower()
    if space in RSS or space in ATOM or "backend.userland.com/rss" in space:
        return local
    return PREFIXES.get(space, "other:") + local


def _children(element: etree._Element) -> Found:
    found: Found = {}
    for child in element:
        found.setdefault(name_of(child.tag), []).append(child)
    return found


def _first(found: Found, names: tuple[str, ...]) -> etree._Element | None:
    """The first element of the first name that says anything."""
    return next((e for name in names for e in found.get(name, ()) if len(e) or (e.text or "").strip()), None)


def _all_text(element: etree._Element) -> str:
    return ((element.text or "") if not len(element) else "".join(element.itertext())).strip()


def _text(found: Found, names: tuple[str, ...]) -> str:
    element = _first(found, names)
    return "" if element is None else _all_text(element)


def _words(found: Found, names: tuple[str, ...], atom: bool) -> Words:
    element = _first(found, names)
    return Words() if element is None else _said(element, atom)


def _said(element: etree._Element, atom: bool) -> Words:
    """An element's text and how it is to be read, by Atom's ``type`` and Atom 0.3's ``mode``."""
    kind = element.get("type", "").lower()
    if kind in ("xhtml", "application/xhtml+xml") or len(element):
        return Words(_inner(element), Kind.HTML)
    text = _decoded(element)
    if element.get("mode", "").lower() in ("escaped", "base64") or kind in READABLE:
        return Words(text, Kind.HTML)
    return Words(text, Kind.PLAIN if kind in ("text", "text/plain", "plain") or (atom and not kind) else Kind.GUESS)


def _decoded(element: etree._Element) -> str:
    text = _all_text(element)
    if element.get("mode", "").lower() == "base64" or element.get("type", "").lower() == "application/octet-stream":
        try:
            return base64.b64decode(text, validate=False).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return text


def _inner(element: etree._Element) -> str:
    """The markup inside an element, as HTML without namespaces."""
    for inner in element.iterdescendants():
        if isinstance(inner.tag, str):
            inner.tag = inner.tag.rpartition("}")[2].rpartition(":")[2] or "span"  # a colon stays where a prefix was never declared
            for key in [k for k in inner.attrib if k[0] == "{"]:
                del inner.attrib[key]
    etree.cleanup_namespaces(element)
    parts = [escape(element.text or "", quote=False)]
    parts += [etree.tostring(child, encoding="unicode", method="html") for child in element]
    return "".join(parts).strip()


def _content(found: Found) -> str:
    """The item's own text as HTML. Atom content of another media type (a picture, a file) is none."""
    for name in CONTENT:
        for element in found.get(name, ()):
            kind = element.get("type", "").lower()
            if name == "content" and "/" in kind and not kind.startswith("text/") and kind not in READABLE:
                continue
            if html := _as_html(_said(element, atom=name == "content")):
                return html
    return ""


def _as_html(words: Words) -> str:
    if words.kind is Kind.PLAIN:
        return "".join(f"<p>{escape(part.strip(), quote=False)}</p>" for part in words.text.split("\n\n") if part.strip())
    return words.text


# ---------------------------------------------------------------------------------------------- links and people


def _links(found: Found, element: etree._Element, base: str) -> list[tuple[str, str, str]]:
    """(relation, address, media type) of an element's links, RSS's among them as "alternate"."""
    here, made = _base(element, base), []
    for link in found.get("link", ())[:MOST_EACH]:
        where = link.get("href") or _all_text(link)
        address = join(_resolved(here, link.get(f"{XML}base")), where) if where else None
        if address:
            made.append((link.get("rel", "alternate").lower(), address, link.get("type", "").lower()))
    return made


def _first_link(links: list[tuple[str, str, str]], relation: str) -> str | None:
    fitting = [(kind, address) for rel, address, kind in links if rel == relation]
    pages = [address for kind, address in fitting if kind in ("", "text/html", "application/xhtml+xml")]
    return next(iter([*pages, *(address for _, address in fitting)]), None)


def _link(found: Found, element: etree._Element, base: str) -> str | None:
    """Where the article is: FeedBurner's note of the true address, the link, an id that is an address."""
    here = _base(element, base)
    original = join(here, _text(found, ("feedburner:origlink",)))
    if original:
        return original
    if link := _first_link(_links(found, element, base), "alternate"):
        return link
    guid = _first(found, ("guid", "id"))
    if (
        guid is not None
        and guid.get("ispermalink", guid.get("isPermaLink", "true")).lower() != "false"
        and (text := _all_text(guid)).startswith("http")
    ):
        return join(here, text)
    return join(here, element.get(RDF_ABOUT, ""))


def _base(element: etree._Element, base: str) -> str:
    """The address that relative ones are relative to, by ``xml:base`` of the element and all above it."""
    above = [e.get(f"{XML}base") for e in (element, *element.iterancestors())]
    for step in reversed([a for a in above if a]):
        base = _resolved(base, step)
    return base


def _resolved(base: str, step: str | None) -> str:
    return (join(base, step) or base) if step else base


def _authors(found: Found) -> list[str]:
    """Names only: mail addresses are nobody's byline."""
    made: list[str] = []
    for name in AUTHORS:
        for element in found.get(name, ())[:MOST_EACH]:
            inner = next((c for c in element if name_of(c.tag) in ("name", "itunes:name")), None)
            text = (_all_text(inner) if inner is not None else "" if len(element) else _all_text(element))[:300]
            text = MAIL.sub("", text).replace("()", "").replace("<>", "").strip(" \t\r\n,;")
            made.append(text[1:-1] if text.startswith("(") and text.endswith(")") else text)
        if any(made):
            break
    return list(dict.fromkeys(a for a in made if a))
