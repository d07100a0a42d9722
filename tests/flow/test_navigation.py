"""The sections in the navigation: on every page of a new desk from its first story on, and of a new section."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours

LIGHTS = f"{HOME}/lights.xml"
LAMP = (
    "The lamp on the northern headland burns again after seven months of work, and fishermen can see it from 22 miles away.",
    "Ada Lind lit it on Friday night in front of the whole village, which had come with lanterns and songs.",
    "Its new glass was ground in a workshop of the coast and weighs a tenth of what the old one did.",
)


def settings(tmp_path: Path) -> Any:
    feeds = [{"url": FEED, "section": "Sport"}, {"url": LIGHTS, "section": "Culture"}]
    gazette = {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": feeds}
    return world.settings(tmp_path, sources={"gazette": gazette})


def lacking(desk: Desk, section: str, language: str = "fr") -> list[str]:
    """Pages of an edition that do not lead to a section."""
    files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
    pages = {p: b for p, b in files.items() if p.startswith(f"{language}/") and p.endswith(".html")}
    assert f"{language}/index.html" in pages and pages.pop(f"{language}/404.html"), "which leads to the front page alone"
    return [path for path, body in pages.items() if f'href="/{language}/section/{section}/"'.encode() not in body]


def test_the_first_pages_lead_to_their_sections(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    fetcher.pages[LIGHTS] = world.page(LIGHTS, world.feed().body.decode(), "application/atom+xml")
    with world.desk(settings(tmp_path), fetcher) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        assert lacking(desk, "sport") == lacking(desk, "sport", "en") == []
        assert b'href="/fr/section/sport/feed.atom"' in (desk.publisher.read("fr/feeds/index.html") or b"")
        before = dict(desk.publisher.files)  # type: ignore[attr-defined]
        desk.publish_frame(NOW)
        assert desk.publisher.files == before, "the next start of the desk finds nothing to change"  # type: ignore[attr-defined]

        (first,) = {c.path for c in desk.store.cards("fr")}
        title = "The lamp on the headland burns again"
        fetcher.pages[LIGHTS] = world.page(LIGHTS, world.feed("lamp", title=title).body.decode(), "application/atom+xml")
        fetcher.pages[f"{HOME}/lamp"] = world.story("lamp", LAMP, title)
        desk.run(NOW + hours(2))
        kept = {f"{first}index.html", f"fr/{first[3:13]}/index.html"}
        assert set(lacking(desk, "culture")) <= kept | {"fr/section/sport/index.html"}, "what the story does not touch stays as it is"
