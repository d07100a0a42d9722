"""The live Fetcher: aiohttp on one background loop, behind a synchronous face, under our guard, limits and manners.

aiohttp because a poll costs 0.16 ms of CPU with it (httpx: 5.5 ms at 500 at once) and because its ``socket_factory`` lets
the guard see the address that is connected to. Switched off in it: redirects, decoding, cookies, proxies from the
environment. They are done here, by hand, where each step is checked.

    get_many ── per host: wait for our turn ── guard ── robots ── request ── redirect? once more from the guard
                                                                     └── 304: None · 200: decode under a ceiling -> Page · else FetchError
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from babelwire.config import Fetch
from babelwire.errors import AddressRefused, FetchError, Gone
from babelwire.fetchers.batch import Answer, Batch, size
from babelwire.fetchers.coding import ACCEPT as CODINGS
from babelwire.fetchers.coding import Chain, CodingError
from babelwire.fetchers.crossing import Crossing
from babelwire.fetchers.guard import Guard, GuardedResolver, Refused
from babelwire.fetchers.polite import Host, Hosts, retry_after
from babelwire.fetchers.robots import LONGEST_BODY, Robots
from babelwire.model import Ask, Caching, Page

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, application/xml;q=0.9, */*;q=0.5"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
PHRASES = {int(status): f" ({status.phrase})" for status in HTTPStatus}  # ours: the server's own are strangers' text
MOST_READING = 256_000_000
VALIDATORS = frozenset({"etag", "last-modified"})


@dataclass(slots=True)
class Way:
    """One ask on its way through redirects."""

    ask: Ask
    url: URL
    left: float  #: seconds of the deadline; waiting for our turn does not count
    most: int  #: bytes of the decoded body
    cut: bool = False  #: a longer body is cut, not refused
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class Moved:
    """A redirect."""

    status: int
    location: str


class HttpFetcher:
    """See ``seams.Fetcher``. ``connections`` is how many requests are under way at once, over all hosts."""

    def __init__(
        self, *, fetch: Fetch, user_agent: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC), connections: int = 100
    ) -> None:
        self._config = fetch
        self._now = clock
        self._guard = Guard(fetch.allow_networks, fetch.allow_ports)
        self._headers = {"User-Agent": user_agent, "Accept": ACCEPT, "Accept-Encoding": CODINGS}
        self._free = asyncio.Semaphore(connections)
        self._full = self._timeout(fetch.timeout)
        self._crossing = Crossing("babelwire-fetch")
        self._session: aiohttp.ClientSession | None = None
        self._reading = 0  #: bytes of bodies that are being read, over all requests
        self._hosts = Hosts(fetch.per_host, fetch.spacing, clock)
        self._robots = Robots(self._read_robots, clock)

    # -- the face

    def get(self, url: str, caching: Caching | None = None, *, robots: bool = True) -> Page | None:
        """As the seam says."""
        return self._crossing.call(lambda: self._answer(Ask(url=url, caching=caching, robots=robots)))

    def get_many(self, asks: Sequence[Ask]) -> Iterator[tuple[Ask, Answer]]:
        """As the seam says. Closing the iterator gives up what is still under way."""
        batch = Batch(asks, self._config.per_host)
        stream: Iterator[tuple[Ask, Answer]] = self._crossing.stream(lambda put: batch.run(self._answer, put))
        for ask, answer in stream:
            batch.taken += size(answer)
            yield ask, answer

    def close(self) -> None:
        """Give up all requests and end the thread."""
        self._crossing.close(self._close)

    async def _close(self) -> None:
        if self._session is not None:
            await self._session.close()

    # -- one ask

    async def _answer(self, ask: Ask) -> Page | None:
        return await self._follow(Way(ask=ask, url=self._guard.url(ask.url), left=self._config.timeout, most=self._config.max_body))

    async def _read_robots(self, url: str) -> bytes:
        ask = Ask(url=url, accept="text/plain, */*;q=0.5", robots=False)
        page = await self._follow(Way(ask=ask, url=self._guard.url(url), left=self._config.timeout, most=LONGEST_BODY, cut=True))
        return page.body if page else b""

    async def _follow(self, way: Way) -> Page | None:
        seen = {way.url}
        while True:
            answer = await self._hop(way)
            if not isinstance(answer, Moved):
                return answer
            target = self._target(way, answer)
            if target in seen:
                raise FetchError(way.ask.url, f"redirects run in a circle at {target}")
            if len(seen) > self._config.max_redirects:
                raise FetchError(way.ask.url, f"more than {self._config.max_redirects} redirects")
            seen.add(target)
            # a downgrade to http is followed but never remembered: anybody on the way could have sent it
            way.permanent = way.permanent and answer.status in PERMANENT and (way.url.scheme, target.scheme) != ("https", "http")
            way.url = target

    def _target(self, way: Way, moved: Moved) -> URL:
        try:
            joined = way.url.join(URL(moved.location.strip()))
        except (ValueError, TypeError) as error:
            raise FetchError(way.ask.url, f"redirects to what is no address: {moved.location[:200]!r}") from error
        try:
            return self._guard.url(str(joined))
        except AddressRefused as error:
            raise AddressRefused(way.ask.url, f"redirects to {error}") from error

    async def _hop(self, way: Way) -> Page | Moved | None:
        """One request and its answer, politely."""
        host = self._hosts.of(way.url.raw_host or "")
        if way.ask.robots and self._config.robots:
            host.spacing = max(self._config.spacing, (await self._robots.check(way.url)).delay)
        await host.enter(way.ask.url, self._now)
        loop = asyncio.get_running_loop()
        start = loop.time()
        try:
            async with self._free:
                start = loop.time()
                return await self._request(way, host)
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            raise self._translate(way, error) from error
        finally:
            host.leave()
            way.left -= loop.time() - start

    async def _request(self, way: Way, host: Host) -> Page | Moved | None:
        session = self._session or self._open()
        timeout = self._full if way.left == self._config.timeout else self._timeout(max(way.left, 0.001))
        async with session.get(way.url, headers=_headers(way.ask), allow_redirects=False, timeout=timeout) as response:
            status = response.status
            if status == 304:
                return _unchanged(way.ask)
            if status == 200:
                return await self._page(way, response)
            if status in REDIRECTS and (location := response.headers.get("Location")):
                return Moved(status=status, location=location)
            raise self._failure(way, response, host)

    def _timeout(self, total: float) -> aiohttp.ClientTimeout:
        connect = self._config.connect_timeout
        return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect, sock_read=self._config.idle_timeout)

    def _open(self) -> aiohttp.ClientSession:
        threads = ThreadPoolExecutor(16, thread_name_prefix="babelwire-resolve")
        connector = aiohttp.TCPConnector(
            limit=0,  # Batch and Host limit; waiting for a connection would count as connecting
            resolver=GuardedResolver(self._guard, threads),
            socket_factory=self._guard.socket,
            ttl_dns_cache=60,
            use_dns_cache=True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
        )
        return self._session

    # -- what an answer means

    def _failure(self, way: Way, response: aiohttp.ClientResponse, host: Host) -> FetchError:
        status, url = response.status, way.ask.url
        if status == 410:
            return Gone(url, "gone for good (410)", status=410)
        until = retry_after(response.headers.get("Retry-After"), self._now()) if status in (429, 503) else None
        if until is not None:
            host.closed_until = until
        return FetchError(url, f"the server answered {status}{PHRASES.get(status, '')}", status=status, retry_after=until)

    async def _page(self, way: Way, response: aiohttp.ClientResponse) -> Page:
        body = await self._body(way, response)
        final = str(way.url)
        moved = way.permanent and final != str(self._guard.url(way.ask.url))
        return Page(
            url=final,
            asked=way.ask.url,
            body=body,
            fetched=self._now(),
            content_type=_text(response.headers.get("Content-Type", "")),
            headers=_kept(response.headers),
            permanent=final if moved else None,
        )

    async def _body(self, way: Way, response: aiohttp.ClientResponse) -> bytes:
        """The decoded body. Raises FetchError where it is too large, and CodingError where it is broken or cut short."""
        body = bytearray()
        try:
            await self._read(way, response, body)
        finally:
            self._reading -= len(body)
        return bytes(body[: way.most])

    async def _read(self, way: Way, response: aiohttp.ClientResponse, body: bytearray) -> None:
        chain = Chain(response.headers.get("Content-Encoding", ""), self._config.max_body)
        wire = 0
        async for data in response.content.iter_any():
            wire += len(data)
            if wire > self._config.max_wire:
                raise FetchError(way.ask.url, f"the answer is longer than {self._config.max_wire} bytes")
            for piece in chain.feed(data):
                body += piece
                self._reading += len(piece)
                if len(body) > way.most:
                    if way.cut:
                        return
                    raise FetchError(way.ask.url, f"the answer is longer than {way.most} bytes when unpacked")
            if self._reading > MOST_READING:
                raise FetchError(way.ask.url, "too many long answers at once; it will be asked again")
        if wire and not chain.done():
            raise CodingError("the compressed answer ends too early")

    def _translate(self, way: Way, error: Exception) -> FetchError:
        url = way.ask.url
        if refused := _refused(error):
            return AddressRefused(url, str(refused))
        if isinstance(error, TimeoutError):
            return FetchError(url, f"no complete answer in time ({error or 'deadline'})".replace(" (deadline)", ""))
        if isinstance(error, CodingError):
            return FetchError(url, str(error))
        return FetchError(url, f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)


def _unchanged(ask: Ask) -> Page | None:
    if ask.caching in (None, Caching()):
        raise FetchError(ask.url, "the server says 304 (not modified) to a request without conditions", status=304)
    return None


def _headers(ask: Ask) -> dict[str, str]:
    """The headers of this request alone; validators go back byte for byte."""
    made: dict[str, str] = {}
    if ask.accept:
        made["Accept"] = ask.accept
    if ask.caching is not None:
        if ask.caching.etag:
            made["If-None-Match"] = ask.caching.etag
        if ask.caching.last_modified:
            made["If-Modified-Since"] = ask.caching.last_modified
    return made


def _kept(raw: CIMultiDictProxy[str]) -> dict[str, str]:
    """The answer's headers, names in lower case. A validator that is no text could not be sent back as it is: left out."""
    made: dict[str, str] = {}
    for name, value in raw.items():
        key = name.lower()
        if key in VALIDATORS and _text(value) != value:
            continue
        made[key] = f"{made[key]}, {_text(value)}" if key in made and key not in VALIDATORS else _text(value)
    return made


def _text(value: str) -> str:
    """aiohttp gives bytes that are not UTF-8 as lone surrogates, which no database takes."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _refused(error: BaseException | None) -> Refused | None:
    """The guard's refusal inside an error of aiohttp's connector."""
    while error is not None:
        if isinstance(error, Refused):
            return error
        inner = getattr(error, "os_error", None)
        error = inner if isinstance(inner, Refused) else error.__cause__ or error.__context__
    return None
