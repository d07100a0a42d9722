"""One event in several newspapers and languages, from their feeds to the pages that bring it together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import html as lxml_html

from babelwire.desk import Desk
from babelwire.errors import Gone
from babelwire.fetchers.replay import ReplayFetcher
from tests.flow import world
from tests.flow.world import NOW, hours, page
from tools import check_feeds

ENGLISH = (
    "A ferry sank off Karvela on Monday with 214 people on board, the coast guard of Norvania said.",
    "Rescuers brought 14 passengers to the hospital in Karvela, said Captain Ilse Brandvold.",
    "The Meridian had left Tromsund at dawn and was to arrive in Karvela after 95 kilometres.",
    "Two helicopters and 11 boats searched the strait of Ostrava until night, Brandvold said.",
)
SPANISH = (
    "Un transbordador se hundió el lunes frente a Karvela con 214 personas a bordo, según la guardia costera de Norvania.",
    "Los equipos llevaron a 17 pasajeros al hospital de Karvela, dijo la capitana Ilse Brandvold.",
    "El Meridian había salido de Tromsund al amanecer y debía llegar a Karvela tras 95 kilómetros.",
    "Dos helicópteros y 11 barcos buscaron en el estrecho de Ostrava hasta la noche, dijo Brandvold.",
)
OTHER = (
    "The council of Linden voted on Monday to rebuild the old pier in Linden harbour.",
    "It will cost 11,500 crowns, said the mayor of Linden, Ines Calder.",
    "Work begins in June and is to last for three years, and 240 people are to work on it.",
    "The ferry to Orlo will leave from the northern quay in Linden until then, Calder said.",
)
#: source -> language, headline, sentences, keywords
PAPERS = {
    "herald": ("en", "Ferry with 214 people sinks off Karvela", ENGLISH, ("Ferries", "Norvania")),
    "faro": ("es", "Se hunde frente a Karvela un transbordador con 214 personas", SPANISH, ("Transbordadores", "Norvania")),
    "gazette": ("en", "Linden votes to rebuild its old pier", OTHER, ("Ports", "Norvania")),
}
Given = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def home(source: str) -> str:
    return f"https://{source}.example"


def article(source: str, given: Given) -> str:
    language, headline, sentences, words = given
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline, "keywords": list(words)}
    text = "".join(f"<p>{s}</p>" for s in sentences)
    return (
        f'<html lang="{language}"><head><title>{headline}</title><script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><article><h1>{headline}</h1>{text}</article></body></html>"
    )


def feed(source: str, given: Given, updated: str = "2026-04-13T10:30:00Z") -> str:
    link = f"{home(source)}/a"
    return (
        f"<feed xmlns='http://www.w3.org/2005/Atom'><id>{source}</id><title>{source}</title><updated>{updated}</updated><entry>"
        f"<id>{link}</id><title>{given[1]}</title><link href='{link}'/><published>2026-04-13T10:00:00Z</published>"
        f"<updated>{updated}</updated></entry></feed>"
    )


def give(fetcher: ReplayFetcher, source: str, given: Given, updated: str = "2026-04-13T10:30:00Z") -> None:
    fetcher.pages[f"{home(source)}/feed"] = page(f"{home(source)}/feed", feed(source, given, updated), "application/atom+xml")
    fetcher.pages[f"{home(source)}/a"] = page(f"{home(source)}/a", article(source, given))


@contextmanager
def desk(tmp_path: Path, *papers: str, **changes: object) -> Iterator[tuple[Desk, ReplayFetcher]]:
    fetcher = ReplayFetcher({}, clock=lambda: NOW)
    sources = {}
    for source in papers:
        language = PAPERS[source][0]
        more = {"name": source.title(), "homepage": home(source), "language": language, "licence": "full"}
        sources[source] = {**more, "feeds": [f"{home(source)}/feed"]}
        give(fetcher, source, PAPERS[source])
    settings = world.settings(tmp_path, sources=sources, publish={"topic": 2}, take={"revisit_hours": [1.0, 3.0, 20.0]}, **changes)
    with world.desk(settings, fetcher) as made:
        made.publish_frame(NOW)
        made.run(NOW)
        yield made, fetcher


def read(desk: Desk, path: str) -> str:
    body = desk.publisher.read(path)
    assert body is not None, path
    return body.decode()


def story(desk: Desk, language: str = "fr") -> str:
    """The one story page of an edition."""
    files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
    (path,) = [p for p in files if p.startswith(f"{language}/story/")]
    return path


def card(desk: Desk, source: str, language: str = "fr"):  # type: ignore[no-untyped-def]
    return next(c for c in desk.store.cards(language) if c.source_id == source)


def hreflang(desk: Desk, path: str) -> list[tuple[str, str]]:
    """(language, path) of the editions that a page names."""
    links = lxml_html.document_fromstring(read(desk, path)).xpath("//head/link[@hreflang]")
    return [(e.get("hreflang"), urlsplit(e.get("href")).path) for e in links]


def dead(desk: Desk) -> list[str]:
    """Links of the tree that lead nowhere."""
    files: dict[str, bytes] = desk.publisher.files  # type: ignore[attr-defined]
    found = []
    for path, body in files.items():
        for href in lxml_html.document_fromstring(body).xpath("//a/@href") if path.endswith(".html") else ():
            place = f"{href.lstrip('/')}index.html" if href.endswith("/") else href.lstrip("/")
            if href.startswith("/") and place not in files:
                found.append(f"{path}: {href}")
    return found


def test_two_languages_one_event_and_another_one_apart(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro", "gazette") as (made, _):
        assert card(made, "herald").story_id == card(made, "faro").story_id != card(made, "gazette").story_id
        text = read(made, story(made))
        for source in ("herald", "faro"):
            assert card(made, source).path in text, "our translation of each is a click away"
        assert card(made, "gazette").path not in text
        assert dead(made) == []


def test_articles_and_cards_lead_to_the_story(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro", "gazette") as (made, _):
        path = "/" + story(made).removesuffix("index.html")
        front = lxml_html.document_fromstring(read(made, "fr/index.html"))
        assert front.xpath(f"//main//a[@href='{path}']/text()") == ["2 sources", "2 sources"]
        assert path in read(made, f"{card(made, 'herald').path}index.html")
        assert "/story/" not in read(made, f"{card(made, 'gazette').path}index.html")
        record = json.loads(read(made, f"{card(made, 'herald').path}index.json"))
        assert [(t["source"], t["language"]) for t in record["told_by"]] == [("Faro", "es")]


def test_pages_of_one_story_and_of_one_topic_name_each_other_in_every_edition(tmp_path: Path) -> None:
    two = {"fr": {"title": "Le Fil"}, "en": {"title": "The Wire"}}
    with desk(tmp_path, "herald", "faro", "gazette", engines={"echo": {"kind": "echo"}}, editions=two) as (made, fetcher):
        for place in (story(made).removeprefix("fr/"), "topic/norvania/index.html"):
            wanted = [("fr", f"/fr/{place}"), ("en", f"/en/{place}"), ("x-default", f"/fr/{place}")]
            assert hreflang(made, f"fr/{place}") == hreflang(made, f"en/{place}") == [(t, p.removesuffix("index.html")) for t, p in wanted]
            nav = lxml_html.document_fromstring(read(made, f"fr/{place}")).xpath("//nav[@class='langs']/a[@lang='en']/@href")
            assert nav == [f"/en/{place}".removesuffix("index.html")]
        for source in ("herald", "faro"):
            fetcher.pages[f"{home(source)}/a"] = Gone(f"{home(source)}/a", "gone", status=410)
        path = story(made)
        made.run(NOW + hours(2))
        assert "babelwire:status" in read(made, path)
        assert hreflang(made, path) == hreflang(made, path.replace("fr/", "en/", 1)) == []


def test_figures_that_differ_are_put_side_by_side(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro", engines={"echo": {"kind": "echo"}}, editions={"en": {"title": "The Wire"}}) as (made, _):
        text = read(made, story(made, "en"))
        assert "Herald" in text and "14 passengers" in text


def test_a_telling_that_goes_leaves_the_page_and_the_last_one_ends_it(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro") as (made, fetcher):
        path, gone = story(made), card(made, "faro")
        fetcher.pages[f"{home('faro')}/a"] = Gone(f"{home('faro')}/a", "gone", status=410)
        made.run(NOW + hours(2))
        text = read(made, path)
        assert gone.path not in text and "Faro" not in text and card(made, "herald").path in text
        assert "/story/" not in read(made, f"{card(made, 'herald').path}index.html"), "one source is no story"
        assert "/story/" not in read(made, "fr/index.html")
        fetcher.pages[f"{home('herald')}/a"] = Gone(f"{home('herald')}/a", "gone", status=410)
        made.run(NOW + hours(4))
        text = read(made, path)
        assert "babelwire:status" in text and "410" in text and "Herald" not in text
        assert dead(made) == []


def test_a_take_down_takes_it_off_the_story(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro") as (made, _):
        path, gone = story(made), card(made, "herald")
        made.takedown(gone.path, "asked for", NOW + hours(1))
        text = read(made, path)
        assert gone.path not in text and gone.headline not in text and "Herald" not in text


def test_a_second_look_keeps_the_story(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro") as (made, fetcher):
        before = card(made, "faro").story_id
        language, headline, sentences, words = PAPERS["faro"]
        give(fetcher, "faro", (language, headline, (*OTHER, *sentences[:1]), words), "2026-04-13T13:00:00Z")
        made.run(NOW + hours(2))
        after = card(made, "faro")
        assert after.story_id == before and made.store.publication(after.key, "fr").revision == 2  # type: ignore[union-attr]


def test_an_edition_without_its_own_page_names_the_source(tmp_path: Path) -> None:
    editions = {"fr": {"title": "Le Fil", "sources": ["herald"]}, "en": {"title": "The Wire"}}
    with desk(tmp_path, "herald", "faro", editions=editions) as (made, _):
        text = read(made, story(made, "fr"))
        assert f'href="{home("faro")}/a"' in text and PAPERS["faro"][1] in text
        assert f'href="{home("faro")}/a"' in read(made, f"{card(made, 'herald').path}index.html")


def test_a_topic_has_a_page_feeds_and_a_line_when_it_has_enough_articles(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro", "gazette") as (made, fetcher):
        page_of = lxml_html.document_fromstring(read(made, "fr/topic/norvania/index.html"))
        assert len(page_of.xpath("//article[contains(@class,'card')]")) == 3
        for name in ("feed.atom", "feed.rss", "feed.json"):
            assert made.publisher.read(f"fr/topic/norvania/{name}")
        assert made.publisher.read("fr/topic/ports/index.html") is None, "one article is too few"
        overview = read(made, "fr/topic/index.html")
        assert "/fr/topic/norvania/" in overview and "ports" not in overview
        assert "/fr/topic/norvania/" in read(made, f"{card(made, 'gazette').path}index.html")
        for source in ("herald", "faro"):
            fetcher.pages[f"{home(source)}/a"] = Gone(f"{home(source)}/a", "gone", status=410)
        made.run(NOW + hours(2))
        assert "norvania" not in read(made, "fr/topic/index.html")
        listed = lxml_html.document_fromstring(read(made, "fr/topic/norvania/index.html"))
        assert len(listed.xpath("//article[contains(@class,'card')]")) == 1, "an address that was seen stays"
        assert dead(made) == []


def test_corrections_and_withdrawals_are_listed(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "gazette") as (made, fetcher):
        assert "<dt>" not in read(made, "fr/corrections/index.html")
        language, headline, sentences, words = PAPERS["herald"]
        changed = (sentences[0].replace("214", "216"), *sentences[1:])
        give(fetcher, "herald", (language, headline, changed, words), "2026-04-13T13:00:00Z")
        made.run(NOW + hours(2))
        text = read(made, "fr/corrections/index.html")
        assert card(made, "herald").path in text and text.count("<dt>") == 1
        assert all(text.count(f'href="/fr/corrections/feed{ending}"') == 2 for ending in check_feeds.SERVED), "in its head and in its text"
        assert _changes(made) == [f"{made.site.url(card(made, 'herald').path)}"]
        path = card(made, "herald").path
        fetcher.pages[f"{home('herald')}/a"] = Gone(f"{home('herald')}/a", "gone", status=410)
        made.run(NOW + hours(30))
        text = read(made, "fr/corrections/index.html")
        assert text.count("<dt>") == 2 and path not in text and headline not in text, "what is withdrawn is not named"
        assert _changes(made) == [made.site.url("fr/corrections/")] * 2 and headline not in read(made, "fr/corrections/feed.atom")
        made.publish_frame(NOW + hours(31))
        assert read(made, "fr/corrections/index.html") == text


def _changes(desk: Desk) -> list[str]:
    """Where the entries of the feeds of corrections lead; they keep the rules for feeds, and hold the same in each format."""
    bodies = {ending: read(desk, f"fr/corrections/feed{ending}").encode() for ending in check_feeds.SERVED}
    for ending, body in bodies.items():
        assert list(check_feeds.feed(body, desk.site.url(f"fr/corrections/feed{ending}"), ending)) == []
        assert check_feeds.ids(body, ending) == check_feeds.ids(bodies[".atom"], ".atom")
    links = [entry.link for entry in feedparser.parse(bodies[".atom"]).entries]
    assert (
        links
        == [entry.link for entry in feedparser.parse(bodies[".rss"]).entries]
        == [i["url"] for i in json.loads(bodies[".json"])["items"]]
    )
    return links


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_about_automation_has_figures(tmp_path: Path, language: str) -> None:
    with desk(tmp_path, "herald", "faro", "gazette") as (made, _):
        rows = _figures(made, language)
        assert rows[0][1] == "3"
        told = {"fr": ["anglais", "espagnol"], "en": ["Spanish"]}[language]
        assert [r[0].rpartition(" ")[2] for r in rows if "echo" in r[1]] == told
        assert any(("2\u00a0heures" if language == "fr" else "2 hours") in r[1] for r in rows), "from 10:00 to 12:00"


def test_figures_are_told_at_most_every_few_minutes(tmp_path: Path) -> None:
    with desk(tmp_path, "herald", "faro") as (made, fetcher):
        give(fetcher, "gazette", PAPERS["gazette"])
        before = _figures(made, "fr")
        made.store.withdraw(card(made, "faro").key, "gone", NOW)
        _publish(made, NOW + hours(0.01))
        assert _figures(made, "fr") == before
        _publish(made, NOW + hours(0.2))
        assert _figures(made, "fr")[0][1] == "1"


def _publish(made: Desk, now: datetime) -> None:
    while made.publish_all(now).items:
        pass


def _figures(made: Desk, language: str) -> list[tuple[str, str]]:
    found = lxml_html.document_fromstring(read(made, f"{language}/about/automation/index.html"))
    return [(r.xpath("string(dt)"), r.xpath("string(dd)")) for r in found.xpath("//dl/div")]
