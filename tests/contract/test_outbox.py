"""News on its way to receivers, and sources that are set aside: what every store promises."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from babelwire.model import Caching, EntryState, Sample, Verdict
from babelwire.seams import Store
from babelwire.stores.drift import KEEP
from tests.stores.rows import FEED, LEASE, NOW, OTHER, Hand, article, minutes

TWO = ("hub", "hook")


def ready(hand: Hand, key: str = "one") -> None:
    hand.announce(key)
    hand.take(article(key))
    hand.translate()


def overview(store: Store, *path: str) -> Any:
    found: Any = json.loads(json.dumps(store.overview(NOW)))
    for name in path:
        found = found[name]
    return found


class TestOutbox:
    def test_news_waits_for_each_receiver_from_the_moment_it_is_out(self, hand: Hand) -> None:
        ready(hand)
        out = hand.store.to_publish("fr", 5)
        assert hand.store.claim_letters(NOW, 9, LEASE) == [], "not before it is on the site"
        hand.store.mark_published(out, minutes(1), TWO)
        letters = hand.store.claim_letters(minutes(1), 9, LEASE)
        assert [x.receiver for x in letters] == ["hub", "hook"]
        (event,) = {x.event for x in letters}
        assert (event.kind, event.subject, event.text, event.language, event.when) == (
            "published", out[0].path, out[0].headline, "fr", minutes(1),
        )  # fmt: skip
        assert overview(hand.store, "outbox") == {"waiting": 2, "oldest": minutes(1).isoformat(), "failed": []}

    def test_brought_out_by_two_desks_at_once_it_is_news_once(self, hand: Hand) -> None:
        ready(hand)
        out = hand.store.to_publish("fr", 5)
        for desk in range(2):
            hand.store.mark_published(out, minutes(desk), TWO[:1])
        assert len(hand.store.claim_letters(minutes(5), 9, LEASE)) == 1

    def test_what_changes_only_the_links_around_it_is_no_news(self, hand: Hand) -> None:
        ready(hand)
        hand.take(article("one", text="More."), ["fr", "es"])
        hand.translate()
        for language in ("fr", "es", "fr", "es"):
            hand.store.mark_published(hand.store.to_publish(language, 9), minutes(1), TWO[:1])
        assert sorted(x.event.language for x in hand.store.claim_letters(minutes(1), 9, LEASE)) == ["es", "fr"]

    def test_nobody_else_gets_a_letter_until_the_lease_runs_out_and_it_is_the_same_then(self, hand: Hand) -> None:
        ready(hand)
        hand.store.mark_published(hand.store.to_publish("fr", 5), NOW, TWO[:1])
        first = hand.store.claim_letters(NOW, 9, LEASE)
        assert hand.store.claim_letters(minutes(9), 9, LEASE) == []
        assert hand.store.claim_letters(minutes(11), 9, LEASE) == first

    def test_delivered_failed_and_given_up(self, hand: Hand) -> None:
        ready(hand)
        hand.store.mark_published(hand.store.to_publish("fr", 5), NOW, TWO)
        hub, hook = hand.store.claim_letters(NOW, 9, LEASE)
        hand.store.set_letter(hub)
        hand.store.set_letter(hook, failure="down", next_try=minutes(2))
        assert hand.store.claim_letters(minutes(1), 9, LEASE) == []
        (again,) = hand.store.claim_letters(minutes(2), 9, LEASE)
        assert (again.receiver, again.attempts, again.event) == ("hook", 1, hook.event)
        hand.store.set_letter(again, failure="still down")
        assert hand.store.claim_letters(minutes(9999), 9, LEASE) == []
        assert overview(hand.store, "outbox", "failed") == [{"receiver": "hook", "reason": "still down", "items": 1}]
        assert hand.store.retry(None, minutes(20)) == 1
        (once_more,) = hand.store.claim_letters(minutes(20), 9, LEASE)
        assert once_more.attempts == 0

    def test_a_withdrawal_is_news(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "410", minutes(5))
        hand.store.mark_published(hand.store.to_publish("fr", 5), minutes(6), TWO[:1])
        assert [x.event.kind for x in hand.store.claim_letters(minutes(6), 9, LEASE)] == ["withdrawn"]

    def test_what_is_held_is_not_news(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate(verdict=Verdict.HOLD, reason="x")
        hand.store.mark_published(hand.store.to_publish("fr", 5), NOW, TWO)
        assert hand.store.claim_letters(NOW, 9, LEASE) == []


def sample(n: int, **more: Any) -> Sample:
    return Sample(key=f"k{n}", seen=NOW + timedelta(minutes=n), words=100 + n, captions=0.125, headline=f"h{n}", text=f"t{n}", **more)


class TestWatch:
    def test_samples_come_back_newest_first_and_no_more_than_are_needed(self, hand: Hand) -> None:
        for n in range(KEEP + 5):
            hand.store.set_watch("harbour", sample(n, failed=n % 2 == 0), lambda *_: "", NOW)
        watch = hand.store.watch("harbour")
        assert watch.samples == tuple(sample(n, failed=n % 2 == 0) for n in reversed(range(5, KEEP + 5)))
        assert (watch.since, watch.reason) == (None, "")
        assert hand.store.watch("valley").samples == ()

    def test_pages_read_at_one_moment_keep_their_order(self, hand: Hand) -> None:
        for n in (3, 1, 2, 1):
            hand.store.set_watch("harbour", Sample(key=f"k{n}", seen=NOW, words=n), lambda *_: "", NOW)
        assert [s.key for s in hand.store.watch("harbour").samples] == ["k1", "k2", "k1", "k3"]

    def put_aside(self, hand: Hand) -> None:
        for n in range(3):
            hand.store.set_watch("harbour", sample(n), lambda *_: "", NOW)
        hand.announce("one", "two")
        hand.announce("three", feed=OTHER)
        for n, key in enumerate(("one", "two")):
            assert hand.store.set_watch("harbour", sample(10 + n), lambda *_: "short", minutes(10 + n)) == "short"
            hand.store.set_entry(key, failure="short", next_try=None, state=EntryState.ASIDE, now=minutes(10))

    def test_a_source_set_aside_is_counted_and_its_articles_wait(self, hand: Hand) -> None:
        self.put_aside(hand)
        watch = hand.store.watch("harbour")
        assert (watch.since, watch.reason) == (minutes(10), "short")
        assert [s.aside for s in watch.samples] == [True, True, False, False, False]
        assert overview(hand.store, "entries", "aside") == [
            {"source": "harbour", "since": minutes(10).isoformat(), "reason": "short", "items": 2}
        ]
        assert [e.key for e, _, _ in hand.store.claim_entries(minutes(99), 9, LEASE)] == ["three"]
        assert hand.entry_state("one") == "aside"

    def test_well_again_they_are_read_again_and_what_was_odd_is_forgotten(self, hand: Hand) -> None:
        self.put_aside(hand)
        hand.store.set_watch("harbour", sample(20), lambda *_: "", minutes(20))
        assert sorted(e.key for e, _, _ in hand.store.claim_entries(minutes(20), 9, LEASE)) == ["one", "three", "two"]
        watch = hand.store.watch("harbour")
        assert watch.since is None and [(s.key, s.aside) for s in watch.samples] == [(f"k{n}", False) for n in (20, 2, 1, 0)]

    def test_accepted_as_it_is_what_was_before_is_forgotten(self, hand: Hand) -> None:
        self.put_aside(hand)
        assert hand.store.accept("valley", minutes(20)) is None
        assert hand.store.accept("harbour", minutes(20)) == 2
        assert [(s.key, s.aside) for s in hand.store.watch("harbour").samples] == [("k11", False), ("k10", False)]
        assert {"one", "two"} <= {e.key for e, _, _ in hand.store.claim_entries(minutes(20), 9, LEASE)}
        assert overview(hand.store, "entries", "aside") == []

    def test_one_can_be_tried_by_itself(self, hand: Hand) -> None:
        self.put_aside(hand)
        assert hand.store.retry(f"{FEED.url}/one", minutes(20)) == 1
        assert "one" in [e.key for e, _, _ in hand.store.claim_entries(minutes(20), 9, LEASE)]

    def test_an_article_that_is_out_stays_while_its_second_look_waits(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.set_entry("one", failure="short", next_try=None, state=EntryState.ASIDE, now=minutes(10))
        assert hand.state() == "published" and len(hand.store.cards("fr")) == 1


class TestValidators:
    def test_they_come_back_byte_for_byte(self, hand: Hand) -> None:
        hand.announce("one", "two")
        given = {"one": Caching(etag='W/"a, b"', last_modified="Tue, 24 Nov 2026 10:00:00 GMT"), "two": Caching()}
        hand.store.set_validators(given)
        assert hand.store.validators(["one", "two", "three"]) == given
        hand.store.set_validators({"one": Caching(etag='"c"')})
        assert hand.store.validators(["one"]) == {"one": Caching(etag='"c"')}

    def test_an_item_that_is_retried_is_read_whole(self, hand: Hand) -> None:
        hand.announce("one")
        hand.store.set_entry("one", failure="x", next_try=None, state="failed", now=NOW)
        hand.store.set_validators({"one": Caching(etag='"a"')})
        assert hand.store.retry("one", NOW) == 1 and hand.store.validators(["one"]) == {}
