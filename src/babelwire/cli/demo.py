"""``demo``: the desk run on the bundled world of news sites, what it did, and the site served."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import say

if TYPE_CHECKING:
    import socket

    from babelwire.cli.showcase import Show
    from babelwire.config import Config

PORT = 8080
HOURS = 2  #: the world starts so long ago, since its clock is to tick twice and nothing is to be dated in the future


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port of the site.  [default: 8080, or any that is free]")
@click.option("--keep", type=click.Path(path_type=Path), metavar="DIR", help="Keep configuration, database and site in DIR.")
@click.option("--engine", default="apertium", show_default=True, help="Another engine: echo needs no packages and translates nothing.")
@click.option(
    "--exit", "leave", is_flag=True, envvar="DEMO_EXIT", help="Do not serve; exit status 1 when a promise is broken (DEMO_EXIT=1)."
)
def demo(port: int | None, keep: Path | None, engine: str, leave: bool) -> None:
    """A small world of invented news sites on loopback addresses, the desk run on it, and the site served.

    Shows what the desk does with a correction, a withdrawal, a duplicate, a hostile headline, a dead feed. Nothing leaves
    this machine.
    """
    with ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="babelwire-demo-")))
        folder.mkdir(parents=True, exist_ok=True)
        door = None if leave else _door(port)
        show, config = _run(folder, engine, door.getsockname()[1] if door else port or PORT)
        if door is None:
            raise SystemExit(0 if show.good else 1)
        _serve(config, door, keep)


def _run(folder: Path, engine: str, port: int) -> tuple[Show, Config]:
    """The world, and the desk on it, for three hours of the world's time."""
    from babelwire.cli import showcase
    from babelwire.demo import World
    from babelwire.model import utc_now

    with World(now=utc_now() - timedelta(hours=HOURS)) as world:
        config = _configured(world.config("data", base_url=f"http://127.0.0.1:{port}", engines=[engine]), folder)
        _ask_for_packages(config)
        return showcase.run(world, config), config


def _configured(text: str, folder: Path) -> Config:
    from babelwire.cli import opening
    from babelwire.errors import ConfigError

    path = folder / "babelwire.toml"
    if (folder / "data").exists():
        raise ConfigError(f"{folder} holds an earlier demo; name an empty folder")
    path.write_text(text, encoding="utf-8")
    return opening.config(path)


def _ask_for_packages(config: Config) -> None:
    """Raises ConfigError naming what to install: an engine that serves nothing would hold everything back."""
    from babelwire import make
    from babelwire.engines.apertium import apertium_packages
    from babelwire.errors import ConfigError

    with closing(make.Engines(config)) as engines:
        if not any(engine.pairs for engine in engines.values()):
            packages = " ".join(apertium_packages())
            raise ConfigError(f"Apertium is not installed: apt-get install {packages} (or try `babelwire demo --engine echo`)")


def _door(port: int | None) -> socket.socket:
    """The port that was named; else the usual one, or any where that is taken."""
    from babelwire.cli.serving import bind
    from babelwire.errors import ConfigError

    if port is not None:
        return bind("127.0.0.1", port)
    try:
        return bind("127.0.0.1", PORT)
    except ConfigError:
        return bind("127.0.0.1", 0)


def _serve(config: Config, door: socket.socket, keep: Path | None) -> None:
    from babelwire.cli.serving import Listening, site

    with site(config) as app:
        listening = Listening(app, door)
        if keep:
            say.data(f"Look into it: babelwire --config {config.path} status")
        say.data("The site is served until you press Ctrl-C:")
        say.data(listening.address)
        listening.run()
