"""``run``, ``poll``, ``publish``, ``serve``."""

from __future__ import annotations

import re
import signal
import threading
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, room, say, serving, telling

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from babelwire.config import Config
    from babelwire.desk import Desk, Done

JOBS = ("poll", "take", "translate", "publish", "alert", "tell")


def _door(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch(r"off|\S+:\d{1,5}", value):
        raise click.BadParameter("give host and port, like 127.0.0.1:9464, or off")
    return value


@click.command()
@options.config
@click.option("--once", is_flag=True, help="Stop when there is nothing left to do.")
@click.option("--only", type=click.Choice(JOBS), help="This job alone, until it has nothing left to do.")
@click.option("--attached", is_flag=True, hidden=True, help="With --only: go on until standard input closes.")
@click.option("--serve", "port", type=click.IntRange(0, 65535), metavar="PORT", help="Serve the site at this port as well.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at.")
@click.option("--desk/--no-desk", "with_desk", default=True, help="Serve the desk as well, once somebody has an account.  [default: desk]")
@click.option("--log", "kind", type=click.Choice(("text", "json")), help="How to say what happens.  [default: as [observe] log says]")
@click.option("--observe", metavar="HOST:PORT", callback=_door, help="Serve /metrics and /health here.  [default: [observe] listen]")
def run(
    path: Path,
    once: bool,
    only: str | None,
    attached: bool,
    port: int | None,
    host: str,
    with_desk: bool,
    kind: str | None,
    observe: str | None,
) -> None:
    """Run the desk: poll, take, translate, publish, tell, again and again.

    Stop it with Ctrl-C or SIGTERM: at most what is being worked on is done again at the next start. A changed configuration is
    taken up by itself, or at once with SIGHUP; one that cannot be used is refused, and the desk goes on as it was.
    """
    from babelwire.model import utc_now

    config = opening.config(path)
    with telling.teller(config, kind) as tell:
        if once or only:
            with opening.desk(config, utc_now()) as desk:
                _attached(desk, only, tell) if only and attached else _through(desk, only, tell)
        else:
            _on_and_on(_observed_at(config, observe), path, tell, (host, port) if port is not None else None, with_desk)


def _through(desk: Desk, only: str | None, tell: telling.Teller) -> None:
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
        tell.did(name, done)


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


def _on_and_on(config: Config, path: Path, tell: telling.Teller, door: tuple[str, int] | None, with_desk: bool) -> None:
    """Until a signal, with whatever is to be served beside it."""
    from babelwire.runners import reload

    stop, asked = threading.Event(), threading.Event()
    for name, event in ((signal.SIGINT, stop), (signal.SIGTERM, stop), (signal.SIGHUP, asked)):
        signal.signal(name, lambda *_, event=event: event.set())
    current = serving.Current(config)
    parts = reload.Parts(
        load=lambda: opening.config(path),
        open=lambda made: _opened(made, current, tell),
        work=lambda desk, made, over: _work(desk, made, over, stop, tell),
        told=lambda word, text: tell.event(word, text, "info" if word == "reloaded" else "error"),
    )
    with ExitStack() as beside:
        if door is not None:
            site = beside.enter_context(serving.site(config))
            say.data(beside.enter_context(serving.beside(serving.Listening(site, serving.bind(*door)))))
        observed = beside.enter_context(serving.observed(current))
        desk = beside.enter_context(room.served(config, lambda: opening.config(path))) if with_desk else None
        tell.event("started", _greeting(config, observed, desk))
        reload.run(config, parts, stop, asked)
        tell.event("stopped", "every job has ended")


def _opened(made: Config, current: serving.Current, tell: telling.Teller) -> AbstractContextManager[Desk]:
    """A desk on a configuration that may be a new one."""
    from babelwire.model import utc_now

    tell.learn(made)
    current.config = made
    return opening.desk(made, utc_now())


def _observed_at(config: Config, listen: str | None) -> Config:
    import msgspec

    return config if listen is None else msgspec.structs.replace(config, observe=msgspec.structs.replace(config.observe, listen=listen))


def _greeting(config: Config, observed: str | None, desk: str | None) -> str:
    editions = ", ".join(e.language for e in config.editions) or "none"
    also = f"; metrics and health at {observed}" if observed else ""
    also += f"; the desk at {desk}" if desk else ""
    return f"{say.many(len(config.feeds), 'feed')}, editions {editions}{also}; Ctrl-C stops"


def _work(desk: Desk, config: Config, over: threading.Event, hurry: threading.Event, tell: telling.Teller) -> None:
    """The loop on one state of the configuration."""
    from babelwire.model import utc_now
    from babelwire.runners import loop, processes

    with processes.apart(config.path, config.apart, tell.kind):
        loop.run(desk, utc_now, tell.did, over, hurry=hurry, **config.hands)


def _attached(desk: Desk, only: str, tell: telling.Teller) -> None:
    """One job until whoever started this process ends."""
    import sys

    from babelwire.model import utc_now
    from babelwire.runners import processes

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent closes our standard input
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the parent starts others for a changed configuration
    processes.attached(desk, only, job_of(desk, only), utc_now, tell.did, sys.stdin.buffer)


def job_of(desk: Desk, name: str) -> Callable[[datetime], Done]:
    """A job by its name on the command line."""
    return {
        "poll": desk.poll,
        "take": desk.take,
        "translate": desk.translate,
        "publish": desk.publish_all,
        "alert": desk.alert,
        "tell": desk.tell,
    }[name]


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
    _answer(path, "poll", done, as_json)


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
    _answer(path, "publish", done, as_json)


def _answer(path: Path, job: str, done: Done, as_json: bool) -> None:
    if as_json:
        say.json({"job": job, "items": done.items, "failed": done.failed, "notes": done.notes})
    else:
        with telling.teller(opening.config(path), "text") as tell:
            tell.did(job, done)
    if done.failed and done.failed >= done.items:
        raise SystemExit(1)


@click.command()
@options.config
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
@click.option("--desk", "with_desk", is_flag=True, help="The desk as well, at its own door ([web] desk).")
def serve(path: Path, host: str, port: int, with_desk: bool) -> None:
    """Serve the published site over HTTP."""
    config = opening.config(path)
    with ExitStack() as beside:
        listening = serving.Listening(beside.enter_context(serving.site(config)), serving.bind(host, port))
        if with_desk:
            say.note(f"The desk: {_desk(config, path, beside)}desk/")
        say.data(listening.address)
        listening.run()


def _desk(config: Config, path: Path, beside: ExitStack) -> str:
    """The desk served beside the site; its address. Raises ConfigError: it is off, or nobody could sign in."""
    from babelwire.errors import ConfigError

    address = beside.enter_context(room.served(config, lambda: opening.config(path)))
    if address is None:
        raise ConfigError(
            f"{path}: no desk: {'[web] desk is off' if config.web.door is None else 'first `babelwire user add NAME --role admin`'}"
        )
    return address
