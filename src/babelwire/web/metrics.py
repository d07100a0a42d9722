"""``/metrics`` for Prometheus: the state of affairs, read from the store when somebody asks.

Own as far as naming goes; the format is prometheus-client's. Nothing is counted in the process but how long stories took: a
histogram has to grow, and reading the whole archive for it at each scrape would cost more and more.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from babelwire import __version__, budget
from babelwire.budget import Budget
from babelwire.errors import StoreError
from babelwire.model import BUCKETS as ENGINE_BUCKETS
from babelwire.model import BreakerState, Figures
from babelwire.seams import Store

BUCKETS = (60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 259200)  #: seconds, upper ends
OVERLAP = timedelta(minutes=10)  #: a story is published at the moment its job began, and is in the store some time later
K = TypeVar("K", bound=tuple[str, ...])
REASON = 60  #: letters of a reason at most


class Lags:
    """From a story's date at its source to its first publication, for what was published since ``since``."""

    def __init__(self, since: datetime) -> None:
        self._start = since
        self._since = since
        self._seen: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()
        self.counts: dict[str, list[int]] = {}  #: edition -> stories in each bucket, the last one without end
        self.sums: Counter[str] = Counter()

    def read(self, store: Store) -> None:
        """Count what has been published since the last time."""
        with self._lock:
            rows = store.published_since(self._since)
            for key, language, dated, published in rows:
                if (key, language) not in self._seen:
                    self._seen[key, language] = published
                    self._count(language, max(0.0, (published - dated).total_seconds()))
            newest = max((row[3] for row in rows), default=self._since)
            self._since = max(self._start, self._since, newest - OVERLAP)
            self._seen = {k: at for k, at in self._seen.items() if at >= self._since}

    def _count(self, language: str, seconds: float) -> None:
        self.counts.setdefault(language, [0] * (len(BUCKETS) + 1))[bisect_left(BUCKETS, seconds)] += 1
        self.sums[language] += round(seconds)

    def metric(self) -> Metric:
        family = HistogramMetricFamily(
            "babelwire_publication_lag_seconds", "From a story's date at its source to its first publication here.", labels=["language"]
        )
        for language, counts in sorted(self.counts.items()):
            family.add_metric([language], buckets=_ends(BUCKETS, counts), sum_value=self.sums[language])
        return family


class Desk(Collector):
    """All metrics of a store."""

    def __init__(self, store: Store, rules: Callable[[], Budget], clock: Callable[[], datetime], since: datetime) -> None:
        self.store, self.budget, self.clock, self.lags = store, rules, clock, Lags(since)

    def collect(self) -> Iterator[Metric]:
        now = self.clock()
        figures = self.store.figures(now)
        self.lags.read(self.store)
        yield gauge("info", "This Babelwire.", ["version"], {(__version__,): 1})
        yield from _states(figures)
        yield from _queues(figures, now)
        yield from _held(figures)
        yield from _moments(figures)
        kinds = Counter((alert.kind.value,) for alert, _ in self.store.alerts())
        yield gauge("alerts", "Alerts that are not over.", ["kind"], kinds)
        yield self.lags.metric()
        yield from _engines(self.store, now)
        yield from _money(self.store, self.budget(), now)


def text(store: Store, rules: Budget, clock: Callable[[], datetime], since: datetime) -> bytes:
    """All metrics once, in Prometheus' text format; the lag is that of stories published since then."""
    return generate_latest(_registry(Desk(store, lambda: rules, clock, since)))


def routes(store: Store, rules: Callable[[], Budget], clock: Callable[[], datetime]) -> list[Route]:
    """The route; ``rules``: the budget as it is now. The lag histogram starts at 0, as every counter of a process does."""
    registry = _registry(Desk(store, rules, clock, clock()))

    def metrics(request: Request) -> Response:
        try:
            return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST, "cache-control": "no-store"})
        except StoreError:
            return PlainTextResponse("the database does not answer\n", status_code=503)

    return [Route("/metrics", metrics, methods=["GET"])]


def reason(words: str) -> str:
    """A reason as a label: numbers, names and details are left out, so that there are few of them."""
    kind = re.sub(r"\d+ sentences?", "sentences", words.partition(":")[0])
    return re.sub(r"\d+[\d.,]*\s?%?", "N", kind)[:REASON].strip() or "none"


