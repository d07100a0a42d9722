"""The whole desk, live fetcher and all, against the small hostile world that lies beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import shared
from tools import newsworld


@pytest.mark.data
@pytest.mark.timeout(900)
def test_every_case_of_the_hostile_world(tmp_path: Path) -> None:
    outcome = newsworld.play(shared("newsworld", "newsworld.py"), tmp_path, net="127.43.0", port=8720, control=8719)
    assert len(outcome.rows) >= 18
    assert [r for r in outcome.rows if r[0] != "pass"] == []
    assert outcome.trapped == 0, "the control listener was asked for something"
    assert outcome.bugs == 0
    assert outcome.peak <= newsworld.BAR


def test_without_the_world_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert newsworld.main(["--newsworld", str(tmp_path / "none.py")]) == 0
    assert capsys.readouterr().out.startswith("skipped: ")
