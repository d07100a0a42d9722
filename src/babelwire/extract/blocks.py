"""A page's own tree -> blocks with marked stretches: what kind each is, what it links to, where it stands.

Hand-written since no library keeps all of it: trafilatura gives captions as paragraphs, readability flattens lists, none
keeps ``translate="no"``. Which of these blocks are the article is decided elsewhere (``body``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from babelwire.extract.page import Element
from babelwire.model import Block, BlockKind, Inline, Span, SpanKind, replace
from babelwire.text import address
from babelwire.text.clean import fold, lines

BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html",
    "li", "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "ul", "caption", "legend", "optgroup", "option",
))  # fmt: skip
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
MARKS = {
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), SpanKind.EMPHASIS),
    **dict.fromkeys(("strong", "b"), SpanKind.STRONG),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), SpanKind.CODE),
}
CAPTION_CLASS = re.compile(
    r"caption(?!s?[-_]?(?:less|toggle|button))|(?:image|photo|picture|media|foto|img)[-_]*(?:credit|desc|text|legend|title)|legende",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[.!?…:。！？؟][\"'”’»)\]]*\s*$")
LISTS = frozenset(("ul", "ol", "menu", "dir", "dl"))
CHANGING = frozenset((*HEADINGS, *LISTS, "blockquote", "li", "dd", "dt", "nav", "aside", "footer"))
CAPTIONING = frozenset(("div", "p", "span", "small", "cite", "figcaption", "li", "td", "header", "footer", "aside"))
CAPTIONED = frozenset(("figure", "figcaption", "caption"))
IMAGES = frozenset(("img", "amp-img"))
MAX_DEPTH = 240
MAX_BLOCKS = 20_000


class Found(Struct):
    """A block of the page, and what is needed to judge it. Links are as the page writes them until ``resolved``."""

    block: Block
    element: Element  #: what it was read from
    caption: bool = False  #: stands in a figure, or in what calls itself a caption
    aside: bool = False  #: in a navigation, an aside or a footer
    words: tuple[str, ...] = ()
    linked: float = 0.0  #: share of its letters that are links
    _shingles: frozenset[tuple[str, ...]] | None = None

    @property
    def text(self) -> str:
        return self.block.inline.text

    @property
    def place(self) -> tuple[str, ...]:
        """In what kind of containers it stands: blocks of one article mostly agree in it."""
        parent = self.element.getparent()
        above = parent.getparent() if parent is not None else None
        return tuple(f"{e.tag}.{e.get('class') or ''}" for e in (parent, above) if e is not None)

    @property
    def shingles(self) -> frozenset[tuple[str, ...]]:
        """Its runs of four words."""
        if self._shingles is None:
            self._shingles = shingles(self.words)
        return self._shingles


#: A word, or one sign of a script that writes without spaces: there a run of signs is no unit.
SIGNS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{SIGNS}]|[^\W{SIGNS}]+")
PLAIN_WORD = re.compile(r"\w+")
HAS_SIGNS = re.compile(f"[{SIGNS}]")


CACHED = 1_000  #: letters; a page's lines are asked for by each library that has an opinion of them


@lru_cache(maxsize=4096)
def is_caption_class(names: str) -> bool:
    """Does what has these classes call itself a caption? Kept, since the paragraphs of a page share theirs."""
    return CAPTION_CLASS.search(names) is not None


def words(text: str) -> tuple[str, ...]:
    """The words by which texts are compared."""
    return _cached_words(text) if len(text) <= CACHED else _words(text)


def _words(text: str) -> tuple[str, ...]:
    pattern = PLAIN_WORD if text.isascii() or not HAS_SIGNS.search(text) else WORD
    return tuple(pattern.findall(text))


_cached_words = lru_cache(maxsize=4096)(_words)


def shingles(of: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """All runs of four words; of fewer, that one run."""
    if len(of) <= 4:
        return frozenset((tuple(of),)) if of else frozenset()
    return frozenset(zip(of, of[1:], of[2:], of[3:], strict=False))


def walk(root: Element) -> tuple[list[Found], list[tuple[int, Element]]]:
    """All blocks of an element in the order of the page, and its images, each with how many blocks stand before it."""
    walker = Walker()
    walker.enter(root, State(), 0)
    walker.flush()
    return walker.found, walker.images


def inline(element: Element, base: str) -> Inline:
    """An element's whole text with its marked stretches, as one run."""
    return resolved(_joined(element), base)


