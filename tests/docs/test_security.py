"""Each line of the table in ``docs/security.md`` names a test, and each test it names is there."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| point ")]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_line_names_a_test() -> None:
    assert len(ROWS) > 35
    assert [row[:60] for row in ROWS if not NAMED.search(row.rsplit("|", 2)[1])] == []


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for path, name in NAMED.findall(TEXT):
        file = ROOT / path
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else None
        there = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)} if tree else set()
        if tree is None or (name and name not in there):
            missing.append(f"{path}::{name}" if name else path)
    assert missing == []


def test_every_chapter_up_to_level_two_is_spoken_of() -> None:
    spoken = TEXT.replace("V6 to V10", "V6 V7 V8 V9 V10").replace("V11 to V14", "V11 V12 V13 V14")
    assert [n for n in range(1, 18) if not re.search(rf"\bV{n}\b", spoken)] == []
