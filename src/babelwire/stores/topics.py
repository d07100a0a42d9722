"""The store's room for topics: which listed publications are about what, and how many there are, counted along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from babelwire.model import Publication, Topic
from babelwire.stores.database import Database, add
from babelwire.stores.tables import tag, topic
from babelwire.text import topics as named

TAG = insert(tag)
THERE = select(tag.c.topic).where(tag.c.key == bindparam("of_key"), tag.c.language == bindparam("of_language"))
COUNT = (
    update(topic)
    .where(topic.c.language == bindparam("of_language"), topic.c.name == bindparam("of_name"))
    .values(stories=topic.c.stories + bindparam("by"))
)


class Topics(Database):
    """As ``seams.Store`` says."""

    def topics(self, language: str, names: Sequence[str] | None = None, limit: int = 200) -> list[Topic]:
        here = [topic.c.language == language, topic.c.stories > 0]
        if names is not None:
            here.append(topic.c.name.in_(list(names)))
        statement = select(topic).where(*here).order_by(topic.c.stories.desc(), topic.c.name).limit(limit)
        with self.read() as connection:
            return [Topic(name=row.name, label=row.label, stories=row.stories) for row in connection.execute(statement)]


def settle(connection: Connection, item: Publication, published: datetime, *, listed: bool) -> None:
    """The topics of a page are those of its article while it is listed, and none when it is not."""
    article, language = item.article, item.language
    wanted = dict(named.of(article.tags, article.language)) if listed else {}
    there = _there(connection, article.key, language)
    _drop(connection, article.key, language, there - set(wanted))
    fresh = sorted(set(wanted) - there)
    if fresh:
        labels = [{"language": language, "name": n, "label": named.label(n, wanted[n], language), "stories": 0} for n in fresh]
        add(connection, topic, labels)
        connection.execute(TAG, [{"language": language, "topic": n, "published": published, "key": article.key} for n in fresh])
        _count(connection, language, fresh, 1)


def drop(connection: Connection, key: str, language: str) -> None:
    """The page is about nothing any more."""
    _drop(connection, key, language, _there(connection, key, language))


# ---------------------------------------------------------------------------------------------- the small steps


def _there(connection: Connection, key: str, language: str) -> set[str]:
    return set(connection.scalars(THERE, {"of_key": key, "of_language": language}))


def _drop(connection: Connection, key: str, language: str, names: set[str]) -> None:
    if names:
        connection.execute(delete(tag).where(tag.c.key == key, tag.c.language == language, tag.c.topic.in_(names)))
        _count(connection, language, sorted(names), -1)


def _count(connection: Connection, language: str, names: Sequence[str], by: int) -> None:
    connection.execute(COUNT, [{"of_language": language, "of_name": name, "by": by} for name in names])
