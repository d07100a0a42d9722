"""Who wrote an article: names alone, from declarations, the feed, marks in the page, or a line that says "By"."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from lxml import etree

from babelwire.extract.blocks import Found
from babelwire.extract.meta import Declared, key
from babelwire.extract.page import Element
from babelwire.text.clean import clean

BY = re.compile(
    r"^(?:(?:written|reported|posted|published|story|text|words|analysis|opinion|recipe|article|eingestellt|veröffentlicht|escrito|"
    r"publicado|écrit|publié|scritto|ein (?:beitrag|artikel|gastbeitrag|kommentar))\s+)?"
    r"(?:by|par|von|por|per|di|od|door|av|af|przez|автор|от|بقلم|da redação de|author|autor(?:in)?|auteur|text|words)\s*:?\s+",
    re.IGNORECASE,
)
LINE = re.compile(
    r"^(?:By|BY|Von|VON|Par|PAR|Por|POR|Di|Door|Av|Af|Автор:?|Autor(?:in)?:|Author:|Auteur:|Text:|Words:|Posted by|Written by)\s+"
    r"(?=[^\W\d_a-z])"
)
TAIL = re.compile(
    r"\s*(?:[|»•·]|\d|\b(?:alle artikel|all posts|more by|mehr von|mitglied|posted|published|veröffentlicht|für|for the|special to)\b).*$",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    ("de", "del", "der", "den", "van", "von", "la", "le", "da", "do", "di", "du", "y", "e", "et", "und", "and", "bin", "al", "mit")
)
NO_NAME = re.compile(
    r"https?:|www\.|@|[<>{}:]|\.(?:com|de|org|net|fr|co\.uk)$|\b(?:sagt|says|schrieb|said|dit|dice|designed|gmbh|inc|ltd)\W*$|"
    r"^(?:redaktion|admin|administrator|wordpressadmin|editor|by|staff|author|autor|none|null|unknown|web ?master|guest|user|publisher|"
    r"posted|online|agencies|archiv.*|foto.*|photo.*)\W*$",
    re.IGNORECASE,
)
SPLIT = re.compile(r"\s*(?:;|\||,(?!\s*(?i:jr|sr|ph\.?d|m\.?d)\b)|\s(?i:and|und|et|y|e|i|en|och|og|&)\s(?=[^\W\d_a-z]))\s*")
BYLINE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:byline|author[_-]?name|article[_-]?author|post[_-]?author|entry[_-]?author|autor|auteur|author)(?:$|[\s_-])",
    re.IGNORECASE,
)


METAS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl")
AUTHORS = etree.XPath(".//*[@rel='author' or @itemprop='author']")
BYLINE_TAGS = ("span", "a", "p", "div", "address", "cite")
HINTS = ("uthor", "yline", "utor", "uteur")  #: one of them is in every class that ``BYLINE_CLASS`` knows


def byline(declared: Declared, found: Sequence[Found] = (), fallback: Iterable[str] = ()) -> tuple[str, ...]:
    """Who wrote it: names alone, each once."""
    article = declared.article
    sources: tuple[Callable[[], Any], ...] = (
        lambda: article.get("author") or article.get("creator"),
        lambda: declared.all(*METAS),
        lambda: list(fallback),
        lambda: _marked_authors(declared),
        lambda: _lines(found),
    )
    for source in sources:
        named = [n for n in names(source()) if key(n) not in declared.site_names]
        if named:
            return tuple(named[:8])
    return ()


def _lines(found: Sequence[Found]) -> list[str]:
    """A short line of the page: "By" and a name."""
    for one in found:
        if 2 <= len(one.words) <= 9 and not one.aside and LINE.match(one.text):
            named = BY.sub("", one.text)
            if all(w in PARTICLES or not w[:1].islower() for w in re.findall(r"[^\W\d_]+", TAIL.sub("", named))):
                return [named]
    return []


def names(given: Any) -> list[str]:
    """Names in a JSON-LD author (text, object, list of either), "By " and the like cut off; no addresses, no placeholders."""
    found: list[str] = []
    for item in given if isinstance(given, list | tuple) else [given]:
        inner = item.get("name") if isinstance(item, Mapping) else item
        for text in inner if isinstance(inner, list) else [inner]:
            for name in SPLIT.split(clean(entities.unescape(str(text or "")))):
                name = TAIL.sub("", BY.sub("", name)).strip(" ,:–—-/")
                if name and len(name) < 60 and len(name.split()) <= 6 and not NO_NAME.search(name) and name not in found:
                    found.append(name)
    return found


def _marked_authors(declared: Declared) -> list[str]:
    """What the page itself marks as author: rel or itemprop, then classes that say so."""
    body = declared.tree.body
    for found in (AUTHORS(body), _classed(body)):
        texts = [clean(" ".join(e.itertext())) for e in found[:3]]
        named = [t for t in texts if 3 < len(t) < 80 and len(t.split()) <= 8]
        if named:
            return named[:1]
    return []


def _classed(body: Element) -> list[Element]:
    named = ((e, names) for e in body.iter(*BYLINE_TAGS) if (names := e.get("class")))
    return [e for e, names in named if any(h in names for h in HINTS) and BYLINE_CLASS.search(names) and not _in_comments(e)]


def _in_comments(element: Element) -> bool:
    return any("omment" in f"{e.get('class') or ''} {e.get('id') or ''}" for e in element.iterancestors())
