"""``run``, ``poll``, ``publish``, ``status``, ``why``, ``retry``, ``takedown``, ``backup`` on a desk that has been run."""

from __future__ import annotations

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire import make
from babelwire.cli import opening
from babelwire.cli.run import Listening, bind
from babelwire.cli.status import needs_a_person
from babelwire.demo import World
from babelwire.errors import ConfigError
from tests.cli.conftest import Run, small

TRAPS = ("northgate", "un-troops-mountain-road")


class TestRun:
    def test_once_does_everything(self, ready: Path) -> None:
        pages = list((ready.parent / "data" / "site").rglob("index.html"))
        assert len(pages) > 40

    def test_only_one_job(self, cli: Run, world: World, tmp_path: Path) -> None:
        path = tmp_path / "babelwire.toml"
        path.write_text(small(world), encoding="utf-8")
        result = cli("run", "--only", "poll")
        assert result.exit_code == 0
        assert result.stderr.startswith("poll      11 asked, 2 failures\n")
        assert json.loads(cli("status", "--json").stdout)["entries"]["by_state"] == {"found": 9}

    def test_a_second_run_finds_nothing_to_do(self, cli: Run, mine: Path) -> None:
        result = cli("run", "--only", "translate", "--config", str(mine))
        assert result.exit_code == 0
        assert result.stderr == ""

    def test_poll_answers_in_json(self, cli: Run, mine: Path) -> None:
        assert json.loads(cli("poll", "--json", "--config", str(mine)).stdout)["job"] == "poll"

    def test_publish_an_edition_that_is_not_there(self, cli: Run, mine: Path) -> None:
        result = cli("publish", "--edition", "de", "--config", str(mine))
        assert result.exit_code == 2
        assert "known: fr, ca, es, en" in result.stderr


