"""Looks at a whole published tree as machines and readers do; exit status 1 where anything is wrong.

    python -m tools.check_site [TREE] [--pages 36]      (no TREE: the sample site of the tests)

Always: links lead somewhere, canonical addresses and hreflang are right both ways, JSON-LD reads and is whole, feeds keep the
rules of the W3C's validator (check_feeds.py), nothing closed to search engines stands in a sitemap, pages weigh what they may,
no script, no address of anybody else is loaded. The sample site has the pages that a server makes on demand as files: searches,
the form of a report, its thanks; in a published tree a link to them is right where the edition's pages offer them.

Where they are installed: the W3C checker (npm vnu-jar, Java), html-validate (npm), axe (npm axe-core, Chromium) over kinds of
pages, light and dark, 390 and 1280 pixels. What is not installed is named as skipped.

    npm install --no-save --no-package-lock axe-core vnu-jar html-validate
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import brotli
from lxml import etree
from lxml import html as lxml_html

from tools import check_feeds

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
BUDGET = {"article": 8192, "front": 12288, "css": 3072}  #: bytes as sent with br
NEWS_ARTICLE = {"headline", "inLanguage", "datePublished", "dateModified", "author", "publisher", "sourceOrganization", "url"}
TRANSLATED = {"translator", "translationOfWork", "isBasedOn", "digitalSourceType", "backstory"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
CHECKS = ("links", "alternates", "structured", "weights", "quiet", "feeds", "machine", "vnu", "html-validate", "axe")
ASKED = re.compile(r"(?:search|report)/(?:\w+\.html)?$")  #: what a server answers to a reader's question
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


@dataclass
class Page:
    """An HTML file of the tree."""

    path: str  #: of its folder, as in its address
    body: bytes
    root: Any

    @property
    def gone(self) -> bool:
        return bool(self.root.xpath("//meta[@name='babelwire:status']"))

    @property
    def indexed(self) -> bool:
        return not self.root.xpath("//meta[@name='robots'][contains(@content,'noindex')]")

    @property
    def kind(self) -> str:
        if asked := ASKED.search(self.path):
            return asked[0]
        for kind in ("story", "list front", "list", "page"):
            if self.root.xpath(f"//main//*[starts-with(@class,'{kind}')]"):
                return kind
        return "editions"

    def json_ld(self) -> dict[str, Any]:
        found = self.root.xpath("//script[@type='application/ld+json']/text()")
        return dict(json.loads(found[0])) if found else {}


Check = Callable[["Tree"], Iterator[str]]


@dataclass
class Tree:
    """The published files, and what is wrong with them."""

    folder: Path
    pages: list[Page] = field(default_factory=list)
    base: str = ""

    def files(self, ending: str) -> Iterator[Path]:
        yield from sorted(self.folder.rglob(f"*{ending}"))

    def has(self, path: str) -> bool:
        """Is there anything at this path of an address?"""
        place = self.folder / unquote(path).lstrip("/")
        return (place / "index.html").is_file() if path.endswith("/") or path == "" else place.is_file()


def read(folder: Path) -> Tree:
    """The tree with its pages parsed; the site's address is that of its front page's canonical link."""
    tree = Tree(folder)
    for file in tree.files(".html"):
        name = file.relative_to(folder).as_posix()
        body = file.read_bytes()
        tree.pages.append(Page(name.removesuffix("index.html"), body, lxml_html.document_fromstring(body)))
    front = next((p for p in tree.pages if p.path == ""), None)
    tree.base = front.root.xpath("string(//link[@rel='canonical']/@href)") if front is not None else ""
    return tree


# ---------------------------------------------------------------------------------------------- our own checks


def links(tree: Tree) -> Iterator[str]:
    """Every link and every address in a page leads to a file of the tree, and every # to an id of its page."""
    ids, offered = {p.path: set(p.root.xpath("//@id")) for p in tree.pages}, set(dynamic(tree))
    for page in tree.pages:
        here = urljoin(tree.base, page.path)
        for href in page.root.xpath("//@href | //@src | //@action"):
            if href.startswith(("mailto:", "data:")):
                continue
            to = urlsplit(urljoin(here, href))
            if f"{to.scheme}://{to.netloc}" != tree.base.rstrip("/")[: len(f"{to.scheme}://{to.netloc}")]:
                continue
            path = to.path.removeprefix(urlsplit(tree.base).path)
            if not tree.has(path) and path.lstrip("/") not in offered:
                yield f"{page.path}: leads to {to.path}, which is not there"
            elif to.fragment and to.fragment not in ids.get(path, set()):
                yield f"{page.path}: leads to #{to.fragment}, which is not there"


