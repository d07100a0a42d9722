"""The tree of errors.

    BabelwireError
    ├── ConfigError         the configuration file says something we cannot do
    ├── FetchError          a request failed; carries .url and, where the server said so, .retry_after
    │   ├── AddressRefused  the address is not one we may contact (private network, odd port, other scheme)
    │   ├── RobotsRefused   the host's robots.txt closes this address to us
    │   └── Gone            the server says that it is gone for good (410)
    ├── ParseError          an answer is not the feed or OPML file that it should be; carries .url
    ├── ExtractError        no article could be taken out of a page; carries .url
    ├── SetAside            a source's pages look different all at once; carries .source_id
    ├── EngineError         a translation engine failed; carries .engine and .pair
    │   ├── PairError       the engine, or the whole desk, does not serve this pair
    │   ├── QuotaError      its quota is spent; carries .retry_after
    │   │   └── Spent       our own budget for it is spent until the day turns
    │   ├── Resting         its breaker is open: it is not asked before .retry_after
    │   └── EngineDied      the engine's process or connection is gone; a fresh start may help
    ├── GlossaryError       a glossary line cannot be used; carries .path and .line
    ├── StoreError          the database failed; carries nothing of the story
    ├── PublishError        files could not be brought out
    └── NotifyError         a message could not be sent

Foreign exceptions become one of these in the file that met them (``raise ... from``). Verbs raise; ``desk.py`` alone
catches, one item at a time and ``BabelwireError`` only, and writes the failure on the item's row. Anything else is a bug.
"""

from __future__ import annotations

from datetime import datetime


class BabelwireError(Exception):
    """Something outside our code went wrong: the message says what, where, and what to do about it."""


class ConfigError(BabelwireError):
    """The configuration cannot be used; the message begins with the path of the key."""


class FetchError(BabelwireError):
    """A request failed. ``retry_after`` is the moment before which the server does not want to be asked again."""

    def __init__(self, url: str, why: str, *, retry_after: datetime | None = None, status: int | None = None) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why
        self.retry_after = retry_after
        self.status = status


class AddressRefused(FetchError):
    """The address leads where no request of ours may go (see ``[fetch] allow_networks`` and ``allow_ports``)."""


class RobotsRefused(FetchError):
    """The host's robots.txt does not let us fetch this address."""


class Gone(FetchError):
    """The server answered 410: this address has been withdrawn for good."""


class ParseError(BabelwireError):
    """An answer is not what it should be (a feed, an OPML file)."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class PictureError(BabelwireError):
    """A picture cannot be shown."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class ExtractError(BabelwireError):
    """No article could be taken out of a page."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url}: {why}")
        self.url = url
        self.why = why


class SetAside(BabelwireError):
    """What extraction makes of a source's pages has suddenly changed: nothing of it is published until that is looked at."""

    def __init__(self, source_id: str, why: str) -> None:
        super().__init__(f"{source_id} is set aside: {why}; see `babelwire feeds accept {source_id}`")
        self.source_id = source_id
        self.why = why


class EngineError(BabelwireError):
    """A translation engine failed, gave nothing, or gave a text that was cut short."""

    def __init__(self, engine: str, why: str, *, pair: str = "", retry_after: datetime | None = None) -> None:
        super().__init__(f"{engine}{f' ({pair})' if pair else ''}: {why}")
        self.engine = engine
        self.pair = pair
        self.why = why
        self.retry_after = retry_after


class PairError(EngineError):
    """Nobody here translates this pair of languages."""


class QuotaError(EngineError):
    """The engine's quota is spent until ``retry_after``."""


class Spent(QuotaError):
    """The budget that was set for the engine, the feed or the day has no room for this until ``retry_after``."""


class Resting(EngineError):
    """The engine has failed again and again; it is not asked before ``retry_after``."""


class EngineDied(EngineError):
    """The engine's process or connection is gone."""


class GlossaryError(BabelwireError):
    """A line of a glossary file cannot be used."""

    def __init__(self, path: str, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}")
        self.path = path
        self.line = line


class StoreError(BabelwireError):
    """The database could not do what was asked."""


class PublishError(BabelwireError):
    """Files could not be written to, or removed from, where the site is served."""


class NotifyError(BabelwireError):
    """A message could not be delivered."""
