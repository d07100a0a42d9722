"""Brings a database to the schema of this Babelwire, by Alembic; which is imported only where there is something to do.

The steps are files ``migrations/versions/NNNN_what.py`` whose number is their revision id. All of them run in one
transaction that holds the right to write, so two processes that open a new database at once do not meet, and a step that
fails leaves the database as it was.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from babelwire.errors import StoreError
from babelwire.stores.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest schema this code knows."""
    return max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def version(connection: Connection) -> str | None:
    """The schema of a database; None: a new, empty one.

    Raises StoreError where it holds tables of somebody else.
    """
    if not inspect(connection).has_table("alembic_version"):
        if inspect(connection).get_table_names():
            raise StoreError("the database holds tables that are not Babelwire's; name another file")
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def to_head(store: Database, target: str = "") -> None:
    """Bring the store's schema up to ``target``, the newest.

    Raises StoreError for a database that a newer Babelwire has written.
    """
    wanted = target or head()
    with store.read() as connection:
        if _is(version(connection), wanted, store.name):
            return
    with store.write() as connection:
        if not _is(version(connection), wanted, store.name):  # another process may have been first
            _upgrade(connection, wanted)


def _is(found: str | None, wanted: str, name: str) -> bool:
    if found is not None and found > head():
        raise StoreError(
            f"{name}: written by a newer Babelwire (schema {found}, this one knows up to {head()}): upgrade, or restore an older backup"
        )
    return found == wanted


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, target)
