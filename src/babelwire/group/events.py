"""The same event, told by several sources in several languages.

Two articles are compared by the marks (``marks``) they share, each weighted by how rare it is: the cosine of weighted
sets. Rarity is counted by the store among the articles of the last days; what it has not seen much of is judged by its
kind. No library: those that group news want translations or embeddings of every language (hundreds of megabytes of
weights); names and numbers alone tell the articles of a week apart (figures: ``tools/bench_group.py``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from msgspec import Struct

from babelwire.group import marks as marking
from babelwire.group.marks import NAMED, NAMES, SOUNDS, Kind
from babelwire.group.twins import sketch
from babelwire.model import Article


class Signature(Struct, frozen=True, kw_only=True):
    """All that grouping needs of an article: two short rows of integers and its language."""

    language: str
    sketch: tuple[int, ...]
    marks: tuple[int, ...]


def signature(article: Article) -> Signature:
    """The signature of an article; both rows may be empty where there is too little text to tell."""
    return Signature(language=article.language, sketch=sketch(article), marks=marking.of(article))


#: Share of articles that have a given mark, by its kind: mean over the marks of the first half of NTREX's documents, six
#: languages (printed by ``tools/bench_group.py``). Used as if ``PRIOR`` articles had been counted before.
EXPECTED = {
    Kind.YEAR: 0.085,
    Kind.SMALL: 0.07,
    Kind.NUMBER: 0.035,
    Kind.PLACE: 0.05,
    Kind.NAME: 0.04,
    Kind.LONG_NAME: 0.03,
    Kind.SOUND: 0.06,
    Kind.LONG_SOUND: 0.03,
}
PRIOR = 100
#: A mark is not thought commoner for being in the few articles of one story: counts below this are this.
COPIES = 6


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many articles there are, and in how many of them each mark was seen. Unknown marks were never seen."""

    articles: int = 0
    counts: Mapping[int, int] = field(default_factory=dict)
    told: dict[int, float] = field(default_factory=dict, repr=False, compare=False)  #: what was asked before: kin share marks

    def of(self, mark: int) -> float:
        """How much it tells that two articles share this mark, in nats: 0 for one that every article has."""
        known = self.told.get(mark)
        if known is None:
            seen = max(self.counts.get(mark, 0), min(COPIES, self.articles))
            known = self.told[mark] = math.log((self.articles + PRIOR) / (seen + EXPECTED[marking.kind(mark)] * PRIOR))
        return known


#: Weight, in the length of a vector, of words that no capital marks as names: most are no names at all (Arabic has 56 marks
#: an article where English has 30). 0.1, 0.25 and 0.4 were tried: recall of en-ar 0.934, 0.836, 0.672 at precision 0.98 to 1.
UNSURE = 0.1
#: Least that two articles must have in common, in marks and in nats: short articles are alike by chance. At least one of
#: the marks must be a name. With 2 marks three times as many wrong merges of ar-zh, with 4 recall falls by 0.02 to 0.06.
FEWEST = 3
EVIDENCE = 6.0


def same_event(one: Signature, two: Signature, rarity: Rarity) -> float:
    """How surely two articles tell the same event, 0 to 1; see ``ALIKE`` in ``stories`` for where to draw the line.

    Arabic and Chinese (and their likes) have no names that could be compared: always 0, they meet in a story that a third
    language has begun. By numbers and places alone one merge in thirty was wrong.
    """
    mine, theirs = frozenset(one.marks), frozenset(two.marks)
    told = _told(one, two, mine & theirs, rarity)
    if not told:
        return 0.0
    common, left_out, unsure = _square(told), _left_out(one.language, two.language), _unsure(one.language, two.language)
    rest = (common + _weight(s, m - told.keys(), left_out, unsure, rarity) for s, m in ((one, mine), (two, theirs)))
    return common / math.sqrt(math.prod(rest))


class Compared:
    """An article that is compared with many, most of which share a few marks with it by chance."""

    def __init__(self, one: Signature, rarity: Rarity) -> None:
        self.one, self.rarity, self._marks = one, rarity, frozenset(one.marks)
        self._whole: dict[tuple[Set[Kind], bool], float] = {}

    def at_most(self, two: Signature) -> float:
        """What ``same_event`` cannot exceed, by what both share and what this one has besides: as if the other had no more."""
        told = _told(self.one, two, self._marks.intersection(two.marks), self.rarity)
        if not told:
            return 0.0
        left_out, unsure = _left_out(self.one.language, two.language), _unsure(self.one.language, two.language)
        asked = (left_out, self.one.language in unsure)
        if (whole := self._whole.get(asked)) is None:
            whole = self._whole[asked] = _weight(self.one, self._marks, left_out, unsure, self.rarity)
        common = _square(told)
        rest = whole - _weight(self.one, told.keys(), left_out, unsure, self.rarity)
        return math.sqrt(common / (common + max(0.0, rest))) + ROUNDED


ROUNDED = 1e-9  #: more than sums of some hundred weights differ by their order


def _told(one: Signature, two: Signature, shared: Set[int], rarity: Rarity) -> dict[int, float]:
    """What each of the marks that two articles share tells; none where that is too little to say anything of them."""
    if len(shared) < FEWEST or _strangers(one.language, two.language):
        return {}
    if _left_out(one.language, two.language) is SOUNDS:
        shared = {m for m in shared if marking.kind(m) not in SOUNDS}
    told = {m: rarity.of(m) for m in shared}
    if len(told) < FEWEST or sum(told.values()) < EVIDENCE or not any(marking.kind(m) in NAMED for m in told):
        return {}
    return told


def _square(told: Mapping[int, float]) -> float:
    return sum(v * v for v in told.values())


def _strangers(one: str, two: str) -> bool:
    """Is there no kind of name that both languages have?"""
    return marking.hears(one) != marking.hears(two) and not (marking.sounded(one) and marking.sounded(two))


def _unsure(one: str, two: str) -> Set[str]:
    """The language of the two whose words may be no names; none where both are such: then common words are what they share."""
    found = {tag for tag in (one, two) if marking.unsure(tag)}
    return found if len({one, two}) == 2 and len(found) == 1 else set()


def _left_out(one: str, two: str) -> Set[Kind]:
    """Kinds that cannot be compared between two languages: names by sound are for those that know no better."""
    signs = {marking.hears(one), marking.hears(two)}
    return NAMES if len(signs) == 2 else frozenset() if signs == {True} else SOUNDS


def _weight(signature: Signature, marks: Set[int], left_out: Set[Kind], unsure: Set[str], rarity: Rarity) -> float:
    """The squared weight of some marks of an article, as it is compared with another."""
    total = 0.0
    for mark in marks:
        kind = marking.kind(mark)
        if kind not in left_out:
            total += rarity.of(mark) ** 2 * (UNSURE if kind in NAMES and signature.language in unsure else 1.0)
    return total
