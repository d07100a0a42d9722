"""What a page declares of its article: headline, byline, dates, section, tags, canonical address, paywall, reservations.

Own rules on JSON-LD, meta tags and headings: they get 75 in 100 headlines right where the best library gets 65, and keep the
time and zone of dates, which every library cuts off (``bylines`` and ``dates`` stand on this).
"""

from __future__ import annotations

import html as entities
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from babelwire.extract.page import Tree
from babelwire.text import address
from babelwire.text.clean import clean

ARTICLE_TYPES = ("Article", "BlogPosting", "NewsStory", "LiveBlogPosting", "Report")
MAX_LD = 600_000


class Declared:
    """The declarations of one page, looked up once and in order."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.metas: dict[str, list[str]] = {}
        for element in tree.root.iter("meta"):
            given = element.attrib
            content = given.get("content")
            if content:
                for key in ("property", "name", "itemprop", "http-equiv"):
                    if key in given:
                        for name in given[key].lower().split():
                            self.metas.setdefault(name, []).append(content)

    def meta(self, *names: str) -> str:
        """The first of these meta tags that says something."""
        return next((v for n in names for c in self.metas.get(n, ()) if (v := clean(c))), "")

    def all(self, *names: str) -> list[str]:
        return [v for n in names for c in self.metas.get(n, ()) if (v := clean(c))]

    @cached_property
    def documents(self) -> list[Any]:
        """The JSON-LD of the page, as far as it can be read."""
        return [d for text in self.tree.data for d in _json(text)]

    @cached_property
    def article(self) -> Mapping[str, Any]:
        """The JSON-LD object that is the article, or nothing."""
        objects = [o for d in self.documents for o in _objects(d)]
        found = [o for o in objects if any(t.endswith(ARTICLE_TYPES) for t in _types(o))]
        return max(found, key=lambda o: ("headline" in o) + ("datePublished" in o) + ("author" in o), default={})

    @cached_property
    def site_names(self) -> frozenset[str]:
        """What the site calls itself, folded for comparing."""
        publisher = self.article.get("publisher")
        named = [clean(str(publisher.get("name") or ""))] if isinstance(publisher, Mapping) else []
        return frozenset(key(n) for n in [*self.all("og:site_name", "application-name", "apple-mobile-web-app-title"), *named] if key(n))

    @cached_property
    def headings(self) -> list[str]:
        """The page's first-rank headings."""
        texts = (clean(" ".join(e.itertext())) for e in self.tree.body.iter("h1"))
        return [t for t in texts if 3 < len(t) < 300]

    @cached_property
    def descriptions(self) -> list[str]:
        """What the page says it is about."""
        own = self.article.get("description")
        given = [
            *self.all("og:description", "description", "twitter:description"),
            *([clean(entities.unescape(own))] if isinstance(own, str) else []),
        ]
        return list(dict.fromkeys(g for g in given if g))


# ---------------------------------------------------------------------------------------------- headline

SEPARATOR = re.compile(r"\s+[|\u2013\u2014\-\u00b7\u00bb\u2022:]+\s+|\s*[|\u00bb]\s*")
TRAILING = re.compile(r"[\s|\u2013\u2014\-\u00b7\u00bb\u2022:]+$")


def headline(declared: Declared, fallback: str = "", suffixes: Iterable[str] = ()) -> str:
    """The headline without the site's or the section's name: the page's own heading where a declaration confirms it."""
    own = declared.article.get("headline")
    title = next((clean(e.text or "") for e in declared.tree.root.iter("title")), "")
    given = [clean(entities.unescape(own)) if isinstance(own, str) else "", declared.meta("og:title", "twitter:title"), title]
    candidates = [t for c in given if c and (t := without_suffix(c, declared.headings, declared.site_names, suffixes))]
    for heading in declared.headings:
        if any(key(heading) == key(c) for c in candidates):
            return heading
    first = candidates[0] if candidates else next(iter(declared.headings), "")
    return first or without_suffix(fallback, [], declared.site_names, suffixes)


def without_suffix(title: str, headings: Iterable[str], site_names: Iterable[str], suffixes: Iterable[str] = ()) -> str:
    """The title without what is stuck to its end: "Flood in Essen — World — The Daily" -> "Flood in Essen"."""
    for suffix in suffixes:
        title = title.removesuffix(suffix).rstrip()
    for heading in headings:
        if title != heading and title.startswith(heading) and SEPARATOR.match(title[len(heading) :] + " "):
            return heading
    names = set(site_names)
    parts = SEPARATOR.split(title)
    while len(parts) > 1 and (key(parts[-1]) in names or _is_short_tail(parts)):
        title = TRAILING.sub("", title[: title.rfind(parts[-1])])
        parts = SEPARATOR.split(title)
    if len(parts) > 1 and key(parts[0]) in names:
        title = title[title.find(parts[1]) :]
    return title


def _is_short_tail(parts: list[str]) -> bool:
    """Three words or fewer after four or more: a section or a site, hardly a part of the headline."""
    return len(parts[-1].split()) <= 3 and len(" ".join(parts[:-1]).split()) >= 4


# ---------------------------------------------------------------------------------------------- the rest


