"""Killed at any moment; many hands at once. Real processes, real files."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from babelwire.errors import StoreError
from babelwire.model import replace
from babelwire.stores.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.stores.rows import FEED, HARBOUR, LEASE, NOW, OTHER, VALLEY, Hand, article, card, minutes, translated

#: One desk: goes through everything that is there to do, again and again, and says after each step that it is alive.
DESK = """
import sys
from tests.stores.rows import *
from babelwire.stores.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
hand = Hand(store)
start = int(sys.argv[2])
for turn in range(10_000):
    now = minutes(60 * (start + turn))
    hand.announce(*(f"k{n}" for n in range(40)), now=now)
    for e, latest, failed in store.claim_entries(now, 3, LEASE):
        hand.take(article(e.key), ["fr", "es"], now=now, revisit=None)
        print("took", flush=True)
    for task in store.claim_tasks(now, 3, LEASE):
        made = translated(task, made=now)
        store.add_translation(made, card=card(task, made, now), note=None, now=now)
    for language in ("fr", "es"):
        hand.publish(language, now)
    store.withdraw(f"k{turn % 5}", "410", now)
"""


def test_killed_at_any_moment_nothing_is_lost_and_nothing_is_twice(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.db"
    random.seed(7)
    took = 0
    for kill in range(4):
        desk = subprocess.Popen([sys.executable, "-c", DESK, str(path), str(kill)], cwd=ROOT, stdout=subprocess.PIPE)
        assert desk.stdout is not None
        took += bool(desk.stdout.readline())
        time.sleep(random.uniform(0.0, 0.08))
        desk.send_signal(signal.SIGKILL)
        desk.wait()
        desk.stdout.close()
        store = SqliteStore(path)
        assert store.check() == []
        store.close()
    assert took == 4, "no desk came so far that killing it proves anything"
    _finish(path)


def _finish(path: Path) -> None:
    """A last desk does what is left; then every story is on the site once in each language, or withdrawn."""
    store = SqliteStore(path)
    hand = Hand(store)
    keys = [f"k{n}" for n in range(40)]
    hand.announce(*keys, now=minutes(9000))
    for entry, _, _ in store.claim_entries(minutes(9000), 100, LEASE):
        hand.take(article(entry.key), ["fr", "es"], now=minutes(9000))
    hand.translate(minutes(9000))
    hand.settle(["fr", "es"], minutes(9000))
    gone = {key for key in keys if hand.entry_state(key) == "gone"}
    for language in ("fr", "es"):
        listed = [c.key for c in store.cards(language, limit=1000)]
        assert len(listed) == len(set(listed))
        assert set(listed) == set(keys) - gone
    assert store.check() == []
    store.close()


CLAIMER = """
import sys, time
from tests.stores.rows import *
from babelwire.stores.sqlite import SqliteStore
store = SqliteStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while claimed := store.claim_entries(NOW, 3, LEASE):
    print(*(e.key for e, _, _ in claimed), flush=True)
    time.sleep(0.02)  # work, so that the other gets its share
while tasks := store.claim_tasks(NOW, 2, LEASE):
    print(*(f"{t.revision.article.key}/{t.language}" for t in tasks), flush=True)
