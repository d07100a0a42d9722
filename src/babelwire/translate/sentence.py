"""One sentence through one engine: protect, ask, restore, terms, mend, typeset, check; and the repairs when a check fails.

Repairs stay inside the engine: decoded differently, without marks, in smaller units. The first that passes is taken.
What the memory keeps is the sentence as it was before mending and typesetting, which may learn since; with the glossary's
wording in it, and with marks, whatever the engine can do with marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from msgspec import Struct

from babelwire import check, glossary
from babelwire.errors import EngineError
from babelwire.glossary import Found, Glossary
from babelwire.model import (
    Context,
    EngineKind,
    Hypothesis,
    Inline,
    Issue,
    Markup,
    Origin,
    Pair,
    Purpose,
    Remembered,
    Rendering,
    Segment,
    Severity,
    SpanKind,
    Term,
    join,
    replace,
    short_hash,
)
from babelwire.seams import TranslationEngine
from babelwire.text import inline, typography

#: Where a sentence may be cut to be translated in smaller units: the mark stays with the clause before it.
CLAUSE = re.compile(r"(?<=[;:])\s+|\s+[–—-]\s+|(?<=[»”])\s+(?=\w)")
SHORTEST_CLAUSE = 12  #: letters; anything shorter says too little to be translated alone
NOBODY = Purpose()


class Unit(Struct, frozen=True, kw_only=True):
    """A segment at its place, on its way through an engine."""

    place: str
    segment: Segment
    found: tuple[Found, ...] = ()  #: the glossary's terms in it
    done: Rendering | None = None  #: nothing to ask: a copy, or a person's wording

    @property
    def terms(self) -> tuple[Term, ...]:
        return tuple(dict.fromkeys(f.term for f in self.found))


class Ready(Struct, frozen=True, kw_only=True):
    """A unit as the engine is to see it, and as the memory knows it."""

    unit: Unit
    given: inline.Protected  #: for the engine, with the glossary's marks if it carries marks
    base: inline.Protected  #: for the memory: markers whatever the engine is, none of the glossary's
    keys: tuple[str, ...]  #: memory keys: of people's and other tools' wording, of this engine's

    @property
    def own(self) -> str:
        """The key of what this engine says."""
        return self.keys[-1]


class Made(Struct, frozen=True):
    """A rendering, and what the memory may keep of it."""

    rendering: Rendering
    memo: Remembered


def memory_key(source: str, pair: Pair, engine: str, terms: Sequence[Term]) -> str:
    """The memory key: the source's text with its marks, pair, engine and version, the glossary's terms that occur in it."""
    return short_hash(source, str(pair), engine, *glossary.signature(terms))


@dataclass(frozen=True, slots=True)
class Work:
    """An engine, a pair and what is needed to bring one sentence through them."""

    engine: TranslationEngine
    pair: Pair
    source: str  #: full tags
    target: str
    glossary: Glossary
    purpose: Purpose = NOBODY

    @property
    def tags(self) -> Pair:
        """The pair with script and region, which checks and typography look at; engines serve base languages."""
        return Pair(self.source, self.target)

    def ready(self, unit: Unit) -> Ready:
        base = inline.protect(unit.segment.inline, Markup.NATIVE)
        keys = tuple(memory_key(base.text, self.pair, engine, unit.terms) for engine in ("", self.engine.id))
        same = self.engine.markup is Markup.NATIVE and not unit.found
        return Ready(unit=unit, given=base if same else self.protect(unit.segment.inline), base=base, keys=keys)

    def protect(self, text: Inline, markup: Markup | None = None) -> inline.Protected:
        """With the glossary's terms marked: kept ones, and those that are to be found again in the answer."""
        return inline.protect(self.glossary.mark(text, self.pair), markup or self.engine.markup)

    def answered(self, ready: Ready, answers: Mapping[str, Hypothesis], origin: Origin = Origin.ENGINE) -> Made:
        """From an engine's answers (``ask``) to a checked, typeset sentence."""
        return self.finish(ready, _restored(ready.given, answers), answers[ready.given.text], origin)

    def recalled(self, ready: Ready, known: Mapping[str, Remembered]) -> Made | None:
        """The sentence from the memory, if what is there passes the checks of today."""
        for key in ready.keys:
            if key in known:
                hypothesis = Hypothesis(text=known[key].target, score=known[key].score)
                made = self.finish(ready, inline.restore(ready.base, hypothesis, search=False), hypothesis, Origin.MEMORY)
                if not made.rendering.blocked:
                    return made
        return None

    def finish(self, ready: Ready, restored: inline.Restored, hypothesis: Hypothesis, origin: Origin) -> Made:
        unit, source = ready.unit, ready.unit.segment.inline
        said = glossary.apply(restored.inline, source.text, unit.found, self.target)
        target = typography.fit(check.mend(source, said, self.tags), self.target, self.source)
        issues = check.segment(source, target, self.tags, score=hypothesis.score, unknown=hypothesis.unknown, terms=unit.terms)
        rendering = Rendering(
            source=unit.segment, target=target, origin=origin, engine=self.engine.id, score=hypothesis.score,
            issues=(*issues, *_astray(restored)),
        )  # fmt: skip
        memo = Remembered(
            source=ready.base.text, target=inline.carry(ready.base, said), pair=self.pair, engine=self.engine.id, score=hypothesis.score
        )
        return Made(rendering, memo)

    def ask(self, ready: Sequence[Ready], context: Context) -> dict[str, Hypothesis]:
        """The engine's answers by text, each asked once, in one batch; and in a second one the words of links and terms by
        themselves, where they have to be found again (``Protected.alone``). Raises EngineError."""
        answers = self._batch((r.given.text for r in ready), context)
        apart = (w for r in ready for w in r.given.alone if any(map(str.isalpha, w)) and w not in answers[r.given.text].text)
        with suppress(EngineError):  # then they are looked for in other ways
            answers |= self._batch((w for w in apart if w not in answers), replace(context, terms=()))
        return answers

    def _batch(self, texts: Iterable[str], context: Context) -> dict[str, Hypothesis]:
        once = list(dict.fromkeys(texts))
        asked = replace(context, purpose=self.purpose)
        return dict(zip(once, self.engine.translate(once, self.pair, asked), strict=True)) if once else {}

    def again(self, ready: Ready, retry: int) -> Made:
        return self.answered(ready, self.ask([ready], Context(terms=ready.unit.terms, retry=retry)), Origin.REPAIR)


