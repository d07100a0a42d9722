from __future__ import annotations

import asyncio
import gzip
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import brotli
import pytest
from backports import zstd
from yarl import URL

from babelwire.errors import AddressRefused, FetchError, Gone, RobotsRefused
from babelwire.fetchers import guard
from babelwire.fetchers.http import HttpFetcher, Moved, Way
from babelwire.model import Ask, Caching
from tests.fetchers.conftest import Make
from tests.fetchers.server import Heard, Server, answer

TEXT = b"All the news of the day, and some of the night. " * 400


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:]),
    "deflate": zlib.compress(TEXT),
    "Deflate": bare_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "zstd": zstd.compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "identity": TEXT,
}


def get(fetcher: HttpFetcher, url: str, caching: Caching | None = None) -> object:
    return fetcher.get(url, caching, robots=False)


# ---------------------------------------------------------------------------------------------- bodies


@pytest.mark.parametrize("coding", PACKED)
def test_codings_are_undone(server: Server, make: Make, coding: str) -> None:
    server.routes["/"] = answer(200, PACKED[coding], content_encoding=coding)
    page = make().get(server.url("/"), robots=False)
    assert page is not None
    assert page.body == TEXT


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, br"])
def test_a_compressed_answer_that_ends_early_is_an_error(server: Server, make: Make, coding: str) -> None:
    server.routes["/"] = answer(200, PACKED[coding][:-6], content_encoding=coding)
    with pytest.raises(FetchError, match=r"ends too early|broken"):
        get(make(), server.url("/"))


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_a_body_that_is_not_what_its_coding_says_is_an_error(server: Server, make: Make, coding: str) -> None:
    server.routes["/"] = answer(200, TEXT, content_encoding=coding)
    with pytest.raises(FetchError, match="broken"):
        get(make(), server.url("/"))


@pytest.mark.parametrize(
    ("coding", "why"), [("gzip, gzip, gzip", "3 content codings"), ("compress", "not asked for"), ("dcb", "not asked for")]
)
def test_codings_we_do_not_take(server: Server, make: Make, coding: str, why: str) -> None:
    server.routes["/"] = answer(200, TEXT, content_encoding=coding)
    with pytest.raises(FetchError, match=why):
        get(make(), server.url("/"))


BOMB = b"\0" * 60_000_000


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        ("gzip", gzip.compress(BOMB)),
        ("deflate", zlib.compress(BOMB)),
        ("br", brotli.compress(BOMB, quality=5)),
        ("zstd", zstd.compress(BOMB)),
        ("gzip, gzip", gzip.compress(gzip.compress(BOMB))),
    ],
    ids=["gzip", "deflate", "br", "zstd", "gzip in gzip"],
)
def test_a_bomb_is_refused_while_it_is_unpacked(server: Server, make: Make, coding: str, bomb: bytes) -> None:
    server.routes["/"] = answer(200, bomb, content_encoding=coding)
    start = time.process_time()
    with pytest.raises(FetchError, match="when unpacked"):
        get(make(max_body=1_000_000), server.url("/"))
    assert time.process_time() - start < 1.0


def test_a_long_answer_is_refused_on_the_wire(server: Server, make: Make) -> None:
    server.routes["/"] = answer(200, b"x" * 200_000)
    with pytest.raises(FetchError, match="longer than 100000 bytes"):
        get(make(max_wire=100_000), server.url("/"))


