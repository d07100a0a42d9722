"""A Notifier that keeps what it is told: tests, and `babelwire run` without anybody to tell."""

from __future__ import annotations

from babelwire.model import Event


class MemoryNotifier:
    """See ``seams.Notifier``. ``events``: all that it was told, in order."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, event: Event) -> None:
        self.events.append(event)
