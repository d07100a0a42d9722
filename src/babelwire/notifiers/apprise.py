"""Tells chats, mailboxes and phones through Apprise (some 180 services by address). An extra (``pip install babelwire[channels]``),
imported only where it is configured.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from babelwire.errors import ConfigError, NotifyError
from babelwire.model import Event

TITLES = {
    "published": "Published",
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "feed-dead": "A feed is dead",
    "edition-silent": "An edition has gone silent",
    "budget-near": "A budget is nearly spent",
    "source-aside": "A source is set aside",
    "queue-late": "Stories wait too long",
    "bug": "A bug of ours",
}


class AppriseNotifier:
    """``urls``: addresses as Apprise writes them (they hold keys: give them as ``env:NAME``). ``kinds``: of event; empty: all.
    ``languages``: editions whose news is told; empty: all. Raises ConfigError: not installed, or an address it does not know.
    """

    def __init__(self, urls: Sequence[str] | str, *, kinds: Sequence[str] = (), languages: Sequence[str] = (), base_url: str = "") -> None:
        self._apprise = _library().Apprise()
        self._kinds, self._languages = frozenset(kinds), frozenset(languages)
        self._base = base_url.rstrip("/")
        for url in [urls] if isinstance(urls, str) else urls:
            if not self._apprise.add(url):
                raise ConfigError(f"apprise: {url.partition('://')[0]}://... is no address that Apprise understands")

    def tell(self, event: Event) -> None:
        if (self._kinds and event.kind not in self._kinds) or (self._languages and event.language not in self._languages):
            return
        address = f"{self._base}/{event.subject}" if self._base and "://" not in event.subject and "/" in event.subject else event.subject
        kind = event.kind.removesuffix("-over")
        over = "Over: " if kind != event.kind else ""
        title = f"{over}{TITLES.get(kind, kind)}{f' ({event.language})' if event.language else ''}"
        if not self._apprise.notify(title=title, body=f"{event.text}\n{address}"):
            services = ", ".join(sorted({type(service).__name__ for service in self._apprise}))
            raise NotifyError(f"apprise: {services} did not take the message")


def _library() -> Any:
    try:
        import apprise
    except ImportError as error:
        raise ConfigError("apprise is not installed: pip install 'babelwire[channels]'") from error
    return apprise
