"""One request as the screens see it, and the few ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from babelwire.errors import BabelwireError
from babelwire.model import Deed, Role
from babelwire.web.desk import secrets, sheets

if TYPE_CHECKING:
    from babelwire.config import Config, Web
    from babelwire.desk import Desk
    from babelwire.seams import DeskStore


class Refused(BabelwireError):
    """A person asked for what cannot be done; the message says why, and what to do."""

    def __init__(self, message: str, status: int = 409) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the screens work with."""

    desk: Desk
    store: DeskStore
    config: Callable[[], Config]  #: as the file stands now: feeds may have been added since the start
    clock: Callable[[], datetime]
    desk_rules: Web
    origins: tuple[str, ...]  #: where a browser finds the desk: ``http://127.0.0.1:8081``


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: someone who has signed in, or a script with a token."""

    name: str
    role: Role
    script: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A request that has passed the door."""

    room: Room
    now: datetime
    path: str
    at: Mapping[str, str]  #: the parts of the path that have names
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    who: Person | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)
    client: str = ""  #: address
    key: str = ""  #: the form token of this page
    json: bool = False  #: a script wants data

    @property
    def person(self) -> Person:
        """Who asks, on screens that nobody sees without signing in."""
        if self.who is None:
            raise Refused("sign in first", 403)
        return self.who

    def asked(self, name: str) -> str:
        return self.query.get(name, "").strip()

    def given(self, name: str, what: str = "") -> str:
        """A field of the form. Raises Refused where it is empty; ``what`` is its name for people."""
        value = self.form.get(name, "").replace("\r\n", "\n").strip()
        if not value and what:
            raise Refused(f"{what} is missing", 422)
        return value

    def page(self, template: str, title: str, status: int = 200, **fill: object) -> Response:
        """A screen, or its data for a script."""
        if self.json:
            return JSONResponse(sheets.plain(fill), status)
        return HTMLResponse(sheets.render(template, self, title, fill), status)

    def done(self, place: str, said: str = "", **query: str) -> Response:
        """After a POST: back to a screen, which says what was done."""
        if self.json:
            return JSONResponse({"done": said})
        told = {k: v for k, v in {**query, "said": said, "seal": said and secrets.seal(self.key, said)}.items() if v}
        return RedirectResponse(f"{place}?{urlencode(told)}" if told else place, 303)

    def note(self, what: str, subject: str, text: str = "") -> None:
        """Write down what this person did."""
        self.room.store.add_deed(Deed(when=self.now, who=self.person.name, what=what, subject=subject, text=text))


Handler = Callable[[Visit], Response]
