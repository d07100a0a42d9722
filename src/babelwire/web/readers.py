"""What answering readers works with, and how an answer looks: the headers of files, and never kept by others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from babelwire.model import File
from babelwire.render import Site
from babelwire.seams import ReaderStore
from babelwire.web.files import HSTS, SECURITY


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The store and the site as they are; ``tls`` tells browsers to stay on https."""

    store: ReaderStore
    site: Site
    clock: Callable[[], datetime]
    tls: bool = False

    def answer(self, file: File, status: int = 200) -> Response:
        """A page that was made for one reader."""
        headers = {k.decode(): v.decode() for k, v in ([*SECURITY, HSTS] if self.tls else SECURITY)}
        return Response(file.body, status, headers | {"cache-control": "private, no-store"}, file.media_type)


def slashed(path: str) -> BaseRoute:
    """An address without its last slash leads on to the one with it, its question kept."""

    def on(request: Request) -> Response:
        query = request.url.query
        return RedirectResponse(f"{path}?{query}" if query else path, 301)

    return Route(path.rstrip("/"), on, methods=["GET"])


def plain(values: Sequence[tuple[str, str]], names: Sequence[str]) -> dict[str, str]:
    """Of what a browser sent, the first value of each known name, without what cannot be written: a half character, a null."""
    found: dict[str, str] = {}
    for name, value in values:
        if name in names:
            found.setdefault(name, value.encode("utf-8", "ignore").decode().replace("\x00", ""))
    return {name: found.get(name, "") for name in names}
