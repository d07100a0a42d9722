"""When an article was published and changed: declared, marked up, the feed's, written in a line of the page, or guessed.

Times keep their zone. htmldate is asked without its extensive search, which costs 3.5 s of CPU at first (dateparser compiles
its languages) and guesses wrong more often than it helps: short lines of the page are read here instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from babel.core import Locale, UnknownLocaleError
from lxml import etree

from babelwire.extract.blocks import Found
from babelwire.extract.meta import Declared

DATE = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ]+(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?", re.IGNORECASE
)
PUBLISHED = (  # meta tags, the most telling first
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.created",
    "dc.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "article.published",
    "cxenseparse:recs:publishtime",
    "citation_publication_date",
    "dc.date.created",
)
UPDATED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "article.updated", "last-modified")


def moment(text: Any, zone: Any = UTC) -> datetime | None:
    """An ISO 8601 date or time as an aware datetime; without a zone it is taken to be in ``zone``. None: not one, or absurd."""
    found = DATE.match(str(text or "").strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(g or 0) for g in found.groups()[:6])
    try:
        made = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        offset = (found[7] or "").upper()
        if offset:
            made = made.replace(
                tzinfo=datetime.strptime("+0000" if offset in ("Z", "UTC", "GMT") else offset.replace(":", "").ljust(5, "0"), "%z").tzinfo
            )
        made.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return made if year >= 1990 else None


def dates(
    declared: Declared, found: Sequence[Found], language: str, fallback: datetime | None, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """(published, updated): declared, marked up, the feed's, or written on the page; never later than a day from ``now``."""
    article = declared.article
    given = [article.get("datePublished"), article.get("dateCreated"), *declared.all(*PUBLISHED)]
    published = _first_with_time(given, now) or _first_with_time(_marked_times(declared), now)
    if fallback is not None and (
        published is None or (not _has_zone(published[1]) and abs(published[0] - fallback).total_seconds() < 2 * 86_400)
    ):
        published = (fallback, "")
    updated = _first_with_time([article.get("dateModified"), *declared.all(*UPDATED)], now)
    when = published[0] if published else _guessed(declared, now) or _in_lines(found, language, now)
    when = _by_address(declared.tree.url, when)
    changed = updated[0] if updated and (when is None or updated[0] > when) else None
    return when, changed


ADDRESS_DAY = re.compile(r"/(\d{4})/(\d{1,2})/(\d{1,2})(?:/|$)")


def _by_address(url: str, when: datetime | None) -> datetime | None:
    """The day in a page's address, where what is declared is a year or more from it: addresses are older than the site's move."""
    found = ADDRESS_DAY.search(url)
    day = _day(int(found[1]), int(found[2]), int(found[3])) if found else None
    return day if day is not None and (when is None or abs((when - day).days) >= 365) else when


def _first_with_time(given: Iterable[Any], now: datetime) -> tuple[datetime, str] | None:
    """The first that is a date; a later one of the same day that has a zone is more exact."""
    found = [(m, str(g)) for g in given if (m := moment(g)) and (m - now).total_seconds() < 86_400]
    if not found:
        return None
    exact = (f for f in found if _has_zone(f[1]) and f[1][:10] == found[0][1][:10])
    return next(exact, found[0])


def _has_zone(text: str) -> bool:
    found = DATE.match(text.strip())
    return bool(found and found[7])


MARKED = etree.XPath("descendant::*[@itemprop='datePublished']")
TIMES = (
    etree.XPath(".//time[@pubdate or contains(@class,'publish') or contains(@class,'entry-date')]/@datetime"),
    etree.XPath("(.//article//time/@datetime)[1]"),
    etree.XPath("(.//time/@datetime)[1]"),
)


def _marked_times(declared: Declared) -> list[str]:
    """``<time datetime>`` and ``itemprop=datePublished``: those that say "published" first."""
    body = declared.tree.body
    marked = [value for e in MARKED(body) for name, value in e.items() if name in ("content", "datetime")]
    return marked + [str(t) for find in TIMES for t in find(body)]


# ---------------------------------------------------------------------------------------------- a line of the page

NUMERIC = re.compile(r"(?<![\d.])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|(?<=\.)\d{2})(?!\d|\.\d)")
SIGNS = re.compile(r"(\d{4})\s?[年/.-]\s?(\d{1,2})\s?[月/.-]\s?(\d{1,2})(?!\d)")
LINE = 16  #: words: longer blocks are prose, where a date is of what happened


def _in_lines(found: Sequence[Found], language: str, now: datetime) -> datetime | None:
    """The first date in a short line of the page; lines of sidebars count only when there is no other."""
    aside: datetime | None = None
    for one in found:
        if len(one.words) <= LINE and any(c.isdigit() for c in one.text):
            when = read(one.text, language)
            if when and when <= now:
                if not one.aside:
                    return when
                aside = aside or when
    return aside


def read(text: str, language: str) -> datetime | None:
    """A day as people write it: ``3. März 2024``, ``March 3, 2024``, ``3/12/2024`` (day first, but in the US), ``2024年3月3日``."""
    if found := SIGNS.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := NUMERIC.search(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4]) + (2000 if len(found[4]) == 2 else 0)
        american = found[2] == "/" and (language.lower() in ("en", "en-us") or second > 12)
        return _day(year, first, second) if american else _day(year, second, first)
    pattern, months = _months(language.split("-")[0].lower())
    for found in pattern.finditer(text):
        day, month, written = found["d1"] or found["d2"], found["m1"] or found["m2"], found["y1"] or found["y2"]
        if made := _day(int(written), months[month.lower().rstrip(".")], int(day)):
            return made
    return None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC) if 1990 <= year <= 2100 else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _months(language: str) -> tuple[re.Pattern[str], dict[str, int]]:
    """A pattern for days with a month's name in this language or in English, and the months by name (CLDR's)."""
    months: dict[str, int] = {}
    for tag in ("en", language):
        try:
            named = Locale.parse(tag).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                months |= {name.lower().rstrip("."): number for number, name in named[context][width].items() if not name.isdigit()}
    month = "|".join(re.escape(m) for m in sorted(months, key=len, reverse=True))
    between = r"[.ºª]?(?:st|nd|rd|th|er)?\s*(?:de\s|d[’']|of\s)?\s*"
    return re.compile(
        rf"(?<!\d)(?P<d1>\d{{1,2}}){between}(?P<m1>{month})\.?,?\s*(?:del?\s)?\s*(?P<y1>\d{{4}})"
        rf"|(?<!\w)(?P<m2>{month})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{{4}})",
        re.IGNORECASE,
    ), months


def _guessed(declared: Declared, now: datetime) -> datetime | None:
    """htmldate's guess from the address and from attributes, a day without a time."""
    import htmldate  # late: most pages need it not

    tree, latest = declared.tree, now.strftime("%Y-%m-%d")
    try:
        found = htmldate.find_date(tree.root, url=tree.url, original_date=True, extensive_search=False, max_date=latest)
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError):  # what it raises on odd pages
        return None
    return moment(found)
