"""``/{language}/search/``: readers search an edition. The question is in the address, so a search can be kept, sent and gone back to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from babelwire.model import Edition, Found, Query
from babelwire.render import search as pages
from babelwire.text import clean
from babelwire.web.readers import Readers, plain, slashed

NAMES = ("q", "section", "source", "from", "first", "last", "order", "page")
SIZE = 10  #: pages found that are shown at once
LONGEST = 400  #: letters of a question that are looked at
NAME = re.compile(r"[\w.~ -]{1,80}")


def routes(readers: Readers) -> list[BaseRoute]:
    """A route for each edition. They are plain functions, so Starlette runs them in threads: they wait for the database."""
    return [route for edition in readers.site.editions for route in _routes(edition, readers)]


def query(given: Mapping[str, str], edition: Edition) -> Query:
    """What was asked; what cannot be meant is left out."""
    page = int(given["page"]) if given["page"].isascii() and given["page"].isdigit() and len(given["page"]) < 4 else 1
    return Query(
        language=edition.language,
        words=clean.clean(given["q"][:LONGEST]),
        section=_name(given["section"]),
        source_id=_name(given["source"]),
        source_language=_name(given["from"]),
        first=_day(given["first"]),
        last=_day(given["last"]),
        newest=given["order"] == "newest",
        size=SIZE,
        skip=(min(max(page, 1), pages.DEEPEST) - 1) * SIZE,
    )


# ---------------------------------------------------------------------------------------------- the small steps


def _routes(edition: Edition, readers: Readers) -> list[BaseRoute]:
    path = f"/{edition.language}/search/"

    def search(request: Request) -> Response:
        asked = query(plain(request.query_params.multi_items(), NAMES), edition)
        found = readers.store.search(asked) if asked.words else Found(hits=(), total=0)
        choices = pages.Choices(sections=readers.store.sections(edition.language), sources=readers.store.sources())
        return readers.answer(pages.page(asked, found, edition, readers.site, choices))

    return [Route(path, search, methods=["GET"]), slashed(path)]


def _name(text: str) -> str:
    return text if NAME.fullmatch(text) else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 10 else ""
    except ValueError:
        return ""