class TestServe:
    def test_it_serves_the_site(self, ready: Path) -> None:
        listening = Listening(opening.config(ready), bind("127.0.0.1", 0))
        thread = threading.Thread(target=listening.run, daemon=True)
        thread.start()
        try:
            with urllib.request.urlopen(listening.address + "fr/", timeout=20) as answer:
                assert b'lang="fr"' in answer.read()
        finally:
            listening.server.should_exit = True
            thread.join(timeout=20)
        assert not thread.is_alive()

    @pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
    def test_it_ends_well(self, ready: Path, name: str) -> None:
        command = [sys.executable, "-m", "babelwire.cli", "serve", "--port", "0", "--config", str(ready)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            with urllib.request.urlopen(server.stdout.readline().strip(), timeout=20) as answer:
                assert answer.status == 200
            server.send_signal(signal.Signals[name])
            _, talk = server.communicate(timeout=30)
        assert (server.returncode, talk) == (0, "")

    def test_a_taken_port_is_named(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(ConfigError, match="name another with --port"):
                bind("127.0.0.1", taken.getsockname()[1])


class TestStatus:
    def test_for_people(self, cli: Run, ready: Path) -> None:
        result = cli("status", "--config", str(ready))
        assert result.stdout.startswith("Feeds      11: 9 well, 2 failing")
        assert "le-courrier: http" in result.stdout
        assert "Edition    fr: " in result.stdout

    def test_for_machines(self, cli: Run, ready: Path) -> None:
        found = json.loads(cli("status", "--json", "--config", str(ready)).stdout)
        assert found["feeds"]["total"] == 11
        assert found["needs_a_person"] == []

    def test_a_bug_needs_a_person(self, cli: Run, mine: Path) -> None:
        store = make.store(opening.config(mine))
        store.set_bug("entry", "abc", "Traceback: boom", datetime.now(UTC))
        store.close()
        result = cli("status", "--config", str(mine))
        assert result.exit_code == 1
        assert "Needs you  1 bug of ours" in result.stdout

    def test_what_needs_a_person(self) -> None:
        feed = {"url": "http://a.example/", "failures": 4, "reason": "500"}
        calm: dict[str, object] = {"feeds": {"failing": [feed], "retired": []}, "bugs": {"count": 0}}
        assert needs_a_person(calm) == []
        loud = {**calm, "feeds": {"failing": [{**feed, "failures": 5}], "retired": [{"url": "http://b.example/"}]}}
        assert needs_a_person(loud) == ["http://a.example/ has failed 5 times: 500", "http://b.example/ is gone for good (410)"]
        assert needs_a_person({**calm, "entries": {"failed": [{"reason": "no article", "items": 2}]}}) == ["2 items set aside: no article"]


class TestWhy:
    def test_by_link_and_by_path(self, cli: Run, ready: Path, world: World) -> None:
        by_link = cli("why", world.url(*TRAPS), "--json", "--config", str(ready))
        item = json.loads(by_link.stdout)
        path = next(t["page"]["path"] for t in item["translations"] if t["language"] == "en")
        by_path = json.loads(cli("why", path, "--json", "--config", str(ready)).stdout)
        assert by_path["key"] == item["key"]

    def test_it_tells_the_story(self, cli: Run, ready: Path, world: World) -> None:
        told = cli("why", world.url(*TRAPS), "--config", str(ready)).stdout
        assert told.startswith("UN troops reopen mountain road after talks with highland villages\n")
        for word in ("Feed       http", "Revision 1 seen", "by Helen Ostrander in Tersk", "en         published", "Log\n"):
            assert word in told
        every = cli("why", world.url(*TRAPS), "--sentences", "--config", str(ready)).stdout
        assert len(every) > len(told)
        assert "Nobody won and nobody lost." in every


class TestLookingAfter:
    def test_takedown(self, cli: Run, mine: Path, world: World) -> None:
        link = world.url(*TRAPS)
        item = json.loads(cli("why", link, "--json", "--config", str(mine)).stdout)
        page = mine.parent / "data" / "site" / next(t["page"]["path"] for t in item["translations"] if t["language"] == "en") / "index.html"
        assert b"UN troops" in page.read_bytes()
        assert cli("takedown", link, "--config", str(mine), input="n\n").exit_code == 1
        assert b"UN troops" in page.read_bytes()
        result = cli("takedown", link, "--reason", "asked by its author", "--yes", "--config", str(mine))
        assert result.exit_code == 0
        assert b"UN troops" not in page.read_bytes()
        assert "taken down for good: asked by its author" in cli("why", link, "--config", str(mine)).stdout

    def test_takedown_of_what_is_not_there(self, cli: Run, mine: Path) -> None:
        assert cli("takedown", "https://nowhere.example/", "--yes", "--config", str(mine)).exit_code == 1

    def test_retry_wants_one_or_all(self, cli: Run, mine: Path) -> None:
        assert cli("retry", "--config", str(mine)).exit_code == 2
        assert cli("retry", "x", "--all", "--config", str(mine)).exit_code == 2
        held = json.loads(cli("status", "--json", "--config", str(mine)).stdout)["translations"]["by_state"].get("held", {})
        assert json.loads(cli("retry", "--all", "--json", "--config", str(mine)).stdout) == {"items": sum(held.values())}
        assert cli("retry", "nothing-like-it", "--config", str(mine)).exit_code == 1

    def test_backup(self, cli: Run, mine: Path) -> None:
        copy = mine.parent / "copy.db"
        assert cli("backup", str(copy), "--config", str(mine)).exit_code == 0
        with sqlite3.connect(copy) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.close()
        again = cli("backup", str(copy), "--config", str(mine))
        assert again.exit_code == 1
        assert "never replaces" in again.stderr


def test_the_loop_stops_when_it_is_told_to(world: World, tmp_path: Path) -> None:
    """``run`` without --once, in a process of its own: SIGTERM ends it within seconds, and its work is there."""
    path = tmp_path / "babelwire.toml"
    path.write_text(small(world), encoding="utf-8")
    command = [sys.executable, "-m", "babelwire.cli", "--config", str(path), "run", "--serve", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        address = desk.stdout.readline().strip()
        until = time.monotonic() + 60
        while time.monotonic() < until and not list((tmp_path / "data" / "site").glob("en/2*")):
            time.sleep(0.2)
        with urllib.request.urlopen(address + "en/", timeout=20) as answer:
            assert answer.status == 200
        desk.send_signal(signal.SIGTERM)
        _, talk = desk.communicate(timeout=60)
    assert desk.returncode == 0, talk
    assert "poll      11 asked" in talk
