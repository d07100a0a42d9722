"""What every Store promises about topics, amendments and the figures told to readers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from babelwire.model import Amendment, Note, Topic, Verdict
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import OTHER, Hand, article, minutes


@pytest.fixture(params=["file", "memory"])
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    made = SqliteStore(tmp_path / "babelwire.db" if request.param == "file" else ":memory:")
    yield Hand(made)
    assert made.check() == []
    made.close()


def tagged(hand: Hand, key: str, *tags: str, now: float = 0) -> None:
    hand.announce(key, now=minutes(now))
    hand.take(article(key, tags=tags), ["fr"], now=minutes(now))
    hand.translate(minutes(now))
    hand.settle(["fr"], minutes(now))


class TestTopics:
    def test_are_counted_when_articles_come_out_and_go(self, hand: Hand) -> None:
        tagged(hand, "one", "Energy", "Karvela")
        tagged(hand, "two", "Electricity", now=1)
        assert hand.store.topics("fr") == [
            Topic(name="energy", label="Énergie", stories=2),
            Topic(name="karvela", label="Karvela", stories=1),
        ]
        assert [t.name for t in hand.store.topics("fr", ["karvela", "nothing"])] == ["karvela"]
        assert hand.store.topics("es") == hand.store.topics("fr", []) == []
        hand.store.withdraw("one", "410", minutes(2))
        assert hand.store.topics("fr") == [Topic(name="energy", label="Énergie", stories=1)]
        hand.settle(["fr"], minutes(3))
        assert hand.store.topics("fr") == [Topic(name="energy", label="Énergie", stories=1)], "counted off once"

    def test_cards_of_a_topic_come_newest_first(self, hand: Hand) -> None:
        for n, key in enumerate(("one", "two", "three")):
            tagged(hand, key, "Energy" if key != "two" else "Ports", now=n)
        assert [c.key for c in hand.store.cards("fr", topic="energy")] == ["three", "one"]
        assert [c.key for c in hand.store.cards("fr", topic="energy", limit=1)] == ["three"]
        assert hand.store.cards("es", topic="energy") == hand.store.cards("fr", topic="nothing") == []

    def test_what_waits_for_publication_is_not_counted(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one", tags=("Energy",)), ["fr"])
        hand.translate()
        assert hand.store.topics("fr") == []

    def test_follow_the_article(self, hand: Hand) -> None:
        tagged(hand, "one", "Energy", "Ports")
        hand.take(article("one", text="Another text.", tags=("Ports", "Water")), ["fr"], now=minutes(5))
        hand.translate(minutes(6))
        hand.settle(["fr"], minutes(7))
        assert {t.name for t in hand.store.topics("fr")} == {"ports", "water"}


class TestAmendments:
    def test_are_listed_newest_first_until_their_page_is_gone(self, hand: Hand) -> None:
        hand.all_the_way("one")
        hand.all_the_way("two", feed=OTHER, now=minutes(1))
        for key, feed, when in (("one", None, 10), ("two", OTHER, 20)):
            more = {"feed": feed} if feed else {}
            hand.take(article(key, text="It reads otherwise.", **more), ["fr"], now=minutes(when))
            hand.translate(minutes(when), note=Note(when=minutes(when), kind="correction", text="block:0"), body=f"Autrement {key}.")
            hand.settle(["fr"], minutes(when))
        found = hand.store.amendments("fr")
        assert [(a.when, a.kind, a.path) for a in found] == [
            (minutes(20), "correction", "fr/2026/11/24/ferry-two/"),
            (minutes(10), "correction", "fr/2026/11/24/ferry-one/"),
        ]
        assert all(a.headline for a in found) and hand.store.amendments("fr", limit=1) == found[:1]
        assert hand.store.amendments("es") == []
        hand.store.withdraw("two", "410", minutes(30))
        found = hand.store.amendments("fr")
        assert found[0] == Amendment(when=minutes(30), kind="withdrawal")
        assert found[1] == Amendment(when=minutes(20), kind="correction"), "nothing of it is named any more"
        assert found[2].headline

    def test_what_never_was_on_the_site_is_not_listed(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), ["fr"])
        hand.translate()
        hand.store.withdraw("one", "410", minutes(1))
        hand.settle(["fr"], minutes(2))
        assert hand.store.amendments("fr") == []


class TestRates:
    def test_an_empty_edition(self, hand: Hand) -> None:
        rates = hand.store.rates("fr", minutes(-60))
        assert (rates.published, rates.held, rates.corrected, rates.withdrawn, rates.median, rates.pairs) == (0, 0, 0, 0, None, ())

    def test_counts_of_the_last_days(self, hand: Hand) -> None:
        hand.all_the_way("old", now=minutes(-900))
        for n in range(9):
            hand.all_the_way(f"n{n}", now=minutes(10 * n))
        hand.announce("bad", now=minutes(95))
        hand.take(article("bad"), ["fr"], now=minutes(95))
        hand.translate(minutes(95), verdict=Verdict.HOLD, reason="numbers")
        hand.store.withdraw("n8", "410", minutes(100))
        hand.settle(["fr"], minutes(101))
        rates = hand.store.rates("fr", minutes(-60))
        assert (rates.published, rates.held, rates.withdrawn, rates.corrected) == (8, 1, 1, 0)
        assert rates.median == timedelta(minutes=40) and rates.most == timedelta(minutes=70)
        (pair,) = rates.pairs
        assert (pair.source, pair.passed, pair.marked, pair.gist, pair.held, pair.engines) == ("en", 9, 0, 0, 1, ("echo 1",))

    def test_marked_and_rough_are_told_apart(self, hand: Hand) -> None:
        for key, gist in (("one", False), ("two", True)):
            hand.announce(key)
            hand.take(article(key), ["fr"])
            hand.translate(verdict=Verdict.MARK, gist=gist)
        (pair,) = hand.store.rates("fr", minutes(-60)).pairs
        assert (pair.passed, pair.marked, pair.gist, pair.held) == (0, 1, 1, 0)

    def test_a_language_is_one_wherever_it_is_spoken(self, hand: Hand) -> None:
        for key, language in (("one", "en-GB"), ("two", "en-US"), ("three", "pt-PT")):
            hand.announce(key)
            hand.take(article(key, language=language), ["fr"])
        hand.translate()
        assert [(p.source, p.passed) for p in hand.store.rates("fr", minutes(-60)).pairs] == [("en", 2), ("pt", 1)]
