"""``routes list``, ``routes test``, ``release``, and what ``why`` says of rules, on the demo world."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

RULES = """
[[routes]]
name = "troops"
when = { keywords = ["troops", "soldiers"], language = "en" }
then = { breaking = true, section = "world" }

[[routes]]
name = "held"
when = { keywords = "troops" }
then = { hold = "the foreign desk reads it" }
"""


@pytest.fixture
def address(ready: Path, cli: Run) -> str:
    """Of an article about troops on the demo world's site."""
    from babelwire.cli import opening
    from babelwire.model import utc_now

    with opening.store(opening.config(ready), utc_now()) as store:
        (found,) = [c.key for c in store.cards("en", limit=100) if "troops" in c.headline]
    return found


@pytest.fixture
def ruled(mine: Path) -> Path:
    mine.write_text(mine.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    return mine


def test_list(cli: Run, ruled: Path) -> None:
    shown = cli("routes", "list", "--config", str(ruled)).stdout
    assert "troops" in shown and "language en; keywords troops, soldiers" in shown and "section world; breaking" in shown
    assert json.loads(cli("routes", "list", "--json", "--config", str(ruled)).stdout)[1] == {
        "name": "held",
        "when": {"keywords": "troops"},
        "then": {"hold": "the foreign desk reads it"},
    }


def test_trying_rules_changes_nothing(cli: Run, ruled: Path, address: str) -> None:
    before = cli("why", address, "--json", "--config", str(ruled)).stdout
    shown = cli("routes", "test", address, "--config", str(ruled)).stdout
    assert "✓ troops" in shown and "✓ held" in shown
    assert "breaking; section world; routing rule 'held' holds it: the foreign desk reads it" in shown
    told = json.loads(cli("routes", "test", address, "--json", "--config", str(ruled)).stdout)
    assert told["matched"] == ["troops", "held"] and told["breaking"] and set(told["editions"]) == {"fr", "ca", "es", "en"}
    assert cli("why", address, "--json", "--config", str(ruled)).stdout == before


def test_an_address_that_nobody_has_seen(cli: Run, ruled: Path) -> None:
    result = cli("routes", "test", "https://nowhere.example/", "--config", str(ruled))
    assert result.exit_code == 1 and "never seen" in result.stderr


def test_a_wrong_rule_is_told_by_every_command(cli: Run, mine: Path) -> None:
    mine.write_text(mine.read_text(encoding="utf-8") + RULES.replace('"world"', '"wrold"'), encoding="utf-8")
    for command in (["status"], ["routes", "list"], ["run", "--once"]):
        result = cli(*command, "--config", str(mine))
        assert result.exit_code == 2
        assert "routes[1] ('troops').then.section: no section 'wrold'; did you mean 'world'?" in result.stderr


def test_held_by_a_rule_named_by_why_and_released(cli: Run, ruled: Path, address: str, tmp_path: Path) -> None:
    from babelwire.cli import opening
    from babelwire.model import utc_now

    now = utc_now()
    with opening.desk(opening.config(ruled), now) as desk:  # asked for again, as after a correction
        article, entry = desk.store.article(address), desk.store.entry(address)
        assert article is not None and entry is not None
        carried = desk.router.plan(article, entry).assignments
        changed = type(article)(**{f: getattr(article, f) for f in article.__slots__} | {"headline": f"{article.headline} again"})
        desk.store.add_revision(changed, [], list(carried), assignments=carried, story="x", revisit=None, now=now)
        while desk.translate(now).items:
            pass
    told = cli("why", address, "--config", str(ruled)).stdout
    assert "routing rules that match: troops, held" in told
    assert "for review: routing rule 'held' holds it: the foreign desk reads it" in told
    assert "held: for review: routing rule 'held'" in cli("status", "--config", str(ruled)).stdout
    assert "4 translations released" in cli("release", address, "--config", str(ruled)).stderr
    result = cli("release", address, "--config", str(ruled))
    assert result.exit_code == 1 and "nothing of it is held" in result.stderr
