"""The store's room for the glossary: its versions, and what has to be translated again when it changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select, update

from babelwire.model import Task, Term, TranslationState
from babelwire.stores import codec
from babelwire.stores.database import Database, add, note
from babelwire.stores.tables import entry, glossary, publication, revision, translation
from babelwire.stores.translations import task

TERMS = msgspec.json.Decoder(tuple[Term, ...])
MADE = (TranslationState.READY, TranslationState.PUBLISHED, TranslationState.HELD)
PAGE = 100  #: translations read at once: no transaction stays open between them


class Glossaries(Database):
    """Versions of the glossary, and every translation that was made with one."""

    def made_tasks(self) -> Iterator[Task]:
        asked = and_(revision.c.key == translation.c.key, revision.c.number == translation.c.revision)
        shown = and_(publication.c.key == translation.c.key, publication.c.language == translation.c.language)
        what = (translation.c.key, translation.c.language, translation.c.dated, translation.c.attempts, translation.c.assignment)
        columns = (*what, entry.c.feed_url)
        statement = (
            select(*columns, revision.c.number, revision.c.seen, revision.c.body, translation.c.held, publication.c.body.label("previous"))
            .select_from(translation.join(revision, asked).join(entry, entry.c.key == translation.c.key).outerjoin(publication, shown))
            .where(translation.c.state.in_(MADE))
            .order_by(translation.c.dated.desc(), translation.c.key, translation.c.language)
            .limit(PAGE)
        )
        page = statement
        while True:
            with self.read() as connection:
                rows = connection.execute(page).all()
            yield from (task(row, row.held or row.previous) for row in rows)
            if len(rows) < PAGE:
                return
            dated, key, language = rows[-1].dated, rows[-1].key, rows[-1].language
            same_day = and_(translation.c.dated == dated, or_(translation.c.key > key, _later(key, language)))
            page = statement.where(or_(translation.c.dated < dated, same_day))

    def ask_again(self, keys: Sequence[tuple[str, str]], why: str, now: datetime) -> int:
        asked = []
        waiting = {"state": TranslationState.WAITING, "due": None, "attempts": 0, "claimed_until": None, "failure": None}
        with self.write() as connection:
            for key, language in keys:
                here = (translation.c.key == key, translation.c.language == language, translation.c.state.in_(MADE))
                if connection.execute(update(translation).where(*here).values(waiting)).rowcount:
                    asked.append((key, language, why))
            note(connection, now, "asked again", asked)
        return len(asked)

    def add_glossary(self, version: str, terms: Sequence[Term], now: datetime) -> None:
        with self.write() as connection:
            add(connection, glossary, [{"version": version, "made": now, "body": codec.pack(tuple(terms))}])

    def glossaries(self) -> list[tuple[str, datetime, tuple[Term, ...]]]:
        with self.read() as connection:
            rows = connection.execute(select(glossary).order_by(glossary.c.made.desc(), glossary.c.version)).all()
        return [(row.version, row.made, codec.unpack(TERMS, row.body)) for row in rows]


def _later(key: str, language: str) -> ColumnElement[bool]:
    return and_(translation.c.key == key, translation.c.language > language)
