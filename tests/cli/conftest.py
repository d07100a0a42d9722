"""A demo world, and a desk that has been run on it with the echo engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from babelwire.cli import main
from babelwire.demo import World

Run = Callable[..., Result]


def small(world: World) -> str:
    """A configuration for the world that takes the newest article of each feed only: what commands are tried on."""
    return world.config("data", engines=["echo"]).replace("[poll]", "[poll]\nmax_entries = 1")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with World(now=datetime.now(UTC)) as made:
        yield made


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BABELWIRE_CONFIG", raising=False)

    def run(*words: str, **more: object) -> Result:
        result = CliRunner().invoke(main, list(words), **more)  # type: ignore[arg-type]
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture(scope="session")
def ready(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration of a desk that has done all there was to do. Commands that change the store use ``mine``."""
    folder = tmp_path_factory.mktemp("desk")
    path = folder / "babelwire.toml"
    path.write_text(small(world), encoding="utf-8")
    result = CliRunner().invoke(main, ["--config", str(path), "run", "--once"])
    assert result.exit_code == 0, result.output
    return path


@pytest.fixture
def mine(ready: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    import shutil

    folder = tmp_path / "mine"
    shutil.copytree(ready.parent, folder)
    return folder / "babelwire.toml"
