"""News reaches its receivers although the desk is killed, or they are down, at the worst moment."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from babelwire import make
from babelwire.errors import NotifyError, PublishError
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Event, File
from babelwire.notifiers.memory import MemoryNotifier
from babelwire.notifiers.webhook import WebhookNotifier
from babelwire.seams import Notifier
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours
from tests.notifiers.receiver import listening


class Down(MemoryNotifier):
    """Takes nothing until it is up again."""

    up = False
    tried = 0

    def tell(self, event: Event) -> None:
        self.tried += 1
        if not self.up:
            raise NotifyError("chat: nobody there")
        super().tell(event)


class Killed(BaseException):
    """As if the process had been killed here."""


def fetching() -> ReplayFetcher:
    return ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}, clock=lambda: NOW)


def opened(path: Path) -> object:
    return make.part("store", "sqlite", "test", path=path)


def test_a_receiver_that_is_down_delays_nobody_and_is_told_once_it_is_up(tmp_path: Path) -> None:
    chat, hook = Down(), MemoryNotifier()
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"chat": chat, "hook": hook}) as desk:
        desk.run(NOW)
        assert sorted(e.language for e in hook.events) == ["en", "fr"] and chat.events == []
        before = chat.tried
        desk.tell(NOW + hours(0.01))
        assert chat.tried == before, "not again at once"
        chat.up = True
        desk.tell(NOW + hours(1))
        assert sorted(e.subject for e in chat.events) == sorted(e.subject for e in hook.events)
        assert {e.when for e in chat.events} == {NOW}
        desk.run(NOW + hours(2))
        assert len(chat.events) == len(hook.events) == 2


def test_a_receiver_that_stays_down_is_given_up_and_a_person_is_told(tmp_path: Path) -> None:
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"chat": Down()}) as desk:
        desk.run(NOW)
        for n in range(1, 12):
            desk.tell(NOW + hours(25 * n))
        overview = desk.store.overview(NOW)
        assert overview["outbox"] == {
            "waiting": 0,
            "oldest": None,
            "failed": [{"receiver": "chat", "reason": "chat: nobody there", "items": 2}],
        }


def test_killed_between_the_page_and_the_news(tmp_path: Path) -> None:
    """Killed after the pages are out and before the store knows: they come out again, and are news once."""
    hook: dict[str, Notifier] = {"hook": (told := MemoryNotifier())}
    store = opened(tmp_path / "babelwire.db")
    with pytest.raises(Killed), world.desk(world.settings(tmp_path), fetching(), notifiers=hook, store=store) as desk:
        desk.poll(NOW), desk.take(NOW), desk.translate(NOW)

        class Dying:
            """The site's folder: written to in full, then the desk dies."""

            files: dict[str, bytes] = {}  # noqa: RUF012

            def put(self, files: object) -> None:
                if any("sitemap" in f.path for f in files):  # type: ignore[attr-defined]
                    raise Killed

            def read(self, path: str) -> None:
                return None

            def remove(self, paths: object) -> None:
                return None

        object.__setattr__(desk, "publisher", Dying())
        desk.publish_all(NOW)
    with world.desk(world.settings(tmp_path), fetching(), notifiers=hook, store=opened(tmp_path / "babelwire.db")) as desk:
        desk.tell(NOW)
        assert told.events == [], "nobody is told of what may not be out"
        desk.run(NOW + hours(1))
        assert sorted(e.language for e in told.events) == ["en", "fr"]


def test_killed_between_the_news_and_its_receiver(tmp_path: Path) -> None:
    hook = {"hook": MemoryNotifier()}
    with world.desk(world.settings(tmp_path), fetching(), notifiers=hook, store=opened(tmp_path / "babelwire.db")) as desk:
        desk.poll(NOW), desk.take(NOW), desk.translate(NOW), desk.publish_all(NOW)
    with world.desk(world.settings(tmp_path), fetching(), notifiers=hook, store=opened(tmp_path / "babelwire.db")) as desk:
        desk.tell(NOW + hours(1))
    assert len(hook["hook"].events) == 2


def test_killed_before_the_delivery_was_written_down_the_same_message_comes_again(tmp_path: Path) -> None:
    """At least once: the receiver knows it by its id."""
    with (
        listening() as receiver,
        world.desk(
            world.settings(tmp_path, editions={"fr": {"title": "Le Fil"}}),
            fetching(),
            notifiers={"hook": WebhookNotifier(receiver.url, base_url="https://fil.example", pause=0)},
        ) as desk,
    ):
        desk.poll(NOW), desk.take(NOW), desk.translate(NOW), desk.publish_all(NOW)
        (letter,) = desk.store.claim_letters(NOW, 5, hours(0.1))
        desk.notifiers["hook"].tell(letter.event)  # ... and here it dies
        desk.tell(NOW + hours(1))
        (first, _), (second, _) = receiver.heard
        assert first["webhook-id"] == second["webhook-id"] and first["webhook-timestamp"] == second["webhook-timestamp"]
        desk.tell(NOW + hours(2))
        assert len(receiver.heard) == 2


def test_a_receiver_that_is_not_configured_any_more(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.db"
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"old": Down(), "new": MemoryNotifier()}, store=opened(path)) as desk:
        desk.run(NOW)
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"new": MemoryNotifier()}, store=opened(path)) as desk:
        desk.tell(NOW + hours(1))
        assert desk.store.overview(NOW)["outbox"] == {"waiting": 0, "oldest": None, "failed": []}


def test_a_desk_that_tells_nobody_any_more_keeps_no_letters(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.db"
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"old": Down()}, store=opened(path)) as desk:
        desk.run(NOW)
    with world.desk(world.settings(tmp_path), fetching(), store=opened(path)) as desk:
        desk.tell(NOW + hours(1))
        assert desk.store.overview(NOW)["outbox"] == {"waiting": 0, "oldest": None, "failed": []}


def test_a_disk_that_is_full_publishes_nothing_by_halves_and_tells_nobody(tmp_path: Path) -> None:
    """The publication stays waiting, the desk goes on, and comes back to it when there is room."""
    told = MemoryNotifier()
    with world.desk(world.settings(tmp_path), fetching(), notifiers={"hook": told}) as desk:
        put = desk.publisher.put
        full = True

        def writing(files: Sequence[File]) -> None:
            if full:
                raise PublishError("site: no space left on device; make room, the desk goes on by itself")
            put(files)

        desk.publisher.put = writing  # type: ignore[method-assign]
        notes: list[str] = []
        desk.run(NOW, lambda job, done: notes.extend(done.notes))
        done = desk.publish_all(NOW)
        assert done.failed == 2 and all("no space left" in n for n in done.notes)
        assert told.events == [] and desk.store.cards("fr") == []
        full = False
        desk.run(NOW + hours(0.1))
        assert sorted(e.language for e in told.events) == ["en", "fr"]
        assert len(desk.store.cards("fr")) == 1
