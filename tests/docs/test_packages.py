"""What `make` installs is what the engine says it needs."""

from __future__ import annotations

from babelwire.engines.apertium import apertium_packages
from tests.conftest import ROOT


def test_the_engines_packages_are_installed_by_make() -> None:
    listed = (ROOT / "packages-engine.txt").read_text(encoding="utf-8").split()
    assert set(apertium_packages()) <= set(listed)
