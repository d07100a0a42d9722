"""Money through the whole desk: a budget that is spent makes headlines with a link, says so everywhere, and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from babelwire.cli import why
from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import AlertKind, Licence, TranslationState
from babelwire.publishers.memory import MemoryPublisher
from babelwire.stores.sqlite import SqliteStore
from tests.engines import doubles
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours

TOMORROW = datetime(2026, 4, 14, 0, 1, tzinfo=UTC)
HEADLINE = "Linden votes to rebuild its old pier"
SIZE = len(HEADLINE) + sum(map(len, SENTENCES))
OTHER = (
    "An earthquake was felt in the hills above Marrow early on Sunday.",
    "Nobody was hurt, and 14 chimneys fell.",
    "The railway to Marrow is closed until engineers have looked at its bridges.",
    "Buses leave from the station every half hour, and school begins an hour later than usual.",
    "The last one of such strength was 61 years ago.",
)
FRENCH = {"fr": {"title": "Le Fil", "time_zone": "Europe/Paris"}}


@contextmanager
def opened(
    tmp_path: Path,
    budget: dict[str, Any],
    *names: str,
    ladder: tuple[str, ...] = ("far",),
    parts: dict[str, Any] | None = None,
    **more: Any,
) -> Iterator[tuple[Desk, Any]]:
    """A desk whose engine ``far`` is a server on loopback, and these articles."""
    with doubles.running(doubles.libretranslate) as server:
        engines = {"far": {"kind": "libretranslate", "options": {"url": server.url}}}
        changes = {"translate": {"engines": list(ladder)}, "engines": engines, "budget": budget, "editions": FRENCH} | more
        pages = {f"{HOME}/{n}": world.story(n) for n in names}
        fetcher = ReplayFetcher({FEED: world.feed(*names)} | pages, clock=lambda: NOW)
        with world.desk(world.settings(tmp_path, **changes), fetcher, **(parts or {})) as desk:
            yield desk, server


def sent(server: Any) -> int:
    """Characters that the server was given."""
    return sum(len(t) for _, _, body in server.seen if isinstance(body, dict) for t in body.get("q", ()))


def works(desk: Desk) -> list[dict[str, Any]]:
    """What ``why`` knows of the translations of every article."""
    keys = [f"{HOME}/{n}" for n in ("pier", "two", "three")]
    found = [item for key in keys if (item := desk.store.history(key))]
    return [t for item in found for t in item["translations"]]  # type: ignore[attr-defined]


def page(desk: Desk, path: str) -> str:
    body = desk.publisher.read(f"{path}index.html")
    assert body is not None
    return body.decode()


def budget(characters: int, **more: Any) -> dict[str, Any]:
    return {"reserve": 0.0, "headlines": 0.0, "engines": {"far": {"characters": characters, "per_million_characters": 20.0}}} | more


def test_enough_is_counted_to_the_letter_and_nothing_is_short(tmp_path: Path) -> None:
    with opened(tmp_path, budget(SIZE * 2), "pier") as (desk, server):
        desk.run(NOW)
        (row,) = desk.store.spent("2026-04-13")
        assert (row.engine, row.feed) == ("far", FEED)
        assert row.characters == sent(server) >= SIZE
        assert row.micros == 20 * row.characters, "a price for a million is what one costs in millionths"
        assert [t["again"] for t in works(desk)] == [None]
        desk.run(NOW + hours(3))
        assert desk.store.spent("2026-04-13") == [row], "the same words come out of the memory, which costs nothing"
        item = desk.store.history(f"{HOME}/pier")
        assert item is not None
        assert item["cost"] == [{"language": "fr", "engine": "far", "characters": row.characters, "tokens": 0, "micros": row.micros}]
        line = f"Cost       fr by far: {row.characters} characters, 0 tokens, {row.micros / 1_000_000:.4f} EUR"
        assert line in list(why.told(item, currency="EUR"))


def test_a_spent_budget_makes_headline_and_link_and_says_so(tmp_path: Path) -> None:
    told = {"alerts": {"budget": 0.5}}
    with opened(tmp_path, budget(500, headlines=0.1), "pier", "two", **told) as (desk, server):
        desk.fetcher.pages[f"{HOME}/two"] = world.story("two", OTHER, "Hills shake")  # type: ignore[attr-defined]
        desk.run(NOW)
        assert sent(server) <= 500, "a hard stop"
        short = [t for t in works(desk) if t["again"]]
        assert len(short) == 1
        (made,) = short
        assert made["state"] == TranslationState.PUBLISHED
        assert made["again"] == "2026-04-14T00:00:00+00:00"
        assert made["reason"].startswith("a budget is spent: headline and link only, in full after 2026-04-14 00:00 UTC (far")
        text = page(desk, made["page"]["path"])
        assert HOME in text
        assert not any(s in text for s in (*SENTENCES, *OTHER)), "not even the original of what was not paid for"
        key = next(c.key for c in desk.store.cards("fr") if c.licence is Licence.LINK)
        item = desk.store.history(key)
        assert item is not None
        assert any("a budget is spent" in line for line in why.told(item)), "why"
        publication = desk.store.publication(key, "fr")
        assert publication is not None and publication.translation.headline_only.startswith("a budget is spent")
        record = desk.publisher.read(made["page"]["path"] + "index.json")
        assert record is not None and b'"headline_only":"a budget is spent' in record, "the page as data"
        assert desk.store.overview(NOW)["translations"]["short"] == {"items": 1, "again": "2026-04-14T00:00:00+00:00"}  # type: ignore[index]
        near = [a for a, _ in desk.store.alerts() if a.kind is AlertKind.BUDGET_NEAR]
        assert [a.subject for a in near] == ["far"], "and a person is told"


def test_when_the_day_turns_it_is_made_in_full(tmp_path: Path) -> None:
    parts: dict[str, Any] = {"publisher": MemoryPublisher()}
    with opened(tmp_path, budget(60), "pier", parts=parts | {"store": SqliteStore(tmp_path / "s.db")}) as (desk, server):
        desk.run(NOW)
        (made,) = works(desk)
        assert made["again"] and SENTENCES[1] not in page(desk, made["page"]["path"])
        desk.run(NOW + hours(5))
        assert sent(server) == len(HEADLINE), "it is not tried again before"
    # The operator has raised the limit over night.
    with opened(tmp_path, budget(10_000), "pier", parts=parts | {"store": SqliteStore(tmp_path / "s.db")}) as (desk, server):
        desk.run(TOMORROW)
        (whole,) = works(desk)
        assert (whole["again"], whole["verdict"], whole["reason"]) == (None, "publish", "")
        assert whole["page"]["path"] == made["page"]["path"]
        assert SENTENCES[1] in page(desk, made["page"]["path"]), "the original stands beside the translation again"
        assert whole["page"]["notes"] == [], "nothing was corrected"
        assert sum(s.characters for s in desk.store.spent("2026-04-14")) == sent(server) > len(HEADLINE)


def test_a_headline_by_an_engine_that_costs_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, budget(10), "pier", ladder=("far", "echo")) as (desk, server):
        desk.run(NOW)
        (made,) = works(desk)
        assert sent(server) == 0
        assert made["engine"].startswith("echo") and made["again"]
        assert [s["place"] for s in made["sentences"]] == ["headline"]
        assert any("far" in line for line in made["tried"])


def test_the_ladder_may_go_on_instead(tmp_path: Path) -> None:
    with opened(tmp_path, budget(10, spent="next"), "pier", ladder=("far", "echo")) as (desk, _):
        desk.run(NOW)
        (made,) = works(desk)
        assert made["engine"].startswith("echo") and made["again"] is None
        assert len(made["sentences"]) > len(SENTENCES)


def test_what_cannot_even_have_a_headline_waits_and_has_not_failed(tmp_path: Path) -> None:
    with opened(tmp_path, budget(10), "pier") as (desk, _):
        for n in range(8):
            desk.translate(NOW + hours(n))
            desk.run(NOW + hours(n))
        (made,) = works(desk)
        assert (made["state"], made["attempts"]) == (TranslationState.WAITING, 0)
        assert "has no room" in made["failure"]
        assert made["due"] == "2026-04-14T00:00:00+00:00"
        assert desk.store.overview(NOW)["translations"]["waiting"] == [{"reason": made["failure"], "items": 1}]  # type: ignore[index]


def test_breaking_news_is_paid_for_first(tmp_path: Path) -> None:
    rule = [{"name": "quake", "when": {"keywords": ["earthquake"]}, "then": {"breaking": True}}]
    money = budget(int(SIZE * 1.5), reserve=0.5)
    with opened(tmp_path, money, "pier", "two", ladder=("far", "echo"), routes=rule) as (desk, _):
        desk.fetcher.pages[f"{HOME}/two"] = world.story("two", OTHER, "Earthquake in Linden")  # type: ignore[attr-defined]
        desk.run(NOW)
        made = {item: desk.store.history(f"{HOME}/{item}")["translations"][0] for item in ("pier", "two")}  # type: ignore[index]
        assert made["two"]["again"] is None, "breaking: in full"
        assert made["pier"]["again"], "the rest: what is left is kept for breaking news"
        assert "50% kept for breaking news" in made["pier"]["reason"]


def test_a_feed_has_a_budget_of_its_own(tmp_path: Path) -> None:
    for limits in ({"feeds": {FEED: {"characters": 50}}}, {"feed": {"money": 0.001}}):
        with opened(tmp_path, budget(10_000, **limits), "pier") as (desk, _):
            desk.run(NOW)
            (made,) = works(desk)
            assert made["again"] and FEED in made["reason"], limits


@pytest.mark.parametrize("fault", [doubles.status(500), doubles.status(503), doubles.slow(0)], ids=["500", "503", "fine"])
def test_what_nobody_took_is_given_back(tmp_path: Path, fault: Any) -> None:
    with opened(tmp_path, budget(10_000), "pier") as (desk, server):
        server.faults += [fault] * 3
        desk.translate(NOW)
        desk.run(NOW)
        counted = sum(s.characters for s in desk.store.spent("2026-04-13"))
        answered = sent(server) if fault.__name__ == "wait" else counted
        assert counted == answered
