"""Pure decisions: what is new, when a feed or page is read again, what becomes of a translation. Reads and writes nothing.

Times are arguments; jitter comes from the address, so that a decision can be repeated and tested.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babelwire.config import Poll, Take
from babelwire.errors import FetchError, Gone, PairError
from babelwire.model import (
    Article,
    Ask,
    Caching,
    Entry,
    FeedState,
    Hints,
    Note,
    Origin,
    Page,
    Passage,
    Rendering,
    Revision,
    Task,
    Translation,
    Verdict,
    replace,
    short_hash,
)

DAY = timedelta(days=1)
#: News is tried eight times over a day and a half, then it is no news any more and waits for a person.
TELL_ATTEMPTS = 8
NAMED = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_\u3041-\u9fff]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What a poll brought: entries nobody has seen, entries that say something new, entries whose source withdrew them."""

    found: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    withdrawn: tuple[Entry, ...] = ()
    tombstones: tuple[Entry, ...] = ()  #: withdrawn ones under a key that nobody has seen: their id may tell
    passed: int = 0  #: too old, or more than one poll may bring


def screen(entries: Iterable[Entry], known: Mapping[str, str], now: datetime, poll: Poll) -> Screened:
    """Sort a feed's entries. ``known``: key -> digest as last seen. Absence never means withdrawal: feeds roll off."""
    found: list[Entry] = []
    changed: list[Entry] = []
    withdrawn: list[Entry] = []
    tombstones: list[Entry] = []
    passed = 0
    for entry in entries:
        if entry.withdrawn:
            (withdrawn if entry.key in known else tombstones).append(entry)
        elif entry.key in known:
            if known[entry.key] != entry.digest:
                changed.append(entry)
        elif entry.published and now - entry.published > timedelta(days=poll.max_age):
            passed += 1
        else:
            found.append(entry)
    found.sort(key=lambda e: e.published or now, reverse=True)
    return Screened(
        found=tuple(found[: poll.max_entries]),
        changed=tuple(changed),
        withdrawn=tuple(withdrawn),
        tombstones=tuple(tombstones),
        passed=passed + max(0, len(found) - poll.max_entries),
    )


# ---------------------------------------------------------------------------------------------- feeds


def after_answer(state: FeedState, page: Page | None, hints: Hints, news: int, now: datetime, poll: Poll) -> FeedState:
    """The feed's state after a complete answer; ``page`` None: not modified. ``news`` counts new and changed entries."""
    interval = spacing(state.interval, hints, news, poll)
    after = replace(
        state, due=_open_hour(now + jitter(interval, state.feed.url), hints), interval=interval, failures=0, failure=None,
        polled=now, succeeded=now, status=304 if page is None else page.status,
    )  # fmt: skip
    if page is None:
        return after
    return replace(after, caching=page.caching, body_hash=body_hash(page))


def after_failure(state: FeedState, error: Exception, now: datetime, poll: Poll) -> FeedState:
    """The feed's state after a failed poll: back off without end, obey Retry-After; only 410 retires a feed."""
    failures = state.failures + 1
    wait = min(timedelta(minutes=poll.minimum) * int(2 ** min(failures - 1, 10)), timedelta(minutes=poll.maximum))
    due = now + jitter(wait, state.feed.url + str(failures))
    after = getattr(error, "retry_after", None)
    if after is not None:
        due = max(due, min(after, now + DAY) + timedelta(seconds=1))
    return replace(
        state, due=due, failures=failures, failure=str(error), polled=now, retired=isinstance(error, Gone),
        status=error.status if isinstance(error, FetchError) else state.status,
    )  # fmt: skip


def spacing(interval: timedelta, hints: Hints, news: int, poll: Poll) -> timedelta:
    """The next spacing: shorter while there is news, longer while there is none, never against the feed's own wish."""
    wanted = interval * 0.6 if news else interval * 1.4
    low = max(timedelta(minutes=poll.minimum), min(hints.ttl or timedelta(0), DAY))
    return max(low, min(wanted, timedelta(minutes=poll.maximum)))


def jitter(wait: timedelta, seed: str) -> timedelta:
    """The wait plus 0 to 10 %, fixed by ``seed``: feeds that were started together drift apart."""
    return wait * (1 + (zlib.crc32(seed.encode()) % 1000) / 10_000)


def body_hash(page: Page) -> str:
    return short_hash(page.body.decode("latin-1"))


def _open_hour(due: datetime, hints: Hints) -> datetime:
    """The first full hour from ``due`` on that the feed does not ask to skip (skipHours, skipDays are in GMT)."""
    at = due.astimezone(UTC)
    for _ in range(24 * 7):
        if at.hour not in hints.skip_hours and at.weekday() not in hints.skip_days:
            return at
        at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


# ---------------------------------------------------------------------------------------------- entries


def revisit(first_seen: datetime, published: datetime | None, now: datetime, take: Take) -> datetime | None:
    """When a page is to be read again: on a schedule that thins out, None when it is over. A date in the future counts as now:
    a page that says 2099 would never be read again."""
    start = max(first_seen, min(published or first_seen, now))
    return next((t for h in take.revisit_hours if (t := start + timedelta(hours=h)) > now), None)


