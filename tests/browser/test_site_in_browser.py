"""The site in Chromium: axe, the content security policy, what is seen without scrolling, and that no script is needed.

Needs Chromium (``BABELWIRE_CHROMIUM``, else ``/usr/bin/chromium``) and, for the accessibility rules, axe-core
(``make site-tools``, or ``BABELWIRE_AXE`` = the path of axe.min.js).
Skips, saying so, where one is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from babelwire.model import Edition, replace
from babelwire.render import locale as locales
from babelwire.render import pages
from babelwire.render.site import asset_body
from tests.render import samples, whole
from tools.tree import served

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    for file in whole.files():
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(file.body)
    return root


@pytest.fixture(scope="module")
def base(tree: Path) -> Iterator[str]:
    with served(tree) as address:
        yield address


class Visit:
    """A page that was opened, with all it asked for and said."""

    def __init__(self, browser: Any, url: str, **context: Any) -> None:
        self.context = browser.new_context(**({"viewport": {"width": 390, "height": 844}} | context))
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.said: list[str] = []
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("pageerror", lambda e: self.said.append(str(e)))
        self.status = self.page.goto(url).status

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


PAGES = {
    **{name: p.path for name, p in whole.publications().items()},
    "front-fr": "fr/",
    "front-ar": "ar/",
    "front-es": "es/",
    "section": "fr/section/sport/",
    "editions": "",
    "about": "fr/about/",
    "automation-ar": "ar/about/automation/",
    "sources": "fr/sources/",
    "feeds": "fr/feeds/",
    "corrections": "fr/corrections/",
    "missing": "fr/no/such/page/",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_quiet_whole_and_fits(browser: Any, base: str, name: str) -> None:
    """No message in the console (so no breach of the policy), no request to anybody else, no sideways scroll on a phone."""
    with Visit(browser, base + PAGES[name]) as visit:
        assert visit.status == {"gone": 410, "missing": 404}.get(name, 200)
        noise = [m for m in visit.said if "the server responded with a status of" not in m]
        assert not noise
        assert all(url.startswith(base) for url in visit.asked)
        pictures = [url for url in visit.asked if "/pictures/" in url]
        assert len(visit.asked) - len(pictures) <= 3
        assert len(pictures) in ((1, 2) if name.startswith("pictured") else (0,)), "one, and those below it as a reader comes near"
        assert visit.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert visit.context.cookies() == []


KINDS = ["translated", "arabic", "pictured arabic", "kept", "link", "gone", "front-fr", "front-ar", "editions", "sources", "corrections"]


@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing(browser: Any, base: str, axe: str, name: str) -> None:
    """One page of each kind, light on a phone and dark on a desk; ``make check-site`` looks at all of a site, all four ways."""
    with Visit(browser, base + PAGES[name], bypass_csp=True) as visit:
        if visit.page.locator("#vb").count():
            visit.page.check("#vb")  # both texts, so that both are looked at
        visit.page.add_script_tag(content=axe)
        for scheme, width in (("light", 390), ("dark", 1280)):
            visit.page.set_viewport_size({"width": width, "height": 844})
            visit.page.emulate_media(color_scheme=scheme)
            found = visit.page.evaluate(
                "rules => axe.run({runOnly: rules}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))", RULES
            )
            assert found == [], (scheme, width)


TRANSLATED = [n for n, p in whole.publications().items() if n not in ("original", "gone", "hostile")]


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_notice_is_seen_without_scrolling_on_a_phone(browser: Any, base: str, name: str) -> None:
    with Visit(browser, base + PAGES[name]) as visit:
        box = visit.page.locator("#notice").bounding_box()
        assert box is not None and box["y"] >= 0 and box["y"] + box["height"] <= 844


def test_views_and_one_paragraph_s_original_work_without_scripts(browser: Any, base: str) -> None:
    with Visit(browser, base + PAGES["translated"], java_script_enabled=False) as visit:
        page = visit.page
        ours, theirs = page.locator("#p1 .t"), page.locator("#p1 .o")
        assert (ours.is_visible(), theirs.is_visible()) == (True, False)
        page.check("#vb")
        assert (ours.is_visible(), theirs.is_visible()) == (True, True)
        page.check("#vo")
        assert (ours.is_visible(), theirs.is_visible()) == (False, True)
        page.check("#vt")
        page.click("#p2 .pn")
        assert (page.locator("#p2 .o").is_visible(), theirs.is_visible()) == (True, False)
        assert page.url.endswith("#o2")


def test_texts_stand_side_by_side_on_a_wide_screen(browser: Any, base: str) -> None:
    with Visit(browser, base + PAGES["translated"], viewport={"width": 1280, "height": 900}) as visit:
        visit.page.check("#vb")
        ours, theirs = visit.page.locator("#p1 .t").bounding_box(), visit.page.locator("#p1 .o").bounding_box()
        assert theirs["x"] > ours["x"] + ours["width"] and abs(theirs["y"] - ours["y"]) < 8
    with Visit(browser, base + PAGES["arabic"], viewport={"width": 1280, "height": 900}) as visit:
        visit.page.check("#vb")
        ours, theirs = visit.page.locator("#p1 .t").bounding_box(), visit.page.locator("#p1 .o").bounding_box()
        assert theirs["x"] + theirs["width"] < ours["x"], "an Arabic page is read from the right"


def test_print_has_text_notice_and_address_and_no_chrome(browser: Any, base: str) -> None:
    with Visit(browser, base + PAGES["translated"]) as visit:
        visit.page.emulate_media(media="print")
        seen = {s: visit.page.locator(s).first.is_visible() for s in ("h1", "#notice", "#p1 .t", ".prov", ".secs", ".view", ".pn")}
        assert seen == {"h1": True, "#notice": True, "#p1 .t": True, ".prov": True, ".secs": False, ".view": False, ".pn": False}
        shown = visit.page.evaluate("getComputedStyle(document.querySelector('.by a'), '::after').content")
        assert "harbour.example" in shown


def test_the_skip_link_is_the_first_stop_and_leads_to_the_text(browser: Any, base: str) -> None:
    with Visit(browser, base + PAGES["translated"]) as visit:
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.className") == "skip"
        assert visit.page.locator(".skip").bounding_box()["y"] >= 0
        visit.page.keyboard.press("Enter")
        assert visit.page.url.endswith("#text")


@pytest.mark.parametrize("tag", locales.known())
def test_the_longest_notice_fits_in_every_language(browser: Any, tmp_path: Path, tag: str) -> None:
    """The warning of a weak pair is the longest text above the fold; with a headline of usual length it is seen whole."""
    edition = Edition(language=tag, title="The Wire", time_zone="Europe/Paris")
    site = replace(samples.SITE, editions=(edition, samples.EN), assets={"style.css": "style.css", "logo.svg": "logo.svg"})
    gist = replace(samples.lamp_es(), language=tag, path=f"{tag}/x/", siblings=(), related=())
    (tmp_path / "style.css").write_bytes(asset_body("style.css"))
    made = pages.article(gist, site, samples.SECTIONS)[0].body.decode()
    (tmp_path / "index.html").write_text(made.replace('href="/style.css"', 'href="style.css"'))
    with Visit(browser, f"file://{tmp_path}/index.html") as visit:
        box = visit.page.locator("#notice").bounding_box()
        assert box["y"] + box["height"] <= 844
        assert visit.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert visit.page.evaluate("getComputedStyle(document.documentElement).direction") == locales.load(tag).direction
