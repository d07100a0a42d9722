"""The store's room for corrections and withdrawals: one row each, so that the page that lists them reads the newest only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, select

from babelwire.model import Amendment, Note
from babelwire.stores.database import Database, add
from babelwire.stores.tables import amendment, publication


class Amendments(Database):
    """As ``seams.Store`` says."""

    def amendments(self, language: str, limit: int = 100) -> list[Amendment]:
        page = and_(publication.c.key == amendment.c.key, publication.c.language == amendment.c.language)
        columns = (amendment.c.time, amendment.c.kind, publication.c.headline, publication.c.path, publication.c.withdrawn)
        order = (amendment.c.time.desc(), amendment.c.key, amendment.c.kind)
        statement = select(*columns).select_from(amendment.join(publication, page)).where(amendment.c.language == language)
        with self.read() as connection:
            rows = connection.execute(statement.order_by(*order).limit(limit)).all()
        return [
            Amendment(when=row.time, kind=row.kind, headline="" if row.withdrawn else row.headline, path="" if row.withdrawn else row.path)
            for row in rows
        ]


def keep(connection: Connection, key: str, language: str, notes: Iterable[Note]) -> None:
    """Write down what has happened to a page."""
    add(connection, amendment, [{"language": language, "time": n.when, "key": key, "kind": n.kind} for n in notes])
