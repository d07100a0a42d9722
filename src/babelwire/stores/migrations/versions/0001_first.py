"""The first schema: every table of ``stores/tables``, as Alembic writes them, and so as long as that room."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _incoming()
    _entries()
    _articles()
    _work()
    _site()
    _shelf()
    _rest()
    _guards()
    _people()
    _engines()
    _readers()


def _readers() -> None:
    op.create_table(
        "picture",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sizes", sa.Text(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "url", name="pk_picture"),
    )
    op.create_table(
        "searched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_searched"),
    )
    op.create_index("ix_searched_key_language", "searched", ["key", "language"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        tokens = "unicode61 remove_diacritics 0 categories ''L* M* N* Co''"
        op.execute(f"CREATE VIRTUAL TABLE searched_terms USING fts5(edition, headline, text, tokenize='{tokens}')")
    op.create_table(
        "report",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("closed", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_report"),
    )
    op.create_index("ix_report_key", "report", ["key"], unique=False)
    op.create_index("ix_report_state_number", "report", ["state", "number"], unique=False)


def _engines() -> None:
    op.create_table(
        "spending",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "engine", "feed", name="pk_spending"),
    )
    op.create_table(
        "cost",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "language", "engine", name="pk_cost"),
    )
    op.create_table(
        "latency",
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("engine", "bucket", name="pk_latency"),
    )
    op.create_table(
        "breaker",
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("errors", sa.Integer(), nullable=False),
        sa.Column("opened", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rests", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("quota", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("engine", name="pk_breaker"),
    )


def _incoming() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_table(
        "feed",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("configured", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("interval", sa.Float(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("polled", sa.DateTime(timezone=True), nullable=True),
        sa.Column("succeeded", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_seen", sa.Integer(), nullable=False),
        sa.Column("moved_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_feed_source_id"),
        sa.PrimaryKeyConstraint("url", name="pk_feed"),
    )
    op.create_index("ix_feed_configured_retired_due", "feed", ["configured", "retired", "due"], unique=False)


def _entries() -> None:
    op.create_table(
        "entry",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("feed_url", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("said_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("breaking", sa.Boolean(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["feed_url"], ["feed.url"], name="fk_entry_feed_url"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_entry_source_id"),
        sa.PrimaryKeyConstraint("key", name="pk_entry"),
    )
    op.create_index(
        "ix_entry_due",
        "entry",
        ["breaking", "due"],
        unique=False,
        sqlite_where=sa.text("due IS NOT NULL"),
        postgresql_where=sa.text("due IS NOT NULL"),
    )
    op.create_index("ix_entry_link", "entry", ["link"], unique=False)
    op.create_index("ix_entry_said", "entry", ["source_id", "said_id", "dated"], unique=False)
    op.create_index("ix_entry_state", "entry", ["state"], unique=False)


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["entry.key"], name="fk_article_key"),
        sa.PrimaryKeyConstraint("key", name="pk_article"),
    )
    op.create_index("ix_article_canonical_url", "article", ["canonical_url"], unique=False)
    op.create_index("ix_article_story", "article", ["story"], unique=False)
    op.create_index("ix_article_url", "article", ["url"], unique=False)
    op.create_table(
        "revision",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["article.key"], name="fk_revision_key"),
        sa.PrimaryKeyConstraint("key", "number", name="pk_revision"),
    )
    op.create_table(
        "sketch",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["article.key"], name="fk_sketch_key"),
        sa.PrimaryKeyConstraint("value", "seen", "key", name="pk_sketch"),
        sqlite_with_rowid=False,
    )
    _tellings()


def _tellings() -> None:
    op.create_table(
        "telling",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("twin", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.LargeBinary(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["article.key"], name="fk_telling_key"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_telling_source_id"),
        sa.PrimaryKeyConstraint("key", name="pk_telling"),
    )
    op.create_index("ix_telling_seen", "telling", ["seen"])
    op.create_index("ix_telling_story", "telling", ["story"])
    op.create_table(
        "mark",
        sa.Column("value", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["article.key"], name="fk_mark_key"),
        sa.PrimaryKeyConstraint("value", "seen", "key", name="pk_mark"),
        sqlite_with_rowid=False,
    )


def _work() -> None:
    op.create_table(
        "translation",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("breaking", sa.Boolean(), nullable=False),
        sa.Column("assignment", sa.LargeBinary(), nullable=True),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("gist", sa.Boolean(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=True),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held", sa.LargeBinary(), nullable=True),
        sa.Column("again", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["article.key"], name="fk_translation_key"),
        sa.PrimaryKeyConstraint("key", "language", name="pk_translation"),
    )
    op.create_index(
        "ix_translation_again",
        "translation",
        ["again"],
        unique=False,
        sqlite_where=sa.text("again IS NOT NULL"),
        postgresql_where=sa.text("again IS NOT NULL"),
    )
    op.create_index("ix_translation_made", "translation", ["language", "made"])
    op.create_index("ix_translation_pair", "translation", ["state", "pair"], unique=False)
    op.create_index("ix_translation_state_language", "translation", ["state", "language"], unique=False)
    op.create_index(
        "ix_translation_waiting",
        "translation",
        ["breaking", "dated"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _site() -> None:
    op.create_table(
        "publication",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("standfirst", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("source_language", sa.Text(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("gist", sa.Boolean(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("handed", sa.Boolean(), nullable=False),
        sa.Column("breaking", sa.Boolean(), nullable=False),
        sa.Column("pending", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("carded", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("shown_siblings", sa.Text(), nullable=False),
        sa.Column("shown_related", sa.Text(), nullable=False),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("notes", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["key", "language"], ["translation.key", "translation.language"], name="fk_publication_key_language"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_publication_source_id"),
        sa.PrimaryKeyConstraint("key", "language", name="pk_publication"),
        sa.UniqueConstraint("path", name="uq_publication_path"),
    )


def _shelf() -> None:
    op.create_index("ix_publication_day", "publication", ["language", "listed", "day", "published", "key"], unique=False)
    op.create_index("ix_publication_front", "publication", ["language", "listed", "published", "key"], unique=False)
    op.create_index(
        "ix_publication_pending",
        "publication",
        ["language", "breaking", "pending"],
        unique=False,
        sqlite_where=sa.text("pending IS NOT NULL"),
        postgresql_where=sa.text("pending IS NOT NULL"),
    )
    op.create_index("ix_publication_section", "publication", ["language", "listed", "section", "published", "key"], unique=False)
    op.create_index("ix_publication_source", "publication", ["language", "listed", "source_id", "published", "key"], unique=False)
    op.create_index("ix_publication_story", "publication", ["language", "listed", "story", "published", "key"], unique=False)
    _listed()
    op.create_table(
        "tally",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", "section", name="pk_tally"),
    )


def _listed() -> None:
    op.create_table(
        "amendment",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("language", "time", "key", "kind", name="pk_amendment"),
    )
    op.create_table(
        "topic",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("stories", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("language", "name", name="pk_topic"),
    )
    op.create_table(
        "tag",
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("language", "topic", "published", "key", name="pk_tag"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_tag_key_language", "tag", ["key", "language"])


def _rest() -> None:
    op.create_table(
        "memory",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source_language", sa.Text(), nullable=False),
        sa.Column("target_language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_memory"),
    )
    op.create_index("ix_memory_made_key", "memory", ["made", "key"], unique=False)
    op.create_table(
        "name",
        sa.Column("source_language", sa.Text(), nullable=False),
        sa.Column("target_language", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("rendering", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_language", "target_language", "name", "story", name="pk_name"),
    )
    op.create_table(
        "glossary",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_glossary"),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
    )
    op.create_index("ix_log_key", "log", ["key"], unique=False)
    op.create_table(
        "denied",
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("value", name="pk_denied"),
    )
    op.create_table(
        "bug",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_bug"),
    )


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_account"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_session_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
    )
    op.create_index("ix_session_account", "session", ["account"], unique=False)
    op.create_table(
        "browser",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_browser_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", "account", name="pk_browser"),
    )
    op.create_table(
        "token",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_token_account", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest", name="pk_token"),
        sa.UniqueConstraint("label", name="uq_token_label"),
    )
    op.create_table(
        "attempt",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_attempt"),
    )
    op.create_table(
        "deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deed"),
    )
    op.create_index("ix_deed_subject", "deed", ["subject"], unique=False)


def _guards() -> None:
    op.create_table(
        "watch",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_watch_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_watch"),
    )
    op.create_table(
        "validator",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["key"], ["entry.key"], name="fk_validator_key"),
        sa.PrimaryKeyConstraint("key", name="pk_validator"),
    )
    op.create_table(
        "aside",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_aside_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_aside"),
    )
    op.create_table(
        "alert",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("unseen", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject", name="pk_alert"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_due", "outbox", ["due"], unique=False)
