from __future__ import annotations

import time

import pytest

from babelwire.errors import ParseError
from babelwire.model import Feed
from babelwire.parse import Outline, opml, to_opml
from tests.conftest import shared

FILE = b"""<?xml version="1.0" encoding="ISO-8859-1"?><opml version="1.0"><head><title>Mine</title></head><body>
<outline text="Europe"><outline text="Spain &amp; caf\xe9"><outline text="Uno" title="Uno!" type="rss" xmlUrl="http://news.example/1" htmlUrl="http://news.example/" language="es-ES"/></outline>
<outline text="Two" xmlUrl=" feed://news.example/2 "/></outline><outline xmlurl="feed:https://news.example/3"/>
<outline text="again" xmlUrl="http://news.example/1"/><outline text="no" xmlUrl="file:///etc/passwd"/><outline text="no" xmlUrl="javascript:alert(1)"/>
<outline text="no" xmlUrl="http://ann:secret@news.example/4"/></body></opml>"""


def test_folders_are_sections_and_only_web_addresses_count() -> None:
    assert opml(FILE, "mine.opml") == [
        Outline(
            url="http://news.example/1", title="Uno!", homepage="http://news.example/", language="es-ES", section="Europe / Spain & café"
        ),
        Outline(url="http://news.example/2", title="Two", section="Europe"),
        Outline(url="https://news.example/3"),
    ]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "is empty"),
        (b"<html></html>", "HTML page, not an OPML file"),
        (b"<rss><channel/></rss>", "not an OPML file"),
        (FILE[:300], "cut short"),
        (b"<opml><body><outline text='x'/></body></opml>", "names no feed"),
        (b"<opml>" + b"<outline xmlUrl='http://x.example/' " + b" ".join(b"a%d='1'" % n for n in range(300)) + b"/></opml>", "attributes"),
    ],
)
def test_what_cannot_be_imported(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why) as caught:
        opml(body, "mine.opml")
    assert caught.value.url == "mine.opml"


def test_entities_are_not_opened() -> None:
    bomb = b"<!DOCTYPE opml [<!ENTITY x SYSTEM 'file:///etc/passwd'><!ENTITY a 'aaaa'>]>" + FILE.split(b"?>", 1)[1].replace(
        b"Uno!", b"&x;&a;Uno"
    )
    assert opml(bomb, "mine.opml")[0].title == "Uno"


def test_a_hundred_thousand_outlines() -> None:
    body = (
        b"<opml><body>"
        + b"".join(b"<outline text='%d' xmlUrl='http://news.example/%d'/>" % (n, n) for n in range(100_000))
        + b"</body></opml>"
    )
    start = time.process_time()
    assert len(opml(body, "many.opml")) == 100_000
    assert time.process_time() - start < 20


def test_what_is_written_can_be_read() -> None:
    feeds = [
        Feed(url="http://news.example/a?b=1&c=2", source_id="n", title='"A" <b>', section="Sport & more", language="fr"),
        Feed(url="http://news.example/z", source_id="n"),
        Feed(url="http://news.example/y", source_id="n", section="Sport & more"),
    ]
    text = to_opml(feeds, "Mine <&>")
    assert opml(text.encode(), "x") == [
        Outline(url="http://news.example/z", title="http://news.example/z"),
        Outline(url="http://news.example/a?b=1&c=2", title='"A" <b>', section="Sport & more", language="fr"),
        Outline(url="http://news.example/y", title="http://news.example/y", section="Sport & more"),
    ]


@pytest.mark.data
def test_lists_that_people_made() -> None:
    files = sorted(shared("data", "opml").rglob("*.opml"))
    assert files
    for file in files:
        body = file.read_bytes()
        assert len(opml(body, file.name)) >= 0.9 * len({u for u in body.split(b'xmlUrl="')[1:]})
