"""The store's room for stories: which articles tell of one event, and what new ones are compared with.

A ``telling`` is a row an article: whose it is, where, in which story. A ``mark`` is a row for each thing it names or counts
(``group.marks``): the primary key is the index by which articles of the last days that share any are found. ``sketch`` is the
same for near-duplicates (``group.twins``), of the smallest values only: once in 100,000 times none of the 16 smallest is among the
29 of 64 that two such texts share, and each value more would be another page of the database for every article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam, false, func, select, true, update

from babelwire.model import Revision, Telling
from babelwire.stores import codec, shelf, tables
from babelwire.stores.database import Database, Record, add, among, filing
from babelwire.stores.tables import entry, mark, publication, source, telling

MOST = 40  #: tellings of one story that are named at most
ALIKE = 50  #: articles that ``similar`` names at most
FILED = 16  #: smallest values of a sketch by which an article is found
LATELY = select(func.count()).select_from(telling).where(telling.c.seen >= bindparam("since"))
TOLD = select(telling).where(telling.c.key == bindparam("of"))
ELSEWHERE = (
    select(telling.c.key)
    .where(telling.c.story == bindparam("story"), telling.c.source_id != bindparam("source"), publication.c.listed == true())
    .join_from(telling, publication, publication.c.key == telling.c.key)
    .limit(1)
)
DATED = select(entry.c.dated).where(entry.c.key == bindparam("of"))


class Marks(Database):
    """Articles that share marks, and who tells a story."""

    def frequencies(self, marks: Sequence[int], since: datetime) -> tuple[int, Mapping[int, int]]:
        with self.read() as connection:
            articles = connection.scalar(LATELY, {"since": since}) or 0
            rows = connection.execute(_counted(connection.dialect.name), {"values": marks, "since": since}).all()
        return articles, {value: count for value, count in rows}

    def kin(self, marks: Sequence[int], since: datetime, limit: int = 60) -> list[tuple[str, str, str, tuple[int, ...]]]:
        with self.read() as connection:
            rows = connection.execute(_alike(connection.dialect.name), {"values": marks, "since": since, "most": limit}).all()
        return [(row.key, row.story, row.language, codec.unpack_marks(row.marks)) for row in rows]

    def similar(self, values: Sequence[int], since: datetime) -> list[tuple[str, str, int]]:
        if not values:
            return []
        with self.read() as connection:
            rows = connection.execute(_similar(connection.dialect.name), {"values": values, "since": since, "most": ALIKE}).all()
        mine = frozenset(values)
        found = [(row.key, row.story, len(mine.intersection(codec.unpack_marks(row.sketch)))) for row in rows]
        return sorted(found, key=lambda one: (-one[2], one[0]))

    def tellings(self, story: str, language: str) -> list[Telling]:
        with self.read() as connection:
            return of_stories(connection, [story], language).get(story, [])


@lru_cache(maxsize=2)
def _counted(dialect: str) -> Any:
    """In how many articles each mark was seen lately."""
    here = (among(mark.c.value, dialect), mark.c.seen >= bindparam("since"))
    return select(mark.c.value, func.count()).where(*here).group_by(mark.c.value)


@lru_cache(maxsize=2)
def _alike(dialect: str) -> Any:
    """The articles that share most of the marks, those first that share more."""
    alike = _sharing(mark, dialect)
    columns = (telling.c.key, telling.c.story, telling.c.language, telling.c.marks)
    found = select(*columns).join(alike, alike.c.key == telling.c.key).where(telling.c.gone == false())
    return found.order_by(alike.c.shared.desc(), telling.c.key)


@lru_cache(maxsize=2)
def _similar(dialect: str) -> Any:
    """The articles of whose sketches' smallest values most are among the values, with the whole sketch of each."""
    alike = _sharing(tables.sketch, dialect)
    return select(telling.c.key, telling.c.story, telling.c.sketch).join(alike, alike.c.key == telling.c.key)


def _sharing(table: Table, dialect: str) -> Any:
    """The articles that are filed lately under most of the values, those first that have more."""
    shared = func.count().label("shared")
    lately = (among(table.c.value, dialect), table.c.seen >= bindparam("since"))
    alike = select(table.c.key, shared).where(*lately).group_by(table.c.key).order_by(shared.desc(), table.c.key)
    return alike.limit(bindparam("most")).subquery()


