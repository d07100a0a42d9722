"""The documents say what the code does."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT


def test_the_configuration_reference_is_up_to_date() -> None:
    made = subprocess.run([sys.executable, "tools/config_reference.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert made == (ROOT / "docs/configuration.md").read_text(encoding="utf-8"), (
        "run: python tools/config_reference.py > docs/configuration.md"
    )