def gauge(name: str, what: str, labels: list[str], values: Mapping[K, float]) -> Metric:
    family = GaugeMetricFamily(f"babelwire_{name}", what, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(list(key), value)
    return family


def _registry(desk: Desk) -> CollectorRegistry:
    made = CollectorRegistry()
    made.register(desk)
    return made


def _states(figures: Figures) -> Iterator[Metric]:
    yield gauge("feeds", "Configured feeds.", ["state"], _one(figures.feeds))
    yield gauge("entries", "Entries of feeds.", ["state"], _one(figures.entries))
    yield gauge("translations", "Translations.", ["state", "language"], figures.translations)
    yield gauge("stories", "Stories on the site.", ["language"], _one(figures.stories))
    yield gauge("sources_aside", "Sources set aside since their pages look different all at once.", [], {(): len(figures.aside)})
    yield gauge("bugs", "Items on which our own code broke.", [], {(): figures.bugs})
    yield gauge("messages_given_up", "Messages to receivers that were given up.", [], {(): figures.letters_given_up})


def _queues(figures: Figures, now: datetime) -> Iterator[Metric]:
    yield gauge("queue", "Items that wait for a job.", ["stage"], _one(figures.queue))
    ages = {(job,): (now - figures.pulse.oldest[job]).total_seconds() if job in figures.pulse.oldest else 0.0 for job in figures.queue}
    if figures.pulse.due is not None:
        ages["poll",] = (now - figures.pulse.due).total_seconds()
    yield gauge("queue_oldest_seconds", "For how long the oldest of them has waited.", ["stage"], ages)


def _held(figures: Figures) -> Iterator[Metric]:
    held: Counter[tuple[str, str]] = Counter()
    for (words, pair), count in figures.held.items():
        held[reason(words), pair] += count
    made = Counter(figures.passed)
    for (_, pair), count in held.items():
        made[pair] += count
    share = {key: count / made[key[1]] for key, count in held.items()}
    yield gauge("held", "Translations that are held for a person.", ["reason", "pair"], held)
    yield gauge("held_share", "Share of a pair's translations that is held.", ["reason", "pair"], share)


def _moments(figures: Figures) -> Iterator[Metric]:
    polled = figures.pulse.polled
    yield gauge("last_poll_timestamp_seconds", "When a feed was asked last.", [], {(): polled.timestamp() if polled else 0.0})
    last = {(language,): when.timestamp() for language, when in figures.last.items()}
    yield gauge("edition_last_timestamp_seconds", "When an edition brought out its last new story.", ["language"], last)


def _engines(store: Store, now: datetime) -> Iterator[Metric]:
    """How long they take, over all processes of the desk and all its life; and those that are not well."""
    family = HistogramMetricFamily("babelwire_engine_seconds", "What an engine took for a batch.", labels=["engine"])
    for latency in store.latencies():
        family.add_metric([latency.engine], buckets=_ends(ENGINE_BUCKETS, latency.calls), sum_value=latency.seconds)
    yield family
    unwell = store.breakers()
    resting = {(b.engine,): float(b.state(now) is not BreakerState.CLOSED) for b in unwell}
    yield gauge("engine_errors", "Errors of an engine in a row.", ["engine"], {(b.engine,): b.errors for b in unwell})
    yield gauge("engine_resting", "1 for an engine that is not asked, since it failed.", ["engine"], resting)


def _money(store: Store, rules: Budget, now: datetime) -> Iterator[Metric]:
    """Today's, on the clocks of the budget. Feeds are left out: their addresses are nobody's business here."""
    spent = store.spent(budget.day(now, rules))
    today: Counter[tuple[str, str]] = Counter()
    for some in spent:
        today[some.engine, "characters"] += some.characters
        today[some.engine, "tokens"] += some.tokens
    money: Counter[tuple[str, str]] = Counter()
    for some in spent:
        money[some.engine, rules.currency] += some.micros
    yield gauge("spent_today", "What an engine was asked for today.", ["engine", "unit"], today)
    exact = {key: micros / budget.MICROS for key, micros in money.items()}
    yield gauge("spent_money_today", "What that costs.", ["engine", "currency"], exact)
    names = {"all engines", *rules.engines}
    shares = {(a.name,): a.share for a in budget.accounts(rules, spent, now) if a.name in names}
    yield gauge("budget_share", "Share of a day's budget that is spent.", ["account"], shares)


def _ends(buckets: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    """Upper end of each bucket -> how many are at most as large, as Prometheus wants them."""
    ends = [*(str(float(end)) for end in buckets), "+Inf"]
    return [(end, float(total)) for end, total in zip(ends, accumulate(counts), strict=True)]


def _one(values: Mapping[str, int]) -> dict[tuple[str, ...], float]:
    return {(key,): value for key, value in values.items()}
