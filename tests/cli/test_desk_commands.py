"""``run``, ``poll``, ``publish``, ``status``, ``why``, ``retry``, ``takedown``, ``backup`` on a desk that has been run."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire import make
from babelwire.cli import opening
from babelwire.cli.serving import Listening, bind, site
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
        with site(opening.config(ready)) as app:
            listening = Listening(app, bind("127.0.0.1", 0))
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

    def test_as_metrics(self, cli: Run, ready: Path) -> None:
        result = cli("status", "--metrics", "--config", str(ready))
        assert result.exit_code == 0
        found = {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in result.stdout.splitlines() if line[0] != "#"}
        assert found['babelwire_feeds{state="well"}'] == 9
        lag = {k: v for k, v in found.items() if k.startswith('babelwire_publication_lag_seconds_bucket{language="fr"')}
        assert lag and max(lag.values()) == found['babelwire_publication_lag_seconds_count{language="fr"}'] > 0

    def test_an_edition_that_has_gone_silent_needs_a_person(self, cli: Run, mine: Path) -> None:
        mine.write_text(mine.read_text(encoding="utf-8") + "[alerts]\nsilent_hours = 0.000001\n", encoding="utf-8")
        result = cli("status", "--config", str(mine))
        assert result.exit_code == 1
        assert "Needs you  edition fr has brought out nothing new since" in result.stdout

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


def test_the_loop(world: World, tmp_path: Path) -> None:
    """``run`` without --once, in a process of its own: what it serves and says, a changed configuration taken up, a broken one
    refused, and an end within seconds of SIGTERM."""
    path = tmp_path / "babelwire.toml"
    secret = "open-sesame-4711"
    observed = '[observe]\nlog = "json"\n[engines.far]\nkind = "deepl"\n'
    whole = small(world) + observed + 'options = { key = "env:DEEPL_TEST" }\n'
    path.write_text(
        whole.replace("[fetch]", f'[notify.ops]\nkind = "webhook"\noptions.url = "http://127.0.0.1:9/{secret}"\n[fetch]'), encoding="utf-8"
    )
    path.write_text(without(path.read_text(encoding="utf-8"), world.feeds["el-faro"]), encoding="utf-8")
    command = [sys.executable, "-m", "babelwire.cli", "--config", str(path), "run", "--serve", "0", "--observe", f"127.0.0.1:{free_port()}"]
    environment = {**os.environ, "DEEPL_TEST": secret}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as desk:
        assert desk.stdout is not None
        address = desk.stdout.readline().strip()
        log = Following(desk)
        until(lambda: list((tmp_path / "data" / "site").glob("en/2*")))
        with urllib.request.urlopen(address + "en/", timeout=20) as answer:
            assert answer.status == 200
        metrics, health = (get(log.find("started")["text"], name) for name in ("metrics", "health"))
        assert 'babelwire_feeds{state="well"}' in metrics
        assert json.loads(health)["database"] == "ok"
        good = path.read_text(encoding="utf-8")
        path.write_text("[desk\n", encoding="utf-8")
        assert "goes on as it was" in str(log.find("refused")["text"])
        path.write_text(whole, encoding="utf-8")
        assert "1 added" in str(log.find("reloaded")["text"])
        until(lambda: any(e["event"] == "poll" and e["items"] == 1 for e in log.events))
        path.write_text(good, encoding="utf-8")
        until(lambda: [e for e in log.events if "1 dropped" in str(e.get("text"))])
        desk.send_signal(signal.SIGHUP)
        until(lambda: [e for e in log.events if e.get("text") == "nothing in it has changed"])
        desk.send_signal(signal.SIGTERM)
        assert desk.wait(60) == 0, log.events
        log.thread.join(20)
    assert log.events[-1]["event"] == "stopped"
    assert any(e["event"] == "poll" and e["items"] == 10 for e in log.events)
    for text in (metrics, health, json.dumps(log.events)):
        assert secret not in text


def without(text: str, feed: str) -> str:
    """The configuration without one feed."""
    assert feed in text
    return text.replace(f'"{feed}"', "")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def get(greeting: object, name: str) -> str:
    found = re.search(r"http://\S+(?=;)", str(greeting))
    assert found
    with urllib.request.urlopen(found[0] + name, timeout=20) as answer:
        return str(answer.read().decode())


def until(what: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.1)


class Following:
    """The events of a running desk, read as they come."""

    def __init__(self, desk: subprocess.Popen[str]) -> None:
        self.events: list[dict[str, object]] = []
        self.stream = desk.stderr
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        assert self.stream is not None
        for line in self.stream:
            self.events.append(json.loads(line))

    def find(self, name: str) -> dict[str, object]:
        until(lambda: [e for e in self.events if e["event"] == name])
        return next(e for e in self.events if e["event"] == name)
