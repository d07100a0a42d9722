"""The numbers a sentence speaks of, whatever way its language writes them, so that two languages can be compared.

Digits of every script, separators of thousands and decimals in both senses where a sentence leaves it open, "million" and
its kin, 万 and 亿, number words, months, Roman numerals, decades, hours on a clock of twelve or twenty-four. No library
reads numbers out of running text in these languages (quantulum3 and word2number: English; ctparse: dates; dateparser: ten
milliseconds a sentence); words are data (``data/numbers.toml``), month names are CLDR's.
"""

from __future__ import annotations

import re
import sys
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files

from babel.core import Locale, UnknownLocaleError

from babelwire.text import language as tags


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a sentence. ``values`` are its possible readings; ``parts`` what it is if it is several (a date)."""

    text: str
    values: frozenset[float]
    parts: tuple[float, ...] = ()
    digits: bool = False  #: written in digits: must be found again
    hint: bool = False  #: answers a number of the other side, and asks for nothing
    imperial: int | None = None  #: the row of ``_IMPERIAL`` whose measure stands behind it
    metric: bool = False  #: a metric measure stands behind it

    def answered_by(self, all_values: frozenset[float]) -> bool:
        """Is this number among those of the other side?"""
        return not self.values.isdisjoint(all_values) or (len(self.parts) > 1 and all(p in all_values for p in self.parts))


@lru_cache(maxsize=4096)  # a source sentence is read again for every repair and every edition
def read(text: str, language: str) -> tuple[Quantity, ...]:
    """All numbers of a text, in order within each way of writing: digits, signs, words, Roman numerals."""
    plain = _plain(text)
    words = _words(tags.base(language))
    taken: list[tuple[int, int]] = []
    found: list[Quantity] = []
    for start, end, quantity in (*_signs(plain), *_digits(plain, words)):
        if not any(a < end and start < b for a, b in taken):
            taken.append((start, end))
            found.append(_measured(plain, end, quantity))
    rest = plain
    for start, end in taken:
        rest = rest[:start] + " " * (end - start) + rest[end:]
    return (*found, *_spoken(rest, words), *_roman(rest))


#: Measures that are converted, and by what: a square mile is told from a mile by the word before it.
_IMPERIAL = (
    (re.compile(r"\b(?:sq(?:uare)?\.? miles?|millas cuadradas|milles? carrés?|quadratmeilen?)|平方英里", re.IGNORECASE), (2.59,)),
    (re.compile(r"\b(?:miles?|mi|mph|millas?|milles?|meilen?|миль\w*|mijl|mila|miglia)\b|英里|マイル|ميل", re.IGNORECASE), (1.609,)),
    (re.compile(r"\b(?:inch(?:es)?|pulgadas?|pouces?|zoll|дюйм\w*)\b|英寸|インチ|بوصة", re.IGNORECASE), (2.54, 25.4)),
    (re.compile(r"\b(?:feet|foot|ft|pies?|pieds?|fuß|fuss|фут\w*)\b|英尺|フィート|قدم", re.IGNORECASE), (0.3048, 30.48)),
    (re.compile(r"\b(?:yards?|yardas?|ярд\w*)\b|ヤード", re.IGNORECASE), (0.9144,)),
    (re.compile(r"\b(?:pounds?|lbs?|libras?|livres?|pfund|фунт\w*)\b|磅|ポンド|رطل", re.IGNORECASE), (0.4536, 453.6)),
    (
        re.compile(r"\b(?:ounces?|oz|gallons?|acres?|tons?|акр\w*)\b|英亩|エーカー|فدان", re.IGNORECASE),
        (28.35, 3.785, 0.4047, 0.9072, 4047),
    ),
    (re.compile(r"(?:°\s?F|\b(?:degrees?|fahrenheit|gra[du]\w*|градус\w*|stopni\w*|stup\w+))\b|度|درجة", re.IGNORECASE), ()),
)
_METRIC = re.compile(
    r"(?<![^\W\d_])(?:k?m|cm|mm|kmh?|km/h|kg|g|l|ha|hect\w+|\w*m[eéèê]t(?:er|r)\w*|kilogr\w+|[ck]il[oò]\w+|lit(?:er|re|ro)\w*|celsius|gra[du]\w*|°c|км\w*|м|см|"
    r"мм|кг|га|кило\w+|метр\w*|сант\w+|градус\w*|stopni\w*|stup\w+)\b|公里|千米|厘米|公分|公斤|米|摄氏|攝氏|度|キロ|メートル|センチ|كم|كيلو|متر|سم|سنتيم|كجم|درجة",
    re.IGNORECASE,
)


#: How far behind a number its measure may stand: "2 to 4 inches".
_REACH = 16


def _measured(text: str, end: int, found: Quantity) -> Quantity:
    """The number with the measure behind it, if there is one: which imperial one by its place in the table, or metric."""
    behind = text[end : end + _REACH]
    imperial = next((n for n, (pattern, _) in enumerate(_IMPERIAL) if pattern.search(behind)), None)
    metric = _METRIC.search(behind) is not None
    return found if imperial is None and not metric else replace(found, imperial=imperial, metric=metric)


def compare(source: Sequence[Quantity], target: Sequence[Quantity]) -> tuple[list[Quantity], list[Quantity]]:
    """The numbers of the source that the target lacks, and those of the target that the source lacks.

    Hints and zero (o'clock sharp, nil) ask for nothing. A number in the other system of measures ("10 miles", "16 km") or
    with a conversion beside it is the same number.
    """
    lost = [q for q in source if not q.hint and any(q.values) and not q.answered_by(values(target))]
    new = [q for q in target if not q.hint and any(q.values) and not q.answered_by(values(source))]
    converted = [(a, b) for a in source for b in target if _converts(a, b)]
    lost = [q for q in lost if not any(q is a for a, _ in converted)]
    return lost, [q for q in new if not any(q is b for _, b in converted)]


#: Conversions are rounded: "85 mph" is "135 km/h".
_ROUNDING = 0.08


def _converts(one: Quantity, other: Quantity) -> bool:
    """Is one the other in another measure, rounded?"""
    if one.imperial is None:
        one, other = other, one
    if one.imperial is None or not other.metric:
        return False
    factors = _IMPERIAL[one.imperial][1]
    pairs = [(a, b) for a in one.values for b in other.values if a > 0]
    return any(abs(a * f - b) <= max(_ROUNDING * abs(b), 0.5) for a, b in pairs for f in factors) or (
        not factors and any(abs((a - 32) / 1.8 - b) <= 1.5 for a, b in pairs)
    )


def values(quantities: Sequence[Quantity]) -> frozenset[float]:
    """Everything these can be read as."""
    return frozenset(v for q in quantities for v in (*q.values, *q.parts))


# ---------------------------------------------------------------------------------------------- characters

_SEPARATORS = {"٫": ",", "٬": "'", "．": ".", "，": ",", "：": ":", "－": "-", "～": "-", "〜": "-", "％": "%", "／": "/", "´": "'"}
_WEB = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def _plain(text: str) -> str:
    """The same text, character by character, with ASCII digits and separators; addresses are blanked out."""
    text = _WEB.sub(lambda m: " " * len(m.group()), text)
    return text if text.isascii() else text.translate(_ascii())


@lru_cache(maxsize=1)
def _ascii() -> dict[int, str]:
    """Every decimal digit of Unicode, and the separators, by their code."""
    digits = {n: str(unicodedata.decimal(chr(n))) for n in range(128, sys.maxunicode) if chr(n).isdecimal()}
    return {**digits, **{ord(c): plain for c, plain in _SEPARATORS.items()}}


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
            quantity = _number(text[start:end])
            times, stop, sure = _scale(text, end, words)
            if times != 1:
                scaled = frozenset(_round(v * times) for v in quantity.values)
                if previous and _RANGE.fullmatch(text, previous[1], start):
                    wider = frozenset(_round(v * times) for v in previous[2].values)
                    previous = (*previous[:2], replace(previous[2], values=previous[2].values | wider))
                quantity = replace(quantity, text=text[start:stop], parts=(), values=scaled if sure else scaled | quantity.values)
            else:
                quantity = replace(quantity, values=quantity.values | frozenset(_readings(text, start, end, quantity)))
            if previous:
                yield previous
            previous = (start, stop, quantity)
    if previous:
        yield previous


def _pieces(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A run of digits is divided at a space that separates no thousands: "2018 100 people", "12 mai 45"."""
    text, start = match.group(), 0
    for space in re.finditer(f"[{_SPACES}]", text):
        head, tail = re.split(r"\D", text[start : space.start()])[-1], re.match(r"\d+", text[space.end() :])
        if not (len(head) <= 3 and tail and len(tail.group()) == 3 and (head != "0")):
            yield match.start() + start, match.start() + space.start()
            start = space.end()
    yield match.start() + start, match.end()


def _number(text: str) -> Quantity:
    """Readings of digits with separators: "1.500" may be fifteen hundred or one and a half, "26.07.2020" is three numbers."""
    parts = re.split(r"\D", text)
    marks = re.findall(r"\D", text)
    found: set[float] = set()
    if not marks:
        found.add(float(parts[0]))
    if marks and len(set(marks)) == 1 and _grouped(parts):
        found.add(float("".join(parts)))
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1 and (len(parts) == 2 or _grouped(parts[:-1])):
        found.add(float("".join(parts[:-1]) + "." + parts[-1]))
    several = tuple(float(p) for p in parts) if len(parts) > 1 and not _grouped(parts) else ()
    return Quantity(text, frozenset(found), several, digits=True)


def _grouped(parts: list[str]) -> bool:
    """Thousands, or lakhs and crores: one to three digits, then groups of three (or two, the last of three)."""
    return 1 <= len(parts[0]) <= 3 and parts[0] != "0" and len(parts[-1]) == 3 and all(len(p) in (2, 3) for p in parts[1:])


def _readings(text: str, start: int, end: int, quantity: Quantity) -> Iterator[float]:
    """Other ways to say it: the hour on the other clock, a decade without its century, the second year of a span."""
    value = next(iter(quantity.values)) if len(quantity.values) == 1 else quantity.parts[0] if quantity.parts else -1.0
    if 0 <= value <= 24 and (_CLOCK.match(text, end) or quantity.parts):
        yield value + 12 if value <= 12 else value - 12
    if value % 10 == 0 and (20 <= value <= 90 or 1000 < value < 2100):
        yield value + 1900 if value < 100 else value % 100
        if _DECADE.match(text, end) and value % 100 == 0:
            yield value // 100 + 1  # "the 1900s" are the 20th century
    century = re.search(r"\b(1\d|20)\d\d[-/–]$", text[max(0, start - 5) : start])
    if century and 0 <= value < 100:
        yield float(century[1]) * 100 + value
    if start and (text[start - 1] in "'’" or text[start - 1].isalpha()) and 0 <= value < 100:
        yield value + (1900 if value > 30 else 2000)


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


def _round(value: float) -> float:
    return float(round(value, 4))


# ---------------------------------------------------------------------------------------------- Chinese, Japanese, Korean signs

_SIGN = {c: float(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0.0, "两": 2.0, "兩": 2.0}
_SMALL = {"十": 10.0, "百": 100.0, "千": 1000.0, "천": 1000.0, "백": 100.0}
_LARGE = {"万": 1e4, "萬": 1e4, "만": 1e4, "亿": 1e8, "億": 1e8, "억": 1e8, "兆": 1e12, "조": 1e12}
_SIGNS = re.compile(rf"(?:\d+(?:[.,]\d+)*(?: ?(?=[{''.join(_LARGE)}]))?|[{''.join([*_SIGN, *_SMALL, *_LARGE])}])+")
_ONE = re.compile(r"\d+(?:[.,]\d+)*|.")
#: What is counted: a single sign before one of these is a number that must be found again, elsewhere it may be part of a word.
_COUNTED = re.compile(
    r"[个個名位只隻条條艘架辆輛家所项項届屆轮輪场場岁歳歲人年天周週点點秒台部本册枚张張座支种種款起件幅層层次回倍]|小时|分钟|月份|か月|ヶ月|時間|日間|年間|週間"
)


def _signs(text: str) -> Iterator[tuple[int, int, Quantity]]:
    for match in _SIGNS.finditer(text):
        written = match.group()
        if written[0].isdigit() and not any(c in _SMALL or c in _LARGE or c in _SIGN for c in written):
            continue
        value = _sign_value(written)
        if value is None:
            continue
        certain = any(c.isdigit() for c in written) or len(written) > 2 or (value > 1 and bool(_COUNTED.match(text, match.end())))
        readings = {value} | ({value - 12, value + 12} if text[match.end() : match.end() + 1] in "时時点點" and value <= 24 else set())
        found = Quantity(written, frozenset(map(_round, readings)), digits=any(c.isdigit() for c in written), hint=not certain)
        yield match.start(), match.end(), found


def _sign_value(written: str) -> float | None:
    """ "14.6万" -> 146000, "三千五百" -> 3500, "二〇一八" -> 2018; None where the signs make no number."""
    tokens = _ONE.findall(written.replace(" ", ""))
    if len(tokens) > 1 and all(t in _SIGN for t in tokens):
        return float("".join(str(int(_SIGN[t])) for t in tokens))
    total = section = 0.0
    digit: float | None = None
    for token in tokens:
        if token in _SIGN or token[0].isdigit():
            if digit is not None:
                return None
            digit = _SIGN[token] if token in _SIGN else max(_number(token).values, default=0.0)
        elif token in _SMALL:
            section, digit = section + (1.0 if digit is None else digit) * _SMALL[token], None
        else:
            total, section, digit = total + (section + (digit or 0.0) or 1.0) * _LARGE[token], 0.0, None
    return total + section + (digit or 0.0)


# ---------------------------------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class Words:
    """A language's number words, ready to look up."""

    cardinal: dict[str, float] = field(default_factory=dict)
    hint: dict[str, tuple[float, ...]] = field(default_factory=dict)
    prefix: dict[str, float] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)
    glue: frozenset[str] = frozenset()
    glued: bool = False
    seen: dict[str, tuple[tuple[float, bool] | None, tuple[Quantity, ...]]] = field(default_factory=dict)  #: of words looked up before

    @property
    def known(self) -> bool:
        return bool(self.cardinal or self.hint)


SEEN = 200_000  #: words of a language that are kept in mind

#: Letters, and the vowel signs of Indic and Arabic script, which are no letters to ``re``.
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u0e31-\u0e4e])"
_WORD = re.compile(rf"{_LETTER}+(?:[’'·:]{_LETTER}+)*")


