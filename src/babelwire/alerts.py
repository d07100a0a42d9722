"""What needs a person, out of the state of affairs. Pure: the store keeps which alerts are known (``Store.set_alerts``).

Each is one line that says what is wrong, since when, and the command that shows more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from babelwire import config
from babelwire.budget import Account
from babelwire.model import Alert, AlertKind, FeedState, Figures

STUBBORN = 5  #: failures in a row before a feed counts as dead, however rarely it is asked
MANY, MOST = 5, 0.5  #: more dead feeds than this, and this share of all: the fault is ours (the line, the resolver), so one alert
LATE = {"take": "its page has not been read", "translate": "it has not been translated", "publish": "it has not been published"}


def found(
    states: Sequence[FeedState],
    figures: Figures,
    editions: Iterable[str],
    rules: config.Alerts,
    now: datetime,
    budgets: Iterable[Account] = (),
) -> list[Alert]:
    """All alerts of this moment, of the kinds that ``rules`` name."""
    every = [
        *_dead_feeds(states, rules, now),
        *_silent(figures.last, editions, rules, now),
        *_near(budgets, rules),
        *(_aside(source, why) for source, why in figures.aside),
        *_late(figures.pulse.oldest, rules, now),
        *_bugs(figures.bugs),
    ]
    return [a for a in every if a.kind in (rules.kinds or tuple(AlertKind))]


def dead(state: FeedState, rules: config.Alerts, now: datetime) -> bool:
    """Gone for good, led away to a site with none of its stories, or failing again and again for longer than the rules allow. One
    that has never answered is given no time."""
    if state.retired or led_away(state):
        return True
    long_ago = state.succeeded is None or now - state.succeeded >= timedelta(hours=rules.feed_hours)
    return state.failures >= STUBBORN and long_ago


def led_away(state: FeedState) -> bool:
    """Is it sent on for good to where none of its stories are known (``moves``)?"""
    return state.moved_to is not None and not state.moved_seen and state.failures > 0


def _dead_feeds(states: Sequence[FeedState], rules: config.Alerts, now: datetime) -> Iterator[Alert]:
    gone = [s for s in states if dead(s, rules, now)]
    if len(gone) > MANY and len(gone) > MOST * len(states):
        text = (
            f"{len(gone)} of {len(states)} feeds have not answered for long: is the network, or the resolver, down? (babelwire feeds list)"
        )
        yield Alert(kind=AlertKind.FEED_DEAD, subject="feeds", text=text)
        return
    for state in gone:
        failing = str(state.failure) if led_away(state) else f"has failed {state.failures} times in a row: {state.failure}"
        why = "is gone for good (410)" if state.retired else failing
        text = f"{state.feed.source_id}: {state.feed.url} {why} (babelwire feeds test {state.feed.url})"
        yield Alert(kind=AlertKind.FEED_DEAD, subject=state.feed.url, text=text)


def _silent(last: Mapping[str, datetime], editions: Iterable[str], rules: config.Alerts, now: datetime) -> Iterator[Alert]:
    """Editions that used to speak. One that has never brought out anything is still being set up: ``doctor`` looks at that."""
    for language in editions:
        since = last.get(language)
        if rules.silent_hours and since is not None and now - since >= timedelta(hours=rules.silent_hours):
            text = f"edition {language} has brought out nothing new since {since:%Y-%m-%d %H:%M} UTC (babelwire status)"
            yield Alert(kind=AlertKind.EDITION_SILENT, subject=language, text=text, language=language)


def _near(budgets: Iterable[Account], rules: config.Alerts) -> Iterator[Alert]:
    for budget in budgets:
        if rules.budget and budget.share >= rules.budget:
            word = "is spent" if budget.share >= 1 else f"is spent to {budget.share:.0%}"
            text = f"the budget of {budget.name} {word}: {budget.text} (babelwire engines list)"
            yield Alert(kind=AlertKind.BUDGET_NEAR, subject=budget.name, text=text)


def _aside(source: str, why: str) -> Alert:
    text = f"{source} is set aside: {why} (babelwire feeds accept {source}, once that is looked at)"
    return Alert(kind=AlertKind.SOURCE_ASIDE, subject=source, text=text)


def _late(oldest: Mapping[str, datetime], rules: config.Alerts, now: datetime) -> Iterator[Alert]:
    for job, what in LATE.items():
        since = oldest.get(job)
        if rules.queue_hours and since is not None and now - since >= timedelta(hours=rules.queue_hours):
            text = f"a story waits since {since:%Y-%m-%d %H:%M} UTC: {what} (babelwire status)"
            yield Alert(kind=AlertKind.QUEUE_LATE, subject=job, text=text)


def _bugs(count: int) -> Iterator[Alert]:
    if count:
        text = f"{count} bug{'s' * (count > 1)} of ours (babelwire status --json shows where)"
        yield Alert(kind=AlertKind.BUG, subject="bugs", text=text)
