"""An engine is counted before it is asked: to the letter, never too little, even if the process is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire.budget import Budget, Ceiling, EngineBudget, accounts, limits, turn
from babelwire.engines.echo import Echo
from babelwire.engines.metered import Metered
from babelwire.errors import EngineDied, EngineError, Spent
from babelwire.model import Context, Hypothesis, Pair, Purpose, Spending
from babelwire.stores.sqlite import SqliteStore
from tests.engines import doubles

ROOT = Path(__file__).resolve().parents[2]
EN_FR = Pair("en", "fr")
NOW = datetime(2026, 4, 13, 23, 30, tzinfo=UTC)
ORDINARY = Context(purpose=Purpose(article="a", feed="f", now=NOW))
BREAKING = Context(purpose=Purpose(article="a", feed="f", now=NOW, breaking=True))
HEADLINE = Context(purpose=Purpose(article="a", feed="f", now=NOW, headline=True))


class Counting(Echo):
    """Counts tokens, and may fail at the n-th call."""

    def __init__(self, *errors: EngineError | None, each: int = 0) -> None:
        super().__init__(pairs=["en-fr"])
        self.errors, self.each, self.used = list(errors), each, 0

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        self.used += self.each
        if self.errors and (error := self.errors.pop(0)):
            raise error
        return super().translate(texts, pair, context)

    def tokens(self) -> int:
        used, self.used = self.used, 0
        return used


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    made = SqliteStore(":memory:")
    yield made
    made.close()


def rules(**more: object) -> Budget:
    table = {"characters": 1000, "per_million_characters": 20.0} | more
    return Budget(engines={"far": EngineBudget(**table)}, reserve=0.2, headlines=0.1)  # type: ignore[arg-type]


def spent(store: SqliteStore) -> Spending:
    (row,) = store.spent("2026-04-13")
    return row


def test_shares_are_kept_for_breaking_news_and_for_headlines(store: SqliteStore) -> None:
    engine = Metered(Echo(), "far", store, rules())
    engine.translate(["x" * 700], EN_FR, ORDINARY)
    for context, room in ((ORDINARY, 0), (HEADLINE, 100), (BREAKING, 100)):
        with pytest.raises(Spent, match="700 of 1,000 characters spent"):
            engine.translate(["x" * (room + 101)], EN_FR, context)
        if room:
            engine.translate(["x" * room], EN_FR, context)
            store.settle(Spending(day="2026-04-13", engine="far", feed="f", characters=-room))
    assert spent(store).characters == 700


def test_the_error_says_when_the_day_turns(store: SqliteStore) -> None:
    paris = Budget(engines={"far": EngineBudget(characters=5)}, time_zone="Europe/Paris")
    with pytest.raises(Spent) as caught:
        Metered(Echo(), "far", store, paris).translate(["too much"], EN_FR, ORDINARY)
    assert caught.value.retry_after == turn(NOW, paris) == datetime(2026, 4, 14, 22, tzinfo=UTC), "in Paris it is the 14th already"


def test_an_article_is_counted_whole_before_any_of_it_is_sent(store: SqliteStore) -> None:
    inner = Counting()
    with pytest.raises(Spent):
        Metered(inner, "far", store, rules()).translate(["x" * 10] * 101, EN_FR, BREAKING)
    assert store.spent("2026-04-13") == []
    assert len(Metered(inner, "far", store, rules()).translate(["x" * 10] * 90, EN_FR, BREAKING)) == 90
    assert (spent(store).characters, spent(store).micros) == (900, 18_000)


@pytest.mark.parametrize(("error", "counted"), [(EngineDied("far", "gone"), 500), (EngineError("far", "cut short"), 1000)])
def test_what_was_not_sent_is_given_back(store: SqliteStore, error: EngineError, counted: int) -> None:
    """Of three batches the second fails: nobody took it, or somebody did and made nothing of it."""
    inner = Counting(None, error)
    with pytest.raises(EngineError):
        Metered(inner, "far", store, rules(characters=9000)).translate(["x" * 10] * 150, EN_FR, BREAKING)
    assert spent(store).characters == counted
    assert spent(store).micros == 20 * counted


def test_tokens_are_guessed_and_then_put_right(store: SqliteStore) -> None:
    money = rules(per_million_characters=0.0, per_million_tokens=5.0, tokens=2000)
    engine = Metered(Counting(each=420), "far", store, money)
    engine.translate(["x" * 30], EN_FR, BREAKING)
    assert (spent(store).tokens, spent(store).micros) == (420, 2100)
    with pytest.raises(Spent, match="420 of 2,000 tokens"):
        engine.translate(["x" * 30] * 30, EN_FR, BREAKING)


def test_what_a_failed_request_took_is_counted(store: SqliteStore) -> None:
    engine = Metered(Counting(EngineError("far", "refused"), each=300), "far", store, rules())
    with pytest.raises(EngineError):
        engine.translate(["x" * 30], EN_FR, BREAKING)
    assert spent(store).tokens == 300


def test_limits_of_engine_feed_and_day() -> None:
    budget = Budget(
        money=10.0, reserve=0.5, headlines=0.0, feed=Ceiling(money=2.0), feeds={"g": Ceiling(characters=8)},
        engines={"far": EngineBudget(tokens=100)},
    )  # fmt: skip
    found = limits(budget, "far", Purpose(feed="f"))
    assert [(m.engine, m.feed, m.characters, m.tokens, m.micros) for m in found] == [
        ("far", "", None, 50, None), ("", "f", None, None, 1_000_000), ("", "", None, None, 5_000_000),
    ]  # fmt: skip
    assert limits(budget, "far", Purpose(feed="g", breaking=True))[1].characters == 8
    row = Spending(day="d", engine="far", feed="f", tokens=30, micros=1_900_000)
    assert [(a.name, a.share, a.text) for a in accounts(budget, [row], NOW)] == [
        ("all engines", 0.19, "1.90 of 10.00 EUR"), ("far", 0.3, "30 of 100 tokens"), ("f", 0.95, "1.90 of 2.00 EUR"),
    ]  # fmt: skip


CHILD = """
import itertools, sys
from pathlib import Path
from babelwire import config, make
from babelwire.model import Context, Pair, Purpose, utc_now
from babelwire.stores.sqlite import SqliteStore
made = config.build(
    {"translate": {"engines": ["far"]}, "engines": {"far": {"kind": "libretranslate", "options": {"url": sys.argv[1]}}},
     "budget": {"engines": {"far": {"per_million_characters": 1.0}}}}, Path(sys.argv[2]) / "x.toml", {})