def _spoken(text: str, words: Words) -> Iterator[Quantity]:
    if not words.known:
        return
    run: list[tuple[str, float, bool]] = []
    before: tuple[Quantity, ...] = ()
    for word in (*map(str.lower, _WORD.findall(text)), ""):
        known, hints = _word(word, words)
        if run and not known and len(hints) == 1 and len(hints[0].values) == 1 and word in words.hint:
            (value,) = hints[0].values
            if 1 <= value < 10 and run[-1][1] >= 10 and _goes_on(run, value, False, words):
                run.append((word, value, False))  # "dix-neuf", "twenty-first": more than a hint behind tens
                continue
        if known and _goes_on(run, *known, words):
            run.append((word, *known))
            continue
        if run and word in words.glue:
            run.append((word, -1.0, False))
            continue
        yield from _say(run)
        run = [(word, *known)] if known else []
        yield from hints
        if not words.cardinal:
            yield from _tens(before, hints)
        before = hints


def _tens(before: tuple[Quantity, ...], hints: tuple[Quantity, ...]) -> Iterator[Quantity]:
    """Units in front of ten or of tens, in languages whose words are all hints: تسعة عشر (19), الرابعة والثلاثين (34)."""
    units = {v for q in before for v in q.values if 1 <= v < 10}
    tens = {v for q in hints for v in q.values if v in (10, 20, 30, 40, 50, 60, 70, 80, 90)}
    if units and tens:
        yield Quantity("", frozenset(a + b for a in units for b in tens), hint=True)


