"""The store's room for names: how stories have written them in another language, one say a story, and what people say.

One story never settles how a name is written: it takes two, or a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, delete, func, select

from babelwire.model import Pair
from babelwire.stores.database import Database, Record, add, chunks
from babelwire.stores.tables import article, name

ENOUGH = 2  #: stories that say the same
CLEARLY = 4  #: times as many stories as leave the name as it is
PERSON = ""  #: in place of a story
STORY = select(article.c.story).where(article.c.key == bindparam("of"))


class Names(Database):
    """Names and their renderings."""

    def known_names(self, names: Sequence[str], pair: Pair) -> Mapping[str, str]:
        rows: list[Record] = []
        with self.read() as connection:
            for some in chunks(names):
                rows += connection.execute(ANY_OF, {"source": pair.source, "target": pair.target, "names": some}).all()
        said: dict[str, list[Record]] = {}
        for row in rows:
            said.setdefault(row.name, []).append(row)
        return {word: best for word, ways in said.items() if (best := _settled(ways)) is not None}

    def add_names(self, key: str, pair: Pair, names: Mapping[str, str], now: datetime) -> None:
        if not names:
            return
        with self.write(again=bool(key)) as connection:
            story = connection.scalar(STORY, {"of": key}) if key else PERSON
            if story is None:
                return  # the article is gone
            row = {"source_language": pair.source, "target_language": pair.target, "story": story, "made": now}
            add(connection, name, [row | {"name": n, "rendering": r} for n, r in names.items()], renew=("rendering", "made"))

    def names(self, pair: Pair | None = None) -> list[tuple[Pair, str, str, int, bool]]:
        with self.read() as connection:
            rows = connection.execute(_counted(pair).order_by(name.c.source_language, name.c.target_language, name.c.name)).all()
        return [(Pair(r.source_language, r.target_language), r.name, r.rendering, r.stories, bool(r.person)) for r in rows]

    def forget_name(self, name_: str, pair: Pair) -> int:
        with self.write() as connection:
            return connection.execute(delete(name).where(name.c.name == name_, *_of(pair))).rowcount


def _of(pair: Pair | None) -> tuple[Any, ...]:
    return () if pair is None else (name.c.source_language == pair.source, name.c.target_language == pair.target)


def _counted(pair: Pair | None) -> Any:
    """Each way in which a name was written, with how many stories wrote it so and whether a person says so."""
    columns = (name.c.source_language, name.c.target_language, name.c.name, name.c.rendering)
    person = func.sum(case((name.c.story == PERSON, 1), else_=0))
    counts = ((func.count() - person).label("stories"), person.label("person"))
    return select(*columns, *counts).where(*_of(pair)).group_by(*columns)


ANY_OF = _counted(None).where(
    name.c.source_language == bindparam("source"),
    name.c.target_language == bindparam("target"),
    name.c.name.in_(bindparam("names", expanding=True)),
)


def _settled(ways: Sequence[Record]) -> str | None:
    """The one way that a person has settled; or that more stories take than any other, and that four times as many take as
    leave the name as it is, which is never wrong."""
    for row in ways:
        if row.person:
            return str(row.rendering)
    first, *rest = sorted(ways, key=lambda r: r.stories, reverse=True)
    clear = first.stories >= ENOUGH and (not rest or rest[0].stories < first.stories)
    as_it_is = next((r.stories for r in rest if r.rendering == r.name), 0)
    return str(first.rendering) if clear and first.stories >= CLEARLY * as_it_is else None
