"""The store's room for a person's word about a translation: corrected, published, held, brought back by its reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from babelwire.model import Assignment, Card, Case, EntryState, Note, Revision, Task, Translation, TranslationState, Verdict
from babelwire.stores import codec, retries, shelf, translations
from babelwire.stores.articles import OFF
from babelwire.stores.database import Database, note
from babelwire.stores.tables import entry, feed, publication, revision, translation

KINDS = ("held", "failed", "unread")


class Corrections(Database):
    """As ``seams.Corrections`` says."""

    def case(self, key: str, language: str) -> Case | None:
        page = and_(publication.c.key == translation.c.key, publication.c.language == translation.c.language)
        columns = (translation, publication.c.body.label("shown"), publication.c.path, publication.c.listed)
        here = (translation.c.key == key, translation.c.language == language)
        with self.read() as connection:
            row = connection.execute(select(*columns).select_from(translation.outerjoin(publication, page)).where(*here)).one_or_none()
            body = (row.held or row.shown) if row is not None else None
            if row is None or body is None:
                return None
            made = codec.unpack(codec.TRANSLATION, body)
            asked = connection.execute(select(revision).where(revision.c.key == key, revision.c.number == made.revision)).one()
        return Case(
            task=Task(
                revision=Revision(article=codec.unpack(codec.ARTICLE, asked.body), number=asked.number, seen=asked.seen),
                language=language,
                previous=made,
                assignment=codec.unpack(codec.ASSIGNMENT, row.assignment) if row.assignment else Assignment(),
            ),
            translation=made,
            state=TranslationState(row.state),
            on_site=bool(row.listed),
            path=row.path,
        )

    def amend(self, made: Translation, *, card: Card, note: Note | None, now: datetime) -> bool:
        with self.write() as connection:
            work = connection.execute(translations.ASKED_FOR, {"of": made.key, "tongue": card.language}).one_or_none()
            if work is None or work.state in OFF:
                return False
            if made.verdict is Verdict.HOLD:
                _hold(connection, made, card.language, now)
            elif work.revision != made.revision or (
                work.state == TranslationState.WAITING and _listed(connection, made.key, card.language)
            ):
                _page_alone(connection, made, card, note, now)
            else:
                translations.ready(connection, made, card, note, now, work)
        return True

    def retry_some(self, kind: str, reason: str, now: datetime) -> int:
        if kind not in KINDS:
            raise ValueError(f"{kind!r} is none of {', '.join(KINDS)}")
        with self.write() as connection:
            if kind == "unread":
                return retries.entries(connection, now, _begins(entry.c.failure, reason))
            state, column = {
                "held": (TranslationState.HELD, translation.c.reason),
                "failed": (TranslationState.FAILED, translation.c.failure),
            }[kind]
            return retries.translations(connection, now, and_(_begins(column, reason), translation.c.state == state))

    def read_again(self, key: str, now: datetime) -> bool:
        again = {"state": EntryState.FOUND, "due": now, "attempts": 0, "failure": None, "claimed_until": None}
        here = (entry.c.key == key, entry.c.state != EntryState.GONE)
        with self.write() as connection:
            found = connection.execute(update(entry).where(*here).values(again)).rowcount > 0
            note(connection, now, "asked again", [(key, "", "its page is read again")] if found else [])
        return found

    def ask_feed(self, url: str, now: datetime) -> None:
        with self.write() as connection:
            connection.execute(update(feed).where(feed.c.url == url).values(due=now, retired=False))


def _begins(column: ColumnElement[str], reason: str) -> ColumnElement[bool]:
    return column.startswith(reason, autoescape=True) if reason else or_(column.is_(None), column == "")


def _hold(connection: Connection, made: Translation, language: str, now: datetime) -> None:
    """What is on the site comes off it; what has never been there just waits. No note: the page says itself that it is held."""
    here = (publication.c.key == made.key, publication.c.language == language)
    row = connection.execute(select(publication.c.handed, publication.c.notes).where(*here)).one_or_none()
    if row is not None and row.handed:
        shelf.take_down(connection, made.key, [language], made.reason, now)
        connection.execute(update(publication).where(*here).values(notes=row.notes))
    elif row is not None:
        connection.execute(update(publication).where(*here).values(pending=None))
    translations.hold(connection, made, language, now)


def _listed(connection: Connection, key: str, language: str) -> bool:
    here = (publication.c.key == key, publication.c.language == language)
    return bool(connection.scalar(select(publication.c.listed).where(*here)))


def _page_alone(connection: Connection, made: Translation, card: Card, change: Note | None, now: datetime) -> None:
    """Another translation is asked for: the page of this one is put right, and what is being made goes on."""
    row = connection.execute(
        select(publication).where(publication.c.key == made.key, publication.c.language == card.language)
    ).one_or_none()
    if row is not None:
        before = codec.unpack(codec.TRANSLATION, row.body)
        page = translations.page_of(made, card) | {"breaking": row.breaking}
        translations.renew(connection, row, before, made, card, page, change, now)
        note(connection, now, "corrected", [(made.key, card.language, f"while revision {made.revision} is on the site")])
