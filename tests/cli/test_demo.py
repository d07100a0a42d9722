"""``demo``, in exit mode: with Apertium every promise is kept; without it, the message names what to install."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire.engines import apertium
from tests.cli.conftest import Run


@pytest.mark.apertium
@pytest.mark.timeout(600)
def test_every_promise_is_kept(cli: Run) -> None:
    if not apertium.Apertium().pairs:
        pytest.skip("Apertium's packages are not installed")
    result = cli("demo", "--exit", "--keep", "kept")
    assert result.exit_code == 0, result.output
    assert "20 of 20 promises kept" in result.stdout
    assert "  NOT  " not in result.stdout
    assert "Kestrel Bay Times" in result.stdout
    assert Path("kept/data/site/fr/index.html").exists()
    assert cli("demo", "--exit", "--keep", "kept").exit_code == 2, "an earlier demo is not overwritten"


def test_without_apertium_it_says_what_to_install(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apertium, "_installed", lambda modes: {})
    result = cli("demo", "--exit")
    assert result.exit_code == 2
    assert "apt-get install apertium" in result.stderr
