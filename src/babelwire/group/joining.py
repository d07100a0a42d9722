"""The story of a new article: that of a near-duplicate, else that of the same event, else its own.

article ─sketch─> twins: nearly the same words, not translated again
        └marks─> kin: other words or another language, one event
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from babelwire import decide
from babelwire.group.events import Rarity, Signature, signature
from babelwire.group.stories import WINDOW, Kin, join, new_story
from babelwire.group.twins import twin
from babelwire.model import Article

#: Marks of an article that its kin is looked for by: the rarest. Common ones are shared by everybody and tell nothing.
TELLING = 48


class Shelf(Protocol):
    """What of the store this room reads."""

    def similar(self, sketch: Sequence[int], since: datetime) -> list[tuple[str, str, int]]: ...

    def frequencies(self, marks: Sequence[int], since: datetime) -> tuple[int, Mapping[int, int]]: ...

    def kin(self, marks: Sequence[int], since: datetime, limit: int = 60) -> list[tuple[str, str, str, tuple[int, ...]]]: ...

    def article(self, key: str) -> Article | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article belongs, and what it is found by."""

    story: str
    twin: bool  #: another article tells it in nearly the same words
    signature: Signature


def place(article: Article, shelf: Shelf, now: datetime, *, again: bool = False) -> Place:
    """The story of an article. ``again``: it has one already, which the store keeps; nothing is looked for."""
    mine, since = signature(article), now - WINDOW
    if not again:
        if (story := _told(article, mine, shelf, since)) is not None:
            return Place(story=story, twin=True, signature=mine)
        if (story := _known(article, mine, shelf, since)) is not None:
            return Place(story=story, twin=False, signature=mine)
    return Place(story=new_story(article), twin=False, signature=mine)


def _told(article: Article, mine: Signature, shelf: Shelf, since: datetime) -> str | None:
    """The story of an article that tells the same in nearly the same words."""
    others = shelf.similar(mine.sketch, since) if mine.sketch else []
    while (found := twin(mine.sketch, others, article.key)) is not None:
        told = shelf.article(found[0])
        if told is not None and decide.same_report(article, told):
            return found[1]
        others = [o for o in others if o[0] != found[0]]
    return None


def _known(article: Article, mine: Signature, shelf: Shelf, since: datetime) -> str | None:
    """The story of articles that tell the same event."""
    if not mine.marks:
        return None
    rarity = Rarity(*shelf.frequencies(mine.marks, since))
    wanted = sorted(mine.marks, key=lambda mark: (-rarity.of(mark), mark))[:TELLING]
    kin = (
        Kin(key=key, story=story, signature=Signature(language=language, sketch=(), marks=marks))
        for key, story, language, marks in shelf.kin(wanted, since)
        if key != article.key
    )
    found = join(mine, kin, rarity)
    return found[1] if found else None
