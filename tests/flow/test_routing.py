"""Modes, routing rules, breaking news and quiet hours on the whole desk, from the configuration to the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Hypothesis, Page, Pair
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours

PIER = f"{HOME}/pier"
CORRECTED = ("The council of Linden voted on Tuesday to rebuild the old pier.", *SENTENCES[1:])


def pages(*names: str, title: str = "Linden votes to rebuild its old pier", **more: Page) -> ReplayFetcher:
    given = {FEED: world.feed(*names, title=title)} | {f"{HOME}/{n}": world.story(n, title=title) for n in names}
    return ReplayFetcher(given | more, clock=lambda: NOW)


def sources(mode: str = "automatic") -> dict[str, Any]:
    feeds = [{"url": FEED, "mode": mode}]
    return {"gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": feeds}}


def article_pages(desk: Desk, language: str = "fr") -> dict[str, str]:
    files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
    return {p: b.decode() for p, b in files.items() if p.startswith(f"{language}/2026/") and p.count("/") == 5 and p.endswith("index.html")}


def work(desk: Desk, key: str = PIER, language: str = "fr") -> dict[str, Any]:
    item: Any = desk.store.history(key)
    return next(t for t in item["translations"] if t["language"] == language)


class TestReview:
    @pytest.mark.parametrize("where", ["feed", "edition", "route"])
    def test_what_passed_waits_for_a_person_with_a_reason(self, tmp_path: Path, where: str) -> None:
        settings = world.settings(
            tmp_path,
            sources=sources("review" if where == "feed" else "automatic"),
            editions={"fr": {"mode": "review" if where == "edition" else "automatic"}},
            routes=[{"name": "courts", "when": {"keywords": "council"}, "then": {"hold": "a lawyer reads it"}}] if where == "route" else [],
        )
        with world.desk(settings, pages("pier")) as desk:
            desk.run(NOW)
            held = work(desk)
            said = {"feed": "the feed is read", "edition": "the fr edition is read", "route": "routing rule 'courts' holds it: a lawyer"}[
                where
            ]
            assert held["state"] == "held" and held["reason"].startswith(f"for review: {said}")
            assert all(s["passed"] for s in held["sentences"]), "it is translated and checked"
            assert article_pages(desk) == {}
            overview: Any = desk.store.overview(NOW)
            assert overview["translations"]["held"] == [{"reason": held["reason"], "items": 1}]
            assert desk.release(PIER, NOW) == 1
            desk.run(NOW)
            (page,) = article_pages(desk).values()
            assert SENTENCES[0] in page
            assert work(desk)["state"] == "published" and "published by a person" in work(desk)["reason"]
            assert desk.release(PIER, NOW) == 0

    def test_retrying_all_leaves_it_alone_and_retrying_it_holds_it_again(self, tmp_path: Path) -> None:
        with world.desk(world.settings(tmp_path, sources=sources("review")), pages("pier")) as desk:
            desk.run(NOW)
            assert desk.store.retry(None, NOW) == 0
            assert desk.store.retry(PIER, NOW) == 2
            desk.run(NOW)
            assert work(desk)["state"] == "held" and article_pages(desk) == {}

    def test_released_in_one_edition_only(self, tmp_path: Path) -> None:
        with world.desk(world.settings(tmp_path, sources=sources("review")), pages("pier")) as desk:
            desk.run(NOW)
            assert desk.release(PIER, NOW, languages=["en"]) == 1
            desk.run(NOW)
            assert len(article_pages(desk, "en")) == 1 and article_pages(desk, "fr") == {}

    def test_a_correction_waits_too_and_the_page_stays_until_it_is_released(self, tmp_path: Path) -> None:
        fetcher = pages("pier")
        with world.desk(world.settings(tmp_path, sources=sources("review")), fetcher) as desk:
            desk.run(NOW)
            desk.release(PIER, NOW)
            desk.run(NOW)
            fetcher.pages[PIER] = world.story("pier", CORRECTED)
            fetcher.pages[FEED] = world.feed("pier", updated="2026-04-13T13:00:00Z")
            desk.run(NOW + hours(2))
            (page,) = article_pages(desk).values()
            assert SENTENCES[0] in page and CORRECTED[0] not in page
            assert desk.release(PIER, NOW + hours(3)) == 2
            desk.run(NOW + hours(3))
            (page,) = article_pages(desk).values()
            assert CORRECTED[0] in page and SENTENCES[0] not in page
            publication = desk.store.publication(str(desk.store.history(PIER)["key"]), "fr")  # type: ignore[index]
            assert publication is not None and [n.kind for n in publication.notes] == ["correction"]

    def test_what_failed_a_check_is_released_only_when_asked_for(self, tmp_path: Path) -> None:
        engines = {"bad": {"kind": "echo", "options": {"fault": "numbers"}}}
        settings = world.settings(
            tmp_path, sources=sources("review"), engines=engines, translate={"engines": ["bad"]}, editions={"fr": {}}
        )  # fmt: skip
        with world.desk(settings, pages("pier", title="Linden pays 11,500 crowns for a pier")) as desk:
            desk.run(NOW)
            assert work(desk)["state"] == "held" and not work(desk)["reason"].startswith("for review")
            assert desk.release(PIER, NOW) == 0
            assert desk.release(PIER, NOW, failed=True) == 1
            desk.run(NOW)
            assert len(article_pages(desk)) == 1


class Listening:
    """The echo engine, which writes down what it is paid for."""

    def __init__(self, desk: Desk) -> None:
        self.asked: list[str] = []
        engine = desk.translator.ladder(Pair("en", "fr"))[0]
        translate = engine.translate

        def spy(texts: Any, pair: Any, context: Any) -> list[Hypothesis]:
            self.asked += texts
            return translate(texts, pair, context)

        engine.translate = spy  # type: ignore[method-assign]


class TestHeadlineOnly:
    @pytest.mark.parametrize("where", ["feed", "edition", "route"])
    def test_no_more_than_the_headline_is_paid_for_and_shown(self, tmp_path: Path, where: str) -> None:
        settings = world.settings(
            tmp_path,
            sources=sources("headline" if where == "feed" else "automatic"),
            editions={"fr": {"mode": "headline" if where == "edition" else "automatic"}},
            routes=[{"then": {"mode": "headline"}}] if where == "route" else [],
        )
        with world.desk(settings, pages("pier")) as desk:
            listening = Listening(desk)
            desk.run(NOW)
            assert listening.asked == ["Linden votes to rebuild its old pier"]
            ((path, page),) = article_pages(desk).items()
            assert PIER in page and "Nous ne montrons que le titre" in page
            files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
            for sentence in SENTENCES:
                assert not [p for p, body in files.items() if sentence.encode() in body]
            front = files["fr/index.html"].decode()
            assert path.removesuffix("index.html") in front

    def test_another_edition_carries_it_whole(self, tmp_path: Path) -> None:
        settings = world.settings(tmp_path, editions={"fr": {"mode": "headline"}, "es": {}})
        with world.desk(settings, pages("pier")) as desk:
            desk.run(NOW)
            (french,), (spanish,) = article_pages(desk, "fr").values(), article_pages(desk, "es").values()
            assert SENTENCES[1] in spanish and SENTENCES[1] not in french

    def test_with_review_it_is_both(self, tmp_path: Path) -> None:
        settings = world.settings(tmp_path, sources=sources("headline"), editions={"fr": {"mode": "review"}})
        with world.desk(settings, pages("pier")) as desk:
            desk.run(NOW)
            assert work(desk)["state"] == "held"
            assert len(work(desk)["sentences"]) == 1
            desk.release(PIER, NOW)
            desk.run(NOW)
            (page,) = article_pages(desk).values()
            assert SENTENCES[0] not in page


class TestRoutes:
    def test_edition_section_and_engines(self, tmp_path: Path) -> None:
        settings = world.settings(
            tmp_path,
            editions={"fr": {"sources": ["nobody"]}, "es": {}},
            sources=sources() | {"nobody": {"name": "Nobody"}},
            engines={"other": {"kind": "echo", "options": {"name": "other"}}},
            routes=[
                {"name": "piers", "when": {"keywords": "PIÉR"}, "then": {"editions": "fr", "section": "culture", "engines": ["other"]}}
            ],
        )
        with world.desk(settings, pages("pier")) as desk:
            desk.run(NOW)
            assert article_pages(desk, "es") == {} and len(article_pages(desk, "fr")) == 1
            assert [c.section for c in desk.store.cards("fr")] == ["culture"]
            assert "fr/section/culture/index.html" in desk.publisher.files  # type: ignore[attr-defined]
            assert work(desk)["engine"] == "other 1"
            assert work(desk)["assignment"]["routes"] == ("piers",)

    def test_dropped_ones_cost_nothing_and_say_why(self, tmp_path: Path) -> None:
        routes = [{"name": "no piers", "when": {"keywords": "pier", "source": "gazette"}, "then": {"drop": True}}]
        with world.desk(world.settings(tmp_path, routes=routes), pages("pier")) as desk:
            desk.run(NOW)
            item: Any = desk.store.history(PIER)
            assert (item["state"], item["failure"]) == ("passed", "routing rule 'no piers' drops it")
            assert item["translations"] == [] and article_pages(desk) == {}
            desk.run(NOW + hours(2))
            assert desk.store.retry(None, NOW) == 0

    def test_an_article_that_is_carried_is_still_corrected_once_a_rule_would_drop_it(self, tmp_path: Path) -> None:
        fetcher = pages("pier")
        routes = [{"name": "no Tuesdays", "when": {"keywords": "tuesday", "within": "text"}, "then": {"drop": True}}]
        with world.desk(world.settings(tmp_path, routes=routes), fetcher) as desk:
            desk.run(NOW)
            fetcher.pages[PIER] = world.story("pier", CORRECTED)
            fetcher.pages[FEED] = world.feed("pier", updated="2026-04-13T13:00:00Z")
            desk.run(NOW + hours(2))
            item: Any = desk.store.history(PIER)
            assert item["state"] == "taken" and len(item["revisions"]) == 2


QUAKE = [{"name": "quakes", "when": {"keywords": "earthquake*"}, "then": {"breaking": True}}]


TOLD = {
    "quake": ("Earthquake in Linden", "The ground shook for ten seconds in the early morning. Nobody was hurt, and the mayor slept on."),
    "one": ("Library opens late", "The town library will open two hours later in winter. Readers may still return books at the back door."),
    "two": (
        "Choir looks for voices",
        "The choir of Saint Anne seeks four tenors for its spring concert. Rehearsals are held on Fridays at seven.",
    ),
    "three": (
        "Bakery changes hands",
        "After thirty years the baker of Mill Street hands his oven to his niece. She promises the same rye bread.",
    ),
}


def breaking_and_not() -> ReplayFetcher:
    """Three usual stories, and one of an earthquake, which is the oldest."""
    entries = {f"{HOME}/{n}": world.story(n, (body, f"{title}: that is all we know."), title) for n, (title, body) in TOLD.items()}
    atom = "".join(
        f"<entry><id>{url}</id><title>{TOLD[url.rpartition('/')[2]][0]}</title><link href='{url}'/>"
        f"<published>2026-04-13T{'08' if 'quake' in url else '11'}:00:00Z</published></entry>"
        for url in entries
    )
    feed = f"<feed xmlns='http://www.w3.org/2005/Atom'><id>x</id><title>The Gazette</title>{atom}</feed>"
    return ReplayFetcher({FEED: world.page(FEED, feed, "application/atom+xml")} | entries, clock=lambda: NOW)


class TestBreaking:
    def test_it_goes_first_at_every_step(self, tmp_path: Path) -> None:
        with world.desk(world.settings(tmp_path, routes=QUAKE, editions={"fr": {}}), breaking_and_not()) as desk:
            desk.poll(NOW)
            (entry, *rest) = desk.store.claim_entries(NOW, 1, hours(0.01))
            assert entry[0].link == f"{HOME}/quake" and entry[0].breaking and not rest
            later = NOW + hours(0.1)
            while desk.take(later).items:
                pass
            (task,) = desk.store.claim_tasks(later, 1, hours(0.01))
            assert task.breaking and task.assignment.routes == ("quakes",)
            later = NOW + hours(0.2)
            while desk.translate(later, limit=1).items:
                pass
            assert [p.article.url for p in desk.store.to_publish("fr", 1)] == [f"{HOME}/quake"]


class TestQuietHours:
    def test_only_breaking_news_comes_out_until_they_are_over(self, tmp_path: Path) -> None:
        night = {"fr": {"time_zone": "Europe/Paris", "quiet": "13:30-15:00"}}  # NOW is 14:00 in Paris
        with world.desk(world.settings(tmp_path, routes=QUAKE, editions=night), breaking_and_not()) as desk:
            desk.run(NOW)
            (page,) = article_pages(desk).values()
            assert f"{HOME}/quake" in page
            assert work(desk, f"{HOME}/one")["state"] == "ready"
            desk.run(NOW + hours(0.99))
            assert len(article_pages(desk)) == 1
            desk.run(NOW + hours(1))
            assert len(article_pages(desk)) == 4

    def test_corrections_and_take_downs_do_not_wait(self, tmp_path: Path) -> None:
        fetcher = pages("pier")
        with world.desk(world.settings(tmp_path, editions={"fr": {"quiet": "13:00-15:00"}}), fetcher) as desk:
            desk.run(NOW)
            fetcher.pages[PIER] = world.story("pier", CORRECTED)
            fetcher.pages[FEED] = world.feed("pier", updated="2026-04-13T13:00:00Z")
            desk.run(NOW + hours(1.5))
            (page,) = article_pages(desk).values()
            assert CORRECTED[0] in page
            desk.takedown(PIER, "a court said so", NOW + hours(1.6))
            (page,) = article_pages(desk).values()
            assert CORRECTED[0] not in page
