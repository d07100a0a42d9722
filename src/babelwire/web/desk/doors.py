"""The doors: every route of the desk with the least role that may look and the least that may act, in one table.

    request ── host ── who (session cookie, or a script's token) ── POST: origin, form token ── role ── screen ── headers

A screen is never reached around this file. GET changes nothing; what a POST did is shown by the screen it leads to.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from babelwire.errors import BabelwireError
from babelwire.model import Role
from babelwire.web.desk import secrets, sheets
from babelwire.web.desk.visit import Handler, Person, Refused, Room, Visit

SESSION, BROWSER = "__Host-desk", "__Host-browser"  #: cookies
MOST_BODY = 200_000  #: bytes of a form
MOST_FIELDS = 100
SIGN_IN = f"{sheets.HOME}sign-in/"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # `no-referrer` would make browsers send "Origin: null" with our own forms
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Door:
    """A route. ``look`` None: nobody needs to sign in for it. ``act`` is for POST."""

    path: str
    look: Role | None
    get: Handler | None = None
    act: Role | None = None
    post: Handler | None = None


class Stopped(Exception):
    """Carries the answer."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


class Entrance:
    """A door as an endpoint of Starlette. ``rooms`` gives the room as the configuration has it now."""

    def __init__(self, door: Door, rooms: Callable[[], Room]) -> None:
        self.door, self.rooms = door, rooms

    async def serve(self, request: Request) -> Response:
        """The endpoint: whatever comes out carries the headers."""
        try:
            form = await read_form(request) if request.method == "POST" else {}
            answer = await run_in_threadpool(self.answer, request, form)
        except Stopped as stopped:
            answer = stopped.answer
        answer.headers.update(HEADERS | dict(answer.headers))
        return answer

    def answer(self, request: Request, form: Mapping[str, str]) -> Response:
        """In a thread: the store, the engines and argon2 all wait."""
        room = self.rooms()
        if request.headers.get("host", "") not in {urlsplit(o).netloc for o in room.origins}:
            return PlainTextResponse("This desk is not found at that address.\n", 421)
        try:
            visit = self.visit(request, form, room)
        except BabelwireError as error:  # the store cannot say who asks
            return PlainTextResponse(f"{error}\n", 503)
        answer = self._answered(request, visit)
        if any(o.startswith("https:") for o in room.origins):
            answer.headers["strict-transport-security"] = "max-age=31536000"
        return answer

    def _answered(self, request: Request, visit: Visit) -> Response:
        try:
            if request.method == "POST":
                _same_site(request, visit)
            self._allowed(request, visit)
            handler = self.door.post if request.method == "POST" else self.door.get
            assert handler is not None, "the route's methods are those it has handlers for"
            return handler(visit)
        except Stopped as stopped:
            return stopped.answer
        except Refused as refused:
            return visit.page("message", "Not done", refused.status, message=str(refused))
        except BabelwireError as error:
            return visit.page("message", "It did not work", 502, message=str(error))

    def visit(self, request: Request, form: Mapping[str, str], room: Room) -> Visit:
        """The request as screens see it, with who sent it."""
        now = room.clock()
        who = _who(request, room, now)
        script = request.headers.get("authorization") is not None
        cookie = request.cookies.get(SESSION if who else BROWSER, "")
        return Visit(
            room=room,
            now=now,
            path=request.url.path,
            at=request.path_params,
            query=dict(request.query_params),
            form=form,
            who=who,
            cookies=request.cookies,
            client=request.client.host if request.client else "",
            key=secrets.form_token(cookie) if cookie else "",
            json=script or request.query_params.get("format") == "json",
        )

    def _allowed(self, request: Request, visit: Visit) -> None:
        least = self.door.act if request.method == "POST" else self.door.look
        if least is None:
            return
        if visit.who is None and request.method != "POST" and not visit.json:
            raise Stopped(RedirectResponse(f"{SIGN_IN}?next={quote(_address(request), safe='')}", 303))
        if visit.who is None:
            raise Refused("sign in first", 401 if visit.json else 403)
        if not visit.who.role.may(least):
            raise Refused(f"this needs the role {least}; yours is {visit.who.role}", 403)


def _who(request: Request, room: Room, now: datetime) -> Person | None:
    """The owner of the token or of the session, if one is open."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind:
        found = room.store.token(secrets.digest(token.strip()), now) if kind.lower() == "bearer" else None
        return Person(name=f"{found.account} ({found.label})", role=found.role, script=True) if found else None
    cookie = request.cookies.get(SESSION)
    if not cookie:
        return None
    idle = timedelta(minutes=room.desk_rules.idle_minutes)
    account = room.store.session(secrets.digest(cookie), idle=idle, now=now)
    return Person(name=account.name, role=account.role) if account else None


def _same_site(request: Request, visit: Visit) -> None:
    """Does this POST come from a page of ours? A script has no cookie that another site could ride on."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in visit.room.origins:
        raise Refused("this form was sent from another site", 403)
    if visit.who is not None and visit.who.script:
        return
    if origin is None and request.headers.get("sec-fetch-site") != "same-origin":
        raise Refused("this form does not say where it comes from", 403)
    if not visit.key or not secrets.same(visit.key, visit.form.get("key", "")):
        raise Refused("this form is too old, or was never ours: go back, load the page anew and send it again", 403)


async def broken(rooms: Callable[[], Room], request: Request, error: Exception) -> Response:
    """The answer where our own code broke: the bug is written down, so that ``status`` says so."""
    told = "".join(traceback.format_exception(error))
    room = rooms()
    await run_in_threadpool(room.store.set_bug, "screen", request.url.path, told, room.clock())
    return PlainTextResponse("A bug of ours. It is written down: see the first screen, or `babelwire status`.\n", 500, HEADERS)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a small form. Raises Stopped: too long, or no form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise Stopped(PlainTextResponse("A form is expected.\n", 415))
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BODY:
                raise Stopped(PlainTextResponse("That form is too long.\n", 413))
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except (ClientDisconnect, ValueError) as error:
        raise Stopped(PlainTextResponse("That form cannot be read.\n", 400)) from error
    return dict(fields)


def methods(door: Door) -> Sequence[str]:
    return [name for name, handler in (("GET", door.get), ("POST", door.post)) if handler]


def _address(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
