"""Feeds, pages and configurations that nobody would write, for a fixed time each: nothing but our own errors may come out.

    python tools/fuzz.py [--seconds 60]

Hypothesis makes them: text, bytes, and documents put together of the pieces that parsers trip over. A failure is shrunk and
printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from babelwire import config, extract, parse
from babelwire.errors import BabelwireError
from babelwire.model import Entry, Feed, Licence, Page, Source

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://fuzz.example/feed"
SOURCE = Source(id="fuzz", name="Fuzz", homepage="https://fuzz.example", language="en", licence=Licence.FULL)
ENTRY = Entry(key="k", feed_url=URL, source_id="fuzz", id="k", link="https://fuzz.example/1", title="A title", summary="A line.")
PIECES = st.sampled_from(
    [
        "<rss>",
        "</rss>",
        "<channel>",
        "</channel>",
        "<item>",
        "</item>",
        "<title>",
        "</title>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "</feed>",
        "<entry>",
        "</entry>",
        "<link href='http://[::1'/>",
        "<link>",
        "</link>",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>",
        "&a;",
        "&#0;",
        "&#x110000;",
        "<pubDate>",
        "</pubDate>",
        "32 Foo 99999 25:61",
        "<html>",
        "<body>",
        "<p>",
        "</p>",
        "<table><tr><td>",
        "<ul><li>",
        "<script type='application/ld+json'>",
        "</script>",
        '{"@type":"NewsArticle","headline":',
        "[[[[",
        "\x00",
        "\ud800",
        "<a href='//'>",
        "<img srcset=','>",
        "<blockquote>",
        "<h1>",
        "</h1>",
        "<time datetime='2099-99-99'>",
        "<meta property='og:title' content='",
        "<base href='http://['>",
        "<svg><style>",
    ]
)
DOCUMENT = st.lists(PIECES | st.text(max_size=30), max_size=60).map("".join)
BODY = st.binary(max_size=400) | DOCUMENT.map(lambda t: t.encode("utf-8", "surrogatepass"))
TYPES = st.sampled_from(
    ["", "text/html", "application/rss+xml; charset=utf-16", "text/html; charset=\x00", "application/json", "text/html; charset=hz"]
)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
KEYS = st.sampled_from(
    [*config.TABLES, *config.NAMED, *config.LISTS, "name", "feeds", "licence", "kind", "fr", "a b", "spacing", "time_zone"]
)
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=4), max_leaves=12
)


def page(body: bytes, content_type: str) -> Page:
    return Page(url=URL, asked=URL, body=body, fetched=NOW, content_type=content_type)


def read_feed(body: bytes, content_type: str) -> None:
    try:
        _, entries = parse.feed(page(body, content_type), Feed(url=URL, source_id="fuzz"), NOW)
    except BabelwireError:
        return
    for entry in entries:
        try:
            extract.from_entry(entry, SOURCE, NOW)
        except BabelwireError:
            continue


def read_page(body: bytes, content_type: str) -> None:
    try:
        extract.article(page(body, content_type), ENTRY, SOURCE, now=NOW)
    except BabelwireError:
        return


def read_config(raw: dict[str, object]) -> None:
    try:
        config.build(raw, Path("/nowhere/babelwire.toml"), {})
    except BabelwireError:
        return


def spend(name: str, check: Callable[..., None], seconds: float, *made: st.SearchStrategy[object]) -> bool:
    """Run a check on made-up input until the time is over; False, with a shrunk example printed, where it broke."""
    end, tried = time.monotonic() + seconds, 0

    @settings(max_examples=200, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(*made))
    def one(given_: tuple[object, ...]) -> None:
        nonlocal tried
        tried += 1
        check(*given_)

    try:
        while time.monotonic() < end:
            one()
    except Exception:  # noqa: BLE001 - whatever comes out here is the finding
        traceback.print_exc()
        print(f"{name}: BROKEN after {tried} tries")
        return False
    print(f"{name}: {tried} tries, nothing but our own errors")
    return True


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="for each of the three")
    seconds = parser.parse_args(arguments).seconds
    fine = [
        spend("feeds", read_feed, seconds, BODY, TYPES),
        spend("pages", read_page, seconds, BODY, TYPES),
        spend("configurations", read_config, seconds, st.dictionaries(KEYS, VALUE, max_size=5)),
    ]
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
