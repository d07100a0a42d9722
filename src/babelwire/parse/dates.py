"""The dates of feeds: RFC 822 with its many misspellings, and W3C's profile of ISO 8601, to aware UTC.

email.utils reads the first kind; the second is a pattern of our own, since ``fromisoformat`` takes neither ``2004``,
``2004-01`` nor zone names.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d\d?)(?:-?(?P<day>\d\d?))?)?"
    r"(?:[T ]+(?P<hour>\d\d?):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d|[A-Z]{3,4})?",
    re.IGNORECASE,
)
#: Zones that parsedate_tz does not know, in hours.
ZONES = {"BST": 1, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9}
NAMED = re.compile(rf"\b({'|'.join(ZONES)})\b\s*$", re.IGNORECASE)
EARLIEST = 1990
AHEAD = timedelta(days=1)


def moment(text: str, now: datetime) -> datetime | None:
    """The moment a feed's date names; None where it names none that can be meant (before 1990, more than a day ahead)."""
    text = " ".join(text[:80].split())
    found = (_iso(text) or _mail(text)) if text else None
    return found if found and found.year >= EARLIEST and found <= now + AHEAD else None


def _iso(text: str) -> datetime | None:
    found = ISO.fullmatch(text)
    if found is None:
        return None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    return _made(int(found["year"]), int(found["month"] or 1), int(found["day"] or 1), hour, minute, second, _offset(found["zone"] or "Z"))


def _offset(zone: str) -> int:
    """Seconds east of Greenwich."""
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "").ljust(4, "0")
        return (1 if zone[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)
    known = parsedate_tz(f"1 Jan 2000 00:00 {zone}")
    return ZONES.get(zone.upper(), 0) * 3600 or ((known[9] or 0) if known else 0)


def _mail(text: str) -> datetime | None:
    zone = NAMED.search(text)
    if zone:
        text = text[: zone.start()] + "+0000"
    try:
        found = parsedate_tz(text)
    except (IndexError, ValueError, TypeError):  # parsedate_tz promises None and sometimes raises
        return None
    if found is None:
        return None
    offset = ZONES[zone[1].upper()] * 3600 if zone else (found[9] or 0)
    return _made(found[0], found[1], found[2], found[3], found[4], found[5], offset)


def _made(year: int, month: int, day: int, hour: int, minute: int, second: int, offset: int) -> datetime | None:
    extra = timedelta(days=1) if hour == 24 else timedelta(0)
    try:
        local = datetime(
            year, month, day, hour % 24 if extra else hour, minute, min(second, 59), tzinfo=timezone(timedelta(seconds=offset))
        )
        return (local + extra).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
