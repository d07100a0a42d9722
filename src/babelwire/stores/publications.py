"""The store's room for what the site shows: to be brought out, brought out, listed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, func, or_, select, true, update

from babelwire.model import Card, Event, Licence, Publication, Telling, TranslationState, Verdict
from babelwire.stores import bugs, codec, index, marks, outbox, shelf, topics
from babelwire.stores.database import Database, Record, note
from babelwire.stores.tables import publication, revision, source, tag, tally, translation

FIELDS = (*("story_id" if c.name == "story" else c.name for c in shelf.card_columns()), "source_name")
# Made once: SQLAlchemy takes longer to build a statement than to run it, and these run for every story.
HERE = (publication.c.key == bindparam("of_key"), publication.c.language == bindparam("of_language"))
WORK = (translation.c.key == bindparam("of_key"), translation.c.language == bindparam("of_language"))
MARKS = ("section", "listed", "withdrawn", "handed", "pending", "version", "shown", "published")
MARK = select(*(publication.c[c] for c in MARKS), translation.c.state).join_from(publication, translation, and_(*WORK)).where(*HERE)
SHOW = update(publication).where(*HERE)
SETTLE = update(translation).where(*WORK)
SIBLINGS = (
    select(publication.c.key, publication.c.language, publication.c.path)
    .where(publication.c.key.in_(bindparam("keys", expanding=True)), publication.c.listed == true())
    .order_by(publication.c.language)
)
DAY = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/")


class Publications(Database):
    """Publications and their cards."""

    def to_publish(self, language: str, limit: int, *, urgent: bool = False) -> list[Publication]:
        with self.write() as connection:
            rows = _waiting(connection, language, limit, breaking=True)
            rows += _waiting(connection, language, limit - len(rows), breaking=False, urgent=urgent)
            # From here on they may be on the site, even if the desk dies before it can say so.
            fresh = [row.key for row in rows if not row.handed]
            if fresh:
                here = (publication.c.language == language, publication.c.key.in_(fresh))
                connection.execute(update(publication).where(*here).values(handed=True))
            return _publications(connection, rows, language)

    def publication(self, key: str, language: str) -> Publication | None:
        with self.read() as connection:
            return whole(connection, key, language)

    def mark_published(
        self, publications: Sequence[Publication], now: datetime, receivers: Sequence[str] = (), *, search: bool = True
    ) -> None:
        with self.write() as connection:
            news: list[Event] = []
            out: list[tuple[str, str, str]] = []
            off: list[tuple[str, str, str]] = []
            counted: list[tuple[str, str | None, int]] = []
            for item in publications:
                row = connection.execute(MARK, _of(item)).one_or_none()
                if row is not None:
                    news += _news_of(item, row, now)
                    counted.append((item.language, row.section, _shown(connection, item, row, now, search=search)))
                    (off if item.withdrawn else out).append((item.article.key, item.language, item.path))
            shelf.count(connection, counted)
            shelf.touch_siblings(connection, list({p.article.key for p in publications}), now)
            note(connection, now, "published", out)
            note(connection, now, "taken off", off)
            outbox.post(connection, news, receivers, now)
            bugs.clear(connection, "edition", list({p.language for p in publications}))

    def cards(
        self,
        language: str,
        *,
        section: str | None = None,
        source_id: str | None = None,
        topic: str | None = None,
        day: str | None = None,
        before: datetime | None = None,
        limit: int = 30,
    ) -> list[Card]:
        asked = {"section": section, "source_id": source_id, "topic": topic, "day": day, "before": before}
        wanted = {name: value for name, value in asked.items() if value is not None}
        with self.read() as connection:
            rows = connection.execute(_newest(tuple(wanted)), {"language": language, "most": limit} | wanted)
            return [card_of(row) for row in rows]

    def sections(self, language: str) -> list[tuple[str, int]]:
        here = (tally.c.language == language, tally.c.stories > 0)
        statement = select(tally.c.section, tally.c.stories).where(*here).order_by(tally.c.stories.desc(), tally.c.section)
        with self.read() as connection:
            return [(row.section, row.stories) for row in connection.execute(statement)]


def whole(connection: Connection, key: str, language: str) -> Publication | None:
    """All that a page is made of."""
    rows = connection.execute(_whole().where(*HERE), {"of_key": key, "of_language": language}).all()
    return next(iter(_publications(connection, rows, language)), None)


def day_of(card: Card) -> str:
    """The day under which an edition keeps a card: the one in its path, which is the edition's own."""
    found = DAY.search(card.path)
    return "-".join(found.groups()) if found else card.published.astimezone(UTC).date().isoformat()


