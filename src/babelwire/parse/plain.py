"""HTML of titles and summaries -> plain text, in one pass over the string.

Not by a parser, on purpose: libxml2 needs 45 s for 100,000 attributes on one tag and html5ever 8 s for 50,000 nested
elements, and a feed may hold thousands of summaries. What is wanted here is the words alone; they are escaped wherever
they are shown, so a tag that slips through is seen, never obeyed.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5

from babelwire.parse.said import Kind, Words
from babelwire.text.clean import clean, unmarked

LONGEST = 200_000  #: characters of a summary that are looked at
#: A tag ends at its ``>`` outside quotes; where quotes are not closed, at the first ``>``. Never beyond the next ``<``: linear.
TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[a-zA-Z][^\s<>/]*+)(?:(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>|[^<>]*+>)|<!--|<[!?/][^<>]*+>", re.ASCII
)
HIDDEN = frozenset({"script", "style", "template", "iframe", "object", "svg", "math", "head", "textarea", "select", "noembed", "xmp"})
BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "blockquote", "section", "article"}
    | {"figure", "figcaption", "pre", "hr", "dd", "dt", "dl", "header", "footer", "aside", "td", "th"}
)
#: What an RSS title may be marked up with; a title with any other tag is about tags, and shown as it is.
INLINE = frozenset(
    {"a", "abbr", "acronym", "b", "big", "cite", "code", "dfn", "em", "font", "i", "ins", "del", "kbd", "mark", "q", "s", "samp"}
    | {"small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "img", "wbr", "center"}
)
VOID = re.compile(r"<(?:br|hr|img|wbr)\b[^<>]*>", re.IGNORECASE)
CLOSING = re.compile(r"</[a-zA-Z][a-zA-Z0-9]*\s*>")
NAMES = re.compile(r"</?([a-zA-Z][^\s<>/]*)")
ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
C1 = {n: bytes([n]).decode("cp1252", "ignore") or None for n in range(0x80, 0xA0)}


def line(words: Words) -> str:
    """The words as one line of plain text."""
    html = words.kind is Kind.HTML or (words.kind is Kind.GUESS and looks_like_html(words.text[:LONGEST]))
    return unmarked(clean(_read(words, html)))


def paragraphs(words: Words) -> str:
    """The words as plain text, a paragraph a line."""
    html = words.kind is Kind.HTML or (words.kind is Kind.GUESS and mentions_html(words.text[:LONGEST]))
    lines = (clean(part) for part in _read(words, html).split("\n"))
    return "\n".join(part for part in lines if part)


def strip(html: str) -> str:
    """The text of HTML; blocks end with a line break; scripts, styles, comments and what else nobody sees is left out."""
    parts: list[str] = []
    hidden, at = "", 0
    while tag := TAG.search(html, at):
        if not hidden:
            parts.append(html[at : tag.start()])
        at = tag.end()
        name = (tag["name"] or "").lower()
        if tag[0] == "<!--":
            end = html.find("-->", at)
            at = len(html) if end < 0 else end + 3
        elif hidden:
            hidden = "" if tag["close"] and name == hidden else hidden
        elif name in HIDDEN and not tag["close"] and not tag[0].endswith("/>"):
            hidden = name
        elif name in BLOCKS:
            parts.append("\n")
    if not hidden:
        parts.append(html[at:])
    return unescape("".join(parts))


def looks_like_html(text: str) -> bool:
    """Is this string of a format that does not say so markup? Only known tags, and at least one that is closed, void, or an entity."""
    if not all(name.lower() in INLINE or name.lower() in BLOCKS for name in NAMES.findall(text)):
        return False
    return bool(CLOSING.search(text) or VOID.search(text)) or _has_entities(text)


def mentions_html(text: str) -> bool:
    """As ``looks_like_html`` for summaries, which RSS means to be HTML: one known tag or entity will do."""
    names = {name.lower() for name in NAMES.findall(text)}
    return bool(names & (INLINE | BLOCKS | HIDDEN)) or "<!--" in text or _has_entities(text)


def _has_entities(text: str) -> bool:
    return any(e[0] == "#" or f"{e};" in html5 for e in ENTITY.findall(text))


def _read(words: Words, html: bool) -> str:
    text = words.text[:LONGEST]
    return (strip(text) if html else text).translate(C1)
