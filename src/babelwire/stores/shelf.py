"""What a change of one publication means for others: pages that link to it, counts of sections, its tombstone.

A page names its siblings (the article in other editions: hreflang has to be reciprocal) and related articles of its story.
What it named when it was last brought out is kept on its row, so the pages to bring out again are exactly those whose links
are not right any more, and two editions cannot keep waking each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, false, func, select, true, update

from babelwire.model import Note
from babelwire.stores import amendments, codec, index, topics
from babelwire.stores.database import add
from babelwire.stores.tables import publication, tally

RELATED = 6  #: articles of the same story that a page names
WOKEN = 12  #: pages of a story that are brought out again when it gets one more

_own = publication.alias()
_same = and_(publication.c.language == _own.c.language, publication.c.listed == true(), publication.c.story == _own.c.story)
OTHERS = (  # the newest listed pages of a page's story that are from other sources
    select(publication.c.key, publication.c.shown_related)
    .join_from(_own, publication, and_(_same, publication.c.source_id != _own.c.source_id))
    .where(_own.c.key == bindparam("of_key"), _own.c.language == bindparam("of_language"))
    .order_by(publication.c.published.desc())
    .limit(WOKEN)
)


def touch(connection: Connection, now: datetime, *where: ColumnElement[bool], card: bool = False) -> None:
    """These pages show something else from now on, so they wait to be brought out. ``card``: listings and feeds do, too."""
    waiting = func.coalesce(publication.c.pending, now, type_=publication.c.pending.type)
    version = publication.c.version + 1
    values = {"version": version, "pending": waiting} | ({"carded": version} if card else {})
    connection.execute(update(publication).where(*where).values(values))


def touch_siblings(connection: Connection, keys: Collection[str], now: datetime) -> None:
    """Bring out again each listed page of these articles that does not name exactly its listed siblings."""
    columns = (publication.c.key, publication.c.language, publication.c.shown_siblings)
    rows = connection.execute(select(*columns).where(publication.c.key.in_(keys), publication.c.listed == true())).all()
    there: dict[str, set[str]] = {}
    for row in rows:
        there.setdefault(row.key, set()).add(row.language)
    for row in rows:
        if set(row.shown_siblings.split()) != there[row.key] - {row.language}:
            touch(connection, now, publication.c.key == row.key, publication.c.language == row.language)


def touch_related(connection: Connection, key: str, language: str, now: datetime, *, named: bool | None) -> None:
    """Bring out again the newest pages of this article's story in this edition that name it (``named``), that do not, or
    (None) all of them."""
    others = connection.execute(OTHERS, {"of_key": key, "of_language": language})
    woken = [row.key for row in others if named is None or (key in row.shown_related.split()) == named]
    if woken:
        touch(connection, now, publication.c.key.in_(woken), publication.c.language == language)


def count(connection: Connection, changes: Iterable[tuple[str, str | None, int]]) -> None:
    """Count listed stories along: (language, section, by how many)."""
    sums: dict[tuple[str, str], int] = {}
    for language, section, by in changes:
        if section:
            sums[language, section] = sums.get((language, section), 0) + by
    for (language, section), by in sums.items():
        add(connection, tally, [{"language": language, "section": section, "stories": 0}])
        here = (tally.c.language == language, tally.c.section == section)
        connection.execute(update(tally).where(*here).values(stories=tally.c.stories + by))


def take_down(connection: Connection, key: str, languages: Collection[str], reason: str, now: datetime) -> None:
    """These publications become tombstones, and no page, listing or count names them any more."""
    here = (publication.c.key == key, publication.c.language.in_(languages), publication.c.withdrawn == false())
    columns = (publication.c.language, publication.c.section, publication.c.listed, publication.c.notes)
    rows = connection.execute(select(*columns).where(*here)).all()
    count(connection, [(row.language, row.section, -1) for row in rows if row.listed])
    touch(connection, now, *here, card=True)
    for row in rows:
        if row.listed:
            touch_related(connection, key, row.language, now, named=True)
        withdrawal = [Note(when=now, kind="withdrawal", text=reason)]
        values = {
            "withdrawn": True,
            "listed": False,
            "told": publication.c.version,
            "notes": noted(row.notes, withdrawal),
        }
        amendments.keep(connection, key, row.language, withdrawal)
        topics.drop(connection, key, row.language)
        index.drop(connection, key, row.language)
        connection.execute(update(publication).where(publication.c.key == key, publication.c.language == row.language).values(values))
    touch_siblings(connection, [key], now)


def noted(packed: bytes, more: Sequence[Note]) -> bytes:
    """Packed notes with more of them at the end."""
    return codec.pack((*codec.unpack(codec.NOTES, packed), *more)) if more else packed


def card_columns() -> tuple[Any, ...]:
    """What cards are made of: no bodies."""
    names = (
        "key", "language", "path", "headline", "standfirst", "section", "source_id", "source_language",
        "published", "dated", "updated", "verdict", "gist", "licence", "story", "sources",
        "version",
    )  # fmt: skip
    return tuple(publication.c[name] for name in names)
