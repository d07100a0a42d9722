"""What other people's programs find: a fault is seen, a program that does not work is no pass. Skips, saying so, without Node."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from babelwire.render import pages
from tests.conftest import ROOT
from tests.render import samples, whole
from tools import outside
from tools.tree import Page, Tree

NODE = ROOT / "tools" / "node"
SOURCE = '"@type":"NewsMediaOrganization","name":"The Harbour Post"'


@cache
def documents() -> dict[str, str]:
    """JSON-LD of the samples: an article, a front page."""
    corrected = whole.publications()["corrected"]
    files = [*pages.article(corrected, samples.SITE), pages.listing(samples.front(), samples.FR, samples.SITE, samples.SECTIONS)]
    bodies = {f.path.removesuffix("index.html"): f.body for f in files if f.path.endswith("index.html")}
    return {path: html.document_fromstring(body).xpath("string(//script[@type='application/ld+json'])") for path, body in bodies.items()}


def page(path: str, data: str) -> Page:
    body = f'<html lang="fr"><head><script type="application/ld+json">{data}</script></head><body></body></html>'.encode()
    return Page(path, body, html.document_fromstring(body))


def found(check: Callable[[Tree], Iterator[str]], tree: Tree) -> list[str]:
    try:
        return list(check(tree))
    except outside.Skipped as why:
        pytest.skip(f"{why} is not installed (make site-tools)")


def test_words_that_schema_org_does_not_have_are_seen() -> None:
    article, front = documents().values()
    changes = {
        "right/": (article, "", ""),
        "front/": (front, "", ""),
        "property/": (article, '"headline":', '"headlin":'),
        "nested/": (article, f"{{{SOURCE}", f'{{"motto":"x",{SOURCE}'),
        "type/": (article, '"@type":"CorrectionComment"', '"@type":"CorrectionNote"'),
        "kind/": (article, '"isAccessibleForFree":true', '"isAccessibleForFree":[7]'),
        "word/": (article, "https://schema.org/TrainedAlgorithmicMediaDigitalSource", "https://schema.org/MachineDigitalSource"),
        "list/": (front, '"@type":"ListItem","position":1,', '"@type":"ListItem","place":1,'),
    }
    told_of = [page(path, told.replace(before, after)) for path, (told, before, after) in changes.items()]
    assert all(before in told for told, before, _ in changes.values())
    more = [page("none/", '{"@context":"https://schema.org"}'), page("piece/", '{"@context":"https://schema.org","@type":"NewsPiece"}')]
    told = found(outside.schema_org, Tree(Path("nowhere"), [*told_of, *more]))
    assert {line.partition(":")[0] for line in told} == {*changes, "none/", "type"} - {"right/", "front/"}
    assert [line for line in told if line.startswith("type: ") and "NewsPiece" in line]


def test_the_w3c_s_checker_and_html_validate_see_a_broken_page(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<!doctype html><html lang="fr"><title>a</title><p><div id="a">a</div><b id="a">b</b>')
    (tmp_path / "a.css").write_text("a { color: nothing-like-a-colour }")
    tree = Tree(tmp_path)
    assert len(found(outside.vnu, tree)) > 1
    assert [line for line in found(outside.html_validate, tree) if "no-dup-id" in line]


def test_html_validate_tells_all_of_many_faults(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.html").write_text(
            '<!doctype html><html lang="fr"><title>a</title><p style="x:y"><b id="a">b</b><b id="a">b</b>'
        )
    told = found(outside.html_validate, Tree(tmp_path))
    assert len({line.partition(":")[0] for line in told}) == 300


def test_a_program_that_does_not_work_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".bin/html-validate", ".bin/tsc", "schema-dts/dist/schema.d.ts", "vnu-jar/build/dist/vnu.jar"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("#!/bin/sh\necho out of order >&2\nexit 3\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(outside, "MODULES", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "java").symlink_to(tmp_path / ".bin" / "tsc")
    tree = Tree(tmp_path, [page("a/", next(iter(documents().values())))])
    for check in (outside.html_validate, outside.schema_org, outside.vnu):
        assert "ended with 3: out of order" in next(iter(check(tree)))


def test_the_lock_names_exact_versions_with_their_hashes_and_no_address() -> None:
    wanted = json.loads((NODE / "package.json").read_text())["devDependencies"]
    lock: dict[str, Any] = json.loads((NODE / "package-lock.json").read_text())["packages"]
    assert lock.pop("")["devDependencies"] == wanted and wanted
    assert {name: lock[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(one["integrity"].startswith("sha512-") and "resolved" not in one for one in lock.values())
    assert '"latest"' not in (NODE / "package-lock.json").read_text(), "npm ci would ask for another version than the lock's"
