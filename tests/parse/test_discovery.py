from __future__ import annotations

from datetime import UTC, datetime

import pytest

from babelwire.model import Page
from babelwire.parse import Announced, discover

URL = "http://news.example/section/"


def found(html: str | bytes) -> list[Announced]:
    body = html.encode() if isinstance(html, str) else html
    return discover(Page(url=URL, asked=URL, body=body, fetched=datetime(2026, 1, 1, tzinfo=UTC), content_type="text/html"))


def test_announced_feeds_in_the_order_of_the_page() -> None:
    html = """<html><head><LINK REL='alternate' type="application/rss+xml" title="News &amp; more" href="/rss.xml">
    <link rel=alternate type=application/atom+xml href=atom><link rel="alternate" type="application/feed+json; charset=utf-8" href="//news.example/feed.json"/>
    <link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" href="/x.css"><link rel="alternate" type="application/rss+xml" href="/rss.xml">
    <link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body><a href="/feed/">Feed</a></body></html>"""
    assert found(html) == [
        Announced(url="http://news.example/rss.xml", title="News & more", media_type="application/rss+xml"),
        Announced(url="http://news.example/section/atom", media_type="application/atom+xml"),
        Announced(url="http://news.example/feed.json", media_type="application/feed+json"),
    ]


def test_relative_to_the_base_element() -> None:
    assert (
        found("<base href='http://cdn.example/x/'><link rel='alternate' type='text/xml' href='f.xml'>")[0].url
        == "http://cdn.example/x/f.xml"
    )


def test_links_that_look_like_feeds_where_none_is_announced() -> None:
    html = """<a href="/rss">RSS</a><a href="/about">About</a><a href="https://www.news.example/x.atom?y=1">A</a>
    <a href="http://other.example/feed">no</a><a href="/feedback">no</a><a title="All" href="/section/index.xml">x</a>"""
    assert [f.url for f in found(html)] == [
        "http://news.example/rss",
        "https://www.news.example/x.atom?y=1",
        "http://news.example/section/index.xml",
    ]


@pytest.mark.parametrize("html", ["", "words", "<a>", "<link>", b"\xff\xfe", "<a href>"])
def test_pages_without_feeds(html: str | bytes) -> None:
    assert found(html) == []
