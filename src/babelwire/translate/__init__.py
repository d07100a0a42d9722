"""Article -> Translation: the ladder.

    article ─parts─> passages ─split─> segments ─protect─> texts ─memory, else engine─> hypotheses
            ─restore─> ─terms─> ─mend─> ─typeset─> ─check─> renderings ─unify─> ─verdict─> Translation

An engine translates an article whole. A sentence that fails a check is first repaired inside the same engine (decoded
differently, without marks, in smaller units). If the article still falls short, all of it goes to the next engine of the
ladder: engines are never mixed inside one article, for that is how one term comes out two ways. What the best engine
leaves over stands as the source's sentence, marked as such, or the article is held (``decide.verdict``).

    __init__   the ladder: an article through its engines, best first
    orders     what a language model is not shown
    short      what becomes of it where a budget is spent: the headline
    sentence   one sentence through one engine, and the repairs
    story      what holds across sentences
    names      one way to write a name, in an article and across articles
    person     a person's word about a translation
    again      what a change of the glossary would have translated again
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from babelwire import decide
from babelwire.errors import EngineError, PairError, Spent
from babelwire.glossary import Glossary
from babelwire.model import (
    Article,
    BlockKind,
    Context,
    EngineKind,
    Inline,
    Licence,
    Origin,
    Pair,
    Passage,
    Purpose,
    Remembered,
    Rendering,
    Segment,
    Task,
    Translation,
    Verdict,
    replace,
)
from babelwire.seams import TranslationEngine
from babelwire.text import inline, language, segment
from babelwire.translate import names, orders, sentence, short, story
from babelwire.translate.sentence import STRATEGIES, Made, Ready, Unit, Work

#: Sentences shown of an article whose licence is "excerpt"; no more than this is translated.
EXCERPT_BLOCKS = 2
EMPTY = Glossary()


class Memory(Protocol):
    """What of the store this room uses."""

    def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]: ...

    def remember(self, items: Mapping[str, Remembered], now: datetime, *, again: bool = False) -> None: ...

    def known_names(self, names: Sequence[str], pair: Pair) -> Mapping[str, str]: ...

    def add_names(self, key: str, pair: Pair, names: Mapping[str, str], now: datetime) -> None: ...


@dataclass(slots=True, kw_only=True)
class Attempt:
    """What one engine made of the article."""

    engine: TranslationEngine
    renderings: list[Rendering]
    learnt: dict[str, Remembered] = field(default_factory=dict)  #: for the memory, by key
    names: dict[str, str] = field(default_factory=dict)  #: as the engine has written them

    def learn(self, ready: Ready, made: Made) -> None:
        """Keep for the memory what has passed and does not come from there."""
        if made.rendering.origin is not Origin.MEMORY and not made.rendering.blocked:
            self.learnt[ready.own] = made.memo

    @property
    def blocked(self) -> int:
        """Letters in sentences that failed a check."""
        return sum(len(r.source.text) for r in self.renderings if r.blocked)

    @property
    def failed(self) -> list[Rendering]:
        return [r for r in self.renderings if r.blocked]


@dataclass(slots=True, kw_only=True)
class Climb:
    """An article's way up the ladder."""

    units: list[Unit]
    best: Attempt | None = None
    tried: list[str] = field(default_factory=list)  #: what kept each engine from it, in words
    errors: list[EngineError] = field(default_factory=list)

    @property
    def spent(self) -> Spent | None:
        """The first budget that had no room for it."""
        return next((e for e in self.errors if isinstance(e, Spent)), None)

    def reason(self, pair: Pair) -> EngineError:
        """Why there is no answer: what is over soonest, if anything is a matter of waiting."""
        waits = [e for e in self.errors if e.retry_after is not None]
        if waits:
            return min(waits, key=lambda e: e.retry_after or datetime.max)
        nobody = PairError("no engine", f"nobody here translates {pair}; see `babelwire engines` and [pairs]", pair=str(pair))
        return self.errors[-1] if self.errors else nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Translator:
    """Engines, memory and glossary put together. Shared by threads; keeps no state of its own."""

    ladder: Callable[..., Sequence[TranslationEngine]]  #: pair, and the names an assignment gives -> engines, best first
    memory: Memory
    glossary: Glossary = EMPTY
    quality: Callable[[str, Pair], float | None] = lambda engine, pair: None  #: measured chrF on news text
    bar: Callable[[Pair, float | None], decide.Bar] = lambda pair, score: decide.Bar()
    frugal: bool = True  #: a spent budget ends the ladder: headline and link only; else the next engine has its turn

    def translate(self, task: Task, now: datetime) -> Translation:
        """The article of a task in its edition's language, with a verdict.

        Raises PairError when no engine serves the pair, EngineError when none could be reached. Where a budget is spent, no more
        than the headline is translated, and the translation says so.
        """
        article = task.revision.article
        pair = Pair(language.base(article.language), language.base(task.language))
        if pair.source == pair.target:
            return _untranslated(task, pair, now)
        climb = self._climb(task, pair, now, frugal=self.frugal)
        spent = climb.spent if climb.best is None else None
        if spent is None:
            return self._finish(task, pair, climb, now)
        rest = self._climb(short.narrowed(task), pair, now, frugal=False)
        made = self._finish(short.narrowed(task), pair, rest, now)
        return short.told(made, task, spent, now) if len(shown(article)) > 1 else made

    def asks(self, task: Task) -> list[tuple[Unit, bool]]:
        """All sentences of a task, and which of them an engine would be asked for: those that neither the memory nor a person
        has. Nothing is asked. Raises PairError, EngineError."""
        article = task.revision.article
        pair = Pair(language.base(article.language), language.base(task.language))
        if pair.source == pair.target:
            return []
        units = self._units(article, pair, task.previous)
        asked: set[int] = set()
        for engine in self._ladder(task, pair):
            work = Work(engine, pair, article.language, task.language, self.glossary)
            ready = [None if u.done else work.ready(u) for u in orders.withheld(units, engine.kind)]
            known = self.memory.recall([k for r in ready if r for k in r.keys])
            asked |= {n for n, r in enumerate(ready) if r and work.recalled(r, known) is None}
            if task.previous is None or engine.id == task.previous.engine:
                break
        return [(u, n in asked) for n, u in enumerate(units)]

    def _ladder(self, task: Task, pair: Pair) -> Sequence[TranslationEngine]:
        wanted = task.assignment.engines
        return self.ladder(pair, wanted) if wanted else self.ladder(pair)

    def _units(self, article: Article, pair: Pair, previous: Translation | None) -> list[Unit]:
        """The article's sentences; what a person has worded before and the source has not changed stays."""
        human = {
            r.source.text: r for p in (previous.passages if previous else ()) for r in p.renderings if r.origin is Origin.HUMAN
        }  # fmt: skip
        units = []
        for place, part in shown(article):
            marked = inline.quotations(part, article.language)
            for piece in segment.split(marked, article.language):
                done = human.get(piece.text)
                if done is not None:
                    done = replace(done, source=piece)
                elif not sentence.letters(piece.inline):
                    done = Rendering(source=piece, target=piece.inline, origin=Origin.COPY)
                units.append(Unit(place=place, segment=piece, found=self.glossary.find(piece.text, pair), done=done))
        return units

    def _climb(self, task: Task, pair: Pair, now: datetime, *, frugal: bool) -> Climb:
        """The first engine whose answer passes, else the one with the least that does not; and what was tried before it."""
        article = task.revision.article
        climb = Climb(units=self._units(article, pair, task.previous))
        learnt: dict[str, Remembered] = {}
        for engine in self._ladder(task, pair):
            try:
                attempt = self._ask(engine, climb.units, pair, task, now)
            except EngineError as error:
                climb.tried.append(str(error))
                climb.errors.append(error)
                if frugal and isinstance(error, Spent):
                    break
                continue
            learnt |= attempt.learnt
            if climb.best is None or attempt.blocked < climb.best.blocked:
                climb.best = attempt
            if not attempt.failed:
                break
            climb.tried.append(f"{engine.id}: {len(attempt.failed)} of {len(climb.units)} sentences failed a check")
        if climb.best is not None:
            climb.best.learnt = learnt  # of every engine that was asked: next time only what failed is
        return climb

    def _ask(self, engine: TranslationEngine, units: Sequence[Unit], pair: Pair, task: Task, now: datetime) -> Attempt:
        """One engine's rendering of all units: memory first, one batch for the rest, then repairs."""
        article = task.revision.article
        units = orders.withheld(units, engine.kind)
        alone = len(shown(article)) == 1
        of = {"article": article.key, "language": task.language, "feed": task.feed}
        purpose = Purpose(**of, breaking=task.breaking, headline=alone, now=now)
        work = Work(engine, pair, article.language, task.language, self.glossary, purpose)
        ready = [None if u.done else work.ready(u) for u in units]
        known = self.memory.recall([k for r in ready if r for k in r.keys])
        old = [work.recalled(r, known) if r else None for r in ready]
        terms = tuple(dict.fromkeys(t for u in units for t in u.terms))
        answers = work.ask([r for r, o in zip(ready, old, strict=True) if r and not o], Context(terms=terms))
        attempt = Attempt(engine=engine, renderings=[])
        for unit, one, made in zip(units, ready, old, strict=True):
            if one is None:
                assert unit.done is not None
                attempt.renderings.append(unit.done)
                continue
            made = made or work.answered(one, answers)
            attempt.renderings.append(made.rendering)
            attempt.learn(one, made)
        self._repair(work, ready, attempt)
        attempt.renderings = self._whole(units, attempt, work)
        return attempt

    def _whole(self, units: Sequence[Unit], attempt: Attempt, work: Work) -> list[Rendering]:
        """What holds across sentences: names, quoted phrases, quotations that go over several."""
        seen = [names.sights(u, r, work.pair) for u, r in zip(units, attempt.renderings, strict=True)]
        attempt.names = names.said(seen, attempt.renderings)
        settled = self.memory.known_names(list(attempt.names), work.pair) if attempt.names else {}
        renderings = names.unify(seen, attempt.renderings, work.pair, {**attempt.names, **settled})
        return story.across(units, story.closed(units, story.unify(renderings, work.pair), work.tags), work.tags)

    def _repair(self, work: Work, ready: Sequence[Ready | None], attempt: Attempt) -> None:
        """Second tries for sentences that failed, inside the same engine; the first that passes is taken."""
        for strategy in STRATEGIES:
            todo = [(n, one) for n, (one, r) in enumerate(zip(ready, attempt.renderings, strict=True)) if one and r.blocked]
            if not todo:
                return
            for n, one in todo:
                try:
                    again = strategy(work, one)
                except EngineError:
                    continue  # the first answer stands, with its issues
                if again is not None and not again.rendering.blocked:
                    attempt.renderings[n] = again.rendering
                    attempt.learn(one, again)

    def _finish(self, task: Task, pair: Pair, climb: Climb, now: datetime) -> Translation:
        """Set what failed back to the original, speak the verdict, remember what passed. Raises what kept every engine from it."""
        attempt = climb.best
        if attempt is None:
            raise climb.reason(pair)
        renderings = [
            replace(r, target=r.source.inline, origin=Origin.ORIGINAL) if r.blocked and u.place != "headline" else r
            for u, r in zip(climb.units, attempt.renderings, strict=True)
        ]
        passages = story.passages(climb.units, renderings)
        score = self.quality(attempt.engine.id, pair)
        bar = self.bar(pair, score)
        verdict, reason = decide.verdict(passages, bar)
        if verdict is not Verdict.HOLD:
            self.memory.remember(attempt.learnt, now, again=True)
            self.memory.add_names(task.revision.article.key, pair, attempt.names, now)
        return Translation(
            key=task.revision.article.key, revision=task.revision.number, pair=Pair(task.revision.article.language, task.language),
            engine=attempt.engine.id, engine_kind=attempt.engine.kind, passages=passages, made=now, verdict=verdict, reason=reason,
            gist=bar.gist, glossary=self.glossary.version, tried=tuple(climb.tried),
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


# ---------------------------------------------------------------------------------------------- the small steps


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
