"""Feeds: well formed, complete by the list that the W3C validator goes by, and as far as the licence lets them go."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import feedparser
import pytest
from lxml import etree

from babelwire.model import Edition, Licence, Listing, Publication, replace
from babelwire.render import changes, syndicate
from tests.render import samples

A = "{http://www.w3.org/2005/Atom}"
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def made(*publications: Publication, edition: Edition = samples.FR, listing: Listing | None = None) -> dict[str, bytes]:
    listing = listing or samples.front(edition, 5)
    files = syndicate.feeds(listing, [syndicate.Entry(p, samples.SITE) for p in publications], edition, samples.SITE)
    return {f.path.rpartition("/")[2]: f.body for f in files}


ALL = (
    samples.ferry_fr(),
    samples.lamp_es(),
    samples.harbour_de(),
    samples.kept_fr(),
    samples.hostile_fr(),
    samples.harbour_de(Licence.LINK),
)


@pytest.mark.parametrize("name", ["feed.atom", "feed.rss"])
@pytest.mark.parametrize("edition", [samples.FR, samples.AR])
def test_feedparser_finds_nothing_wrong(name: str, edition: Edition) -> None:
    publications = ALL if edition is samples.FR else (samples.ferry_ar(),)
    parsed = feedparser.parse(made(*publications, edition=edition)[name])
    assert not parsed.bozo
    assert len(parsed.entries) == len(publications)
    assert {e.id for e in parsed.entries} == {syndicate.entry_id(p, samples.SITE) for p in publications}
    assert parsed.feed.language == edition.language


def test_only_feeds_whose_news_a_hub_is_told_name_it() -> None:
    section = Listing(kind="section", name="sport", path="fr/section/sport/", cards=())
    others = [
        *syndicate.feeds(section, [syndicate.Entry(ALL[0], samples.SITE)], samples.FR, samples.SITE),
        *changes.feeds([], samples.FR, samples.SITE),
    ]
    assert len(others) == 6 and not [f.path for f in others if b"hub.example" in f.body]
    assert all(b"hub.example" in body for body in made(ALL[0]).values())


def test_atom_has_all_that_the_validator_asks_for() -> None:
    root = etree.fromstring(made(*ALL)["feed.atom"])
    for name in ("id", "title", "updated"):
        assert root.findtext(A + name)
    links = {e.get("rel"): e.get("href") for e in root.findall(f"{A}link")}
    assert links == {"self": "https://news.example/fr/feed.atom", "alternate": "https://news.example/fr/", "hub": "https://hub.example/"}
    for entry in root.findall(f"{A}entry"):
        for name in ("id", "title", "updated", "published", "rights"):
            assert len(entry.findall(A + name)) == 1, name
        assert DATE.fullmatch(entry.findtext(f"{A}updated") or "") and DATE.fullmatch(entry.findtext(f"{A}published") or "")
        assert all(a.findtext(f"{A}name") for a in entry.findall(f"{A}author")) and entry.findall(f"{A}author")
        source = entry.find(f"{A}source")
        assert source is not None and {c.tag for c in source} >= {A + "id", A + "title", A + "updated"}
        content = entry.find(f"{A}content")
        assert content is not None and content.get("type") == "html" and content.text
    ids = [e.text for e in root.iter(f"{A}id")]
    assert len([i for i in ids if i and i.startswith("tag:news.example,2026:")]) >= len(ALL) + 1


def test_atom_tells_translator_original_and_language() -> None:
    entry = etree.fromstring(made(samples.ferry_fr())["feed.atom"]).find(f"{A}entry")
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr-t-en-t0-und"
    via = [e for e in entry.findall(f"{A}link") if e.get("rel") == "via"]
    assert [(v.get("href"), v.get("hreflang")) for v in via] == [("https://harbour.example/2026/11/24/night-ferry", "en")]
    assert "opus-mt" in (entry.findtext(f"{A}contributor/{A}name") or "")
    assert entry.find(f"{A}category").get("label") == "Monde"


def test_rss_has_what_the_validator_asks_for() -> None:
    channel = etree.fromstring(made(*ALL)["feed.rss"]).find("channel")
    assert channel.findtext("link") == "https://news.example/fr/", "the page, not the feed"
    assert channel.findtext("title") and channel.findtext("description") and channel.findtext("language") == "fr"
    assert {e.get("rel") for e in channel.findall(f"{A}link")} == {"self", "hub"}
    for item in channel.findall("item"):
        assert item.find("guid").get("isPermaLink") == "false"
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", item.findtext("pubDate") or "")
        assert item.findtext("description") and item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
        assert item.findtext("{http://purl.org/dc/elements/1.1/}creator")


def test_json_feed_follows_version_1_1() -> None:
    feed = json.loads(made(*ALL)["feed.json"])
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "https://news.example/fr/feed.json" and feed["home_page_url"] == "https://news.example/fr/"
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    for item in feed["items"]:
        assert {"id", "url", "title", "content_html", "date_published", "date_modified", "authors", "language", "_babelwire"} <= set(item)
        assert all(isinstance(a["name"], str) and a["name"] for a in item["authors"])
        assert DATE.fullmatch(item["date_published"]) and item["url"].startswith("https://news.example/fr/")
    told = next(i for i in feed["items"] if "ferry" in i["url"] and "le-ferry" in i["url"])["_babelwire"]
    assert told["machine_translated"] is True and told["human_reviewed"] is False
    assert told["digital_source_type"] == "TrainedAlgorithmicMediaDigitalSource"
    assert told["lang_tag"] == "fr-t-en-t0-und" and told["original_language"] == "en" and told["licence"] == "full"


def test_every_entry_closes_with_notice_and_original() -> None:
    for item in json.loads(made(*ALL)["feed.json"])["items"]:
        assert "Traduction automatique" in item["content_html"]
        if item.get("external_url"):
            assert f'<a href="{item["external_url"]}">' in item["content_html"].splitlines()[-1]
    original = json.loads(made(samples.ferry_en(), edition=samples.EN)["feed.json"])["items"][0]
    assert "Machine translation" not in original["content_html"] and original["_babelwire"]["machine_translated"] is False


def test_licences_hold_in_feeds() -> None:
    for body in made(samples.harbour_de(Licence.LINK)).values():
        assert "grue pour 400" in body.decode().replace("\u00a0", " ")
        assert "Le port reçoit" not in body.decode() and "Elle lève" not in body.decode()
    for body in made(samples.harbour_de(Licence.EXCERPT)).values():
        assert "Elle lève" in body.decode() and "La troisième" not in body.decode()


def test_ids_survive_a_new_slug_and_a_new_host() -> None:
    base = samples.ferry_fr()
    first = syndicate.entry_id(base, samples.SITE)
    moved = replace(samples.SITE, base_url="https://elsewhere.example", authority="news.example")
    assert (
        syndicate.entry_id(replace(base, path="fr/2026/11/24/autre-x/"), moved) == first == f"tag:news.example,2026:{base.article.key}:fr"
    )


def test_updated_moves_with_the_text_only() -> None:
    entry = etree.fromstring(made(samples.corrected_fr())["feed.atom"]).find(f"{A}entry")
    assert entry.findtext(f"{A}updated") == "2026-11-24T16:30:00Z" and entry.findtext(f"{A}published") == "2026-11-24T14:30:00Z"


def test_newest_first_and_no_withdrawn_article() -> None:
    older = samples.lamp_es(published=samples.NOW - timedelta(hours=1))
    feed = json.loads(made(older, samples.ferry_fr(), samples.gone_fr())["feed.json"])
    assert [i["date_published"] for i in feed["items"]] == ["2026-11-24T14:30:00Z", "2026-11-24T13:30:00Z"]


def test_an_empty_feed_is_still_a_feed() -> None:
    files = made(listing=Listing(kind="section", name="Sport", path="fr/section/sport/", cards=()))
    assert not feedparser.parse(files["feed.atom"]).bozo and not feedparser.parse(files["feed.rss"]).bozo
    assert json.loads(files["feed.json"])["items"] == []
    assert json.loads(files["feed.json"])["title"] == "Sport | Le Fil"
    assert files == made(listing=Listing(kind="section", name="Sport", path="fr/section/sport/", cards=())), "no clock in it"
