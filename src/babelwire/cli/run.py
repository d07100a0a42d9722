"""``run``, ``poll``, ``publish``, ``serve``."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from babelwire.config import Config
    from babelwire.desk import Desk, Done

JOBS = ("poll", "take", "translate", "publish", "tell")
DID = {"poll": "asked", "take": "read", "translate": "translated", "publish": "published", "tell": "told"}


@click.command()
@options.config
@click.option("--once", is_flag=True, help="Stop when there is nothing left to do.")
@click.option("--only", type=click.Choice(JOBS), help="This job alone, until it has nothing left to do.")
@click.option("--attached", is_flag=True, hidden=True, help="With --only: go on until standard input closes.")
@click.option("--serve", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Serve the site at this port as well.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
def run(path: Path, once: bool, only: str | None, attached: bool, port: int | None, host: str) -> None:
    """Run the desk: poll, take, translate, publish, tell, again and again.

    Stop it with Ctrl-C or SIGTERM: at most what is being worked on is done again at the next start.
    """
    from babelwire.model import utc_now

    config = opening.config(path)
    with opening.desk(config, utc_now()) as desk:
        if only and attached:
            _attached(desk, only)
        elif once or only:
            _through(desk, only)
        else:
            with _served(config, host, port):
                _on_and_on(desk, config)


def _through(desk: Desk, only: str | None) -> None:
    """Everything there is to do at this moment, or one job of it."""
    from babelwire.model import utc_now
    from babelwire.runners import loop

    totals = Totals()
    with say.progress() as bars:

        def told(job: str, done: Done) -> None:
            bars.step(job, done.items)
            totals.add(job, done)

        if only is None:
            desk.publish_frame(utc_now())
            loop.until_done(desk, utc_now, told)
        else:
            job = job_of(desk, only)
            while (done := job(utc_now())).items:
                told(only, done)
    for name, done in totals.of.items():
        report(name, done)


class Totals:
    """What each job has done, over its batches. Batches may come from several threads."""

    def __init__(self) -> None:
        self.of: dict[str, Done] = {}
        self._turn = threading.Lock()

    def add(self, job: str, done: Done) -> None:
        with self._turn:
            if job in self.of:
                self.of[job].add(done)
            else:
                self.of[job] = done


def _on_and_on(desk: Desk, config: Config) -> None:
    from babelwire.model import utc_now
    from babelwire.runners import loop, processes

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    say.note(f"{say.many(len(config.feeds), 'feed')}, editions {', '.join(e.language for e in config.editions) or 'none'}; Ctrl-C stops.")
    apart = config.translate.processes
    with processes.translators(config.path, apart):
        loop.run(desk, utc_now, report, stop, translators=0 if apart else config.translate.workers)


def _attached(desk: Desk, only: str) -> None:
    """One job until whoever started this process ends."""
    import sys

    from babelwire.model import utc_now
    from babelwire.runners import processes

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent closes our standard input
    processes.attached(only, job_of(desk, only), utc_now, report, sys.stdin.buffer)


def job_of(desk: Desk, name: str) -> Callable[[datetime], Done]:
    """A job by its name on the command line."""
    return {"poll": desk.poll, "take": desk.take, "translate": desk.translate, "publish": desk.publish_all, "tell": desk.tell}[name]


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
        done.notes += desk.tell(now).notes
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
    listening = Listening(config, bind(host, port))
    say.data(listening.address)
    listening.run()


@contextmanager
def _served(config: Config, host: str, port: int | None) -> Iterator[None]:
    """The site served beside the desk, in a thread of its own."""
    if port is None:
        yield
        return
    listening = Listening(config, bind(host, port))
    thread = threading.Thread(target=listening.run, name="serve", daemon=True)
    thread.start()
    say.data(listening.address)
    try:
        yield
    finally:
        listening.server.should_exit = True
        thread.join(timeout=10)


class Listening:
    """A web server for the published site, at a port that is ours already."""

    def __init__(self, config: Config, door: socket.socket) -> None:
        import uvicorn

        from babelwire.web import app

        self.door = door
        root = config.data / config.publish.path
        root.mkdir(parents=True, exist_ok=True)
        tls = config.desk.base_url.startswith("https:")
        self.server = uvicorn.Server(uvicorn.Config(app.create(root, tls=tls), log_level="warning", access_log=False, server_header=False))
        host, port = door.getsockname()[:2]
        self.address = f"http://{f'[{host}]' if ':' in host else host}:{port}/"

    def run(self) -> None:
        """Until Ctrl-C or SIGTERM, or ``server.should_exit``."""
        if threading.current_thread() is threading.main_thread():
            for name in (signal.SIGINT, signal.SIGTERM):  # uvicorn raises them again when it has ended well
                signal.signal(name, lambda *_: None)
        self.server.run(sockets=[self.door])


def bind(host: str, port: int) -> socket.socket:
    """A port of our own. Raises ConfigError: it is taken, or there is no such address here."""
    from babelwire.errors import ConfigError

    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(128)
    except OSError as error:
        made.close()
        raise ConfigError(f"cannot listen at {host}:{port}: {error.strerror}; name another with --port") from error
    return made
