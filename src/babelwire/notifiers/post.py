"""Sends one message by POST, again where the other side is busy, and never for long.

The address is the operator's own (from the configuration), so it does not go through the ``Fetcher``, which is for the open
web, by GET only, and closed to private networks. No redirect is followed: a signed message is for one address.

A notifier is called while the desk publishes. So a receiver that is down costs one timeout, not one for every story: after a
failure it is left alone for a while, and what would have been told it then is refused at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping

import urllib3
from urllib3.exceptions import HTTPError
from urllib3.util import Retry, Timeout
from yarl import URL

from babelwire.errors import ConfigError, NotifyError

TRIES = 3
BUSY = (429, 500, 502, 503, 504)
PATIENCE = 5  #: seconds that a Retry-After is waited for at most
QUIET = 60.0  #: seconds for which a receiver that failed is left alone


class Post:
    """Posts to one address. Threads may share it. ``name``: what errors call it, since an address may hold a key.

    Raises ConfigError for an address that is not http.
    """

    def __init__(self, name: str, url: str, *, timeout: float = 10.0, pause: float = 0.5) -> None:
        address = URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise ConfigError(f"{name}: its address is not an http address")
        self.name = f"{name} at {address.host}"
        self._url = url
        self._timeout = Timeout(connect=timeout, read=timeout)
        self._retry = Retry(
            total=TRIES - 1,
            redirect=0,
            status_forcelist=BUSY,
            allowed_methods=None,  # of all methods, POST too: receivers know a message by its id
            backoff_factor=pause,
            retry_after_max=PATIENCE,
            raise_on_redirect=False,
            raise_on_status=False,
        )
        self._pool = urllib3.PoolManager(maxsize=2)
        self._lock = threading.Lock()
        self._silent_until = 0.0

    def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Deliver, or raise NotifyError: refused (the status and the answer's beginning), unreachable, or left alone."""
        with self._lock:
            left = self._silent_until - time.monotonic()
        if left > 0:
            raise NotifyError(f"{self.name}: not told, since it failed just now; tried again in {left:.0f} s")
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=dict(headers), timeout=self._timeout, retries=self._retry)
        except HTTPError as error:
            self._rest()
            raise NotifyError(f"{self.name}: cannot be reached: {type(error.__cause__ or error).__name__}") from error
        if not 200 <= answer.status < 300:
            if answer.status in BUSY:
                self._rest()
            raise NotifyError(f"{self.name}: answered {answer.status}: {answer.data[:200].decode('utf-8', 'replace')!r}")

    def _rest(self) -> None:
        with self._lock:
            self._silent_until = time.monotonic() + QUIET
