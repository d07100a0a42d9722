"""Breaking news goes first in every store: read, translated and published before what was there already."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from babelwire.model import Assignment, FeedState, replace
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import FEED, LEASE, NOW, OTHER, Hand, article, entry, minutes

BREAKING = Assignment(breaking=True, routes=("quake",))


@pytest.fixture
def hand() -> Iterator[Hand]:
    store = SqliteStore(":memory:")
    yield Hand(store)
    assert store.check() == []
    store.close()


def announced(hand: Hand, *entries: object) -> None:
    for feed in (FEED, OTHER):
        mine = [e for e in entries if e.feed_url == feed.url]  # type: ignore[attr-defined]
        hand.store.record_poll([FeedState(feed=feed, due=NOW)], mine, now=NOW)  # type: ignore[arg-type]


def test_breaking_entries_are_claimed_first_and_the_rest_is_fair(hand: Hand) -> None:
    old = [entry(f"b{n}", published=minutes(-60 - n), breaking=True) for n in range(3)]
    announced(hand, *(entry(f"h{n}", published=minutes(-n)) for n in range(5)), *(entry(f"v{n}", feed=OTHER) for n in range(2)), *old)
    keys = [e.key for e, _, _ in hand.store.claim_entries(NOW, 7, LEASE)]
    assert keys[:3] == ["b0", "b1", "b2"], "however old they are"
    assert {k[0] for k in keys[3:5]} == {"h", "v"}, "one of each feed before a second of one"
    assert len(keys) == 7


def test_a_claimed_breaking_entry_is_not_given_out_again(hand: Hand) -> None:
    announced(hand, entry("b", breaking=True), entry("h"))
    assert [e.key for e, _, _ in hand.store.claim_entries(NOW, 1, LEASE)] == ["b"]
    assert [e.key for e, _, _ in hand.store.claim_entries(NOW, 1, LEASE)] == ["h"]


def test_an_entry_becomes_breaking_when_its_feed_says_something_new(hand: Hand) -> None:
    announced(hand, entry("one"), entry("two", published=minutes(-5)))
    changed = replace(entry("two", published=minutes(-5), title="Earthquake: ferry stops"), breaking=True)
    hand.store.record_poll([FeedState(feed=FEED, due=NOW)], changed=[changed], now=NOW)
    (claimed,) = hand.store.claim_entries(NOW, 1, LEASE)
    assert (claimed[0].key, claimed[0].breaking) == ("two", True)


def test_breaking_tasks_are_claimed_first_with_what_was_said_about_them(hand: Hand) -> None:
    hand.announce("new", "old")
    hand.take(article("new"), ["fr"])
    how = replace(BREAKING, hold="a person reads it", section="world", engines=("echo",), headline_only="the feed says so")
    page = article("old", published=minutes(-300))
    hand.store.add_revision(page, [], ["fr"], story="s", revisit=None, now=NOW, assignments={"fr": how})
    tasks = hand.store.claim_tasks(NOW, 5, LEASE)
    assert [(t.revision.article.key, t.breaking) for t in tasks] == [("old", True), ("new", False)]
    assert [t.assignment for t in tasks] == [how, Assignment()]


def test_a_later_revision_is_carried_as_is_said_then(hand: Hand) -> None:
    hand.announce("one")
    for text, how in (("Once.", BREAKING), ("Twice.", Assignment())):
        hand.store.add_revision(
            article("one", text=text), [], ["fr"], story="s", revisit=None, now=NOW, assignments={"fr": how} if how.routes else {}
        )
    (task,) = hand.store.claim_tasks(NOW, 5, LEASE)
    assert task.assignment == Assignment()


def test_breaking_publications_go_out_first(hand: Hand) -> None:
    for minute, key in enumerate(("first", "second", "quake")):
        hand.announce(key)
        how = {"fr": BREAKING} if key == "quake" else {}
        hand.store.add_revision(article(key), [], ["fr"], story=key, revisit=None, now=NOW, assignments=how)
        hand.translate(minutes(minute))
    assert [(p.article.key, p.breaking) for p in hand.store.to_publish("fr", 2)] == [("quake", True), ("first", False)]
    hand.settle(["fr"])
    assert {c.key for c in hand.store.cards("fr")} == {"first", "second", "quake"}


def test_a_withdrawn_publication_comes_down_though_breaking_news_waits(hand: Hand) -> None:
    hand.all_the_way("gone")
    hand.announce("quake")
    hand.store.add_revision(article("quake"), [], ["fr"], story="q", revisit=None, now=NOW, assignments={"fr": BREAKING})
    hand.translate()
    hand.store.withdraw("gone", "410", NOW)
    assert [(p.article.key, p.withdrawn) for p in hand.store.to_publish("fr", 5)] == [("quake", False), ("gone", True)]
