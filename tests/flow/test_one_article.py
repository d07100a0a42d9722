"""The whole desk on one article: found, taken, translated, published, corrected, withdrawn."""

from __future__ import annotations

from pathlib import Path

from babelwire.errors import FetchError, Gone
from babelwire.fetchers.replay import ReplayFetcher
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours


def html(publisher: object, needle: str) -> dict[str, str]:
    """Article pages that hold a text, by path."""
    files: dict[str, bytes] = publisher.files  # type: ignore[attr-defined]
    return {p: b.decode() for p, b in files.items() if p.endswith("index.html") and needle in b.decode()}


def test_from_feed_to_page(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        articles = [p for p in html(desk.publisher, f"{HOME}/pier") if p.startswith("fr/2026/")]
        assert len(articles) == 1
        page = html(desk.publisher, HOME)[articles[0]]
        assert "11" in page and "«" in page, "numbers and quotation marks come through, typeset for the edition"
        assert "All rights reserved" not in page
        assert SENTENCES[0] in page, "the original stands beside the translation"
        front = desk.publisher.read("fr/index.html")
        assert front is not None and articles[0].encode().removesuffix(b"index.html") in front
        for name in ("feed.atom", "feed.rss", "feed.json"):
            body = desk.publisher.read(f"fr/{name}")
            assert body is not None and b"/pier" in body
        own = [p for p in html(desk.publisher, SENTENCES[1]) if p.startswith("en/2026/") and p.count("/") > 4]
        assert len(own) == 1, "the English edition carries it untranslated"


def test_running_again_changes_nothing(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.publish_frame(NOW)
        desk.run(NOW)
        before = dict(desk.publisher.files)  # type: ignore[attr-defined]
        desk.run(NOW + hours(0.01))
        desk.publish_frame(NOW)
        assert desk.publisher.files == before  # type: ignore[attr-defined]


def test_a_correction_translates_only_what_changed_and_says_so(tmp_path: Path) -> None:
    corrected = (*SENTENCES[:1], "It will cost 12,500 crowns, and 240 people are to work on it.", *SENTENCES[2:])
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        path = next(p for p in html(desk.publisher, SENTENCES[0]) if p.startswith("fr/2026/"))
        asked = desk.translator.ladder(_en_fr())[0]
        seen: list[str] = []
        translate = asked.translate
        asked.translate = lambda texts, pair, context: seen.extend(texts) or translate(texts, pair, context)  # type: ignore[func-returns-value,method-assign]
        fetcher.pages[f"{HOME}/pier"] = world.story("pier", corrected)
        fetcher.pages[FEED] = world.feed("pier", updated="2026-04-13T13:00:00Z")
        later = NOW + hours(2)
        desk.run(later)
        page = desk.publisher.read(path)
        assert page is not None
        assert "12" in page.decode() and "11,500" not in page.decode()
        assert len(seen) == 1 and "12,500" in seen[0]
        atom = desk.publisher.read("fr/feed.atom")
        assert atom is not None and later.strftime("%Y-%m-%dT%H:%M:%SZ").encode() in atom, "feed readers see the change"
        publication = desk.store.publication(*_where(desk, "fr"))
        assert publication is not None and [n.kind for n in publication.notes] == ["correction"]


def test_a_withdrawn_page_is_taken_down_everywhere(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(world.settings(tmp_path), fetcher) as desk:
        desk.run(NOW)
        fetcher.pages[f"{HOME}/pier"] = Gone(f"{HOME}/pier", "gone", status=410)
        desk.run(NOW + hours(2))
        files = desk.publisher.files  # type: ignore[attr-defined]
        left = [p for p, body in files.items() if SENTENCES[1].encode() in body]
        assert left == []
        for listing in ("fr/index.html", "fr/feed.atom", "fr/feed.json", "sitemap.xml"):
            assert b"pier" not in files[listing], listing
        desk.run(NOW + hours(50))
        assert not [p for p, body in files.items() if SENTENCES[1].encode() in body], "a poll does not bring it back"


def test_a_dead_feed_and_a_bad_page_do_not_stop_the_rest(tmp_path: Path) -> None:
    settings = world.settings(
        tmp_path,
        sources={
            "gazette": {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": "full", "feeds": [FEED]},
            "dead": {"name": "Dead", "homepage": "https://dead.example", "feeds": ["https://dead.example/feed"]},
            "html": {"name": "Html", "homepage": "https://html.example", "feeds": ["https://html.example/"]},
        },
    )
    fetcher = ReplayFetcher(
        {
            FEED: world.feed("pier", "empty", "closed"),
            f"{HOME}/pier": world.story("pier"),
            f"{HOME}/empty": world.page(f"{HOME}/empty", "<html><body></body></html>"),
            f"{HOME}/closed": FetchError(f"{HOME}/closed", "503", status=503),
            "https://dead.example/feed": FetchError("https://dead.example/feed", "no answer"),
            "https://html.example/": world.page("https://html.example/", "<html><body><p>No feed.</p></body></html>"),
        },
        clock=lambda: NOW,
    )
    with world.desk(settings, fetcher) as desk:
        done = desk.poll(NOW)
        assert done.failed == 2
        assert any("no answer" in n for n in done.notes) and any("feed" in n for n in done.notes)
        desk.run(NOW)
        assert [p for p in html(desk.publisher, SENTENCES[0]) if p.startswith("fr/2026/")]
        failing = {s.feed.url: s.failure for s in desk.store.feed_states() if s.failures}
        assert set(failing) == {"https://dead.example/feed", "https://html.example/"}


def test_nobody_serves_the_pair(tmp_path: Path) -> None:
    settings = world.settings(tmp_path, editions={"ja": {"title": "X"}, "fr": {"title": "Le Fil"}})
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    with world.desk(settings, fetcher) as desk:
        notes: list[str] = []
        desk.run(NOW, lambda job, done: notes.extend(done.notes))
        assert any("en-ja" in n and "babelwire engines" in n for n in notes)
        assert [p for p in html(desk.publisher, SENTENCES[0]) if p.startswith("fr/2026/")]


def _en_fr() -> object:
    from babelwire.model import Pair

    return Pair("en", "fr")


def _where(desk: object, language: str) -> tuple[str, str]:
    cards = desk.store.cards(language)  # type: ignore[attr-defined]
    return cards[0].key, language
