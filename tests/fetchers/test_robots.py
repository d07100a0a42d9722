"""What RFC 9309 asks of a reader of robots.txt."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from yarl import URL

from babelwire.errors import AddressRefused, FetchError, RobotsRefused
from babelwire.fetchers.robots import Robots

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def allowed(body: bytes, path: str) -> bool:
    async def read(_: str) -> bytes:
        return body

    async def check() -> bool:
        try:
            await Robots(read, lambda: NOW).check(URL(f"http://news.example{path}"))
        except RobotsRefused:
            return False
        return True

    return asyncio.run(check())


@pytest.mark.parametrize(
    ("body", "path", "open_"),
    [
        (b"User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", True),
        (b"User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        (b"User-agent: *\nDisallow: /a", "/A", True),
        (b"User-agent: *\nDisallow: /\nUser-agent: BABELWIRE\nDisallow: /x", "/a", True),
        (b"User-agent: babelwire\nDisallow: /x\nUser-agent: *\nAllow: /\n\nUser-agent: Babelwire\nDisallow: /y", "/y", False),
        (b"User-agent: other\nUser-agent: babelwire\nDisallow: /", "/a", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        (b"User-agent: *\nDisallow: /a*c", "/abbbc/d", False),
        (b"User-agent: *\nDisallow:", "/a", True),
        (b"User-agent: *\nDisallow: /%C3%A9", "/é", False),
        (b"User-agent: *\nDisallow: /a%3cd", "/a%3Cd", False),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a # no\r\n", "/a", False),
        (b"user-AGENT : *\nDISALLOW : /a", "/a", False),
        (b"Disallow: /", "/a", True),
        (b"<html><body>User-agent: *<br>Disallow: /</body></html>", "/a", True),
        (b"\xff\xfe\x00 rubbish", "/a", True),
        (b"", "/a", True),
    ],
)
def test_rules(body: bytes, path: str, open_: bool) -> None:
    assert allowed(body, path) is open_


def test_a_robots_txt_at_a_closed_address_closes_nothing_for_good() -> None:
    async def read(url: str) -> bytes:
        raise AddressRefused(url, "not public")

    async def check() -> None:
        robots = Robots(read, lambda: NOW)
        for _ in range(2):
            with pytest.raises(AddressRefused):
                await robots.check(URL("http://news.example/"))

    asyncio.run(check())


def test_delays_are_capped() -> None:
    async def read(_: str) -> bytes:
        return b"User-agent: *\nCrawl-delay: 86400"

    assert asyncio.run(Robots(read, lambda: NOW).check(URL("http://news.example/"))).delay == 30.0


def test_unreachable_means_closed_until_then() -> None:
    async def read(url: str) -> bytes:
        raise FetchError(url, "no answer")

    with pytest.raises(RobotsRefused) as caught:
        asyncio.run(Robots(read, lambda: NOW).check(URL("http://news.example/")))
    assert caught.value.retry_after is not None
    assert (caught.value.retry_after - NOW).total_seconds() == 600
