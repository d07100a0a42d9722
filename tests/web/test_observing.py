"""/metrics and /health on a store with something in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from babelwire.budget import Budget, EngineBudget
from babelwire.errors import StoreError
from babelwire.model import Alert, AlertKind, Latency, Pulse, Spending, Verdict, replace
from babelwire.stores.sqlite import SqliteStore
from babelwire.web import health, metrics
from tests.conftest import ROOT
from tests.stores.rows import NOW, Hand, article, minutes
from tests.web.asking import Client

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "babelwire.db" if request.param == "file" else ":memory:")
    yield made
    made.close()


def samples(text: bytes) -> Samples:
    families = text_string_to_metric_families(text.decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def scrape(routes: Sequence[BaseRoute], path: str = "/metrics") -> tuple[int, bytes]:
    answer = Client(Starlette(routes=routes)).get(path)
    return answer.status_code, answer.content


class TestMetrics:
    def test_the_state_of_affairs(self, store: SqliteStore) -> None:
        hand = Hand(store)
        hand.all_the_way("one", ["fr", "es"], now=minutes(7))
        hand.announce("two", now=minutes(8))
        hand.announce("three", now=minutes(9))
        hand.take(article("three"), ["fr"], now=minutes(9))
        hand.translate(minutes(9), verdict=Verdict.HOLD, reason="3 sentences failed a check: the source says 3, the translation 4")
        store.set_alerts([Alert(kind=AlertKind.BUG, subject="bugs", text="x")], [], NOW)
        found = samples(metrics.text(store, Budget(), lambda: minutes(10), NOW))

        def value(name: str, **labels: str) -> float:
            return found[f"babelwire_{name}", tuple(sorted(labels.items()))]

        assert value("feeds", state="new") == 2
        assert (value("entries", state="found"), value("entries", state="taken")) == (1, 2)
        assert (value("translations", state="held", language="fr"), value("translations", state="published", language="fr")) == (1, 1)
        assert (value("queue", stage="take"), value("queue_oldest_seconds", stage="take")) == (1, 120)
        assert (value("queue", stage="poll"), value("queue_oldest_seconds", stage="poll")) == (2, 600)
        assert value("held", reason="sentences failed a check", pair="en-fr") == 1
        assert value("held_share", reason="sentences failed a check", pair="en-fr") == 0.5
        assert value("stories", language="es") == 1
        assert value("alerts", kind="bug") == 1
        assert value("edition_last_timestamp_seconds", language="fr") == minutes(7).timestamp()
        assert value("last_poll_timestamp_seconds") == minutes(9).timestamp()

    def test_the_lag_is_a_histogram_that_counts_each_story_once(self, store: SqliteStore) -> None:
        hand = Hand(store)
        now = NOW
        routes = metrics.routes(store, Budget, lambda: now)
        name = "babelwire_publication_lag_seconds"
        fr = ("language", "fr")
        assert not [key for key in samples(scrape(routes)[1]) if key[0].startswith(name)]
        hand.all_the_way("one", now=minutes(7))
        now = minutes(8)
        for _ in range(2):
            found = samples(scrape(routes)[1])
            assert found[f"{name}_count", (fr,)] == 1
            assert found[f"{name}_sum", (fr,)] == 420
            assert (found[f"{name}_bucket", (fr, ("le", "300.0"))], found[f"{name}_bucket", (fr, ("le", "600.0"))]) == (0, 1)
        hand.all_the_way("two", now=minutes(4))
        now = minutes(20)
        found = samples(scrape(routes)[1])
        assert found[f"{name}_count", (fr,)] == 2, "one that was written down late is counted all the same"
        hand.all_the_way("three", now=minutes(60 * 24 * 9))
        found = samples(scrape(routes)[1])
        assert (found[f"{name}_count", (fr,)], found[f"{name}_bucket", (fr, ("le", "259200.0"))]) == (3, 2)
        assert found[f"{name}_bucket", (fr, ("le", "+Inf"))] == 3

    def test_all_of_them_are_documented(self, store: SqliteStore) -> None:
        Hand(store).all_the_way("one", now=minutes(7))
        text = metrics.text(store, Budget(), lambda: minutes(8), NOW).decode()
        made = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
        told = set(re.findall(r"`(babelwire_\w+)`", (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")))
        assert made == told

    def test_engines_and_money(self, store: SqliteStore) -> None:
        for seconds, feed in ((0.3, "https://a.example/rss?key=geheim"), (7.0, "")):
            calls = [0] * 11
            calls[3 if seconds < 1 else 7] = 2
            store.add_latency(Latency(engine="deep", calls=tuple(calls), seconds=2 * seconds))
            store.settle(Spending(day="2026-11-24", engine="deep", feed=feed, characters=1000, tokens=0, micros=20_000))
        store.turn_breaker("deep", lambda b: replace(b, errors=3, opened=NOW, until=minutes(5)))
        rules = Budget(engines={"deep": EngineBudget(money=0.05, per_million_characters=20.0)})
        text = metrics.text(store, rules, lambda: minutes(1), NOW)
        found = samples(text)
        engine = ("engine", "deep")
        assert found["babelwire_engine_seconds_count", (engine,)] == 4
        assert round(found["babelwire_engine_seconds_sum", (engine,)], 3) == 14.6
        assert found["babelwire_engine_seconds_bucket", (engine, ("le", "0.5"))] == 2
        assert found["babelwire_engine_seconds_bucket", (engine, ("le", "10.0"))] == 4
        assert (found["babelwire_engine_errors", (engine,)], found["babelwire_engine_resting", (engine,)]) == (3, 1)
        assert found["babelwire_spent_today", (engine, ("unit", "characters"))] == 2000
        assert found["babelwire_spent_money_today", (("currency", "EUR"), engine)] == 0.04
        assert found["babelwire_budget_share", (("account", "deep"),)] == 0.8
        assert b"geheim" not in text

    def test_a_database_that_does_not_answer(self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        routes = metrics.routes(store, Budget, lambda: NOW)

        def broken(now: datetime) -> None:
            raise StoreError("/secret/place: the disk is gone")

        monkeypatch.setattr(store, "figures", broken)
        assert scrape(routes) == (503, b"the database does not answer\n")

    @pytest.mark.parametrize(
        ("words", "label"),
        [
            ("3 sentences failed a check: «Ossip» is lost", "sentences failed a check"),
            ("1 sentence failed a check: x", "sentences failed a check"),
            ("37% of the text could not be translated: no engine", "N of the text could not be translated"),
            ("the headline could not be translated: x", "the headline could not be translated"),
            ("", "none"),
            ("x" * 99, "x" * 60),
        ],
    )
    def test_reasons_are_few(self, words: str, label: str) -> None:
        assert metrics.reason(words) == label


class TestHealth:
    def answer(self, store: SqliteStore, now: datetime, hours: float = 3.0) -> tuple[int, dict[str, object]]:
        status, body = scrape(health.routes(store, lambda: hours, lambda: now), "/health")
        return status, json.loads(body)

    def test_a_desk_at_work(self, store: SqliteStore) -> None:
        hand = Hand(store)
        hand.announce("one", now=minutes(5))
        status, seen = self.answer(store, minutes(6))
        assert status == 200
        assert seen == {
            "status": "ok",
            "database": "ok",
            "last_poll": minutes(5).isoformat(),
            "polls_overdue_seconds": 360,
            "queue_age_seconds": 60,
            "queues": {"take": 60},
        }

    def test_nobody_polls(self, store: SqliteStore) -> None:
        Hand(store)
        assert self.answer(store, minutes(16))[0] == 503
        assert self.answer(store, minutes(16))[1]["status"] == "stuck"

    def test_a_long_queue_is_told_and_is_no_reason_to_start_again(self, store: SqliteStore) -> None:
        hand = Hand(store)
        hand.announce("one")
        store.record_poll([replace(s, due=minutes(999)) for s in store.feed_states()], now=NOW)
        status, seen = self.answer(store, minutes(181))
        assert (status, seen["status"], seen["queue_age_seconds"]) == (200, "late", 181 * 60)
        assert self.answer(store, minutes(181), hours=0)[1]["status"] == "ok"

    def test_a_database_that_does_not_answer(self, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(now: datetime) -> Pulse:
            raise StoreError("/secret/place: the disk is gone")

        monkeypatch.setattr(store, "pulse", broken)
        assert self.answer(store, NOW) == (503, {"status": "down", "database": "does not answer"})