def test_long_answers_together_stay_within_memory(server: Server, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("babelwire.fetchers.http.MOST_READING", 250_000)

    async def begin(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n" + b"x" * 100_000)
        await writer.drain()
        await asyncio.sleep(0.3)
        writer.write(b"x" * 100_000)

    server.routes["/"] = begin
    fetcher = make(per_host=4)
    answers = [said for _, said in fetcher.get_many([Ask(url=server.url("/"), robots=False)] * 4)]
    assert any(isinstance(said, FetchError) and "at once" in said.why for said in answers)
    assert fetcher._reading == 0


@pytest.mark.parametrize(
    "wrong",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nZZ\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 100_000 + b"\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"Content-Length: 2\r\n\r\nok",
        b"rubbish\r\n\r\n",
        b"",
    ],
    ids=["short body", "short chunk", "bad chunk", "bad length", "long header", "many headers", "rubbish", "nothing"],
)
def test_broken_http_is_an_error_never_a_short_page(server: Server, make: Make, wrong: bytes) -> None:
    async def say(_: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(wrong)
        await writer.drain()
        writer.close()

    server.routes["/"] = say
    with pytest.raises(FetchError):
        get(make(), server.url("/"))


# ---------------------------------------------------------------------------------------------- deadlines


async def drip(_: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_headers(_: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"X: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.05)


async def stall(_: Heard, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")
    await writer.drain()
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    ("route", "limits"),
    [(drip, {"timeout": 0.5}), (drip_headers, {"timeout": 0.5}), (stall, {"idle_timeout": 0.4})],
    ids=["drip", "drip headers", "stall"],
)
def test_slow_answers_are_given_up(server: Server, make: Make, route: object, limits: dict[str, float]) -> None:
    server.routes["/"] = route  # type: ignore[assignment]
    start = time.monotonic()
    with pytest.raises(FetchError, match="in time"):
        get(make(**limits), server.url("/"))
    assert time.monotonic() - start < 3


def test_a_slow_host_holds_nobody_up(server: Server, make: Make) -> None:
    server.routes |= {"/slow": stall, "/fast": answer(200, b"x")}
    asks = [Ask(url=server.url("/slow"), robots=False), *(Ask(url=server.url("/fast", 1), robots=False) for _ in range(3))]
    order = [ask.url for ask, _ in make(idle_timeout=0.6).get_many(asks)]
    assert order[-1] == server.url("/slow")
    assert len(order) == 4


def test_the_deadline_is_one_for_all_redirects(server: Server, make: Make) -> None:
    async def late(heard: Heard, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.3)
        writer.write(answer(302, location=f"/{int(heard.path[1:]) + 1}"))

    server.routes |= {f"/{n}": late for n in range(9)}
    with pytest.raises(FetchError, match="in time"):
        get(make(timeout=0.5, max_redirects=9), server.url("/0"))
    assert len(server.heard) < 4


# ---------------------------------------------------------------------------------------------- redirects


def test_a_permanent_chain_is_told(server: Server, make: Make) -> None:
    server.routes |= {"/a": answer(301, location="/b"), "/b": answer(308, location=server.url("/c", 1)), "/c": answer(200, b"here")}
    page = make().get(server.url("/a"), robots=False)
    assert page is not None
    assert (page.url, page.asked, page.permanent) == (server.url("/c", 1), server.url("/a"), server.url("/c", 1))


def test_a_chain_with_a_temporary_step_is_not_permanent(server: Server, make: Make) -> None:
    server.routes |= {"/a": answer(301, location="/b"), "/b": answer(302, location="/c"), "/c": answer(200, b"here")}
    page = make().get(server.url("/a"), robots=False)
    assert page is not None
    assert (page.url, page.permanent) == (server.url("/c"), None)


@pytest.mark.parametrize(
    ("target", "why"),
    [("/a", "circle"), ("/a?1", "circle|more than"), ("http://[bad", "no address"), ("", "answered 301")],
)
def test_redirects_that_lead_nowhere(server: Server, make: Make, target: str, why: str) -> None:
    server.routes |= {"/a": answer(301, location=target), "/a?1": answer(301, location="/a")}
    with pytest.raises(FetchError, match=why):
        get(make(), server.url("/a"))


def test_redirects_are_counted(server: Server, make: Make) -> None:
    server.routes |= {f"/{n}": answer(302, location=f"/{n + 1}") for n in range(10)}
    with pytest.raises(FetchError, match="more than 5 redirects"):
        get(make(), server.url("/0"))
    assert len(server.heard) == 6


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/hostname",
        "http://127.0.1.1:{port}/",
        "http://127.0.0.1:1/",
        "http://10.0.0.1/",
        "http://u:p@127.0.0.1:{port}/",
        "ftp://127.0.0.1/",
        "http://[::1]:{port}/",
        "http://0x7f.1:{port}/",
        "//169.254.169.254/latest/meta-data",
    ],
)
def test_redirects_to_closed_addresses_are_refused(server: Server, make: Make, target: str) -> None:
    server.routes["/a"] = answer(302, location=target.format(port=server.port))
    with pytest.raises(AddressRefused, match="redirects to"):
        get(make(), server.url("/a"))


def test_a_step_down_to_http_is_followed_but_not_remembered(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    fetcher = make()
    steps = iter([Moved(status=301, location="http://127.0.0.1/b"), None])

    async def hop(_: Way) -> Moved | None:
        return next(steps)

    monkeypatch.setattr(fetcher, "_hop", hop)
    way = Way(ask=Ask(url="https://127.0.0.1/a"), url=URL("https://127.0.0.1/a"), left=5.0, most=10)
    asyncio.run(fetcher._follow(way))
    assert (str(way.url), way.permanent) == ("http://127.0.0.1/b", False)


# ---------------------------------------------------------------------------------------------- names


def test_a_name_with_one_closed_address_is_refused(server: Server, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    real = guard.lookup("127.0.0.1", server.port, 0)
    closed = guard.lookup("10.1.2.3", server.port, 0)
    monkeypatch.setattr(guard, "lookup", lambda *_: real + closed)
    with pytest.raises(AddressRefused, match=r"10\.1\.2\.3"):
        get(make(), f"http://mixed.example:{server.port}/")
    assert server.heard == []


def test_a_name_is_resolved_once_and_the_connection_goes_there(server: Server, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([guard.lookup("127.0.0.1", server.port, 0), guard.lookup("10.1.2.3", server.port, 0)])
    monkeypatch.setattr(guard, "lookup", lambda *_: next(answers))
    server.routes |= {"/": answer(302, location="/b"), "/b": answer(200, b"x", connection="close")}
    fetcher = make()
    assert get(fetcher, f"http://rebinding.example:{server.port}/")
    assert get(fetcher, f"http://rebinding.example:{server.port}/")  # within a minute: the checked address, not a new answer
    assert {h.headers["host"] for h in server.heard} == {f"rebinding.example:{server.port}"}


@pytest.mark.parametrize("fault", [OSError("no such host"), UnicodeError("label too long")])
def test_a_name_that_cannot_be_resolved(make: Make, monkeypatch: pytest.MonkeyPatch, fault: Exception) -> None:
    def fail(*_: object) -> list[tuple[object, ...]]:
        raise fault

    monkeypatch.setattr(guard, "lookup", fail)
    with pytest.raises(FetchError) as caught:
        get(make(), "http://nowhere.example/")
    assert not isinstance(caught.value, AddressRefused)


def test_nobody_listens(make: Make) -> None:
    with pytest.raises(FetchError):
        get(make(allow_ports=(9,)), "http://127.0.0.1:9/")


# ---------------------------------------------------------------------------------------------- manners


def test_what_we_send(server: Server, make: Make) -> None:
    server.routes["/"] = answer(200, b"x", set_cookie="a=b")
    fetcher = make()
    get(fetcher, server.url("/"))
    get(fetcher, server.url("/"), Caching(etag='W/"a, \\b"', last_modified="not even a date"))
    first, second = server.heard
    assert first.headers["user-agent"] == "Babelwire/test (+http://127.0.0.1)"
    assert {"gzip", "br", "zstd"} <= set(first.headers["accept-encoding"].split(", "))
    assert not {"cookie", "referer", "if-none-match"} & {*first.headers, "cookie" if "cookie" in second.headers else ""}
    assert (second.headers["if-none-match"], second.headers["if-modified-since"]) == ('W/"a, \\b"', "not even a date")


def test_a_validator_that_is_no_text_is_forgotten_and_other_headers_are_readable(server: Server, make: Make) -> None:
    server.routes["/"] = b'HTTP/1.1 200 OK\r\nETag: "d\xe9"\r\nX-T: d\xe9\r\nX-T: 2\r\nContent-Length: 1\r\n\r\nx'
    page = make().get(server.url("/"), robots=False)
    assert page is not None
    assert page.caching.etag is None
    assert page.headers["x-t"] == "d\ufffd, 2"


def test_not_modified_without_a_condition_is_an_error(server: Server, make: Make) -> None:
    server.routes["/"] = answer(304)
    with pytest.raises(FetchError, match="304"):
        get(make(), server.url("/"))


@pytest.mark.parametrize("status", [204, 206, 300, 400, 403, 404, 451, 500, 502])
def test_other_answers_are_errors_with_their_status(server: Server, make: Make, status: int) -> None:
    server.routes["/"] = answer(status, b"x" if status != 204 else b"")
    with pytest.raises(FetchError) as caught:
        get(make(), server.url("/"))
    assert (caught.value.status, caught.value.retry_after) == (status, None)
    assert not isinstance(caught.value, Gone)


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "until"),
    [
        ("120", NOW + timedelta(seconds=120)),
        (format_datetime(NOW + timedelta(hours=2), usegmt=True), NOW + timedelta(hours=2)),
        ("9999999", NOW + timedelta(hours=24)),
        (format_datetime(NOW + timedelta(days=900)), NOW + timedelta(hours=24)),
        (format_datetime(NOW - timedelta(days=900)), NOW),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after(server: Server, make: Make, status: int, header: str, until: datetime | None) -> None:
    server.routes["/"] = answer(status, retry_after=header)
    with pytest.raises(FetchError) as caught:
        get(make(clock=lambda: NOW), server.url("/"))
    assert (caught.value.status, caught.value.retry_after) == (status, until)


def test_a_host_that_asked_for_rest_gets_it(server: Server, make: Make) -> None:
    clock = [NOW]
    server.routes |= {"/a": answer(429, retry_after="60"), "/b": answer(200, b"x")}
    fetcher = make(clock=lambda: clock[0])
    with pytest.raises(FetchError):
        get(fetcher, server.url("/a"))
    with pytest.raises(FetchError) as caught:
        get(fetcher, server.url("/b"))
    assert caught.value.retry_after == NOW + timedelta(seconds=60)
    assert get(fetcher, server.url("/b", 1))
    assert [h.path for h in server.heard] == ["/a", "/b"]
    clock[0] += timedelta(seconds=61)
    assert get(fetcher, server.url("/b"))


async def quarter(_: Heard, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.1)
    writer.write(answer(200, b"x"))


def test_no_more_requests_at_once_than_allowed(server: Server, make: Make) -> None:
    server.routes |= {f"/{n}": quarter for n in range(8)}
    asks = [Ask(url=server.url(f"/{n}"), robots=False) for n in range(8)]
    fetcher = make(per_host=2)
    threads = [threading.Thread(target=lambda: get(fetcher, server.url("/0"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert all(not isinstance(a, FetchError) for _, a in fetcher.get_many(asks))
    for thread in threads:
        thread.join()
    assert server.most_busy == 2
    assert len(server.heard) == 11


def test_requests_to_one_host_are_spaced_and_others_are_not_held_up(server: Server, make: Make) -> None:
    server.routes |= {f"/{n}": answer(200, b"x") for n in range(4)}
    asks = [Ask(url=server.url(f"/{n}", host), robots=False) for n in range(4) for host in (0, 1)]
    start = time.monotonic()
    list(make(spacing=0.2).get_many(asks))
    taken = time.monotonic() - start
    for host in ("127.0.0.1", "127.0.0.2"):
        times = sorted(h.at for h in server.heard if h.host == host)
        assert min(b - a for a, b in pairwise(times)) > 0.18
    assert 0.6 <= taken < 1.5


# ---------------------------------------------------------------------------------------------- robots


ROBOTS = b"""User-agent: *
Disallow: /

User-agent: babelwire
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
"""


def test_robots_txt_is_read_once_and_kept(server: Server, make: Make) -> None:
    server.routes |= {"/robots.txt": answer(200, ROBOTS), "/a": answer(200, b"x"), "/private/open": answer(200, b"x")}
    fetcher = make()
    assert fetcher.get(server.url("/a"))
    assert fetcher.get(server.url("/private/open"))
    for closed in ("/private/b", "/x.pdf"):
        with pytest.raises(RobotsRefused) as caught:
            fetcher.get(server.url(closed))
        assert caught.value.retry_after is None
    assert server.paths() == ["/robots.txt", "/a", "/private/open"]


def test_many_pages_wait_for_one_reading_of_robots_txt(server: Server, make: Make) -> None:
    server.routes |= {"/robots.txt": answer(200, ROBOTS), **{f"/{n}": answer(200, b"x") for n in range(6)}}
    answers = list(make(per_host=6).get_many([Ask(url=server.url(f"/{n}")) for n in range(6)]))
    assert not any(isinstance(a, FetchError) for _, a in answers)
    assert server.paths().count("/robots.txt") == 1


def test_feeds_that_the_operator_named_do_not_ask(server: Server, make: Make) -> None:
    server.routes |= {"/robots.txt": answer(200, b"User-agent: *\nDisallow: /"), "/feed": answer(200, b"x")}
    fetcher = make()
    assert fetcher.get(server.url("/feed"), robots=False)
    assert server.paths() == ["/feed"]
    with pytest.raises(RobotsRefused):
        fetcher.get(server.url("/feed"))
    assert make(robots=False).get(server.url("/feed"))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_txt_means_open(server: Server, make: Make, status: int) -> None:
    server.routes |= {"/robots.txt": answer(status, b"go away"), "/a": answer(200, b"x")}
    assert make().get(server.url("/a"))


@pytest.mark.parametrize(
    "robots", [answer(500), answer(503, retry_after="3600"), answer(429), b"rubbish\r\n\r\n"], ids=["500", "503", "429", "rubbish"]
)
def test_robots_txt_that_cannot_be_read_means_closed_for_now(server: Server, make: Make, robots: bytes) -> None:
    clock = [NOW]
    server.routes |= {"/robots.txt": robots, "/a": answer(200, b"x")}
    fetcher = make(clock=lambda: clock[0])
    for _ in range(2):
        with pytest.raises(RobotsRefused) as caught:
            fetcher.get(server.url("/a"))
    assert caught.value.retry_after is not None
    assert caught.value.retry_after > NOW
    assert server.paths() == ["/robots.txt"]
    server.routes["/robots.txt"] = answer(200, b"")
    clock[0] = caught.value.retry_after + timedelta(seconds=1)
    assert fetcher.get(server.url("/a"))


def test_robots_txt_is_asked_again_after_a_day(server: Server, make: Make) -> None:
    clock = [NOW]
    server.routes |= {"/robots.txt": answer(200, b""), "/a": answer(200, b"x")}
    fetcher = make(clock=lambda: clock[0])
    assert fetcher.get(server.url("/a"))
    server.routes["/robots.txt"] = answer(200, ROBOTS.replace(b"babelwire", b"other"))
    clock[0] += timedelta(hours=25)
    with pytest.raises(RobotsRefused):
        fetcher.get(server.url("/a"))


def test_only_the_first_500_kilobytes_of_robots_txt_count(server: Server, make: Make) -> None:
    body = b"User-agent: *\nDisallow: /closed\n" + b"# nothing\n" * 60_000 + b"Disallow: /\n"
    server.routes |= {"/robots.txt": answer(200, body), "/a": answer(200, b"x")}
    fetcher = make()
    assert fetcher.get(server.url("/a"))
    with pytest.raises(RobotsRefused):
        fetcher.get(server.url("/closed"))


def test_robots_txt_rules_where_a_redirect_leads(server: Server, make: Make) -> None:
    server.routes |= {"/robots.txt": answer(200, ROBOTS), "/a": answer(302, location="/private/b"), "/private/b": answer(200, b"x")}
    with pytest.raises(RobotsRefused):
        make().get(server.url("/a"))
    assert "/private/b" not in server.paths()


def test_crawl_delay_is_kept_up_to_a_cap(server: Server, make: Make) -> None:
    server.routes |= {"/robots.txt": answer(200, b"User-agent: *\nCrawl-delay: 0.3"), "/a": answer(200, b"x"), "/b": answer(200, b"x")}
    list(make().get_many([Ask(url=server.url("/a")), Ask(url=server.url("/b"))]))
    times = sorted(h.at for h in server.heard if h.path != "/robots.txt")
    assert times[1] - times[0] > 0.28


# ---------------------------------------------------------------------------------------------- threads, and the end


def test_many_threads_one_fetcher(server: Server, make: Make) -> None:
    server.routes |= {f"/{n}": answer(200, str(n).encode()) for n in range(40)}
    fetcher, got = make(per_host=8), {}

    def work(n: int) -> None:
        page = fetcher.get(server.url(f"/{n}"), robots=False)
        got[n] = page.body if page else b""

    threads = [threading.Thread(target=work, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {n: str(n).encode() for n in range(40)}


def test_a_reader_who_stops_early_gives_up_the_rest(server: Server, make: Make) -> None:
    server.routes |= {"/fast": answer(200, b"x"), "/slow": stall}
    answers = make().get_many(
        [Ask(url=server.url("/fast"), robots=False), *(Ask(url=server.url("/slow", 1), robots=False) for _ in range(4))]
    )
    assert next(answers)[0].url == server.url("/fast")
    answers.close()  # type: ignore[attr-defined]
    time.sleep(0.1)
    assert server.paths().count("/slow") <= 2


def test_closing_gives_up_what_is_under_way_and_may_be_done_twice(server: Server, make: Make) -> None:
    server.routes["/slow"] = stall
    fetcher, caught = make(), []

    def work() -> None:
        try:
            get(fetcher, server.url("/slow"))
        except BaseException as error:  # noqa: BLE001 - whatever ends the wait is right
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(0.2)
    fetcher.close()
    fetcher.close()
    thread.join(5)
    assert not thread.is_alive()
    assert caught
    with pytest.raises(RuntimeError, match="closed"):
        get(fetcher, server.url("/"))


def test_answers_wait_for_their_reader(server: Server, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("babelwire.fetchers.batch.MOST_HELD", 250_000)
    server.routes |= {f"/{n}": answer(200, b"x" * 100_000) for n in range(12)}
    answers = make(per_host=1).get_many([Ask(url=server.url(f"/{n}"), robots=False) for n in range(12)])
    next(answers)
    time.sleep(0.3)
    assert len(server.heard) <= 5
    assert len(list(answers)) == 11
