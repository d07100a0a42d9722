"""What an article says in every language alike: its numbers, the places and the people it names, as integers.

A mark is a hash with its kind in the lowest bits, so that a store needs nothing but the number, and how much a mark tells
is known even where nobody has counted it yet.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from enum import IntEnum
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from babelwire.group import names, numbers, places
from babelwire.model import Article
from babelwire.text import language as tongue


class Kind(IntEnum):
    """What a mark stands for."""

    YEAR = 0  # 1900 to 2099: most articles have one
    SMALL = 1  # whole numbers below a hundred
    NUMBER = 2  # larger ones, and decimals
    PLACE = 3
    NAME = 4  # the consonants of a name, three of them
    LONG_NAME = 5  # more of them
    SOUND = 6  # as Chinese or Japanese signs can write it, three consonants
    LONG_SOUND = 7

    __hash__ = int.__hash__  # that of Enum is written in Python


_KINDS = tuple(Kind)  # an index costs a tenth of what the class does
NAMES = frozenset({Kind.NAME, Kind.LONG_NAME})
SOUNDS = frozenset({Kind.SOUND, Kind.LONG_SOUND})
NAMED = NAMES | SOUNDS
MOST = 128  #: marks an article: the first ones. Mean of NTREX: English 30, Russian 28, Arabic 56, Chinese 13
#: Numbers below are spelled out in some languages and not in others.
LEAST_NUMBER = 13
LEAST_CONSONANTS = 3
CASED = ("Latn", "Cyrl", "Grek", "Armn")  #: scripts in which names begin with a capital
#: Scripts besides Chinese and Japanese that put no spaces between words: of their names only those in Latin letters are known.
UNSPACED = ("Thai", "Laoo", "Khmr", "Mymr")
#: A word in the middle of a sentence that may begin with a capital: there it says that it is a name.
INSIDE = re.compile(r"(?<=[^\s.!?:…։»”\"“–—•-])[ \u00a0][«“\"'‘„(]?([^\W\d_a-z][^\W\d_]*)")
#: Arabic words that are hardly foreign names: with an article, or with an ending of nouns and verbs.
COMMON = re.compile("^[وبكفل]?ال|^لل|(?:ة|ها|هم|ات|وا|ته|تها|ًا|ً)$")


def of(article: Article) -> tuple[int, ...]:
    """The first ``MOST`` marks of headline and text, sorted."""
    text = f"{article.headline}\n{article.text}"
    first: dict[int, int] = {}
    for at, mark in sorted(_found(text, len(article.headline), article.language)):
        first.setdefault(mark, at)
        if len(first) == MOST:
            break
    return tuple(sorted(first))


def kind(mark: int) -> Kind:
    return _KINDS[mark & 7]


def _mark(kind: Kind, text: str) -> int:
    return (zlib.crc32(text.encode()) & 0x0FFFFFFF) << 3 | kind


def _found(text: str, headline: int, language: str) -> Iterator[tuple[int, int]]:
    """(position, mark), in no order."""
    locale, signs = cldr(language), hears(language)
    words = names.words(text)
    named = _named(words)
    for at, value in numbers.values(text, locale):
        if value >= LEAST_NUMBER:
            yield at, _mark(_size(value), f"{value:.6g}")
    unspaced = signs or tongue.script(language) in UNSPACED
    placed = dict(places.in_text(text, locale) if unspaced else places.in_words(named, locale))
    yield from ((at, _mark(Kind.PLACE, code)) for at, code in placed.items())
    common = calendar(str(locale))
    small = common.union(word.casefold() for word in {word for _, word in words} if word[0].islower())
    for at, word in _names(text, headline, [one for one in named if one[0] not in placed], common, small, everywhere=signs):
        yield from ((at, mark) for mark in _of_name(word, heard=word[0].isupper() and not signs))
    for at, name in names.in_signs(text) if signs else ():
        yield from ((at, mark) for mark in _consonants([names.sound(name)], Kind.SOUND, Kind.LONG_SOUND))


@lru_cache(maxsize=16384)
def _of_name(word: str, *, heard: bool) -> tuple[int, ...]:
    found = list(_consonants(names.skeletons(word), Kind.NAME, Kind.LONG_NAME))
    if heard:  # for comparing with Chinese and Japanese
        found += _consonants([names.sound(word)], Kind.SOUND, Kind.LONG_SOUND)
    return tuple(found)


def hears(language: str) -> bool:
    """Is it written in signs that give a foreign name's sound only roughly?"""
    return tongue.script(language) in ("Hans", "Hant", "Jpan")


def sounded(language: str) -> bool:
    """Have its articles marks of the kinds in ``SOUNDS``? A script without capitals would make them of every word."""
    return hears(language) or tongue.script(language) in CASED


def unsure(language: str) -> bool:
    """Are its names mixed with other words? Where there are no capitals, or (German) where every noun has one."""
    if tongue.script(language) in CASED:
        return tongue.base(language) in (*tongue.CAPITAL_NOUNS, "gsw", "nds")
    return not (hears(language) or tongue.script(language) in (*UNSPACED, "Kore"))


def _size(value: float) -> Kind:
    if value < 100 and value == int(value):
        return Kind.SMALL
    return Kind.YEAR if 1900 <= value < 2100 and value == int(value) else Kind.NUMBER


def _consonants(found: Iterable[str], short: Kind, long: Kind) -> Iterator[int]:
    return (_mark(short if len(c) == LEAST_CONSONANTS else long, c) for c in found if len(c) >= LEAST_CONSONANTS)


def _has_case(word: str) -> bool:
    """Latin, Greek, Cyrillic, Armenian."""
    return word[0] < "\u0590" or "\u1e00" <= word[0] <= "\u1fff"


def _named(words: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The words that may be names by their first letter."""
    return [(at, word) for at, word in words if word[0].isupper() or not _has_case(word)]


def _names(
    text: str, headline: int, named: list[tuple[int, str]], common: frozenset[str], small: frozenset[str], *, everywhere: bool
) -> Iterator[tuple[int, str]]:
    """Words that are names: capital inside a sentence and never ``small`` (``everywhere``: capital); in scripts without capitals,
    every word but ``common`` ones. ``small``: the common ones, and all that the text writes with a small letter."""
    inside = {m[1].casefold() for m in INSIDE.finditer(text, headline + 1) if m[1][0].isupper()}
    for at, word in named:
        folded = word.casefold()
        if _has_case(word):
            if folded not in small and (everywhere or folded in inside):
                yield at, word
        elif folded not in common and not COMMON.search(word):
            yield at, word


@lru_cache(maxsize=256)
def cldr(language: str) -> Locale:
    """CLDR's locale for a language tag; English where CLDR has none or no data."""
    parse: Callable[[str], Locale] = lambda tag: Locale.parse(tag, sep="-")  # noqa: E731
    for tag in (language, tongue.canonical(language), tongue.base(language)):
        try:
            return parse(tag)
        except (UnknownLocaleError, ValueError):
            continue
    return parse("en")


@lru_cache(maxsize=64)
def calendar(locale: str) -> frozenset[str]:
    """Names of months and weekdays: with a capital in some languages, and in every article."""
    parsed = Locale.parse(locale)
    tables = (table for kinds in (parsed.months, parsed.days) for widths in kinds.values() for table in widths.values())
    return frozenset(word.casefold() for table in tables for name in table.values() for word in names.WORD.findall(name))
