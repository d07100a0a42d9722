"""``config``, ``restore``, ``nginx-conf``, ``systemd-unit``, ``completion``, and the examples in the help."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from babelwire.cli import COMMANDS, examples, main
from tests.cli.conftest import Run

TEXT = """\
[desk]
name = "Le Fil 100%"
base_url = "https://fil.example"

[editions.fr]
[editions.pt-BR]

[engines.deep]
kind = "deepl"
options = { key = "env:NOBODY_SETS_THIS" }
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "babelwire.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


class TestConfig:
    def test_values_with_their_origin(self, cli: Run, written: Path) -> None:
        lines = cli("config", "show", "--origin").stdout.splitlines()
        assert 'desk.base_url\t"https://fil.example"\tbabelwire.toml:3' in lines
        assert "poll.minimum\t10.0\tdefault" in lines
        assert 'engines.deep.options.key\t"(hidden)"\tenv:NOBODY_SETS_THIS' in lines

    def test_what_was_changed(self, cli: Run, written: Path) -> None:
        changed = json.loads(cli("config", "show", "--changed", "--json").stdout)
        assert [s["key"] for s in changed] == ["desk.name", "desk.base_url", "engines.deep.kind", "engines.deep.options.key"]

    def test_one_table(self, cli: Run, written: Path) -> None:
        assert {line.split(".")[0] for line in cli("config", "show", "poll").stdout.splitlines()} == {"poll"}
        unknown = cli("config", "show", "pol")
        assert unknown.exit_code == 2 and "known tables: desk, " in unknown.stderr


class TestRestore:
    def test_there_and_back(self, cli: Run, mine: Path) -> None:
        copy = mine.parent / "copy.db"
        cli("backup", str(copy), "--config", str(mine))
        before = json.loads(cli("status", "--json", "--config", str(mine)).stdout)["published"]
        front = self.cards(mine)
        page = next((mine.parent / "data" / "site" / "fr").glob("2*/*/*/*/index.json")).parent
        cli("takedown", f"{page.relative_to(mine.parent / 'data' / 'site')}/", "--yes", "--config", str(mine))
        assert cli("restore", str(copy), "--config", str(mine), input="n\n").exit_code == 1
        result = cli("restore", str(copy), "--site", "--yes", "--config", str(mine))
        assert result.exit_code == 0, result.output
        after = json.loads(cli("status", "--json", "--config", str(mine)).stdout)["published"]
        assert after == before
        assert self.cards(mine) == front != [], "the same stories in the same order"
        kept = sorted(p.name.partition(".before-restore-")[0] for p in (mine.parent / "data").glob("*.before-restore-*"))
        assert kept == ["babelwire.db", "site"]

    def cards(self, mine: Path) -> list[str]:
        """The stories of the front page, in order."""
        page = (mine.parent / "data" / "site" / "fr" / "index.html").read_text(encoding="utf-8")
        return list(dict.fromkeys(re.findall(r'href="?(/fr/2\d{3}/[^" >]+)', page)))

    def test_what_is_no_backup(self, cli: Run, mine: Path) -> None:
        result = cli("restore", str(mine), "--yes", "--config", str(mine))
        assert result.exit_code == 1 and "cannot be read" in result.stderr


class TestNginx:
    def test_the_block(self, cli: Run, written: Path, tmp_path: Path) -> None:
        written.write_text(f"{TEXT}\n[web]\nsearch = true\nreports = true\n", encoding="utf-8")
        text = cli("nginx-conf", "--certificate", "/tls/c.pem", "--key", "/tls/k.pem", "--brotli").stdout
        assert f"root {tmp_path}/data/site;" in text and "server_name fil.example;" in text
        assert "^/(fr|pt-BR)/(search|report)/" in text and "brotli_static on;" in text
        assert "proxy_pass" not in cli("nginx-conf", "--upstream", "off").stdout
        assert cli("nginx-conf", "--key", "x").exit_code == 2

    def test_the_desk_is_passed_on_where_a_browser_can_sign_in(self, cli: Run, written: Path) -> None:
        tls = ("--certificate", "/tls/c.pem", "--key", "/tls/k.pem")
        written.write_text(f'{TEXT}\n[web]\ndesk_url = "https://desk.example"\n', encoding="utf-8")
        text = cli("nginx-conf", *tls, "--desk", "127.0.0.1:8081").stdout
        assert "server_name desk.example;" in text and "proxy_pass http://127.0.0.1:8081;" in text
        assert "desk.example" not in cli("nginx-conf", *tls).stdout
        assert cli("nginx-conf", "--desk", "127.0.0.1:8081").exit_code == 2, "no browser signs in without TLS"
        for web in ("", '\n[web]\ndesk_url = "https://fil.example"\n'):
            written.write_text(TEXT + web, encoding="utf-8")
            refused = cli("nginx-conf", *tls, "--desk", "127.0.0.1:8081")
            assert refused.exit_code == 2 and "web.desk_url: " in refused.stderr

    def test_what_search_and_reports_need(self, cli: Run, written: Path) -> None:
        written.write_text(f"{TEXT}\n[web]\nreports = true\n", encoding="utf-8")
        assert "^/(fr|pt-BR)/(report)/" in cli("nginx-conf").stdout
        written.write_text(TEXT, encoding="utf-8")
        assert "proxy_pass" not in cli("nginx-conf").stdout, "nobody answers them"

    def test_what_was_taken_down(self, cli: Run, mine: Path) -> None:
        assert cli("nginx-conf", "--gone", "--config", str(mine)).stdout.strip() == ""
        page = next((mine.parent / "data" / "site" / "fr").glob("2*/*/*/*/index.json"))
        path = f"{page.parent.relative_to(mine.parent / 'data' / 'site')}/"
        cli("takedown", path, "--yes", "--config", str(mine))
        lines = cli("nginx-conf", "--gone", "--config", str(mine)).stdout.splitlines()
        assert f"/{path} 1;" in lines and f"/{path}index.json 1;" in lines