def _word(word: str, words: Words) -> tuple[tuple[float, bool] | None, tuple[Quantity, ...]]:
    """What a word says of numbers, looked up once: nearly all of them say nothing."""
    found = words.seen.get(word)
    if found is None:
        known = _lookup(word, words) if word else None
        found = known, () if known or not word else tuple(_hints(word, words))
        if len(words.seen) < SEEN:
            words.seen[word] = found
    return found


def _lookup(word: str, words: Words) -> tuple[float, bool] | None:
    """(value, is a scale) of a number word."""
    if word in words.scale and len(word) > 1:
        return words.scale[word], True
    if word in words.cardinal:
        return words.cardinal[word], False
    if words.glued and len(word) > 5 and (value := _unglue(word, words)):
        return value, False
    return None


def _goes_on(run: list[tuple[str, float, bool]], value: float, scale: bool, words: Words) -> bool:
    """May this word continue the number before it? "twenty" "five" yes, "two" "three" no."""
    before = [r for r in run if r[1] >= 0]
    if not before or scale:
        return bool(before) or not run
    _, last, was_scale = before[-1]
    if was_scale:
        return value < last
    if last == 20 and len(before) > 1 and before[-2][1] == 4:
        last = 80.0  # quatre-vingt(-dix)
    return (
        (last >= 20 and last % 10 == 0 and value < (20 if last in (60, 80) else 10))
        or (last >= 100 and value < 100)
        or (last == 10 and value in (7, 8, 9))  # dix-sept, dix-huit, dix-neuf
        or (last == 4 and value == 20)
    )


