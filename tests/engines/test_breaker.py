"""The breaker: opens after errors in a row, passes callers over at once, tries ten sentences when it has rested."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from babelwire.engines.breaker import LONGEST, QUOTA, Guarded, Patience, failed, well
from babelwire.engines.echo import Echo
from babelwire.errors import EngineDied, EngineError, PairError, QuotaError, Resting, Spent
from babelwire.model import Breaker, BreakerState, Context, Hypothesis, Pair, Purpose
from babelwire.stores.sqlite import SqliteStore

EN_FR = Pair("en", "fr")
NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
PATIENCE = Patience(errors=3, rest=timedelta(seconds=30))


class Moody(Echo):
    """Answers, unless it has been given errors to raise."""

    def __init__(self) -> None:
        super().__init__(pairs=["en-fr"])
        self.errors: list[Exception] = []
        self.asked: list[int] = []

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        self.asked.append(len(texts))
        if self.errors:
            raise self.errors.pop(0)
        return super().translate(texts, pair, context)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "b.db")
    yield made
    made.close()


def at(seconds: float, article: str = "a") -> Context:
    return Context(purpose=Purpose(article=article, now=NOW + timedelta(seconds=seconds)))


def dead() -> EngineDied:
    return EngineDied("far", "no connection")


def state(store: SqliteStore, seconds: float) -> BreakerState:
    return store.breaker("far").state(NOW + timedelta(seconds=seconds))


def test_errors_in_a_row_open_it_and_callers_are_passed_over_at_once(store: SqliteStore) -> None:
    moody = Moody()
    engine = Guarded("far", lambda: moody, store, PATIENCE)
    moody.errors = [dead() for _ in range(3)]
    for n in range(3):
        with pytest.raises(EngineDied):
            engine.translate(["Text."], EN_FR, at(n))
    assert state(store, 3) is BreakerState.OPEN
    asked = len(moody.asked)
    with pytest.raises(Resting, match="no connection") as caught:
        engine.translate(["Text."], EN_FR, at(4))
    assert len(moody.asked) == asked, "it was not asked"
    assert caught.value.retry_after == NOW + timedelta(seconds=32)


def test_an_answer_between_errors_closes_it(store: SqliteStore) -> None:
    moody = Moody()
    engine = Guarded("far", lambda: moody, store, PATIENCE)
    for n in range(6):
        moody.errors = [dead()] if n % 3 < 2 else []
        if moody.errors:
            with pytest.raises(EngineDied):
                engine.translate(["Text."], EN_FR, at(n))
        else:
            engine.translate(["Text."], EN_FR, at(n))
    assert store.breakers() == []


def test_after_its_rest_ten_sentences_go_through_it_first(store: SqliteStore) -> None:
    moody = Moody()
    engine = Guarded("far", lambda: moody, store, PATIENCE)
    moody.errors = [dead() for _ in range(3)]
    for n in range(3):
        with pytest.raises(EngineDied):
            engine.translate(["Text."], EN_FR, at(n))
    moody.asked.clear()
    assert engine.translate(["Text."], EN_FR, at(40))[0].text
    assert moody.asked == [10, 1]
    assert store.breakers() == []


def test_a_failed_probe_doubles_the_rest_up_to_half_an_hour(store: SqliteStore) -> None:
    moody = Moody()
    engine = Guarded("far", lambda: moody, store, PATIENCE)
    moody.errors = [dead() for _ in range(40)]
    clock, rests = 0.0, []
    for _ in range(3):
        with pytest.raises(EngineDied):
            engine.translate(["Text."], EN_FR, at(clock))
    for _ in range(9):
        until = store.breaker("far").until
        assert until is not None
        clock = (until - NOW).total_seconds()
        with pytest.raises(Resting):
            engine.translate(["Text."], EN_FR, at(clock))
        again = store.breaker("far").until
        assert again is not None
        rests.append((again - until).total_seconds())
    assert rests[:3] == [60, 120, 240]
    assert rests[-1] == LONGEST.total_seconds()


def test_an_engine_that_says_nothing_sensible_fails_its_probe(store: SqliteStore) -> None:
    store.turn_breaker("far", lambda b: Breaker(engine="far", errors=3, opened=NOW, until=NOW, rests=1))
    engine = Guarded("far", lambda: Echo(pairs=["en-fr"], style="copy"), store, PATIENCE)
    with pytest.raises(Resting, match="untranslated"):
        engine.translate(["Text."], EN_FR, at(1))
    assert store.breaker("far").rests == 2


def test_one_caller_tries_it_for_all(store: SqliteStore) -> None:
    store.turn_breaker("far", lambda b: Breaker(engine="far", errors=3, opened=NOW, until=NOW, rests=1))
    gate, tried = threading.Event(), threading.Event()

    class Slow(Moody):
        def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
            tried.set()
            assert gate.wait(10)
            return super().translate(texts, pair, context)

    slow = Slow()
    engine = Guarded("far", lambda: slow, store, PATIENCE)
    other = Guarded("far", lambda: slow, store, PATIENCE)  # of another process
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(engine.translate, ["Text."], EN_FR, at(1))
        assert tried.wait(10)
        with pytest.raises(Resting):
            other.translate(["Text."], EN_FR, at(1))
        gate.set()
        assert first.result()[0].text
    assert slow.asked == [10, 1]


def test_a_spent_quota_opens_it_until_its_end_and_is_looked_at_every_hour(store: SqliteStore) -> None:
    for end, until in ((timedelta(minutes=5), timedelta(minutes=5)), (timedelta(days=17), QUOTA)):
        moody = Moody()
        engine = Guarded("far", lambda moody=moody: moody, store, PATIENCE)  # type: ignore[misc]
        moody.errors = [QuotaError("far", "456: quota exceeded", retry_after=NOW + end)]
        with pytest.raises(QuotaError):
            engine.translate(["Text."], EN_FR, at(0))
        found = store.breaker("far")
        assert (found.quota, found.until) == (True, NOW + until)
        store.turn_breaker("far", well)


def test_an_engine_that_cannot_be_made_rests_and_is_made_again(store: SqliteStore) -> None:
    moods: list[Exception] = [EngineError("far", "missing model.bin")]

    def make() -> Echo:
        if moods:
            raise moods.pop()
        return Echo(pairs=["en-fr"])

    clock = [NOW]
    engine = Guarded("far", make, store, PATIENCE, lambda: clock[0])
    with pytest.raises(Resting, match=r"missing model\.bin"):
        _ = engine.pairs
    with pytest.raises(Resting):
        _ = engine.id
    clock[0] = NOW + timedelta(seconds=31)
    assert EN_FR in engine.pairs
    assert engine.translate(["Text."], EN_FR, at(31))[0].text
    assert store.breakers() == []


@pytest.mark.parametrize(
    "error", [PairError("far", "no"), Spent("far", "no room", retry_after=NOW), Resting("leg", "rests", retry_after=NOW)]
)
def test_what_is_no_fault_of_the_engine_counts_nothing(store: SqliteStore, error: EngineError) -> None:
    moody = Moody()
    engine = Guarded("far", lambda: moody, store, PATIENCE)
    for _ in range(5):
        moody.errors = [error]
        with pytest.raises(type(error)):
            engine.translate(["Text."], EN_FR, at(0))
    assert store.breakers() == []


def test_one_odd_article_is_no_sick_engine() -> None:
    before = Breaker(engine="far")
    refused = EngineError("far", "the model refused")
    for _ in range(9):
        before = failed(before, refused, Purpose(article="odd"), NOW, PATIENCE)
    assert (before.errors, before.state(NOW)) == (1, BreakerState.CLOSED)
    for key in ("b", "c"):
        before = failed(before, refused, Purpose(article=key), NOW, PATIENCE)
    assert before.state(NOW) is BreakerState.OPEN


def test_what_was_asked_before_it_opened_does_not_prolong_its_rest() -> None:
    opened = Breaker(engine="far", errors=3, opened=NOW, until=NOW + timedelta(seconds=30), rests=1)
    assert failed(opened, dead(), Purpose(), NOW, PATIENCE) == opened


def test_the_state_outlives_the_process(tmp_path: Path) -> None:
    kept = Breaker(engine="far", errors=3, opened=NOW, until=NOW + timedelta(seconds=30), rests=2, failure="dead", article="a", quota=True)
    first = SqliteStore(tmp_path / "s.db")
    first.turn_breaker("far", lambda b: kept)
    first.close()
    second = SqliteStore(tmp_path / "s.db")
    assert second.breakers() == [kept]
    assert second.breaker("near") == Breaker(engine="near")
    second.close()
