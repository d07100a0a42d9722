"""One SQLite file: what is said when it cannot be used, and how its schema comes up to date."""

from __future__ import annotations

import inspect
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from babelwire.errors import StoreError
from babelwire.model import Caching, Event, FeedState, Latency, Letter, Limit, Pair, Print, Sample, Spending
from babelwire.seams import Store
from babelwire.stores import migrate, outbox
from babelwire.stores.sqlite import SqliteStore
from babelwire.stores.tables import metadata, of_core
from tests.conftest import ROOT
from tests.stores.rows import FEED, HARBOUR, LEASE, NOW, Hand, article, card, entry, minutes, remembered, translated

Call = Callable[[Hand], object]
LETTER = Letter(id=1, receiver="hook", event=Event(kind="published", when=NOW, subject="fr/x/", text="x"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "babelwire.db"


@contextmanager
def opened(path: Path | str, **more: Any) -> Iterator[SqliteStore]:
    store = SqliteStore(path, **more)
    try:
        yield store
    finally:
        store.close()


# ---------------------------------------------------------------------------------------------- what can go wrong


def _add_translation(hand: Hand) -> None:
    (task,) = hand.waiting
    made = translated(task)
    hand.store.add_translation(made, card=card(task, made), note=None, now=NOW)


SPENDING = Spending(day="2026-11-24", engine="far", feed=FEED.url, characters=3)
WRITERS: dict[str, Call] = {
    "sync": lambda h: h.store.sync([HARBOUR], [FEED], NOW),
    "record_poll": lambda h: h.store.record_poll([FeedState(feed=FEED, due=NOW)], [entry("new")], now=NOW),
    "claim_entries": lambda h: h.store.claim_entries(NOW, 5, LEASE),
    "add_revision": lambda h: h.take(article("one", text="New.")),
    "set_entry": lambda h: h.store.set_entry("one", failure="x", next_try=None, state="failed", now=NOW),
    "withdraw": lambda h: h.store.withdraw("one", "410", NOW),
    "claim_tasks": lambda h: h.store.claim_tasks(minutes(60), 5, LEASE),
    "add_translation": _add_translation,
    "set_task": lambda h: h.store.set_task("one", "fr", failure="x", next_try=None, now=NOW),
    "remember": lambda h: h.store.remember({"k": remembered("t")}, NOW),
    "add_names": lambda h: h.store.add_names("one", Pair("en", "fr"), {"London": "Londres"}, NOW),
    "to_publish": lambda h: h.store.to_publish("fr", 5),
    "mark_published": lambda h: h.store.mark_published([], NOW),
    "index": lambda h: h.store.index(),
    "retry": lambda h: h.store.retry(None, NOW),
    "spend": lambda h: h.store.spend(SPENDING, [Limit(characters=5)]),
    "settle": lambda h: h.store.settle(SPENDING),
    "turn_breaker": lambda h: h.store.turn_breaker("far", lambda b: b),
    "add_latency": lambda h: h.store.add_latency(Latency(engine="echo", calls=(1,) * 11, seconds=1.0)),
    "set_alerts": lambda h: h.store.set_alerts([], [], NOW),
    "set_prints": lambda h: h.store.set_prints("one", [Print(url="https://harbour.example/a.jpg", failure="x")], NOW),
    "forget_prints": lambda h: h.store.forget_prints("one"),
    "set_watch": lambda h: h.store.set_watch("harbour", Sample(key="one", seen=NOW), lambda *_: "odd", NOW),
    "set_validators": lambda h: h.store.set_validators({"one": Caching(etag='"a"')}),
    "accept": lambda h: h.store.accept("harbour", NOW),
    "claim_letters": lambda h: h.store.claim_letters(NOW, 5, LEASE),
    "set_letter": lambda h: h.store.set_letter(LETTER),
    "set_bug": lambda h: h.store.set_bug("entry", "one", "Traceback", NOW),
}
READERS: dict[str, Call] = {
    "sources": lambda h: h.store.sources(),
    "source": lambda h: h.store.source("harbour"),
    "feed_states": lambda h: h.store.feed_states(),
    "due_feeds": lambda h: h.store.due_feeds(NOW, 5),
    "known": lambda h: h.store.known(["one"]),
    "announced": lambda h: h.store.announced("harbour", ["id-one"]),
    "similar": lambda h: h.store.similar([1], NOW),
    "entry": lambda h: h.store.entry("one"),
    "held": lambda h: h.store.held("one"),
    "article": lambda h: h.store.article("one"),
    "watch": lambda h: h.store.watch("harbour"),
    "prints": lambda h: h.store.prints(["one"]),
    "validators": lambda h: h.store.validators(["one"]),
    "frequencies": lambda h: h.store.frequencies([1], NOW),
    "kin": lambda h: h.store.kin([1], NOW),
    "tellings": lambda h: h.store.tellings("story-one", "fr"),
    "recall": lambda h: h.store.recall(["k"]),
    "known_names": lambda h: h.store.known_names(["London"], Pair("en", "fr")),
    "flow": lambda h: h.store.flow(NOW),
    "publication": lambda h: h.store.publication("one", "fr"),
    "cards": lambda h: h.store.cards("fr"),
    "unindexed": lambda h: h.store.unindexed(),
    "sections": lambda h: h.store.sections("fr"),
    "topics": lambda h: h.store.topics("fr"),
    "amendments": lambda h: h.store.amendments("fr"),
    "rates": lambda h: h.store.rates("fr", NOW),
    "spent": lambda h: h.store.spent("2026-11-24"),
    "breaker": lambda h: h.store.breaker("far"),
    "breakers": lambda h: h.store.breakers(),
    "latencies": lambda h: h.store.latencies(),
    "pulse": lambda h: h.store.pulse(NOW),
    "figures": lambda h: h.store.figures(NOW),
    "published_since": lambda h: h.store.published_since(NOW),
    "alerts": lambda h: h.store.alerts(),
    "overview": lambda h: h.store.overview(NOW),
    "history": lambda h: h.store.history("one"),
    "check": lambda h: h.store.check(),
}


class Prepared(Hand):
    """With one task that waits, one page to be read, and one letter to be delivered."""

    def __init__(self, store: SqliteStore) -> None:
        super().__init__(store)
        self.announce("one", "two")
        self.take(article("one"))
        self.waiting = list(self.tasks().values())
        with store.write() as connection:
            outbox.post(connection, [LETTER.event], ["hub"], NOW)


def test_every_method_of_the_seam_is_tried_here() -> None:
    promised = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert promised == {*WRITERS, *READERS, "backup", "close"}


def test_locked_writers_say_so_and_readers_go_on(path: Path) -> None:
    with opened(path, wait=0.02) as store:
        hand = Prepared(store)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        for name, call in WRITERS.items():
            with pytest.raises(StoreError, match=r"locked.*another process"):
                call(hand)
                pytest.fail(f"{name} wrote through a lock")
        for call in READERS.values():
            call(hand)
        other.execute("ROLLBACK")
        other.close()
        for call in WRITERS.values():
            call(hand)


def test_a_database_that_is_gone_is_our_error_everywhere(path: Path) -> None:
    with opened(path) as store:
        hand = Prepared(store)
    with sqlite3.connect(path) as damage:
        real = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'"
        for (table,) in damage.execute(real).fetchall():
            damage.execute(f"DROP TABLE {table}")
    damage.close()
    for name, call in {**WRITERS, **READERS}.items():
        if name != "mark_published":  # of nothing asks nothing
            with pytest.raises(StoreError, match="no such table"):
                call(hand)
                pytest.fail(f"{name} read a table that is not there")
    store.close()


@contextmanager
def _no_room(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size``: the same answer as that of a full disk."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)


def test_no_room_loses_nothing_and_goes_on_by_itself(path: Path) -> None:
    with opened(path) as store:
        hand = Prepared(store)
        with _no_room(path.stat().st_size + 200_000), pytest.raises(StoreError, match="disk"):
            for n in range(5000):
                store.remember({f"{n}": remembered("x" * 5000)}, NOW)
        assert store.check() == [] and hand.store.known(["one"])
        store.remember({"after": remembered("t")}, NOW)
        assert store.recall(["after"])


def test_a_full_disk_loses_nothing_and_goes_on_by_itself(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("a small disk can only be made by root")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("a small disk cannot be made here (mount is not allowed)")
    try:
        with opened(disk / "babelwire.db") as store:
            hand = Hand(store)
            hand.announce("one")
            ballast = disk / "ballast"
            ballast.write_bytes(b"x" * 1_000_000)
            with pytest.raises(StoreError, match="disk is full; make room"):
                for n in range(1000):
                    store.remember({f"{n}": remembered("x" * 5000)}, NOW)
            assert store.known(["one"])
            ballast.unlink()
            hand.all_the_way("two")
            assert store.check() == [] and len(store.cards("fr")) == 1
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_something_else_than_a_database(path: Path) -> None:
    path.write_text("My diary. " * 500)
    with pytest.raises(StoreError, match=r"not a database.*is the path right"):
        SqliteStore(path)
    assert path.read_text().startswith("My diary.")


def test_a_database_of_somebody_else_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url)")
    theirs.close()
    with pytest.raises(StoreError, match="not Babelwire's"):
        SqliteStore(path)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is the folder there"):
        SqliteStore(tmp_path / "nowhere" / "babelwire.db")


def test_a_damaged_file_says_so(path: Path) -> None:
    with opened(path) as store:
        store.remember({f"{n}": remembered("x" * 500) for n in range(500)}, NOW)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))
    with pytest.raises(StoreError, match="restore a backup"), opened(path) as store:
        store.recall([f"{n}" for n in range(500)])


def test_a_damaged_body_says_so(path: Path) -> None:
    with opened(path) as store:
        Prepared(store)
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE revision SET body = x'00'")
        with pytest.raises(StoreError, match="restore a backup"):
            store.claim_tasks(minutes(60), 5, LEASE)


def test_check_finds_a_wrong_count_and_a_row_without_its_other_half(path: Path) -> None:
    with opened(path) as store:
        Hand(store).all_the_way()
        with store.write() as connection:
            connection.exec_driver_sql("UPDATE tally SET stories = 7")
        with sqlite3.connect(path) as damage:
            damage.execute("UPDATE revision SET key = 'nobody'")
        damage.close()
        found = store.check()
        assert "section 'local' of fr counts 7, holds 1" in found
        assert "a row of revision belongs to one of article that is not there" in found


# ---------------------------------------------------------------------------------------------- settings


def test_commits_are_synced_and_readers_do_not_wait(path: Path) -> None:
    with opened(path) as store, store.read() as connection:
        settings = {s: connection.exec_driver_sql(f"PRAGMA {s}").scalar() for s in ("journal_mode", "synchronous", "foreign_keys")}
        assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        store.remember({"k": remembered("t")}, NOW)  # while the reader's transaction is open


def test_nothing_imports_sqlalchemy_before_a_store_is_opened_and_alembic_only_to_migrate(path: Path) -> None:
    with opened(path):
        pass
    code = (
        "import sys, babelwire.make, babelwire.stores; assert 'sqlalchemy' not in sys.modules, 'too early'\n"
        f"from babelwire.stores.sqlite import SqliteStore; SqliteStore({str(path)!r}).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# ---------------------------------------------------------------------------------------------- schema


def versions() -> list[str]:
    return sorted(p.name[:4] for p in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.mark.parametrize("first", versions())
def test_the_migrations_lead_from_every_schema_to_that_of_the_code(path: Path, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrate, "head", lambda: first)
    with opened(path):
        pass
    monkeypatch.undo()
    with opened(path) as store, store.read() as connection:
        assert migrate.version(connection) == versions()[-1]
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True, "include_object": of_core}), metadata)
        assert found == []


