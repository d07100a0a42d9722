"""What a mode does to a task and to its translation, and when an edition is quiet. Pure.

headline   the article is narrowed to its headline before it is translated: nothing else is paid for or shown
review     the verdict becomes "hold", with a reason that begins with ``REVIEW``; ``released`` lets it out
quiet      only breaking news, corrections and take-downs are published; everything else waits until it is over
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babelwire.model import Edition, Licence, Origin, Task, Translation, Verdict, replace

REVIEW = "for review: "  #: how the reason of whatever waits for a person begins


def narrowed(task: Task, made: Translation | None = None) -> Task:
    """The task with as much of its article as its assignment wants, and as its translation has."""
    why = task.assignment.headline_only or (made.headline_only if made else "")
    if not why or task.revision.article.licence is Licence.LINK:
        return task
    article = replace(task.revision.article, licence=Licence.LINK, licence_note=why)
    return replace(task, revision=replace(task.revision, article=article))


def reviewed(made: Translation, task: Task) -> Translation:
    """The translation, held where a person is to read it first. One that failed a check keeps the reason of that."""
    why = task.assignment.hold
    return replace(made, verdict=Verdict.HOLD, reason=REVIEW + why) if why and made.verdict is not Verdict.HOLD else made


def released(made: Translation) -> Translation:
    """A held translation that a person publishes: marked where it is a gist, or where sentences stand in the original."""
    short = made.gist or any(r.origin is Origin.ORIGINAL for p in made.passages for r in p.renderings)
    verdict = Verdict.MARK if short and made.engine else Verdict.PUBLISH
    return replace(made, verdict=verdict, reason=f"published by a person; was held {made.reason}".strip())


def quiet_until(edition: Edition, now: datetime) -> datetime | None:
    """When this edition's quiet hours end, if they are now.

    They are read on the clocks of the edition's time zone. A time that comes twice in the night the clocks go back, or not at
    all when they go forward, counts so that the quiet is never shorter than asked for.
    """
    if edition.quiet is None:
        return None
    first, last = edition.quiet
    zone = ZoneInfo(edition.time_zone)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        starts = min(_both(datetime.combine(day, first), zone))
        ends = max(_both(datetime.combine(day + timedelta(days=last <= first), last), zone))
        if starts <= now < ends:
            return ends
    return None


def _both(clock: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A time of the clocks in UTC, as either reading of it where it comes twice or never."""
    first, second = (clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first, second