def _restored(given: inline.Protected, answers: Mapping[str, Hypothesis]) -> inline.Restored:
    return inline.restore(given, answers[given.text], [answers[w].text if w in answers else "" for w in given.alone])


def _astray(restored: inline.Restored) -> Iterator[Issue]:
    """Links whose words cannot be found in the answer. One that stands where it was only guessed leads readers astray."""
    guessed = (restored.inline.text[s.start : s.end] for s in restored.guessed)
    notes = (*(f"{text!r} was lost" for text in restored.lost), *(f"the place of a link could only be guessed: {g!r}" for g in guessed))
    yield from (Issue(kind="links", severity=Severity.MAJOR, note=note, mqm="markup") for note in notes)


# ---------------------------------------------------------------------------------------------- repairs


def _decode_differently(work: Work, ready: Ready) -> Made | None:
    if work.engine.kind is EngineKind.RULES:
        return None  # rules say the same thing twice
    return work.again(ready, 1)


def _unmarked(work: Work, ready: Ready) -> Made | None:
    if work.engine.markup is Markup.NONE:
        return None
    bare = work.protect(ready.unit.segment.inline, Markup.NONE)
    if bare.text == ready.given.text and work.engine.kind is EngineKind.RULES:
        return None  # it had no marks, and this is what was asked
    return work.again(replace(ready, given=bare), 0)


def _smaller_units(work: Work, ready: Ready) -> Made | None:
    """Translate the clauses of a sentence one by one and join them again."""
    pieces = list(_clauses(ready.unit.segment.inline))
    if len(pieces) < 2:
        return None
    parts = [replace(ready, given=work.protect(piece)) for _, piece in pieces]
    answers = work.ask(parts, Context(terms=ready.unit.terms))
    restored = [_restored(p.given, answers) for p in parts]
    if any(r.guessed for r in restored):
        return None
    whole = join((gap, r.inline) for (gap, _), r in zip(pieces, restored, strict=True))
    lost = tuple(text for r in restored for text in r.lost)
    return work.finish(ready, inline.Restored(inline=whole, lost=lost), Hypothesis(text=whole.text), Origin.REPAIR)


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


STRATEGIES: tuple[Callable[[Work, Ready], Made | None], ...] = (_decode_differently, _unmarked, _smaller_units)


def letters(text: Inline) -> bool:
    """Is there anything to translate outside code and kept stretches?"""
    kept = [s for s in text.spans if s.kind in (SpanKind.CODE, SpanKind.KEEP)]
    if not kept:
        return any(map(str.isalpha, text.text))
    return any(c.isalpha() and not any(s.start <= n < s.end for s in kept) for n, c in enumerate(text.text))
