"""What becomes of an article where a budget is spent: its headline, translated with what is left or by an engine that costs
nothing, and the link. It says so, and is made in full when the day turns."""

from __future__ import annotations

from datetime import datetime, timedelta

from babelwire.errors import Spent
from babelwire.model import Licence, Task, Translation, replace

#: An article that has been short for so long stays so: it is no news any more, and would be tried day after day.
WEEK = timedelta(days=7)
SHORT = "a budget is spent: headline and link only"  #: how the reason begins


def narrowed(task: Task) -> Task:
    """The task of an article of which no more than the headline may be shown."""
    article = replace(task.revision.article, licence=Licence.LINK)
    return replace(task, revision=replace(task.revision, article=article))


def told(made: Translation, task: Task, spent: Spent, now: datetime) -> Translation:
    """The headline's translation, saying why there is no more of it, and when it is made in full."""
    dated = task.revision.article.published or task.revision.seen
    again = spent.retry_after if now - dated < WEEK else None
    later = f", in full after {again:%Y-%m-%d %H:%M} UTC" if again else ""
    why = f"{SHORT}{later} ({spent})"
    reason = f"{made.reason}; {why}" if made.reason else why
    return replace(made, headline_only=why, again=again, reason=reason, tried=(str(spent), *made.tried))