def dynamic(tree: Tree) -> Iterator[str]:
    """Where readers are answered by a server: what an edition's pages offer of its own search and its own report."""
    for page in tree.pages:
        edition = page.path.partition("/")[0]
        places = {f"{edition}/search/": "//form[@role='search']/@action", f"{edition}/report/": "//a[contains(@href, '?article=')]/@href"}
        for place, offers in places.items():
            to = urlsplit(urljoin(tree.base, place)).path
            if any(urlsplit(o).path == to for o in page.root.xpath(offers)):
                yield place


def alternates(tree: Tree) -> Iterator[str]:
    """canonical is the page itself, and all pages that are joined by hreflang name the same ones."""
    named = {}
    for page in tree.pages:
        own = urljoin(tree.base, page.path.rpartition("/")[0] + "/" if ASKED.search(page.path) else page.path)
        canonical = page.root.xpath("//link[@rel='canonical']/@href")
        if canonical and canonical != [own]:
            yield f"{page.path}: canonical {canonical}"
        named[own] = sorted((e.get("hreflang"), e.get("href")) for e in page.root.xpath("//head/link[@rel='alternate'][@hreflang]"))
    for own, pairs in named.items():
        for language, href in pairs:
            if language != "x-default" and named.get(href) != pairs and own.rstrip("/") != tree.base.rstrip("/"):
                yield f"{own}: {language} {href} does not point back"


def structured(tree: Tree) -> Iterator[str]:
    """JSON-LD of articles is whole."""
    for page in tree.pages:
        if page.kind != "story":
            continue
        data = page.json_ld()
        wanted = NEWS_ARTICLE | (TRANSLATED if page.root.xpath("//aside[@id='notice']") else set())
        absent = sorted(wanted - set(data)) if data.get("isBasedOn") or not page.root.xpath("//aside[@id='notice']") else []
        if absent:
            yield f"{page.path}: JSON-LD lacks {', '.join(absent)}"
        if data.get("@type") != "NewsArticle" or len(data.get("headline", "")) > 110:
            yield f"{page.path}: JSON-LD is no NewsArticle"


def weights(tree: Tree) -> Iterator[str]:
    """Bytes as they go over the wire."""
    for page in tree.pages:
        budget = BUDGET["front"] if page.kind.startswith("list") else BUDGET["article"]
        sent = len(brotli.compress(page.body, quality=5))
        if sent > budget:
            yield f"{page.path}: {sent} bytes, {budget} allowed"
    for file in tree.files(".css"):
        sent = len(brotli.compress(file.read_bytes(), quality=5))
        if sent > BUDGET["css"]:
            yield f"{file.name}: {sent} bytes, {BUDGET['css']} allowed"


def quiet(tree: Tree) -> Iterator[str]:
    """No script, no style attribute, no handler, nothing loaded from elsewhere; one h1; each translation has its notice."""
    for page in tree.pages:
        root = page.root
        scripts = root.xpath("//script[not(@type='application/ld+json')] | //@style | //iframe | //object | //@*[starts-with(name(),'on')]")
        loaded = root.xpath("//@src | //link[@rel='stylesheet' or @rel='icon']/@href")
        if scripts or [x for x in loaded if "//" in x]:
            yield f"{page.path}: something that runs or comes from elsewhere"
        if len(root.xpath("//h1")) != 1:
            yield f"{page.path}: {len(root.xpath('//h1'))} main headings"
        if page.kind == "story" and not root.xpath("//aside[starts-with(@class,'mt')]"):
            yield f"{page.path}: no notice"


def feeds(tree: Tree) -> Iterator[str]:
    """The rules of the W3C's validator, and each entry leads to a page that is there."""
    yield from check_feeds.faults(tree.folder, tree.base)
    there = {urljoin(tree.base, p.path) for p in tree.pages if not p.gone}
    for file in tree.files("feed.json"):
        for item in json.loads(file.read_bytes())["items"]:
            if item.get("url", "").partition("#")[0] not in there:
                yield f"{file.relative_to(tree.folder)}: {item.get('url')} is not there"


