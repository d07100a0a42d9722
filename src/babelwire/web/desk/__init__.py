"""The operator's desk in the browser: see what happens, know why, put it right in one click. No script, no framework.

    doors     who may come in, and do what: the machinery; ``table`` is the table of all routes with their roles
    signing   signing in and out         password one's own, changed         secrets  passwords and tokens
    visit     one request, as screens see it          sheets   screens as HTML
    look      screens that only show     story, aside, feeds, terms, removal, reports   screens with which things are put right

Own templates on Starlette: the ready-made admins send 0.7 to 1.6 MB a page and each fails axe; they edit rows, while these
screens answer questions. Each filter is a URL; GET changes nothing; what a POST did is said by the screen it leads to.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.applications import Starlette

from babelwire.web.desk.doors import broken
from babelwire.web.desk.table import routes
from babelwire.web.desk.visit import Room

__all__ = ["Room", "create"]


def create(rooms: Callable[[], Room]) -> Starlette:
    """The desk as an ASGI app for uvicorn. ``rooms`` gives what the screens work with, as the configuration has it now."""
    return Starlette(routes=routes(rooms), exception_handlers={Exception: partial(broken, rooms)})
