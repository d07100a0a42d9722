"""The life of a story: fetched once, corrected where it changed, never withdrawn for want of room in a feed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Pair, replace
from babelwire.notifiers.memory import MemoryNotifier
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours

OFTEN = {"minimum": 1.0, "first": 1.0, "maximum": 30.0}
SPORT = f"{HOME}/sport.xml"
VALLEY = "https://valley.example"
PLACES = (
    "harbour bridge market school mill tower station quarry library chapel garden theatre hospital reservoir brewery bakery foundry windmill "
    "lighthouse barracks orchard shipyard tannery college museum prison arcade viaduct canal depot"
)
THIRTY = tuple(
    f"Paragraph {n} of the report on the {place} says that {n * 13 + 7} people worked there in the year {1900 + n}."
    for n, place in enumerate(
        PLACES.split(),
        1,
    )
)


def asked(fetcher: ReplayFetcher, url: str) -> int:
    return [a.url for a in fetcher.asked].count(url)


def count_calls(desk: Desk) -> list[str]:
    """What the engine is asked to translate from here on."""
    engine: Any = desk.translator.ladder(Pair("en", "fr"))[0]
    seen: list[str] = []
    translate = engine.translate
    engine.translate = lambda texts, pair, context: seen.extend(texts) or translate(texts, pair, context)
    return seen


class TestOnce:
    def test_a_link_in_several_feeds_of_a_source_is_one_request_and_one_article(self, tmp_path: Path) -> None:
        gazette = {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED, SPORT]}
        sport = world.feed("pier").body.decode().replace("/pier'", "/pier?utm_source=rss'")
        fetcher = ReplayFetcher(
            {FEED: world.feed("pier"), SPORT: world.page(SPORT, sport, "application/atom+xml"), f"{HOME}/pier": world.story("pier")},
            clock=lambda: NOW,
        )
        with world.desk(world.settings(tmp_path, sources={"gazette": gazette}), fetcher) as desk:
            desk.run(NOW)
            assert asked(fetcher, f"{HOME}/pier") + asked(fetcher, f"{HOME}/pier?utm_source=rss") == 1
            assert len(desk.store.cards("en")) == 1

    def test_a_link_that_two_sources_announce_is_one_request_and_one_article(self, tmp_path: Path) -> None:
        sources = {
            "gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]},
            "valley": {"name": "The Valley", "homepage": VALLEY, "language": "en", "licence": "full", "feeds": [f"{VALLEY}/feed.xml"]},
        }
        again = replace(world.feed("pier"), url=f"{VALLEY}/feed.xml", asked=f"{VALLEY}/feed.xml")
        fetcher = ReplayFetcher(
            {FEED: world.feed("pier"), f"{VALLEY}/feed.xml": again, f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW
        )
        with world.desk(world.settings(tmp_path, sources=sources), fetcher) as desk:
            desk.run(NOW)
            assert asked(fetcher, f"{HOME}/pier") == 1
            assert len(desk.store.cards("en")) == len(desk.store.cards("fr")) == 1

    def test_the_same_text_at_two_addresses_is_one_article(self, tmp_path: Path) -> None:
        fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
        with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher) as desk:
            desk.run(NOW)
            seen = count_calls(desk)
            fetcher.pages[FEED] = world.feed("pier-amp", "pier")
            fetcher.pages[f"{HOME}/pier-amp"] = world.story("pier-amp")
            desk.run(NOW + hours(1))
            assert len(desk.store.cards("en")) == len(desk.store.cards("fr")) == 1 and seen == []

    def test_ids_that_change_with_every_poll_make_no_new_articles(self, tmp_path: Path) -> None:
        fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
        with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher) as desk:
            for n in range(5):
                churned = world.feed("pier").body.decode().replace(f"<id>{HOME}/pier</id>", f"<id>urn:uuid:{n}</id>")
                fetcher.pages[FEED] = world.page(FEED, churned, "application/atom+xml")
                desk.run(NOW + hours(n / 5))
            assert asked(fetcher, f"{HOME}/pier") == 1 and len(desk.store.cards("en")) == 1


class TestAgain:
    def test_a_page_that_has_not_changed_is_not_sent_again(self, tmp_path: Path) -> None:
        """The second look brings the server's own validator, byte for byte."""
        tagged = replace(world.story("pier"), headers={"etag": 'W/"pier 1"', "last-modified": "Mon, 13 Apr 2026 10:00:00 GMT"})
        fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": tagged}, clock=lambda: NOW)
        with world.desk(world.settings(tmp_path), fetcher) as desk:
            desk.run(NOW)
            desk.run(NOW + hours(1.1))
            first, second = [a for a in fetcher.asked if a.url == f"{HOME}/pier"]
            assert first.caching is None and second.caching == tagged.caching
            item: Any = desk.store.history(f"{HOME}/pier")
            assert len(item["revisions"]) == 1 and item["state"] == "taken" and item["due"] is not None, "and a third look is planned"
            changed = replace(world.story("pier", (*SENTENCES, "The mayor spoke again at noon.")), headers={"etag": '"pier 2"'})
            fetcher.pages[f"{HOME}/pier"] = changed
            desk.run(NOW + hours(4.1))
            desk.run(NOW + hours(24.1))
            item = desk.store.history(f"{HOME}/pier")
            assert len(item["revisions"]) == 2
            assert [a.caching for a in fetcher.asked if a.url == f"{HOME}/pier"][2:] == [tagged.caching, changed.caching]

    def test_a_page_that_could_not_be_used_is_asked_for_whole(self, tmp_path: Path) -> None:
        empty = replace(world.page(f"{HOME}/pier", "<html><body><p>Soon.</p></body></html>"), headers={"etag": '"soon"'})
        fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": empty}, clock=lambda: NOW)
        with world.desk(world.settings(tmp_path), fetcher) as desk:
            desk.run(NOW)
            desk.run(NOW + hours(0.1))
            assert [a.caching for a in fetcher.asked if a.url == f"{HOME}/pier"] == [None, None]


