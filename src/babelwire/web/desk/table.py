"""The table of the desk's routes: what it takes to look, and what it takes to act."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from babelwire.model import Role
from babelwire.web.desk import aside, feeds, look, password, removal, reports, sheets, signing, story, terms
from babelwire.web.desk.doors import HEADERS, Door, Entrance, methods
from babelwire.web.desk.visit import Room

READER, EDITOR, ADMIN = Role.READER, Role.EDITOR, Role.ADMIN
AT = sheets.HOME
SENTENCE = f"{AT}story/{{key}}/{{language}}/{{place}}/{{number:int}}/"

#: path, role to look, screen, role to act, what a POST does. None: nobody needs to sign in for it.
DOORS = (
    Door(f"{AT}sign-in/", None, signing.form, None, signing.sign_in),
    Door(f"{AT}sign-out/", READER, None, READER, signing.sign_out),
    Door(password.PLACE, READER, password.form, READER, password.change),
    Door(AT, READER, look.now),
    Door(f"{AT}stories/", READER, look.stories),
    Door(f"{AT}find/", READER, look.find),
    Door(f"{AT}story/{{key}}/", READER, story.screen, EDITOR, story.act),
    Door(f"{AT}story/{{key}}/{{language}}/", READER, story.translation, EDITOR, story.decide_on),
    Door(SENTENCE, EDITOR, story.sentence, EDITOR, story.correct),
    Door(f"{AT}aside/", READER, aside.screen, EDITOR, aside.retry),
    Door(f"{AT}reports/", READER, reports.screen, EDITOR, reports.close),
    Door(f"{AT}feeds/", READER, feeds.screen, ADMIN, feeds.add),
    Door(f"{AT}feed/", READER, feeds.one, EDITOR, feeds.act),
    Door(f"{AT}engines/", READER, look.engines),
    Door(f"{AT}glossary/", READER, terms.screen),
    Door(f"{AT}glossary/change/", READER, terms.preview, terms.WHO, terms.change),
    Door(f"{AT}glossary/removal/", READER, removal.preview, terms.WHO, removal.remove),
    Door(f"{AT}rules/", READER, look.rules),
    Door(f"{AT}corrections/", READER, look.changes),
    Door(f"{AT}log/", READER, look.log),
    Door(f"{AT}bugs/", READER, look.bugs),
)


def routes(rooms: Callable[[], Room]) -> list[BaseRoute]:
    """The doors, the style sheet, and the way from ``/`` to the first screen."""
    made: list[BaseRoute] = [Route(door.path, Entrance(door, rooms).serve, methods=list(methods(door))) for door in DOORS]
    return [*made, Route(sheets.style()[0], _style), Route("/", _home), Route(AT.rstrip("/"), _home)]


async def _style(request: Request) -> Response:
    headers = HEADERS | {"cache-control": "public, max-age=31536000, immutable"}
    return Response(sheets.style()[1], media_type="text/css", headers=headers)


async def _home(request: Request) -> Response:
    return RedirectResponse(AT, 303, headers=HEADERS)
