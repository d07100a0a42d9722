"""A backup put in the place of an SQLite database: checked, brought to this schema and made whole beside it first, so that what
is there stays until the new file can take its place in one step, and is kept as a safety copy after it.

While anything has the database open, nothing is put in its place: every open store holds a shared lock on a file beside it (not
on the database itself: closing a second handle on that would drop SQLite's own locks), and restoring asks for it alone.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import or_, true, update

from babelwire.errors import StoreError
from babelwire.stores.tables import publication

if TYPE_CHECKING:
    from babelwire.stores.sqlite import SqliteStore

ENDINGS = ("-wal", "-shm")  #: what SQLite keeps beside a database


def hold(path: Path) -> int | None:
    """The handle that says: somebody has this database open. To be closed by ``release``; None where no such file can be made (then
    the database cannot be written either).

    Raises StoreError: a backup is being put in its place.
    """
    try:
        handle = os.open(_door(path), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        os.close(handle)
        raise StoreError(f"{path}: a backup is being put in its place; try again in a moment") from error
    return handle


def release(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)


def restore(path: Path, backup: Path, now: datetime) -> Path | None:
    """Put a backup in the place of the database ``path``. Returns where the one that was there is kept, if there was one.

    Raises StoreError: no such file, not a database of Babelwire's, of a newer one, damaged; or a desk has the old one open.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _alone(path):
        part = path.with_name(f".{path.name}.restored")
        try:
            _prepare(backup, part)
            kept = _keep(path, now)
            for ending in ENDINGS:
                path.with_name(path.name + ending).unlink(missing_ok=True)
            part.replace(path)
            _sync(path.parent)
        finally:
            for ending in ("", "-open", *ENDINGS):
                part.with_name(part.name + ending).unlink(missing_ok=True)
    return kept


def bring_out_again(store: SqliteStore, now: datetime) -> int:
    """Every page is to be written anew, without being news. Returns how many there are."""
    there = or_(publication.c.listed == true(), publication.c.withdrawn == true())
    values = {"pending": now, "version": publication.c.version + 1}
    with store.write() as connection:
        return connection.execute(update(publication).where(there).values(values)).rowcount


# ---------------------------------------------------------------------------------------------- the small steps


def _door(path: Path) -> Path:
    return path.with_name(path.name + "-open")


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    try:
        handle = os.open(_door(path), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise StoreError(f"{path}: cannot be replaced: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise StoreError(f"{path}: a desk has it open; stop it first (systemctl stop babelwire), then restore") from error
    finally:
        os.close(handle)


def _prepare(backup: Path, part: Path) -> None:
    """A copy of the backup, of this schema and whole. The backup itself is only read."""
    from babelwire.stores.sqlite import SqliteStore

    if not backup.is_file():
        raise StoreError(f"{backup}: no such file")
    part.unlink(missing_ok=True)
    _copy(backup, part)
    with closing(SqliteStore(part)) as store:
        wrong = store.check()
    if wrong:
        raise StoreError(f"{backup}: it is damaged and was not restored: {'; '.join(wrong[:3])}")
    _sync(part)


def _copy(source: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
            if not old.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
                raise StoreError(f"{source}: this is no backup of a Babelwire database")
            old.backup(new)
    except sqlite3.Error as error:
        raise StoreError(f"{source}: cannot be read: {error}") from error


def _keep(path: Path, now: datetime) -> Path | None:
    """A safety copy of what is there: whole, or, where it is damaged, its files as they are."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise StoreError(f"{kept} is there already; move it away first")
    try:
        _copy(path, kept)
    except StoreError:
        kept.unlink(missing_ok=True)
        shutil.copy2(path, kept)
        for ending in ENDINGS:
            beside = path.with_name(path.name + ending)
            if beside.exists():
                shutil.copy2(beside, kept.with_name(kept.name + ending))
    _sync(kept)
    return kept


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
