"""An engine whose every request is counted before it is made, and not made where a budget has no room for it.

Characters are those of the texts that are sent. Tokens are guessed before, rather too many, and put right by what the engine
says it took. An article is counted whole before its first batch is sent, so that money never ends in the middle of one; what
then is not sent, or nobody was there to take, is given back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from babelwire import budget
from babelwire.budget import Budget
from babelwire.engines.http import portions
from babelwire.errors import EngineDied, EngineError, PairError, QuotaError, Spent
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair, Purpose, Spending, replace, utc_now
from babelwire.seams import Ledger, TranslationEngine

TEXTS, CHARACTERS = 50, 60_000  #: sent at once: what may be counted too much if the desk is killed meanwhile
ORDERS, SLOT = 600, 40  #: tokens of a request besides its texts, and besides each of them
NOBODY = (EngineDied, PairError, QuotaError)  #: the engine was not there, or has refused: it took nothing


@runtime_checkable
class CountsTokens(Protocol):
    """An engine that says what it took."""

    def tokens(self) -> int:
        """Of all requests that this thread has made since it was last asked."""
        ...


@dataclass(frozen=True, slots=True)
class Amount:
    characters: int
    tokens: int


class Metered:
    """``inner`` under the name by which the budget knows it."""

    def __init__(self, inner: TranslationEngine, name: str, ledger: Ledger, rules: Budget, clock: Callable[[], datetime] = utc_now) -> None:
        self._inner, self._name, self._ledger, self._rules, self._clock = inner, name, ledger, rules, clock
        self.id: str = inner.id
        self.kind: EngineKind = inner.kind
        self.markup: Markup = inner.markup

    @property
    def pairs(self) -> frozenset[Pair]:
        """Those of the engine."""
        return self._inner.pairs

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """As the engine itself. Raises Spent as well, before anything is sent."""
        now = context.purpose.now or self._clock()
        batches = list(portions(texts, TEXTS, CHARACTERS))
        planned = [self._planned(batch) for batch in batches]
        self._reserve(planned, pair, context.purpose, now)
        answers: list[Hypothesis] = []
        for n, batch in enumerate(batches):
            try:
                answers += self._inner.translate(batch, pair, context)
            except EngineError as error:
                self._settle([planned[n]], self._taken(planned[n], error), context.purpose, now)
                self._settle(planned[n + 1 :], Amount(0, 0), context.purpose, now)
                raise
            self._settle([planned[n]], self._taken(planned[n], None), context.purpose, now)
        return answers

    def close(self) -> None:
        """Close the engine."""
        self._inner.close()

    def _planned(self, batch: Sequence[str]) -> Amount:
        size = sum(map(len, batch))
        return Amount(size, size + SLOT * len(batch) + ORDERS if isinstance(self._inner, CountsTokens) else 0)

    def _taken(self, planned: Amount, error: EngineError | None) -> Amount:
        """What the engine took of a batch, by its own account where it has one."""
        tokens = self._inner.tokens() if isinstance(self._inner, CountsTokens) else 0
        if isinstance(error, NOBODY):
            return Amount(0, tokens)
        return Amount(planned.characters, tokens or planned.tokens)

    def _reserve(self, planned: Sequence[Amount], pair: Pair, purpose: Purpose, now: datetime) -> None:
        """Count it all. Raises Spent: there is no room for it."""
        limits = budget.limits(self._rules, self._name, purpose)
        refused = self._ledger.spend(self._spending(planned, purpose, now), limits)
        if refused is not None:
            why = f"today's budget has no room for it: {budget.said(*refused, self._rules, purpose)}"
            raise Spent(self._name, why, pair=str(pair), retry_after=budget.turn(now, self._rules))

    def _settle(self, planned: Sequence[Amount], taken: Amount, purpose: Purpose, now: datetime) -> None:
        """Count what was taken instead of what was planned."""
        before, after = self._spending(planned, purpose, now), self._spending([taken], purpose, now)
        difference = replace(
            after,
            characters=after.characters - before.characters,
            tokens=after.tokens - before.tokens,
            micros=after.micros - before.micros,
        )
        if difference != replace(difference, characters=0, tokens=0, micros=0):
            self._ledger.settle(difference)

    def _spending(self, amounts: Sequence[Amount], purpose: Purpose, now: datetime) -> Spending:
        return Spending(
            day=budget.day(now, self._rules),
            engine=self._name,
            feed=purpose.feed,
            article=purpose.article,
            language=purpose.language,
            characters=sum(a.characters for a in amounts),
            tokens=sum(a.tokens for a in amounts),
            micros=sum(budget.price(self._rules, self._name, a.characters, a.tokens) for a in amounts),
        )
