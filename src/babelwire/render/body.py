"""The text of an article as HTML, each unit beside its original.

Written in Python and not in a template because lists nest and sentences need marks of their own; everything that comes
from outside passes ``markup.html`` or an escape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from babelwire.model import BlockKind, Inline, Origin, Rendering, join
from babelwire.render import markup
from babelwire.render.locale import Locale, direction
from babelwire.render.shown import Line, Shown, Unit

EMPTY = Markup("")
DEEPEST = 4  #: levels of lists


@dataclass(frozen=True, slots=True)
class Side:
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
            yield Markup('<span class="kept" {}>{}</span>').format(original(self.shown), markup.html(cell)) if left else markup.html(cell)


def text(shown: Shown, locale: Locale) -> Markup:
    """All units, in order."""
    return EMPTY.join(_unit(unit, level, shown, locale) for unit, level in _levels(shown.units))


def sentences(line: Line, shown: Shown, locale: Locale) -> Markup:
    """A line as the edition shows it; a sentence left in the original is marked, in words and by its language."""
    if not shown.translated or not any(_left(r) for r in line.renderings):
        return markup.html(target(line))
    pieces = []
    for n, rendering in enumerate(line.renderings):
        pieces.append(Markup("{}").format(rendering.source.gap))
        pieces.append(_kept(rendering.target, n, line.renderings, shown, locale) if _left(rendering) else markup.html(rendering.target))
    return EMPTY.join(pieces)


def target(line: Line) -> Inline:
    return join((r.source.gap, r.target) for r in line.renderings)


def original(shown: Shown) -> Markup:
    """The attributes of a stretch in the article's own language: not to be translated again, not to be quoted by searches."""
    language = shown.publication.article.language
    return Markup('lang="{}" dir="{}" translate="no"').format(language, direction(language))


def tag(unit: Unit, level: int, side: Side, attributes: Markup) -> Markup:
    """A unit with one of its two texts. The original of a heading is a paragraph: an outline has each heading once."""
    if unit.kind is BlockKind.ITEM:
        return Markup("<div{}>{}</div>").format(attributes, _list(list(unit.lines), side))
    if unit.kind is BlockKind.ROW:
        return Markup('<div{} tabindex="0" role="group"><table>{}</table></div>').format(attributes, _rows(unit.lines, side))
    inner = side.words(unit.lines[0])
    if unit.kind is BlockKind.QUOTE:
        return Markup("<blockquote{}><p>{}</p></blockquote>").format(attributes, inner)
    if unit.kind is BlockKind.CODE:
        return Markup("<pre{}><code>{}</code></pre>").format(attributes, inner)
    if unit.kind is BlockKind.HEADING and side.ours:
        return Markup("<{0}{1}>{2}</{0}>").format(f"h{level}", attributes, inner)
    return Markup("<p{}>{}</p>").format(attributes, inner)


# ---------------------------------------------------------------------------------------------- the small steps


def _levels(units: Sequence[Unit]) -> Iterator[tuple[Unit, int]]:
    """Headings go down one step at a time, from h2: the page's own h1 is the headline."""
    last = 1
    for unit in units:
        if unit.kind is BlockKind.HEADING:
            last = min(max(unit.lines[0].block.level, 2), last + 1, 4)
        yield unit, last


def _unit(unit: Unit, level: int, shown: Shown, locale: Locale) -> Markup:
    ours, theirs = Side(shown, locale, True), Side(shown, locale, False)
    if not shown.translated or unit.kind is BlockKind.CODE:
        return tag(unit, level, ours, Markup(' id="p{}"').format(unit.number))
    hidden = Markup(' class="o{}" id="o{}" {} data-nosnippet').format(_heavy(unit), unit.number, original(shown))
    return Markup('<div class="u" id="p{0}">{1}{2}{3}</div>').format(
        unit.number,
        tag(unit, level, ours, Markup(' class="t" lang="{}"').format(shown.tongue)),
        _pilcrow(unit, shown, locale),
        tag(unit, level, theirs, hidden),
    )


def _heavy(unit: Unit) -> str:
    return " h" if unit.kind is BlockKind.HEADING else ""


def _pilcrow(unit: Unit, shown: Shown, locale: Locale) -> Markup:
    """The link that opens this paragraph's original: ``¶ EN``, and in words for those who listen."""
    code = shown.publication.article.language.split("-")[0].upper()
    words = locale.text("paragraph_original", n=unit.number)
    return Markup('<a class="pn" href="#o{}">¶ {}<span class="vh"> {}</span></a>').format(unit.number, code, words)


def _left(rendering: Rendering) -> bool:
    return rendering.origin is Origin.ORIGINAL


def _kept(words: Inline, n: int, renderings: Sequence[Rendering], shown: Shown, locale: Locale) -> Markup:
    """A sentence in the original, with the remark after the last of several."""
    sentence = Markup('<span class="kept" {}>{}</span>').format(original(shown), markup.html(words))
    if n + 1 < len(renderings) and _left(renderings[n + 1]):
        return sentence
    remark = locale.text("kept_mark", language=locale.language(shown.publication.article.language))
    return sentence + Markup(' <small class="why">[{}]</small>').format(remark)


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
    inner = EMPTY.join(
        Markup("<li>{}{}</li>").format(side.words(i), _list(under, side, depth + 1) if under else EMPTY) for i, under in items
    )
    return Markup("<{0}>{1}</{0}>").format(name, inner)


def _rows(lines: Sequence[Line], side: Side) -> Markup:
    return EMPTY.join(Markup("<tr>{}</tr>").format(EMPTY.join(_cells(line, side))) for line in lines)


def _cells(line: Line, side: Side) -> Iterator[Markup]:
    name = "th" if line.block.header else "td"
    return (Markup("<{0}>{1}</{0}>").format(name, cell) for cell in side.cells(line))
