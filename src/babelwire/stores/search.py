"""The store's room for searching what ``index`` keeps, by the words of ``text.stems``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, literal_column, select, true

from babelwire.model import Found, Hit, Query
from babelwire.stores import codec, index, publications, shelf
from babelwire.stores.database import Database
from babelwire.stores.index import terms
from babelwire.stores.tables import publication, searched, source
from babelwire.text import stems

MOST = 1000  #: hits that are counted; nobody reads so many
AT_ONCE = 100  #: pages that are indexed in one transaction: half a second
INDEX: Any = literal_column("searched_terms")


class Search(Database):
    """As ``seams.Search`` says."""

    def search(self, query: Query) -> Found:
        match = _match(query)
        if match is None:
            return Found(hits=(), total=0)
        where = [INDEX.op("MATCH")(match), publication.c.listed == true(), *_filters(query)]
        joined = terms.join(searched, searched.c.id == terms.c.rowid).join(publication, index.PAGE)
        best = func.bm25(INDEX, 0.0, 6.0, 1.0)
        order = (publication.c.published.desc(),) if query.newest else (best, publication.c.published.desc())
        cards = select(*shelf.card_columns(), source.c.name.label("source_name"), searched.c.text.label("shown")).select_from(
            joined.join(source)
        )
        with self.read() as connection:
            some = select(searched.c.id).select_from(joined).where(*where).limit(MOST + 1).subquery()
            total = connection.scalar(select(func.count()).select_from(some)) or 0
            rows = connection.execute(
                cards.where(*where).order_by(*order, publication.c.key).limit(query.size).offset(query.skip)
            ).all()  # fmt: skip
            hits = [Hit(card=publications.card_of(row), text=codec.unpack(codec.TEXT, row.shown)) for row in rows]
        return Found(hits=tuple(hits), total=total)

    def index(self) -> int:
        total = 0
        while found := self._index_some():
            total += found
        return total

    def unindexed(self) -> int:
        with self.read() as connection:
            return connection.scalar(select(func.count()).select_from(index.missing().subquery())) or 0

    def _index_some(self) -> int:
        """A few of them: others want to write as well. Returns how many were indexed."""
        with self.write(again=True) as connection:
            rows = connection.execute(index.missing().limit(AT_ONCE)).all()
            pages = [page for row in rows if (page := publications.whole(connection, row.key, row.language)) is not None]
            for page in pages:
                index.settle(connection, page, listed=True)
        return len(pages)


# ---------------------------------------------------------------------------------------------- the small steps


def _filters(query: Query) -> list[Any]:
    exact = {
        publication.c.language: query.language,
        publication.c.section: query.section,
        publication.c.source_id: query.source_id,
        publication.c.source_language: query.source_language,
    }
    where = [column == value for column, value in exact.items() if value]
    if query.first:
        where.append(publication.c.day >= query.first)
    if query.last:
        where.append(publication.c.day <= query.last)
    return where


def _match(query: Query) -> str | None:
    """The query in FTS5's words: all phrases, each in quotation marks, so that none of its signs means anything. None: no words."""
    said = []
    for phrase in stems.asked(query.words, query.language):
        words = '"' + " ".join(phrase).replace('"', "") + '"'
        said.append(f"{words} *" if len(phrase) == 1 and stems.joined(phrase[0]) and len(phrase[0]) == 1 else words)
    if not said:
        return None
    return f'edition : "{index.edition(query.language)}" AND {{headline text}} : ({" AND ".join(said)})'
