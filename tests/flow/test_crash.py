"""``kill -9`` while the desk works: a short run of ``make crash-test``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import crash_test


@pytest.mark.timeout(600)
def test_five_kills_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    assert crash_test.crash(5, 5, 7, tmp_path) == []
