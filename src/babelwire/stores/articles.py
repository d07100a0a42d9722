"""The store's room for entries whose page is read, and for what the pages say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, and_, bindparam, false, func, insert, or_, select, true, update

from babelwire.model import Article, Assignment, Entry, EntryState, Revision, TranslationState
from babelwire.stores import bugs, clocks, codec, shelf, tables
from babelwire.stores import marks as tellings
from babelwire.stores.database import Database, Record, add, note
from babelwire.stores.tables import article, denied, entry, publication, revision, source, translation

OFF = (TranslationState.WITHDRAWING, TranslationState.WITHDRAWN)

OF: Any = bindparam("of")
NOW: Any = bindparam("now", type_=entry.c.due.type)
BEFORE = select(article.c.story, article.c.number, article.c.digest, article.c.seen).where(article.c.key == OF)
LATEST = and_(article.c.key == revision.c.key, article.c.number == revision.c.number)
BODY = select(revision.c.body).join(article, LATEST).where(article.c.key == OF)
STATE = select(entry.c.state).where(entry.c.key == OF)
TAKEN = update(entry).where(entry.c.key == OF)
DENIED = select(denied.c.reason).where(denied.c.value.in_(bindparam("names", expanding=True))).limit(1)
OFF_SITE = select(translation.c.language).where(translation.c.key == OF, translation.c.state.in_(OFF)).limit(1)
ASKED = select(translation.c.language).where(translation.c.key == OF)
STALE = update(publication).where(
    publication.c.key == OF, publication.c.language.in_(bindparam("languages", expanding=True)), publication.c.handed == false()
)
REVISE = insert(revision)
FREE = and_(entry.c.due <= NOW, or_(entry.c.claimed_until.is_(None), entry.c.claimed_until <= NOW))
EITHER = entry.c.breaking.in_((false(), true()))  # says nothing, but that the index can be searched: it begins with it
ANY_DUE = select(entry.c.key).join(source).where(EITHER, FREE, source.c.configured == true()).limit(1)
TURN = func.row_number().over(partition_by=entry.c.feed_url, order_by=(entry.c.dated.desc(), entry.c.key)).label("turn")
RANKED = (
    select(entry.c.key, entry.c.dated, TURN)
    .join(source)
    .where(entry.c.breaking == bindparam("urgent", type_=entry.c.breaking.type), FREE, source.c.configured == true())
    .subquery()
)
DUE = select(RANKED.c.key).order_by(RANKED.c.turn, RANKED.c.dated.desc(), RANKED.c.key).limit(bindparam("most"))
CLAIMED = (
    select(entry.c.key, entry.c.body, entry.c.attempts, revision.c.number, revision.c.seen, revision.c.body.label("page"))
    .select_from(entry.outerjoin(article).outerjoin(revision, LATEST))
    .where(entry.c.key.in_(bindparam("keys", expanding=True)), FREE)
    .with_for_update(skip_locked=True, of=entry)
)
CLAIM = update(entry).where(entry.c.key.in_(bindparam("keys", expanding=True)))


class Articles(Database):
    """Entries and revisions."""

    def claim_entries(self, now: datetime, limit: int, lease: timedelta) -> list[tuple[Entry, Revision | None, int]]:
        back = clocks.set_back(self, now)
        if not back and not self._any_due(now):  # the right to write is for those who will
            return []
        with self.write(again=True) as connection:
            if back:
                clocks.mend(connection, now)
            keys = _due_keys(connection, now, limit, breaking=True)
            keys += _due_keys(connection, now, limit - len(keys), breaking=False)
            rows = {row.key: row for row in connection.execute(CLAIMED, {"keys": keys, "now": now})}
            connection.execute(CLAIM, {"keys": list(rows), "claimed_until": now + lease})
        return [_claim(rows[key]) for key in keys if key in rows]

    def _any_due(self, now: datetime) -> bool:
        with self.read() as connection:
            return connection.scalar(ANY_DUE, {"now": now}) is not None

    def add_revision(
        self,
        article: Article,
        sketch: Sequence[int],
        languages: Sequence[str],
        *,
        story: str,
        twin: bool = False,
        marks: Sequence[int] = (),
        revisit: datetime | None,
        now: datetime,
        assignments: Mapping[str, Assignment] = MappingProxyType({}),
    ) -> Revision | None:
        with self.write(again=True) as connection:
            if _shut(connection, article, now):
                return None
            before = connection.execute(BEFORE, {"of": article.key}).one_or_none()
            _taken(connection, article.key, revisit)
            if before and before.digest == article.digest and not _came_back(connection, article.key):
                return None
            made = Revision(article=article, number=before.number + 1 if before else 1, seen=now)
            _keep(connection, made, before.story if before else story)
            told = tellings.keep(connection, made, story=story, twin=twin, sketch=sketch, marks=marks, languages=languages)
            _ask(connection, made, languages, assignments, twin=told)
        return made

    def entry(self, key: str) -> Entry | None:
        with self.read() as connection:
            body = connection.scalar(select(entry.c.body).where(entry.c.key == key))
        return codec.unpack(codec.ENTRY, body) if body else None

    def article(self, key: str) -> Article | None:
        with self.read() as connection:
            body = connection.scalar(BODY, {"of": key})
        return codec.unpack(codec.ARTICLE, body) if body else None

    def set_entry(self, key: str, *, failure: str, next_try: datetime | None, state: str, now: datetime) -> None:
        with self.write(again=True) as connection:
            here = connection.scalar(select(tables.article.c.number).where(tables.article.c.key == key))
            kept = EntryState.TAKEN if here and state in (EntryState.FOUND, EntryState.FAILED) else EntryState(state)
            values = {"state": kept, "failure": failure, "due": next_try, "claimed_until": None}
            count = {"attempts": entry.c.attempts + 1} if next_try else {}
            open_ = (entry.c.key == key, entry.c.state != EntryState.GONE)
            if connection.execute(update(entry).where(*open_).values(values | count)).rowcount:
                note(connection, now, str(kept) if kept in (EntryState.PASSED, EntryState.ASIDE) else "failed", [(key, "", failure)])

    def withdraw(self, key: str, reason: str, now: datetime, *, forever: bool = False) -> None:
        with self.write() as connection:
            if forever:
                _deny(connection, key, reason, now)
            gone = {"state": EntryState.GONE, "due": None, "claimed_until": None, "failure": reason}
            if connection.execute(update(entry).where(entry.c.key == key, entry.c.state != EntryState.GONE).values(gone)).rowcount:
                note(connection, now, "withdrawn", [(key, "", reason)])
            tellings.gone(connection, key, now)
            _take_down(connection, key, reason, now)


# ---------------------------------------------------------------------------------------------- claiming


def _due_keys(connection: Connection, now: datetime, limit: int, *, breaking: bool) -> list[str]:
    """Each feed's newest first, then each feed's second ...: a feed that pours out a thousand entries delays no other.

    Reads what is due, not the archive, since the index holds only rows with a due time: 67 ms where 20,000 entries are due at
    once, which is what a first start with many feeds brings.
    """
    return list(connection.scalars(DUE, {"now": now, "urgent": breaking, "most": limit}))


def _claim(row: Record) -> tuple[Entry, Revision | None, int]:
    latest = None
    if row.number is not None:
        latest = Revision(article=codec.unpack(codec.ARTICLE, row.page), number=row.number, seen=row.seen)
    return codec.unpack(codec.ENTRY, row.body), latest, row.attempts


# ---------------------------------------------------------------------------------------------- keeping


def _shut(connection: Connection, item: Article, now: datetime) -> bool:
    """Has the article been withdrawn while its page was read, or was it taken down for good, under this key or another?"""
    if connection.scalar(STATE, {"of": item.key}) == EntryState.GONE:
        return True
    names = [item.key, item.url, item.canonical_url]
    reason = connection.scalar(DENIED, {"names": names})
    if reason is None:
        return False
    gone = {"state": EntryState.GONE, "due": None, "claimed_until": None, "failure": reason}
    connection.execute(update(entry).where(entry.c.key == item.key).values(gone))
    note(connection, now, "withdrawn", [(item.key, "", f"{item.canonical_url} was taken down for good: {reason}")])
    return True


def _taken(connection: Connection, key: str, revisit: datetime | None) -> None:
    values = {"state": EntryState.TAKEN, "due": revisit, "attempts": 0, "failure": None, "claimed_until": None}
    connection.execute(TAKEN, values | {"of": key})
    bugs.clear(connection, "entry", [key])


def _came_back(connection: Connection, key: str) -> bool:
    """Is the article off the site although its page is there again? Then the same words are asked for anew."""
    return connection.scalar(OFF_SITE, {"of": key}) is not None


def _keep(connection: Connection, made: Revision, story: str) -> None:
    item = made.article
    head = {"story": story, "number": made.number, "digest": item.digest, "url": item.url, "canonical_url": item.canonical_url}
    add(connection, tables.article, [{"key": item.key, "seen": made.seen} | head], renew=tuple(head))
    body = {"key": item.key, "number": made.number, "seen": made.seen, "digest": item.digest, "body": codec.pack(item)}
    connection.execute(REVISE, [body])
    note(connection, made.seen, "taken", [(item.key, "", f"revision {made.number} of {item.url}: {item.headline}")])


def _ask(connection: Connection, made: Revision, languages: Sequence[str], how: Mapping[str, Assignment], *, twin: bool) -> None:
    """Ask for translations of this revision. A ``twin``, told by another article of its story when it came, stays one: later
    revisions of it ask only for what is there already."""
    key = made.article.key
    again = made.number > 1
    there: set[str] = set(connection.scalars(ASKED, {"of": key})) if again else set()
    wanted = [lang for lang in dict.fromkeys(languages) if not twin or lang in there]
    fresh = {
        "state": TranslationState.WAITING,
        "revision": made.number,
        "dated": min(made.article.published or made.seen, made.seen),
        "due": None,
        "attempts": 0,
        "failure": None,
        "claimed_until": None,
    }
    rows = [{"key": key, "language": lang, "gist": False} | fresh | _assigned(how.get(lang, Assignment())) for lang in wanted]
    add(connection, translation, rows, renew=(*fresh, "breaking", "assignment"))
    # What was ready but never left the house is out of date now: it waits for its successor, at the same path.
    if again:
        connection.execute(STALE, {"of": key, "languages": wanted, "pending": None})


def _assigned(how: Assignment) -> dict[str, object]:
    return {"breaking": how.breaking, "assignment": None if how == Assignment() else codec.pack(how)}


# ---------------------------------------------------------------------------------------------- withdrawing


def _deny(connection: Connection, key: str, reason: str, now: datetime) -> None:
    names = {key, connection.scalar(select(entry.c.link).where(entry.c.key == key))}
    for row in connection.execute(select(tables.article.c.url, tables.article.c.canonical_url).where(tables.article.c.key == key)):
        names |= {row.url, row.canonical_url}
    add(connection, denied, [{"value": name, "reason": reason, "time": now} for name in names if name])


def _take_down(connection: Connection, key: str, reason: str, now: datetime) -> None:
    """What may be on the site waits for its tombstone; everything else is withdrawn at once."""
    states = select(translation.c.language).where(translation.c.key == key, translation.c.state.not_in(OFF))
    open_ = set(connection.scalars(states))
    if not open_:
        return
    standing = or_(publication.c.withdrawn == false(), publication.c.pending.is_not(None))  # no tombstone in its place yet
    handed = select(publication.c.language).where(publication.c.key == key, publication.c.handed == true(), standing)
    on_site = open_ & set(connection.scalars(handed))
    for languages, state in ((on_site, TranslationState.WITHDRAWING), (open_ - on_site, TranslationState.WITHDRAWN)):
        here = (translation.c.key == key, translation.c.language.in_(languages))
        values = {"state": state, "claimed_until": None, "due": None, "failure": reason}
        connection.execute(update(translation).where(*here).values(values))
    shelf.take_down(connection, key, on_site, reason, now)
    never = (publication.c.key == key, publication.c.language.in_(open_ - on_site))
    connection.execute(update(publication).where(*never).values(pending=None))
    note(connection, now, "withdrawing", [(key, lang, reason) for lang in sorted(on_site)])
