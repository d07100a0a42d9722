"""The web server's app: the published tree, and in front of it the few routes that answer a reader's question."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from babelwire.web import report, search
from babelwire.web.files import Files
from babelwire.web.readers import Readers


def dynamic(readers: Readers) -> list[BaseRoute]:
    """The routes that the site's configuration has switched on."""
    return [*(search.routes(readers) if readers.site.search else ()), *(report.routes(readers) if readers.site.reports else ())]


def create(site_root: Path, *, routes: Sequence[BaseRoute] = (), cache: int = 64_000_000, tls: bool = False) -> Starlette:
    """An ASGI app for uvicorn. ``site_root`` is the published tree (a symbolic link may be swapped under it at any time),
    ``routes`` come before it, ``cache`` is how many bytes of files are kept in memory, ``tls`` tells browsers to stay on https.

    The Host header decides nothing: links carry no host, so no request can make the site speak for another.
    """
    return Starlette(routes=[*routes, Mount("/", app=Files(site_root, cache=cache, tls=tls))])
