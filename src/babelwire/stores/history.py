"""The store's room for one item: everything that happened to it, for ``babelwire why``. JSON only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Connection, or_, select

from babelwire.model import Assignment, Rendering, Translation
from babelwire.stores import codec
from babelwire.stores.database import Database, Record
from babelwire.stores.overview import iso
from babelwire.stores.tables import article, bug, cost, denied, entry, feed, log, publication, revision, translation


class History(Database):
    """One item, from the feed to the page."""

    def history(self, address: str) -> Mapping[str, object] | None:
        with self.read() as connection:
            key = find(connection, address)
            row = connection.execute(select(entry).where(entry.c.key == key)).one_or_none() if key else None
            return None if row is None else _item(connection, row)


def find(connection: Connection, address: str) -> str | None:
    """The key of the item that goes by this key, source link, canonical address, or path or address on our site."""
    wanted = address.strip()
    path = urlsplit(wanted).path.strip("/") + "/"
    choices = (
        select(entry.c.key).where(entry.c.key == wanted),
        select(article.c.key).where(or_(article.c.canonical_url == wanted, article.c.url == wanted)),
        select(entry.c.key).where(entry.c.link == wanted),
        select(publication.c.key).where(publication.c.path.in_([path, path.removesuffix("index.html/")])),
    )
    found = (connection.scalar(choice.order_by(choice.selected_columns[0]).limit(1)) for choice in choices)
    return next((key for key in found if key), None)


def _item(connection: Connection, row: Record) -> dict[str, object]:
    said = codec.unpack(codec.ENTRY, row.body)
    head = connection.execute(select(article).where(article.c.key == row.key)).one_or_none()
    return {
        "key": row.key,
        "state": row.state,
        "failure": row.failure,
        "attempts": row.attempts,
        "due": iso(row.due),
        "claimed_until": iso(row.claimed_until),
        "breaking": row.breaking,
        "entry": {
            "title": said.title,
            "link": said.link,
            "id": said.id,
            "published": iso(said.published),
            "updated": iso(said.updated),
            "source": said.source_id,
        },
        "feed": _feed(connection, row.feed_url),
        "story": head.story if head else None,
        "told_also_by": _twins(connection, head.story, row.key) if head else [],
        "revisions": _revisions(connection, row.key),
        "translations": [_translation(connection, t) for t in _works(connection, row.key)],
        "cost": _costs(connection, row.key),
        "log": _log(connection, row.key),
        "bugs": _bugs(connection, row.key),
        "taken_down_for_good": connection.scalar(select(denied.c.reason).where(denied.c.value == row.key)),
    }


def _feed(connection: Connection, url: str) -> dict[str, object]:
    columns = (feed.c.url, feed.c.due, feed.c.polled, feed.c.succeeded, feed.c.failures, feed.c.failure, feed.c.retired)
    row = connection.execute(select(*columns).where(feed.c.url == url)).one()
    times = {name: iso(getattr(row, name)) for name in ("due", "polled", "succeeded")}
    return {"url": row.url, "failures": row.failures, "failure": row.failure, "retired": row.retired, **times}


def _twins(connection: Connection, story: str, key: str) -> list[str]:
    others = select(article.c.canonical_url).where(article.c.story == story, article.c.key != key)
    return list(connection.scalars(others.order_by(article.c.seen).limit(20)))


def _revisions(connection: Connection, key: str) -> list[dict[str, object]]:
    rows = connection.execute(select(revision).where(revision.c.key == key).order_by(revision.c.number)).all()
    return [{"number": row.number, "seen": iso(row.seen)} | _article(codec.unpack(codec.ARTICLE, row.body)) for row in rows]


def _article(item: Any) -> dict[str, object]:
    return {
        "url": item.url,
        "canonical_url": item.canonical_url,
        "headline": item.headline,
        "language": item.language,
        "byline": list(item.byline),
        "published": iso(item.published),
        "section": item.section,
        "blocks": len(item.blocks),
        "pictures": len(item.pictures),
        "licence": str(item.licence),
        "licence_note": item.licence_note,
        "from_feed": item.from_feed,
        "truncated": item.truncated,
    }


def _works(connection: Connection, key: str) -> list[Record]:
    return list(connection.execute(select(translation).where(translation.c.key == key).order_by(translation.c.language)).all())


def _translation(connection: Connection, row: Record) -> dict[str, object]:
    here = (publication.c.key == row.key, publication.c.language == row.language)
    page = connection.execute(select(publication).where(*here)).one_or_none()
    body = row.held or (page.body if page else None)
    made = codec.unpack(codec.TRANSLATION, body) if body else None
    return {
        "language": row.language,
        "state": row.state,
        "revision": row.revision,
        "verdict": row.verdict,
        "reason": row.reason,
        "breaking": row.breaking,
        "assignment": msgspec.to_builtins(_assignment(row)),
        "gist": row.gist,
        "engine": row.engine,
        "made": iso(row.made),
        "attempts": row.attempts,
        "failure": row.failure,
        "due": iso(row.due),
        "again": iso(row.again),
        "tried": list(made.tried) if made else [],
        "glossary": made.glossary if made else "",
        "sentences_of_revision": made.revision if made else None,
        "sentences": _sentences(made) if made else [],
        "page": _page(page) if page else None,
    }


def _assignment(row: Record) -> Assignment:
    return codec.unpack(codec.ASSIGNMENT, row.assignment) if row.assignment else Assignment()


def _sentences(made: Translation) -> list[dict[str, object]]:
    return [_sentence(passage.place, rendering) for passage in made.passages for rendering in passage.renderings]


def _sentence(place: str, rendering: Rendering) -> dict[str, object]:
    return {
        "place": place,
        "source": rendering.source.text,
        "target": rendering.target.text,
        "origin": str(rendering.origin),
        "engine": rendering.engine,
        "score": rendering.score,
        "passed": not rendering.blocked,
        "issues": [msgspec.to_builtins(issue) for issue in rendering.issues],
    }


def _page(row: Record) -> dict[str, object]:
    return {
        "path": row.path,
        "on_site": bool(row.shown) and not row.withdrawn,
        "withdrawn": row.withdrawn,
        "revision": row.revision,
        "published": iso(row.published) if row.shown else None,
        "updated": iso(row.updated) if row.shown else None,
        "waits_since": iso(row.pending),
        "notes": [msgspec.to_builtins(n) for n in codec.unpack(codec.NOTES, row.notes)],
    }


def _costs(connection: Connection, key: str) -> list[dict[str, object]]:
    """What its translations cost, by edition and engine: every engine that was asked, not only the one whose work was taken."""
    columns = (cost.c.language, cost.c.engine, cost.c.characters, cost.c.tokens, cost.c.micros)
    rows = connection.execute(select(*columns).where(cost.c.key == key).order_by(cost.c.language, cost.c.engine))
    return [dict(row._mapping) for row in rows]


def _log(connection: Connection, key: str) -> list[dict[str, object]]:
    rows = connection.execute(select(log).where(log.c.key == key).order_by(log.c.id)).all()
    return [{"time": iso(row.time), "what": row.what, "language": row.language, "text": row.text} for row in rows]


def _bugs(connection: Connection, key: str) -> list[dict[str, object]]:
    mine = or_(bug.c.key == key, bug.c.key.startswith(f"{key} ", autoescape=True))
    rows = connection.execute(select(bug).where(mine).order_by(bug.c.time)).all()
    return [{"kind": r.kind, "time": iso(r.time), "times": r.times, "traceback": r.traceback} for r in rows]