def _say(run: list[tuple[str, float, bool]]) -> Iterator[Quantity]:
    said = [r for r in run if r[1] >= 0]
    if not said:
        return
    value = _compose([(v, s) for _, v, s in said])
    alone = len(said) == 1
    yield Quantity(" ".join(r[0] for r in run).strip(), frozenset({value}), hint=alone and (said[0][2] or value < 2))
    if not alone:
        yield Quantity("", frozenset(v for _, v, _ in said), hint=True)


def _compose(said: list[tuple[float, bool]]) -> float:
    total = current = 0.0
    for value, scale in said:
        if scale and value >= 1000:
            total, current = total + max(current, 1.0) * value, 0.0
        elif scale:
            current = max(current, 1.0) * value
        elif value == 20 and current % 100 == 4:
            current += 76  # quatre-vingts
        else:
            current += value
    return total + current


@lru_cache(maxsize=4096)
def _unglued(word: str, pieces: tuple[tuple[str, float, bool], ...]) -> tuple[tuple[float, bool], ...] | None:
    if not word:
        return ()
    for form, value, scale in pieces:
        if word.startswith(form):
            rest = _unglued(word[len(form) :], pieces)
            if rest is not None:
                return (((value, scale),) if value >= 0 else ()) + rest
    return None


def _unglue(word: str, words: Words) -> float:
    """ "dreiundzwanzig", "ventitré", "zweitausend": 0 where the word is no number from end to end."""
    said = _unglued(word, _morphemes(words.glue, tuple(words.cardinal.items()), tuple(words.scale.items())))
    return _compose(list(said)) if said and len(said) > 1 else 0.0


