"""Transactions on an SQLAlchemy engine, and the database's errors as ours. All rooms of the store stand on this one.

Statements that run for every article are made once, with ``bindparam`` where values go, and stand at the top of their room:
building one costs four times what running it does (0.12 and 0.03 ms on one row by its key).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Row,
    Select,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    exc,
    func,
    insert,
    select,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite

from babelwire.errors import StoreError
from babelwire.stores import tables

Record = Row[*tuple[Any, ...]]  #: a row of whatever columns were selected
CHUNK = 500  #: values in one IN (...): every database takes as many, and the statement is compiled once


class Database:
    """An engine with two kinds of transaction. ``alone``: one connection for all threads, so one at a time (``:memory:``)."""

    def __init__(self, engine: Engine, name: str, *, alone: bool = False) -> None:
        self.engine = engine
        self.name = name
        self.latest: datetime | None = None  #: the moment at which work was last asked for (``clocks``)
        self._writing = threading.RLock()  # threads of one process queue here instead of polling the file's lock
        self._reading: AbstractContextManager[Any] = self._writing if alone else nullcontext()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._ours(), self._reading, self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, again: bool = False) -> Iterator[Connection]:
        """A transaction that holds the right to write from its first moment: what it reads cannot change under it.

        It is on the disk when the block is left. ``again``: all that it writes would be made again from what is on the disk (a
        claim, an article from its page, a translation), so the disk is not waited for: 3 ms each where articles take five such.
        The order holds: when a later one is on the disk, so are all before it.
        """
        options = {"writes": True, "again": again}
        with self._ours(), self._writing, self.engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def explain(self, error: exc.DBAPIError) -> str:
        """What is wrong with the database, and what to do."""
        return f"{self.name}: {error.orig}"

    @contextmanager
    def _ours(self) -> Iterator[None]:
        try:
            yield
        except (exc.OperationalError, exc.IntegrityError, exc.InternalError) as error:
            raise StoreError(self.explain(error)) from error
        except exc.TimeoutError as error:
            raise StoreError(f"{self.name}: every connection is in use; fewer threads, or look for a job that hangs") from error
        except exc.DBAPIError as error:
            if type(error) is not exc.DatabaseError:  # ProgrammingError and the like: our own mistake, a bug
                raise
            raise StoreError(self.explain(error)) from error
        except exc.StatementError as error:  # a value that no column takes: what was wrong with it is inside
            raise (error.orig or error) from error
        except UnicodeEncodeError as error:
            raise StoreError(f"{self.name}: a text holds half a character and cannot be stored: {error}") from error

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], *, renew: Sequence[str] = ()) -> None:
    """Insert rows; where one with the same primary key is there, set its columns ``renew``, or leave it alone.

    SQLAlchemy Core has no statement of its own for this: both dialects have the same one.
    """
    if rows:
        connection.execute(_adding(table, tuple(renew), connection.dialect.name), list(rows))


@lru_cache(maxsize=128)  # made once: building it costs more than running it
def _adding(table: Table, renew: tuple[str, ...], dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    keys = [c.name for c in table.primary_key]
    if renew:
        return statement.on_conflict_do_update(index_elements=keys, set_={c: statement.excluded[c] for c in renew})
    return statement.on_conflict_do_nothing(index_elements=keys)


class Whole(TypeDecorator[Sequence[int]]):
    """Any number of integers as one value: an array, or JSON where the database has none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(postgresql.ARRAY(BigInteger) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> Any:
        return list(value or ()) if dialect.name == "postgresql" else msgspec.json.encode(list(value or ())).decode()


def each(dialect: str) -> Any:
    """The integers of the parameter ``values``, as a table with a column ``value``: one parameter, where ``IN`` with hundreds
    costs more to write than the rows to find."""
    given = bindparam("values", type_=Whole)
    if dialect == "postgresql":
        return func.unnest(given).table_valued("value").render_derived()
    return func.json_each(given).table_valued("value")


def among(column: ColumnElement[int], dialect: str) -> ColumnElement[bool]:
    """Is the column one of the integers of the parameter ``values``?"""
    return column.in_(select(each(dialect).c.value))


@lru_cache(maxsize=8)
def filing(table: Table, dialect: str) -> Any:
    """Insert a row (value, ``seen``, ``key``) for each of the integers of the parameter ``values``; those that are there stay."""
    values = each(dialect)
    rows: Select[Any] = select(values.c.value, bindparam("seen", type_=table.c.seen.type), bindparam("key")).where(true())
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table).from_select(["value", "seen", "key"], rows)
    return made.on_conflict_do_nothing()


NOTE = insert(tables.log)


def note(connection: Connection, now: datetime, what: str, lines: Sequence[tuple[str, str, str]]) -> None:
    """Lines of history: (key, language, text) each."""
    if lines:
        rows = [{"key": k, "language": lang, "time": now, "what": what, "text": text} for k, lang, text in lines]
        connection.execute(NOTE, rows)


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """The distinct values, at most ``CHUNK`` at once."""
    distinct = list(dict.fromkeys(values))
    for at in range(0, len(distinct), CHUNK):
        yield distinct[at : at + CHUNK]
