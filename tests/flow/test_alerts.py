"""An operator is told what needs a person: once, and again when it is over."""

from __future__ import annotations

from pathlib import Path

from babelwire.fetchers.replay import ReplayFetcher
from babelwire.notifiers.memory import MemoryNotifier
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours


def kinds(told: MemoryNotifier) -> list[str]:
    return [e.kind for e in told.events if e.kind not in ("published", "corrected", "withdrawn")]


def test_a_dead_feed_and_a_silent_edition_are_told_and_so_is_that_they_are_over(tmp_path: Path) -> None:
    fetcher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)
    ops, readers = MemoryNotifier(), MemoryNotifier()
    settings = world.settings(tmp_path, alerts={"to": ["ops"]}, notify={"ops": {"kind": "memory"}})
    with world.desk(settings, fetcher, notifiers={"ops": ops, "readers": readers}) as desk:
        desk.run(NOW)
        assert kinds(ops) == []
        fetcher.pages[FEED] = world.missing(FEED)
        for n in range(1, 30):
            desk.run(NOW + hours(2 * n))
        assert sorted(kinds(ops)) == ["edition-silent", "edition-silent", "feed-dead"], "each of them once, over two days"
        dead = next(e for e in ops.events if e.kind == "feed-dead")
        assert dead.subject == FEED and "babelwire feeds test" in dead.text
        assert kinds(readers) == [], "[alerts] to"
        fetcher.pages[FEED] = world.feed("pier", "bridge")
        fetcher.pages[f"{HOME}/bridge"] = world.story("bridge", title="Linden opens its new bridge over the river")
        for n in range(30, 60):
            desk.run(NOW + hours(2 * n))
        silent = ["edition-silent", "edition-silent"]
        over = ["edition-silent-over", "edition-silent-over"]
        assert [k for k in kinds(ops) if "silent" in k] == [*silent, *over, *silent], "and now nothing has come for two days again"
        assert [k for k in kinds(ops) if "feed" in k] == ["feed-dead", "feed-dead-over"]
        assert {a.kind.value for a, _ in desk.store.alerts()} == {"edition-silent"}
