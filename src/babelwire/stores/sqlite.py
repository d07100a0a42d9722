"""The store in one SQLite file, or in memory (``:memory:``), shared by threads and processes.

Write-ahead log: readers and the one writer don't wait for each other. ``synchronous=FULL``: a commit is on the disk when it
returns, so nothing that was handed over is lost with the power; NORMAL for what would be made again (``Database.write``).
"""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, StaticPool, create_engine, event, exc, func, select, text

from babelwire.errors import StoreError
from babelwire.stores import index, migrate, restoring
from babelwire.stores.sql import SqlStore
from babelwire.stores.tables import publication, tally

MEMORY = ":memory:"
THREADS = 64  #: connections at once; an idle one costs a file handle
SWITCH = 5.0  #: seconds for which several processes that open a new file may be in one another's way
CACHE_KIB = 16_384  #: pages kept in memory for each connection

#: What to do about it, by the first words of SQLite's result code.
ADVICE = {
    "SQLITE_BUSY": "another process has kept it locked; look for one that hangs, then try again",
    "SQLITE_LOCKED": "another thread has kept it locked; try again",
    "SQLITE_FULL": "the disk is full; make room, the desk goes on by itself",
    "SQLITE_IOERR": "the disk failed or is full; look at the system log",
    "SQLITE_CORRUPT": "the file is damaged; restore a backup (`babelwire restore`)",
    "SQLITE_NOTADB": "this is not a database; is the path right?",
    "SQLITE_CANTOPEN": "it cannot be opened; is the folder there, and may we write in it?",
    "SQLITE_READONLY": "it may not be written; look at the owner of the file and of its folder",
    "SQLITE_PERM": "it may not be opened; look at the owner of the file",
    "SQLITE_CONSTRAINT": "a row would not fit the others (an entry of an unknown feed, a translation of an unknown article)",
}


class SqliteStore(SqlStore):
    """Opens the file, and brings its schema up to date.

    ``wait``: seconds for which a locked database is waited for. Raises StoreError: not a database, not ours, written by a newer
    Babelwire, or not to be opened.
    """

    def __init__(self, path: Path | str, *, wait: float = 15.0) -> None:
        self.path = path
        alone = str(path) == MEMORY
        self._open = None if alone else restoring.hold(Path(path))
        pool: dict[str, Any] = {"poolclass": StaticPool} if alone else {"pool_size": 5, "max_overflow": THREADS - 5}
        engine = create_engine(
            "sqlite://" if alone else f"sqlite:///{path}", connect_args={"timeout": wait, "check_same_thread": False}, **pool
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        super().__init__(engine, str(path), alone=alone)
        try:
            migrate.to_head(self)
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        super().close()
        restoring.release(self._open)
        self._open = None

    def explain(self, error: exc.DBAPIError) -> str:
        code = str(getattr(error.orig, "sqlite_errorname", ""))
        advice = next((words for start, words in ADVICE.items() if code.startswith(start)), "")
        return f"{self.name}: {error.orig}{f': {advice}' if advice else ''}"

    def backup(self, path: Path) -> None:
        """As the seam says; written beside its place and moved there when it is whole and on the disk."""
        if path.exists():
            raise StoreError(f"{path} is there already; a backup never replaces a file")
        part = path.with_name(f".{path.name}.part")
        try:
            part.unlink(missing_ok=True)
            with self._ours(), self._reading, self.engine.connect() as connection:
                driver = connection.connection.driver_connection  # VACUUM cannot run inside a transaction
                assert driver is not None
                _vacuum(driver, part)
            _sync(part)
            os.link(part, path)  # unlike a rename it fails where a file has come up meanwhile
            _sync(path.parent)
            part.unlink()
        except sqlite3.Error as error:
            part.unlink(missing_ok=True)
            raise StoreError(f"{path}: the backup could not be written: {error}") from error
        except OSError as error:
            raise StoreError(f"{path}: the backup could not be written: {error.strerror}") from error

    def check(self) -> list[str]:
        with self.read() as connection:
            found = [row[0] for row in connection.execute(text("PRAGMA integrity_check(20)")) if row[0] != "ok"]
            lost = connection.execute(text("PRAGMA foreign_key_check")).all()
            found += [f"a row of {row[0]} belongs to one of {row[2]} that is not there" for row in lost[:20]]
            return found + _miscounted(connection) + index.amiss(connection)


def _prepare(connection: Any, record: object) -> None:
    """A new connection. Transactions are begun by ``_begin``; the driver's own habit of beginning them late is turned off."""
    connection.isolation_level = None
    with closing(connection.cursor()) as cursor:
        _keep_a_log(cursor)
        for setting in ("synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KIB}", "temp_store=MEMORY"):
            cursor.execute(f"PRAGMA {setting}")


def _keep_a_log(cursor: Any) -> None:
    """Write ahead from now on. The switch, made once in a file's life, does not wait for a process that makes it at the same moment."""
    until = time.monotonic() + SWITCH
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.05)


def _begin(connection: Connection) -> None:
    """IMMEDIATE for those who will write: a transaction that reads first and writes later could not wait for its turn.

    Said to the driver itself: by way of SQLAlchemy it costs as much as a statement, with every transaction.
    """
    options, driver = connection.get_execution_options(), connection.connection.driver_connection
    assert driver is not None
    try:
        if not options.get("writes"):
            driver.execute("BEGIN")
            return
        wanted = "NORMAL" if options.get("again") else "FULL"
        if connection.info.get("synchronous", "FULL") != wanted:
            driver.execute(f"PRAGMA synchronous={wanted}")
            connection.info["synchronous"] = wanted
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        raise exc.DBAPIError.instance("BEGIN", None, error, sqlite3.Error) from error


def _vacuum(driver: Any, path: Path) -> None:
    with closing(driver.cursor()) as cursor:
        cursor.execute("VACUUM INTO ?", (str(path),))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _miscounted(connection: Connection) -> list[str]:
    """Sections whose running count is not what the archive holds."""
    here = (publication.c.listed.is_(True), publication.c.section.is_not(None), publication.c.section != "")
    groups = (publication.c.language, publication.c.section)
    real = {(r[0], r[1]): r[2] for r in connection.execute(select(*groups, func.count()).where(*here).group_by(*groups))}
    kept = {(r.language, r.section): r.stories for r in connection.execute(select(tally)) if r.stories}
    wrong = sorted(k for k in real.keys() | kept.keys() if real.get(k, 0) != kept.get(k, 0))
    return [
        f"section {section!r} of {lang} counts {kept.get((lang, section), 0)}, holds {real.get((lang, section), 0)}"
        for lang, section in wrong
    ]
