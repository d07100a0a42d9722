"""How long an engine takes is counted, whoever asks and whatever becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from babelwire.engines.echo import Echo
from babelwire.engines.timed import Timed
from babelwire.errors import EngineError, StoreError
from babelwire.model import Context, Hypothesis, Latency, Pair
from babelwire.stores.sqlite import SqliteStore

EN_FR = Pair("en", "fr")


@dataclass
class Watch:
    """A clock that an engine moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Slow(Echo):
    watch: Watch = field(default_factory=Watch)
    takes: float = 0.0
    fails: bool = False

    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self.watch, self.takes, self.fails = watch, 0.0, False

    def translate(self, texts: object, pair: Pair, context: Context) -> list[Hypothesis]:
        self.watch.now += self.takes
        if self.fails:
            raise EngineError("slow", "it failed")
        return super().translate(texts, pair, context)  # type: ignore[arg-type]


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    made = SqliteStore(":memory:")
    yield made
    made.close()


def test_batches_are_counted_in_buckets_and_written_now_and_then(store: SqliteStore) -> None:
    watch = Watch()
    slow = Slow(watch)
    timed = Timed(slow, "mine", store, clock=watch, every=5.0)
    for takes in (0.2, 0.3):
        slow.takes = takes
        timed.translate(["One."], EN_FR, Context())
    assert store.latencies() == [], "not for every batch"
    slow.takes, slow.fails = 4.6, True
    with pytest.raises(EngineError):
        timed.translate(["One."], EN_FR, Context())
    (found,) = store.latencies()
    assert (found.engine, found.calls) == ("mine", (0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0))
    assert round(found.seconds, 6) == 5.1
    slow.takes, slow.fails = 100.0, False
    timed.close()
    assert store.latencies() == [found]
    other = Timed(slow, "mine", store, clock=watch)
    other.translate(["One."], EN_FR, Context())
    other.close()
    assert [(sum(x.calls), x.calls[-1], round(x.seconds, 6)) for x in store.latencies()] == [(4, 1, 105.1)], "added up over processes"


def test_a_store_that_cannot_take_them_stops_no_translation(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    slow = Slow(watch)
    slow.takes = 6.0
    timed = Timed(slow, "mine", store, clock=watch)

    def broken(some: Latency) -> None:
        raise StoreError("locked")

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_latency", broken)
        assert len(timed.translate(["One."], EN_FR, Context())) == 1
    timed.translate(["One."], EN_FR, Context())
    assert [sum(x.calls) for x in store.latencies()] == [2], "and they are written later"
