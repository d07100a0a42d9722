"""What a running desk says: lines for people, or one JSON object an event (``[observe] log``). Neither shows a secret."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from babelwire.cli import say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.desk import Done
    from babelwire.logs import Log, Redactor

DID = {
    "poll": "asked",
    "take": "read",
    "translate": "translated",
    "publish": "published",
    "tell": "told",
    "alert": "alerts",
}


class Teller(Protocol):
    """Says what happens."""

    kind: str  #: ``text`` | ``json``

    def did(self, job: str, done: Done) -> None: ...

    def event(self, name: str, text: str, level: str = "info") -> None: ...

    def learn(self, config: Config) -> None:
        """The secrets of a changed configuration must not be shown either."""
        ...


class Words:
    """For people."""

    kind = "text"

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact

    def did(self, job: str, done: Done) -> None:
        """One line for what a job did, and one for each thing that went wrong."""
        failed = f", {say.styled(say.many(done.failed, 'failure'), 'fail')}" if done.failed else ""
        say.note(f"{job:<9} {done.items} {DID.get(job, 'done')}{failed}")
        for line in done.notes:
            say.note(f"          {say.styled(self._redact(line), dim=True)}")

    def event(self, name: str, text: str, level: str = "info") -> None:
        say.note(f"{name:<9} {self._redact(text)}")

    def learn(self, config: Config) -> None:
        self._redact.learn(_secrets(config))


class Lines:
    """For machines."""

    kind = "json"

    def __init__(self, log: Log, redact: Redactor) -> None:
        self._log, self._redact = log, redact

    def did(self, job: str, done: Done) -> None:
        self._log.event(job, "warning" if done.failed else "info", items=done.items, failed=done.failed)
        for line in done.notes:
            self._log.event("note", "warning" if done.failed else "info", job=job, text=line)

    def event(self, name: str, text: str, level: str = "info") -> None:
        self._log.event(name, level, text=text)

    def learn(self, config: Config) -> None:
        self._redact.learn(_secrets(config))


def _secrets(config: Config) -> frozenset[str]:
    from babelwire import origins

    return origins.secrets(config.path, os.environ)


@contextmanager
def teller(config: Config, kind: str | None = None) -> Iterator[Teller]:
    """As the configuration says, or ``kind``: ``text`` or ``json``."""
    from babelwire import logs
    from babelwire.model import utc_now

    redact = logs.Redactor(_secrets(config))
    if (kind or config.observe.log) != "json":
        yield Words(redact)
        return
    log = logs.Log(sys.stderr, utc_now, redact)
    undo = logs.attach(log)
    try:
        yield Lines(log, redact)
    finally:
        undo()