SECOND = '''
"""A second schema."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{number}", "{before}"
def upgrade():
    op.create_table("extra", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("denied") as batch:
        batch.add_column(sa.Column("more", sa.Text()))
    {end}
'''


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Code that knows one schema more, whose migration ends as told."""

    def make(end: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(Path(migrate.__file__).parent / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
        last = versions()[-1]
        number = f"{int(last) + 1:04}"
        (folder / "versions" / f"{number}_second.py").write_text(SECOND.format(number=number, before=last, end=end))
        monkeypatch.setattr(migrate, "MIGRATIONS", folder)

    return make


def test_an_older_file_is_brought_up_to_date_with_its_rows(path: Path, newer: Callable[[str], None]) -> None:
    with opened(path) as store:
        Hand(store).all_the_way()
    newer("pass")
    with opened(path) as store, store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM extra").scalar() == 0
        assert len(store.cards("fr")) == 1 and store.check() == []


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, newer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(path) as store:
        Hand(store).all_the_way()
    newer("op.execute('INSERT INTO nowhere VALUES (1)')")
    with pytest.raises(StoreError, match="no such table: nowhere"):
        SqliteStore(path)
    monkeypatch.undo()
    with opened(path) as store, store.read() as connection:
        tables = set(connection.exec_driver_sql("SELECT name FROM sqlite_master").scalars())
        assert "extra" not in tables and len(store.cards("fr")) == 1


def test_a_newer_file_is_refused_and_left_alone(path: Path, newer: Callable[[str], None], monkeypatch: pytest.MonkeyPatch) -> None:
    newer("pass")
    with opened(path):
        pass
    monkeypatch.undo()
    with pytest.raises(StoreError, match="written by a newer Babelwire"):
        SqliteStore(path)


def test_only_what_would_be_made_again_does_not_wait_for_the_disk(path: Path) -> None:
    with opened(path) as store:
        for again, mode in ((True, 1), (False, 2), (False, 2), (True, 1), (False, 2)):  # NORMAL, FULL
            with store.write(again=again) as connection:
                assert connection.scalar(text("PRAGMA synchronous")) == mode
