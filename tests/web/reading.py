"""A store with pages on the site, and the routes that answer readers about them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babelwire.model import Edition, Licence, replace
from babelwire.render import Site
from babelwire.stores.sqlite import SqliteStore
from babelwire.web import app
from babelwire.web.readers import Readers
from tests.stores.rows import FEED, HARBOUR, NOW, OTHER, VALLEY, Hand, article
from tests.web.asking import Answer, Client

SITE = Site(
    name="The Wire",
    base_url="http://news.example",
    editions=(Edition(language="fr", title="Le Fil"), Edition(language="ar", title="الخيط"), Edition(language="zh", title="线")),
    search=True,
    reports=True,
)
BODY = "Le bac circule <b>lundi</b>. Il part à midi & revient."


class Browser:
    """Asks as a browser does; follows nothing."""

    def __init__(self, app: Any) -> None:
        self.client = Client(app)

    def get(self, url: str, params: dict[str, str] | None = None) -> Answer:
        return self.client.get(f"{url}?{urlencode(params)}" if params else url)

    def send(self, url: str, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        given = {"content-type": "application/x-www-form-urlencoded", "origin": "http://news.example"} | (headers or {})
        return self.client.ask("POST", url, given, urlencode(form).encode())


def text(answer: Answer) -> str:
    return answer.content.decode()


@dataclass
class Reading:
    """The store, somebody who puts pages into it, and a browser."""

    store: SqliteStore
    hand: Hand
    browser: Browser

    def out(self, key: str, headline: str, body: str = BODY, language: str = "fr", **more: Any) -> None:
        self.hand.announce(key)
        self.hand.take(article(key, text="x", licence=Licence.FULL), (language,))
        self.hand.translate(headline=headline, body=body, **more)
        self.hand.settle((language,))


def opened(folder: Path, site: Site = SITE) -> Reading:
    store = SqliteStore(":memory:")
    hand = Hand(store)
    store.sync([replace(HARBOUR, licence=Licence.FULL), replace(VALLEY, licence=Licence.FULL)], [FEED, OTHER], NOW)
    readers = Readers(store=store, site=site, clock=lambda: NOW)
    served = app.create(folder, routes=app.dynamic(readers))
    return Reading(store, hand, Browser(served))


def words(page: str) -> str:
    """What of a page's main part can be read."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", main)).split())
