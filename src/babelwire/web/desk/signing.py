"""Signing in and out.

Who fails has to wait, twice as long each time: one counter for the name, one for the address he comes from. A browser in which
the account has signed in before has a counter of its own and none of these, so that nobody can lock a person out by failing in
their name, or from behind the same address.

The session cookie is ``__Host-``, Secure, HttpOnly, SameSite=Lax and ends with the browser; the server ends it earlier. There is
no weaker kind of cookie for plain http: browsers take a Secure one from http://127.0.0.1 and http://localhost, which are this
machine, and from nowhere else (Safari not even there), so a desk without TLS on another address cannot be signed in to.
"""

from __future__ import annotations

import ipaddress
import math
import threading
from collections.abc import Sequence
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from babelwire.web.desk import secrets, sheets
from babelwire.web.desk.doors import BROWSER, SESSION
from babelwire.web.desk.visit import Visit

KNOWN_FOR = timedelta(days=180)
_turn = threading.Lock()


def form(visit: Visit) -> Response:
    """The sign-in page. It plants the cookie that its own form token is made of, and that will be the browser's name."""
    if visit.who is not None:
        return RedirectResponse(_next(visit), 303)
    browser = visit.cookies.get(BROWSER) or secrets.fresh()
    answer = visit.page("sign_in", "Sign in", key=secrets.form_token(browser), next=_next(visit), failed="", name="")
    _plant(answer, BROWSER, browser, KNOWN_FOR)
    return answer


def sign_in(visit: Visit) -> Response:
    """Check name and password; one failure more, or a session."""
    if visit.who is not None:
        return RedirectResponse(_next(visit), 303)
    store, name = visit.room.store, visit.form.get("name", "").strip()[:64]
    browser = secrets.digest(visit.cookies[BROWSER])
    subjects = [f"browser:{browser}"] if store.knows_browser(name, browser, visit.now) else [f"account:{name}", f"address:{_net(visit)}"]
    pause = count(visit, subjects)
    if pause:
        seconds = math.ceil(pause.total_seconds())
        answer = _again(visit, f"Too many attempts. Try again in {sheets.many(seconds, 'second')}.", 429)
        answer.headers["retry-after"] = str(seconds)
        return answer
    if not secrets.fits(visit.form.get("password", ""), store.password_of(name)):
        return _again(visit, "Name or password is wrong.", 403)
    store.forgive(subjects)
    return _open(visit, name)


def sign_out(visit: Visit) -> Response:
    """End this session, here and on the server."""
    cookie = visit.cookies.get(SESSION)
    if cookie:
        visit.room.store.end_session(secrets.digest(cookie))
    answer = RedirectResponse(f"{sheets.HOME}sign-in/", 303)
    answer.delete_cookie(SESSION, path="/", secure=True, httponly=True, samesite="lax")
    return answer


def count(visit: Visit, subjects: Sequence[str]) -> timedelta:
    """Count an attempt as failed before it is looked at, so that forty at once are forty. Returns how long one has to wait
    instead, if at all."""
    store = visit.room.store
    with _turn:
        known = store.failures(subjects)
        store.forgive([s for s, (_, last) in known.items() if visit.now - last >= secrets.CALM])
        pause = max((secrets.wait(times, last, visit.now) for times, last in known.values()), default=timedelta(0))
        if not pause:
            store.count_failure(subjects, visit.now)
    return pause


def _open(visit: Visit, name: str) -> Response:
    token = secrets.fresh()
    open_session(visit, name, token, visit.cookies[BROWSER])
    return planted(RedirectResponse(_next(visit), 303), token, visit.cookies[BROWSER])


def open_session(visit: Visit, name: str, token: str, browser: str) -> None:
    """A session of this account under a fresh token, in the browser of that name."""
    store = visit.room.store
    until = visit.now + timedelta(hours=visit.room.desk_rules.session_hours)
    store.open_session(name, secrets.digest(token), until=until, now=visit.now)
    store.know_browser(name, secrets.digest(browser), until=visit.now + KNOWN_FOR)


def planted(answer: Response, token: str, browser: str) -> Response:
    """The answer with the cookies of a session."""
    _plant(answer, SESSION, token)
    _plant(answer, BROWSER, browser, KNOWN_FOR)
    return answer


def _again(visit: Visit, why: str, status: int) -> Response:
    return visit.page("sign_in", "Sign in", status, next=_next(visit), failed=why, name=visit.form.get("name", ""), key=visit.key)


def _plant(answer: Response, name: str, value: str, age: timedelta | None = None) -> None:
    seconds = int(age.total_seconds()) if age else None
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def _next(visit: Visit) -> str:
    """Where to go afterwards: a screen of the desk, whatever was asked for."""
    wanted = visit.form.get("next") or visit.asked("next")
    own = wanted.startswith(sheets.HOME) and not any(c in wanted for c in "\\\r\n") and "//" not in wanted.partition("?")[0]
    return wanted if own and not wanted.startswith(f"{sheets.HOME}sign-") else sheets.HOME


def _net(visit: Visit) -> str:
    """The client's address, of IPv6 its /64: one household."""
    try:
        address = ipaddress.ip_address(visit.client)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
