"""The one client of all engines that are servers: JSON there and back, with a deadline, a size limit and manners.

The ``Fetcher`` seam is for the open web: GET only, polite, and closed to private networks. An engine's address is the
operator's own (mostly on loopback or in the house), it is asked by POST and with a key, so it has a door of its own. It
follows no redirect (a key must not go elsewhere), and no message of an error holds a key.
"""

from __future__ import annotations

import html
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as SlowError
from yarl import URL

from babelwire.errors import EngineDied, EngineError, QuotaError

PATIENCE = 20.0  #: seconds that are waited within a call when a server says "later"; longer waits are the caller's
TRIES = 3
BUSY = frozenset({429, 502, 503, 504})
SPENT = frozenset({402, 456})
#: Codes in the body of a 429 that mean an account without money and not too many requests (OpenAI and those who speak like it).
NO_MONEY = re.compile(rb"insufficient_quota|billing_hard_limit_reached|insufficient_balance")
ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);")


class Client:
    """Talks to one server. Threads may share it."""

    def __init__(
        self,
        engine: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        timeout: float = 60.0,
        limit: int = 8_000_000,
    ) -> None:
        address = URL(url)
        if address.scheme not in ("http", "https") or not address.host:
            raise EngineError(engine, f"{url!r} is not an http address")
        self._engine, self._base = engine, str(address.with_user(None)).rstrip("/")
        self._secrets = [s for s in (*secrets, address.password or "") if s]
        self._timeout, self._limit = timeout, limit
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._pool = urllib3.PoolManager(maxsize=8, retries=False)

    def get(self, path: str, fields: Mapping[str, str] | None = None) -> Any:
        """The JSON answer to a GET. Raises EngineError, EngineDied, QuotaError."""
        return self._ask("GET", path, fields=dict(fields or {}))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer to a JSON body. Raises EngineError, EngineDied, QuotaError."""
        return self._ask("POST", path, json=body)

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def _ask(self, method: str, path: str, **what: Any) -> Any:
        """Ask, and ask again where the server is busy and says to come back soon."""
        until = time.monotonic() + self._timeout
        for attempt in range(1, TRIES + 1):
            status, headers, body = self._once(method, path, until, what)
            if 200 <= status < 300:
                return self._parsed(path, body)
            wait = _retry_after(headers.get("retry-after"))
            seconds = wait if wait is not None else 0.5 * 2**attempt
            spent = NO_MONEY.search(body[:2000]) is not None
            if status not in BUSY or spent or attempt == TRIES or seconds > min(PATIENCE, until - time.monotonic()):
                raise self._refused(path, status, body, wait)
            time.sleep(seconds)
        raise AssertionError("unreachable")

    def _once(self, method: str, path: str, until: float, what: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        """One request: status, headers with small letters, body."""
        left = max(0.1, until - time.monotonic())
        timeout = urllib3.Timeout(connect=min(10.0, left), read=left)
        try:
            answer = self._pool.request(
                method, self._base + path, headers=self._headers, timeout=timeout, redirect=False, preload_content=False, **what
            )
            body = b"".join(self._read(answer, until))
            answer.release_conn()
        except NewConnectionError as error:  # of urllib3's timeouts, though nothing was waited for
            raise EngineDied(self._engine, f"{self._base}: no connection: {error.__cause__ or error}") from error
        except SlowError as error:
            raise EngineError(self._engine, f"{self._base}{path}: no answer within {self._timeout:g} s") from error
        except HTTPError as error:
            raise EngineDied(self._engine, self._clean(f"{self._base}{path}: {error}")) from error
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, body

    def _read(self, answer: urllib3.BaseHTTPResponse, until: float) -> Iterator[bytes]:
        """The body as it arrives, within deadline and limit (a server that drips a byte a second never times out by itself)."""
        size = 0
        while chunk := answer.read1(65536):
            size += len(chunk)
            if size > self._limit or time.monotonic() > until:
                answer.close()
                why = (
                    f"the answer is larger than {self._limit} bytes"
                    if size > self._limit
                    else f"no whole answer within {self._timeout:g} s"
                )
                raise EngineError(self._engine, why)
            yield chunk

    def _parsed(self, path: str, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError as error:
            raise EngineError(self._engine, self._clean(f"{self._base}{path}: the answer is no JSON: {_start(body)!r}")) from error

    def _refused(self, path: str, status: int, body: bytes, wait: float | None) -> EngineError:
        """The error for a status: spent quotas and long waits carry the moment from which it is worth asking again."""
        why = self._clean(f"{self._base}{path}: status {status}: {_start(body)}")
        now = datetime.now(UTC)
        if status in SPENT:
            return QuotaError(self._engine, why, retry_after=now + timedelta(seconds=wait) if wait else next_month(now))
        if status == 429 and NO_MONEY.search(body[:2000]):
            return QuotaError(self._engine, f"the account has no money left: {why}", retry_after=now + timedelta(hours=1))
        if status == 429:
            return QuotaError(self._engine, why, retry_after=now + timedelta(seconds=wait if wait is not None else 60))
        if status in BUSY:
            return EngineDied(self._engine, why, retry_after=now + timedelta(seconds=wait) if wait is not None else None)
        return EngineError(self._engine, why)

    def _clean(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def next_month(now: datetime) -> datetime:
    """When quotas that count by the month begin anew."""
    return (now.replace(day=1, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=32)).replace(day=1)


def unescaped(source: str, answer: str) -> str:
    """An answer without the HTML escapes that some servers put into plain text (``l&#39;eau``); those that stand in the
    source stay. The result is plain text all the same: whoever makes HTML of it has to escape it."""
    return answer if ENTITY.search(source) or not ENTITY.search(answer) else html.unescape(answer)


def portions(texts: Sequence[str], items: int, size: int) -> Iterator[list[str]]:
    """The texts in portions of at most so many items and characters (a longer one is alone)."""
    portion: list[str] = []
    for text in texts:
        if portion and (len(portion) >= items or sum(map(len, portion)) + len(text) > size):
            yield portion
            portion = []
        portion.append(text)
    if portion:
        yield portion


def checked(engine: str, pair: str, texts: Sequence[str], answers: object) -> list[str]:
    """As many answers as texts, all of them words, none empty. Raises EngineError."""
    if not isinstance(answers, list) or len(answers) != len(texts) or not all(isinstance(a, str) for a in answers):
        found = f"{len(answers)} answers" if isinstance(answers, list) else type(answers).__name__
        raise EngineError(engine, f"asked for {len(texts)} translations, got {found}", pair=pair)
    for text, answer in zip(texts, answers, strict=True):
        if text.strip() and not answer.strip():
            raise EngineError(engine, f"an empty answer to {text[:60]!r}", pair=pair)
    return [unescaped(t, a) for t, a in zip(texts, answers, strict=True)]


def _start(body: bytes) -> str:
    return " ".join(body[:300].decode("utf-8", "replace").split())


def _retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header: a number or a date."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
