"""Feeds made to hang, to blow up memory, or to read files. Each must end within seconds: refused, or read without harm."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire import parse
from babelwire.errors import ParseError
from babelwire.model import Entry, Feed, Page

NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "http://news.example/feed"


def read(body: bytes) -> tuple[Entry, ...]:
    return parse.feed(Page(url=URL, asked=URL, body=body, fetched=NOW), Feed(url=URL, source_id="s"), NOW)[1]


def rss(items: str, before: str = "") -> bytes:
    return f"{before}<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()


def one(inside: str, before: str = "") -> bytes:
    return rss(f"<item><title>x</title><link>http://news.example/1</link>{inside}</item>", before)


LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
READ = {
    "entity bomb": one("<description>&a11; yes</description>", LAUGHS),
    "quadratic entities": one("<description>" + "&a;" * 50_000 + "yes</description>", "<!DOCTYPE r [<!ENTITY a '" + "y" * 50_000 + "'>]>"),
    "text of 8 MB": one("<description>" + "word " * 1_600_000 + "</description>"),
    "markup of 8 MB": one("<description>" + "&lt;b>w&lt;/b> " * 530_000 + "</description>"),
    "20,000 items": rss("".join(f"<item><title>x</title><link>http://news.example/{n}</link></item>" for n in range(20_000))),
    "one item 50,000 times": rss("<item><title>x</title><link>http://news.example/1</link></item>" * 50_000),
    "nested markup": one("<description>" + "&lt;div>" * 100_000 + "</description>"),
    "open quotes": one("<description>" + '&lt;a "' * 500_000 + "</description>"),
    "open scripts": one("<description>" + "&lt;script>" * 500_000 + "</description>"),
    "open comments": one("<description>" + "&lt;!--" * 500_000 + "</description>"),
    "open subset": b"<!DOCTYPE rss [" + b"]" * 4_000_000 + one(""),
    "long author": one("<author>" + "a" * 2_000_000 + "</author>"),
    "many at signs": one("<author>" + "a@" * 1_000_000 + "</author>"),
    "long date": one("<pubDate>" + "9" * 2_000_000 + "</pubDate>"),
    "many links": one("<link>http://news.example/2</link>" * 200_000),
    "many categories": one("<category>&lt;b>c&lt;/b></category>" * 200_000),
    "many namespaces": one("".join(f"<i xmlns:a{n}='u{n}'>" for n in range(100)) + "<x/>" * 400_000 + "</i>" * 100),
    "ampersands": one("<description>" + "&" * 2_000_000 + "</description>"),
    "controls": one("<description>" + "\x00\x01\x08" * 500_000 + "</description>"),
    "blanks": one("<description>" + " \n" * 3_000_000 + "</description>"),
    "leading blanks": b"<" + b" " * 6_000_000 + one(""),
    "style": one("<description>&lt;p style='" + "a:b " * 500_000 + "'>x&lt;/p></description>"),
}
REFUSED = {
    "doctypes": b"<!DOCTYPE" * 500_000 + one(""),
    "50 MB": one("<description>" + "word " * 10_000_000 + "</description>"),
    "a million tags": one("<a/>" * 1_100_000),
    "attributes": one("<a " + " ".join(f"a{n}='1'" for n in range(50_000)) + "/>"),
    "attributes without quotes": one("<a " + " ".join(f"a{n}=1" for n in range(50_000)) + "/>"),
    "never closed": one("<description>" + "x" * 1_000_000)[:-40],
    "deep JSON": b'{"version":"https://jsonfeed.org/version/1","items":' + b"[" * 1_000_000,
    "closed deep JSON": b'{"version":"https://jsonfeed.org/version/1","items":[],"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "long number": b'{"version":"https://jsonfeed.org/version/1","items":[{"id":' + b"9" * 50_000 + b"}]}",
    "closing tags": one("")[:-6] + b"</rss" * 1_100_000,
}


@pytest.mark.parametrize("name", READ)
def test_it_is_read_without_harm(name: str) -> None:
    start = time.process_time()
    entries = read(READ[name])
    assert time.process_time() - start < 5
    assert entries
    assert {e.title for e in entries} == {"x"}
    assert all(len(e.summary) <= 200_000 for e in entries)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    start = time.process_time()
    with pytest.raises(ParseError):
        read(REFUSED[name])
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    "item",
    [
        "<item><title>&x;x</title><link>http://news.example/1</link><description>&x;</description></item>",
        "<item><title>x</title><xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{secret}' parse='text'/></item>",
    ],
)
def test_no_file_is_read(tmp_path: Path, item: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOPSECRET")
    for declaration in (f"<!ENTITY x SYSTEM '{secret.as_uri()}'>", f"<!ENTITY % p SYSTEM '{secret.as_uri()}'> %p;"):
        entries = read(rss(item.replace("{secret}", secret.as_uri()), f"<!DOCTYPE rss [{declaration}]>"))
        assert "TOPSECRET" not in repr(entries)
        assert len(entries) == 1


def test_deep_nesting_loses_no_more_than_its_own_item() -> None:
    body = rss("<item><title>x</title><link>http://news.example/1</link></item><item>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item>")
    assert [e.title for e in read(body)] == ["x"]


def test_surrogates_of_json_do_not_reach_an_entry() -> None:
    body = rb'{"version":"https://jsonfeed.org/version/1","title":"\ud800","items":[{"id":"a\ud800","url":"http://news.example/\udc00","title":"x\udfff","content_html":"\ud800","authors":[{"name":"\ud800a"}],"tags":["\ud800"]}]}'
    for entry in read(body):
        repr(entry).encode("utf-8")
        "".join((entry.id, entry.link or "", entry.title, entry.content, *entry.authors, *entry.categories)).encode("utf-8")


PIECES = [
    "<rss>",
    "</rss>",
    "<channel>",
    "</channel>",
    "<item>",
    "</item>",
    "<title>",
    "</title>",
    "<link>",
    "</link>",
    "<feed>",
    "</feed>",
    "<entry>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<!DOCTYPE",
    "[",
    "]>",
    "&",
    "&amp;",
    "&lt;",
    "&#0;",
    "&#xD800;",
    '"',
    "'",
    "=",
    'xml:base="a"',
    'xmlns="b"',
    "<?xml",
    "?>",
    "{",
    "}",
    '"items":',
    "[",
    "]",
    ",",
    "\x00",
    "\x85",
    "\u202e",
    "\ud7ff",
    "é",
    "http://x.example/",
    "//[",
    "<a:b",
    "</",
    ">",
    "<",
    "<rdf:RDF",
    "</rdf:RDF>",
    "2026-01-01",
]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
    st.sampled_from(["", "<rss><channel><item>", '{"version":"jsonfeed.org","items":[']),
)
def test_rubbish_is_read_or_refused_never_a_crash(text: str, start: str) -> None:
    end = {"": "", "<": "</item></channel></rss>", "{": "]}"}[start[:1]]
    try:
        for entry in read((start + text + end).encode("utf-8", "replace")):
            assert entry.key
    except ParseError as error:
        assert error.why


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"<?xml version='1.0' encoding='utf-16'?><rss>", b"<rss><channel><item><title>"]))
def test_bytes_are_read_or_refused_never_a_crash(body: bytes, start: bytes) -> None:
    try:
        read(start + body + b"</title></item></channel></rss>")
    except ParseError as error:
        assert error.why