def machine(tree: Tree) -> Iterator[str]:
    """Sitemaps hold only pages that are there and may be indexed; what ends in .json is JSON."""
    closed = {urljoin(tree.base, p.path) for p in tree.pages if not p.indexed or p.gone}
    known = {urljoin(tree.base, p.path) for p in tree.pages}
    for file in tree.files(".xml"):
        for place in etree.parse(file).iter(f"{SITEMAP}loc"):
            if place.text in closed or (place.text not in known and not place.text.endswith(".xml")):
                yield f"{file.relative_to(tree.folder)}: {place.text} is closed or not there"
    for file in tree.files(".json"):
        json.loads(file.read_bytes())


# ---------------------------------------------------------------------------------------------- other people's checks


class Skipped(Exception):
    """A tool is not installed."""


def vnu(tree: Tree) -> Iterator[str]:
    """The W3C's checker over HTML and CSS."""
    jar = MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file() or not shutil.which("java"):
        raise Skipped("npm vnu-jar or Java")
    styles = [str(f) for f in tree.files(".css")]
    for extra in (["--skip-non-html", str(tree.folder)], ["--css", *styles]):
        done = subprocess.run(["java", "-jar", str(jar), *extra], capture_output=True, text=True, check=False)
        yield from (line.replace(f"file:{tree.folder}/", "") for line in done.stderr.splitlines() if "error: " in line)


def html_validate(tree: Tree) -> Iterator[str]:
    """html-validate, without the rules about style of writing."""
    tool = MODULES / ".bin" / "html-validate"
    if not tool.exists():
        raise Skipped("npm html-validate")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as rules:
        json.dump({"root": True, **HTML_VALIDATE}, rules)
        rules.flush()
        command = [str(tool), "--config", rules.name, "--formatter", "json", str(tree.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    for file in json.loads(done.stdout or "[]"):
        for found in file["messages"]:
            yield f"{Path(file['filePath']).relative_to(tree.folder)}:{found['line']}: {found['ruleId']}: {found['message']}"


def axe(tree: Tree, most: int) -> Iterator[str]:
    """axe over the first pages of each kind and language, light and dark, on a phone and on a desk."""
    script, chromium = MODULES / "axe-core" / "axe.min.js", Path("/usr/bin/chromium")
    if not script.is_file() or not chromium.exists():
        raise Skipped("npm axe-core or Chromium")
    playwright = import_module("playwright.sync_api")
    with served(tree.folder) as base, playwright.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        for page in chosen(tree.pages, most):
            yield from axe_page(browser, base + page.path, script.read_text())
        browser.close()


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
            found = page.evaluate("r => axe.run({runOnly: r}).then(x => x.violations.map(v => v.id + ' ' + v.nodes[0].html))", RULES)
            yield from (f"{url} {scheme} {width}: {f}" for f in found)
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                yield f"{url} {width}: scrolls sideways"
    context.close()


def chosen(pages: Iterable[Page], most: int) -> list[Page]:
    """A few pages of every kind and language first, up to ``most``."""
    seen: dict[tuple[str, str, bool], list[Page]] = {}
    for page in pages:
        if not page.path.endswith("404.html"):
            seen.setdefault((page.kind, page.root.get("lang") or "", page.gone), []).append(page)
    rounds = [group[n] for n in range(max(map(len, seen.values()))) for group in seen.values() if n < len(group)]
    return rounds[:most]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The tree behind our own server."""
    import uvicorn

    from babelwire.web import app

    server = uvicorn.Server(uvicorn.Config(app.create(folder), host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join(5)


def sample(folder: Path) -> Path:
    """The sample site of the tests, written out."""
    sys.path.insert(0, str(ROOT))
    whole: Any = import_module("tests.render.whole")
    for file in (*whole.files(whole.ASKED), *whole.asked()):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.body)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=36, help="how many pages axe looks at")
    given = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = read(given.tree.resolve() if given.tree else sample(Path(folder)))
        print(f"{len(tree.pages)} pages of {tree.base}")
        checks: list[Check] = [
            links,
            alternates,
            structured,
            weights,
            quiet,
            feeds,
            machine,
            vnu,
            html_validate,
            partial(axe, most=given.pages),
        ]
        for name, check in zip(CHECKS, checks, strict=True):
            try:
                found = list(check(tree))
            except Skipped as why:
                print(f"{name}: skipped, {why} is not installed")
                continue
            wrong += len(found)
            print("\n".join([f"{name}: {len(found)} faults", *(f"  {line}" for line in found[:20])]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
