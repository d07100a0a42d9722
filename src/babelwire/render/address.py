"""Addresses of pages: made once, at first publication, of letters that every server, shell and reader can bear."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from babelwire.text import sections

LONGEST = 72  #: letters of a slug; with the day, the key and a generation folder the path stays under 255 bytes
PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": " ", "'": " ", "·": ""}
)
KEY = re.compile(r"[a-z0-9]{4,40}")


def slug(headline: str, original: str = "") -> str:
    """ASCII letters, digits and single hyphens from the headline, cut between words.

    A headline that is not in Latin letters has no spelling of its own here, so the original's is taken; ``article`` where
    neither has one.
    """
    for text in (headline, original):
        words = re.findall(r"[a-z0-9]+", _ascii(text[:1000]))
        if sum(len(w) for w in words if not w.isdigit()) >= 3:
            return _cut(words)
    return "article"


def path(language: str, first: datetime, headline: str, key: str, *, original: str = "", time_zone: str = "UTC") -> str:
    """``fr/2026/11/24/slug-key/``. ``first`` is the first publication; its day is the edition's own.

    Raises ValueError for a key that is not one of ours (it would become part of a file name).
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    day = first.astimezone(ZoneInfo(time_zone)).strftime("%Y/%m/%d")
    return f"{language}/{day}/{slug(headline, original)}-{key}/"


def section_path(language: str, section: str) -> str:
    """``fr/section/sport/``, for ``Deportes`` too; a name that is none of ours becomes a slug, one
    without Latin letters its code points, so that two never meet."""
    known = sections.of(section)
    words = [known] if known else re.findall(r"[a-z0-9]+", _ascii(section[:200]))
    name = _cut(words) if words else "-".join(f"{ord(c):x}" for c in section.strip()[:12] if c.isalnum())
    return f"{language}/section/{name or 'other'}/"


def source_path(language: str, source_id: str) -> str:
    return f"{language}/source/{source_id}/"


def story_path(language: str, story_id: str) -> str:
    """``fr/story/ID/``: one event, all who report it."""
    return f"{language}/story/{story_id}/"


def topic_path(language: str, name: str) -> str:
    return f"{language}/topic/{name}/"


def day_path(language: str, day: str) -> str:
    """``fr/2026/11/24/`` for an ISO date."""
    return f"{language}/{day.replace('-', '/')}/"


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().translate(PLAIN))
    return "".join(c for c in folded if not unicodedata.combining(c)).encode("ascii", "replace").decode()


def _cut(words: list[str]) -> str:
    kept, length = [], 0
    for word in words:
        length += len(word) + 1
        if length > LONGEST:
            break
        kept.append(word)
    return "-".join(kept) or words[0][:LONGEST]
