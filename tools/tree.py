"""A published tree as the checks of the site see it: its files, its pages parsed; and our own server in front of it."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import html as lxml_html

ROOT = Path(__file__).resolve().parent.parent
ASKED = re.compile(r"(?:search|report)/(?:\w+\.html)?$")  #: what a server answers to a reader's question


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
        if "/story/" in self.path:
            return "list story"
        for kind in ("story", "list front", "list", "page"):
            if self.root.xpath(f"//main//*[starts-with(@class,'{kind}')]"):
                return kind
        return "editions"

    def json_ld(self) -> dict[str, Any]:
        found = self.root.xpath("//script[@type='application/ld+json']/text()")
        return dict(json.loads(found[0])) if found else {}


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