"""


def test_processes_that_claim_at_once_get_different_items(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.db"
    store = SqliteStore(path)
    hand = Hand(store)
    keys = [f"k{n}" for n in range(60)]
    hand.announce(*keys, "done")
    for n in range(20):
        hand.take(article(f"k{n}"), ["fr", "es"])
    store.close()
    processes = [
        subprocess.Popen([sys.executable, "-c", CLAIMER, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
    heard = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        heard.append(process.communicate(timeout=60)[0].split())
        assert process.returncode == 0
    wanted = {f"k{n}" for n in range(20, 60)} | {"done"} | {f"k{n}/{lang}" for n in range(20) for lang in ("fr", "es")}
    assert sorted(heard[0] + heard[1]) == sorted(wanted), "each exactly once"
    assert all(heard), "one process took everything before the other had begun: this test proved nothing"


def test_processes_that_open_a_new_file_at_once_both_get_it(tmp_path: Path) -> None:
    code = "import sys; from babelwire.stores.sqlite import SqliteStore; s = SqliteStore(sys.argv[1]); assert s.check() == []"
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "new.db")], cwd=ROOT) for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]


@pytest.mark.parametrize("kind", ["file", "memory"])
def test_threads_share_a_store(kind: str, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "babelwire.db" if kind == "file" else ":memory:")
    hand = Hand(store)
    hand.announce(*(f"k{n}" for n in range(24)))
    claimed: list[str] = []
    failures: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except (StoreError, AssertionError) as error:
                failures.append(error)

        return threading.Thread(target=run)

    def take() -> None:
        while entries := store.claim_entries(NOW, 2, LEASE):
            for entry, _, _ in entries:
                claimed.append(entry.key)
                hand.take(article(entry.key))
                hand.translate()
                hand.publish()

    def read() -> None:
        for _ in range(30):
            keys = [c.key for c in store.cards("fr", limit=99)]
            assert len(set(keys)) == len(keys)
            store.overview(NOW)

    threads = [guarded(take) for _ in range(4)] + [guarded(read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(claimed) == sorted(f"k{n}" for n in range(24))
    hand.settle(["fr"])
    assert len(store.cards("fr", limit=99)) == 24 and store.check() == []
    store.close()


# ---------------------------------------------------------------------------------------------- clocks


@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=1), timedelta(days=400)], ids=["hours", "a day", "a year"])
def test_a_clock_that_was_ahead_and_is_set_back_holds_nothing_up(tmp_path: Path, ahead: timedelta) -> None:
    """A desk polls, claims everything and dies while its clock is wrong; then the clock is right."""
    store = SqliteStore(tmp_path / "babelwire.db")
    hand = Hand(store)
    wrong = NOW + ahead
    hand.announce("one", "two", now=wrong)
    hand.take(article("one"), ["fr"], now=wrong, revisit=wrong + timedelta(hours=1))
    hand.announce("three", now=wrong)
    assert store.claim_entries(wrong, 9, LEASE) and store.claim_tasks(wrong, 9, LEASE)
    store.record_poll([replace(s, due=wrong + timedelta(hours=2), polled=wrong) for s in store.feed_states()], now=wrong)
    store.close()
    store = SqliteStore(tmp_path / "babelwire.db")
    right = minutes(1)
    store.sync([HARBOUR, VALLEY], [FEED, OTHER], right)
    assert len(store.due_feeds(right, 9)) == 2, "feeds are asked now, not in a year"
    assert {e.key for e, _, _ in store.claim_entries(right, 9, LEASE)} >= {"two", "three"}
    (task,) = store.claim_tasks(right, 9, LEASE)
    made = translated(task, made=right)
    store.add_translation(made, card=card(task, made, right), note=None, now=right)
    out = store.to_publish("fr", 9)
    store.mark_published(out, right, ("hook",))
    assert len(store.claim_letters(right, 9, LEASE)) == 1
    assert store.check() == []
    store.close()


def test_a_clock_set_back_while_the_desk_runs(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "babelwire.db")
    hand = Hand(store)
    ahead = NOW + timedelta(days=2)
    assert len(store.due_feeds(ahead, 9)) == 2
    store.record_poll([replace(s, due=ahead + timedelta(hours=2), polled=ahead) for s in store.feed_states()], now=ahead)
    hand.announce("one", now=ahead)
    assert store.claim_entries(ahead, 9, LEASE)
    assert [e.key for e, _, _ in store.claim_entries(NOW, 9, LEASE)] == ["one"]
    assert len(store.due_feeds(NOW, 9)) == 2
    store.close()


def test_timers_that_rules_gave_are_kept_over_a_restart(tmp_path: Path) -> None:
    """Retry-After, back-off and second looks: starting again resets none of them."""
    store = SqliteStore(tmp_path / "babelwire.db")
    hand = Hand(store)
    hand.announce("one", "two")
    hand.take(article("one"), revisit=minutes(60 * 72))
    store.set_entry("two", failure="503", next_try=minutes(60 * 20), state="found", now=NOW)
    store.record_poll([replace(s, due=minutes(60 * 24), polled=NOW) for s in store.feed_states()], now=NOW)
    store.close()
    store = SqliteStore(tmp_path / "babelwire.db")
    assert store.due_feeds(minutes(60 * 20 - 1), 9) == [] and store.claim_entries(minutes(60 * 20 - 1), 9, LEASE) == []
    store.close()


def test_a_clock_that_jumps_ahead_and_returns_does_work_twice_but_shows_it_once(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "babelwire.db")
    hand = Hand(store)
    hand.announce("one")
    for now in (NOW, NOW + timedelta(days=1), minutes(2)):
        for entry_, _, _ in store.claim_entries(now, 9, LEASE):
            hand.take(article(entry_.key), ["fr"], now=now)
        hand.translate(now)
        hand.publish("fr", now)
        store.due_feeds(now, 9)
    hand.settle(["fr"], minutes(3))
    assert [c.key for c in store.cards("fr")] == ["one"] and store.check() == []
    store.close()


# ---------------------------------------------------------------------------------------------- backup and restore


def test_a_backup_made_while_others_write_is_whole_and_the_desk_goes_on_from_it(tmp_path: Path) -> None:
    """Several copies during a busy desk: each holds what was committed before it began, and is a store to work on."""
    path = tmp_path / "babelwire.db"
    SqliteStore(path).close()
    desk = subprocess.Popen([sys.executable, "-c", DESK, str(path), "0"], cwd=ROOT, stdout=subprocess.PIPE)
    assert desk.stdout is not None
    try:
        counts = []
        for copy in range(3):
            desk.stdout.readline()
            store = SqliteStore(path)
            before = len(store.known([f"k{n}" for n in range(40)]))
            store.backup(tmp_path / f"copy{copy}.db")
            store.close()
            counts.append(before)
    finally:
        desk.kill()
        desk.wait()
        desk.stdout.close()
    assert any(counts)
    for copy, before in enumerate(counts):
        shutil.copy(tmp_path / f"copy{copy}.db", tmp_path / "restored.db")
        store = SqliteStore(tmp_path / "restored.db")
        assert store.check() == [] and len(store.known([f"k{n}" for n in range(40)])) >= before
        store.close()
        _finish(tmp_path / "restored.db")
        for left in tmp_path.glob("restored.db*"):
            left.unlink()
