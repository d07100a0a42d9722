"""One edition that cannot be brought out keeps no other back, and comes out once it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from babelwire.errors import PublishError
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import File
from babelwire.publishers.memory import MemoryPublisher
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours


class Stubborn(MemoryPublisher):
    """Takes no French story as long as it is ``shut``."""

    shut = True

    def put(self, files: Sequence[File]) -> None:
        if self.shut and any(f.path.startswith("fr/2") for f in files):
            raise PublishError("no room for fr/")
        super().put(files)


def test_an_edition_that_fails_keeps_no_other_back(tmp_path: Path) -> None:
    fetcher, publisher = ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW), Stubborn()
    with world.desk(world.settings(tmp_path), fetcher, publisher=publisher) as desk:
        assert [e.language for e in desk.editions] == ["fr", "en"], "the one that fails is the first"
        desk.poll(NOW), desk.take(NOW), desk.translate(NOW)
        done = desk.publish_all(NOW)
        assert (done.items, done.failed) == (1, 1) and done.notes == ["no room for fr/"]
        assert not desk.store.cards("fr")
        (english,) = desk.store.cards("en")
        assert publisher.read(f"{english.path}index.html") is not None
        publisher.shut = False
        desk.publish_all(NOW + hours(1))
        (french,) = desk.store.cards("fr")
        assert publisher.read(f"{french.path}index.html") is not None
