"""The store's room for translations: asked for, claimed, made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, literal_column, or_, select, true, update

from babelwire.model import Assignment, Card, Flow, Note, Revision, Task, Translation, TranslationState, Verdict
from babelwire.stores import amendments, bugs, codec, marks, shelf
from babelwire.stores.articles import EITHER, OFF
from babelwire.stores.database import Database, Record, note
from babelwire.stores.publications import day_of
from babelwire.stores.tables import article, entry, publication, revision, translation

DONE = (TranslationState.READY, TranslationState.PUBLISHED)
ASKED = {"state": TranslationState.WAITING, "due": None, "attempts": 0, "failure": None, "claimed_until": None}

HERE = (translation.c.key == bindparam("of"), translation.c.language == bindparam("tongue"))
NOW: Any = bindparam("now", type_=translation.c.due.type)
ASKED_FOR = select(translation.c.state, translation.c.revision, translation.c.breaking).where(*HERE)
AGAIN = select(translation.c.key, translation.c.language, translation.c.state).where(translation.c.again <= NOW)  # there is an index for it
OPEN = (  # as in the index: a state of a parameter is not known to be the same
    translation.c.state == literal_column("'waiting'"),
    or_(translation.c.due.is_(None), translation.c.due <= NOW),
)
ANY = select(or_(select(translation.c.key).where(*OPEN).exists(), AGAIN.exists()))
FLOW = select(
    select(func.count()).select_from(translation).where(*OPEN).scalar_subquery()
    + select(func.count()).select_from(entry).where(EITHER, entry.c.due <= NOW).scalar_subquery(),
    select(func.count()).select_from(publication).where(publication.c.pending.is_not(None)).scalar_subquery(),
)
CHANGE = update(translation).where(*HERE)
STORY = select(article.c.story).where(article.c.key == bindparam("of"))
PAGE = select(publication).where(publication.c.key == bindparam("of"), publication.c.language == bindparam("tongue"))
FIRST = insert(publication)


class Translations(Database):
    """Tasks and what becomes of them."""

    def claim_tasks(self, now: datetime, limit: int, lease: timedelta) -> list[Task]:
        if not self._any_waiting(now):  # the right to write is for those who will
            return []
        with self.write(again=True) as connection:
            _wake(connection, now)
            rows = [*_due_tasks(connection, now, limit, breaking=True)]
            rows += _due_tasks(connection, now, limit - len(rows), breaking=False)
            if rows:
                connection.execute(CHANGE, [{"of": r.key, "tongue": r.language, "claimed_until": now + lease} for r in rows])
        return [task(row, row.previous or row.held) for row in rows]

    def _any_waiting(self, now: datetime) -> bool:
        with self.read() as connection:
            return bool(connection.scalar(ANY, {"now": now}))

    def flow(self, now: datetime) -> Flow:
        with self.read() as connection:
            return Flow(*connection.execute(FLOW, {"now": now}).one())

    def add_translation(self, translation: Translation, *, card: Card, note: Note | None, now: datetime) -> None:
        with self.write(again=True) as connection:
            row = connection.execute(ASKED_FOR, {"of": translation.key, "tongue": card.language}).one_or_none()
            if row is None or row.revision != translation.revision or row.state in OFF:
                return  # a newer revision is asked for, or the article is gone
            bugs.clear(connection, "task", [f"{translation.key} {card.language}"])
            if translation.verdict is Verdict.HOLD:
                hold(connection, translation, card.language, now)
            else:
                ready(connection, translation, card, note, now, row)

    def held(self, key: str) -> list[tuple[Task, Translation]]:
        here = (translation.c.key == key, translation.c.state == TranslationState.HELD, translation.c.held.is_not(None))
        statement = _work(translation.c.held).where(*here).order_by(translation.c.language)
        with self.read() as connection:
            rows = connection.execute(statement).all()
        return [(task(row, row.previous), codec.unpack(codec.TRANSLATION, row.held)) for row in rows]

    def set_task(self, key: str, language: str, *, failure: str, next_try: datetime | None, now: datetime, tried: bool = True) -> None:
        state = TranslationState.WAITING if next_try else TranslationState.FAILED
        here = (translation.c.key == key, translation.c.language == language, translation.c.state == TranslationState.WAITING)
        values = {
            "state": state,
            "failure": failure,
            "due": next_try,
            "claimed_until": None,
            "attempts": translation.c.attempts + tried,
        }
        with self.write(again=True) as connection:
            if connection.execute(update(translation).where(*here).values(values)).rowcount:
                note(connection, now, "failed" if tried else "waits", [(key, language, failure)])


# ---------------------------------------------------------------------------------------------- claiming


def _wake(connection: Connection, now: datetime) -> None:
    """What was made short, because a budget was spent, is asked for in full when its time has come; what is on the site stays."""
    for row in connection.execute(AGAIN, {"now": now}).all():
        made = row.state in (*DONE, TranslationState.HELD)
        here = {"of": row.key, "tongue": row.language}
        connection.execute(CHANGE, {**(ASKED if made else {}), "again": None, **here})
        note(connection, now, "asked again", [(row.key, row.language, "in full")] if made else [])


def _due_tasks(connection: Connection, now: datetime, limit: int, *, breaking: bool) -> Sequence[Record]:
    """Waiting tasks that are breaking, or that are not, the newest first, each with its revision and what the site shows of it."""
    return connection.execute(_due(breaking), {"now": now, "most": limit}).all()


def _work(*more: Any) -> Any:
    """Translations with the revision that is asked for, and with what the site shows of them now."""
    asked = and_(revision.c.key == translation.c.key, revision.c.number == translation.c.revision)
    shown = and_(publication.c.key == translation.c.key, publication.c.language == translation.c.language, publication.c.listed == true())
    columns = (translation.c.key, translation.c.language, translation.c.attempts, translation.c.assignment, entry.c.feed_url, *more)
    return select(*columns, revision.c.number, revision.c.seen, revision.c.body, publication.c.body.label("previous")).select_from(
        translation.join(revision, asked).join(entry, entry.c.key == translation.c.key).outerjoin(publication, shown)
    )


@cache
def _due(breaking: bool) -> Any:
    free = (
        translation.c.breaking == breaking,  # and not sorted by: the index has the rest in order
        *OPEN,
        or_(translation.c.claimed_until.is_(None), translation.c.claimed_until <= NOW),
    )
    return (
        _work(translation.c.held)
        .where(*free)
        .order_by(translation.c.dated.desc(), translation.c.key, translation.c.language)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=translation)
    )


def task(row: Record, previous: bytes | None) -> Task:
    """A row with its revision, and the packed translation that there is already."""
    return Task(
        revision=Revision(article=codec.unpack(codec.ARTICLE, row.body), number=row.number, seen=row.seen),
        language=row.language,
        previous=codec.unpack(codec.TRANSLATION, previous) if previous else None,
        attempts=row.attempts,
        assignment=codec.unpack(codec.ASSIGNMENT, row.assignment) if row.assignment else Assignment(),
        feed=row.feed_url,
    )


# ---------------------------------------------------------------------------------------------- made


def finish(connection: Connection, made: Translation, language: str, state: TranslationState, held: bytes | None) -> None:
    values = {
        "state": state,
        "attempts": 0,
        "failure": None,
        "due": None,
        "claimed_until": None,
        "verdict": made.verdict,
        "reason": made.reason,
        "gist": made.gist,
        "engine": made.engine,
        "pair": str(made.pair),
        "made": made.made,
        "held": held,
        "again": made.again,
    }
    connection.execute(CHANGE, {"of": made.key, "tongue": language, **values})


def hold(connection: Connection, made: Translation, language: str, now: datetime) -> None:
    """What the site shows stays as it is."""
    finish(connection, made, language, TranslationState.HELD, codec.pack(made))
    marks.wake(connection, made.key, now, publication.c.language == language)
    note(connection, now, "held", [(made.key, language, made.reason)])


def ready(connection: Connection, made: Translation, card: Card, change: Note | None, now: datetime, work: Record) -> None:
    row = connection.execute(PAGE, {"of": made.key, "tongue": card.language}).one_or_none()
    before = codec.unpack(codec.TRANSLATION, row.body) if row else None
    if work.state in DONE and before and (before.passages, before.verdict) == (made.passages, made.verdict):
        return  # two workers made the same: the lease of the first had run out
    page = page_of(made, card) | {"breaking": work.breaking}
    if row is None or before is None:
        _first(connection, made, card, page, now)
    else:
        renew(connection, row, before, made, card, page, change, now)
    finish(connection, made, card.language, TranslationState.READY, None)
    note(connection, now, "ready", [(made.key, card.language, " ".join(f"{made.verdict} {made.reason} by {made.engine}".split()))])


def _first(connection: Connection, made: Translation, card: Card, page: dict[str, Any], now: datetime) -> None:
    state = {
        "story": connection.scalar(STORY, {"of": made.key}),
        "key": made.key,
        "language": card.language,
        "listed": False,
        "withdrawn": False,
        "handed": False,
        "pending": now,
        "version": 1,
        "carded": 1,
        "told": 1,
        "shown": 0,
        "shown_siblings": "",
        "shown_related": "",
        "sources": 1,
        "notes": codec.pack(()),
    }
    connection.execute(FIRST, page | _address(card) | state)


def renew(
    connection: Connection,
    row: Record,
    before: Translation,
    made: Translation,
    card: Card,
    page: dict[str, Any],
    change: Note | None,
    now: datetime,
) -> None:
    """A page that may be on the site keeps its path; ``updated`` moves only when its text does."""
    here = (publication.c.key == row.key, publication.c.language == row.language)
    values = page | {"withdrawn": False}
    if not row.handed:
        values |= _address(card)
    elif row.withdrawn or _text(made) != _text(before):
        values |= {"updated": card.updated, "told": row.version + 1}
    if row.shown and change:
        values["notes"] = shelf.noted(row.notes, [change])
        amendments.keep(connection, row.key, row.language, [change])
    connection.execute(update(publication).where(*here).values(values))
    shelf.touch(connection, now, *here, card=True)
    if row.listed and row.section != card.section:
        shelf.count(connection, [(row.language, row.section, -1), (row.language, card.section, 1)])
    if row.listed and row.headline != card.headline:
        shelf.touch_related(connection, row.key, row.language, now, named=True)


def page_of(made: Translation, card: Card) -> dict[str, Any]:
    """What every new translation sets."""
    return {
        "headline": card.headline,
        "standfirst": card.standfirst,
        "section": card.section,
        "source_id": card.source_id,
        "source_language": card.source_language,
        "dated": card.dated,
        "verdict": made.verdict,
        "gist": made.gist,
        "licence": card.licence,
        "revision": made.revision,
        "body": codec.pack(made),
    }


def _address(card: Card) -> dict[str, Any]:
    """What is settled once a page may be on the site."""
    return {"path": card.path, "day": day_of(card), "published": card.published, "updated": card.updated}


def _text(made: Translation) -> list[tuple[str, str]]:
    return [(p.place, p.target.text) for p in made.passages]
