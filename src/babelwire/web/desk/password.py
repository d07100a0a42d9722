"""One's own password, changed in the browser: the old one is asked for, and every other session of the account is over."""

from __future__ import annotations

import math

from starlette.responses import Response

from babelwire.model import replace
from babelwire.web.desk import secrets, sheets, signing
from babelwire.web.desk.doors import BROWSER
from babelwire.web.desk.visit import Refused, Visit

PLACE = f"{sheets.HOME}password/"


def form(visit: Visit) -> Response:
    """The form."""
    return _form(visit)


def change(visit: Visit) -> Response:
    """Keep the new one, end all sessions, and open a new one here. A wrong old password counts as an attempt to sign in does."""
    name, store = visit.person.name, visit.room.store
    if visit.person.script:
        raise Refused("a script has no password", 403)
    old, new = visit.form.get("old", ""), visit.form.get("new", "")
    subjects = [f"password:{name}"]
    pause = signing.count(visit, subjects)
    if pause:
        seconds = math.ceil(pause.total_seconds())
        answer = _form(visit, f"Too many attempts. Try again in {sheets.many(seconds, 'second')}.", 429)
        answer.headers["retry-after"] = str(seconds)
        return answer
    if not secrets.fits(old, store.password_of(name)):
        return _form(visit, "The password of now is wrong.", 422)
    store.forgive(subjects)
    weakness = secrets.too_weak(new, name)
    if weakness or new != visit.form.get("again", ""):
        return _form(visit, f"{weakness[:1].upper()}{weakness[1:]}." if weakness else "The two new ones are not the same.", 422)
    store.set_password(name, secrets.hashed(new))
    visit.note("changed password", name)
    return _in_again(visit, name)


def _in_again(visit: Visit, name: str) -> Response:
    browser, token = visit.cookies.get(BROWSER) or secrets.fresh(), secrets.fresh()
    signing.open_session(visit, name, token, browser)
    said = "Saved. Every other session of yours is over, in all browsers."
    answer = replace(visit, key=secrets.form_token(token)).done(sheets.HOME, said)
    return signing.planted(answer, token, browser)


def _form(visit: Visit, failed: str = "", status: int = 200) -> Response:
    return visit.page("password", "Change your password", status, failed=failed, least=secrets.SHORTEST)
