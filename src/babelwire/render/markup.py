"""Text of other people -> something that can only be text: in HTML, in XML, in JSON inside HTML.

Nothing a source says can become markup, move the text around it, or run without end. jinja2 escapes what it is given;
this room decides which marks an Inline may turn into (a closed set) and which characters may go out at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup, escape

from babelwire.model import Inline, Span, SpanKind, replace

# C0 (but tab and newline), DEL, C1, bidi embeddings, overrides and isolates, surrogates, byte order mark, private use
# (markers of text.inline must never get out), non-characters, tag characters. Joiners and the two single marks stay:
# Arabic, Persian and Indic scripts are written with them.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufeff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U0010ffff]"
)
SPACES = re.compile(r"[\t\n\r ]+")
JSON = msgspec.json.Encoder(enc_hook=lambda text: "".join((text,)))  #: Markup goes out as the text it is
ESCAPED = re.compile(r"\\[bfru]")  #: what JSON writes for characters that do not print
NO_ADDRESS = re.compile(r"[\s<>\"\\^`{|}]")
TAGS = {SpanKind.EMPHASIS: "em", SpanKind.STRONG: "strong", SpanKind.CODE: "code"}
OUTWARD = 'rel="external noopener" referrerpolicy="no-referrer"'
LONGEST_ADDRESS = 2000


def clean(text: str) -> str:
    """The text without characters that do not print but do harm. Spaces of every kind stay as they are."""
    # What prints and is of the first plane cannot be among them: most texts, told at a third of the time.
    bare = text if text.isprintable() else text.replace("\n", "").replace("\xa0", "").replace("\u202f", "")
    if bare.isprintable() and (bare.isascii() or len(bare.encode("utf-16-le")) == 2 * len(bare)):
        return text
    return FORBIDDEN.sub("", text)


def line(text: str, longest: int = 300) -> str:
    """One line, cut between words with an ellipsis where it is too long."""
    flat = clean(text[: longest * 8]).strip()
    if "  " in flat or not flat.isprintable():  # which tabs and ends of lines are not
        flat = SPACES.sub(" ", flat).strip()
    if len(flat) <= longest:
        return flat
    cut = flat[: longest - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at > longest // 2 else cut).rstrip(" ,;:–—-") + "…"


@lru_cache(maxsize=4096)
def address(href: str | None) -> str | None:
    """An http(s) address that may be linked to, or None."""
    if not href or len(href) > LONGEST_ADDRESS or clean(href) != href or NO_ADDRESS.search(href):
        return None
    try:
        parts = urlsplit(href)
        host = parts.hostname
    except ValueError:
        return None
    return href if parts.scheme in ("http", "https") and host and parts.username is None else None


def bdi(text: object, language: str | None = None) -> Markup:
    """A name from elsewhere, kept from disturbing the direction of the line it stands in."""
    if isinstance(text, Markup):
        return Markup(f"<bdi>{text}</bdi>")
    words = escape(line(str(text)))
    return Markup(f'<bdi lang="{escape(language)}">{words}</bdi>' if language else f"<bdi>{words}</bdi>")


def outward(url: str | None, text: object, *, language: str | None = None, rel: str = "") -> Markup:
    """A link away from the site, or the bare text where the address may not be linked to."""
    href = address(url)
    if href is None:
        return Markup(escape(text))
    tongue = f' hreflang="{escape(language)}"' if language else ""
    more = f"{escape(rel)} " if rel else ""
    return Markup(f'<a href="{escape(href)}" rel="{more}external noopener" referrerpolicy="no-referrer"{tongue}>{escape(text)}</a>')


def html(inline: Inline) -> Markup:
    """Text with its marks: emphasis, strong, code, links to http(s). Spans that cross or run out of the text are left out."""
    return Markup("".join(_pieces(inline))) if inline.spans else escape(clean(inline.text))


def cells(inline: Inline) -> list[Inline]:
    """A table row cut at its tabs; a span that runs over several cells stands in each."""
    found, at = [], 0
    for text in inline.text.split("\t"):
        end = at + len(text)
        inside = (replace(s, start=max(s.start, at) - at, end=min(s.end, end) - at) for s in inline.spans if s.start < end and s.end > at)
        found.append(Inline(text, tuple(inside)))
        at = end + 1
    return found


def plain(inline: Inline) -> str:
    return clean(inline.text)


def to_json(value: object) -> str:
    """JSON on one line; its strings are clean, and nothing in it looks like a tag to whoever takes it for HTML."""
    text = _encoded(value)
    # Characters below a blank are written as escapes; all others can be taken out of the whole at once.
    text = _encoded(_tidy(value)) if ESCAPED.search(text) else clean(text)
    return _without_tags(text)


def json_in_html(value: object) -> Markup:
    """JSON that cannot close the script element it stands in."""
    return Markup(_without_tags(_encoded(value)).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


# ---------------------------------------------------------------------------------------------- the small steps


def _encoded(value: object) -> str:
    """JSON on one line; without halves of characters, which it cannot hold."""
    try:
        return JSON.encode(value).decode()
    except UnicodeEncodeError:
        return JSON.encode(_tidy(value)).decode()


def _without_tags(text: str) -> str:
    """JSON in which nothing looks like a tag or an entity."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _tidy(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {k: _tidy(v) for k, v in value.items()}
    return [_tidy(v) for v in value] if isinstance(value, (list, tuple)) else value


def _pieces(inline: Inline) -> Iterator[str]:
    text, at = inline.text, 0
    words = escape if clean(text) == text else lambda piece: escape(clean(piece))
    open_: list[tuple[Span, str]] = []
    for span in sorted(inline.spans, key=lambda s: (s.start, -s.end)):
        if not at <= span.start < span.end <= len(text):
            continue
        while open_ and open_[-1][0].end <= span.start:
            ended, closing = open_.pop()
            yield from (words(text[at : ended.end]), closing)
            at = ended.end
        yield words(text[at : span.start])
        at = span.start
        if open_ and open_[-1][0].end < span.end:
            continue
        tags = _tags(span, any([s.kind is SpanKind.LINK for s, _ in open_]))
        if tags:
            yield tags[0]
            open_.append((span, tags[1]))
    for ended, closing in reversed(open_):
        yield from (words(text[at : ended.end]), closing)
        at = ended.end
    yield words(text[at:])


def _tags(span: Span, linked: bool) -> tuple[str, str] | None:
    """The opening and closing tag of a span; None where it has none (quotation marks are characters of the text)."""
    if span.kind is SpanKind.LINK:
        href = None if linked else address(span.href)
        return (f'<a href="{escape(href)}" {OUTWARD}>', "</a>") if href else None
    name = TAGS.get(span.kind)
    return (f"<{name}>", f"</{name}>") if name else None
