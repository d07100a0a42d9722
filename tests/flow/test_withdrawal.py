"""What its source withdraws, and what the operator takes down, is gone everywhere and stays away."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours

OTHER_FEED = "https://valley.example/feed.xml"
OTHER = {"name": "The Valley", "homepage": "https://valley.example", "language": "en", "licence": "full", "feeds": [OTHER_FEED]}


def fetching(names: tuple[str, ...] = ("pier",)) -> ReplayFetcher:
    return ReplayFetcher({FEED: world.feed(*names), **{f"{HOME}/{n}": world.story(n) for n in names}}, clock=lambda: NOW)


def tombstone(ref: str, url: str = FEED) -> Page:
    """A feed that says one entry is gone, by its id alone."""
    text = (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'><id>x</id><title>The Gazette</title>"
        f"<updated>2026-04-13T13:00:00Z</updated><at:deleted-entry ref='{ref}' when='2026-04-13T13:00:00Z'/></feed>"
    )
    return world.page(url, text, "application/atom+xml")


def by_id(*names: str) -> Page:
    """The feed with ids that are no addresses."""
    body = world.feed(*names).body.decode()
    for name in names:
        body = body.replace(f"<id>{HOME}/{name}</id>", f"<id>tag:gazette.example,2026:{name}</id>")
    return world.page(FEED, body, "application/atom+xml")


def holding(desk: object, text: str) -> list[str]:
    files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
    return sorted(path for path, body in files.items() if text.encode() in body)


def test_a_tombstone_that_names_an_id_only(tmp_path: Path) -> None:
    fetcher = fetching()
    fetcher.pages[FEED] = by_id("pier")
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        assert holding(desk, SENTENCES[1])
        fetcher.pages[FEED] = tombstone("tag:gazette.example,2026:pier")
        desk.run(NOW + hours(2))
        assert holding(desk, SENTENCES[1]) == []
        assert not desk.store.cards("fr") and not desk.store.cards("en")


def test_another_source_cannot_withdraw_or_overwrite(tmp_path: Path) -> None:
    gazette = {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]}
    fetcher = fetching()
    fetcher.pages[FEED] = by_id("pier")
    with world.desk(world.settings(tmp_path, sources={"gazette": gazette, "valley": OTHER}), fetcher) as desk:
        fetcher.pages[OTHER_FEED] = world.page(OTHER_FEED, world.feed().body.decode(), "application/atom+xml")
        desk.run(NOW)
        before = holding(desk, SENTENCES[1])
        assert before
        fetcher.pages[OTHER_FEED] = tombstone("tag:gazette.example,2026:pier", OTHER_FEED)
        desk.run(NOW + hours(2))
        assert holding(desk, SENTENCES[1]) == before
        claim = world.feed("pier", updated="2026-04-13T14:00:00Z", title="Linden gives its pier away").body.decode()
        fetcher.pages[OTHER_FEED] = world.page(OTHER_FEED, claim, "application/atom+xml")
        desk.run(NOW + hours(4))
        (card,) = [c for c in desk.store.cards("en") if c.source_id == "gazette"]
        assert "votes" in card.headline, "a link claimed by another host changes nothing of the one that has it"


def test_an_id_used_again_for_another_link_is_another_article(tmp_path: Path) -> None:
    second = (
        "A flood closed the valley road near Orlo on Tuesday, and buses turned back.",
        *SENTENCES[3:],
        "Nobody in Orlo was hurt by it at all.",
    )
    fetcher = fetching(("pier", "flood"))
    fetcher.pages[f"{HOME}/flood"] = world.story("flood", second, title="Flood closes the valley road at Orlo")
    body = world.feed("pier").body.decode()
    fetcher.pages[FEED] = world.page(FEED, body, "application/atom+xml")
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        again = (
            world.feed("flood", title="Flood closes the valley road at Orlo").body.decode().replace(f"<id>{HOME}/flood", f"<id>{HOME}/pier")
        )
        fetcher.pages[FEED] = world.page(FEED, again, "application/atom+xml")
        desk.run(NOW + hours(2))
        assert {c.headline for c in desk.store.cards("en")} == {
            "Linden votes to rebuild its old pier",
            "Flood closes the valley road at Orlo",
        }


def test_a_new_id_for_the_same_link_is_the_same_article(tmp_path: Path) -> None:
    fetcher = fetching()
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[FEED] = by_id("pier")
        desk.run(NOW + hours(2))
        assert len(desk.store.cards("en")) == 1


def test_a_date_in_the_future_is_clamped(tmp_path: Path) -> None:
    fetcher = fetching()
    late = world.feed("pier").body.decode().replace("2026-04-13T10:00:00Z", "2099-01-01T00:00:00Z")
    fetcher.pages[FEED] = world.page(FEED, late, "application/atom+xml")
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        (card,) = desk.store.cards("en")
        assert card.published == NOW and card.dated <= NOW
        assert desk.store.claim_entries(NOW + hours(1.2), 5, hours(1)), "it is read again on the usual schedule"


@pytest.mark.parametrize("by", ["link", "path", "key"])
def test_a_takedown_is_gone_everywhere_and_for_good(tmp_path: Path, by: str) -> None:
    headline = "Linden votes to rebuild its old pier"
    fetcher = fetching()
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        (card,) = desk.store.cards("fr")
        path = f"{card.path}index.html"
        assert holding(desk, headline) and holding(desk, card.headline)
        address = {"link": f"{HOME}/pier", "path": card.path, "key": card.key}[by]
        done = desk.takedown(address, "a court order", NOW + hours(1))
        assert done is not None and done.items
        for text in (headline, card.headline, SENTENCES[1]):
            assert holding(desk, text) == []
        page = desk.publisher.read(path)
        assert page is not None and b"noindex" in page
        files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
        naming = {p for p, body in files.items() if card.path.encode() in body} - {path, f"{card.path}index.json"}
        listings = {p for p in naming if not (p.endswith(("index.html", "index.json")) and "/2026/" in p)}
        assert listings == set(), "feeds, listings, sitemaps and latest.json name it no more"
        fetcher.pages[FEED] = world.feed("pier", updated="2026-04-13T20:00:00Z", title=f"{headline} again")
        fetcher.pages[f"{HOME}/pier"] = world.story("pier", (*SENTENCES, "One more sentence stands here now."))
        for n in (2, 30, 60):
            desk.run(NOW + hours(n))
        assert holding(desk, SENTENCES[1]) == [] and desk.store.cards("fr") == [] and desk.store.cards("en") == []


def test_nothing_to_take_down(tmp_path: Path) -> None:
    with world.desk(world.settings(tmp_path), fetching()) as desk:
        assert desk.takedown("https://gazette.example/nothing", "why", NOW) is None
