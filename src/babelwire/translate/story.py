"""What holds across the sentences of an article: quotations that close, one rendering of what is said more than once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from babelwire import check
from babelwire.model import Inline, Origin, Pair, Passage, Rendering, Span, SpanKind
from babelwire.text import inline, typography
from babelwire.translate.sentence import Unit


def passages(units: Iterable[Unit], renderings: Iterable[Rendering]) -> tuple[Passage, ...]:
    places: dict[str, list[Rendering]] = {}
    for unit, rendering in zip(units, renderings, strict=True):
        places.setdefault(unit.place, []).append(rendering)
    return tuple(Passage(place=place, renderings=tuple(rs)) for place, rs in places.items())


def closed(units: Sequence[Unit], renderings: Sequence[Rendering], tags: Pair) -> list[Rendering]:
    """Quotations that a passage of the source opens and never closes, closed before the clause that says who spoke."""
    out = list(renderings)
    for passage in passages(units, renderings):
        if check.close(passage.source, passage.target, tags) == passage.target:
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
    """One rendering for a phrase that is quoted more than once in the article: the first one that passed.

    Quotations of source and target correspond in order where a sentence has as many of one as of the other; elsewhere
    nothing is touched (and ``check.quotes`` has said so).
    """
    first: dict[str, str] = {}
    out = []
    for rendering in renderings:
        source, target = _quoted(rendering.source.inline), _quoted(inline.quotations(rendering.target, pair.target))
        if rendering.origin in (Origin.HUMAN, Origin.COPY) or len(source) != len(target):
            out.append(rendering)
            continue
        text = rendering.target
        for mine, theirs in reversed(list(zip(source, target, strict=True))):
            phrase = _bare(rendering.source.text[mine.start : mine.end])
            wording = text.text[theirs.start + 1 : theirs.end - 1]
            if len(phrase.split()) < 2:
                continue
            if phrase not in first:
                if not rendering.blocked:
                    first[phrase] = wording
            elif first[phrase] != wording:
                text = text.replaced(theirs.start + 1, theirs.end - 1, first[phrase])
        out.append(replace(rendering, target=text))
    return out


def _quoted(text: Inline) -> list[Span]:
    return [s for s in text.spans if s.kind is SpanKind.QUOTATION]


def _bare(quotation: str) -> str:
    return quotation.strip("«»“”„\"'‘’‹›「」 \u00a0\u202f.,;:!?").casefold()
