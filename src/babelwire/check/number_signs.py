"""Numbers in signs: Chinese, Japanese and Korean numerals, with digits among them, and Roman ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from .quantity import Quantity, rounded


@lru_cache(maxsize=4096)
def number(text: str) -> Quantity:
    """Readings of digits with separators: "1.500" may be fifteen hundred or one and a half, "26.07.2020" is three numbers."""
    if text.isdecimal():
        return Quantity(text, frozenset((float(text),)), digits=True)
    parts = re.split(r"\D", text)
    marks = re.findall(r"\D", text)
    found: set[float] = set()
    if marks and len(set(marks)) == 1 and grouped(parts):
        found.add(float("".join(parts)))
    if marks and marks[-1] in ".," and marks.count(marks[-1]) == 1 and (len(parts) == 2 or grouped(parts[:-1])):
        found.add(float("".join(parts[:-1]) + "." + parts[-1]))
    several = tuple(float(p) for p in parts) if len(parts) > 1 and not grouped(parts) else ()
    return Quantity(text, frozenset(found), several, digits=True)


def grouped(parts: list[str]) -> bool:
    """Thousands, or lakhs and crores: one to three digits, then groups of three (or two, the last of three)."""
    return 1 <= len(parts[0]) <= 3 and parts[0] != "0" and len(parts[-1]) == 3 and all(len(p) in (2, 3) for p in parts[1:])


# ---------------------------------------------------------------------------------------------- Chinese, Japanese, Korean signs

_SIGN = {c: float(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0.0, "两": 2.0, "兩": 2.0}
_SMALL = {"十": 10.0, "百": 100.0, "千": 1000.0, "천": 1000.0, "백": 100.0}
_LARGE = {"万": 1e4, "萬": 1e4, "만": 1e4, "亿": 1e8, "億": 1e8, "억": 1e8, "兆": 1e12, "조": 1e12}
_SIGNS = re.compile(rf"(?:\d+(?:[.,]\d+)*(?: ?(?=[{''.join(_LARGE)}]))?|[{''.join([*_SIGN, *_SMALL, *_LARGE])}])+")
_ANY_SIGN = re.compile(f"[{''.join([*_SIGN, *_SMALL, *_LARGE])}]")
_ONE = re.compile(r"\d+(?:[.,]\d+)*|.")
#: What is counted: a single sign before one of these is a number that must be found again, elsewhere it may be part of a word.
_COUNTED = re.compile(
    r"[个個名位只隻条條艘架辆輛家所项項届屆轮輪场場岁歳歲人年天周週点點秒台部本册枚张張座支种種款起件幅層层次回倍]|小时|分钟|月份|か月|ヶ月|時間|日間|年間|週間"
)


def signs(text: str) -> Iterator[tuple[int, int, Quantity]]:
    if text.isascii() or not _ANY_SIGN.search(text):
        return
    for match in _SIGNS.finditer(text):
        written = match.group()
        if written[0].isdigit() and not any(c in _SMALL or c in _LARGE or c in _SIGN for c in written):
            continue
        value = _sign_value(written)
        if value is None:
            continue
        certain = any(c.isdigit() for c in written) or len(written) > 2 or (value > 1 and bool(_COUNTED.match(text, match.end())))
        readings = {value} | ({value - 12, value + 12} if text[match.end() : match.end() + 1] in "时時点點" and value <= 24 else set())
        found = Quantity(written, frozenset(map(rounded, readings)), digits=any(c.isdigit() for c in written), hint=not certain)
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
            digit = _SIGN[token] if token in _SIGN else max(number(token).values, default=0.0)
        elif token in _SMALL:
            section, digit = section + (1.0 if digit is None else digit) * _SMALL[token], None
        else:
            total, section, digit = total + (section + (digit or 0.0) or 1.0) * _LARGE[token], 0.0, None
    return total + section + (digit or 0.0)


# ---------------------------------------------------------------------------------------------- Roman numerals

_ROMAN = re.compile(r"(?<![\w.])(?=[IVXLC])(C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})(?=e\b|er\b|ème|º|ª|-|\b)")
_ROMAN_VALUE = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


_ANY_ROMAN = re.compile(r"[IVXLC](?:[IVXLC]|e\b|er\b|ème|[ºª-]|\b)")  # tried at such letters alone


def roman(text: str) -> Iterator[Quantity]:
    for may in _ANY_ROMAN.finditer(text):
        match = _ROMAN.match(text, may.start())
        if match and (numeral := match.group()):
            yield Quantity(numeral, frozenset({float(_roman_value(numeral))}), hint=True)


def _roman_value(numeral: str) -> int:
    worth = [_ROMAN_VALUE[c] for c in numeral]
    return sum(-v if v < after else v for v, after in zip(worth, [*worth[1:], 0], strict=True))
