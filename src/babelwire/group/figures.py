"""Where several texts about one event give different figures.

Compared are numbers in front of the same word, in one language: "12 dead" and "14 dead", not "12 dead" and "14 injured". What
stands there may still count different things, so the page that shows it says so. Left out: dates and times, spans of time
("3 days" is said of anything), percentages, prices whose sign stands in front, numbers spelled out; and figures that are so
far apart that they hardly count the same.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from babel.core import Locale
from babel.units import format_unit

from babelwire.group import marks, numbers, places

APART = 3.0  #: times that one figure may be the other
MOST = 3  #: different figures of one text before one word: with more it is a list, not a report
SHOWN = 6  #: words that are compared at most
SIGNS = "\u3041-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[\s\u00a0\u202f-]*((?:(?![{SIGNS}])[^\W\d_]){{3,}}|[{SIGNS}]{{2,4}})")
FEWEST = 4  #: letters of a word in Latin, Greek, Cyrillic letters: shorter ones are "of" and "and"
SPANS = ("century", "decade", "year", "month", "week", "day", "hour", "minute", "second", "night")
NUMBERS = (1, 2, 5, 11, 100)  #: one for every plural form there is
PARTICLE = re.compile(r"[\s\u00a0]+(?:[^\W\d_]{1,3}\b)?['’]?")
BEFORE = re.compile(r"[\d:/.,-]$|[$€£¥₽₴₹]\s?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A word before which texts have different numbers: (number of the text, what it says) each."""

    word: str
    said: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class _Figure:
    value: float
    words: str


def differences(texts: Sequence[str], language: str) -> list[Difference]:
    """Where these texts, all in one language, give different figures; most texts first."""
    locale = marks.cldr(language)
    found: dict[str, dict[int, list[_Figure]]] = {}
    for n, text in enumerate(texts):
        for word, figure in _figures(text, locale):
            found.setdefault(word, {}).setdefault(n, []).append(figure)
    told = [made for word, by_text in found.items() if (made := _difference(word, by_text)) is not None]
    return sorted(told, key=lambda d: (-len(d.said), d.word))[:SHOWN]


# ---------------------------------------------------------------------------------------------- the small steps


def _difference(word: str, by_text: dict[int, list[_Figure]]) -> Difference | None:
    values = {n: {f.value for f in figures} for n, figures in by_text.items()}
    few = {n: v for n, v in values.items() if len(v) <= MOST}
    apart = {n for one, two in itertools.combinations(few, 2) if _differ(few[one], few[two]) for n in (one, two)}
    if not apart:
        return None
    common = set.intersection(*(few[n] for n in apart))
    said = tuple((n, tuple(dict.fromkeys(f.words for f in by_text[n] if f.value not in common))) for n in sorted(apart))
    return Difference(word=word, said=said)


def _differ(one: Set[float], two: Set[float]) -> bool:
    """Has each a figure that the other has not, of about the same size?"""
    return any(1 < max(a, b) / min(a, b) <= APART for a in one - two for b in two - one if a and b)


def _figures(text: str, locale: Locale) -> Iterator[tuple[str, _Figure]]:
    """(what is counted, figure) of a text."""
    for at, value in numbers.values(text, locale):
        found = numbers.NUMBER.match(text, at)
        if found is None or BEFORE.search(text, max(0, at - 2), at) or _is_year(found[0]):
            continue
        end = _behind(text, found.end(), locale)
        word = WORD.match(text, end)
        if word and _counts(word[1], str(locale)):
            yield _stem(word[1]), _Figure(value, " ".join(text[at : word.end()].split()))


def _behind(text: str, end: int, locale: Locale) -> int:
    """Where the number ends with the word that multiplies it: 61 million, 61 millones de."""
    after = numbers.AFTER.match(text, end, end + 24)
    if after and numbers.times(after[1].casefold(), str(locale)) > 1:
        particle = PARTICLE.match(text, after.end())
        return particle.end() if particle and text[particle.end() - 1 : particle.end() + 1].strip() else after.end()
    return end


def _is_year(digits: str) -> bool:
    return len(digits) == 4 and digits.isdigit() and 1900 <= int(digits) < 2100


def _counts(word: str, locale: str) -> bool:
    if len(word) < FEWEST and ord(word[0]) < 0x590:
        return False
    return _stem(word) not in _times(locale)


def _stem(word: str) -> str:
    return word[:2] if ord(word[0]) > 0x3000 else places.stem(word)


@lru_cache(maxsize=64)
def _times(locale: str) -> frozenset[str]:
    """Months, weekdays and units of time, in the forms that they have behind numbers."""
    spans = (format_unit(n, f"duration-{unit}", locale=locale) for unit in SPANS for n in NUMBERS)
    words = itertools.chain(marks.calendar(locale), (w for span in spans for w in re.findall(rf"[{SIGNS}]|[^\W\d_]+", span)))
    return frozenset(_stem(word) for word in words)
