"""One sentence through one engine: protect, ask, restore, terms, mend, typeset, check; and the repairs when a check fails.

Repairs stay inside the engine: decoded differently, without marks, in smaller units. The first that passes is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from babelwire import check, glossary
from babelwire.glossary import Glossary
from babelwire.model import (
    Context,
    EngineKind,
    Hypothesis,
    Inline,
    Issue,
    Markup,
    Origin,
    Pair,
    Rendering,
    Segment,
    Severity,
    SpanKind,
    Term,
    join,
    short_hash,
)
from babelwire.seams import TranslationEngine
from babelwire.text import inline, typography

#: Where a sentence may be cut to be translated in smaller units: the mark stays with the clause before it.
CLAUSE = re.compile(r"(?<=[;:])\s+|\s+[–—-]\s+|(?<=[»”])\s+(?=\w)")
SHORTEST_CLAUSE = 12  #: letters; anything shorter says too little to be translated alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A segment at its place, on its way through an engine."""

    place: str
    segment: Segment
    terms: tuple[Term, ...] = ()
    done: Rendering | None = None  #: nothing to ask: a copy, or a person's wording


@dataclass(frozen=True, slots=True)
class Work:
    """An engine, a pair and what is needed to bring one sentence through them."""

    engine: TranslationEngine
    pair: Pair
    source: str  #: full tags
    target: str
    glossary: Glossary

    @property
    def tags(self) -> Pair:
        """The pair with script and region, which checks and typography look at; engines serve base languages."""
        return Pair(self.source, self.target)

    def protect(self, unit: Unit, markup: Markup | None = None) -> inline.Protected:
        marked = self.glossary.mark(unit.segment.inline, self.pair, native=self.engine.markup is Markup.NATIVE)
        return inline.protect(marked, markup or self.engine.markup)

    def key(self, unit: Unit, ready: inline.Protected) -> str:
        """The memory key: source text with its marks, pair, engine and version, terms that occur in it."""
        return short_hash(ready.text, str(self.pair), self.engine.id, *(f"{t.source}={t.target}" for t in unit.terms))

    def render(self, unit: Unit, ready: inline.Protected, hypothesis: Hypothesis, origin: Origin) -> Rendering:
        """From an engine's answer to a checked, typeset sentence."""
        return self.finish(unit, inline.restore(ready, hypothesis), hypothesis, origin)

    def finish(self, unit: Unit, restored: inline.Restored, hypothesis: Hypothesis, origin: Origin) -> Rendering:
        source = unit.segment.inline
        target = glossary.apply(restored.inline, unit.terms, self.target)
        target = typography.fit(check.mend(source, target, self.tags), self.target, self.source)
        issues = check.segment(source, target, self.tags, score=hypothesis.score, unknown=hypothesis.unknown, terms=unit.terms)
        lost = tuple(Issue(kind="links", severity=Severity.MAJOR, note=f"{text!r} was lost", mqm="markup") for text in restored.lost)
        return Rendering(
            source=unit.segment, target=target, origin=origin, engine=self.engine.id, score=hypothesis.score, issues=(*issues, *lost)
        )

    def again(self, unit: Unit, ready: inline.Protected, retry: int) -> Rendering:
        hypothesis = self.engine.translate([ready.text], self.pair, Context(terms=unit.terms, retry=retry))[0]
        return self.render(unit, ready, hypothesis, Origin.REPAIR)


def _decode_differently(work: Work, unit: Unit) -> Rendering | None:
    if work.engine.kind is EngineKind.RULES:
        return None  # rules say the same thing twice
    return work.again(unit, work.protect(unit), 1)


def _unmarked(work: Work, unit: Unit) -> Rendering | None:
    if work.engine.markup is Markup.NONE:
        return None
    return work.again(unit, work.protect(unit, Markup.NONE), 0)


def _smaller_units(work: Work, unit: Unit) -> Rendering | None:
    """Translate the clauses of a sentence one by one and join them again."""
    pieces = list(_clauses(unit.segment.inline))
    if len(pieces) < 2:
        return None
    ready = [inline.protect(p, work.engine.markup) for _, p in pieces]
    answers = work.engine.translate([r.text for r in ready], work.pair, Context(terms=unit.terms))
    restored = [inline.restore(r, h) for r, h in zip(ready, answers, strict=True)]
    whole = join((gap, r.inline) for (gap, _), r in zip(pieces, restored, strict=True))
    lost = tuple(text for r in restored for text in r.lost)
    return work.finish(unit, inline.Restored(inline=whole, lost=lost), Hypothesis(text=whole.text), Origin.REPAIR)


def _clauses(text: Inline) -> Iterator[tuple[str, Inline]]:
    """The parts of a sentence between semicolons, colons, dashes and quotations, each with the gap before it."""
    at = 0
    gap = ""
    for found in CLAUSE.finditer(text.text):
        if any(s.start < found.end() and found.start() < s.end for s in text.spans if s.kind is not SpanKind.QUOTATION):
            continue
        if found.start() - at < SHORTEST_CLAUSE:
            continue
        yield gap, text.cut(at, found.start())
        gap, at = found.group(), found.end()
    yield gap, text.cut(at, len(text.text))


STRATEGIES: tuple[Callable[[Work, Unit], Rendering | None], ...] = (_decode_differently, _unmarked, _smaller_units)


def letters(text: Inline) -> bool:
    """Is there anything to translate outside code and kept stretches?"""
    kept = [s for s in text.spans if s.kind in (SpanKind.CODE, SpanKind.KEEP)]
    return any(c.isalpha() and not any(s.start <= n < s.end for s in kept) for n, c in enumerate(text.text))
