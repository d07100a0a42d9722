"""What a feed says -> Hints and Entries: plain text, sensible dates, keys, each article once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

from babelwire.model import Entry, Feed, Hints, Page, short_hash
from babelwire.parse.dates import moment
from babelwire.parse.plain import line, paragraphs
from babelwire.parse.said import Channel, Item, Kind, Words
from babelwire.text import language
from babelwire.text.address import canonical, join
from babelwire.text.clean import clean

TAG = re.compile(r"[a-zA-Z]{2,3}([-_][a-zA-Z0-9]{2,8}){0,4}")
PERIODS = {"hourly": 1.0, "daily": 24.0, "weekly": 168.0, "monthly": 720.0, "yearly": 8760.0}
LONGEST_WAIT = timedelta(days=7)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
HUB = re.compile(r"<([^<>]{1,2000})>\s*;[^,]{0,500}\brel\s*=\s*\"?hub\b", re.IGNORECASE)
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  #: no database takes them; JSON can say them
LONGEST_TITLE = 1_000
MOST_CATEGORIES = 50
NEVER = datetime.min.replace(tzinfo=UTC)


def hints(said: Channel, page: Page) -> Hints:
    """What the feed, and the answer that brought it, say about reading it."""
    hub = HUB.search(page.headers.get("link", "")[:8000])
    return Hints(
        title=line(said.title)[:LONGEST_TITLE] or None,
        language=tag(said.language),
        homepage=said.homepage,
        ttl=max(_waits(said, page), default=None),
        skip_hours=frozenset(int(h) % 24 for h in said.skip_hours if h.isascii() and h.isdigit() and int(h[:4]) <= 24),
        skip_days=frozenset(DAYS.index(d) for s in said.skip_days if (d := s.strip().lower()) in DAYS),
        hub=said.hub or (join(page.url, hub[1]) if hub else None),
    )


def entries(said: Channel, feed: Feed, now: datetime) -> tuple[Entry, ...]:
    """The feed's entries, newest first, those without a date last; of entries with one key the latest."""
    found: dict[str, Entry] = {}
    for item in said.items:
        entry = _entry(item, said, feed, now)
        known = found.get(entry.key) if entry else None
        if entry and (known is None or when(entry) > when(known) or (entry.withdrawn and not known.withdrawn)):
            found[entry.key] = entry
    return tuple(sorted(found.values(), key=when, reverse=True))


def when(entry: Entry) -> datetime:
    """The latest date an entry names."""
    return max(entry.updated or NEVER, entry.published or NEVER)


def tag(text: str) -> str | None:
    """A language tag as BCP 47 writes it, or None where it is none."""
    text = text.strip()
    return language.canonical(text) if TAG.fullmatch(text) else None


def _entry(item: Item, said: Channel, feed: Feed, now: datetime) -> Entry | None:
    """None for an item that says nothing at all."""
    title, summary = _title(item), paragraphs(item.summary)
    key = canonical(item.link) if item.link else item.id.strip() or (f"{title} {item.published}".strip() if title or summary else "")
    if not key:
        return None
    return Entry(
        key=short_hash(feed.source_id, key),
        feed_url=feed.url,
        source_id=feed.source_id,
        id=clean(item.id)[:2000] or item.link or key[:2000],
        link=item.link,
        title=title,
        summary=summary,
        content=UNKEEPABLE.sub("", item.content),
        authors=tuple(a for a in (clean(unescape(a))[:200] for a in item.authors or said.authors) if a),
        published=moment(item.published, now),
        updated=moment(item.updated, now),
        categories=tuple(_categories(item)),
        language=tag(item.language) or feed.language or tag(said.language),
        withdrawn=item.withdrawn,
    )


def _title(item: Item) -> str:
    """The title; where there is none, the beginning of the text."""
    title = line(item.title)[:LONGEST_TITLE]
    if title or item.withdrawn:
        return title
    start = line(item.summary) or line(Words(item.content, Kind.HTML))
    return start if len(start) <= 100 else start[:100].rpartition(" ")[0] + " …"


def _categories(item: Item) -> Iterator[str]:
    yield from dict.fromkeys(c for c in (line(Words(c[:400]))[:200] for c in item.categories[:MOST_CATEGORIES]) if c)


def _waits(said: Channel, page: Page) -> Iterator[timedelta]:
    """Each way of saying how long the feed may be left alone."""
    if re.fullmatch(r"\d{1,6}", said.ttl) and int(said.ttl):
        yield min(timedelta(minutes=int(said.ttl)), LONGEST_WAIT)
    if said.period.strip().lower() in PERIODS:
        often = float(said.frequency) if re.fullmatch(r"\d{1,4}", said.frequency) and int(said.frequency) else 1.0
        yield min(timedelta(hours=PERIODS[said.period.strip().lower()] / often), LONGEST_WAIT)
    if (age := MAX_AGE.search(page.headers.get("cache-control", ""))) and int(age[1]):
        yield min(timedelta(seconds=int(age[1])), LONGEST_WAIT)
