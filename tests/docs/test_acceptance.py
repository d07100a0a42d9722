"""Each test that ``docs/acceptance.md`` names is there, and each point of the site's checklist has its line."""

from __future__ import annotations

import ast
import re

from tests.conftest import ROOT

TEXT = (ROOT / "docs" / "acceptance.md").read_text(encoding="utf-8")
NAMED = re.compile(r"\b(tests/[\w/]+(?:\.py)?)(?:::(\w+))?")
SITE = TEXT.partition("\n## C. The site: checklist\n")[2].partition("\n## ")[0]


def test_every_test_that_is_named_is_there() -> None:
    missing = []
    for path, name in NAMED.findall(TEXT):
        file = ROOT / path
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.is_file() else ast.Module(body=[], type_ignores=[])
        there = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
        if not file.exists() or (name and name not in there):
            missing.append(f"{path}::{name}")
    assert len(NAMED.findall(TEXT)) > 40 and missing == []


def test_each_point_of_the_site_has_a_line_that_names_a_test_or_a_command() -> None:
    rows = {row.split("|")[1].strip(): row for row in SITE.splitlines() if re.match(r"\| \d", row)}
    assert list(rows) == [str(n) for n in (*range(1, 17), 20, 21, 22)]
    assert [n for n, row in rows.items() if not (NAMED.search(row) or re.search(r"`make [\w-]+`", row))] == []
