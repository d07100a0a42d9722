"""What `make check` says of the vulnerabilities of dependencies, and that it says when it could not look."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tools import audit

FOUND = {
    "dependencies": [
        {"name": "lxml", "version": "4.6.2", "vulns": [{"id": "PYSEC-2021-19", "aliases": ["CVE-2021-28957"], "fix_versions": ["4.6.3"]}]},
        {"name": "click", "version": "8.2.0", "vulns": []},
        {"name": "babelwire", "skip_reason": "not on PyPI"},
    ]
}


def answering(monkeypatch: pytest.MonkeyPatch, *services: str, stdout: str = "") -> list[str]:
    asked: list[str] = []

    def ran(service: str, requirements: Path) -> subprocess.CompletedProcess[str]:
        asked.append(service)
        return subprocess.CompletedProcess([], 1, stdout, "ConnectionError")

    monkeypatch.setattr(audit, "reachable", lambda url: url in {audit.SERVICES[s] for s in services})
    monkeypatch.setattr(audit, "audit", ran)
    return asked


def test_a_vulnerability_fails_the_check(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answering(monkeypatch, "pypi", stdout=json.dumps(FOUND))
    assert audit.main([]) == 1
    assert capsys.readouterr().out == "lxml 4.6.2: PYSEC-2021-19 (CVE-2021-28957), fixed in 4.6.3\n"


def test_none_is_said_to_be_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    asked = answering(monkeypatch, "osv", stdout=json.dumps({"dependencies": [{"name": "click", "version": "8.2.0", "vulns": []}]}))
    assert audit.main([]) == 0 and asked == ["osv"]
    assert capsys.readouterr().out == "no known vulnerability in requirements.lock (osv)\n"


@pytest.mark.parametrize("services", [(), ("pypi", "osv")], ids=["nobody there", "both fail"])
def test_not_checked_is_said_aloud(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], services: tuple[str, ...]) -> None:
    answering(monkeypatch, *services, stdout="<html>proxy</html>")
    assert audit.main([]) == 0
    assert "NOT checked" in capsys.readouterr().out


def test_a_proxy_or_a_mirror_without_advisories_is_no_index(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>Sign in</html>")
    index = tmp_path / "index.json"
    index.write_text('{"vulnerabilities": [{"id": "PYSEC-2021-19"}]}')
    mirror = tmp_path / "mirror.json"
    mirror.write_text('{"info": {}, "vulnerabilities": []}')
    assert not any(audit.reachable(p.as_uri()) for p in (page, mirror, tmp_path / "none"))
    assert audit.reachable(index.as_uri())
