"""What every Fetcher promises, whoever stands behind the seam."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from babelwire.config import Fetch
from babelwire.errors import AddressRefused, FetchError, Gone, RobotsRefused
from babelwire.fetchers.http import HttpFetcher
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Ask, Caching, Page
from babelwire.seams import Fetcher
from tests.fetchers.server import Heard, Server, answer

BODY = "<p>Zażółć</p>".encode("iso-8859-2")
CACHING = Caching(etag='W/"x:1"', last_modified="Sat, 01 Jan 2000 00:00:00 GMT")
HEADERS = {"content-type": "text/html; charset=iso-8859-2", "etag": 'W/"x:1"', "last-modified": "Sat, 01 Jan 2000 00:00:00 GMT"}


class World:
    """A fetcher and what it finds: ``/page``, ``/moved`` (to it, for good), ``/gone``, ``/down``, ``/busy``, ``/closed``."""

    def __init__(self, fetcher: Fetcher, base: str) -> None:
        self.fetcher = fetcher
        self.base = base


def conditional(heard: Heard) -> bytes:
    return answer(304) if heard.headers.get("if-none-match") == CACHING.etag else answer(200, BODY, **HEADERS)


def live() -> Iterator[World]:
    server = Server()
    server.routes = {
        "/page": conditional,
        "/moved": answer(301, location="/page"),
        "/gone": answer(410, b"gone"),
        "/down": answer(500),
        "/busy": answer(503, retry_after="90"),
        "/robots.txt": answer(200, b"User-agent: *\nDisallow: /closed"),
    }
    fetch = Fetch(allow_networks=("127.0.0.1/32",), allow_ports=(server.port,), spacing=0.0, per_host=4)
    fetcher = HttpFetcher(fetch=fetch, user_agent="Babelwire/test")
    yield World(fetcher, server.url(""))
    fetcher.close()
    server.close()


def replayed() -> Iterator[World]:
    base = "http://replayed.example"
    now = datetime.now(UTC)
    page = Page(url=f"{base}/page", asked=f"{base}/page", body=BODY, fetched=now, content_type=HEADERS["content-type"], headers=HEADERS)
    moved = Page(
        url=f"{base}/page",
        asked=f"{base}/moved",
        body=BODY,
        fetched=now,
        content_type=HEADERS["content-type"],
        headers=HEADERS,
        permanent=f"{base}/page",
    )
    pages = {
        "/page": page,
        "/moved": moved,
        "/gone": Gone(f"{base}/gone", "gone", status=410),
        "/down": FetchError(f"{base}/down", "down", status=500),
        "/busy": FetchError(f"{base}/busy", "busy", status=503, retry_after=now + timedelta(seconds=90)),
        "/closed": RobotsRefused(f"{base}/closed", "closed"),
    }
    pages_by_url = {base + path: said for path, said in pages.items()}
    yield World(ReplayFetcher({**pages_by_url, "http://10.0.0.1/": AddressRefused("http://10.0.0.1/", "not public")}), base)


@pytest.fixture(params=[live, replayed], ids=["http", "replay"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    yield from request.param()


class TestFetcher:
    def test_a_page_comes_whole_and_as_it_was_sent(self, world: World) -> None:
        page = world.fetcher.get(f"{world.base}/page")
        assert page is not None
        assert (page.body, page.content_type, page.caching, page.permanent, page.status) == (
            BODY,
            HEADERS["content-type"],
            CACHING,
            None,
            200,
        )
        assert (page.url, page.asked) == (f"{world.base}/page", f"{world.base}/page")
        assert page.fetched.tzinfo is not None

    def test_not_modified_is_none(self, world: World) -> None:
        assert world.fetcher.get(f"{world.base}/page", CACHING) is None
        assert world.fetcher.get(f"{world.base}/page", Caching(etag='"other"')) is not None

    def test_a_page_that_moved_for_good_says_so(self, world: World) -> None:
        page = world.fetcher.get(f"{world.base}/moved")
        assert page is not None
        assert (page.asked, page.url, page.permanent) == (f"{world.base}/moved", f"{world.base}/page", f"{world.base}/page")

    @pytest.mark.parametrize(
        ("path", "kind", "status"),
        [("/gone", Gone, 410), ("/down", FetchError, 500), ("/none", FetchError, 404), ("/closed", RobotsRefused, None)],
    )
    def test_failures_say_what_and_where(self, world: World, path: str, kind: type[FetchError], status: int | None) -> None:
        with pytest.raises(kind) as caught:
            world.fetcher.get(world.base + path)
        assert (type(caught.value), caught.value.url, caught.value.status) == (kind, world.base + path, status)

    def test_a_server_that_wants_rest_names_the_time(self, world: World) -> None:
        with pytest.raises(FetchError) as caught:
            world.fetcher.get(f"{world.base}/busy")
        assert caught.value.retry_after is not None
        assert timedelta(seconds=60) < caught.value.retry_after - datetime.now(UTC) < timedelta(seconds=91)

    def test_addresses_inside_are_refused(self, world: World) -> None:
        with pytest.raises(AddressRefused):
            world.fetcher.get("http://10.0.0.1/")

    def test_many_asks_one_answer_each(self, world: World) -> None:
        paths = ["/page", "/gone", "/down", "/page", "/none", "/moved"]
        asks = [Ask(url=world.base + p, robots=False) for p in paths]
        asks.append(Ask(url=f"{world.base}/page", caching=CACHING, robots=False))
        got = list(world.fetcher.get_many(asks))
        assert sorted(a.url for a, _ in got) == sorted(a.url for a in asks)
        by_path = {a.url.removeprefix(world.base): said for a, said in got if a.caching is None}
        assert {p: type(s) for p, s in by_path.items()} == {
            "/page": Page,
            "/gone": Gone,
            "/down": FetchError,
            "/none": FetchError,
            "/moved": Page,
        }
        assert [said for a, said in got if a.caching] == [None]

    def test_no_asks_no_answers(self, world: World) -> None:
        assert list(world.fetcher.get_many([])) == []

    def test_closing_twice_is_no_harm(self, world: World) -> None:
        world.fetcher.close()
        world.fetcher.close()
