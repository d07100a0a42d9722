"""Dockerfile and compose file say what they must: parsed, since no container runs where the tests run."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from babelwire.cli import COMMANDS, main
from babelwire.engines.apertium import apertium_packages
from tests.conftest import ROOT

Instruction = tuple[str, str]


def instructions() -> list[Instruction]:
    """(name, words) of the Dockerfile, lines that go on put together."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.M))
    return [(name.upper(), words) for name, _, words in (line.partition(" ") for line in text.splitlines() if line.strip())]


def stages() -> list[list[Instruction]]:
    found: list[list[Instruction]] = []
    for name, words in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, words))
    return found


def of(stage: list[Instruction], name: str) -> list[str]:
    return [words for n, words in stage if n == name]


class TestDockerfile:
    def test_two_stages_on_the_same_pinned_base(self) -> None:
        build, last = stages()
        bases = [words.split()[0] for stage in (build, last) for words in of(stage, "FROM")]
        assert bases[0] == bases[1] and re.fullmatch(r"python:3\.(11|12|13)-slim-bookworm", bases[0])

    def test_dependencies_come_from_the_lock_with_hashes(self) -> None:
        build, last = stages()
        installs = [words for words in of(build, "RUN") if "pip install" in words]
        assert "--require-hashes" in installs[0] and "requirements.lock" in installs[0]
        assert all("--no-deps" in words for words in installs)
        assert not any("pip install" in words for words in of(last, "RUN"))
        lock = next(n for n, (name, words) in enumerate(build) if name == "COPY" and "requirements.lock" in words)
        source = next(n for n, (name, words) in enumerate(build) if name == "COPY" and words.startswith("src"))
        assert lock < source, "a change of the code does not install everything again"

    def test_it_runs_as_nobody_in_particular(self) -> None:
        last = stages()[-1]
        names = [name for name, _ in last]
        (user,) = of(last, "USER")
        uid, gid = (int(x) for x in user.split(":"))
        assert uid >= 10_000 and gid >= 10_000
        assert names.index("USER") < names.index("CMD") and "RUN" not in names[names.index("USER") :]

    def test_apertium_is_there_and_apt_leaves_nothing(self) -> None:
        run = " ".join(of(stages()[-1], "RUN"))
        assert "packages-engine.txt" in run and "--no-install-recommends" in run and "rm -rf /var/lib/apt/lists/*" in run
        assert set(apertium_packages()) <= set((ROOT / "packages-engine.txt").read_text(encoding="utf-8").split())

    def test_it_looks_after_its_health(self) -> None:
        (check,) = of(stages()[-1], "HEALTHCHECK")
        command = json.loads(check.partition("CMD ")[2])
        compile(command[2], "healthcheck", "exec")
        assert "127.0.0.1:9464/health" in command[2]
        assert "127.0.0.1:9464" in json.loads(of(stages()[-1], "CMD")[0]), "there the desk answers"

    def test_what_it_runs_is_a_command(self) -> None:
        last = stages()[-1]
        assert of(last, "ENTRYPOINT") == ['["babelwire"]']
        parses(json.loads(of(last, "CMD")[0]))

    def test_no_secret_and_nothing_fetched_by_hand(self) -> None:
        text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
        assert not re.search(r"^(ARG|ENV)\s.*(KEY|TOKEN|SECRET|PASSWORD)", text, re.M)
        assert not re.search(r"\b(curl|wget|ADD)\b", text)

    def test_what_is_copied_is_let_in(self) -> None:
        kept = [line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")]
        copied = {w for stage in stages() for words in of(stage, "COPY") if "--from" not in words for w in words.split()[:-1]}
        assert copied == set(kept)
        assert all((ROOT / name).exists() for name in kept)


def parses(words: list[str]) -> None:
    command = main.get_command(main.make_context("babelwire", ["--help"], resilient_parsing=True), words[0])
    assert command is not None and words[0] in COMMANDS
    command.make_context(words[0], words[1:])


class TestCompose:
    @pytest.fixture
    def services(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
        assert set(found) == {"name", "services", "volumes"} and set(found["volumes"]) == {"data"}
        services: Mapping[str, Any] = found["services"]
        return services

    def test_the_desk_has_no_more_rights_than_it_needs(self, services: Mapping[str, Any]) -> None:
        desk = services["desk"]
        assert desk["user"] == "10001:10001" and desk["read_only"] is True and desk["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in desk["security_opt"]
        assert "ports" not in desk and "privileged" not in desk and desk["mem_limit"] and desk["pids_limit"]
        parses(desk["command"])
        assert "127.0.0.1:9464" in desk["command"], "there the image's health check asks"

    def test_what_must_last_is_in_a_volume(self, services: Mapping[str, Any]) -> None:
        volumes = services["desk"]["volumes"]
        assert "data:/srv/babelwire/data" in volumes and any(v.endswith("babelwire.toml:ro") for v in volumes)
        assert "data:/srv/babelwire/data:ro" in services["web"]["volumes"]

    def test_it_starts_again_ends_well_and_its_log_does_not_fill_the_disk(self, services: Mapping[str, Any]) -> None:
        for service in services.values():
            assert service["restart"] == "unless-stopped"
            assert service["logging"]["options"]["max-size"]
        assert services["desk"]["stop_grace_period"] == "60s" and services["desk"]["init"] is True
        assert services["web"]["depends_on"]["desk"]["condition"] == "service_healthy"

    def test_commands_in_its_comments_are_commands(self) -> None:
        text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
        for words in re.findall(r"docker compose run --rm desk ([^>\n]+)", text):
            parses(shlex.split(words))

    def test_docker_takes_it(self) -> None:
        if shutil.which("docker") is None or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
            pytest.skip("docker compose is not here")
        checked = subprocess.run(
            ["docker", "compose", "-f", str(ROOT / "compose.yaml"), "config", "--quiet"], capture_output=True, text=True, timeout=60
        )
        assert checked.returncode == 0, checked.stderr
