"""The numbers a sentence speaks of, whatever way its language writes them, so that two languages can be compared.

Digits of every script, separators of thousands and decimals in both senses where a sentence leaves it open, "million" and
its kin, 万 and 亿, number words, months, Roman numerals, decades, hours on a clock of twelve or twenty-four. No library
reads numbers out of running text in these languages (quantulum3 and word2number: English; ctparse: dates; dateparser: ten
milliseconds a sentence); words are data (``data/numbers.toml``), month names are CLDR's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from babelwire.text import language as tags
from babelwire.text.address import hinted

from .number_signs import number, roman, signs
from .number_words import Words, spoken, words_of
from .quantity import REACH, Quantity, converts, rounded

__all__ = ["Quantity", "compare", "read", "values"]


@lru_cache(maxsize=4096)  # a source sentence is read again for every repair and every edition
def read(text: str, language: str) -> tuple[Quantity, ...]:
    """All numbers of a text, in order within each way of writing: digits, signs, words, Roman numerals."""
    plain = _plain(text)
    words = words_of(tags.base(language))
    taken: list[tuple[int, int]] = []
    found: list[Quantity] = []
    for start, end, quantity in (*signs(plain), *_digits(plain, words)):
        if not any(a < end and start < b for a, b in taken):
            taken.append((start, end))
            found.append(quantity._replace(behind=plain[end : end + REACH]))
    rest = plain
    for start, end in taken:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return (*found, *spoken(rest, words), *roman(rest))


def compare(source: Sequence[Quantity], target: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """The numbers of the source that the target lacks, and those of the target that the source lacks.

    Hints and zero (o'clock sharp, nil) ask for nothing. A number in the other system of measures ("10 miles", "16 km") or
    with a conversion beside it is the same number.
    """
    lost, new = _unanswered(source, target), _unanswered(target, source)
    if lost or new:
        converted = [(a, b) for a in source for b in target if converts(a, b)]
        lost = [q for q in lost if not any(q is a for a, _ in converted)]
        new = [q for q in new if not any(q is b for _, b in converted)]
    return lost, new


def _unanswered(ones: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    asking = [q for q in ones if not q.hint and any(q.values)]
    said = values(others) if asking else frozenset()
    return [q for q in asking if not q.answered_by(said)]


def values(quantities: Sequence[Quantity]) -> frozenset[float]:
    """Everything these can be read as."""
    return frozenset(v for q in quantities for v in (*q.values, *q.parts))


# ---------------------------------------------------------------------------------------------- characters

_SEPARATORS = {"٫": ",", "٬": "'", "．": ".", "，": ",", "：": ":", "－": "-", "～": "-", "〜": "-", "％": "%", "／": "/", "´": "'"}
_WEB = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _plain(text: str) -> str:
    """The same text, character by character, with ASCII digits and separators; addresses are blanked out."""
    if hinted(text):
        text = _WEB.sub(lambda m: " " * len(m.group()), text)
    return text.translate(_PLAIN) if _FOREIGN.search(text) else text


#: Where such digits and separators may be: not among Latin, Greek, Cyrillic and Hebrew letters, not among dashes and quotation marks.
_FOREIGN = re.compile("[´\u0660-\u1fff\u2070-\U0010ffff]")


class _Plain(dict[int, str | int]):
    """What stands for a character, by its code: looked up when it is first met."""

    def __missing__(self, code: int) -> str | int:
        character = chr(code)
        self[code] = str(unicodedata.decimal(character)) if character.isdecimal() else code
        return self[code]


_PLAIN = _Plain({ord(c): plain for c, plain in _SEPARATORS.items()})


# ---------------------------------------------------------------------------------------------- digits

_SPACES = "\u00a0\u202f\u2009 "
_NUMBER = re.compile(rf"\d+(?:[.,'’{_SPACES}]\d+)*")
_RANGE = re.compile(r"\s*(?:-|–|—|~|to|bis|à|a|до|至|到|or|and|y|et|und|и|または|から|或)\s*")
_CLOCK = re.compile(
    r"\s?(?::\d\d|[.h]\d\d(?!\d)|h(?:rs?|eures?|oras?)?\b|a\.?m\b|p\.?m\b|am\b|pm\b|o['’]clock|uhr\b|heures?\b|horas?\b|час|год|godz|hod"
    r"|時|时|点|點|시)",
    re.IGNORECASE,
)
_DECADE = re.compile(r"['’]?(?:s\b|er\b|ern\b|ers\b|-?[хие]\b|-ых\b|-tal|年代)")


def _digits(text: str, words: Words) -> Iterator[tuple[int, int, Quantity]]:
    previous: tuple[int, int, Quantity] | None = None
    for match in _NUMBER.finditer(text):
        for start, end in _pieces(match):
            quantity = number(text[start:end])
            times, stop, sure = _scale(text, end, words)
            if times != 1:
                scaled = frozenset(rounded(v * times) for v in quantity.values)
                if previous and _RANGE.fullmatch(text, previous[1], start):
                    wider = frozenset(rounded(v * times) for v in previous[2].values)
                    previous = (*previous[:2], previous[2]._replace(values=previous[2].values | wider))
                quantity = quantity._replace(text=text[start:stop], parts=(), values=scaled if sure else scaled | quantity.values)
            elif readings := frozenset(_readings(text, start, end, quantity)):
                quantity = quantity._replace(values=quantity.values | readings)
            if previous:
                yield previous
            previous = (start, stop, quantity)
    if previous:
        yield previous


def _pieces(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A run of digits is divided at a space that separates no thousands: "2018 100 people", "12 mai 45"."""
    text, start = match.group(), 0
    if text.isdecimal():
        yield match.span()
        return
    for space in re.finditer(f"[{_SPACES}]", text):
        head, tail = re.split(r"\D", text[start : space.start()])[-1], re.match(r"\d+", text[space.end() :])
        if not (len(head) <= 3 and tail and len(tail.group()) == 3 and (head != "0")):
            yield match.start() + start, match.start() + space.start()
            start = space.end()
    yield match.start() + start, match.end()


def _readings(text: str, start: int, end: int, quantity: Quantity) -> Iterator[float]:
    """Other ways to say it: the hour on the other clock, a decade without its century, the second year of a span."""
    value = next(iter(quantity.values)) if len(quantity.values) == 1 else quantity.parts[0] if quantity.parts else -1.0
    if 0 <= value <= 24 and (_CLOCK.match(text, end) or quantity.parts):
        yield value + 12 if value <= 12 else value - 12
    if value % 10 == 0 and (20 <= value <= 90 or 1000 < value < 2100):
        yield value + 1900 if value < 100 else value % 100
        if _DECADE.match(text, end) and value % 100 == 0:
            yield value // 100 + 1  # "the 1900s" are the 20th century
    if not (start and 0 <= value < 100):
        return
    before = text[start - 1]
    if before in "-/–" and (century := _CENTURY.search(text[max(0, start - 5) : start])):
        yield float(century[1]) * 100 + value
    if before in "'’" or before.isalpha():
        yield value + (1900 if value > 30 else 2000)


_CENTURY = re.compile(r"\b(1\d|20)\d\d[-/–]$")


def _scale(text: str, at: int, words: Words) -> tuple[float, int, bool]:
    """What the words behind a number multiply it by, where they end, and whether they can mean nothing else."""
    times, sure = 1.0, True
    while match := _NEXT_WORD.match(text, at):
        factor = words.scale.get(match[1]) or words.scale.get(match[1].lower()) or 0.0
        if not factor:
            break
        times, at, sure = times * factor, match.end(), sure and len(match[1]) > 1
    return times, at, sure


_NEXT_WORD = re.compile(rf"[{_SPACES}-]?([^\W\d_]+)\.?")