# ---------------------------------------------------------------------------------------------- cards


@lru_cache(maxsize=32)  # made once: building it takes longer than running it, and each publication asks for ten listings
def _newest(wanted: Sequence[str]) -> Any:
    """The newest cards of an edition: ``wanted`` names what else is asked for."""
    statement = _cards().where(publication.c.language == bindparam("language"), publication.c.listed == true())
    plain = {name: publication.c[name] for name in ("section", "source_id", "day")}
    statement = statement.where(*(column == bindparam(name) for name, column in plain.items() if name in wanted))
    if "before" in wanted:
        statement = statement.where(publication.c.published < bindparam("before"))
    most = bindparam("most", type_=Integer)
    if "topic" in wanted:  # in the order of its own index
        about = and_(tag.c.key == publication.c.key, tag.c.language == publication.c.language)
        statement = statement.join(tag, about).where(tag.c.language == bindparam("language"), tag.c.topic == bindparam("topic"))
        return statement.order_by(tag.c.published.desc(), tag.c.key.desc()).limit(most)
    return statement.order_by(publication.c.published.desc(), publication.c.key.desc()).limit(most)


def _cards() -> Any:
    return select(*shelf.card_columns(), source.c.name.label("source_name")).join_from(publication, source)


def card_of(row: Record) -> Card:
    """The card of a row that begins with ``shelf.card_columns`` and ``source_name``."""
    values = dict(zip(FIELDS, row, strict=False))
    return Card(**values | {"verdict": Verdict(values["verdict"]), "licence": Licence(values["licence"])})


# ---------------------------------------------------------------------------------------------- whole publications


@cache
def _whole() -> Any:
    shown = and_(revision.c.key == publication.c.key, revision.c.number == publication.c.revision)
    return select(publication, revision.c.body.label("page"), source.c.body.label("source")).select_from(
        publication.join(revision, shown).join(source)
    )


def _waiting(connection: Connection, language: str, limit: int, *, breaking: bool, urgent: bool = False) -> list[Record]:
    """``urgent``: only what is on the site already, and is to be put right or taken down."""
    waiting = [publication.c.language == language, publication.c.breaking == breaking, publication.c.pending.is_not(None)]
    if urgent:
        waiting.append(or_(publication.c.handed == true(), publication.c.withdrawn == true()))
    return list(connection.execute(_whole().where(*waiting).order_by(publication.c.pending, publication.c.key).limit(limit)).all())


def _publications(connection: Connection, rows: Sequence[Record], language: str) -> list[Publication]:
    """With siblings and related cards, by one statement each, however many rows there are."""
    if not rows:
        return []
    siblings = _siblings(connection, [row.key for row in rows])
    stories = list({row.story for row in rows})
    related, tellings = _related(connection, stories, language), marks.of_stories(connection, stories, language)
    return [
        _publication(
            row,
            siblings=[s for s in siblings.get(row.key, ()) if s[0] != row.language],
            related=[c for c in related.get(row.story, ()) if c.key != row.key and c.source_id != row.source_id],
            tellings=[t for t in tellings.get(row.story, ()) if t.key != row.key and t.source_id != row.source_id],
        )
        for row in rows
    ]


