"""Chosen blocks -> headline, standfirst and body: what is said twice is said once, what stands around is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from babelwire.extract.blocks import Found, resolved, shingles, words
from babelwire.extract.body import REPEATED
from babelwire.extract.furniture import is_furniture
from babelwire.extract.page import Element
from babelwire.model import NO_TEXT, Block, BlockKind, Inline, SpanKind, replace
from babelwire.text import address

STANDFIRST_CLASS = re.compile(
    r"(?:^|[\s_-])(?:stand-?first|dek|deck|sub-?(?:title|head(?:line|ing)?|line)|sub-?titulo|bajada|sumario|entradilla|chapo|chapeau|catenaccio|occhiello|vorspann|teaser-?text|article[_-]*(?:intro|summary|lead|lede|description|excerpt)|(?:post|entry|story)[_-]*(?:excerpt|summary|description|intro|subtitle|deck)|intro(?:duction)?|lead|lede|summary|ingress|manchete|linha-?fina)(?:$|[\s_-])",
    re.IGNORECASE,
)
BYLINE = re.compile(r"^(?:by|par|von|por|per|di|door|av|af|od|от|автор)\s*:?\s+\S", re.IGNORECASE)
MONTH = (
    r"(?:jan|feb|f[eé]v|mar|m[aä]r|a[pvb]r|ma[iyg]|mei|ju[nilï]|giu|lug|ago|a[uo][guû]|sep|set|o[ck]t|out|nov|de[czs]|dic|gen)[a-zéûäç]*"
)
DATELINE = re.compile(
    rf"^(?:\W*(?:published|updated|posted|last|modified|first|on|at|am|um|uhr|le|el|the|at|publi[ée]|publicado|aktualisiert|stand|actualizado|mis|à|jour|est|edt|gmt|utc|cet|bst|pst|ist|a\.?m|p\.?m|h|de|del|of|mon|tues?|wed|wednes|thurs?|fri|satur|sat|sun|sunday|\w*day|\w+tag|{MONTH}|\d+(?:st|nd|rd|th)?)\b\W*)+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Story:
    """A headline's story: its standfirst and its body, and where on the page they stand."""

    standfirst: Inline
    blocks: tuple[Block, ...]
    span: range  #: numbers of the page's blocks from the first to the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the page says elsewhere, by which its blocks are judged."""

    url: str
    base: str  #: what its links are relative to
    headlines: frozenset[tuple[str, ...]]  #: every form of the headline, as lower-case words
    captions: frozenset[tuple[str, ...]]  #: captions and alt texts
    byline: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    standfirsts: tuple[Element, ...] = ()  #: elements that a rule names
    drop_phrases: tuple[str, ...] = ()


def tell(found: Sequence[Found], chosen: Sequence[int], hints: Hints) -> Story:
    """Clean what was chosen."""
    kept = [n for n in chosen if not _is_noise(found[n], hints)]
    kept = _without_edges(found, kept, hints)
    number = _standfirst(found, kept, hints)
    body = [n for n in kept if n != number]
    if number is not None and any(found[n].words == found[number].words for n in body):
        number = None  # the story says it in its own place
    standfirst = resolved(found[number].block.inline, hints.base) if number is not None else NO_TEXT
    where = [*body, *([number] if number is not None else [])]
    blocks = tuple(_levelled([replace(b, inline=resolved(b.inline, hints.base)) for b in (found[n].block for n in body)]))
    return Story(standfirst, blocks, range(min(where), max(where) + 1) if where else range(0))


def lower(of: Iterable[str]) -> tuple[str, ...]:
    return tuple(w.lower() for w in of)


def _is_noise(one: Found, hints: Hints) -> bool:
    """Is this block something other than the story's text, wherever it stands?"""
    key = lower(one.words)
    text = one.text
    return (
        one.caption
        or key in hints.headlines
        or (len(key) >= 4 and key in hints.captions)
        or is_furniture(text, one.linked)
        or any(text.lower().startswith(p.lower()) for p in hints.drop_phrases)
        or _is_teaser(one, hints)
    )


