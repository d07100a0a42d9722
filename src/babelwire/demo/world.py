"""The world: its newspapers at their addresses, its clock, and a configuration of the desk for it.

127.73.0.10 ...   a newspaper each, all at one port
tick 0            thirty articles but one; among them a duplicate, a hostile headline, a page full of traps
tick 1 (an hour)  one more article, one correction
tick 2            one withdrawal (410)
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from babelwire.demo import feeds, pages, picture
from babelwire.demo.paper import HOUR, Paper, Piece, papers
from babelwire.demo.server import Answer, Request, Server
from babelwire.model import utc_now

NETWORK = "127.73.0"
EDITIONS = {
    "fr": ("Le Fil", "Europe/Paris"),
    "ca": ("El Fil", "Europe/Andorra"),
    "es": ("El Hilo", "Europe/Madrid"),
    "en": ("The Wire", "Europe/London"),
}
CONTROL = "/-/tick"  #: POST it on any host: the clock ticks (``python -m babelwire.demo``)
TOPICS = ("/temas/", "/temes/", "/topics/", "/dossiers/")
ROBOTS = b"User-agent: *\nDisallow: /cookies\nDisallow: /login\n"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


class World:
    """A world of newspapers, served from the moment it is entered until it is left."""

    def __init__(self, *, now: datetime | None = None, port: int = 0, network: str = NETWORK) -> None:
        self.start = (now or utc_now()).astimezone(UTC).replace(microsecond=0)
        self.ticks = 0
        self.papers = papers()
        self.network = network
        self._port = port
        self._hosts = {f"{network}.{p.host}": p for p in self.papers}
        self._server: Server | None = None

    def __enter__(self) -> World:
        """Raises ConfigError: the port is taken."""
        self._server = Server(tuple(self._hosts), self._port, self.answer)
        return self

    def __exit__(self, *_: object) -> None:
        if self._server:
            self._server.close()

    # ------------------------------------------------------------------------------------ what the desk needs to know

    @property
    def port(self) -> int:
        return self._server.port if self._server else self._port

    @property
    def now(self) -> datetime:
        """The time in the world: every tick is an hour."""
        return self.start + self.ticks * HOUR

    @property
    def requests(self) -> Sequence[Request]:
        """What has been asked so far, oldest first."""
        return tuple(self._server.requests) if self._server else ()

    @property
    def feeds(self) -> dict[str, str]:
        """The address of each newspaper's feed, the dead one and the one that is none included."""
        return {p.id: self.base(p.id) + p.feed.path for p in self.papers}

    def base(self, site: str) -> str:
        """A newspaper's address, without a slash at its end."""
        paper = next(p for p in self.papers if p.id == site)
        return f"http://{self.network}.{paper.host}:{self.port}"

    def pieces(self, site: str) -> list[Piece]:
        """What a newspaper has published and not withdrawn, newest first."""
        paper = next(p for p in self.papers if p.id == site)
        return paper.pieces(self.start, self.ticks)

    def url(self, site: str, slug: str) -> str:
        """The canonical address of an article."""
        paper = next(p for p in self.papers if p.id == site)
        return self.base(site) + next(p.path for p in paper.everything(self.start, self.ticks) if p.slug == slug)

    def tick(self) -> int:
        """An hour passes. Returns how many have."""
        self.ticks += 1
        return self.ticks

    def config(self, data: str, *, base_url: str = "http://127.0.0.1:8080", engines: Sequence[str] = ("apertium",)) -> str:
        """A configuration of the desk for this world, as TOML. ``data`` is the folder for database and site."""
        lines = [
            "# Made by the demo world: invented newspapers on loopback addresses.",
            f"rules = [{json.dumps(str(Path(__file__).parent / 'rules'))}]",
            *_table("desk", name="Babelwire", base_url=base_url, contact="demo@babelwire.example", data=data, responsible="the demo"),
            *_table("fetch", spacing=0.02, per_host=4, allow_networks=[f"{self.network}.0/24"], allow_ports=[self.port]),
            *_table("poll", minimum=0.2, first=0.2, maximum=5.0),
            *_table("take", revisit_hours=[0.9, 1.9, 24.0]),
            *_table("web", search=True, reports=True),
            *_table("translate", engines=list(engines)),
        ]
        for language, (title, zone) in EDITIONS.items():
            lines += _table(f"editions.{language}", title=title, time_zone=zone)
        for paper in self.papers:
            lines += self._source(paper)
        return "\n".join(lines) + "\n"

    def _source(self, paper: Paper) -> list[str]:
        free = {"licence": "full", "licence_url": CC0, "attribution": f"{paper.name} (CC0)", "pictures": True, "terms_seen": "2026-11-01"}
        return _table(
            f"sources.{paper.id}",
            name=paper.name, homepage=self.base(paper.id) + "/", language=paper.language, **(free if paper.piece else {}),
            feeds=[self.feeds[paper.id]],
        )  # fmt: skip

    # ------------------------------------------------------------------------------------ what it answers

    def answer(self, host: str, method: str, path: str) -> Answer:
        """The answer of a host to a request."""
        paper = self._hosts[host]
        if path == CONTROL:
            return Answer(body=f"{self.tick()}\n".encode(), media_type="text/plain") if method == "POST" else Answer(status=405)
        if path == paper.feed.path:
            return self._feed(paper)
        if path == "/robots.txt":
            return Answer(body=ROBOTS, media_type="text/plain")
        return self._article(paper, path) or self._picture(paper, path) or self._listing(paper, path)

    def _feed(self, paper: Paper) -> Answer:
        if paper.feed.format == "dead":
            return Answer(body=b"<h1>Internal Server Error</h1>", status=500)
        if paper.feed.format == "page":
            return self._listing(paper, "/")
        out = paper.pieces(self.start, self.ticks)
        body, media_type = feeds.body(paper, out, self.base(paper.id), self.start)
        return Answer(body=body, media_type=media_type, changed=pages.modified(out, self.start))

    def _article(self, paper: Paper, path: str) -> Answer | None:
        wanted = urlsplit(path)
        for piece in paper.everything(self.start, self.ticks):
            own = urlsplit(piece.path)
            if wanted.path == own.path and wanted.query.startswith(own.query):
                return self._page(piece)
        return None

    def _page(self, piece: Piece) -> Answer:
        if piece.is_withdrawn:
            return Answer(body=pages.gone(piece.paper), status=410)
        others = [p for p in piece.paper.pieces(self.start, self.ticks) if p.slug != piece.slug]
        kind = "text/html" if piece.paper.encoding != "utf-8" else "text/html; charset=utf-8"
        return Answer(body=pages.article(piece, self.base(piece.paper.id), others), media_type=kind, changed=piece.updated)

    def _picture(self, paper: Paper, path: str) -> Answer | None:
        for piece in paper.everything(self.start, self.ticks):
            if piece.picture and path == piece.image:
                return Answer(body=_drawn(piece.picture.scene, piece.slug), media_type="image/jpeg", changed=piece.date)
        return None

    def _listing(self, paper: Paper, path: str) -> Answer:
        if path != "/" and not path.startswith(TOPICS):
            return Answer(body=b"<h1>404</h1>", status=404)
        return Answer(body=pages.front(paper, paper.pieces(self.start, self.ticks)), media_type=f"text/html; charset={paper.encoding}")


def _table(name: str, /, **values: object) -> list[str]:
    """A TOML table; JSON's strings, numbers and lists are TOML's as well."""
    return ["", f"[{name}]", *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items())]


@functools.lru_cache(maxsize=64)
def _drawn(scene: str, name: str) -> bytes:
    return picture.draw(scene, name)