def _publication(row: Record, siblings: Sequence[tuple[str, str]], related: Sequence[Card], tellings: Sequence[Telling]) -> Publication:
    return Publication(
        article=codec.unpack(codec.ARTICLE, row.page),
        revision=row.revision,
        translation=codec.unpack(codec.TRANSLATION, row.body),
        source=codec.unpack(codec.SOURCE, row.source),
        language=row.language,
        path=row.path,
        published=row.published,
        updated=row.updated,
        section=row.section,
        notes=codec.unpack(codec.NOTES, row.notes),
        siblings=tuple(siblings),
        related=tuple(related[: shelf.RELATED]),
        tellings=tuple(tellings),
        story_id=row.story,
        withdrawn=row.withdrawn,
        licence=Licence(row.licence),
        breaking=row.breaking,
        news=_news(row),
        relist=row.carded > row.shown or row.sources != 1 + len({t.source_id for t in tellings}),
        version=row.version,
    )


def _news(row: Record) -> str:
    """What has happened to a reader since the version on the site."""
    if row.told <= row.shown:
        return ""
    return "withdrawn" if row.withdrawn else "corrected" if row.listed else "published"


def _siblings(connection: Connection, keys: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """(language, path) of what is on the site of these articles, by key, in the order of languages."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in connection.execute(SIBLINGS, {"keys": keys}):
        found.setdefault(row.key, []).append((row.language, row.path))
    return found


def _related(connection: Connection, stories: Sequence[str], language: str) -> dict[str, list[Card]]:
    """The newest cards of these stories: some more than a page names, since its own source is left out."""
    found: dict[str, list[Card]] = {}
    for row in connection.execute(_newest_of_stories(), {"stories": stories, "language": language}):
        found.setdefault(row.story, []).append(card_of(row))
    return found


@cache
def _newest_of_stories() -> Any:
    order = (publication.c.published.desc(), publication.c.key.desc())
    turn = func.row_number().over(partition_by=publication.c.story, order_by=order).label("turn")
    stories: Any = bindparam("stories", expanding=True)
    edition = publication.c.language == bindparam("language")
    ranked = select(publication.c.key, turn).where(publication.c.story.in_(stories), edition, publication.c.listed == true()).subquery()
    newest = _cards().join(ranked, ranked.c.key == publication.c.key)
    return newest.where(edition, ranked.c.turn <= 3 * shelf.RELATED).order_by(*order)


# ---------------------------------------------------------------------------------------------- brought out


def _of(item: Publication) -> dict[str, Any]:
    return {"of_key": item.article.key, "of_language": item.language}


def _news_of(item: Publication, row: Record, now: datetime) -> list[Event]:
    """What a reader may be told, unless another desk has brought the same out meanwhile."""
    if not item.news or item.version <= row.shown:
        return []
    return [Event(kind=item.news, when=now, subject=item.path, text=item.headline, language=item.language)]


def _shown(connection: Connection, item: Publication, row: Record, now: datetime, *, search: bool) -> int:
    """The site shows ``item``; the row may have moved on since it was given out. Returns by how many the listed ones grow."""
    current = item.version == row.version
    listed = not item.withdrawn and not row.withdrawn
    published = row.published if row.shown else item.published
    values: dict[str, Any] = {
        "shown": item.version,
        "listed": listed,
        "pending": None if current else row.pending or now,
        "published": published,
        "shown_siblings": " ".join(language for language, _ in item.siblings),
        "shown_related": " ".join(card.key for card in item.related),
        "sources": item.sources,
    }
    connection.execute(SHOW, _of(item) | values)
    _settle(connection, item, row.state, current=current)
    topics.settle(connection, item, published, listed=listed)
    index.settle(connection, item, listed=listed and search)
    if listed != row.listed:
        shelf.touch_related(connection, item.article.key, item.language, now, named=not listed)
    return int(listed) - int(row.listed)


def _settle(connection: Connection, item: Publication, state: str, *, current: bool) -> None:
    """The work is done where nothing else has been asked for meanwhile."""
    done = {TranslationState.READY: TranslationState.PUBLISHED, TranslationState.WITHDRAWING: TranslationState.WITHDRAWN}
    after = done.get(TranslationState(state))
    if current and after and item.withdrawn == (after is TranslationState.WITHDRAWN):
        connection.execute(SETTLE, _of(item) | {"state": after})