class TestSystemd:
    def test_the_unit(self, cli: Run, written: Path) -> None:
        text = cli("systemd-unit", "--secrets", "/etc/a b", "--serve", "8080").stdout
        assert "ExecReload=/bin/kill -HUP $MAINPID" in text
        assert f" run --config {written} --serve 8080" in text
        assert f"ReadWritePaths={written.parent}/data" in text
        assert 'EnvironmentFile="/etc/a b"' in text and "(Le Fil 100%%)" in text
        assert "DynamicUser=yes" in cli("systemd-unit", "--user", "dynamic").stdout

    def test_systemd_takes_it(self, cli: Run, written: Path, tmp_path: Path) -> None:
        if shutil.which("systemd-analyze") is None:
            pytest.skip("systemd-analyze is not here")
        unit = tmp_path / "babelwire-test.service"
        unit.write_text(cli("systemd-unit", "--user", "dynamic", "--serve", "8080").stdout, encoding="utf-8")
        checked = subprocess.run(["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, timeout=60)
        assert (checked.returncode, checked.stderr) == (0, "")
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=25", str(unit)], capture_output=True, text=True, timeout=60
        )
        assert rated.returncode == 0, f"exposure above 2.5: {rated.stdout[-300:]}"


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_the_script_is_one(self, cli: Run, shell: str) -> None:
        script = cli("completion", shell).stdout
        assert "_BABELWIRE_COMPLETE" in script
        program = shutil.which(shell)
        if program is None:
            pytest.skip(f"{shell} is not here")
        assert subprocess.run([program, "-n"], input=script, text=True, timeout=30).returncode == 0

    def test_it_completes_commands_options_and_choices(self) -> None:
        def complete(words: str, at: int) -> set[str]:
            environment = {**os.environ, "_BABELWIRE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
            out = subprocess.run(
                [sys.executable, "-c", "from babelwire.cli import main; main(prog_name='babelwire')"],
                capture_output=True, text=True, env=environment, timeout=60,
            ).stdout  # fmt: skip
            return {line.partition(",")[2] for line in out.splitlines()}

        assert {"restore", "retry", "run"} <= complete("babelwire re", 1) | complete("babelwire r", 1)
        assert "--origin" in complete("babelwire config show --", 3)
        assert complete("babelwire completion ", 2) == {"bash", "zsh", "fish"}


class TestExamples:
    @pytest.mark.parametrize("name", sorted(COMMANDS))
    def test_every_command_has_one_in_its_help(self, cli: Run, name: str) -> None:
        assert "Examples:" in cli(name, "--help").output, f"add one to cli/examples.py: {name}"

    @pytest.mark.parametrize("typed", sorted({words for all_of in examples.EXAMPLES.values() for words, _ in all_of}))
    def test_they_are_right(self, typed: str) -> None:
        """Parsed as far as a shell's operators, without being run."""
        words = []
        for word in shlex.split(typed)[1:]:
            if word in (">", "|", "||", "&&"):
                break
            words.append(word)
        command: click.Command = main
        context = click.Context(main, info_name="babelwire")
        while isinstance(command, click.Group):
            name, found, words = command.resolve_command(context, words)
            assert found is not None
            command, context = found, click.Context(found, info_name=name, parent=context)
        command.make_context(command.name, words, parent=context.parent)

    def test_they_belong_to_commands_that_are_there(self) -> None:
        assert {name.split()[0] for name in examples.EXAMPLES} <= set(COMMANDS)
