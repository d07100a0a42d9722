"""Passwords, tokens, form tokens, and how long one has to wait after failing. Nothing here is kept or logged.

argon2id by RFC 9106's low-memory profile (64 MiB); at most two at once, since forty sign-ins at a time would take 2.5 GiB.
Tokens are 256 random bits, so a plain SHA-256 of them is enough to keep.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

SHORTEST, LONGEST = 10, 1024  #: letters of a password
FREE = 4  #: failures before one has to wait
CALM = timedelta(hours=1)  #: after which failures are forgotten
LONGEST_WAIT = timedelta(minutes=15)
_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_turn = threading.BoundedSemaphore(2)
#: The hash of nobody's password: a name that does not exist takes as long as one that does.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$zWT6PZhmXlUdcOfMwQbhmUzBDCAc0uMyxsh6xBtJ9vM"


def hashed(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    with _turn:
        return _hasher.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Is it the password of that hash? Takes as long where there is none."""
    with _turn:
        try:
            return _hasher.verify(kept or NOBODY, password[:LONGEST]) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def too_weak(password: str, name: str) -> str:
    """Why a password is refused, or ""."""
    if len(password) < SHORTEST:
        return f"a password has at least {SHORTEST} letters; four words that don't belong together are easy to keep in mind"
    if len(password) > LONGEST:
        return f"a password has at most {LONGEST} letters"
    if name.casefold() in password.casefold() or len(set(password)) < 5:
        return "that password is too easy to guess"
    return ""


def fresh() -> str:
    """256 random bits for a cookie or a script."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What of a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """What every form of a page carries: another site can make a browser send the cookie, but cannot read it to make this."""
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()


def seal(key: str, text: str) -> str:
    """What shows that a text in an address was written by us, for this session."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:20]


def same(one: str, other: str) -> bool:
    """In a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())


def wait(failures: int, last: datetime, now: datetime) -> timedelta:
    """How long after so many failures in a row nobody is let try again: nothing for the first, then twice as long each time."""
    if failures < FREE or now - last >= CALM:
        return timedelta(0)
    pause = min(timedelta(seconds=2) * int(2 ** min(failures - FREE, 12)), LONGEST_WAIT)
    return max(timedelta(0), last + pause - now)
