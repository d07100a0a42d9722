"""The documentation as a whole: no dead link in any document, every page in the navigation and in the table of all pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
DOCUMENTS = sorted([*PAGES, *ROOT.glob("*.md")])
LINK = re.compile(r"(?<!\\)!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
OURS = re.compile(r"https?://|mailto:")


def prose(path: Path) -> str:
    """The text without code, where brackets are no links."""
    text = re.sub(r"^(```|~~~).*?^\1\s*$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def links(path: Path) -> Iterator[tuple[str, str]]:
    """(file, anchor) of each link to something of ours."""
    for target in LINK.findall(prose(path)):
        if not OURS.match(target):
            yield target.partition("#")[0], target.partition("#")[2]


def anchors(path: Path) -> set[str]:
    """As Python-Markdown makes them of headings."""
    found: set[str] = set()
    for heading in re.findall(
        r"^#{1,6}\s+(.+?)\s*#*$", re.sub(r"^(```).*?^\1", "", path.read_text(encoding="utf-8"), flags=re.M | re.S), re.M
    ):
        plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower()))
    return found


def navigation() -> list[str]:
    """Every page that mkdocs.yml lists."""

    def pages(item: Any) -> Iterator[str]:
        if isinstance(item, str):
            yield item
        else:
            for inner in item.values() if isinstance(item, dict) else item:
                yield from pages(inner)

    return list(pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_link_is_dead(path: Path) -> None:
    for file, anchor in links(path):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{path.name}: {file} is not there"
        if DOCS in path.parents:
            assert target.is_relative_to(DOCS), f"{path.name}: {file} is not part of the site"
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), f"{path.name}: {file}#{anchor}: no such heading"


def test_the_test_finds_links() -> None:
    assert ("install.md", "behind-nginx") in set(links(DOCS / "howto.md"))
    assert sum(len(list(links(path))) for path in DOCUMENTS) > 30


def test_every_page_is_in_the_navigation_once() -> None:
    named = navigation()
    assert sorted(named) == sorted(str(p.relative_to(DOCS)) for p in PAGES)


def test_the_table_lists_all_pages() -> None:
    rows = set(re.findall(r"^\| \[[^\]]+\]\(([^)]+)\) \|", (DOCS / "index.md").read_text(encoding="utf-8"), re.M))
    decisions = {name for name in navigation() if re.match(r"decisions/\d", name)}
    listing = re.findall(r"^\| \[", (DOCS / "index.md").read_text(encoding="utf-8"), re.M)
    assert len(listing) == len(rows), "each page once"
    assert rows == set(navigation()) - decisions - {"index.md"}
    listed = set(re.findall(r"\]\((\d{3}-[^)]+)\)", (DOCS / "decisions/README.md").read_text(encoding="utf-8")))
    assert {f"decisions/{name}" for name in listed} == decisions


def test_commands_and_make_targets_in_documents_are_there() -> None:
    from babelwire.cli import COMMANDS

    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for path in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"(?:^|`|\$ |/)babelwire (?!-)([a-z][a-z-]+)", text, re.M):
            assert name in COMMANDS, f"{path.name}: babelwire {name}"
        for name in re.findall(r"(?:^|`)make ([a-z][a-z0-9-]+)", text, re.M):
            assert name in targets, f"{path.name}: make {name}"


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    """`make docs`, where what it needs is installed."""
    program = ROOT / "build" / "docs-venv" / "bin" / "mkdocs"
    found = str(program) if program.exists() else shutil.which("mkdocs")
    if found is None:
        pytest.skip("mkdocs is not here (make docs installs it)")
    made = subprocess.run([found, "build", "--strict", "--site-dir", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert made.returncode == 0, made.stderr[-2000:]
    pages = list(tmp_path.rglob("index.html"))
    assert len(pages) >= len(PAGES)
    outside = {
        m for p in pages for m in re.findall(r"(?:src|href)=\"(https?://[^\"]+)\"[^>]*(?:stylesheet|script)", p.read_text(encoding="utf-8"))
    }
    assert outside == set(), "nothing is loaded from elsewhere"
