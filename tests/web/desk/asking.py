"""A browser without a window: keeps cookies, fills forms, follows nothing by itself."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlencode

from babelwire import config, make
from babelwire.desk import Desk
from babelwire.extract.worker import InProcess
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Role
from babelwire.parse import worker as parsing
from babelwire.publishers.memory import MemoryPublisher
from babelwire.stores.sqlite import SqliteStore
from babelwire.web.desk import Room, create, secrets
from tests.flow import world

ORIGIN = "http://127.0.0.1:8081"
PASSWORD = "four words in a row"
HASH = secrets.hashed(PASSWORD)


@dataclass(slots=True)
class Clock:
    now: datetime = world.NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    text: str

    def header(self, name: str) -> str:
        return next((v for k, v in self.headers if k == name), "")

    @property
    def place(self) -> str:
        return self.header("location")

    @property
    def words(self) -> str:
        """What a person reads."""
        bare = re.sub(r"<style.*?</style>|<[^>]+>", " ", self.text, flags=re.DOTALL)
        return " ".join(html.unescape(bare).split())

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(slots=True)
class Browser:
    app: Any
    client: str = "192.0.2.7"
    cookies: dict[str, str] = field(default_factory=dict)
    last: Answer | None = None

    def ask(self, method: str, url: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        path, _, query = url.partition("?")
        body = urlencode(form or {}).encode()
        given = {"host": "127.0.0.1:8081", "cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if method == "POST":
            given |= {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        given |= {k.replace("_", "-"): v for k, v in headers.items()}
        self.last = asyncio.run(_ask(self.app, method, path, query, {k: v for k, v in given.items() if v}, body, self.client))
        for name, value in self.last.headers:
            if name == "set-cookie":
                cookie, _, kept = value.partition(";")
                key, _, token = cookie.partition("=")
                if "Max-Age=0" in kept:
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = token
        return self.last

    def get(self, url: str, **headers: str) -> Answer:
        return self.ask("GET", url, **headers)

    def post(self, url: str, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        """With the form token of the page that was seen last."""
        key = re.search(r'name="key" value="([^"]+)"', self.last.text) if self.last else None
        return self.ask("POST", url, {**({"key": key[1]} if key else {}), **(form or {})}, **headers)

    def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, (answer.status, answer.words[:300])
        return self.get(answer.place)

    def sign_in(self, name: str = "ada", password: str = PASSWORD) -> Answer:
        self.get("/desk/sign-in/")
        return self.post("/desk/sign-in/", {"name": name, "password": password})


async def _ask(app: Any, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, client: str) -> Answer:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http", "path": unquote(path),
        "raw_path": path.encode(), "query_string": query.encode(), "root_path": "", "client": (client, 1), "server": ("127.0.0.1", 8081),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    told = [(k.decode(), v.decode()) for k, v in sent[0]["headers"]]
    return Answer(sent[0]["status"], told, b"".join(m.get("body", b"") for m in sent[1:]).decode())


@dataclass(slots=True)
class House:
    """The desk with a small world behind it: one feed, two editions, nobody else at work."""

    desk: Desk
    store: SqliteStore
    path: Path
    clock: Clock
    fetcher: ReplayFetcher
    app: Any

    def browser(self, role: Role | None = None, **more: Any) -> Browser:
        """Somebody who has signed in, or (without a role) nobody."""
        made = Browser(self.app, **more)
        if role is not None:
            if self.store.account(str(role)) is None:
                self.store.add_account(str(role), role, HASH, self.clock())
            token = secrets.fresh()  # as if signed in: test_doors looks at how that is done
            self.store.open_session(str(role), secrets.digest(token), until=self.clock() + timedelta(hours=12), now=self.clock())
            made.cookies["__Host-desk"] = token
        return made


WORLD = """
glossaries = ["words.toml"]
[desk]
name = "Le Fil"
base_url = "https://fil.example"
contact = "desk@fil.example"
[editions.fr]
title = "Le Fil"
time_zone = "Europe/Paris"
[editions.en]
title = "The Wire"
[sources.gazette]
name = "The Gazette"
homepage = "https://gazette.example"
language = "en"
licence = "full"
feeds = ["https://gazette.example/feed.xml"]
[translate]
engines = ["echo"]
"""


@contextmanager
def house(folder: Path, pages: Any = None, *, text: str = WORLD, origin: str = ORIGIN, **parts: Any) -> Iterator[House]:
    path = folder / "babelwire.toml"
    path.write_text(text, encoding="utf-8")
    (folder / "words.toml").write_text('[[term]]\nsource = "ferry"\ntarget = "bac"\nfrom = "en"\nto = "fr"\n', encoding="utf-8")
    loaded, clock = config.load(path), Clock()
    fetcher = ReplayFetcher(pages or {world.FEED: world.feed("pier"), f"{world.HOME}/pier": world.story("pier")})
    store = SqliteStore(":memory:")
    parts = {"publisher": MemoryPublisher()} | parts
    with make.desk(loaded, store=store, fetcher=fetcher, extractor=InProcess(), reader=parsing.InProcess(), strict=True, **parts) as desk:
        store.sync(loaded.sources, loaded.feeds, clock())
        store.add_glossary(desk.translator.glossary.version, desk.translator.glossary.terms, clock())
        room = Room(desk=desk, store=store, config=lambda: config.load(path), clock=clock, desk_rules=loaded.web, origins=(origin,))
        yield House(desk=desk, store=store, path=path, clock=clock, fetcher=fetcher, app=create(lambda: room))
