"""What the guards say on the command line: sources set aside, feeds that are led away, news that nobody takes."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from babelwire import config, make
from babelwire.model import EntryState, Sample, replace
from babelwire.stores.sqlite import SqliteStore
from tests.cli.conftest import Run

NOW = datetime.now(UTC)


def opened(path: Path) -> SqliteStore:
    made = make.store(config.load(path))
    assert isinstance(made, SqliteStore)
    return made


def test_a_source_set_aside_is_named_and_accepted(cli: Run, mine: Path) -> None:
    with closing(opened(mine)) as store:
        card = store.cards("en", limit=1)[0]
        store.set_watch(card.source_id, Sample(key=card.key, seen=NOW), lambda *_: "its articles are much shorter", NOW)
        store.set_entry(card.key, failure="set aside", next_try=None, state=EntryState.ASIDE, now=NOW)
    shown = cli("--config", str(mine), "status")
    assert shown.exit_code == 1
    assert f"{card.source_id}: 1 article set aside: its articles are much shorter" in shown.output
    assert "babelwire feeds accept" in shown.output
    assert "aside" in cli("--config", str(mine), "why", card.key).output
    accepted = cli("--config", str(mine), "feeds", "accept", card.source_id)
    assert accepted.exit_code == 0 and "1 article read again" in accepted.output
    again = cli("--config", str(mine), "feeds", "accept", card.source_id)
    assert again.exit_code == 1 and "is not set aside" in again.output
    assert "set aside" not in cli("--config", str(mine), "status").output


def test_a_feed_that_is_led_away_and_one_that_moves(cli: Run, mine: Path) -> None:
    with closing(opened(mine)) as store:
        one, two, *_ = store.feed_states()
        away = replace(one, moved_to="https://pills.example/feed", moved_seen=0, moved_since=NOW, failures=1, failure="sent on")
        moving = replace(two, moved_to="https://new.example/feed", moved_seen=2, moved_since=NOW)
        store.record_poll([away, moving], now=NOW)
    shown = cli("--config", str(mine), "status")
    assert shown.exit_code == 1
    assert "is sent on to https://new.example/feed (2 polls in a row)" in shown.output
    assert f"{one.feed.url} is sent on for good to https://pills.example/feed, where none of its stories are known" in shown.output
    listed = {f["url"]: f["state"] for f in json.loads(cli("--config", str(mine), "feeds", "list", "--json").output)}
    assert (listed[one.feed.url], listed[two.feed.url]) == ("led away", "moving")


def test_news_that_waits_and_news_that_was_given_up(cli: Run, mine: Path) -> None:
    with closing(opened(mine)) as store:
        card = store.cards("en", limit=1)[0]
        store.withdraw(card.key, "410", NOW)
        store.mark_published(store.to_publish("en", 9), NOW, ("chat", "hook"))
        chat = next(x for x in store.claim_letters(NOW, 9, timedelta(minutes=1)) if x.receiver == "chat")
        store.set_letter(chat, failure="nobody there")
    shown = cli("--config", str(mine), "status")
    assert "Outbox     1 message, oldest since" in shown.output
    assert "1 message to chat given up: nobody there" in shown.output and shown.exit_code == 1
    assert "1 item" in cli("--config", str(mine), "retry", "--all").output
    assert "given up" not in cli("--config", str(mine), "status").output


def test_telling_is_a_job_of_its_own(cli: Run, mine: Path) -> None:
    assert cli("--config", str(mine), "run", "--only", "tell").exit_code == 0
