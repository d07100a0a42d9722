"""Web servers of this process: the published site, and metrics and health, each at a door of its own."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babelwire.config import Config


@contextmanager
def site(config: Config) -> Iterator[Any]:
    """The app for the published tree, while the block runs; with a store of its own where readers may search or report."""
    from babelwire import make
    from babelwire.model import utc_now
    from babelwire.web import app, readers

    root, tls = config.data / config.publish.path, config.desk.base_url.startswith("https:")
    root.mkdir(parents=True, exist_ok=True)
    if not (config.web.search or config.web.reports):
        yield app.create(root, tls=tls)
        return
    with closing(make.reader_store(config)) as store:
        routes = app.dynamic(readers.Readers(store=store, site=make.site(config), clock=utc_now, tls=tls))
        yield app.create(root, routes=routes, tls=tls)


@dataclass(slots=True)
class Current:
    """The configuration that the desk works with now: it may change while it runs."""

    config: Config


@contextmanager
def observed(current: Current) -> Iterator[str | None]:
    """/metrics and /health served while the block runs, with a store of their own; yields their address, None where they are off."""
    from starlette.applications import Starlette

    from babelwire import budget, make
    from babelwire.model import utc_now
    from babelwire.web import health, metrics

    if current.config.observe.door is None:
        yield None
        return
    door = bind(*current.config.observe.door, "[observe] listen")
    with closing(make.store(current.config)) as store:
        routes = metrics.routes(store, lambda: budget.rules(current.config), utc_now)
        routes += health.routes(store, lambda: current.config.alerts.queue_hours, utc_now)
        with beside(Listening(Starlette(routes=routes), door)) as address:
            yield address


@contextmanager
def beside(listening: Listening) -> Iterator[str]:
    """A server in a thread of its own, until the block is left; yields its address."""
    thread = threading.Thread(target=listening.run, name="serve", daemon=True)
    thread.start()
    try:
        yield listening.address
    finally:
        listening.server.should_exit = True
        thread.join(timeout=10)


class Listening:
    """A web server for an app, at a port that is ours already."""

    def __init__(self, app: Any, door: socket.socket) -> None:
        import uvicorn

        self.door = door
        self.server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", log_config=None, access_log=False, server_header=False, lifespan="off")
        )
        host, port = door.getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM, or ``server.should_exit``."""
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again when it has ended well
                signal.signal(name, lambda *_: None)
        self.server.run(sockets=[self.door])


def bind(host: str, port: int, name: str = "--port") -> socket.socket:
    """A port of our own. Raises ConfigError: it is taken, or there is no such address here."""
    from babelwire.errors import ConfigError

    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise ConfigError(f"cannot listen at {host}:{port}: {error.strerror}; name another with {name}") from error
    return made
