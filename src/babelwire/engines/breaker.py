"""The circuit breaker: an engine that fails again and again is left alone for a while, and then tried with ten sentences.

    closed ──errors in a row──────────────> open ──rested──> half-open ──ten sentences pass──> closed
           ──spent quota, cannot be loaded──┘ └<──rests twice as long──ten sentences fail──┘

Whoever asks an engine that rests is told so at once (Resting), and goes on to the next one of the ladder; where there is none,
the work waits, which is no failed attempt of its own. The state is in the store (``stores/breakers``), for all processes.

No library: pybreaker and the like keep state in a process or in Redis, and let the next caller's real work be the trial.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from babelwire.engines.probe import probe
from babelwire.errors import BabelwireError, EngineDied, EngineError, PairError, QuotaError, Resting, Spent
from babelwire.model import Breaker, BreakerState, Context, EngineKind, Hypothesis, Markup, Pair, Purpose, replace, utc_now
from babelwire.seams import Breakers, TranslationEngine

LONGEST = timedelta(minutes=30)  #: of a rest
QUOTA = timedelta(hours=1)  #: a spent account is looked at so often, whatever its provider says: somebody may have paid
TRIAL = timedelta(minutes=3)  #: one process tries an engine that has rested; the others wait for so long
NO_FAULT = (PairError, Resting, Spent)  #: says nothing about the engine's health


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When an engine is left alone, and for how long."""

    errors: int = 3  #: in a row
    rest: timedelta = timedelta(seconds=30)  #: the first; each next is twice as long


# ---------------------------------------------------------------------------------------------- pure


def failed(before: Breaker, error: BabelwireError, purpose: Purpose, now: datetime, patience: Patience, *, trial: bool = False) -> Breaker:
    """After an error. One odd article counts once, however often it is tried; a dead connection counts every time. ``trial``: the
    engine was only tried, so that one error is enough."""
    if before.state(now) is BreakerState.OPEN and not trial:
        return before  # asked before it was left alone
    quota = isinstance(error, QuotaError)
    same = not isinstance(error, EngineDied) and purpose.article != "" and purpose.article == before.article
    after = replace(before, errors=before.errors + (not same), failure=str(error), article=purpose.article, quota=quota)
    if not (quota or trial or before.opened or after.errors >= patience.errors):
        return after
    longest = QUOTA if quota else LONGEST
    rest = min(patience.rest * int(2 ** min(before.rests, 20)), longest)
    asked: datetime = getattr(error, "retry_after", None) or now
    return replace(after, opened=before.opened or now, until=min(max(now + rest, asked), now + longest), rests=before.rests + 1)


def tried(before: Breaker, now: datetime) -> Breaker:
    """Somebody tries an engine that has rested: others see it resting meanwhile."""
    return replace(before, until=now + TRIAL) if before.state(now) is BreakerState.HALF_OPEN else before


def well(before: Breaker) -> Breaker:
    """After an answer."""
    return Breaker(engine=before.engine)


# ---------------------------------------------------------------------------------------------- the engine


class Guarded:
    """The engine ``name``, made by ``make`` when it is first needed, behind its breaker.

    One that cannot be made (its model lacks a file, its library is not installed) rests like one that fails.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[], TranslationEngine],
        breakers: Breakers,
        patience: Patience = Patience(),
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.name = name
        self._make, self._breakers, self._patience, self._clock = make, breakers, patience, clock
        self._making = threading.Lock()
        self._made: TranslationEngine | None = None
        self._pairs: frozenset[Pair] | None = None

    @property
    def id(self) -> str:
        return self._engine().id

    @property
    def kind(self) -> EngineKind:
        return self._engine().kind

    @property
    def markup(self) -> Markup:
        return self._engine().markup

    @property
    def pairs(self) -> frozenset[Pair]:
        """What the engine serves; asked once. Raises Resting, EngineError."""
        if self._pairs is None:
            now = self._clock()
            self._look(now)
            try:
                self._pairs = self._engine().pairs
            except EngineError as error:
                self._note(error, Purpose(), now)
                raise
        return self._pairs

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """As the engine itself. Raises Resting as well, at once."""
        now = context.purpose.now or self._clock()
        before = self._look(now)
        if before.opened:
            self._try(pair, context.purpose, now)
        try:
            answers = self._engine().translate(texts, pair, context)
        except EngineError as error:
            self._note(error, context.purpose, now)
            raise
        if before.errors:
            self._breakers.turn_breaker(self.name, well)
        return answers

    def close(self) -> None:
        """Close the engine, if there is one."""
        with self._making:
            if self._made is not None:
                self._made.close()
            self._made = None

    def _engine(self) -> TranslationEngine:
        """The engine. Raises Resting: it cannot be made."""
        if self._made is not None:
            return self._made
        with self._making:
            if self._made is None:
                now = self._clock()
                self._look(now)
                try:
                    self._made = self._make()
                except BabelwireError as error:
                    raise self._resting(self._note(error, Purpose(), now, trial=True)) from error
        return self._made

    def _look(self, now: datetime) -> Breaker:
        """How the engine fares. Raises Resting."""
        found = self._breakers.breaker(self.name)
        if found.state(now) is BreakerState.OPEN:
            raise self._resting(found)
        return found

    def _try(self, pair: Pair, purpose: Purpose, now: datetime) -> None:
        """Ten sentences through an engine that has rested; one caller does it for all. Raises Resting, Spent, PairError."""
        seen: list[Breaker] = []

        def turn(found: Breaker) -> Breaker:
            seen.append(found)
            return tried(found, now)

        self._breakers.turn_breaker(self.name, turn)
        if seen[-1].state(now) is BreakerState.OPEN:
            raise self._resting(seen[-1])
        try:
            probe(self._engine(), pair, Purpose(breaking=purpose.breaking, now=now))
        except NO_FAULT:
            raise
        except EngineError as error:
            raise self._resting(self._note(error, Purpose(), now, trial=True)) from error
        self._breakers.turn_breaker(self.name, well)

    def _note(self, error: BabelwireError, purpose: Purpose, now: datetime, *, trial: bool = False) -> Breaker:
        """Write an error down; returns how the engine fares now."""
        if isinstance(error, NO_FAULT):
            return self._breakers.breaker(self.name)
        return self._breakers.turn_breaker(self.name, lambda b: failed(b, error, purpose, now, self._patience, trial=trial))

    def _resting(self, found: Breaker) -> Resting:
        when = f" until {found.until:%Y-%m-%d %H:%M} UTC" if found.until else ""
        return Resting(self.name, f"it rests{when}: {found.failure}", retry_after=found.until)
