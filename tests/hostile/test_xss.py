"""Payloads of DOMPurify's and feedparser's tests as titles, summaries, content and pages, through the whole desk.

What comes out is parsed again, pages and feeds alike, and shown in Chromium without the site's content security policy: no
script may run even where nothing but our own output stands between it and the reader.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from lxml import etree

from babelwire.errors import FetchError, RobotsRefused
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page
from tests.conftest import shared
from tests.flow import world
from tests.flow.world import HOME, NOW

CHROMIUM = Path(os.environ.get("BABELWIRE_CHROMIUM", "/usr/bin/chromium"))
FEED = f"{HOME}/feed.xml"
NEVER = (
    "iframe",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "base",
    "frame",
    "frameset",
    "marquee",
    "template",
    "noscript",
    "style",
    "audio",
    "video",
)
URLS = ("href", "src", "action", "formaction", "data", "poster", "background", "xlink:href", "srcset")
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
ATOM = "{http://www.w3.org/2005/Atom}"
SPY = """for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'xss'])
  window[name] = () => { window.ran = name };"""


def name(n: int) -> str:
    """A word of letters that stands for a case and occurs nowhere else."""
    return "Qu" + "".join("bdglmnrstv"[int(c)] + "aeiou"[int(c) % 5] for c in f"{n:03d}") + "x"


def benign(n: int) -> str:
    one, two, three = name(n), name(n + 300), name(n + 600)
    return f"The bridge at {one} was opened by {two} on Monday after {n + 20} months, and the people of {three} came to see it with lamps."


def dompurify() -> list[str]:
    cases = json.loads(shared("data", "xss-dompurify", "cases.json").read_text("utf-8"))
    return [UNPRINTABLE.sub("", c["payload"]) for c in cases]


def item(n: int, payload: str) -> str:
    inside = payload.replace("]]>", "]]&gt;")
    return (
        f"<item><title>{escape(f'{name(n)} opens its bridge {payload}')}</title><link>{HOME}/{n}</link><guid>{HOME}/{n}</guid>"
        f"<category>{escape(payload[:200])}</category><author>{escape(payload[:200])}</author><pubDate>Mon, 13 Apr 2026 10:00:00 GMT</pubDate>"
        f"<description>{escape(payload)}</description>"
        f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'><![CDATA[<p>{benign(n)}</p>{inside}]]></content:encoded></item>"
    )


def article(n: int, payload: str) -> Page:
    title = f"{name(n)} opens its bridge"
    said = json.dumps({"@type": "NewsArticle", "headline": f"{title} {payload}", "author": payload}).replace("<", "\\u003c")
    html = (
        f'<html lang="en"><head><title>{escape(title)}</title><script type="application/ld+json">{said}</script></head><body><article>'
        f"<h1>{title}</h1><p>{benign(n)}</p><p>{escape(payload)}</p><div>{payload}</div><p>Trains will run over it from June on, and the "
        f"ferry of {name(n)} stays for those who want it.</p></article></body></html>"
    )
    return world.page(f"{HOME}/{n}", html)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The whole site of a desk that has read all payloads."""
    payloads = dompurify()
    raw = {
        f"https://f{n}.example/feed": path.read_bytes() for n, path in enumerate(sorted(shared("data", "xss-feedparser").rglob("*.xml")))
    }
    assert len(payloads) > 100 and len(raw) > 300
    rss = "".join(item(n, p) for n, p in enumerate(payloads))
    pages: dict[str, Page | FetchError] = {
        FEED: world.page(FEED, f"<rss version='2.0'><channel><title>T</title>{rss}</channel></rss>", "application/rss+xml")
    }
    for n, payload in enumerate(payloads):  # every other one lives on its feed's text
        pages[f"{HOME}/{n}"] = article(n, payload) if n % 2 else RobotsRefused(f"{HOME}/{n}", "closed by robots.txt")
    pages |= {u: Page(url=u, asked=u, body=b, fetched=NOW, content_type="application/xml") for u, b in raw.items()}
    sources: dict[str, Any] = {"gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]}}
    for n, url in enumerate(raw):
        sources[f"f{n}"] = {"name": f"F{n}", "homepage": url, "language": "en", "licence": "full", "feeds": [url]}
    settings = world.settings(tmp_path_factory.mktemp("xss"), sources=sources, poll={"max_entries": 1000, "batch": 1000})
    with world.desk(settings, ReplayFetcher(pages, clock=lambda: NOW)) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        return dict(desk.publisher.files)  # type: ignore[attr-defined]


def drawings(html: str) -> set[bytes]:
    """The site's own marks, as they stand on a page without an article."""
    return {etree.tostring(e, with_tail=False) for e in lxml.html.document_fromstring(html.encode()).iter("svg")}


def live(root: Any, own: Collection[bytes] = ()) -> Iterator[str]:
    """What could run or load in parsed HTML."""
    for element in root.iter():
        if not isinstance(element.tag, str) or (element.tag == "svg" and etree.tostring(element, with_tail=False) in own):
            continue
        tag = element.tag.lower()
        if (
            tag in NEVER
            or (tag == "script" and element.get("type") != "application/ld+json")
            or (tag == "input" and element.get("type") == "image")
        ):
            yield f"<{tag}>"
        for key, value in element.attrib.items():
            if str(key).lower().startswith("on"):
                yield f"{tag} {key}"
            if str(key).lower() in URLS and re.match(r"\s*(?:javascript|vbscript|data|file)\s*:", str(value), re.IGNORECASE):
                yield f"{tag} {key}={value[:60]}"


def fragment(html: str) -> Any:
    return lxml.html.fragment_fromstring(html or "<p>-</p>", create_parent="div")


def articles(files: Mapping[str, bytes]) -> dict[str, str]:
    return {p: b.decode() for p, b in files.items() if p.endswith("index.html")}


@pytest.mark.data
@pytest.mark.timeout(600)
class TestPayloads:
    def test_pages_hold_nothing_that_runs(self, files: Mapping[str, bytes]) -> None:
        own = drawings(files["fr/about/index.html"].decode())
        found = {p: [*live(lxml.html.document_fromstring(html.encode()), own)] for p, html in articles(files).items()}
        assert len(found) > 200
        assert {p: f for p, f in found.items() if f} == {}

    def test_feeds_are_well_formed_and_hold_nothing_that_runs(self, files: Mapping[str, bytes]) -> None:
        bodies = 0
        for path, body in files.items():
            if path.endswith((".atom", ".rss", ".xml")):
                root = etree.fromstring(body, etree.XMLParser(resolve_entities=False))
                for element in root.iter(
                    f"{ATOM}content", f"{ATOM}summary", "description", "{http://purl.org/rss/1.0/modules/content/}encoded"
                ):
                    if element.get("type") == "html" or not element.tag.startswith(ATOM):
                        bodies += 1
                        assert [*live(fragment(element.text or ""))] == [], path
            elif path.endswith(".json"):
                for one in json.loads(body).get("items", []) if body[:1] == b"{" else []:
                    assert [*live(fragment(one.get("content_html", "")))] == [], path
                assert b"<" not in body, path
        assert bodies > 50

    def test_benign_text_stays(self, files: Mapping[str, bytes]) -> None:
        pages = "\n".join(articles(files).values())
        lost = [n for n in range(len(dompurify())) if benign(n) not in pages]
        assert lost == []

    @pytest.mark.browser
    def test_no_script_runs_in_a_browser(self, files: Mapping[str, bytes]) -> None:
        if not CHROMIUM.exists():
            pytest.skip(f"no Chromium at {CHROMIUM} (set BABELWIRE_CHROMIUM)")
        api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
        ran: list[str] = []
        with api.sync_playwright() as play:
            browser = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            page = browser.new_page()
            page.route("**/*", lambda route: _answer(route, files))
            page.add_init_script(SPY)
            page.on("dialog", lambda dialog: (ran.append(f"dialog {dialog.message}"), dialog.dismiss()))
            page.on("pageerror", lambda error: ran.append(f"script error {error}"))
            page.goto("https://fil.example/control.html")
            page.wait_for_timeout(200)
            assert page.evaluate("window.ran") or ran, "the test would see a script that runs"
            ran.clear()
            for path in sorted(p for p in articles(files) if p.startswith("fr/")):  # original and translation stand on these
                page.goto(f"https://fil.example/{path}", wait_until="domcontentloaded")
                if what := page.evaluate("window.ran || ''"):
                    ran.append(f"{path}: {what}")
            browser.close()
        assert ran == []


def _answer(route: Any, files: Mapping[str, bytes]) -> None:
    path = route.request.url.removeprefix("https://fil.example/")
    if path == "control.html":
        route.fulfill(body="<img src=none onerror=alert(1)><script>alert(1)</script>", content_type="text/html")
    elif path in files:
        route.fulfill(body=files[path], content_type="text/html; charset=utf-8" if path.endswith(".html") else "text/css")
    else:
        route.abort()