store = SqliteStore(Path(sys.argv[2]) / "s.db")
engine = make.engine(made, "far", store)
print("go", flush=True)
for n in itertools.count():
    context = Context(purpose=Purpose(article=str(n), feed="f", now=utc_now()))
    engine.translate([f"Sentence {n} of {m}." for m in range(70)], Pair("en", "fr"), context)
"""


@pytest.mark.parametrize("delay", [0.05, 0.4])
def test_kill_9_leaves_nothing_uncounted(tmp_path: Path, delay: float) -> None:
    with doubles.running(doubles.libretranslate) as server:
        child = subprocess.Popen([sys.executable, "-c", CHILD, server.url, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
        assert child.stdout is not None and child.stdout.readline() == b"go\n"
        until = time.monotonic() + 30
        while not any(path == "/translate" for path, _, _ in server.seen) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(delay)
        os.kill(child.pid, signal.SIGKILL)
        child.wait(10)
        child.stdout.close()
        time.sleep(0.1)
        taken = sum(len(t) for path, _, body in server.seen if path == "/translate" for t in body["q"])
    store = SqliteStore(tmp_path / "s.db")
    days = {datetime.now(UTC).date().isoformat()}
    counted = sum(s.characters for day in days for s in store.spent(day))
    store.close()
    assert taken > 0, "there was something to interrupt"
    assert taken <= counted <= taken + 70 * len("Sentence 999 of 69."), "never too little, and at most one article too much"
