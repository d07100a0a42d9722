"""Killed at any moment; many hands at once. Real processes, real files."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from babelwire.errors import StoreError
from babelwire.stores.sqlite import SqliteStore
from tests.conftest import ROOT
from tests.stores.rows import LEASE, NOW, Hand, article, minutes

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
