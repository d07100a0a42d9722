"""Stories: which one an article joins, and which of its articles leads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from babelwire.group.events import Compared, Rarity, Signature, same_event
from babelwire.model import Article, Licence, short_hash
from babelwire.text import language

#: Articles that are further apart than this are not brought together: the same names a week later are other news.
WINDOW = timedelta(hours=72)
#: How alike two articles of one event are at least. On every other document of NTREX in six languages 0.33 is the lowest
#: value at which 995 of 1000 merges are right (``tools/bench_group.py``); above it because a wrong merge is worse than a
#: missed one: up to 0.4 recall falls by 0.03.
ALIKE = 0.38
#: What the other articles of a story must be like on average, as a share of ``ALIKE``: keeps a chain of follow-ups, each
#: like the one before, from running together.
CHAIN = 0.5
_LATE = datetime.max.replace(tzinfo=UTC)
_LICENCES = (Licence.FULL, Licence.EXCERPT, Licence.LINK)


class Kin(Struct, frozen=True, kw_only=True):
    """A stored article that shares marks with a new one."""

    key: str
    story: str
    signature: Signature


def new_story(article: Article) -> str:
    """The id of a story that begins with this article."""
    return short_hash("story", article.key)


def join(mine: Signature, kin: Iterable[Kin], rarity: Rarity) -> tuple[str, str, float] | None:
    """The story to join: (most alike article's key, story id, how surely), or None when the event is new.

    ``kin``: articles of the last ``WINDOW`` that share marks with ours, all those of a story that do.
    """
    stories: dict[str, list[Kin]] = {}
    for other in kin:
        stories.setdefault(other.story, []).append(other)
    compared = Compared(mine, rarity)
    best: tuple[float, str, str] | None = None
    for story, told in stories.items():
        if max(compared.at_most(other.signature) for other in told) < ALIKE:
            continue  # most: what they share is small beside what this article has
        scores = [(same_event(mine, other.signature, rarity), other.key) for other in told]
        if _holds(scores):
            best = max(best or (0.0, "", ""), (*max(scores), story))
    return (best[1], best[2], best[0]) if best else None


def _holds(scores: Sequence[tuple[float, str]]) -> bool:
    values = [score for score, _ in scores]
    return max(values) >= ALIKE and sum(values) / len(values) >= ALIKE * CHAIN


def lead(articles: Iterable[Article], languages: Sequence[str] = ()) -> str:
    """The key of the article to show a story by.

    The fullest licence first, then whole texts before teasers, then the languages in their order (those not named come
    last), the longer text (by half at least), the earlier one. Raises ValueError when there is none.
    """
    return min(articles, key=lambda article: _rank(article, languages)).key


def _rank(article: Article, languages: Sequence[str]) -> tuple[int, bool, int, int, datetime, str]:
    place = next((n for n, wanted in enumerate(languages) if language.matches(article.language, wanted)), len(languages))
    length = round(math.log(language.letters(article.text) + 1, 1.5))
    teaser = article.truncated or article.from_feed
    return _LICENCES.index(article.licence), teaser, place, -length, article.published or _LATE, article.key
