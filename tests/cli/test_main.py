"""The command line as a whole: start, help, errors, exit status, documentation."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from babelwire import __version__
from babelwire.cli import COMMANDS, main
from tests.cli.conftest import Run

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")


def everything() -> Iterator[tuple[str, click.Command]]:
    """Every command and command of a group, with its full name."""
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", made) for sub, made in command.commands.items())


def test_version_starts_fast() -> None:
    """CPU time, so that a busy machine does not matter: 150 ms at most, and nothing heavy is imported."""
    code = "import sys; from babelwire.cli import main\ntry: main(['--version'])\nexcept SystemExit: print(*sorted(sys.modules))"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert out.startswith(f"babelwire {__version__}\n")
    assert not {"rich", "msgspec", "lxml", "sqlalchemy", "jinja2", "aiohttp", "babelwire.make", "babelwire.model"} & set(out.split())
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.150


def test_help_lists_every_command_without_loading_it(cli: Run) -> None:
    result = cli("--help")
    assert result.exit_code == 0
    assert all(re.search(rf"^  {name} ", result.output, re.MULTILINE) for name in COMMANDS)


@pytest.mark.parametrize("name", [name for name, _ in everything()])
def test_every_command_has_help(name: str, cli: Run) -> None:
    result = cli(*name.split(), "--help")
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 4
    assert "Traceback" not in result.output


def test_the_short_help_is_true() -> None:
    """The table of commands says the same as the commands."""
    for name, command in everything():
        if name in COMMANDS:
            said, own = COMMANDS[name][1], command.get_short_help_str(200)
            assert said.split()[0] == own.split()[0], name


def test_every_command_and_option_is_documented() -> None:
    for name, command in everything():
        assert f"`{name}" in DOCS, name
        for option in command.params:
            long = next((o for o in option.opts if o.startswith("--")), None)
            if isinstance(option, click.Option) and not option.hidden and long not in (None, "--json", "--config"):
                assert f"`{long}" in DOCS or f" {long}" in DOCS, f"{name} {long}"


def test_every_reading_command_has_json() -> None:
    reads = {"status", "why", "doctor", "translate", "feeds list", "feeds test", "feeds discover", "engines list", "engines test", "poll"}
    have = {name for name, command in everything() if any("--json" in o.opts for o in command.params)}
    assert reads <= have


def test_a_wrong_word_names_the_nearest(cli: Run) -> None:
    result = cli("staus")
    assert result.exit_code == 2
    assert "Did you mean 'status'?" in result.stderr


class TestConfiguration:
    def test_none_is_one_line_and_exit_2(self, cli: Run) -> None:
        result = cli("status")
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr == "error: babelwire.toml: no such file; `babelwire init` writes one\n"

    def test_unknown_key(self, cli: Run) -> None:
        Path("babelwire.toml").write_text("[desk]\nbase_ur = 1\n", encoding="utf-8")
        result = cli("poll")
        assert result.exit_code == 2
        assert "did you mean 'base_url'?" in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_before_or_after_the_command_or_in_the_environment(self, cli: Run, ready: Path) -> None:
        for words, env in (
            (("--config", str(ready), "feeds", "list"), {}),
            (("feeds", "list", "--config", str(ready)), {}),
            (("feeds", "list"), {"BABELWIRE_CONFIG": str(ready)}),
        ):
            result = cli(*words, env=env)
            assert result.exit_code == 0, result.output
            assert len(result.stdout.splitlines()) == 11


def test_an_error_of_ours_is_exit_1(cli: Run, ready: Path) -> None:
    result = cli("why", "https://nowhere.example/", "--config", str(ready))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "never seen" in result.stderr


def test_no_color(cli: Run, ready: Path) -> None:
    coloured = cli("doctor", "--config", str(ready), color=True)
    plain = cli("doctor", "--config", str(ready), color=True, env={"NO_COLOR": "1"})
    assert "\x1b[" in coloured.stdout
    assert "\x1b[" not in plain.stdout
