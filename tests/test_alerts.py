"""What needs a person, and what does not yet."""

from __future__ import annotations

from datetime import timedelta

import pytest

from babelwire import alerts, config
from babelwire.budget import Account
from babelwire.model import Alert, AlertKind, Feed, FeedState, Figures, Pulse, replace
from tests.stores.rows import FEED, NOW

HOUR = timedelta(hours=1)
RULES = config.Alerts()
CALM = Figures(
    pulse=Pulse(), feeds={}, entries={}, translations={}, queue={}, held={}, passed={}, stories={}, last={}
)  # fmt: skip
STATE = FeedState(feed=FEED, due=NOW, succeeded=NOW - 30 * HOUR, failures=6, failure="HTTP 500")


def look(*states: FeedState, rules: config.Alerts = RULES, budgets: list[Account] | None = None, **figures: object) -> list[Alert]:
    return alerts.found(states, replace(CALM, **figures), ["fr", "en"], rules, NOW, budgets or [])  # type: ignore[arg-type]


def subjects(found: list[Alert]) -> list[tuple[str, str]]:
    return [(a.kind.value, a.subject) for a in found]


def test_all_is_well() -> None:
    assert look(replace(STATE, failures=0, failure=None), last={"fr": NOW - HOUR}) == []


@pytest.mark.parametrize(
    ("state", "dead"),
    [
        (STATE, True),
        (replace(STATE, failures=4), False),
        (replace(STATE, succeeded=NOW - 23 * HOUR), False),
        (replace(STATE, succeeded=None), True),
        (replace(STATE, succeeded=None, failures=2), False),
        (replace(STATE, failures=1, retired=True, succeeded=NOW), True),
        (replace(STATE, failures=1, succeeded=NOW, moved_to="https://pills.example/feed"), True),
        (replace(STATE, failures=1, succeeded=NOW, moved_to="https://b.example/feed", moved_seen=1), False),
    ],
)
def test_when_a_feed_is_dead(state: FeedState, dead: bool) -> None:
    found = look(state)
    assert subjects(found) == ([("feed-dead", FEED.url)] if dead else [])
    assert all(f"babelwire feeds test {FEED.url}" in a.text for a in found)


def test_a_line_that_is_down_is_one_alert() -> None:
    many = [replace(STATE, feed=Feed(url=f"https://a.example/{n}", source_id="a")) for n in range(12)]
    assert subjects(look(*many)) == [("feed-dead", "feeds")]
    well = [replace(s, failures=0, feed=Feed(url=f"https://b.example/{n}", source_id="b")) for n, s in enumerate(many)]
    assert len(look(*many, *well)) == 12, "half of them are well: each of the others is a fault of its own"


def test_an_edition_goes_silent() -> None:
    assert subjects(look(last={"fr": NOW - 25 * HOUR, "en": NOW - 23 * HOUR, "de": NOW - 90 * HOUR})) == [("edition-silent", "fr")]
    assert look(rules=config.Alerts(silent_hours=0), last={"fr": NOW - 2500 * HOUR}) == []


def test_a_budget_near_its_end() -> None:
    budgets = [Account(name=n, share=s, text="8 of 10 EUR", until=NOW) for n, s in (("a", 0.79), ("b", 0.8), ("c", 1.2))]
    found = look(budgets=budgets)
    assert subjects(found) == [("budget-near", "b"), ("budget-near", "c")]
    assert ["spent to 80%" in found[0].text, "is spent: 8 of" in found[1].text] == [True, True]


def test_sources_aside_late_stories_and_bugs() -> None:
    oldest = {"take": NOW - 4 * HOUR, "translate": NOW - HOUR, "tell": NOW - 99 * HOUR}
    found = look(aside=(("a", "captions"),), pulse=Pulse(oldest=oldest), bugs=2)
    assert subjects(found) == [("source-aside", "a"), ("queue-late", "take"), ("bug", "bugs")]


def test_only_the_kinds_that_were_asked_for() -> None:
    rules = config.Alerts(kinds=(AlertKind.BUG,))
    assert subjects(look(STATE, rules=rules, bugs=1)) == [("bug", "bugs")]
