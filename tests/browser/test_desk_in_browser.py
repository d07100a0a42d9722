"""An operator's day at the desk in Chromium, without a script, on a phone and on a wide screen: sign in, see a held story and why,
correct a sentence, see it on the site and in the feed; add a feed; see what a glossary change would change; take a story down.

Every screen on the way is looked at by axe, fits without sideways scroll, asks nobody else for anything, and breaks no policy.
Needs Chromium and axe-core, see ``test_site_in_browser``; skips, saying so, where one is missing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import uvicorn

from babelwire.cli.serving import bind
from babelwire.model import Role
from babelwire.publishers.folder import FolderPublisher
from babelwire.web import app as site
from tests.flow import world
from tests.web.desk.asking import HASH, PASSWORD, House, house

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VALLEY = "https://valley.example/feed.xml"
SETTINGS = """
glossaries = ["words.toml"]
[desk]
name = "Le Fil"
base_url = "{site}"
contact = "desk@fil.example"
[editions.fr]
title = "Le Fil"
time_zone = "Europe/Paris"
[editions.es]
title = "El Hilo"
[sources.gazette]
name = "The Gazette"
homepage = "https://gazette.example"
language = "en"
licence = "full"
feeds = ["https://gazette.example/feed.xml"]
[translate]
max_original = 0.05
engines = ["echo"]
[pairs.en-fr]
engines = ["wrong"]
[engines.wrong]
kind = "echo"
options = {{ fault = "numbers", name = "wrong" }}
"""


def serve(stack: ExitStack, app: Any, door: Any) -> None:
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [door]}, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    stack.callback(thread.join, 5)
    stack.callback(setattr, server, "should_exit", True)


class Day:
    """A desk and its site, served, and an operator's browser in front of them."""

    def __init__(self, browser: Any, here: House, desk: str, site: str, width: int, axe: str) -> None:
        self.here, self.desk, self.site = here, desk, site
        self.view = {"viewport": {"width": width, "height": 900}}
        self.scheme = "light" if width < 800 else "dark"
        self.context = browser.new_context(java_script_enabled=False, **self.view)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda m: self.said.append(m.text))
        self.page.on("request", lambda r: self.asked.append(r.url))
        self.looked: set[str] = set()
        self.eye = browser.new_context(bypass_csp=True, color_scheme=self.scheme, **self.view)  # with scripts, for axe alone
        self.eye.add_init_script(axe)
        self.seen = self.eye.new_page()

    def go(self, place: str) -> None:
        self.page.goto(f"{self.desk}{place}")
        self.look()

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name).first)

    def follow(self, name: str) -> None:
        self.click(self.page.get_by_role("link", name=name).first)

    def click(self, where: Any) -> None:
        with self.page.expect_navigation():
            where.click()
        self.look()

    def sees(self, *words: str) -> None:
        shown = " ".join(self.page.inner_text("main").split())
        for some in words:
            assert some in shown, (some, self.page.url, shown[:1500])

    def look(self) -> None:
        """What holds for every screen: it fits, and axe finds nothing; in light on the phone, in dark on the wide screen."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), self.page.url
        self.shot()
        if self.page.url in self.looked:
            return
        self.looked.add(self.page.url)
        self.eye.add_cookies(self.context.cookies())
        self.seen.goto(self.page.url)
        found = self.seen.evaluate(
            "rules => axe.run({runOnly: rules}).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))", RULES
        )
        assert found == [], (self.page.url, self.scheme)

    def shot(self) -> None:
        """With BABELWIRE_SHOTS, a picture of every screen on the way."""
        folder = os.environ.get("BABELWIRE_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            number = len(list(Path(folder).glob("*.png")))
            self.page.screenshot(path=f"{folder}/{number:03}-{self.view['viewport']['width']}.png", full_page=True)

    def published(self, name: str) -> str:
        with urlopen(f"{self.site}fr/{name}") as answer:
            return str(answer.read().decode())


@pytest.fixture(params=[390, 1280], ids=["phone", "wide"])
def day(request: pytest.FixtureRequest, browser: Any, axe: str, tmp_path: Path) -> Iterator[Day]:
    with ExitStack() as stack:
        door, front = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
        desk, base = (f"http://127.0.0.1:{d.getsockname()[1]}" for d in (door, front))
        publisher = FolderPublisher(tmp_path / "site")
        pages = {world.FEED: world.feed("pier"), f"{world.HOME}/pier": world.story("pier"), VALLEY: valley()}
        here = stack.enter_context(house(tmp_path, pages, text=SETTINGS.format(site=base), origin=desk, publisher=publisher))
        here.store.add_account("ada", Role.ADMIN, HASH, here.clock())
        here.desk.publish_frame(here.clock())
        here.desk.run(here.clock())
        serve(stack, here.app, door)
        serve(stack, site.create(tmp_path / "site"), front)
        made = Day(browser, here, desk, f"{base}/", request.param, axe)
        yield made
        made.context.close()
        made.eye.close()


def valley() -> Any:
    text = world.feed("flood").body.decode().replace("The Gazette", "Valley News").replace(world.HOME, "https://valley.example")
    return world.page(VALLEY, text, "application/atom+xml")


def test_an_operator_s_day(day: Day) -> None:
    page = day.page
    day.go("/desk/")
    assert page.url.endswith("/desk/sign-in/?next=%2Fdesk%2F")
    page.fill("#name", "ada")
    page.fill("#password", "not hers at all")
    day.press("Sign in")
    day.sees("Name or password is wrong")
    page.fill("#password", PASSWORD)
    day.press("Sign in")
    assert page.url == f"{day.desk}/desk/"
    day.sees("The queue", "Editions", "El Hilo")

    # a held story, and why
    day.follow("Held and failed")
    day.sees("Held translations", "of the text could not be translated")
    day.click(page.locator("main h3 a").first)
    day.click(page.locator("main h2 a").first)
    day.sees("could not be translated", "left in the original", world.SENTENCES[1], "Publish it anyway", "wrong 1")
    assert "/pier" not in day.published("feed.atom")

    # correct a sentence: a slip first, then right, and it is on the site
    day.click(page.locator(".pair", has_text="11,500").get_by_role("link", name="Correct"))
    page.fill("#text", "Cela coûtera 12 500 couronnes, et 240 personnes doivent y travailler.")
    day.press("Save it")
    day.sees("The checks object to this wording", "12")
    page.fill("#text", "Cela coûtera 11 500 couronnes, et 240 personnes doivent y travailler.")
    page.check("input[name=sure]")
    day.press("Save it")
    day.sees("Saved, and on the site.", "worded by a person", "doivent y travailler")
    assert "doivent y travailler" in day.published("feed.atom")
    with page.expect_navigation():
        page.get_by_role("link", name="on the site").click()
    assert "doivent y travailler" in page.inner_text("article") and "Une personne a revu" in page.inner_text("#notice")

    # a new feed
    day.go("/desk/feeds/")
    page.fill("#url", VALLEY)
    page.select_option("#licence", "full")
    page.fill("#language", "en")
    day.press("Add it")
    day.sees("Added to valley-news", VALLEY)
    day.follow("The Gazette")
    day.sees("As the feed says it", "As it was extracted", world.SENTENCES[0])

    # what a glossary change would change
    day.follow("Glossary")
    page.fill("#source", "mayor")
    page.fill("#target", "maire")
    page.fill("#from", "en")
    page.fill("#to", "fr")
    day.press("What would change?")
    day.sees("1 translation would be made again", "Ines Calder")
    day.press("Save the phrase")
    day.sees("Saved; 1 translation will be made again.", "maire")

    # and taken out again
    day.click(page.get_by_role("link", name="Remove mayor (en-fr)"))
    day.sees("What would change without it?", "mayor (en-fr) is rendered maire now")
    day.press("Remove the phrase")
    day.sees("Removed;")

    # take it down
    day.go(f"/desk/find/?address={world.HOME}/pier")
    page.click("summary")
    page.fill("#reason", "the source asked for it")
    day.press("Take it down")
    day.sees("Taken down for good: the source asked for it")
    assert "/pier" not in day.published("feed.atom") and "/pier" not in day.published("")

    for place in ("password/", "stories/", "engines/", "rules/", "corrections/", "bugs/"):
        day.go(f"/desk/{place}")
    day.sees("None.")
    day.go("/desk/log/")
    day.sees("took down", "corrected", "added feed", "glossary")
    day.press("Sign out")
    assert page.url.endswith("/desk/sign-in/")

    noise = [m for m in day.said if "the server responded with a status of" not in m]
    assert not noise, noise
    assert all(url.startswith((day.desk, day.site)) for url in day.asked)
