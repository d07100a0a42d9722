"""Feeds that move, lapsed domains in other hands, captive portals: through the desk."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page, replace
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours

NEW = "https://new-gazette.example/feed.xml"
OFTEN = {"minimum": 1.0, "first": 1.0, "maximum": 30.0}


def sent_on(answer: Page, target: str = NEW) -> Page:
    return replace(answer, url=target, permanent=target)


def hijacked() -> Page:
    """What the new owner of the domain announces."""
    body = world.feed("pills", title="Cheap pills for all").body.decode().replace(HOME, "https://pills.example")
    return sent_on(world.page(FEED, body, "application/atom+xml"), "https://pills.example/feed.xml")


def moving(desk: Desk, now: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(json.dumps(desk.store.overview(now)))["feeds"]["moving"]
    return found


def test_a_move_is_followed_at_once_and_believed_after_days(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[FEED] = sent_on(world.feed("pier", "ferry"))
        fetcher.pages[f"{HOME}/ferry"] = world.story(
            "ferry", tuple(s.replace("pier", "ferry") for s in world.SENTENCES), "The ferry is back"
        )
        fetcher.pages[NEW] = world.feed("pier", "ferry")
        for n in range(6):
            desk.run(NOW + hours(2 + n))
        assert len(desk.store.cards("en")) >= 1
        assert NEW not in [a.url for a in fetcher.asked], "not for good yet"
        (alert,) = moving(desk, NOW)
        assert alert["to"] == NEW and alert["seen"] >= 5 and not alert["alert"]
        desk.run(NOW + hours(80))
        desk.run(NOW + hours(82))
        assert NEW in [a.url for a in fetcher.asked]


def test_a_domain_in_other_hands_is_not_read_and_a_person_is_told(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[FEED] = hijacked()
        for n in range(1, 8):
            desk.run(NOW + timedelta(days=n))
        assert [c.headline for c in desk.store.cards("en")] == ["Linden votes to rebuild its old pier"]
        (alert,) = moving(desk, NOW)
        assert alert["seen"] == 0 and "none of its stories" in alert["alert"]
        (state,) = desk.store.feed_states()
        assert "sent on for good to https://pills.example/feed.xml" in str(state.failure)
        fetcher.pages[FEED] = world.feed("pier", updated="2026-04-14T11:00:00Z")
        desk.run(NOW + timedelta(days=30))
        assert moving(desk, NOW) == [] and not desk.store.feed_states()[0].failures, "back in its own hands"


def test_a_captive_portal_is_the_networks_fault(tmp_path: Path) -> None:
    homes = [f"https://paper{n}.example" for n in range(4)]
    sources = {
        f"p{n}": {"name": f"P{n}", "homepage": h, "language": "en", "licence": "full", "feeds": [f"{h}/feed.xml"]}
        for n, h in enumerate(homes)
    }
    portal = (
        "<html><head><title>Hotel Linden</title></head><body><h1>Welcome, dear guest</h1>"
        + "<p>Accept the terms of our house to go on.</p>" * 9
    )
    fetcher = ReplayFetcher({f"{h}/feed.xml": world.page(f"{h}/feed.xml", portal) for h in homes}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path, poll=OFTEN, sources=sources), fetcher) as desk:
        desk.run(NOW)
        states = desk.store.feed_states()
        assert all("same page came from 4 different hosts" in str(s.failure) and s.failures == 1 for s in states)
        for h in homes:  # the feeds are let through before the pages are
            fetcher.pages[f"{h}/feed.xml"] = world.page(
                f"{h}/feed.xml", world.feed("pier").body.decode().replace(HOME, h), "application/atom+xml"
            )
            fetcher.pages[f"{h}/pier"] = world.page(f"{h}/pier", portal)
        desk.run(NOW + hours(1))
        assert desk.store.cards("en") == []
        item = desk.store.history(f"{homes[0]}/pier")
        assert item is not None and item["state"] == "found" and "captive portal" in str(item["failure"])
        for h in homes:
            fetcher.pages[f"{h}/pier"] = world.page(f"{h}/pier", world.story("pier").body.decode().replace("Gazette", h))
        desk.run(NOW + hours(2))
        assert desk.store.cards("en"), "asked again, and read"