def _is_teaser(one: Found, hints: Hints) -> bool:
    """A short block that is wholly one link within the same site: related reading, not a sentence of the story."""
    if one.linked < 0.95 or len(one.text) > 200:
        return False
    links = [s for s in one.block.inline.spans if s.kind is SpanKind.LINK]
    if len(links) != 1 or links[0].href is None:
        return False
    href = address.join(hints.base, links[0].href)
    return href is not None and address.same_site(href, hints.url)


def _without_edges(found: Sequence[Found], kept: list[int], hints: Hints) -> list[int]:
    """Without bylines and dates before the first paragraph, and headings that nothing follows."""
    start, end = 0, len(kept)
    while start < end and _is_label(found[kept[start]], hints):
        start += 1
    while end > start and found[kept[end - 1]].block.kind is BlockKind.HEADING:
        end -= 1
    return kept[start:end]


def _is_label(one: Found, hints: Hints) -> bool:
    text = one.text
    if len(one.words) > 14:
        return False
    named = [n for n in hints.byline if n.lower() in text.lower()]
    rest = text
    for name in named:
        rest = re.sub(re.escape(name), "", rest, flags=re.IGNORECASE)
    return bool(DATELINE.match(text)) or (bool(named) and len(words(rest)) <= 4) or (len(one.words) <= 6 and bool(BYLINE.match(text)))


# ---------------------------------------------------------------------------------------------- standfirst


def _standfirst(found: Sequence[Found], kept: Sequence[int], hints: Hints) -> int | None:
    """The number of the block that is the standfirst: before the body, set apart from it, and not its first paragraph."""
    if not kept:
        return None
    for n in range(0, kept[0] + 1):
        if any(_is_in(found[n].element, e) for e in hints.standfirsts):
            return n
    first = kept[0]
    if len(kept) > 1 and _set_apart(found, first, kept[1], hints):
        return first
    have = frozenset().union(*(found[n].shingles for n in kept))
    for n in range(max(0, first - 12), first):
        one = found[n]
        fits = not one.caption and not one.aside and 6 <= len(one.words) <= 90 and one.linked < 0.5 and not _is_noise(one, hints)
        own = one.shingles
        if fits and len(own & have) < 0.5 * len(own) and _says_so(one.element):
            return n
    return None


def _set_apart(found: Sequence[Found], first: int, second: int, hints: Hints) -> bool:
    """Is the first block of the story its standfirst? By its class, or since it stands elsewhere and sums up."""
    one = found[first]
    if not 4 <= len(one.words) <= 90:
        return False
    if _says_so(one.element) and not _says_so(found[second].element):
        return True
    elsewhere = one.element.getparent() is not found[second].element.getparent()
    own = one.shingles
    told = any(len(own & shingles(words(d))) >= REPEATED * len(own) for d in hints.descriptions)
    return told and (one.block.kind is BlockKind.HEADING or elsewhere)


def _says_so(element: Element) -> bool:
    """Does an element, or the one around it, call itself a standfirst?"""
    for one in (element, element.getparent()):
        if one is not None and one.tag not in ("body", "article", "main", "section"):
            names = " ".join(filter(None, (one.get("class"), one.get("id"), one.get("itemprop"))))
            if names and STANDFIRST_CLASS.search(names):
                return True
    return False


def _is_in(element: Element, outer: Element) -> bool:
    return element is outer or any(e is outer for e in element.iterancestors())


def _levelled(blocks: Sequence[Block]) -> list[Block]:
    """Headings from level 2 on, items from level 0 on, whatever the page began with."""
    items = [b.level for b in blocks if b.kind is BlockKind.ITEM]
    least = min(items, default=0)
    return [replace(b, level=b.level - least) if b.kind is BlockKind.ITEM else b for b in blocks]
