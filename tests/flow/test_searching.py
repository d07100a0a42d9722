"""Searching is switched on after a while: what came out before is found as well."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Query
from babelwire.stores.sqlite import SqliteStore
from tests.flow.world import FEED, HOME, NOW, desk, feed, settings, story


def test_pages_from_before_searching_was_switched_on_are_found_after_the_next_start(tmp_path: Path) -> None:
    recorded: dict[str, Any] = {FEED: feed("pier"), f"{HOME}/pier": story("pier")}
    path = tmp_path / "babelwire.db"
    asked = Query(language="fr", words="Calder 240")
    with closing(SqliteStore(path)) as store:
        with desk(settings(tmp_path), ReplayFetcher(recorded), store=store) as without:
            without.publish_frame(NOW)
            without.run(NOW)
            assert len(store.cards("fr")) == 1 and store.search(asked).total == 0 and store.unindexed() == 2
        with desk(settings(tmp_path, web={"search": True}), ReplayFetcher(recorded), store=store) as with_search:
            with_search.publish_frame(NOW)
        assert [h.card.language for h in store.search(asked).hits] == ["fr"] and store.unindexed() == 0
