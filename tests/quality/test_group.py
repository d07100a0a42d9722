"""Floors under the grouping of stories: lowered only with a reason written here.

Measured 2026-11-24 by ``tools/bench_group.py`` on all 61 x 61 pairs of articles; precision counts the three pairs of
different articles that report one event as right (``EVENTS`` there), recall is of the same article in two languages.
"""

from __future__ import annotations

import itertools
import time

import pytest

from babelwire import group
from babelwire.group import stories
from tests.conftest import shared
from tools import bench_group as bench

pytestmark = pytest.mark.data
#: Language -> recall of English against it; precision is 1.000 for each.
FLOORS = {"fra": 0.99, "spa": 0.98, "rus": 0.95, "arb": 0.93, "zho-CN": 0.85}


@pytest.fixture(scope="module")
def signed() -> dict[bench.Key, group.Signature]:
    folder = shared("data", "parallel-ntrex")
    texts = {(code, name): lines for code in bench.LANGUAGES for name, lines in bench.documents(folder, code).items()}
    return bench.signatures(texts, bench.LANGUAGES)


@pytest.mark.parametrize("code", list(FLOORS))
def test_the_same_article_in_two_languages_is_one_story(signed: dict[bench.Key, group.Signature], code: str) -> None:
    pairs = bench.crossed(signed, "eng", code, bench.counted(signed.values()))
    assert len(pairs) == 61 * 61
    assert bench.figures(pairs, stories.ALIKE, lambda p: p.event)["precision"] == 1
    assert bench.figures(pairs, stories.ALIKE, lambda p: p.same)["recall"] >= FLOORS[code]


def test_no_two_languages_merge_what_is_not_one_event(signed: dict[bench.Key, group.Signature]) -> None:
    rarity = bench.counted(signed.values())
    pairs = [p for a, b in itertools.combinations_with_replacement(bench.LANGUAGES, 2) for p in bench.crossed(signed, a, b, rarity)]
    assert bench.figures(pairs, stories.ALIKE, lambda p: p.event)["precision"] >= 0.995


def test_copies_of_one_text_are_found_and_no_others() -> None:
    folder = shared("data", "parallel-ntrex")
    for code in ("eng", "zho-CN"):
        row = bench.wire({(code, k): v for k, v in bench.documents(folder, code).items()}, bench.LANGUAGES)
        assert row["precision"] == 1 and row["recall"] >= 0.92


def test_pages_of_many_newspapers_are_merged_only_where_they_tell_one_event(signed: dict[bench.Key, group.Signature]) -> None:
    row = bench.unrelated(shared("data", "extraction-zyte"), signed)
    assert row["pairs"] > 37_000 and row["precision"] == 1 and row["recall"] >= 0.6


def test_a_signature_takes_milliseconds(signed: dict[bench.Key, group.Signature]) -> None:
    folder = shared("data", "parallel-ntrex")
    texts = {("arb", name): lines for name, lines in bench.documents(folder, "arb").items()}
    start = time.process_time()
    bench.signatures(texts, bench.LANGUAGES)
    assert (time.process_time() - start) / len(texts) < 0.02  # 2 to 3 ms on one core
