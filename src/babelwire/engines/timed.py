"""How long an engine takes: counted in buckets, which several processes of a desk add up in the store, for metrics.

Written down every few seconds and at the end, since a transaction for every batch would cost more than a small engine does; what
a killed process had not written down is lost, and nobody misses it.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence

from babelwire.errors import StoreError
from babelwire.model import BUCKETS, Context, EngineKind, Hypothesis, Latency, Markup, Pair
from babelwire.seams import Latencies, TranslationEngine

EVERY = 5.0  #: seconds


class Timed:
    """``inner`` under the name of its table. See ``seams.TranslationEngine``."""

    def __init__(
        self, inner: TranslationEngine, name: str, keep: Latencies, clock: Callable[[], float] = time.monotonic, every: float = EVERY
    ) -> None:
        self._inner, self._name, self._keep, self._clock, self._every = inner, name, keep, clock, every
        self.id: str = inner.id
        self.kind: EngineKind = inner.kind
        self.markup: Markup = inner.markup
        self._lock = threading.Lock()
        self._calls = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._written = clock()

    @property
    def pairs(self) -> frozenset[Pair]:
        """Those of the engine."""
        return self._inner.pairs

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """As the engine itself; one that fails took its time as well."""
        began = self._clock()
        try:
            return self._inner.translate(texts, pair, context)
        finally:
            self._count(self._clock() - began)

    def close(self) -> None:
        """Write down what is left, and close the engine."""
        self._write(self._clock())
        self._inner.close()

    def _count(self, seconds: float) -> None:
        now = self._clock()
        with self._lock:
            self._calls[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds
            late = now - self._written >= self._every
        if late:
            self._write(now)

    def _write(self, now: float) -> None:
        """Figures are no reason for a translation to fail: a store that cannot take them now is asked again later."""
        with self._lock:
            some = Latency(engine=self._name, calls=tuple(self._calls), seconds=self._seconds)
            self._written = now
            if not any(some.calls):
                return
            self._calls, self._seconds = [0] * len(self._calls), 0.0
        try:
            self._keep.add_latency(some)
        except StoreError:
            with self._lock:
                self._calls = [a + b for a, b in zip(self._calls, some.calls, strict=True)]
                self._seconds += some.seconds
