"""The store's room for the validators of pages, so that a second look at an unchanged page costs its server next to nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, select

from babelwire.model import Caching
from babelwire.stores.database import Database, add, chunks
from babelwire.stores.tables import validator


class Validators(Database):
    """Validators of pages, opaque, byte for byte as the server gave them."""

    def validators(self, keys: Sequence[str]) -> Mapping[str, Caching]:
        found: dict[str, Caching] = {}
        with self.read() as connection:
            for some in chunks(keys):
                for row in connection.execute(select(validator).where(validator.c.key.in_(some))):
                    found[row.key] = Caching(etag=row.etag, last_modified=row.last_modified)
        return found

    def set_validators(self, given: Mapping[str, Caching]) -> None:
        rows = [{"key": key, "etag": caching.etag, "last_modified": caching.last_modified} for key, caching in given.items()]
        if rows:
            with self.write(again=True) as connection:
                add(connection, validator, rows, renew=("etag", "last_modified"))


def forget(connection: Connection, keys: Sequence[str]) -> None:
    """These pages are wanted whole: what is made of them may be different although they are not."""
    for some in chunks(keys):
        connection.execute(delete(validator).where(validator.c.key.in_(some)))
