"""Tells a WebSub hub that an edition's feeds have news (https://www.w3.org/TR/websub/, section 7): the hub fetches them and
hands them on to who has subscribed. The feeds name the hub themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from babelwire.errors import ConfigError
from babelwire.model import Event
from babelwire.notifiers.post import Post

NEWS = ("published", "corrected", "withdrawn")
FEEDS = ("feed.atom", "feed.rss", "feed.json")


class WebSubNotifier:
    """``hub``: its address. ``base_url``: where readers find the site. ``feeds``: the files of an edition that are announced.

    Raises ConfigError for a hub or a site that has no http address.
    """

    def __init__(self, hub: str, base_url: str, *, feeds: Sequence[str] = FEEDS, timeout: float = 10.0, pause: float = 0.5) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ConfigError("websub: base_url must be the site's http address")
        self._post = Post("WebSub hub", hub, timeout=timeout, pause=pause)
        self._base = base_url.rstrip("/")
        self._feeds = tuple(feeds)
        self._lock = threading.Lock()
        self._told: dict[str, datetime] = {}

    def tell(self, event: Event) -> None:
        """One ping for all the news that an edition brought out at the same moment: its feeds were written before the first."""
        if event.kind not in NEWS or not event.language:
            return
        with self._lock:
            if self._told.get(event.language) == event.when:
                return
        topics = [f"{self._base}/{event.language}/{feed}" for feed in self._feeds]
        fields = [("hub.mode", "publish"), *(("hub.url", topic) for topic in topics), *(("hub.topic", topic) for topic in topics)]
        head = {"content-type": "application/x-www-form-urlencoded", "user-agent": "Babelwire"}
        self._post.send(urlencode(fields).encode(), head)
        with self._lock:
            self._told[event.language] = event.when
