"""One more story costs as much in a large archive as in a small one.

Counted in instructions of SQLite's virtual machine, which are the same on every machine and in every run; no clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, event

from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import FEED, LEASE, NOW, Hand, article, card, minutes, translated

SMALL, LARGE = 500, 20_000
STEP = 5  #: instructions between two calls of the counter


class Counted:
    """A store with an archive of ``size`` stories, made by copying one that went all the way."""

    def __init__(self, size: int) -> None:
        self.store = SqliteStore(":memory:")
        self.hand = Hand(self.store)
        self.hand.all_the_way("old", ["fr", "es"], now=minutes(-60), sketch=[1, 2, 3])
        with self.store.write() as connection:
            for table in ("entry", "article", "revision", "telling", "translation", "publication", "log"):
                _copy(connection, table, size)
            connection.exec_driver_sql("UPDATE tally SET stories = stories + ?", (size,))
            connection.exec_driver_sql(
                "INSERT INTO sketch SELECT abs(random()) % 4294967296, seen, key FROM article CROSS JOIN (VALUES (1), (2), (3), (4))"
            )
        self.hand.announce("new")
        self.hand.take(article("new"), ["fr"], sketch=[1, 9])
        self.hand.translate()
        self.statements: list[str] = []
        self.instructions = 0
        event.listen(self.store.engine, "before_cursor_execute", lambda c, cur, sql, *rest: self.statements.append(sql))

    @contextmanager
    def counting(self) -> Iterator[None]:
        def count() -> int:
            self.instructions += STEP
            return 0

        self.statements.clear()
        self.instructions = 0
        driver = self._driver()
        driver.set_progress_handler(count, STEP)
        yield
        driver.set_progress_handler(None, 0)

    def _driver(self):  # type: ignore[no-untyped-def]
        """The store's one connection."""
        with self.store.read() as connection:
            return connection.connection.driver_connection


def _copy(connection: Connection, table: str, size: int) -> None:
    columns = [row[1] for row in connection.exec_driver_sql(f"PRAGMA table_info({table})") if row[1] != "id"]
    changed = {
        "key": "key || '-' || n",
        "path": "replace(path, 'ferry-old', 'ferry-old-' || n)",
        "link": "link || n",
        "published": "datetime(published, '-' || n || ' minutes') || '.000000'",
        "seen": "datetime(seen, '-' || n || ' minutes') || '.000000'",
        "made": "datetime(made, '-' || n || ' minutes') || '.000000'",
        "due": "NULL",
        "said_id": "said_id || n",
        "story": "story || '-' || n",
        "url": "url || n",
        "canonical_url": "canonical_url || n",
    }
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    connection.exec_driver_sql(
        f"WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c WHERE n < {size}) "
        f"INSERT INTO {table} ({names}) SELECT {values} FROM c CROSS JOIN {table} WHERE key = 'old'"
    )


@pytest.fixture(scope="module")
def archives() -> Iterator[tuple[Counted, Counted]]:
    both = (Counted(SMALL), Counted(LARGE))
    yield both
    for each in both:
        each.store.close()


def _translate(c: Counted) -> None:
    (task,) = c.store.claim_tasks(minutes(5000), 5, LEASE)
    made = translated(task)
    c.store.add_translation(made, card=card(task, made), note=None, now=NOW)


#: In the order of a story's life: each step finds what the one before has left.
STEPS: dict[str, Callable[[Counted], object]] = {
    "pulse": lambda c: c.store.pulse(NOW),
    "published since": lambda c: c.store.published_since(minutes(-5)),
    "cards": lambda c: c.store.cards("fr"),
    "cards of a section": lambda c: c.store.cards("fr", section="local"),
    "cards of a source": lambda c: c.store.cards("fr", source_id="harbour"),
    "cards of a day": lambda c: c.store.cards("fr", day="2026-11-24"),
    "older cards": lambda c: c.store.cards("fr", before=minutes(-200)),
    "sections": lambda c: c.store.sections("fr"),
    "topics": lambda c: c.store.topics("fr", ["energy"]),
    "cards of a topic": lambda c: c.store.cards("fr", topic="energy"),
    "amendments": lambda c: c.store.amendments("fr"),
    "rates": lambda c: c.store.rates("fr", minutes(-300)),
    "to_publish": lambda c: c.store.to_publish("fr", 50),
    "mark_published": lambda c: c.store.mark_published(c.store.to_publish("fr", 50), NOW),
    "to_publish, nothing": lambda c: c.store.to_publish("fr", 50),
    "publication": lambda c: c.store.publication("old-77", "fr"),
    "record_poll": lambda c: c.hand.announce("newer"),
    "known": lambda c: c.store.known([f"old-{n}" for n in range(100)]),
    "announced": lambda c: c.store.announced("harbour", ["id-new", "id-nobody"]),
    "claim_entries": lambda c: c.store.claim_entries(minutes(1), 5, LEASE),
    "similar": lambda c: c.store.similar([9, 77], minutes(-4000)),
    "frequencies": lambda c: c.store.frequencies([5, 77], minutes(-300)),
    "kin": lambda c: c.store.kin([5, 77], minutes(-4000)),
    "tellings": lambda c: c.store.tellings("story-old-7", "fr"),
    "add_revision": lambda c: c.hand.take(article("newer"), ["fr"], sketch=[5, 6], marks=[5, 6]),
    "translate": _translate,
    "withdraw": lambda c: c.store.withdraw("old-9", "410", NOW),
    "claim_tasks, nothing": lambda c: c.store.claim_tasks(NOW, 5, LEASE),
    "history": lambda c: c.store.history(f"{FEED.url}/old12"),
    "due_feeds": lambda c: c.store.due_feeds(NOW, 5),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_cost_of_a_step_does_not_grow_with_the_archive(archives: tuple[Counted, Counted], step: str) -> None:
    spent = []
    for archive in archives:
        with archive.counting():
            STEPS[step](archive)
        assert archive.statements, "nothing was counted"
        spent.append((archive.instructions, len(archive.statements)))
    (small, asked_small), (large, asked_large) = spent
    assert small >= STEP, "nothing was counted"
    assert asked_small == asked_large
    assert large <= 1.2 * small + 10 * STEP, f"{small} instructions with {SMALL} stories, {large} with {LARGE}"


def test_cards_read_no_bodies(archives: tuple[Counted, Counted]) -> None:
    small, _ = archives
    with small.counting():
        small.store.cards("fr", section="local")
    (statement,) = [s for s in small.statements if s.startswith("SELECT")]
    assert "body" not in statement and "notes" not in statement


@pytest.mark.parametrize(
    ("what", "index"),
    [({}, "front"), ({"section": "local"}, "section"), ({"source_id": "harbour"}, "source"), ({"day": "2026-11-24"}, "day")],
)
def test_cards_come_in_the_order_of_an_index(archives: tuple[Counted, Counted], what: dict[str, str], index: str) -> None:
    _, large = archives
    plans = []

    def explain(connection, cursor, sql, parameters, *rest):  # type: ignore[no-untyped-def]
        if sql.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))

    event.listen(large.store.engine, "before_cursor_execute", explain)
    large.store.cards("fr", **what)  # type: ignore[arg-type]
    event.remove(large.store.engine, "before_cursor_execute", explain)
    assert any(f"USING INDEX ix_publication_{index}" in line for line in plans), plans
    assert not any("TEMP B-TREE" in line or line.startswith("SCAN") for line in plans), plans