def resolved(text: Inline, base: str) -> Inline:
    """With absolute links; those that lead nowhere we would follow are text."""
    if not any(s.kind is SpanKind.LINK for s in text.spans):
        return text
    spans = []
    for span in text.spans:
        href = address.join(base, span.href) if span.href is not None else None
        if span.kind is not SpanKind.LINK or href:
            spans.append(replace(span, href=href))
    return Inline(text.text, tuple(spans))


def _joined(element: Element) -> Inline:
    text, spans = "", []
    for one in walk(element)[0]:
        at = len(text) + bool(text)
        text += f"{' ' if text else ''}{one.text}"
        spans += [replace(s, start=s.start + at, end=s.end + at) for s in one.block.inline.spans]
    return Inline(text, tuple(spans))


class State(Struct, frozen=True):
    """Where the walk is. Not changed: who is elsewhere has another."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    ordered: bool = False
    caption: bool = False
    aside: bool = False
    lists: int = 0


class Open(Struct):
    """A marked stretch that has begun and not ended."""

    start: int
    kind: SpanKind
    href: str | None


class Walker:
    """Collects text until a block ends. Its methods run on every element of a page: they are written to be fast."""

    def __init__(self) -> None:
        self.found: list[Found] = []
        self.images: list[tuple[int, Element]] = []
        self.pieces: list[str] = []
        self.length = 0
        self.breaks = 0
        self.spans: list[Span] = []
        self.open: list[Open] = []
        self.state = State()
        self.element: Element = None

    def add(self, text: str) -> None:
        """More text of the present block; white space is folded across pieces."""
        if not self.pieces and text.isspace():  # between two blocks, as most of it
            return
        piece = fold(text)
        if not piece:
            return
        if self.breaks and piece != " ":
            self._after_break()
        if piece[0] == " " and (not self.pieces or self.pieces[-1][-1] == " "):
            piece = piece[1:]
        if piece:
            self.pieces.append(piece)
            self.length += len(piece)

    def _after_break(self) -> None:
        """One break within a sentence is a space; after a sentence, or two of them: a new block."""
        if self.pieces and (self.breaks > 1 or SENTENCE_END.search("".join(self.pieces[-3:]))):
            self.flush()
        elif self.pieces and self.pieces[-1][-1] != " ":
            self.pieces.append(" ")
            self.length += 1
        self.breaks = 0

    def flush(self) -> None:
        """The present block ends; marked stretches that are open go on in the next one."""
        self.breaks = 0
        if not self.pieces:
            return
        text = "".join(self.pieces)
        spans = self.spans
        for one in self.open:
            spans.append(Span(start=one.start, end=len(text), kind=one.kind, href=one.href))
            one.start = 0
        self.pieces, self.length, self.spans = [], 0, []
        text = text.rstrip()
        if text and len(self.found) < MAX_BLOCKS:
            self._keep(Inline(text, _tidy(spans, text) if spans else ()))

    def _keep(self, text: Inline) -> None:
        state = self.state
        level = state.level if state.kind in (BlockKind.HEADING, BlockKind.ITEM) else 0
        block = Block(kind=state.kind, inline=text, level=level, ordered=state.ordered and state.kind is BlockKind.ITEM)
        linked = sum(s.end - s.start for s in text.spans if s.kind is SpanKind.LINK) / len(text.text) if text.spans else 0.0
        self.found.append(Found(block, self.element, state.caption, state.aside, words(text.text), min(linked, 1.0)))

    def enter(self, element: Element, state: State, depth: int) -> None:
        """Read an element and what is in it."""
        tag = element.tag
        if tag in BLOCKS:
            if depth < MAX_DEPTH:
                self._enter_block(element, tag, state, depth)
        elif tag == "br":
            self.breaks += 1
        elif tag in IMAGES:
            self.images.append((len(self.found), element))
        elif isinstance(tag, str) and depth < MAX_DEPTH:
            self._enter_inline(element, tag, state, depth)

    def _enter_block(self, element: Element, tag: str, state: State, depth: int) -> None:
        before, owner = self.state, self.element
        self.flush()
        inside = _inside(state, tag, element)
        self.state, self.element = inside, element
        if tag == "pre":
            self._preformatted(element, inside)
        elif tag == "table" and _is_data(element):
            self._rows(element, inside)
        else:
            self._children(element, inside, depth)
        self.flush()
        self.state, self.element = before, owner

    def _children(self, element: Element, state: State, depth: int) -> None:
        if text := element.text:
            self.add(text)
        for child in element:
            self.enter(child, state, depth + 1)
            if text := child.tail:
                self.add(text)

    def _enter_inline(self, element: Element, tag: str, state: State, depth: int) -> None:
        if tag in CAPTIONING and not state.caption and (names := element.get("class")) and is_caption_class(names):
            self._enter_block(element, "span", replace(state, caption=True, kind=BlockKind.PARAGRAPH), depth)
            return
        marks = _marks(tag, element)
        if not marks:
            self._children(element, state, depth)
            return
        if self.breaks:
            self._after_break()
        for kind, href in marks:
            self.open.append(Open(self.length, kind, href))
        self._children(element, state, depth)
        for _ in marks:
            one = self.open.pop()
            self.spans.append(Span(start=one.start, end=max(one.start, self.length), kind=one.kind, href=one.href))

    def _preformatted(self, element: Element, state: State) -> None:
        text = lines("".join(element.itertext()))
        if text.strip():
            self.state = replace(state, kind=BlockKind.CODE)
            self._keep(Inline(text))

    def _rows(self, table: Element, state: State) -> None:
        """A table of data: a block a row, cells separated by tabs."""
        for row in table.iter("tr"):
            text, spans = "", []
            for n, cell in enumerate(c for c in row if c.tag in ("td", "th")):
                read = _joined(cell)
                text += "\t" if n else ""
                spans += [replace(s, start=s.start + len(text), end=s.end + len(text)) for s in read.spans]
                text += read.text
            if text.strip():
                head = all(c.tag == "th" for c in row if c.tag in ("td", "th"))
                block = Block(kind=BlockKind.ROW, inline=Inline(text, tuple(spans)), header=head)
                self.found.append(Found(block, row, state.caption, state.aside, words(text)))


# ---------------------------------------------------------------------------------------------- the small steps


def _inside(state: State, tag: str, element: Element) -> State:
    """The state within a block element; the same one where nothing changes."""
    caption = state.caption
    if not caption:
        caption = tag in CAPTIONED or (
            tag in CAPTIONING and bool(names := element.get("class")) and is_caption_class(names) and _near_picture(element)
        )
    if tag not in CHANGING:
        return state if caption == state.caption else replace(state, caption=caption)
    kind, level, ordered, lists = state.kind, state.level, state.ordered, state.lists
    if tag in HEADINGS:
        kind, level = (kind, level) if kind is BlockKind.QUOTE else (BlockKind.HEADING, HEADINGS[tag])
    elif tag == "blockquote":
        kind = BlockKind.QUOTE
    elif tag in LISTS:
        lists, ordered = lists + 1, tag == "ol"
    elif tag in ("li", "dd", "dt") and kind is not BlockKind.QUOTE:
        kind, level = BlockKind.ITEM, max(0, lists - 1)
    return State(kind, level, ordered, caption, state.aside or tag in ("nav", "aside", "footer"), lists)


def _near_picture(element: Element) -> bool:
    """Does what calls itself a caption stand in or beside a picture or a player?"""
    near = element
    for _ in range(3):
        if near is None or near.tag in ("body", "article", "main"):
            return False
        if next(near.iter("img", "picture", "figure"), None) is not None:
            return len("".join(element.itertext())) < 1_500
        near = near.getparent()
    return len(words("".join(element.itertext()))) <= 80


def _marks(tag: str, element: Element) -> list[tuple[SpanKind, str | None]]:
    marks: list[tuple[SpanKind, str | None]] = []
    if tag in MARKS:
        marks.append((MARKS[tag], None))
    elif tag == "a" and (href := element.get("href")) and not href.startswith("#"):
        marks.append((SpanKind.LINK, href))
    if element.get("translate") == "no" or "notranslate" in (element.get("class") or ""):
        marks.append((SpanKind.KEEP, None))
    return marks


def _tidy(spans: list[Span], text: str) -> tuple[Span, ...]:
    """Spans without white space at their ends, none empty, none twice, outer before inner."""
    kept: dict[tuple[int, int, SpanKind], Span] = {}
    for span in spans:
        start, end = span.start, min(span.end, len(text))
        while start < end and text[start] == " ":
            start += 1
        while end > start and text[end - 1] == " ":
            end -= 1
        if end > start:
            same = start == span.start and end == span.end
            kept.setdefault((start, end, span.kind), span if same else replace(span, start=start, end=end))
    return tuple(sorted(kept.values(), key=lambda s: (s.start, -s.end)))


def _is_data(table: Element) -> bool:
    """A table of data has several rows of several cells, and no paragraphs or tables in them; others are page layout."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return False
    sizes = [sum(c.tag in ("td", "th") for c in row) for row in table.iter("tr")]
    if len(sizes) < 2 or max(sizes) < 2:
        return False
    cells = [c for c in table.iter("td", "th")]
    return not any(len(list(c.iter("p", "div", "ul", "ol", "h2", "h3"))) > 2 for c in cells)
