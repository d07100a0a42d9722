"""Article -> Translation: the ladder.

    article ─parts─> passages ─split─> segments ─protect─> texts ─memory, else engine─> hypotheses
            ─restore─> ─terms─> ─mend─> ─typeset─> ─check─> renderings ─unify─> ─verdict─> Translation

An engine translates an article whole. A sentence that fails a check is first repaired inside the same engine (decoded
differently, without marks, in smaller units). If the article still falls short, all of it goes to the next engine of the
ladder: engines are never mixed inside one article, for that is how one term comes out two ways. What the best engine
leaves over stands as the source's sentence, marked as such, or the article is held (``decide.verdict``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from babelwire import check, decide, glossary
from babelwire.errors import EngineError, PairError
from babelwire.glossary import Glossary
from babelwire.model import (
    Article,
    BlockKind,
    Context,
    EngineKind,
    Hypothesis,
    Inline,
    Issue,
    Licence,
    Markup,
    Origin,
    Pair,
    Passage,
    Rendering,
    Segment,
    Severity,
    Span,
    SpanKind,
    Task,
    Term,
    Translation,
    Verdict,
    join,
    short_hash,
)
from babelwire.seams import TranslationEngine
from babelwire.text import inline, language, segment, typography

#: Sentences shown of an article whose licence is "excerpt"; no more than this is translated.
EXCERPT_BLOCKS = 2
#: Where a sentence may be cut to be translated in smaller units: the mark stays with the clause before it.
CLAUSE = re.compile(r"(?<=[;:])\s+|\s+[–—-]\s+|(?<=[»”])\s+(?=\w)")
SHORTEST_CLAUSE = 12  #: letters; anything shorter says too little to be translated alone


EMPTY = Glossary()


class Memory(Protocol):
    """What of the store this room uses."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, tuple[str, float | None]]: ...

    def remember(self, items: Mapping[str, tuple[str, float | None]], now: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A segment at its place, on its way through an engine."""

    place: str
    segment: Segment
    terms: tuple[Term, ...] = ()
    done: Rendering | None = None  #: nothing to ask: a copy, or a person's wording


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What one engine made of the article."""

    engine: TranslationEngine
    renderings: list[Rendering]
    learnt: dict[str, tuple[str, float | None]] = field(default_factory=dict)  #: for the memory, by key

    @property
    def blocked(self) -> int:
        """Letters in sentences that failed a check."""
        return sum(len(r.source.text) for r in self.renderings if r.blocked)

    @property
    def failed(self) -> list[Rendering]:
        return [r for r in self.renderings if r.blocked]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translator:
    """Engines, memory and glossary put together. Shared by threads; keeps no state of its own."""

    ladder: Callable[[Pair], Sequence[TranslationEngine]]  #: engines for a pair, best first
    memory: Memory
    glossary: Glossary = EMPTY
    quality: Callable[[str, Pair], float | None] = lambda engine, pair: None  #: measured chrF on news text
    bar: Callable[[Pair, float | None], decide.Bar] = lambda pair, score: decide.Bar()

    def translate(self, task: Task, now: datetime) -> Translation:
        """The article of a task in its edition's language, with a verdict.

        Raises PairError when no engine serves the pair, EngineError when none could be reached.
        """
        article = task.revision.article
        pair = Pair(language.base(article.language), language.base(task.language))
        if pair.source == pair.target:
            return _untranslated(task, pair, now)
        units = self._units(article, pair, task.previous)
        attempt, tried = self._climb(units, pair, article.language, task.language)
        return self._finish(task, pair, units, attempt, tried, now)

    def _units(self, article: Article, pair: Pair, previous: Translation | None) -> list[Unit]:
        """The article's sentences; what a person has worded before and the source has not changed stays."""
        human = {
            r.source.text: r for p in (previous.passages if previous else ()) for r in p.renderings if r.origin is Origin.HUMAN
        }  # fmt: skip
        units = []
        for place, part in shown(article):
            marked = inline.quotations(part, article.language)
            for piece in segment.split(marked, article.language):
                terms = tuple(f.term for f in self.glossary.find(piece.text, pair))
                done = human.get(piece.text)
                if done is not None:
                    done = replace(done, source=piece)
                elif not _letters(piece.inline):
                    done = Rendering(source=piece, target=piece.inline, origin=Origin.COPY)
                units.append(Unit(place=place, segment=piece, terms=terms, done=done))
        return units

    def _climb(self, units: Sequence[Unit], pair: Pair, source: str, target: str) -> tuple[Attempt, list[str]]:
        """The first engine whose answer passes, else the one with the least that does not; and what was tried before it."""
        best: Attempt | None = None
        tried: list[str] = []
        last: EngineError | None = None
        for engine in self.ladder(pair):
            try:
                attempt = self._ask(engine, units, pair, source, target)
            except EngineError as error:
                tried.append(str(error))
                last = error
                continue
            if best is None or attempt.blocked < best.blocked:
                best = attempt
            if not attempt.failed:
                break
            tried.append(f"{engine.id}: {len(attempt.failed)} of {len(units)} sentences failed a check")
        if best is None:
            raise last or PairError("no engine", f"nobody here translates {pair}; see `babelwire engines` and [pairs]", pair=str(pair))
        return best, tried

    def _ask(self, engine: TranslationEngine, units: Sequence[Unit], pair: Pair, source: str, target: str) -> Attempt:
        """One engine's rendering of all units: memory first, one batch for the rest, then repairs."""
        work = _Work(engine, pair, source, target, self.glossary)
        prepared = [None if u.done else work.protect(u) for u in units]
        keys = [work.key(u, p) if p else "" for u, p in zip(units, prepared, strict=True)]
        known = self.memory.recall([k for k in keys if k])
        texts = list(dict.fromkeys(p.text for k, p in zip(keys, prepared, strict=True) if p and k not in known))
        terms = tuple(dict.fromkeys(t for u in units for t in u.terms))
        answers = dict(zip(texts, engine.translate(texts, pair, Context(terms=terms)), strict=True)) if texts else {}
        attempt = Attempt(engine=engine, renderings=[])
        for unit, ready, key in zip(units, prepared, keys, strict=True):
            if ready is None:
                assert unit.done is not None
                attempt.renderings.append(unit.done)
                continue
            if key in known:
                text, score = known[key]
                hypothesis, origin = Hypothesis(text=text, score=score), Origin.MEMORY
            else:
                hypothesis, origin = answers[ready.text], Origin.ENGINE
            rendering = work.render(unit, ready, hypothesis, origin)
            attempt.renderings.append(rendering)
            if origin is Origin.ENGINE and not rendering.blocked:
                attempt.learnt[key] = (hypothesis.text, hypothesis.score)
        self._repair(work, units, attempt)
        attempt.renderings = _across(units, _closed(units, unify(attempt.renderings, pair), work.tags), work.tags)
        return attempt

    def _repair(self, work: _Work, units: Sequence[Unit], attempt: Attempt) -> None:
        """Second tries for sentences that failed, inside the same engine; the first that passes is taken."""
        for strategy in STRATEGIES:
            todo = [(n, units[n]) for n, r in enumerate(attempt.renderings) if r.blocked and units[n].done is None]
            if not todo:
                return
            for n, unit in todo:
                try:
                    again = strategy(work, unit)
                except EngineError:
                    continue  # the first answer stands, with its issues
                if again is not None and not again.blocked:
                    attempt.renderings[n] = again

    def _finish(
        self, task: Task, pair: Pair, units: Sequence[Unit], attempt: Attempt, tried: Sequence[str], now: datetime
    ) -> Translation:  # fmt: skip
        """Set what failed back to the original, speak the verdict, remember what passed."""
        renderings = [
            replace(r, target=r.source.inline, origin=Origin.ORIGINAL) if r.blocked and u.place != "headline" else r
            for u, r in zip(units, attempt.renderings, strict=True)
        ]
        passages = _passages(units, renderings)
        score = self.quality(attempt.engine.id, pair)
        bar = self.bar(pair, score)
        verdict, reason = decide.verdict(passages, bar)
        if verdict is not Verdict.HOLD and attempt.learnt:
            self.memory.remember(attempt.learnt, now)
        return Translation(
            key=task.revision.article.key, revision=task.revision.number, pair=Pair(task.revision.article.language, task.language),
            engine=attempt.engine.id, engine_kind=attempt.engine.kind, passages=passages, made=now, verdict=verdict, reason=reason,
            gist=bar.gist, glossary=self.glossary.version, tried=tuple(tried),
        )  # fmt: skip


def shown(article: Article) -> list[tuple[str, Inline]]:
    """The parts that may be shown under the article's licence: only these are translated, and paid for."""
    parts = list(article.parts())
    if article.licence is Licence.FULL:
        return parts
    if article.licence is Licence.LINK:
        return [p for p in parts if p[0] == "headline"]
    first = [f"block:{n}" for n, b in enumerate(article.blocks) if b.kind is BlockKind.PARAGRAPH][:EXCERPT_BLOCKS]
    return [p for p in parts if p[0] in ("headline", "standfirst") or (p[0] in first and not article.standfirst)]


# ---------------------------------------------------------------------------------------------- one sentence


@dataclass(frozen=True, slots=True)
class _Work:
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


def _decode_differently(work: _Work, unit: Unit) -> Rendering | None:
    if work.engine.kind is EngineKind.RULES:
        return None  # rules say the same thing twice
    return work.again(unit, work.protect(unit), 1)


def _unmarked(work: _Work, unit: Unit) -> Rendering | None:
    if work.engine.markup is Markup.NONE:
        return None
    return work.again(unit, work.protect(unit, Markup.NONE), 0)


def _smaller_units(work: _Work, unit: Unit) -> Rendering | None:
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


STRATEGIES: tuple[Callable[[_Work, Unit], Rendering | None], ...] = (_decode_differently, _unmarked, _smaller_units)


# ---------------------------------------------------------------------------------------------- terms and invariants


def _closed(units: Sequence[Unit], renderings: Sequence[Rendering], tags: Pair) -> list[Rendering]:
    """Quotations that a passage of the source opens and never closes, closed before the clause that says who spoke."""
    out = list(renderings)
    for passage in _passages(units, renderings):
        if check.close(passage.source, passage.target, tags) == passage.target:
            continue
        for n, (unit, r) in enumerate(zip(units, renderings, strict=True)):
            closed = check.close(r.source.inline, r.target, tags) if unit.place == passage.place else r.target
            if closed != r.target:
                out[n] = replace(r, target=typography.fit(closed, tags.target, tags.source))
    return out


def _across(units: Sequence[Unit], renderings: Sequence[Rendering], tags: Pair) -> list[Rendering]:
    """What only shows across sentences (``check.article``), written on the last sentence of the passage it was found in."""
    out = list(renderings)
    for place, issue in check.article(_passages(units, renderings), tags):
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


# ---------------------------------------------------------------------------------------------- the small steps


def _letters(text: Inline) -> bool:
    """Is there anything to translate outside code and kept stretches?"""
    kept = [s for s in text.spans if s.kind in (SpanKind.CODE, SpanKind.KEEP)]
    return any(c.isalpha() and not any(s.start <= n < s.end for s in kept) for n, c in enumerate(text.text))


def _passages(units: Iterable[Unit], renderings: Iterable[Rendering]) -> tuple[Passage, ...]:
    places: dict[str, list[Rendering]] = {}
    for unit, rendering in zip(units, renderings, strict=True):
        places.setdefault(unit.place, []).append(rendering)
    return tuple(Passage(place=place, renderings=tuple(rs)) for place, rs in places.items())


def _untranslated(task: Task, pair: Pair, now: datetime) -> Translation:
    """An article that is in the edition's language already: carried as it is."""
    article = task.revision.article
    passages = tuple(
        Passage(place=place, renderings=(Rendering(source=Segment("", part), target=part, origin=Origin.COPY),))
        for place, part in shown(article)
    )
    return Translation(
        key=article.key, revision=task.revision.number, pair=Pair(article.language, task.language), engine="",
        engine_kind=EngineKind.NONE, passages=passages, made=now, verdict=Verdict.PUBLISH,
    )  # fmt: skip
