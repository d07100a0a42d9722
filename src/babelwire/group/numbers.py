"""Numbers of a text as values: ``1,234`` and ``1.234`` and ``١٬٢٣٤`` are one, ``11 Millionen`` and ``1100万`` are one.

Words and signs that multiply (million, миллиард, 万, करोड़) and each language's decimal sign are CLDR's, by way of Babel.
No library reads numbers out of running text in more than a few languages; Babel's own parser wants the number alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from babel.core import Locale

#: Digits with their separators; a space divides only groups of three.
NUMBER = re.compile(r"\d+(?:[.,’'\u066b\u066c]\d+|[ \u00a0\u202f]\d{3}(?!\d))*")
GROUPED = re.compile(r"\d{1,3}(?:([.,’'\u066c \u00a0\u202f])\d{3})(?:\1\d{3})*")
DECIMAL = re.compile(r"(\d+|\d{1,3}(?:([.,’'\u066c \u00a0\u202f])\d{3})(?:\2\d{3})*)(?!\2)[.,\u066b](\d+)")
FOREIGN = re.compile(r"[^\D0-9]")
AFTER = re.compile(r"[\s\u00a0-]*([^\W\d_]+)")
STEM = 6  #: letters by which inflected multipliers are known (миллионами, miljoonaa)


def values(text: str, locale: Locale) -> Iterator[tuple[int, float]]:
    """(position, value) of each number; dates and other figures with odd separators are passed over."""
    if not text.isascii():
        text = FOREIGN.sub(lambda m: str(unicodedata.decimal(m[0])), text)
    decimal = decimal_sign(str(locale))
    for found in NUMBER.finditer(text):
        value = _value(found[0], decimal)
        if value is not None:
            after = AFTER.match(text, found.end(), found.end() + 24)
            yield found.start(), value * (times(after[1].casefold(), str(locale)) if after else 1)


def _value(digits: str, decimal: str) -> float | None:
    grouped = GROUPED.fullmatch(digits)
    if grouped and not (grouped[1] == decimal and digits.count(decimal) == 1):
        return float(re.sub(r"\D", "", digits))
    split = DECIMAL.fullmatch(digits)
    if split:
        return float(re.sub(r"\D", "", split[1]) + "." + split[3])
    return float(digits) if digits.isdigit() and len(digits) < 16 else None


def times(word: str, locale: str) -> int:
    """What a word behind a number multiplies it by; 1 where it does not."""
    words = multipliers(locale)
    if word in words:
        return words[word]
    if "\u3000" < word[0] < "\ud7ff":  # no spaces: 万名, 億円
        return next((words[word[:n]] for n in (2, 1) if word[:n] in words), 1)
    return next((many for known, many in words.items() if len(known) >= STEM and known[:STEM] == word[:STEM]), 1)


@lru_cache(maxsize=256)
def decimal_sign(locale: str) -> str:
    return str(Locale.parse(locale).number_symbols.get("latn", {}).get("decimal", "."))


@lru_cache(maxsize=256)
def multipliers(locale: str) -> dict[str, int]:
    """Words that multiply the number in front of them, in lower case, from CLDR's compact formats."""
    formats = Locale.parse(locale).compact_decimal_formats
    words: dict[str, int] = {}
    for width in ("short", "long"):
        for forms in formats.get(width, {}).values():
            for size, pattern in forms.items():
                found = re.fullmatch(r"(0+)[\s\u00a0]?([^\W\d_]+)", str(pattern.pattern))
                if found and (width == "long" or found[2][0] > "\u3000"):  # short forms of alphabets are m, k, B: too short
                    words[found[2].casefold()] = int(size) // 10 ** (len(found[1]) - 1)
    return words
