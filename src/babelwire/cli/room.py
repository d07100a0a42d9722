"""The desk in the browser, served: its address, and its room, opened anew when the configuration has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from babelwire.cli import opening, serving

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.seams import DeskStore
    from babelwire.web.desk import Room


class Rooms:
    """What the screens work with: a desk of their own, beside the one that runs. ``load`` reads the configuration."""

    def __init__(self, config: Config, load: Callable[[], Config], origins: tuple[str, ...], clock: Callable[[], datetime]) -> None:
        from babelwire.runners import reload

        self._config, self._load, self._origins, self._clock = config, load, origins, clock
        self._turn = threading.Lock()
        self._stamp = reload.stamp(config)
        self._open: list[ExitStack] = []
        self._room = self._opened(config)

    def __call__(self) -> Room:
        """The room as the configuration has it now; as it was before, where the configuration cannot be used any more."""
        from babelwire.errors import BabelwireError
        from babelwire.runners import reload

        with self._turn:
            now = reload.stamp(self._config)
            if now != self._stamp:
                self._stamp = now
                try:
                    config = self._load()
                    self._room = self._opened(config)
                except BabelwireError:
                    return self._room  # `run` reports it, and so does each screen that reads the file
                self._config, self._stamp = config, reload.stamp(config)
                self._close(keep=2)  # somebody may still be using the last one
            return self._room

    def close(self) -> None:
        self._close(keep=0)

    def _opened(self, config: Config) -> Room:
        from babelwire.web.desk import Room

        with ExitStack() as stack:
            desk = stack.enter_context(opening.desk(config, self._clock()))
            self._open.append(stack.pop_all())
        return Room(
            desk=desk,
            store=cast("DeskStore", desk.store),
            config=self._load,
            clock=self._clock,
            desk_rules=config.web,
            origins=self._origins,
        )

    def _close(self, keep: int) -> None:
        while len(self._open) > keep:
            self._open.pop(0).close()


@contextmanager
def served(config: Config, load: Callable[[], Config]) -> Iterator[str | None]:
    """The desk beside the block, at its own door; yields its address. None where it is off, or where nobody has an account."""
    if not wanted(config):
        yield None
        return
    with listening(config, load) as server, serving.beside(server) as address:
        yield address


@contextmanager
def listening(config: Config, load: Callable[[], Config]) -> Iterator[serving.Listening]:
    """The desk's own server, not yet at work. Raises ConfigError: its door is taken, or nothing tells where browsers find it."""
    from babelwire.errors import ConfigError
    from babelwire.model import utc_now
    from babelwire.web import desk as screens

    if config.web.door is None:
        raise ConfigError(f"{config.path}: web.desk is off")
    door = serving.bind(*config.web.door, "[web] desk")
    try:
        rooms = Rooms(config, load, origins(config, door.getsockname()[1]), utc_now)
    except BaseException:
        door.close()
        raise
    try:
        yield serving.Listening(screens.create(rooms), door)
    finally:
        rooms.close()


def wanted(config: Config) -> bool:
    """Is there a desk to serve: is it on, and has anybody an account?"""
    from contextlib import closing

    from babelwire import make

    if config.web.door is None:
        return False
    with closing(make.desk_store(config)) as store:
        return bool(store.accounts())


def origins(config: Config, port: int) -> tuple[str, ...]:
    """Where browsers find the desk: what the configuration says, and this machine. Raises ConfigError: it listens for others, too,
    and nothing says under which address they find it."""
    from babelwire.errors import ConfigError

    host = config.web.door[0] if config.web.door else ""
    near = tuple(f"http://{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
    if config.web.desk_url:
        return (config.web.desk_url, *near)
    if host not in ("127.0.0.1", "localhost", "::1") and not host.startswith("127."):
        raise ConfigError(
            f"{config.path}: web.desk: {host} is not this machine alone; say in web.desk_url where browsers find the desk "
            "(https, since no browser signs in over plain http from elsewhere)"
        )
    return (f"http://{host}:{port}", *near) if urlsplit(f"http://{host}:{port}").hostname not in ("127.0.0.1", "localhost") else near
