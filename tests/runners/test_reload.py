"""A changed configuration is taken up while the desk runs; one that cannot be used is refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from babelwire import config
from babelwire.config import Config
from babelwire.desk import Desk
from babelwire.errors import ConfigError
from babelwire.runners import reload

ONE = '[desk]\n[sources.a]\nname = "A"\nfeeds = ["https://a.example/1"]\n'
TWO = ONE.replace('"]', '", "https://a.example/2"]')


class Watched:
    """The loop run in a thread on desks that only say that they are there."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log: list[tuple[str, object]] = []
        self.stop, self.asked = threading.Event(), threading.Event()
        self.broken: Exception | None = None
        self.slow = threading.Event()
        self.error: BaseException | None = None
        self.parts = reload.Parts(load=lambda: config.load(path, {}), open=self.open, work=self.work, told=self.told)
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        try:
            reload.run(config.load(self.path, {}), self.parts, self.stop, self.asked)
        except BaseException as error:  # noqa: BLE001 - looked at by the test
            self.error = error

    @contextmanager
    def open(self, made: Config) -> Iterator[Desk]:
        if self.broken:
            raise self.broken
        yield cast(Desk, None)
        self.log.append(("closed", len(made.feeds)))

    def work(self, desk: Desk, made: Config, over: threading.Event) -> None:
        self.log.append(("works", len(made.feeds)))
        if len(made.feeds) == 3:
            raise RuntimeError("a bug")
        over.wait()
        if self.slow.is_set():
            time.sleep(0.3)

    def told(self, word: str, text: str) -> None:
        self.log.append((word, text))

    def until(self, what: Callable[[], Any]) -> None:
        end = time.monotonic() + 20
        while not what():
            assert time.monotonic() < end, self.log
            time.sleep(0.01)

    def words(self) -> list[str]:
        return [word for word, _ in self.log]


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    monkeypatch.setattr(reload, "LOOK", 0.02)
    path = tmp_path / "babelwire.toml"
    path.write_text(ONE, encoding="utf-8")
    made = Watched(path)
    made.until(lambda: made.words() == ["works"])
    yield made
    made.stop.set()
    made.thread.join(20)
    assert not made.thread.is_alive()


def test_a_new_feed_is_taken_up_and_the_old_desk_ends(watched: Watched) -> None:
    watched.path.write_text(TWO, encoding="utf-8")
    watched.until(lambda: "closed" in watched.words())
    assert ("works", 2) in watched.log and ("closed", 1) in watched.log
    assert ("reloaded", "feeds: 1 added, 0 dropped") in watched.log
    watched.stop.set()
    watched.thread.join(20)
    assert watched.log[-1] == ("closed", 2)


def test_the_new_desk_does_not_wait_for_the_old_one(watched: Watched) -> None:
    watched.slow.set()
    watched.path.write_text(TWO, encoding="utf-8")
    watched.until(lambda: "closed" in watched.words())
    assert watched.log.index(("works", 2)) < watched.log.index(("closed", 1))


@pytest.mark.parametrize("bad", ["[desk\n", "[dsk]\n", '[desk]\ndata = "elsewhere"\n'])
def test_a_bad_file_is_refused_once_and_the_old_desk_goes_on(watched: Watched, bad: str) -> None:
    watched.path.write_text(bad, encoding="utf-8")
    watched.until(lambda: "refused" in watched.words())
    time.sleep(0.2)
    assert watched.words() == ["works", "refused"]
    assert "the desk goes on as it was" in str(watched.log[-1][1])
    watched.path.write_text(TWO, encoding="utf-8")
    watched.until(lambda: ("works", 2) in watched.log)


def test_a_file_that_is_gone_for_a_moment(watched: Watched) -> None:
    watched.path.unlink()
    watched.until(lambda: "refused" in watched.words())
    watched.path.write_text(ONE, encoding="utf-8")
    watched.until(lambda: watched.words().count("works") == 2)


def test_parts_that_cannot_be_made_are_refused(watched: Watched) -> None:
    watched.broken = ConfigError("engines.x: no engine of kind 'y'")
    watched.path.write_text(TWO, encoding="utf-8")
    watched.until(lambda: "refused" in watched.words())
    assert watched.words() == ["works", "refused"]


def test_somebody_asks(watched: Watched) -> None:
    watched.asked.set()
    watched.until(lambda: "reloaded" in watched.words())
    assert ("reloaded", "nothing in it has changed") in watched.log


def test_a_bug_in_the_loop_ends_the_run(watched: Watched) -> None:
    watched.path.write_text(ONE.replace('"]', '", "https://a.example/2", "https://a.example/3"]'), encoding="utf-8")
    watched.thread.join(20)
    assert isinstance(watched.error, RuntimeError)
    assert watched.words().count("closed") == 2


def test_rules_and_glossaries_are_watched(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "terms.toml").write_text("", encoding="utf-8")
    path = tmp_path / "babelwire.toml"
    path.write_text('rules = ["rules"]\nglossaries = ["terms.toml"]\n', encoding="utf-8")
    made = config.load(path, {})
    seen = [reload.stamp(made)]
    (tmp_path / "rules" / "a.toml").write_text("x", encoding="utf-8")
    seen.append(reload.stamp(made))
    (tmp_path / "rules" / "a.toml").write_text("xy", encoding="utf-8")
    seen.append(reload.stamp(made))
    (tmp_path / "terms.toml").write_text("x", encoding="utf-8")
    seen.append(reload.stamp(made))
    assert len(set(seen)) == 4