@dataclass(frozen=True, slots=True)
class Access:
    """Is the whole article there to be read?"""

    free: bool
    note: str = ""


def access(declared: Declared) -> Access:
    """What the page declares of its paywall (schema.org, and the tiers that Facebook and Google know)."""
    for document in declared.documents:
        for item in _objects(document):
            if str(item.get("isAccessibleForFree", "")).strip().lower() in (
                "false",
                "no",
                "0",
                "http://schema.org/false",
                "https://schema.org/false",
            ):
                return Access(False, "the page says isAccessibleForFree: false")
    tier = declared.meta("article:content_tier", "og:article:content_tier", "content_tier").lower()
    return Access(False, f"the page says content_tier: {tier}") if tier in ("locked", "metered", "premium", "paid") else Access(True)


def canonical_url(declared: Declared) -> str:
    """The address to link to: the declared one where it lies on the same site and names an article, else the page's own."""
    tree = declared.tree
    links = [str(h) for e in tree.root.iter("link") if "canonical" in (e.get("rel") or "").lower().split() and (h := e.get("href"))]
    for href in [*links, *declared.all("og:url")]:
        joined = address.join(tree.url, href)
        if joined and address.same_site(joined, tree.url) and not (_is_front(joined) and not _is_front(tree.url)):
            return address.canonical(joined)
    return address.canonical(tree.url)


def _is_front(url: str) -> bool:
    return not url.partition("://")[2].partition("/")[2].strip("/")


def section(declared: Declared) -> str | None:
    """The section, as the page names it: articleSection, or the last breadcrumb but the article."""
    given = declared.article.get("articleSection")
    first = given[0] if isinstance(given, list) and given else given
    named = clean(entities.unescape(first)) if isinstance(first, str) else ""
    found = (
        named
        or declared.meta("article:section", "og:article:section", "section", "parsely-section", "cxenseparse:section")
        or _crumb(declared)
    )
    return found if 0 < len(found) <= 60 else None


def _crumb(declared: Declared) -> str:
    for document in declared.documents:
        for item in _objects(document):
            crumbs = item.get("itemListElement")
            if "BreadcrumbList" in _types(item) and isinstance(crumbs, list):
                named = [_crumb_name(c) for c in crumbs]
                kept = [
                    n
                    for n in named
                    if n
                    and key(n) not in declared.site_names
                    and n.lower() not in ("home", "start", "startseite", "accueil", "inicio", "início")
                ]
                return kept[0] if len(kept) > 1 else ""
    return ""


def _crumb_name(crumb: Any) -> str:
    if not isinstance(crumb, Mapping):
        return ""
    item = crumb.get("item")
    name = crumb.get("name") or (item.get("name") if isinstance(item, Mapping) else "")
    return clean(str(name or ""))


def tags(declared: Declared) -> tuple[str, ...]:
    """Keywords the page gives, at most twelve."""
    given = declared.article.get("keywords")
    listed = given if isinstance(given, list) else str(given or "").split(",")
    found = [*declared.all("article:tag"), *(clean(entities.unescape(str(t))) for t in listed if isinstance(t, str))]
    if not found:
        found = [clean(t) for t in declared.meta("news_keywords", "keywords").split(",")]
    return tuple(dict.fromkeys(t for t in found if 1 < len(t) <= 50))[:12]


def language(declared: Declared) -> list[str]:
    """Language tags the page declares, the most telling first."""
    root = declared.tree.root
    own = declared.article.get("inLanguage")
    inner = own.get("alternateName") or own.get("name") if isinstance(own, Mapping) else own
    given = [
        root.get("lang"),
        root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"),
        inner if isinstance(inner, str) else None,
        declared.meta("og:locale"),
        declared.meta("content-language", "language", "dc.language"),
    ]
    return [t for g in given if g and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", t := g.strip())]


# ---------------------------------------------------------------------------------------------- the small steps


def key(text: str) -> str:
    """Folded for comparing: letters and digits only, lower case."""
    return "".join(re.findall(r"\w+", text.lower()))


def _json(text: str | None) -> list[Any]:
    """A JSON-LD document; control characters and a trailing semicolon are forgiven, what is no JSON is left out."""
    if not text or len(text) > MAX_LD:
        return []
    stripped = text.strip().removeprefix("<![CDATA[").removeprefix("//<![CDATA[").removesuffix("]]>").removesuffix("//").strip().rstrip(";")
    try:
        return [json.loads(stripped, strict=False)]
    except (ValueError, RecursionError):
        return []


def _objects(document: Any) -> Iterator[Mapping[str, Any]]:
    """The objects at the top of a JSON-LD document, and those of its graph."""
    stack = [document]
    for _ in range(500):
        if not stack:
            return
        item = stack.pop(0)
        if isinstance(item, list):
            stack[:0] = item[:200]
        elif isinstance(item, dict):
            yield item
            stack += [v for k, v in item.items() if k in ("@graph", "mainEntity", "mainEntityOfPage") and isinstance(v, dict | list)]


def _types(item: Mapping[str, Any]) -> list[str]:
    given = item.get("@type")
    return [t for t in (given if isinstance(given, list) else [given]) if isinstance(t, str)]
