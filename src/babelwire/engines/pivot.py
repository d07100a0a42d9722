"""Two engines as one, through a language that both know (Basque to French by way of Spanish)."""

from __future__ import annotations

from collections.abc import Sequence

from babelwire.errors import PairError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair, replace
from babelwire.seams import TranslationEngine

ORDER = (EngineKind.NONE, EngineKind.RULES, EngineKind.NEURAL, EngineKind.LLM)


class Pivot:
    """``first`` into the language ``via``, ``second`` out of it. Spans go through if both engines carry them."""

    def __init__(self, *, first: TranslationEngine, second: TranslationEngine, via: str) -> None:
        self.id = f"pivot {via} [{first.id}] [{second.id}]"
        self.kind = max(first.kind, second.kind, key=ORDER.index)
        self.markup = Markup.NATIVE if first.markup is second.markup is Markup.NATIVE else Markup.NONE
        self._first, self._second, self._via = first, second, via

    @property
    def pairs(self) -> frozenset[Pair]:
        """Every pair that has one leg with each engine."""
        starts = [p.source for p in self._first.pairs if p.target == self._via]
        ends = [p.target for p in self._second.pairs if p.source == self._via]
        return frozenset(Pair(a, b) for a in starts for b in ends if a != b)

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text: scores added up, unknown words those of the worse leg. Terms of the whole pair mean
        nothing to a leg and are left out. Raises PairError and what the engines raise."""
        if pair not in self.pairs:
            raise PairError(self.id, f"not served by way of {self._via}", pair=str(pair))
        there = self._first.translate(texts, Pair(pair.source, self._via), replace(context, terms=()))
        half = [h.text for h in there]
        back = self._second.translate(half, Pair(self._via, pair.target), replace(context, terms=(), before=""))
        return [_joined(a, b) for a, b in zip(there, back, strict=True)]

    def close(self) -> None:
        """Close both engines."""
        self._first.close()
        self._second.close()


def _joined(first: Hypothesis, second: Hypothesis) -> Hypothesis:
    scores = [s for s in (first.score, second.score) if s is not None]
    unknown = [u for u in (first.unknown, second.unknown) if u is not None]
    return Hypothesis(text=second.text, score=sum(scores) if scores else None, unknown=max(unknown, default=None))
