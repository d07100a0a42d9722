"""Money and health in every store: counted at once or not at all, however many ask."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from babelwire.model import Breaker, Limit, Spending, TranslationState, Verdict, replace
from babelwire.seams import Store
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import LEASE, NOW, Hand, article, card, minutes, translated

DAY = "2026-11-24"
SOME = Spending(day=DAY, engine="far", feed="f", characters=100, tokens=7, micros=2000)


class TestLedger:
    def test_what_fits_is_counted_and_adds_up(self, store: Store) -> None:
        assert store.spend(SOME, []) is None
        assert store.spend(SOME, [Limit(characters=200)]) is None
        assert store.spent(DAY) == [replace(SOME, characters=200, tokens=14, micros=4000)]
        assert store.spent("2026-11-25") == []

    @pytest.mark.parametrize(
        "limit",
        [
            Limit(characters=150),
            Limit(tokens=13),
            Limit(micros=3999),
            Limit(engine="far", characters=150),
            Limit(feed="f", characters=150),
        ],
    )
    def test_what_does_not_fit_is_not_counted(self, store: Store, limit: Limit) -> None:
        assert store.spend(SOME, [limit]) is None
        refused = store.spend(SOME, [Limit(characters=999), limit])
        assert refused is not None and refused[0] == limit
        assert (refused[1].characters, refused[1].tokens, refused[1].micros) == (100, 7, 2000)
        assert store.spent(DAY) == [SOME]

    def test_limits_count_what_they_are_about(self, store: Store) -> None:
        store.spend(SOME, [])
        others = (replace(SOME, engine="near"), replace(SOME, feed="g"))
        assert store.spend(others[0], [Limit(engine="near", characters=100)]) is None
        assert store.spend(others[1], [Limit(feed="g", characters=100)]) is None
        assert store.spend(SOME, [Limit(characters=300)]) is not None, "the whole counts all engines and feeds"
        assert store.spend(replace(SOME, day="2026-11-25"), [Limit(characters=100)]) is None, "every day anew"

    def test_what_turned_out_otherwise_is_put_right(self, store: Store) -> None:
        store.spend(SOME, [])
        store.settle(replace(SOME, characters=-40, tokens=3, micros=-800))
        assert store.spent(DAY) == [replace(SOME, characters=60, tokens=10, micros=1200)]

    def test_what_is_counted_for_an_article_is_its_cost_whatever_the_day(self, store: Store) -> None:
        world = Hand(store)
        world.announce("a")
        mine = replace(SOME, article="a", language="fr")
        assert store.spend(mine, [Limit(characters=100)]) is None
        assert store.spend(mine, [Limit(characters=100)]) is not None, "what is refused costs nothing"
        store.spend(replace(mine, day="2026-11-25", feed="g"), [])
        store.settle(replace(mine, characters=-40, tokens=3, micros=-800))
        store.spend(replace(mine, engine="near", language="de", tokens=0, micros=0), [])
        store.spend(replace(mine, article="b"), [])
        store.spend(SOME, [])
        item = store.history("a")
        assert item is not None
        assert item["cost"] == [
            {"language": "de", "engine": "near", "characters": 100, "tokens": 0, "micros": 0},
            {"language": "fr", "engine": "far", "characters": 160, "tokens": 17, "micros": 3200},
        ]
        days = sum(s.micros for day in (DAY, "2026-11-25") for s in store.spent(day) if s.engine == "far")
        assert days == 3200 + 2 * 2000, "the day's sums hold it too"

    def test_two_never_share_the_last_of_it(self, tmp_path: Path) -> None:
        stores = [SqliteStore(tmp_path / "s.db") for _ in range(4)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: stores[n % 4].spend(SOME, [Limit(characters=1000)]), range(40)))
        assert answers.count(None) == 10
        assert stores[0].spent(DAY)[0].characters == 1000
        for one in stores:
            one.close()


class TestBreakers:
    def test_it_comes_back_whole_and_a_well_one_leaves_no_row(self, store: Store) -> None:
        ill = Breaker(
            engine="far", errors=4, opened=NOW, until=NOW + LEASE, rests=2, failure="no answer", article="a", quota=True
        )  # fmt: skip
        assert store.turn_breaker("far", lambda b: ill) == ill
        assert (store.breaker("far"), store.breakers()) == (ill, [ill])
        assert store.breaker("near") == Breaker(engine="near")
        store.turn_breaker("far", lambda b: Breaker(engine="far"))
        assert store.breakers() == []

    def test_turns_do_not_get_lost(self, tmp_path: Path) -> None:
        stores = [SqliteStore(tmp_path / "s.db") for _ in range(4)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda n: stores[n % 4].turn_breaker("far", lambda b: replace(b, errors=b.errors + 1)), range(40)))
        assert stores[0].breaker("far").errors == 40
        for one in stores:
            one.close()


class TestAgain:
    """Translations that were made short are asked for in full."""

    @pytest.fixture
    def hand(self, store: Store) -> Hand:
        made = Hand(store)
        made.announce("one")
        made.take(article("one"), ["fr"])
        return made

    def made(self, hand: Hand, verdict: Verdict = Verdict.PUBLISH) -> None:
        (task,) = hand.store.claim_tasks(NOW, 5, LEASE)
        short = replace(translated(task), headline_only="a budget is spent", again=minutes(60), verdict=verdict, reason="x")
        hand.store.add_translation(short, card=card(task, short), note=None, now=NOW)

    @pytest.mark.parametrize("verdict", list(Verdict))
    def test_when_its_time_has_come_and_not_before(self, hand: Hand, verdict: Verdict) -> None:
        self.made(hand, verdict)
        short = hand.store.overview(NOW)["translations"]["short"]  # type: ignore[index]
        assert short == {"items": 1, "again": minutes(60).isoformat()}
        assert hand.store.claim_tasks(minutes(59), 5, LEASE) == []
        (task,) = hand.store.claim_tasks(minutes(61), 5, LEASE)
        assert (task.attempts, task.feed) == (0, hand.store.entry("one").feed_url)  # type: ignore[union-attr]
        whole = translated(task)
        hand.store.add_translation(whole, card=card(task, whole), note=None, now=minutes(61))
        assert hand.store.overview(NOW)["translations"]["short"] == {"items": 0, "again": None}  # type: ignore[index]
        assert hand.store.claim_tasks(minutes(999), 5, LEASE) == []

    def test_not_what_is_gone_meanwhile(self, hand: Hand) -> None:
        self.made(hand)
        hand.store.withdraw("one", "410", NOW)
        assert hand.store.claim_tasks(minutes(61), 5, LEASE) == []
        states = hand.store.overview(NOW)["translations"]["by_state"]  # type: ignore[index]
        assert TranslationState.WAITING not in states

    def test_what_waits_for_an_engine_has_not_been_tried(self, hand: Hand) -> None:
        for n in range(3):
            hand.store.set_task("one", "fr", failure="far: it rests", next_try=minutes(n), now=NOW, tried=False)
        (task,) = hand.store.claim_tasks(NOW + timedelta(hours=1), 5, LEASE)
        assert task.attempts == 0
        assert hand.store.overview(NOW)["translations"]["waiting"] == [{"reason": "far: it rests", "items": 1}]  # type: ignore[index]
