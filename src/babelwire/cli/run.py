"""``run``, ``poll``, ``publish``, ``serve``."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.desk import Desk, Done

JOBS = ("poll", "take", "translate", "publish")
DID = {"poll": "asked", "take": "read", "translate": "translated", "publish": "published"}


@click.command()
@options.config
@click.option("--once", is_flag=True, help="Stop when there is nothing left to do.")
@click.option("--only", type=click.Choice(JOBS), help="This job alone, until it has nothing left to do.")
@click.option("--serve", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Serve the site at this port as well.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
def run(path: Path, once: bool, only: str | None, port: int | None, host: str) -> None:
    """Run the desk: poll, take, translate, publish, again and again.

    Stop it with Ctrl-C or SIGTERM: at most what is being worked on is done again at the next start.
    """
    from babelwire.model import utc_now

    config = opening.config(path)
    with opening.desk(config, utc_now()) as desk:
        if once or only:
            _through(desk, only)
        else:
            with _served(config, host, port):
                _on_and_on(desk, config)


def _through(desk: Desk, only: str | None) -> None:
    """Everything there is to do at this moment, or one job of it."""
    from babelwire.model import utc_now
    from babelwire.runners import loop

    with say.progress() as bars:

        def told(job: str, done: Done) -> None:
            bars.step(job, done.items)
            report(job, done)

        if only is None:
            desk.publish_frame(utc_now())
            loop.until_done(desk, utc_now, told)
            return
        job = {"poll": desk.poll, "take": desk.take, "translate": desk.translate, "publish": desk.publish_all}[only]
        while (done := job(utc_now())).items:
            told(only, done)


def _on_and_on(desk: Desk, config: Config) -> None:
    from babelwire.model import utc_now
    from babelwire.runners import loop

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    say.note(f"{say.many(len(config.feeds), 'feed')}, editions {', '.join(e.language for e in config.editions) or 'none'}; Ctrl-C stops.")
    loop.run(desk, utc_now, report, stop, takers=1, translators=1)


def report(job: str, done: Done) -> None:
    """One line for what a job did, and one for each thing that went wrong."""
    failed = f", {say.styled(say.many(done.failed, 'failure'), 'fail')}" if done.failed else ""
    say.note(f"{job:<9} {done.items} {DID.get(job, 'done')}{failed}")
    for line in done.notes:
        say.note(f"          {say.styled(line, dim=True)}")


@click.command()
@options.config
@options.as_json
def poll(path: Path, as_json: bool) -> None:
    """Ask the feeds that are due, and keep what is new in them. What is new waits for `babelwire run`."""
    from babelwire.model import utc_now

    now = utc_now()
    with opening.desk(opening.config(path), now) as desk, say.progress() as bars:
        done = desk.poll(now)
        bars.step("poll", done.items)
    _answer("poll", done, as_json)


@click.command()
@options.config
@options.as_json
@click.option("--edition", metavar="LANGUAGE", help="This edition only.")
def publish(path: Path, as_json: bool, edition: str | None) -> None:
    """Bring out what is ready, and take down what is withdrawn."""
    from babelwire.errors import ConfigError
    from babelwire.model import utc_now

    now, config = utc_now(), opening.config(path)
    if edition and edition not in [e.language for e in config.editions]:
        raise ConfigError(f"{path}: editions: no edition {edition!r}; known: {', '.join(e.language for e in config.editions) or 'none'}")
    with opening.desk(config, now) as desk, say.progress() as bars:
        desk.publish_frame(now)
        done = desk.publish(edition, now) if edition else desk.publish_all(now)
        bars.step("publish", done.items)
    _answer("publish", done, as_json)


def _answer(job: str, done: Done, as_json: bool) -> None:
    if as_json:
        say.json({"job": job, "items": done.items, "failed": done.failed, "notes": done.notes})
    else:
        report(job, done)
    if done.failed and done.failed >= done.items:
        raise SystemExit(1)


@click.command()
@options.config
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
def serve(path: Path, host: str, port: int) -> None:
    """Serve the published site over HTTP."""
    config = opening.config(path)
    listening = Listening(config, host, port)
    say.data(listening.address)
    listening.run()


@contextmanager
def _served(config: Config, host: str, port: int | None) -> Iterator[None]:
    """The site served beside the desk, in a thread of its own."""
    if port is None:
        yield
        return
    listening = Listening(config, host, port)
    thread = threading.Thread(target=listening.run, name="serve", daemon=True)
    thread.start()
    say.data(listening.address)
    try:
        yield
    finally:
        listening.server.should_exit = True
        thread.join(timeout=10)


class Listening:
    """A web server that has its port already. Raises ConfigError: the port is taken."""

    def __init__(self, config: Config, host: str, port: int) -> None:
        import uvicorn

        from babelwire.web import app

        self.socket = _bind(host, port)
        root = config.data / config.publish.path
        root.mkdir(parents=True, exist_ok=True)
        tls = config.desk.base_url.startswith("https:")
        self.server = uvicorn.Server(uvicorn.Config(app.create(root, tls=tls), log_level="warning", access_log=False, server_header=False))
        self.address = f"http://{host}:{self.socket.getsockname()[1]}/"

    def run(self) -> None:
        self.server.run(sockets=[self.socket])


def _bind(host: str, port: int) -> Any:
    import socket

    from babelwire.errors import ConfigError

    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise ConfigError(f"cannot listen at {host}:{port}: {error.strerror}; name another with --port") from error
    return made