def asks(claims: Sequence[tuple[Entry, Revision | None, int]], known: Mapping[str, Caching]) -> list[Ask]:
    """One request for each page. Where all who want it have read it before, it is asked for if it has changed since."""
    wanted: dict[str, list[Caching | None]] = {}
    for entry, latest, _ in claims:
        if entry.link:
            wanted.setdefault(entry.link, []).append(known.get(entry.key) if latest else None)
    return [Ask(url=link, caching=some[0] if all(c == some[0] for c in some) else None) for link, some in wanted.items()]


def note(task: Task, translation: Translation, now: datetime) -> Note | None:
    """The change note of an article that was published before and reads differently now."""
    if task.previous is None or task.previous.verdict is Verdict.HOLD or task.previous.headline_only:
        return None
    before = {p.place: p.source.text for p in task.previous.passages}
    texts = set(before.values())
    places = [p.place for p in translation.passages if p.source.text not in texts]
    if not places and len(before) == len(translation.passages):
        return None
    return Note(when=now, kind="correction", text=",".join(places))


def next_try(failed: int, error: Exception, now: datetime, limit: int) -> datetime | None:
    """When an item that has failed ``failed`` times before and now again is tried next; None: set it aside.

    Quotas and named times do not count as tries: the item waits. A pair that nobody serves is no matter of waiting.
    """
    if isinstance(error, PairError):
        return None
    after: datetime | None = getattr(error, "retry_after", None)
    if failed + 1 >= limit and after is None:
        return None
    wait = now + timedelta(minutes=2) * int(3 ** min(failed, 6))
    if after is not None:
        wait = max(wait, min(after, now + DAY))
    return wait


def waits(error: Exception | None) -> bool:
    """Is an item's error no failed attempt of its own: does it wait for a moment that was named?"""
    return getattr(error, "retry_after", None) is not None


def same_report(one: Article, other: Article) -> bool:
    """Do two texts that are nearly alike word by word tell the same? Not where each names several things that the other does
    not: results, forecasts and notices are one form filled in again and again."""
    mine, theirs = _named(one), _named(other)
    apart = min(len(mine - theirs), len(theirs - mine))
    return apart < max(3, 0.25 * min(len(mine), len(theirs)))


def _named(article: Article) -> set[str]:
    """What a text names, roughly: its words with a capital, and its numbers."""
    words = NAMED.findall(f"{article.headline}\n{article.text}")
    return {w for w in words if w[0].isupper() or w[0].isdigit()}


def shown_changed(before: Article, after: Article) -> list[str]:
    """The places at which a reader would see a difference between two revisions, in order."""
    old, new = dict(before.parts()), dict(after.parts())
    texts = {i.text for i in old.values()}
    changed = [place for place, inline in new.items() if old.get(place) != inline and inline.text not in texts]
    gone = [place for place in old if place not in new]
    return changed or gone


# ---------------------------------------------------------------------------------------------- verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What a translation has to reach."""

    max_original: float = 0.2  #: share of letters that may stay in the original
    gist: bool = False  #: the pair's engine is known to be weak
    gist_is: Verdict = Verdict.MARK
    always: Verdict | None = None  #: the operator's word for this pair


def verdict(passages: Sequence[Passage], bar: Bar) -> tuple[Verdict, str]:
    """The verdict on a finished translation and its reason in words. Nothing is published without one."""
    headline = [r for p in passages if p.place == "headline" for r in p.renderings]
    if not headline or any(r.origin is Origin.ORIGINAL or r.blocked for r in headline):
        return Verdict.HOLD, f"the headline could not be translated: {_why(headline)}"
    body = [r for p in passages for r in p.renderings]
    blocked = [r for r in body if r.blocked and r.origin is not Origin.ORIGINAL]
    if blocked:
        return Verdict.HOLD, f"{len(blocked)} sentence{'s' * (len(blocked) > 1)} failed a check: {_why(blocked)}"
    left = [r for r in body if r.origin is Origin.ORIGINAL]
    share = _letters(left) / max(1, _letters(body))
    if share > bar.max_original:
        return Verdict.HOLD, f"{share:.0%} of the text could not be translated: {_why(left)}"
    if bar.always is Verdict.HOLD:
        return Verdict.HOLD, "the operator holds this pair for review"
    if bar.gist:
        return bar.gist_is, "the engine is weak for this pair: a gist, not a translation"
    if left:
        return Verdict.MARK, f"{len(left)} sentence{'s' * (len(left) > 1)} left in the original: {_why(left)}"
    if bar.always is Verdict.MARK:
        return Verdict.MARK, "the operator marks this pair"
    return Verdict.PUBLISH, ""


def _letters(renderings: Iterable[Rendering]) -> int:
    return sum(len(r.source.text) for r in renderings)


def _why(renderings: Iterable[Rendering]) -> str:
    notes = [i.note for r in renderings for i in r.issues if i.severity.blocking]
    return notes[0] if notes else "no engine gave a usable answer"
