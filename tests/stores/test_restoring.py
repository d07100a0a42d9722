"""A backup in the place of the database: what was there is kept, and nothing is replaced by what is no good."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from babelwire.errors import StoreError
from babelwire.stores import migrate, restoring
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import NOW, Hand


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "babelwire.db"


def filled(path: Path, *keys: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(SqliteStore(path)) as store:
        hand = Hand(store)
        for key in keys:
            hand.all_the_way(key)
    return path


def articles(path: Path) -> set[str]:
    with closing(SqliteStore(path)) as store:
        return {card.key for card in store.cards("fr")}


def backup(path: Path, to: Path) -> Path:
    with closing(SqliteStore(path)) as store:
        store.backup(to)
    return to


def test_it_takes_the_place_and_what_was_there_is_kept(path: Path, tmp_path: Path) -> None:
    file = backup(filled(path, "one"), tmp_path / "monday.db")
    before = file.read_bytes()
    filled(path, "two")
    assert articles(path) == {"one", "two"}
    kept = restoring.restore(path, file, NOW)
    assert articles(path) == {"one"}
    assert kept is not None and kept.name == "babelwire.db.before-restore-20261124T120000Z"
    assert articles(kept) == {"one", "two"}
    assert file.read_bytes() == before, "the backup is only read"
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_where_there_is_nothing_yet(path: Path, tmp_path: Path) -> None:
    file = backup(filled(tmp_path / "old" / "x.db", "one"), tmp_path / "monday.db")
    assert restoring.restore(path, file, NOW) is None
    assert articles(path) == {"one"}


def test_in_the_place_of_a_damaged_one(path: Path, tmp_path: Path) -> None:
    file = backup(filled(path, "one"), tmp_path / "monday.db")
    path.write_bytes(b"not a database at all" * 400)
    kept = restoring.restore(path, file, NOW)
    assert articles(path) == {"one"}
    assert kept is not None and kept.read_bytes().startswith(b"not a database"), "who knows what is in it"


def test_not_while_a_desk_runs(path: Path, tmp_path: Path) -> None:
    file = backup(filled(path, "one"), tmp_path / "monday.db")
    with closing(SqliteStore(path)), pytest.raises(StoreError, match="a desk has it open; stop it first"):
        restoring.restore(path, file, NOW)
    code = "import sys; from babelwire.stores.sqlite import SqliteStore; s = SqliteStore(sys.argv[1]); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        with pytest.raises(StoreError, match="a desk has it open"):
            restoring.restore(path, file, NOW)
        other.kill()
    assert restoring.restore(path, file, NOW) is not None, "a desk that was killed holds nothing"


def test_nothing_opens_it_meanwhile(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = backup(filled(path, "one"), tmp_path / "monday.db")
    keep = restoring._keep

    def meanwhile(target: Path, now: object) -> Path | None:
        with pytest.raises(StoreError, match="try again in a moment"):
            SqliteStore(path)
        return keep(target, NOW)

    monkeypatch.setattr(restoring, "_keep", meanwhile)
    restoring.restore(path, file, NOW)
    assert articles(path) == {"one"}


class TestRefused:
    @pytest.fixture(autouse=True)
    def unchanged(self, path: Path) -> object:
        filled(path, "mine")
        yield
        assert articles(path) == {"mine"}
        left = sorted(p.name for p in path.parent.iterdir())
        assert [n for n in left if not n.startswith("babelwire.db")] == []

    def refuse(self, path: Path, file: Path, words: str) -> None:
        with pytest.raises(StoreError, match=words):
            restoring.restore(path, file, NOW)

    def test_no_such_file(self, path: Path, tmp_path: Path) -> None:
        self.refuse(path, tmp_path / "none.db", "no such file")

    def test_no_database(self, path: Path, tmp_path: Path) -> None:
        file = tmp_path / "x.db"
        file.write_bytes(b"x" * 5000)
        self.refuse(path, file, "cannot be read")

    def test_somebody_elses(self, path: Path, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "x.db")) as other:
            other.execute("CREATE TABLE bookmarks (x)")
            other.commit()
        self.refuse(path, tmp_path / "x.db", "no backup of a Babelwire database")

    def test_of_a_newer_version(self, path: Path, tmp_path: Path) -> None:
        file = filled(tmp_path / "new.db", "one")
        with closing(sqlite3.connect(file)) as other:
            other.execute("UPDATE alembic_version SET version_num = '9999'")
            other.commit()
        self.refuse(path, file, "written by a newer Babelwire")

    def test_damaged(self, path: Path, tmp_path: Path) -> None:
        file = filled(tmp_path / "old.db", "one")
        with closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA foreign_keys = OFF")
            other.execute("UPDATE revision SET key = 'nowhere'")
            other.commit()
        self.refuse(path, file, "it is damaged and was not restored")


def test_an_older_schema_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    """What the upgrade guide says: a backup of the version before is good for the version after."""
    file = filled(tmp_path / "old.db", "one")
    restoring.restore(path, file, NOW)
    with closing(SqliteStore(path)) as store, store.read() as connection:
        assert migrate.version(connection) == migrate.head()


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("feed", sa.Column("favourite", sa.Boolean()))
"""


def test_an_upgrade_and_the_way_back(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As docs/upgrading.md tells it, with a version after this one that has a schema of its own."""
    file = backup(filled(path, "one"), tmp_path / "before-upgrade.db")
    newer = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    (newer / "versions" / "0002_next.py").write_text(NEXT, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", newer)
        with closing(SqliteStore(path)) as store, store.read() as connection:
            assert migrate.version(connection) == "0002"
            assert "favourite" in {c["name"] for c in inspect(connection).get_columns("feed")}
        filled(path, "two")
    with pytest.raises(StoreError, match=r"written by a newer Babelwire .*restore an older backup"):
        SqliteStore(path)
    kept = restoring.restore(path, file, NOW)
    assert articles(path) == {"one"}
    assert kept is not None
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", newer)
        assert articles(kept) == {"one", "two"}, "and nothing of the newer one is lost"
        restoring.restore(path, file, NOW + timedelta(minutes=1))
        with closing(SqliteStore(path)) as store, store.read() as connection:
            assert migrate.version(connection) == "0002", "a backup of the version before is brought up to date"


def test_a_migration_that_fails_leaves_the_database_as_it_was(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, "one")
    newer = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, newer, ignore=shutil.ignore_patterns("__pycache__"))
    broken = NEXT + "    op.execute('DROP TABLE nowhere')\n"
    (newer / "versions" / "0002_next.py").write_text(broken, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", newer)
        with pytest.raises(StoreError):
            SqliteStore(path)
    with closing(SqliteStore(path)) as store, store.read() as connection:
        assert "favourite" not in {c["name"] for c in inspect(connection).get_columns("feed")}
    assert articles(path) == {"one"}


def test_bringing_the_site_out_again_is_no_news(path: Path) -> None:
    filled(path, "one", "two")
    with closing(SqliteStore(path)) as store:
        assert store.to_publish("fr", 10) == []
        assert restoring.bring_out_again(store, NOW) == 2
        again = store.to_publish("fr", 10)
        assert sorted((p.article.key, p.news) for p in again) == [("one", ""), ("two", "")]
        store.mark_published(again, NOW, ["hook"])
        assert store.claim_letters(NOW, 10, NOW - NOW) == []
