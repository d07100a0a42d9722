"""A source whose pages suddenly look different is set aside, and nothing of it is published until that is settled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babelwire.config import Config
from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours

PLACES = ["Orlo", "Linden", "Marsh", "Tarn", "Vale", "Brill", "Corby", "Dunmere", "Esk", "Farrow", "Gale", "Holm", "Ister", "Jura", "Kell"]


def title(n: int) -> str:
    return f"{PLACES[n % 15]} opens bridge number {n} to walkers"


def sentences(n: int, count: int = 20) -> tuple[str, ...]:
    """An article of its own: the places differ, so it is no twin of another."""
    return tuple(
        f"{PLACES[(n + k) % 15]} counted {n * 37 + k * k + 11} walkers near the {PLACES[(n * 3 + k * 5) % 15]} road on day {k + n * 2} of the year."
        for k in range(count)
    )


def announced(*numbers: int) -> Page:
    entries = "".join(
        f"<entry><id>{HOME}/s{n}</id><title>{title(n)}</title><link href='{HOME}/s{n}'/><published>2026-04-13T{n % 12:02}:00:00Z</published>"
        "<updated>2026-04-13T11:00:00Z</updated></entry>"
        for n in numbers
    )
    text = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>The Gazette</title><updated>2026-04-13T11:00:00Z</updated>{entries}</feed>"
    return world.page(FEED, text, "application/atom+xml")


def good(n: int) -> Page:
    return world.story(f"s{n}", sentences(n), title(n))


def cut(n: int) -> Page:
    """The new template: only a teaser is left of each article."""
    return world.story(f"s{n}", sentences(n, 3), title(n))


def headlined(n: int) -> Page:
    """The new template: the name of the programme stands where the headline stood."""
    return world.story(f"s{n}", sentences(n), "Latest from our newsroom today")


def settings(tmp_path: Path) -> Config:
    return world.settings(tmp_path, poll={"minimum": 1.0, "first": 1.0, "maximum": 30.0}, editions={"en": {"title": "The Wire"}})


class Gazette:
    """The desk on a newspaper that goes on publishing: two articles an hour."""

    def __init__(self, desk: Desk, fetcher: ReplayFetcher) -> None:
        self.desk, self.fetcher, self.next, self.hour = desk, fetcher, 0, 0

    def bring(self, count: int, make: Any) -> None:
        numbers = range(self.next, self.next + count)
        self.next += count
        self.hour += 1
        self.fetcher.pages[FEED] = announced(*numbers)
        for n in numbers:
            self.fetcher.pages[f"{HOME}/s{n}"] = make(n)
        self.desk.run(NOW + hours(self.hour))

    def published(self) -> set[str]:
        return {c.headline for c in self.desk.store.cards("en", limit=100)}

    def waiting(self, numbers: Any) -> list[int]:
        found = {n: self.desk.store.history(f"{HOME}/s{n}") for n in numbers}
        return [n for n, item in found.items() if item is not None and item["state"] == "aside"]

    def aside(self) -> list[dict[str, Any]]:
        found = json.loads(json.dumps(self.desk.store.overview(NOW)))
        listed: list[dict[str, Any]] = found["entries"]["aside"]
        return listed


def test_a_template_that_cuts_articles_sets_its_source_aside_and_accepting_brings_them(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({}, clock=lambda: NOW)
    with world.desk(settings(tmp_path), fetcher) as desk:
        gazette = Gazette(desk, fetcher)
        gazette.bring(23, good)
        assert len(gazette.published()) == 23 and gazette.aside() == []
        gazette.bring(2, cut)
        assert len(gazette.published()) == 25, "short articles happen"
        gazette.bring(3, cut)
        assert len(gazette.published()) == 25
        (aside,) = gazette.aside()
        assert aside["source"] == "gazette" and aside["items"] == 3 and "much shorter" in aside["reason"]
        item = desk.store.history(f"{HOME}/s26")
        assert item is not None and item["state"] == "aside" and "feeds accept gazette" in str(item["failure"])
        assert desk.store.accept("gazette", NOW + hours(9)) == 3
        desk.run(NOW + hours(9))
        assert len(gazette.published()) == 28 and gazette.aside() == []
        gazette.hour = 10
        gazette.bring(3, cut)
        assert len(gazette.published()) == 31, "this is the new normal"


def test_a_headline_that_comes_again_and_a_source_that_recovers(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({}, clock=lambda: NOW)
    with world.desk(settings(tmp_path), fetcher) as desk:
        gazette = Gazette(desk, fetcher)
        gazette.bring(23, good)
        gazette.bring(6, headlined)
        (aside,) = gazette.aside()
        assert "the same headline" in aside["reason"] and aside["items"] == 4
        for n in gazette.waiting(range(23, 29)):  # the newspaper mends its template
            fetcher.pages[f"{HOME}/s{n}"] = good(n)
        gazette.bring(2, good)
        assert gazette.aside()[0]["items"] == 6, "two sound pages are no proof yet"
        gazette.bring(1, good)
        assert gazette.aside() == []
        assert sum(title(n) in gazette.published() for n in range(23, 32)) == 7, "what had waited has come"


def test_pages_without_an_article(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({}, clock=lambda: NOW)
    with world.desk(settings(tmp_path), fetcher) as desk:
        gazette = Gazette(desk, fetcher)
        gazette.bring(23, good)
        gazette.bring(3, lambda n: world.page(f"{HOME}/s{n}", "<html><body><div id='app'></div></body></html>"))
        (aside,) = gazette.aside()
        assert "no article is found" in aside["reason"]
        assert len(gazette.published()) == 23


def test_a_published_article_keeps_its_text_while_its_source_is_set_aside(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({}, clock=lambda: NOW)
    with world.desk(settings(tmp_path), fetcher) as desk:
        gazette = Gazette(desk, fetcher)
        gazette.bring(24, good)
        for n in range(24):
            fetcher.pages[f"{HOME}/s{n}"] = cut(n)
        desk.run(NOW + hours(3))
        desk.run(NOW + hours(30))
        (aside,) = gazette.aside()
        assert aside["items"] == 22
        pages = {p: b.count(b"of the year") for p, b in desk.publisher.files.items() if p.startswith("en/2026/") and p.count("/") > 4}  # type: ignore[attr-defined]
        short = [p for p, count in pages.items() if p.endswith("index.html") and 0 < count < 15]
        assert len(short) == 2, "only what was read before it was noticed"
