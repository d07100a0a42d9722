"""Countries and cities that a text names, as codes that are the same in every language.

Names are CLDR's, by way of Babel: 290 territories and the cities of 420 time zones (most capitals among them), in every
language CLDR has. Inflected forms are met by comparing stems: the word without its last letter or two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from babel.core import Locale

from babelwire.group.names import WORD

#: What Arabic writes together with the name that follows: and, in, as, so, to; the article.
PREFIX = re.compile("^(?:[وبكف]?(?:ال|لل)|[وبلكف](?=..))")
HEAD = 3  #: letters by which most words are known to be no place
Table = dict[str, list[tuple[tuple[str, ...], str]]]


def in_words(words: Sequence[tuple[int, str]], locale: Locale) -> Iterator[tuple[int, str]]:
    """(position, code) of each place among the (position, word) of a text."""
    tag = str(locale)
    heads = _heads(tag)
    for i, (at, word) in enumerate(words):
        head = word[:HEAD]
        if len(word) > HEAD and head.isascii() and head.lower() not in heads:
            continue  # nearly every word
        for name, code in _begun_by(word, tag):
            if _goes_on(name, [_stems(one) for _, one in words[i : i + len(name)]]):
                yield at, code
                break


@lru_cache(maxsize=64)
def _heads(locale: str) -> frozenset[str]:
    """The first letters of all names; no stem of a longer word is shorter, nor do accents behind them change them."""
    return frozenset(stem[:HEAD] for stem in _by_first_stem(locale))


@lru_cache(maxsize=8192)
def _begun_by(word: str, locale: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """The names, with their codes, that may begin with a word; of most words none."""
    table = _by_first_stem(locale)
    return tuple(entry for first in _stems(word) for entry in table.get(first, ()))


@lru_cache(maxsize=8192)
def _stems(word: str) -> tuple[str, ...]:
    """What a word's place may be known by: its stem, without a prefix, and for a longer ending."""
    bare = PREFIX.sub("", word) if "\u0600" <= word[:1] <= "\u06ff" else word
    return tuple(dict.fromkeys((stem(word), stem(bare), stem(word[:-1]))))


def _goes_on(name: tuple[str, ...], stems: Sequence[tuple[str, ...]]) -> bool:
    return len(name) == len(stems) and all(part in found for part, found in zip(name, stems, strict=True))


def in_text(text: str, locale: Locale) -> Iterator[tuple[int, str]]:
    """As ``in_words`` for languages that put no spaces between words."""
    pattern, codes = _pattern(str(locale))
    for found in pattern.finditer(text):
        yield found.start(), codes[found[0]]


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """What inflection leaves of a word: no accents; of words in alphabets that inflect at the end, not the last letters."""
    if word.isascii():
        plain = word.lower()
    else:
        plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    if "\u0590" <= plain[:1] <= "\u06ff":  # Hebrew, Arabic: names do not change
        return plain
    return plain[: max(4, len(plain) - (2 if len(plain) > 6 else 1))]


@lru_cache(maxsize=256)
def names(locale: str) -> dict[str, str]:
    """Name -> code: ISO 3166 for territories, tz database for cities."""
    parsed = Locale.parse(locale)
    cities = {zone: entry["city"] for zone, entry in parsed.time_zones.items() if "city" in entry}
    # CLDR leaves out a city whose name in this language is the zone's own
    own = {zone: zone.rsplit("/", 1)[1].replace("_", " ") for zone in _zones() if zone not in cities}
    found = {name: code for code, name in parsed.territories.items() if len(code) == 2}
    return {name: zone for zone, name in (own | cities).items() if zone not in ("Etc/Unknown", "Etc/UTC")} | found


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Every zone that has a city, gathered from languages in whose script no English name would do."""
    return frozenset(
        zone for tag in ("ru", "zh", "ar") for zone, e in Locale.parse(tag).time_zones.items() if "city" in e and zone.count("/") == 1
    )


@lru_cache(maxsize=64)
def _by_first_stem(locale: str) -> Table:
    table: Table = {}
    for name, code in names(locale).items():
        stems = tuple(stem(word) for word in WORD.findall(name))
        if sum(map(len, stems)) >= 3:
            table.setdefault(stems[0], []).append((stems, code))
    for known in table.values():
        known.sort(key=lambda entry: -len(entry[0]))
    return table


@lru_cache(maxsize=16)
def _pattern(locale: str) -> tuple[re.Pattern[str], dict[str, str]]:
    codes = {name: code for name, code in names(locale).items() if len(name) > 1}
    return re.compile("|".join(map(re.escape, sorted(codes, key=len, reverse=True)))), codes
