"""What the site shows, by its words: an index in SQLite's FTS5, kept along by those who list pages and take them off.

    publication ──listed── searched ──rowid── searched_terms (FTS5: edition, headline, text)

A page comes in and goes out in the transaction that lists it or takes it off, so the index is never ahead of the site nor behind
it. Where nobody can search none comes in; ``missing`` says what is to be brought in when searching is switched on. Only what the
licence lets readers see is in it. ``searched`` keeps the text as shown, for the lines around what was found.
"""

from __future__ import annotations

import re

from sqlalchemy import Connection, Select, bindparam, column, delete, func, insert, select, table

from babelwire.model import Licence, Publication
from babelwire.render import excerpt
from babelwire.render.site import licence
from babelwire.stores import codec
from babelwire.stores.tables import publication, searched
from babelwire.text import stems

terms = table("searched_terms", column("rowid"), column("edition"), column("headline"), column("text"))
PAGE = (searched.c.key == publication.c.key) & (searched.c.language == publication.c.language)
FILE, FILE_TERMS = insert(searched), insert(terms)  # made once: building a statement costs more than running it
THERE = select(searched.c.id, searched.c.headline, searched.c.text).where(
    searched.c.key == bindparam("of_key"), searched.c.language == bindparam("of_language")
)


def settle(connection: Connection, item: Publication, *, listed: bool) -> None:
    """The page is found by what it shows while it is listed, and not at all when it is not."""
    if not listed:
        drop(connection, item.article.key, item.language)
        return
    key, language, headline, text = item.article.key, item.language, item.headline, shown(item)
    packed = codec.pack(text)
    there = connection.execute(THERE, {"of_key": key, "of_language": language}).one_or_none()
    if there is not None and (there.headline, there.text) == (headline, packed):
        return  # it came out again for its links
    if there is not None:
        _drop(connection, there.id)
    values = {"key": key, "language": language, "headline": headline, "text": packed}
    made = connection.execute(FILE, values).inserted_primary_key
    assert made is not None
    words = {name: " ".join(stems.words(said, language)) for name, said in (("headline", headline), ("text", text))}
    connection.execute(FILE_TERMS, {"rowid": made[0], "edition": edition(language), **words})


def drop(connection: Connection, key: str, language: str) -> None:
    """The page is not found any more."""
    there = connection.execute(THERE, {"of_key": key, "of_language": language}).one_or_none()
    if there is not None:
        _drop(connection, there.id)


def missing() -> Select[tuple[str, str]]:
    """(key, language) of pages that are listed and not in the index."""
    joined = publication.join(searched, PAGE, isouter=True)
    lost = select(publication.c.key, publication.c.language).select_from(joined)
    return lost.where(publication.c.listed.is_(True), searched.c.id.is_(None))


def amiss(connection: Connection) -> list[str]:
    """What is in the index and not as the site lists it; what is not in it may be ``missing``."""
    joined = searched.join(terms, terms.c.rowid == searched.c.id, full=True).join(publication, PAGE, isouter=True)
    lost = terms.c.rowid.is_(None) | publication.c.listed.is_not(True)  # of terms alone no page is known
    number = connection.scalar(select(func.count()).select_from(joined).where(lost)) or 0
    return [f"{number} pages are found by searching and not listed, or only half indexed"] if number else []


def shown(item: Publication) -> str:
    """The text of a page after its headline, as far as its licence goes."""
    allowed = licence(item)
    if allowed is not Licence.FULL:
        return excerpt(item.translation, allowed)
    passages = [p for p in item.translation.passages if p.place == "standfirst" or p.place.startswith("block:")]
    passages.sort(key=lambda p: (p.place != "standfirst", int(p.place.partition(":")[2] or 0)))
    return "\n".join(p.target.text for p in passages)


def edition(language: str) -> str:
    """A tag as one word of the index."""
    return "x" + re.sub(r"[^a-z0-9]", "", language.lower())


def _drop(connection: Connection, row: int) -> None:
    connection.execute(delete(terms).where(terms.c.rowid == row))
    connection.execute(delete(searched).where(searched.c.id == row))