def of_stories(connection: Connection, stories: Sequence[str], language: str) -> dict[str, list[Telling]]:
    """Who tells these stories, oldest first, each with its page in the edition where there is one; not those that are gone."""
    found: dict[str, list[Telling]] = {}
    for row in connection.execute(_tellings(), {"stories": list(stories), "language": language}):
        found.setdefault(row.story, []).append(_telling(row))
    return found


@cache  # building it takes longer than running it
def _tellings() -> Any:
    order = (telling.c.dated, telling.c.key)
    turn = func.row_number().over(partition_by=telling.c.story, order_by=order).label("turn")
    told = (telling.c.story.in_(bindparam("stories", expanding=True)), telling.c.gone == false())
    ranked = select(telling.c.key, turn).where(*told).subquery()
    here = (publication.c.language == bindparam("language"), publication.c.listed == true())
    shown = (telling.c.key, telling.c.story, telling.c.source_id, telling.c.language, telling.c.headline, telling.c.url, telling.c.dated)
    return (
        select(*shown, source.c.name.label("source_name"), publication.c.path)
        .select_from(
            telling.join(ranked, ranked.c.key == telling.c.key)
            .join(source)
            .outerjoin(publication, and_(publication.c.key == telling.c.key, *here))
        )
        .where(ranked.c.turn <= MOST)
        .order_by(*order)
    )


def keep(
    connection: Connection,
    made: Revision,
    *,
    story: str,
    twin: bool,
    sketch: Sequence[int],
    marks: Sequence[int],
    languages: Sequence[str],
) -> bool:
    """Write down what this revision tells. Later ones stay in the story of the first, and a twin stays one; their marks and
    sketches join those of the first: the article is found by either. Returns whether it is a twin.

    ``languages``: the editions that will have a page of it; the story's pages in all others name it from now on.
    """
    item = made.article
    known = connection.execute(TOLD, {"of": item.key}).one_or_none()
    values = {
        "language": item.language,
        "headline": item.headline,
        "url": item.canonical_url,
        "gone": False,
        "marks": _joined(known.marks if known else b"", marks),
        "sketch": _joined(known.sketch if known else b"", sketch),
    }
    add(connection, telling, [_first(connection, made, story, twin) | values], renew=tuple(values))
    seen = known.seen if known else made.seen
    for table, filed in ((mark, marks), (tables.sketch, sorted(sketch)[:FILED])):
        connection.execute(filing(table, connection.dialect.name), {"values": filed, "seen": seen, "key": item.key})
    if known is None or known.gone:
        wake(connection, item.key, made.seen, publication.c.language.not_in([] if twin else list(languages)))
    return bool(known.twin if known else twin)


def gone(connection: Connection, key: str, now: datetime) -> None:
    """Nothing names this article any more."""
    here = (telling.c.key == key, telling.c.gone == false())
    if connection.execute(update(telling).where(*here).values(gone=True)).rowcount:
        wake(connection, key, now)


def wake(connection: Connection, key: str, now: datetime, *where: ColumnElement[bool]) -> None:
    """The newest pages about the article's story that are from other sources are brought out again."""
    own = connection.execute(TOLD, {"of": key}).one_or_none()
    if own is None or connection.scalar(ELSEWHERE, {"story": own.story, "source": own.source_id}) is None:
        return  # most stories are told by one source
    others = (telling.c.story == own.story, telling.c.source_id != own.source_id, publication.c.listed == true())
    pages = select(publication.c.key, publication.c.language).join_from(telling, publication, publication.c.key == telling.c.key)
    newest = pages.where(*others, *where).order_by(publication.c.published.desc(), publication.c.key).limit(shelf.WOKEN)
    for row in connection.execute(newest).all():
        shelf.touch(connection, now, publication.c.key == row.key, publication.c.language == row.language)


# ---------------------------------------------------------------------------------------------- the small steps


def _joined(before: bytes, values: Sequence[int]) -> bytes:
    """What was packed before, and these."""
    return codec.pack_marks(sorted({*values, *codec.unpack_marks(before)}))


def _first(connection: Connection, made: Revision, story: str, twin: bool) -> dict[str, Any]:
    """What later revisions leave as it is."""
    item = made.article
    dated = connection.scalar(DATED, {"of": item.key})
    return {"key": item.key, "story": story, "source_id": item.source_id, "seen": made.seen, "dated": dated or made.seen, "twin": twin}


def _telling(row: Record) -> Telling:
    return Telling(
        key=row.key,
        source_id=row.source_id,
        source_name=row.source_name,
        language=row.language,
        headline=row.headline,
        url=row.url,
        dated=row.dated,
        path=row.path,
    )
