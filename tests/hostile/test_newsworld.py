"""The whole desk, live fetcher and all, against the small hostile world that lies beside the repository."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, shared
from tools import newsworld


@pytest.mark.data
@pytest.mark.timeout(900)
def test_every_case_of_the_hostile_world() -> None:
    """In a process of its own, whose memory is measured: at most 1 GiB, nothing at the control listener, no bugs."""
    program = shared("newsworld", "newsworld.py")
    run = subprocess.run(
        [sys.executable, "-m", "tools.newsworld", "--newsworld", str(program)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    rows = [line.split()[0] for line in run.stdout.splitlines() if line.startswith(("pass", "FAIL", "skip"))]
    assert len(rows) >= 18 and set(rows) == {"pass"}, run.stdout
    assert run.returncode == 0, run.stdout[-1000:] + run.stderr[-1000:]


def test_without_the_world_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert newsworld.main(["--newsworld", str(tmp_path / "none.py")]) == 0
    assert capsys.readouterr().out.startswith("skipped: ")
