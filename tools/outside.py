"""What other people's programs find in a published tree: the W3C's checker, html-validate, axe, and Google's types of schema.org.

They are Node packages of exact versions (tools/node, installed by ``make site-tools``); the first needs Java as well, axe Chromium.
A program that is there and does not work is a fault, not a pass.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from tools.tree import ROOT, Page, Tree, served

MODULES = ROOT / "tools" / "node" / "node_modules"
COMPILER = {
    "strict": True,
    "noEmit": True,
    "skipLibCheck": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "types": [],
}
COMPILED = re.compile(r"^documents\.ts\((\d+),\d+\): error (.*)$", re.MULTILINE)
VIOLATIONS = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]})
    .then(told => told.violations.map(v => v.id + " " + v.nodes[0].html))"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HTML_VALIDATE = {
    "extends": ["html-validate:standard"],
    "rules": {
        "doctype-style": "off",  # written in small letters
        "long-title": "off",  # headlines of news are long
        "no-trailing-whitespace": "off",
        "void-style": "off",
        "no-inline-style": "error",
    },
}


class Skipped(Exception):
    """A tool is not installed."""


def vnu(tree: Tree) -> Iterator[str]:
    """The W3C's checker over HTML and CSS."""
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file() or not shutil.which("java"):
        raise Skipped("vnu-jar or Java")
    styles = [str(f) for f in tree.files(".css")]
    for extra in (["--skip-non-html", str(tree.folder)], ["--css", *styles]):
        done = subprocess.run(["java", "-jar", str(jar), *extra], capture_output=True, text=True, check=False)
        found = [line.replace(f"file:{tree.folder}/", "") for line in done.stderr.splitlines() if "error: " in line]
        yield from found or ([_failed(done)] if done.returncode else [])


def html_validate(tree: Tree) -> Iterator[str]:
    """html-validate, without the rules about style of writing."""
    tool = MODULES / ".bin" / "html-validate"
    if not tool.exists() or not shutil.which("node"):
        raise Skipped("html-validate")
    with tempfile.TemporaryDirectory() as folder:
        rules, told = Path(folder) / "rules.json", Path(folder) / "told.json"
        rules.write_text(json.dumps({"root": True, **HTML_VALIDATE}))
        command = [str(tool), "--config", str(rules), "--formatter", "json", str(tree.folder)]
        with told.open("w") as out:  # into a pipe it writes the first 64 KiB and ends
            done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
        files = json.loads(told.read_text()) if told.read_text().startswith("[") else None
    if files is None:
        yield _failed(done)
    for file in files or ():
        for found in file["messages"]:
            yield f"{Path(file['filePath']).relative_to(tree.folder)}:{found['line']}: {found['ruleId']}: {found['message']}"


def schema_org(tree: Tree) -> Iterator[str]:
    """The JSON-LD of pages under schema.org's vocabulary: Google's schema-dts, compiled by TypeScript.

    A document of each shape (the same properties and types, whatever their text) is compiled as a constant of its type. Words that
    schema.org does not have are errors; what stands in a text, such as a date, is not looked at: ``structured`` does that.
    """
    compiler, types = MODULES / ".bin" / "tsc", MODULES / "schema-dts" / "dist" / "schema.d.ts"
    if not compiler.exists() or not types.is_file() or not shutil.which("node"):
        raise Skipped("typescript or schema-dts")
    shapes = {_shape(data): (page.path, data) for page in reversed(tree.pages) if (data := page.json_ld())}
    documents = sorted(shapes.values(), key=lambda named: named[0])
    yield from (f"{path}: JSON-LD of no type" for path, data in documents if not str(data.get("@type", "")).isidentifier())
    documents = [named for named in documents if str(named[1].get("@type", "")).isidentifier()]
    with tempfile.TemporaryDirectory() as folder:
        options = COMPILER | {"paths": {"schema-dts": [str(types)]}}
        (Path(folder) / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": ["documents.ts"]}))
        (Path(folder) / "documents.ts").write_text("\n".join(_typescript([data for _, data in documents])), encoding="utf-8")
        done = subprocess.run([str(compiler), "--pretty", "false"], cwd=folder, capture_output=True, text=True, check=False)
    found = [(int(m[1]), m[2]) for m in COMPILED.finditer(done.stdout)]
    yield from (f"{documents[line - 2][0] if line > 1 else 'type'}: {said[:300]}" for line, said in found)
    if done.returncode and not found:
        yield _failed(done)


def axe(tree: Tree, most: int) -> Iterator[str]:
    """axe over the first pages of each kind and language, light and dark, on a phone and on a desk."""
    script, chromium = MODULES / "axe-core" / "axe.min.js", Path("/usr/bin/chromium")
    if not script.is_file() or not chromium.exists():
        raise Skipped("axe-core or Chromium")
    pages, many = chosen(tree.pages, most), min(4, os.cpu_count() or 1)
    with served(tree.folder) as base, ThreadPoolExecutor(many) as pool:
        look = partial(_browse, base=base, script=script.read_text(), chromium=chromium)
        for found in pool.map(look, [pages[n::many] for n in range(many)]):
            yield from found


def _browse(pages: Sequence[Page], base: str, script: str, chromium: Path) -> list[str]:
    """What axe finds on these pages, in a browser of their own."""
    with import_module("playwright.sync_api").sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        found = [fault for page in pages for fault in axe_page(browser, base + page.path, script)]
        browser.close()
    return found


def axe_page(browser: Any, url: str, script: str) -> Iterator[str]:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(url)
    if page.locator("#vb").count():
        page.check("#vb")
    page.add_script_tag(content=script)
    for scheme in ("light", "dark"):
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 844})
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(VIOLATIONS, RULES)
            yield from (f"{url} {scheme} {width}: {f}" for f in found)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                yield f"{url} {width}: scrolls sideways"
    context.close()


def chosen(pages: Iterable[Page], most: int) -> list[Page]:
    """A few pages of every kind and language first, with and without pictures, up to ``most``."""
    seen: dict[tuple[str, str, bool, bool], list[Page]] = {}
    for page in pages:
        if not page.path.endswith("404.html"):
            seen.setdefault((page.kind, page.root.get("lang") or "", page.gone, bool(page.root.xpath("//figure"))), []).append(page)
    rounds = [group[n] for n in range(max(map(len, seen.values()))) for group in seen.values() if n < len(group)]
    return rounds[:most]


# ---------------------------------------------------------------------------------------------- the small steps


def _failed(done: subprocess.CompletedProcess[str]) -> str:
    return f"ended with {done.returncode}: {(done.stderr or done.stdout or '').strip()[-300:]}"


def _typescript(documents: Sequence[Any]) -> Iterator[str]:
    """A line of imports, then one for each document."""
    yield f'import type {{ {", ".join(["WithContext", *sorted({d["@type"] for d in documents})])} }} from "schema-dts";'
    for number, document in enumerate(documents):
        yield f"export const document{number}: WithContext<{document['@type']}> = {json.dumps(document)};"


def _shape(data: Any, name: str = "") -> str:
    """Equal for documents of the same properties and types. Names of the vocabulary are kept, all other text is not."""
    if isinstance(data, dict):
        return f"{{{','.join(f'{key}:{_shape(data[key], key)}' for key in sorted(data))}}}"
    if isinstance(data, list):
        return f"[{','.join(sorted({_shape(item, name) for item in data}))}]"
    return repr(data) if name.startswith("@") or str(data).startswith("https://schema.org") else type(data).__name__
