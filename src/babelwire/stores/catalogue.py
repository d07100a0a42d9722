"""The store's room for what people look through: lists with filters, and counts. Reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select, true

from babelwire.model import Arrival, Change, EntryState, Lead, Output, TranslationState, Verdict, Yield
from babelwire.stores import codec
from babelwire.stores.database import Database, Record
from babelwire.stores.tables import article, denied, entry, publication, revision, source, translation


class Catalogue(Database):
    """As ``seams.Catalogue`` says."""

    def leads(
        self, *, state: str = "", language: str = "", source: str = "", engine: str = "", reason: str = "", limit: int = 50, skip: int = 0
    ) -> list[Lead]:
        wanted = {translation.c.state: state, translation.c.language: language, entry.c.source_id: source, translation.c.engine: engine}
        order = (translation.c.dated.desc(), translation.c.key, translation.c.language)
        chosen = select(translation.c.key, translation.c.language).where(*(column == value for column, value in wanted.items() if value))
        if source:
            chosen = chosen.join(entry, entry.c.key == translation.c.key)
        if reason:
            begins = (c.startswith(reason, autoescape=True) for c in (translation.c.reason, translation.c.failure))
            chosen = chosen.where(or_(*begins))
        some = chosen.order_by(*order).limit(limit).offset(skip).subquery()  # first which ones: bodies are read of these alone
        with self.read() as connection:
            return [_lead(row) for row in connection.execute(_leads(some).order_by(*order))]

    def arrivals(self, feed_url: str, limit: int) -> list[Arrival]:
        last = and_(revision.c.key == article.c.key, revision.c.number == article.c.number)
        statement = (
            select(entry, revision.c.body.label("page"))
            .select_from(entry.outerjoin(article, article.c.key == entry.c.key).outerjoin(revision, last))
            .where(entry.c.feed_url == feed_url)
            .order_by(entry.c.dated.desc(), entry.c.key)
            .limit(limit)
        )
        with self.read() as connection:
            return [_arrival(row) for row in connection.execute(statement)]

    def yields(self, since: datetime) -> Mapping[str, Yield]:
        young = entry.c.dated >= since
        entries = select(entry.c.feed_url, func.count().label("all"), _sum(entry.c.state == EntryState.TAKEN, "taken"))
        entries = entries.add_columns(_sum(entry.c.state == EntryState.FAILED, "failed")).where(young).group_by(entry.c.feed_url)
        works = select(entry.c.feed_url, func.count().label("all"), _sum(translation.c.state == TranslationState.HELD, "held"))
        works = works.select_from(translation.join(entry, entry.c.key == translation.c.key)).where(young).group_by(entry.c.feed_url)
        with self.read() as connection:
            made = {row.feed_url: row for row in connection.execute(works)}
            return {
                row.feed_url: Yield(
                    announced=row.all,
                    taken=row.taken,
                    failed=row.failed,
                    translations=made[row.feed_url].all if row.feed_url in made else 0,
                    held=made[row.feed_url].held if row.feed_url in made else 0,
                )
                for row in connection.execute(entries)
            }

    def output(self, since: datetime) -> list[Output]:
        columns = (translation.c.engine, translation.c.language)
        statement = (
            select(*columns, func.count().label("made"), func.max(translation.c.made).label("last"))
            .add_columns(_sum(translation.c.verdict == Verdict.MARK, "marked"), _sum(translation.c.verdict == Verdict.HOLD, "held"))
            .where(translation.c.made >= since, translation.c.engine != "")
            .group_by(*columns)
            .order_by(*columns)
        )
        with self.read() as connection:
            rows = connection.execute(statement).all()
        return [Output(engine=r.engine, language=r.language, made=r.made, marked=r.marked, held=r.held, last=r.last) for r in rows]

    def changes(self, limit: int) -> list[Change]:
        """``told`` grows with text and withdrawal: a page on which it is more than 1 reads otherwise than at first."""
        changed = or_(publication.c.withdrawn == true(), and_(publication.c.told > 1, publication.c.updated > publication.c.published))
        order = (publication.c.updated.desc(), publication.c.key, publication.c.language)
        with self.read() as connection:
            rows = connection.execute(select(publication).where(changed).order_by(*order).limit(limit)).all()
        return sorted((_change(row) for row in rows), key=lambda c: c.when, reverse=True)

    def denials(self) -> list[tuple[str, str, datetime]]:
        with self.read() as connection:
            rows = connection.execute(select(denied).order_by(denied.c.time.desc(), denied.c.value)).all()
        return [(row.value, row.reason, row.time) for row in rows]


def _sum(condition: Any, name: str) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0).label(name)


def _leads(some: Any) -> Any:
    page = and_(publication.c.key == translation.c.key, publication.c.language == translation.c.language)
    columns = (publication.c.headline, publication.c.path, publication.c.listed, entry.c.source_id, source.c.name.label("source_name"))
    these = and_(translation.c.key == some.c.key, translation.c.language == some.c.language)
    joined = some.join(translation, these).join(entry, entry.c.key == translation.c.key).join(source, source.c.id == entry.c.source_id)
    return select(translation, *columns, entry.c.body).select_from(joined.outerjoin(publication, page))


def _lead(row: Record) -> Lead:
    held = codec.unpack(codec.TRANSLATION, row.held) if row.held else None
    return Lead(
        key=row.key,
        language=row.language,
        state=TranslationState(row.state),
        headline=(held.headline if held else "") or row.headline or "",
        original=codec.unpack(codec.ENTRY, row.body).title,
        source_id=row.source_id,
        source_name=row.source_name,
        dated=row.dated,
        verdict=row.verdict or "",
        reason=row.failure or row.reason or "",
        engine=row.engine or "",
        made=row.made,
        path=row.path,
        on_site=bool(row.listed),
    )


def _arrival(row: Record) -> Arrival:
    return Arrival(
        entry=codec.unpack(codec.ENTRY, row.body),
        state=EntryState(row.state),
        dated=row.dated,
        failure=row.failure or "",
        article=codec.unpack(codec.ARTICLE, row.page) if row.page else None,
    )


def _change(row: Record) -> Change:
    notes = codec.unpack(codec.NOTES, row.notes)
    return Change(
        key=row.key,
        language=row.language,
        headline=row.headline,
        path=row.path,
        when=max([n.when for n in notes], default=row.updated),
        withdrawn=row.withdrawn,
        notes=notes,
    )
