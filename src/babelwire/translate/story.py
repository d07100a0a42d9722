"""What holds across the sentences of an article: quotations that close, one rendering of what is said more than once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from babelwire import check, glossary
from babelwire.model import Inline, Origin, Pair, Passage, Rendering, Span, SpanKind, replace
from babelwire.text import inline, typography
from babelwire.text.quotes import MARKS
from babelwire.translate.sentence import Unit

_MARK = re.compile(f"[{re.escape(MARKS)}]")
#: What may stand at the edges of a quoted phrase without being part of it.
EDGES = "«»“”„\"'‘’‹›「」 \u00a0\u202f.,;:!?…"


def passages(units: Iterable[Unit], renderings: Iterable[Rendering]) -> tuple[Passage, ...]:
    places: dict[str, list[Rendering]] = {}
    for unit, rendering in zip(units, renderings, strict=True):
        places.setdefault(unit.place, []).append(rendering)
    return tuple(Passage(place=place, renderings=tuple(rs)) for place, rs in places.items())


def closed(units: Sequence[Unit], renderings: Sequence[Rendering], tags: Pair) -> list[Rendering]:
    """Quotations that a passage of the source opens and never closes, closed before the clause that says who spoke."""
    out = list(renderings)
    for passage in passages(units, renderings):
        if not any(_MARK.search(r.source.text) for r in passage.renderings):
            continue
        whole = passage.target
        if check.close(passage.source, whole, tags) == whole:
            continue
        for n, (unit, r) in enumerate(zip(units, renderings, strict=True)):
            closed = check.close(r.source.inline, r.target, tags) if unit.place == passage.place else r.target
            if closed != r.target:
                out[n] = replace(r, target=typography.fit(closed, tags.target, tags.source))
    return out


def across(units: Sequence[Unit], renderings: Sequence[Rendering], tags: Pair) -> list[Rendering]:
    """What only shows across sentences (``check.article``), written on the last sentence of the passage it was found in."""
    out = list(renderings)
    for place, issue in check.article(passages(units, renderings), tags):
        last = max(n for n, u in enumerate(units) if u.place == place)
        out[last] = replace(out[last], issues=(*out[last].issues, issue))
    return out


def unify(renderings: Sequence[Rendering], pair: Pair) -> list[Rendering]:
    """One rendering for a phrase that is quoted more than once in the article: a person's, else the first one that passed.

    Quotations of source and target correspond in order where a sentence has as many of one as of the other; elsewhere
    nothing is touched (and ``check.quotes`` has said so). Another inflection of the same words is the same rendering; what
    holds a link or other marks is left alone.
    """
    chosen: dict[str, _Quoted] = {}
    for rendering in sorted(renderings, key=lambda r: r.origin is not Origin.HUMAN):
        for quoted in () if rendering.blocked or rendering.origin is Origin.COPY else _quotations(rendering, pair):
            chosen.setdefault(quoted.phrase, quoted)
    return [r if r.origin in (Origin.HUMAN, Origin.COPY) else _unified(r, chosen, pair) for r in renderings]


class _Quoted(Struct, frozen=True):
    """A phrase between quotation marks in the source, and where its wording stands in the target, without edges."""

    phrase: str  #: small letters
    capital: bool  #: does it begin with a capital in the source?
    start: int
    end: int
    wording: str


def _quotations(rendering: Rendering, pair: Pair) -> list[_Quoted]:
    source = rendering.source.inline
    mine = _marked(source)
    if not mine:
        return []
    target = inline.quotations(rendering.target, pair.target)
    theirs = _marked(target)
    out = []
    for a, b in zip(mine, theirs, strict=True) if len(mine) == len(theirs) else ():
        phrase = source.text[a.start : a.end].strip(EDGES)
        start, end = _core(target.text, b.start, b.end)
        if len(phrase.split()) > 1 and start < end:
            out.append(_Quoted(phrase.casefold(), phrase[0].isupper(), start, end, target.text[start:end]))
    return out


def _unified(rendering: Rendering, chosen: Mapping[str, _Quoted], pair: Pair) -> Rendering:
    text = rendering.target
    for mine in reversed(_quotations(rendering, pair)):
        wanted = chosen.get(mine.phrase)
        inside = any(mine.start <= s.start and s.end <= mine.end for s in text.spans if s.kind is not SpanKind.QUOTATION)
        if wanted is None or inside or _same_words(wanted.wording, mine.wording, pair.target):
            continue
        text = text.replaced(mine.start, mine.end, _as_begun(wanted, mine))
    return rendering if text is rendering.target else replace(rendering, target=text)


def _as_begun(wanted: _Quoted, mine: _Quoted) -> str:
    """The wording with a capital where this sentence begins with it and the other did not, and the other way round."""
    if mine.capital == wanted.capital:
        return wanted.wording
    first = wanted.wording[0].upper() if mine.capital else wanted.wording[0].lower()
    return first + wanted.wording[1:]


def _same_words(one: str, two: str, language: str) -> bool:
    ones, twos = one.split(), two.split()
    return len(ones) == len(twos) and all(glossary.alike(a.strip(EDGES), b.strip(EDGES), language) for a, b in zip(ones, twos, strict=True))


def _marked(text: Inline) -> list[Span]:
    return [s for s in text.spans if s.kind is SpanKind.QUOTATION]


def _core(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in EDGES:
        start += 1
    while end > start and text[end - 1] in EDGES:
        end -= 1
    return start, end
