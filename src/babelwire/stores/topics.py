"""The store's room for topics: which listed publications are about what, and how many there are, counted along."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update

from babelwire.model import Publication, Topic
from babelwire.stores.database import Database, add
from babelwire.stores.tables import publication, tag, topic
from babelwire.text import topics as named


class Topics(Database):
    """As ``seams.Store`` says."""

    def topics(self, language: str, names: Sequence[str] | None = None, limit: int = 200) -> list[Topic]:
        here = [topic.c.language == language, topic.c.stories > 0]
        if names is not None:
            here.append(topic.c.name.in_(list(names)))
        statement = select(topic).where(*here).order_by(topic.c.stories.desc(), topic.c.name).limit(limit)
        with self.read() as connection:
            return [Topic(name=row.name, label=row.label, stories=row.stories) for row in connection.execute(statement)]


def settle(connection: Connection, item: Publication, *, listed: bool) -> None:
    """The topics of a page are those of its article while it is listed, and none when it is not."""
    article = item.article
    wanted = dict(named.of(article.tags, article.language)) if listed else {}
    here = (tag.c.key == article.key, tag.c.language == item.language)
    there = set(connection.scalars(select(tag.c.topic).where(*here)))
    _drop(connection, article.key, item.language, there - set(wanted))
    published = connection.scalar(
        select(publication.c.published).where(publication.c.key == article.key, publication.c.language == item.language)
    )
    for name in sorted(set(wanted) - there):
        label = named.label(name, wanted[name], item.language)
        add(connection, topic, [{"language": item.language, "name": name, "label": label, "stories": 0}])
        connection.execute(insert(tag).values(language=item.language, topic=name, published=published, key=article.key))
        _count(connection, item.language, name, 1)


def drop(connection: Connection, key: str, language: str) -> None:
    """The page is about nothing any more."""
    there = set(connection.scalars(select(tag.c.topic).where(tag.c.key == key, tag.c.language == language)))
    _drop(connection, key, language, there)


# ---------------------------------------------------------------------------------------------- the small steps


def _drop(connection: Connection, key: str, language: str, names: set[str]) -> None:
    for name in sorted(names):
        connection.execute(delete(tag).where(tag.c.key == key, tag.c.language == language, tag.c.topic == name))
        _count(connection, language, name, -1)


def _count(connection: Connection, language: str, name: str, by: int) -> None:
    here = (topic.c.language == language, topic.c.name == name)
    connection.execute(update(topic).where(*here).values(stories=topic.c.stories + by))
