"""Looks at a whole published tree as machines and readers do; exit status 1 where anything is wrong.

    python -m tools.check_site [TREE] [--pages 36]      (no TREE: the sample site of the tests)

Always: links lead somewhere, canonical addresses and hreflang are right both ways, JSON-LD reads and is whole, feeds keep the
rules of the W3C's validator (check_feeds.py), nothing closed to search engines stands in a sitemap, pages weigh what they may,
no script, no address of anybody else is loaded. The sample site has the pages that a server makes on demand as files: searches,
the form of a report, its thanks; in a published tree a link to them is right where the edition's pages offer them.

Where ``make site-tools`` has installed them (outside.py): the W3C checker, html-validate, schema.org's types over the JSON-LD, and
axe over kinds of pages, light and dark, 390 and 1280 pixels. What is not installed is named as skipped.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import brotli
from lxml import etree

from tools import check_feeds, outside
from tools.tree import ASKED, Tree, read, sample

BUDGET = {"article": 8192, "front": 12288, "css": 3072}  #: bytes as sent with br
NEWS_ARTICLE = {"headline", "inLanguage", "datePublished", "dateModified", "author", "publisher", "sourceOrganization", "url"}
TRANSLATED = {"translator", "translationOfWork", "isBasedOn", "digitalSourceType", "backstory"}
PLACES = {"url", "logo", "license", "isBasedOn", "mainEntityOfPage", "publishingPrinciples", "correctionsPolicy", "contentUrl"}
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"

Check = Callable[[Tree], Iterator[str]]


# ---------------------------------------------------------------------------------------------- our own checks


def links(tree: Tree) -> Iterator[str]:
    """Every link and every address in a page leads to a file of the tree, and every # to an id of its page."""
    ids, offered = {p.path: set(p.root.xpath("//@id")) for p in tree.pages}, set(dynamic(tree))
    for page in tree.pages:
        here = urljoin(tree.base, page.path)
        for href in (*page.root.xpath("//@href | //@src | //@action"), *pictures(page.root)):
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


def pictures(root: Any) -> Iterator[str]:
    """The addresses of a picture in other sizes and forms."""
    for sizes in root.xpath("//@srcset"):
        yield from (size.split()[0] for size in sizes.split(",") if size.strip())


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
        for name, value in leaves(data):
            if (name.startswith("date") and not check_feeds.RFC3339.fullmatch(value)) or (name in PLACES and not urlsplit(value).netloc):
                yield f"{page.path}: JSON-LD has {name} {value!r}"


def leaves(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """(property, value) of all that has no properties of its own."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from leaves(value, name)
    else:
        yield name, str(data)


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
        loaded = [*root.xpath("//@src | //link[@rel='stylesheet' or @rel='icon']/@href"), *pictures(root)]
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


# ---------------------------------------------------------------------------------------------- all of them


def checks(most: int) -> dict[str, Check]:
    """By name, in order; axe looks at ``most`` pages."""
    ours = {check.__name__: check for check in (links, alternates, structured, weights, quiet, feeds, machine)}
    theirs = {"vnu": outside.vnu, "html-validate": outside.html_validate, "schema.org": outside.schema_org}
    return {**ours, **theirs, "axe": partial(outside.axe, most=most)}


def judge(tree: Tree, most: int) -> tuple[int, int]:
    """Print what each check finds; returns how many faults there are, and how many checks were skipped."""
    wrong = skipped = 0
    for name, check in checks(most).items():
        began = time.monotonic()
        try:
            found = list(check(tree))
        except outside.Skipped as why:
            skipped += 1
            print(f"{name}: SKIPPED, {why} is not installed", flush=True)
            continue
        wrong += len(found)
        told = f"{name}: {len(found)} faults ({time.monotonic() - began:.1f} s)"
        print("\n".join([told, *(f"  {line}" for line in found[:20])]), flush=True)
    return wrong, skipped


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=36, help="how many pages axe looks at")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = read(given.tree.resolve() if given.tree else sample(Path(folder)))
        print(f"{len(tree.pages)} pages of {tree.base}", flush=True)
        wrong, skipped = judge(tree, given.pages)
    print(f"{len(checks(0))} checks of the site, {skipped} of them skipped: {wrong} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