def test_what_rolls_off_a_feed_stays(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[FEED] = world.feed()
        desk.run(NOW + hours(1))
        (state,) = desk.store.feed_states()
        assert not state.failures, "an empty feed is no failure"
        assert len(desk.store.cards("fr")) == 1


def test_a_page_that_is_not_there_for_a_while_is_no_withdrawal(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[f"{HOME}/pier"] = world.missing(f"{HOME}/pier")
        desk.run(NOW + hours(30))
        assert len(desk.store.cards("fr")) == 1, "404 may be a mistake; only 410 and the source's word withdraw"


def test_one_changed_sentence_of_thirty(tmp_path: Path) -> None:
    """One segment is translated; the page says when and where it changed; feeds and receivers hear; nothing else is written."""
    assert len(THIRTY) == 30
    told = MemoryNotifier()
    other = world.story("ferry", SENTENCES, "The ferry is back")
    fetcher = ReplayFetcher(
        {FEED: world.feed("pier", "ferry"), f"{HOME}/pier": world.story("pier", THIRTY), f"{HOME}/ferry": other}, clock=lambda: NOW
    )
    with world.desk(world.settings(tmp_path, poll=OFTEN), fetcher, notifiers={"hook": told}) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        path = next(c.path for c in desk.store.cards("fr") if "pier" in str(desk.store.article(c.key).url))  # type: ignore[union-attr]
        files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
        before = dict(files)
        told.events.clear()
        seen = count_calls(desk)
        corrected = THIRTY[17].replace(re.findall(r"\d+ people", THIRTY[17])[0], "1,234 people")
        fetcher.pages[f"{HOME}/pier"] = world.story("pier", (*THIRTY[:17], corrected, *THIRTY[18:]))
        later = NOW + hours(1.1)
        desk.run(later)
        assert len(seen) == 1 and "1,234" in seen[0], "one sentence, and only that"
        page = files[f"{path}index.html"].decode()
        assert corrected in page and THIRTY[17] not in page
        assert f'datetime="{later.strftime("%Y-%m-%dT%H:%M")}' in page and "correction" in page.lower()
        stamp = later.strftime("%Y-%m-%dT%H:%M:%S").encode()
        assert stamp in files["fr/feed.atom"] and stamp not in before["fr/feed.atom"]
        assert sorted((e.kind, e.language) for e in told.events) == [("corrected", "en"), ("corrected", "fr")]
        written = {p for p in files if files[p] != before.get(p)}
        articles = {p for p in written if re.match(r"(fr|en)/2026/\d\d/\d\d/[^/]+/", p)}
        english = next(c.path for c in desk.store.cards("en") if c.key == next(x.key for x in desk.store.cards("fr") if x.path == path))
        assert {p.rpartition("/")[0] + "/" for p in articles} == {path, english}, "no other article's page"
        around = re.compile(r"api/v1/|sitemap|(fr|en)/((source/gazette/)?feed\.|corrections/|about/|sitemap|latest)")
        assert [p for p in written - articles if not around.match(p)] == []
