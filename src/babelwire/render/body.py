"""The text of an article as HTML, each unit beside its original.

Written in Python and not in a template because lists nest and sentences need marks of their own; everything that comes
from outside passes ``markup.html`` or an escape. Put together with f-strings: ``Markup.format`` and ``Markup.join``, which look at
each piece again, were half of what a page cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from markupsafe import Markup, escape
from msgspec import Struct

from babelwire.model import BlockKind, Inline, Origin, Rendering, join
from babelwire.render import markup
from babelwire.render.locale import Locale, direction, load
from babelwire.render.shown import Line, Shown, Unit

DEEPEST = 4  #: levels of lists


class Side(Struct, frozen=True):
    """One of the two texts: the edition's, or the original."""

    shown: Shown
    locale: Locale
    ours: bool

    def words(self, line: Line) -> Markup:
        return sentences(line, self.shown, self.locale) if self.ours else markup.html(line.block.inline)

    def cells(self, line: Line) -> Iterator[Markup]:
        """A table row's cells; one that was not translated is marked cell by cell."""
        left = self.ours and self.shown.translated and any(_left(r) for r in line.renderings)
        for cell in markup.cells(target(line) if self.ours else line.block.inline):
            yield _foreign(cell, self.shown) if left else markup.html(cell)


def text(shown: Shown, locale: Locale) -> Markup:
    """All units, in order."""
    sides = Side(shown, locale, True), Side(shown, locale, False)
    return Markup("").join([_unit(unit, level, *sides) for unit, level in _levels(shown.units)])


def sentences(line: Line, shown: Shown, locale: Locale) -> Markup:
    """A line as the edition shows it; a sentence left in the original is marked, in words and by its language."""
    if not shown.translated or not any(_left(r) for r in line.renderings):
        return markup.html(target(line))
    pieces = []
    for n, rendering in enumerate(line.renderings):
        pieces.append(escape(rendering.source.gap))
        pieces.append(_kept(rendering.target, n, line.renderings, shown, locale) if _left(rendering) else markup.html(rendering.target))
    return Markup("").join(pieces)


def target(line: Line) -> Inline:
    """A line of the translation as one."""
    if any([r.target.spans for r in line.renderings]):
        return join((r.source.gap, r.target) for r in line.renderings)
    return Inline("".join([r.source.gap + r.target.text for r in line.renderings]))


def original(shown: Shown) -> Markup:
    """The attributes of a stretch in the article's own language: not to be translated again, not to be quoted by searches."""
    return _original(shown.publication.article.language)


def tag(unit: Unit, level: int, side: Side, attributes: Markup) -> Markup:
    """A unit with one of its two texts. The original of a heading is a paragraph: an outline has each heading once."""
    if unit.kind is BlockKind.ITEM:
        return Markup(f"<div{attributes}>{_list(list(unit.lines), side)}</div>")
    if unit.kind is BlockKind.ROW:
        return Markup(f'<div{attributes} tabindex="0" role="group"><table>{_rows(unit.lines, side)}</table></div>')
    inner = side.words(unit.lines[0])
    if unit.kind is BlockKind.QUOTE:
        return Markup(f"<blockquote{attributes}><p>{inner}</p></blockquote>")
    if unit.kind is BlockKind.CODE:
        return Markup(f"<pre{attributes}><code>{inner}</code></pre>")
    if unit.kind is BlockKind.HEADING and side.ours:
        return Markup(f"<h{level}{attributes}>{inner}</h{level}>")
    return Markup(f"<p{attributes}>{inner}</p>")


# ---------------------------------------------------------------------------------------------- the small steps


def _levels(units: Sequence[Unit]) -> Iterator[tuple[Unit, int]]:
    """Headings go down one step at a time, from h2: the page's own h1 is the headline."""
    last = 1
    for unit in units:
        if unit.kind is BlockKind.HEADING:
            last = min(max(unit.lines[0].block.level, 2), last + 1, 4)
        yield unit, last


def _unit(unit: Unit, level: int, ours: Side, theirs: Side) -> Markup:
    shown, n = ours.shown, unit.number
    if not shown.translated or unit.kind is BlockKind.CODE:
        return tag(unit, level, ours, Markup(f' id="p{n}"'))
    heavy = " h" if unit.kind is BlockKind.HEADING else ""
    hidden = Markup(f' class="o{heavy}" id="o{n}" {original(shown)} data-nosnippet')
    both = tag(unit, level, ours, _visible(shown.tongue)), tag(unit, level, theirs, hidden)
    return Markup(f'<div class="u" id="p{n}">{both[0]}{_pilcrow(n, shown.publication.article.language, ours.locale.tag)}{both[1]}</div>')


@lru_cache(maxsize=4096)
def _pilcrow(n: int, language: str, tag: str) -> Markup:
    """The link that opens a paragraph's original: ``¶ EN``, and in words for those who listen."""
    words = load(tag).text("paragraph_original", n=n)
    return Markup(f'<a class="pn" href="#o{n}">¶ {escape(language.split("-")[0].upper())}<span class="vh"> {words}</span></a>')


@lru_cache(maxsize=256)
def _visible(tongue: str) -> Markup:
    return Markup(f' class="t" lang="{escape(tongue)}"')


@lru_cache(maxsize=256)
def _original(language: str) -> Markup:
    return Markup(f'lang="{escape(language)}" dir="{direction(language)}" translate="no"')


def _foreign(words: Inline, shown: Shown) -> Markup:
    """Words in the article's own language."""
    return Markup(f'<span class="kept" {original(shown)}>{markup.html(words)}</span>')


def _left(rendering: Rendering) -> bool:
    return rendering.origin is Origin.ORIGINAL


def _kept(words: Inline, n: int, renderings: Sequence[Rendering], shown: Shown, locale: Locale) -> Markup:
    """A sentence in the original, with the remark after the last of several."""
    sentence = _foreign(words, shown)
    if n + 1 < len(renderings) and _left(renderings[n + 1]):
        return sentence
    remark = locale.text("kept_mark", language=locale.language(shown.publication.article.language))
    return Markup(f'{sentence} <small class="why">[{remark}]</small>')


def _list(lines: list[Line], side: Side, depth: int = 0) -> Markup:
    """Items to nested lists; an item that is deeper than the one before goes inside it."""
    name = "ol" if lines[0].block.ordered else "ul"
    items: list[tuple[Line, list[Line]]] = []
    floor = lines[0].block.level
    for line in lines:
        if items and line.block.level > floor and depth < DEEPEST:
            items[-1][1].append(line)
        else:
            items.append((line, []))
    inner = "".join([f"<li>{side.words(i)}{_list(under, side, depth + 1) if under else ''}</li>" for i, under in items])
    return Markup(f"<{name}>{inner}</{name}>")


def _rows(lines: Sequence[Line], side: Side) -> Markup:
    return Markup("".join([f"<tr>{_cells(line, side)}</tr>" for line in lines]))


def _cells(line: Line, side: Side) -> Markup:
    name = "th" if line.block.header else "td"
    return Markup("".join([f"<{name}>{cell}</{name}>" for cell in side.cells(line)]))
