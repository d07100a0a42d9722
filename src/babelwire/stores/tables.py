"""The tables, in SQLAlchemy Core: portable types only, so that SQLite and PostgreSQL share every statement. All of them in one
room, longer than others for that: who reads a query has its columns on one page.

    source ── feed ── entry ── article ── revision
                        │         ├ sketch            near-duplicates
                        │         └ telling ── mark   who tells which story, and what it is known by
                        └ translation ── publication ── tally, amendment, topic ── tag
    memory   name   glossary   log   denied   bug   alert   outbox   source ── watch, aside   entry ── validator
    spending   cost   breaker   latency                 money, health and speed of engines
    account ── session, browser, token      attempt   deed      the people at the desk
    report                                              what readers say is wrong
    picture                                             our own copies of articles' pictures
    searched ── searched_terms (FTS5)                   what the site shows, by its words: see ``search``

Bodies (articles, translations) are compressed JSON, see ``codec``; what is searched, sorted or shown in lists has a column
of its own. ``translation`` is the work to be done; ``publication`` is what the site shows, or is to show next: a
correction that is being made leaves it alone until it is ready. Schema changes go into ``migrations``; a test holds both equal.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)

from babelwire.model import check_aware


class Utc(TypeDecorator[datetime]):
    """An aware moment, in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        check_aware(time=value)
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def of_core(item: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """For Alembic: is it one of the tables below? FTS5's are SQLite's own, and are written down in the migrations alone."""
    return not (kind == "table" and str(name).startswith("searched_terms"))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("configured", Boolean, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("url", Text, primary_key=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("language", Text),
    Column("section", Text),
    Column("title", Text),
    Column("configured", Boolean, nullable=False),
    Column("due", Utc, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", Text),
    Column("interval", Float, nullable=False),  # seconds
    Column("failures", Integer, nullable=False),
    Column("failure", Text),
    Column("status", Integer),
    Column("polled", Utc),
    Column("succeeded", Utc),
    Column("moved_to", Text),
    Column("moved_seen", Integer, nullable=False),
    Column("moved_since", Utc),
    Column("retired", Boolean, nullable=False),
    Index(None, "configured", "retired", "due"),
)

entry = Table(
    "entry",
    metadata,
    Column("key", Text, primary_key=True),
    Column("feed_url", ForeignKey("feed.url"), nullable=False),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("link", Text, index=True),
    Column("said_id", Text, nullable=False),  # the feed's own: a tombstone may name nothing else
    Column("digest", Text, nullable=False),
    Column("state", Text, nullable=False, index=True),
    Column("dated", Utc, nullable=False),  # by the source, never later than we saw it
    Column("breaking", Boolean, nullable=False),  # its page is read before others
    Column("due", Utc),  # when its page is read (again); empty: not any more
    Column("attempts", Integer, nullable=False),
    Column("failure", Text),
    Column("claimed_until", Utc),
    Column("body", LargeBinary, nullable=False),
)
Index("ix_entry_said", entry.c.source_id, entry.c.said_id, entry.c.dated)
Index(
    "ix_entry_due",
    entry.c.breaking,
    entry.c.due,
    sqlite_where=entry.c.due.is_not(None),
    postgresql_where=entry.c.due.is_not(None),
)

article = Table(
    "article",
    metadata,
    Column("key", ForeignKey("entry.key"), primary_key=True),
    Column("story", Text, nullable=False, index=True),
    Column("number", Integer, nullable=False),  # of the latest revision
    Column("digest", Text, nullable=False),
    Column("url", Text, nullable=False, index=True),
    Column("canonical_url", Text, nullable=False, index=True),
    Column("seen", Utc, nullable=False),  # first
)

revision = Table(
    "revision",
    metadata,
    Column("key", ForeignKey("article.key"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("seen", Utc, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

sketch = Table(  # the smallest values of each article's: what ``telling`` has in full is found by them
    "sketch",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("seen", Utc, primary_key=True),  # first: a look-up by value reads recent rows only
    Column("key", ForeignKey("article.key"), primary_key=True),
    sqlite_with_rowid=False,  # the primary key is the table: half the size
)

telling = Table(  # who tells which story
    "telling",
    metadata,
    Column("key", ForeignKey("article.key"), primary_key=True),
    Column("story", Text, nullable=False, index=True),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("language", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("seen", Utc, nullable=False, index=True),  # first
    Column("dated", Utc, nullable=False),
    Column("twin", Boolean, nullable=False),  # nearly the same words as another's: not translated
    Column("gone", Boolean, nullable=False),
    Column("marks", LargeBinary, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
)

mark = Table(
    "mark",
    metadata,
    Column("value", BigInteger, primary_key=True, autoincrement=False),
    Column("seen", Utc, primary_key=True),
    Column("key", ForeignKey("article.key"), primary_key=True),
    sqlite_with_rowid=False,
)

translation = Table(
    "translation",
    metadata,
    Column("key", ForeignKey("article.key"), primary_key=True),
    Column("language", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # asked for
    Column("breaking", Boolean, nullable=False),  # made, and published, before others
    Column("assignment", LargeBinary),  # what modes and routing rules said; empty: as usual
    Column("dated", Utc, nullable=False),
    Column("due", Utc),
    Column("attempts", Integer, nullable=False),
    Column("failure", Text),
    Column("claimed_until", Utc),
    Column("verdict", Text),  # these six: of the last one that was made
    Column("reason", Text),
    Column("gist", Boolean, nullable=False),
    Column("engine", Text),
    Column("pair", Text),
    Column("made", Utc),
    Column("held", LargeBinary),  # only where it was held; others are the publication's body
    Column("again", Utc),  # when it is to be made again, in full: a budget was spent
    Index(None, "state", "language"),
    Index("ix_translation_made", "language", "made"),
    Index("ix_translation_pair", "state", "pair"),
)
Index(
    "ix_translation_waiting",
    translation.c.breaking,
    translation.c.dated,
    sqlite_where=translation.c.state == "waiting",
    postgresql_where=translation.c.state == "waiting",
)

Index(
    "ix_translation_again",
    translation.c.again,
    sqlite_where=translation.c.again.is_not(None),
    postgresql_where=translation.c.again.is_not(None),
)

publication = Table(
    "publication",
    metadata,
    Column("key", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("day", Text, nullable=False),  # ISO date, the edition's own: the one in the path
    Column("headline", Text, nullable=False),
    Column("standfirst", Text, nullable=False),
    Column("section", Text),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("source_language", Text, nullable=False),
    Column("published", Utc, nullable=False),
    Column("dated", Utc, nullable=False),
    Column("updated", Utc, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("gist", Boolean, nullable=False),
    Column("licence", Text, nullable=False),
    Column("story", Text, nullable=False),
    Column("listed", Boolean, nullable=False),  # on the site and not withdrawn
    Column("withdrawn", Boolean, nullable=False),
    Column("handed", Boolean, nullable=False),  # given out to be published: may be on the site, even if nobody said so
    Column("breaking", Boolean, nullable=False),
    Column("pending", Utc),  # since when it waits to be brought out; empty: the site shows it as it is here
    Column("version", Integer, nullable=False),  # grows with whatever the page shows
    Column("carded", Integer, nullable=False),  # the version in which what listings show of it changed last
    Column("told", Integer, nullable=False),  # the version in which its text, or its withdrawal, came last
    Column("shown", Integer, nullable=False),  # the version on the site; 0: none
    Column("shown_siblings", Text, nullable=False),  # languages the page links to
    Column("shown_related", Text, nullable=False),  # keys of the articles the page links to
    Column("sources", Integer, nullable=False),  # that tell its story, as the page on the site has it
    Column("revision", Integer, nullable=False),
    Column("notes", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    ForeignKeyConstraint(["key", "language"], ["translation.key", "translation.language"]),
    Index("ix_publication_front", "language", "listed", "published", "key"),
    Index("ix_publication_section", "language", "listed", "section", "published", "key"),
    Index("ix_publication_source", "language", "listed", "source_id", "published", "key"),
    Index("ix_publication_day", "language", "listed", "day", "published", "key"),
    Index("ix_publication_story", "language", "listed", "story", "published", "key"),
)
Index(
    "ix_publication_pending",
    publication.c.language,
    publication.c.breaking,
    publication.c.pending,
    sqlite_where=publication.c.pending.is_not(None),
    postgresql_where=publication.c.pending.is_not(None),
)

amendment = Table(  # corrections and withdrawals, for the page that lists them
    "amendment",
    metadata,
    Column("language", Text, primary_key=True),
    Column("time", Utc, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
)

topic = Table(
    "topic",
    metadata,
    Column("language", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("label", Text, nullable=False),
    Column("stories", Integer, nullable=False),  # listed ones, counted along
)

tag = Table(  # which listed publications are about a topic
    "tag",
    metadata,
    Column("language", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("published", Utc, primary_key=True),
    Column("key", Text, primary_key=True),
    Index(None, "key", "language"),
    sqlite_with_rowid=False,
)

tally = Table(
    "tally",
    metadata,
    Column("language", Text, primary_key=True),
    Column("section", Text, primary_key=True),
    Column("stories", Integer, nullable=False),  # listed ones; counted along, since counting anew would read the archive
)

memory = Table(
    "memory",
    metadata,
    Column("key", Text, primary_key=True),
    Column("source_language", Text, nullable=False),
    Column("target_language", Text, nullable=False),
    Column("source", Text, nullable=False),  # with markers, like the target
    Column("target", Text, nullable=False),
    Column("engine", Text, nullable=False),  # its id; empty: people, or another tool
    Column("origin", Text, nullable=False),  # the file it was imported from; empty: made here
    Column("score", Float),
    Column("made", Utc, nullable=False),
    Index(None, "made", "key"),
)

name = Table(
    "name",
    metadata,
    Column("source_language", Text, primary_key=True),
    Column("target_language", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("story", Text, primary_key=True),  # one say each; empty: a person's, which counts for more than any
    Column("rendering", Text, nullable=False),
    Column("made", Utc, nullable=False),
)

glossary = Table(
    "glossary",
    metadata,
    Column("version", Text, primary_key=True),
    Column("made", Utc, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

log = Table(
    "log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("time", Utc, nullable=False),
    Column("what", Text, nullable=False),
    Column("text", Text, nullable=False),
)

watch = Table(
    "watch",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

validator = Table(
    "validator",
    metadata,
    Column("key", ForeignKey("entry.key"), primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
)

aside = Table(
    "aside",
    metadata,
    Column("source_id", ForeignKey("source.id"), primary_key=True),
    Column("since", Utc, nullable=False),
    Column("reason", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("receiver", Text, nullable=False),  # a name of [notify]
    Column("kind", Text, nullable=False),
    Column("time", Utc, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("due", Utc),  # empty: given up
    Column("attempts", Integer, nullable=False),
    Column("failure", Text),
    Column("claimed_until", Utc),
    Index(None, "due"),
)

alert = Table(
    "alert",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("since", Utc, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("unseen", Utc),  # since when it has not been found any more: it may be over
)

spending = Table(
    "spending",
    metadata,
    Column("day", Text, primary_key=True),  # ISO date, on the clocks of [budget]
    Column("engine", Text, primary_key=True),  # its name in the configuration
    Column("feed", Text, primary_key=True),  # address; empty: probes and tests
    Column("characters", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("micros", BigInteger, nullable=False),  # money, in millionths
)

cost = Table(
    "cost",  # what a story's translations cost: ``spending`` again, in the same transactions, by article
    metadata,
    Column("key", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("engine", Text, primary_key=True),  # its name in the configuration
    Column("characters", BigInteger, nullable=False),
    Column("tokens", BigInteger, nullable=False),
    Column("micros", BigInteger, nullable=False),  # money, in millionths
)

latency = Table(
    "latency",
    metadata,
    Column("engine", Text, primary_key=True),  # its name in the configuration
    Column("bucket", Integer, primary_key=True),  # of model.BUCKETS
    Column("calls", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),  # of all buckets, in the row of the first
)

breaker = Table(
    "breaker",
    metadata,
    Column("engine", Text, primary_key=True),
    Column("errors", Integer, nullable=False),  # in a row
    Column("opened", Utc),  # since when it is not asked; empty: it is
    Column("until", Utc),
    Column("rests", Integer, nullable=False),
    Column("failure", Text, nullable=False),
    Column("article", Text, nullable=False),
    Column("quota", Boolean, nullable=False),
)

picture = Table(  # of articles, on our own host
    "picture",
    metadata,
    Column("key", Text, primary_key=True),
    Column("url", Text, primary_key=True),  # the source's
    Column("name", Text, nullable=False),
    Column("sizes", Text, nullable=False),  # like ``640x427 1280x854``
    Column("failure", Text, nullable=False),
    Column("time", Utc, nullable=False),
)

searched = Table(
    "searched",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("headline", Text, nullable=False),
    Column("text", LargeBinary, nullable=False),  # as shown, for the lines around what was found
    Index(None, "key", "language", unique=True),
)

report = Table(
    "report",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("key", Text, nullable=False, index=True),
    Column("language", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("time", Utc, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("contact", Text, nullable=False),  # empty once it is closed
    Column("state", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("closed", Utc),
    Index(None, "state", "number"),
)

denied = Table(
    "denied",
    metadata,
    Column("value", Text, primary_key=True),  # a key or an address
    Column("reason", Text, nullable=False),
    Column("time", Utc, nullable=False),
)

bug = Table(
    "bug",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("time", Utc, nullable=False),
    Column("times", Integer, nullable=False),
    Column("traceback", Text, nullable=False),
)

account = Table(
    "account",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id, with its parameters and salt
    Column("made", Utc, nullable=False),
    Column("signed_in", Utc),
)

session = Table(
    "session",
    metadata,
    Column("digest", Text, primary_key=True),  # of the token in the cookie, which is kept nowhere
    Column("account", ForeignKey("account.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("seen", Utc, nullable=False),
    Column("until", Utc, nullable=False),
)

browser = Table(
    "browser",
    metadata,
    Column("digest", Text, primary_key=True),  # of a token in a cookie of a browser in which the account has signed in before
    Column("account", ForeignKey("account.name", ondelete="CASCADE"), primary_key=True),
    Column("until", Utc, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("label", Text, nullable=False, unique=True),
    Column("account", ForeignKey("account.name", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Column("made", Utc, nullable=False),
    Column("used", Utc),
)

attempt = Table(
    "attempt",
    metadata,
    Column("subject", Text, primary_key=True),  # ``account:NAME``, ``address:NET`` or ``browser:DIGEST``
    Column("failures", Integer, nullable=False),
    Column("last", Utc, nullable=False),
)

deed = Table(
    "deed",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("time", Utc, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("text", Text, nullable=False),
)
