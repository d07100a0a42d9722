"""The store's room for the log of what people did at the desk. Lines are added and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select

from babelwire.model import Deed
from babelwire.stores.database import Database
from babelwire.stores.tables import deed


class Deeds(Database):
    """As ``seams.Deeds`` says."""

    def add_deed(self, made: Deed) -> None:
        values = {"time": made.when, "who": made.who, "what": made.what, "subject": made.subject, "text": made.text}
        with self.write() as connection:
            connection.execute(insert(deed).values(values))

    def deeds(self, *, who: str = "", what: str = "", subject: str = "", limit: int = 100, before: datetime | None = None) -> list[Deed]:
        statement = select(deed).order_by(deed.c.id.desc()).limit(limit)
        wanted = {deed.c.who: who, deed.c.what: what, deed.c.subject: subject}
        statement = statement.where(*(column == value for column, value in wanted.items() if value))
        if before is not None:
            statement = statement.where(deed.c.time < before)
        with self.read() as connection:
            rows = connection.execute(statement).all()
        return [Deed(when=r.time, who=r.who, what=r.what, subject=r.subject, text=r.text) for r in rows]
