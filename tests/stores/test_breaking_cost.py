"""A claim of breaking work costs the same however much other work waits."""

from __future__ import annotations

import pytest

from babelwire.model import Assignment
from tests.stores.rows import LEASE, article, minutes
from tests.stores.test_cost import STEP, Counted

FEW, MANY = 300, 6_000


def claimed(waiting: int, breaking: bool) -> int:
    """Instructions spent on claiming one translation where so many wait."""
    counted = Counted(waiting)
    with counted.store.write() as connection:
        dated = "datetime('2026-11-20', '-' || rowid || ' minutes') || '.000000'"
        connection.exec_driver_sql(f"UPDATE translation SET state = 'waiting', dated = {dated} WHERE key LIKE 'old-%' AND language = 'fr'")
    counted.hand.announce("quake")
    page = article("quake", published=minutes(-9999))
    how = {"fr": Assignment(breaking=True)} if breaking else {}
    counted.store.add_revision(page, [], ["fr"], story="quake", revisit=None, now=minutes(0), assignments=how)
    with counted.counting():
        (task,) = counted.store.claim_tasks(minutes(5000), 1, LEASE)
    counted.store.close()
    assert (task.revision.article.key == "quake") is breaking
    return counted.instructions


@pytest.mark.parametrize("breaking", [True, False])
def test_one_claim_among_few_and_among_many(breaking: bool) -> None:
    few, many = claimed(FEW, breaking), claimed(MANY, breaking)
    assert few > STEP
    assert many <= 1.2 * few + 20 * STEP, f"{few} instructions where {FEW} wait, {many} where {MANY} do"
