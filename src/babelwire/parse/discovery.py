"""Which feeds an HTML page announces, and those it merely links to.

A scan for tags, not a parse: it must not cost more for a page that is made to cost much (see ``parse.plain``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from babelwire.model import Page
from babelwire.text.address import join, same_site
from babelwire.text.charset import decode
from babelwire.text.clean import clean

TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/xml", "text/xml"}
)
TAG = re.compile(r"<(link|a|base)\s([^<>]{1,4000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"([a-zA-Z-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
FEED_PATH = re.compile(r"(?:/(?:feed|rss|atom)s?/?|\.(?:rss|atom|rdf)|/(?:feed|rss|atom|index)\.(?:xml|json))$", re.IGNORECASE)
LONGEST = 3_000_000
MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A feed that a page names."""

    url: str
    title: str = ""
    media_type: str = ""


def discover(page: Page) -> list[Announced]:
    """The feeds a page announces in its head, in its order; where it announces none, links of its own site that look like feeds."""
    text = decode(page.body[:LONGEST], page.content_type)
    tags = [(m[1].lower(), _attributes(m[2])) for m in TAG.finditer(text)]
    base = next((b for name, a in tags if name == "base" and (b := join(page.url, a.get("href", "")))), page.url)
    return _once(_announced(tags, base)) or _once(_linked(tags, base, page.url))


def _once(feeds: Iterator[Announced]) -> list[Announced]:
    found: dict[str, Announced] = {}
    for feed in feeds:
        found.setdefault(feed.url, feed)
    return list(found.values())[:MOST]


def _attributes(text: str) -> dict[str, str]:
    return {m[1].lower(): unescape(m[2] or m[3] or m[4] or "") for m in ATTRIBUTE.finditer(text)}


def _announced(tags: list[tuple[str, dict[str, str]]], base: str) -> Iterator[Announced]:
    for name, attributes in tags:
        relations = attributes.get("rel", "").lower().split()
        media_type = attributes.get("type", "").lower().partition(";")[0].strip()
        fits = ("alternate" in relations and media_type in TYPES) or "feed" in relations
        if name == "link" and fits and "stylesheet" not in relations and (url := join(base, attributes.get("href", ""))):
            yield Announced(url=url, title=clean(attributes.get("title", ""))[:200], media_type=media_type)


def _linked(tags: list[tuple[str, dict[str, str]]], base: str, page: str) -> Iterator[Announced]:
    for name, attributes in tags:
        url = join(base, attributes.get("href", "")) if name == "a" else None
        if url and FEED_PATH.search(url.partition("?")[0]) and same_site(url, page):
            yield Announced(url=url, title=clean(attributes.get("title", ""))[:200])