@lru_cache(maxsize=16)
def _morphemes(
    glue: frozenset[str], cardinal: tuple[tuple[str, float], ...], scale: tuple[tuple[str, float], ...]
) -> tuple[tuple[str, float, bool], ...]:
    found = [*((f, v, False) for f, v in cardinal), *((f, v, True) for f, v in scale if len(f) > 3), *((g, -1.0, False) for g in glue)]
    return (*sorted(found, key=lambda m: -len(m[0])), ("ein", 1.0, False))


#: Arabic writes "and", "in", "for", "the" together with the word behind them.
_ARTICLE = re.compile(r"^[وفبلك]?(?:ال|لل)?(?=[\u0621-\u064a]{3})")


def _hints(word: str, words: Words) -> Iterator[Quantity]:
    if word in words.hint:
        yield Quantity(word, frozenset(words.hint[word]), hint=True)
        return
    if (bare := _ARTICLE.sub("", word)) != word:
        yield from _hints(bare, words)
        return
    for length in range(len(word), 1, -1):
        if word[:length] in words.prefix:
            yield Quantity(word, frozenset({words.prefix[word[:length]]}), hint=True)
            return


@lru_cache(maxsize=64)
def _words(language: str) -> Words:
    table = _tables().get({"nn": "sv", "nb": "sv", "no": "sv", "zh": "", "ja": ""}.get(language, language), {})
    cardinal = {form: float(v) for v, forms in table.get("cardinal", {}).items() for form in forms.split()}
    hint: dict[str, tuple[float, ...]] = {}
    prefix: dict[str, float] = {}
    for value, forms in table.get("hint", {}).items():
        for form in forms.split():
            if form.endswith("*"):
                prefix.setdefault(form[:-1], float(value))
            else:
                hint[form] = (*hint.get(form, ()), float(value))
    for number, name in _months(language):
        hint[name] = (*hint.get(name, ()), float(number))
    scale = {form: float(v) for v, forms in table.get("scale", {}).items() for form in forms.split()}
    scale |= {} if scale else {"million": 1e6, "billion": 1e9}
    return Words(cardinal, hint, prefix, scale, frozenset(table.get("glue", ())), bool(table.get("glued", False)))


def _months(language: str) -> Iterator[tuple[int, str]]:
    try:
        months = Locale.parse(language).months
    except (UnknownLocaleError, ValueError):
        return
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[form].get(width, {}).items():
                if not name[0].isdigit():
                    yield number, name.lower().rstrip(".")


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("babelwire.check").joinpath("data/numbers.toml").read_text(encoding="utf-8"))


# ---------------------------------------------------------------------------------------------- Roman numerals

_ROMAN = re.compile(r"(?<![\w.])(?=[IVXLC])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?=e\b|er\b|ème|º|ª|-|\b)")
_ROMAN_VALUE = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def _roman(text: str) -> Iterator[Quantity]:
    for match in _ROMAN.finditer(text):
        numeral = match.group()
        if numeral:
            yield Quantity(numeral, frozenset({float(_roman_value(numeral))}), hint=True)


def _roman_value(numeral: str) -> int:
    worth = [_ROMAN_VALUE[c] for c in numeral]
    return sum(-v if v < after else v for v, after in zip(worth, [*worth[1:], 0], strict=True))
