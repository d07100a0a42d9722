"""Sick engines through the whole desk: passed over without waiting; work that has no other engine waits, and has not failed."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import BreakerState, TranslationState
from tests.engines import doubles
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours

FRENCH = {"fr": {"title": "Le Fil"}}
NAMES = tuple(f"n{n}" for n in range(6))
TOPICS = ("harbour", "railway", "orchard", "museum", "quarry", "library")


def fetcher() -> ReplayFetcher:
    """Six articles that have nothing to do with each other."""
    pages = {}
    for n, (name, topic) in enumerate(zip(NAMES, TOPICS, strict=True)):
        lines = (
            f"The {topic} of town {n} was opened by {20 + n} children.",
            f"A {topic} had been promised {n + 2} years before, said the {topic}.",
        )
        pages[f"{HOME}/{name}"] = world.story(name, lines, f"{topic.capitalize()} opened")
    return ReplayFetcher({FEED: world.feed(*NAMES), **pages}, clock=lambda: NOW)


def test_a_dead_server_is_passed_over_without_waiting(tmp_path: Path) -> None:
    with doubles.running(doubles.libretranslate) as server:
        far = {"kind": "libretranslate", "options": {"url": server.url, "timeout": 1}}
        made = world.settings(tmp_path, translate={"engines": ["far", "echo"]}, engines={"far": far}, editions=FRENCH)
        with world.desk(made, fetcher()) as desk:
            server.faults += [doubles.slow(1.5)] * 20
            desk.poll(NOW)
            desk.take(NOW)
            began = time.monotonic()
            while desk.translate(NOW).items:
                pass
            assert time.monotonic() - began < 8, "three articles wait for a second each, the others not at all"
            asked = [body for path, _, body in server.seen if path == "/translate"]
            assert len(asked) == 3
            assert desk.store.breaker("far").state(NOW) is BreakerState.OPEN
            engines = {t["engine"].split()[0] for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"]}  # type: ignore[index]
            assert engines == {"echo"}
            rested = [line for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"] for line in t["tried"]]  # type: ignore[index]
            assert sum("it rests until" in line for line in rested) == 3, "why says that it was passed over"


def test_work_without_another_engine_waits_and_has_not_failed(tmp_path: Path) -> None:
    with doubles.running(doubles.libretranslate) as server:
        far = {"kind": "libretranslate", "options": {"url": server.url}}
        made = world.settings(tmp_path, translate={"engines": ["far"], "attempts": 2}, engines={"far": far}, editions=FRENCH)
        with world.desk(made, fetcher()) as desk:
            server.faults += [doubles.status(500)] * 200
            for n in range(30):
                desk.run(NOW + timedelta(minutes=10 * n))
            found = [t for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"]]  # type: ignore[index]
            states = {t["state"] for t in found}
            assert TranslationState.WAITING in states
            waiting = [t for t in found if t["state"] == TranslationState.WAITING]
            assert len(waiting) >= len(NAMES) - 3, "three errors opened it; no article but those can have been tried"
            assert all(t["attempts"] <= 1 for t in waiting)
            server.faults.clear()
            desk.run(NOW + hours(6))
            done = [t for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"]]  # type: ignore[index]
            assert sum(t["state"] == TranslationState.PUBLISHED for t in done) == len(waiting)
            assert desk.store.breakers() == []


def test_a_broken_model_does_not_stop_the_ladder(tmp_path: Path) -> None:
    folder = tmp_path / "opus-mt-en-fr"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    opus = {"kind": "ctranslate2", "options": {"path": str(folder)}}
    made = world.settings(tmp_path, translate={"engines": ["opus", "echo"]}, engines={"opus": opus}, editions=FRENCH)
    with world.desk(made, fetcher()) as desk:
        desk.run(NOW)
        found = [t for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"]]  # type: ignore[index]
        assert {t["state"] for t in found} == {TranslationState.PUBLISHED}
        assert all("missing model.bin" in " ".join(t["tried"]) for t in found)
        assert "missing model.bin" in desk.store.breaker("opus").failure


def test_a_broken_model_alone_makes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "opus-mt-en-fr"
    folder.mkdir()
    opus = {"kind": "ctranslate2", "options": {"path": str(folder)}}
    made = world.settings(tmp_path, translate={"engines": ["opus"], "attempts": 1}, engines={"opus": opus}, editions=FRENCH)
    with world.desk(made, fetcher()) as desk:
        for n in range(5):
            desk.run(NOW + hours(n))
        found = [t for n in NAMES for t in desk.store.history(f"{HOME}/{n}")["translations"]]  # type: ignore[index]
        assert {(t["state"], t["attempts"]) for t in found} == {(TranslationState.WAITING, 0)}
        assert desk.store.cards("fr") == []
