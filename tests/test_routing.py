"""Routing rules and modes as decisions: what matches, what adds up, and what a wrong rule is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from babelwire import config, routing
from babelwire.errors import ConfigError
from babelwire.model import Article, Block, BlockKind, Entry, Inline, replace
from babelwire.routing import Plan, Router

FEED = "https://faro.example/feed"
LOCAL = "https://faro.example/local"
ENTRY = Entry(key="k", feed_url=FEED, source_id="faro", id="1", link=None, title="Un sismo sacude la costa")
ARTICLE = Article(
    key="k",
    source_id="faro",
    url="https://faro.example/1",
    canonical_url="https://faro.example/1",
    headline="Un sismo sacude la costa",
    language="es-MX",
    standfirst=Inline("El temblor se sintió en Ciudad Real y en Łódź."),
    section="Deportes",
    blocks=(Block(kind=BlockKind.PARAGRAPH, inline=Inline("Los bomberos y la alcaldesa acudieron al puerto.")),),
)


def made(*rules: dict[str, Any], **more: Any) -> Router:
    raw: dict[str, Any] = {
        "editions": {"fr": {}, "ca": {"sources": ["otra"]}, "es": {"originals": False}},
        "sources": {
            "faro": {"name": "El Faro", "language": "es", "feeds": [FEED, {"url": LOCAL, "section": "Local"}]},
            "otra": {"name": "La Otra"},
        },
        "engines": {"mine": {"kind": "echo"}},
        "routes": list(rules),
    }
    return routing.router(config.build(raw | more, Path("/nowhere/babelwire.toml"), {}))


def plan(*rules: dict[str, Any], article: Article = ARTICLE, entry: Entry = ENTRY, **more: Any) -> Plan:
    return made(*rules, **more).plan(article, entry)


def rule(when: dict[str, Any], **then: Any) -> dict[str, Any]:
    return {"name": "it", "when": when, "then": then or {"breaking": True}}


def test_a_feed_s_section_counts_where_the_article_names_none_of_ours() -> None:
    feeds = {
        "sources": {
            "faro": {"name": "El Faro", "language": "es", "feeds": [{"url": FEED, "section": "Cultura"}]},
            "otra": {"name": "La Otra"},
        }
    }
    unnamed = replace(ARTICLE, section="Portada")
    assert plan(article=unnamed, **feeds).assignments["fr"].section == "culture"
    assert plan(article=ARTICLE, **feeds).assignments["fr"].section is None, "it names one: sport"
    assert plan(rule({}, section="world"), article=unnamed, **feeds).assignments["fr"].section == "world", "a rule says otherwise"
    assert plan(rule({"section": "culture"}), article=unnamed, **feeds).matched == ("it",)
    assert plan(article=unnamed).assignments["fr"].section is None


@pytest.mark.parametrize(
    "when",
    [
        {},
        {"source": "faro"},
        {"source": ["otra", "faro"]},
        {"feed": FEED},
        {"language": "es"},
        {"language": ["fr", "es-MX"]},
        {"section": "deportes"},
        {"section": "sports"},
        {"section": ["Esports", "culture"]},
        {"keywords": "SISMO"},
        {"keywords": "ciudad real"},
        {"keywords": ["nada", "Temblor"]},
        {"keywords": ["sismo", "temblór"], "match": "all"},
        {"keywords": "Lodz"},
        {"keywords": "sacud*"},
        {"keywords": "un s*mo"},
        {"keywords": "alcaldesa", "within": "text"},
        {"source": "faro", "language": "es", "keywords": "sismo", "within": "headline"},
    ],
)
def test_a_rule_that_matches(when: dict[str, Any]) -> None:
    assert plan(rule(when)).matched == ("it",)


@pytest.mark.parametrize(
    "when",
    [
        {"source": "otra"},
        {"feed": LOCAL},
        {"language": "fr"},
        {"section": "culture"},
        {"keywords": "sism"},
        {"keywords": "smo"},
        {"keywords": "real ciudad"},
        {"keywords": ["sismo", "nada"], "match": "all"},
        {"keywords": "alcaldesa"},
        {"keywords": "temblor", "within": "headline"},
        {"source": "faro", "language": "fr"},
    ],
)
def test_a_rule_that_does_not(when: dict[str, Any]) -> None:
    assert plan(rule(when)).matched == ()


def test_scripts_without_spaces_are_searched_anywhere() -> None:
    article = replace(ARTICLE, headline="日本で地震が発生", language="ja")
    assert plan(rule({"keywords": "地震"}), article=article, entry=replace(ENTRY, title="")).matched == ("it",)


def test_without_rules_every_edition_carries_what_its_sources_bring() -> None:
    assert {language: how.routes for language, how in plan().assignments.items()} == {"fr": ()}


def test_editions_named_by_the_first_rule_that_names_any() -> None:
    found = plan(rule({}, editions=["ca", "es"]), {"then": {"editions": "fr"}})
    assert list(found.assignments) == ["ca"], "whatever its sources say; but originals stay out of an edition that wants none"
    assert found.matched == ("it", "rule 2")


def test_the_first_word_on_section_and_engines_counts_and_holds_add_up() -> None:
    found = plan(
        rule({}, section="world", breaking=True),
        {"name": "second", "then": {"section": "science", "engines": ["mine", "apertium"]}},
        {"name": "third", "then": {"hold": "a court case", "engines": ["echo"]}},
    ).assignments["fr"]
    assert (found.section, found.engines, found.breaking) == ("world", ("mine", "apertium"), True)
    assert found.hold == "routing rule 'third' holds it: a court case"
    assert found.routes == ("it", "second", "third")


def test_drop_and_stop() -> None:
    assert plan(rule({}, drop=True)) == Plan(matched=("it",), dropped="routing rule 'it' drops it")
    found = plan({"name": "ours", "when": {"source": "faro"}, "then": {"stop": True, "section": "world"}}, rule({}, drop=True))
    assert found.dropped == "" and found.matched == ("ours",)


@pytest.mark.parametrize(
    ("feed", "edition", "route", "hold", "headline"),
    [
        ("automatic", "automatic", "automatic", "", ""),
        ("review", "automatic", "automatic", "the feed is read by a person first", ""),
        ("automatic", "review", "automatic", "the fr edition is read by a person first", ""),
        ("automatic", "automatic", "review", "routing rule 'it' is read by a person first", ""),
        ("headline", "automatic", "automatic", "", "the feed carries headlines only"),
        ("automatic", "headline", "automatic", "", "the fr edition carries headlines only"),
        ("headline", "review", "automatic", "the fr edition is read by a person first", "the feed carries headlines only"),
    ],
)
def test_the_stricter_mode_wins(feed: str, edition: str, route: str, hold: str, headline: str) -> None:
    sources = {"faro": {"name": "El Faro", "feeds": [{"url": FEED, "mode": feed}]}}
    how = plan(rule({}, mode=route, breaking=True), sources=sources, editions={"fr": {"mode": edition}}).assignments["fr"]
    assert (how.hold, how.headline_only) == (hold, headline)


def test_an_announcement_is_breaking_as_far_as_its_feed_tells() -> None:
    router = made(rule({"keywords": "sismo", "language": "es"}))
    assert router.announced(ENTRY).breaking
    assert not router.announced(replace(ENTRY, title="Fiesta", breaking=True)).breaking, "no longer, once the feed says something else"
    assert made(rule({"section": "local"})).announced(replace(ENTRY, feed_url=LOCAL)).breaking, "a feed's section"
    other = replace(ARTICLE, headline="La costa, tras el temblor", standfirst=Inline(""))
    assert router.plan(other, ENTRY).assignments["fr"].breaking, "what its feed says of an article counts for the article"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"wen": {}, "then": {"drop": True}}, "routes[1]: unknown key 'wen'; did you mean 'when'?"),
        ({"when": {"sorce": "faro"}, "then": {"drop": True}}, "routes[1].when: unknown key 'sorce'; did you mean 'source'?"),
        ({"name": "x", "then": {"braking": True}}, "routes[1] ('x').then: unknown key 'braking'; did you mean 'breaking'?"),
        ({"when": {}}, "routes[1]: Object missing required field `then`"),
        ({"then": {}}, "routes[1].then: says nothing to do"),
        ({"then": {"mode": "revue"}}, "routes[1].then.mode: 'revue'; did you mean 'review'?"),
        ({"when": {"source": "fario"}, "then": {"drop": True}}, "routes[1].when.source: no source 'fario'; did you mean 'faro'?"),
        ({"when": {"feed": f"{FEED}s"}, "then": {"drop": True}}, f"routes[1].when.feed: no feed '{FEED}s'; did you mean '{FEED}'?"),
        ({"then": {"editions": ["fr", "ct"]}}, "routes[1].then.editions: no edition 'ct'; did you mean 'ca'?"),
        ({"then": {"engines": ["mien"]}}, "routes[1].then.engines: no engine 'mien'; did you mean 'mine'?"),
        ({"then": {"section": "sporst"}}, "routes[1].then.section: no section 'sporst'; did you mean 'sport'?"),
        ({"when": {"keywords": "sismo", "match": "some"}, "then": {"drop": True}}, "when.match: no word 'some'; known: any, all"),
        ({"when": {"within": "hed"}, "then": {"drop": True}}, "when.within: no word 'hed'"),
        ({"when": {"keywords": ["?!"]}, "then": {"drop": True}}, "when.keywords: '?!' holds no letter"),
    ],
)
def test_a_wrong_rule_names_its_place_and_what_to_do(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made(wrong)
    assert said in str(caught.value)
    assert "babelwire.toml" in str(caught.value)


def test_two_rules_of_one_name() -> None:
    with pytest.raises(ConfigError, match=r"routes\[2\] \('it'\): another rule is called 'it' already"):
        made(rule({}), rule({}))
