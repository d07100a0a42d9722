"""A number of a sentence: what it can be read as, and whether two of them are one in different measures."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Quantity(NamedTuple):
    """One number of a sentence. ``values`` are its possible readings; ``parts`` what it is if it is several (a date)."""

    text: str
    values: frozenset[float]
    parts: tuple[float, ...] = ()
    digits: bool = False  #: written in digits: must be found again
    hint: bool = False  #: answers a number of the other side, and asks for nothing
    behind: str = ""  #: what stands behind digits, as far as a measure may: "2 to 4 inches"

    @property
    def imperial(self) -> int | None:
        """The row of ``_IMPERIAL`` whose measure stands behind it."""
        return _imperial(self.behind) if self.behind else None

    @property
    def metric(self) -> bool:
        """Does a metric measure stand behind it?"""
        return bool(self.behind) and _METRIC.search(self.behind) is not None

    def answered_by(self, all_values: frozenset[float]) -> bool:
        """Is this number among those of the other side?"""
        return not self.values.isdisjoint(all_values) or (len(self.parts) > 1 and all(p in all_values for p in self.parts))


def rounded(value: float) -> float:
    return float(round(value, 4))


# ---------------------------------------------------------------------------------------------- measures

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


#: How far behind a number its measure may stand.
REACH = 16


@lru_cache(maxsize=1024)
def _imperial(behind: str) -> int | None:
    return next((n for n, (pattern, _) in enumerate(_IMPERIAL) if pattern.search(behind)), None)


#: Conversions are rounded: "85 mph" is "135 km/h".
_ROUNDING = 0.08


def converts(one: Quantity, other: Quantity) -> bool:
    """Is one the other in another measure, rounded?"""
    if not (one.behind or other.behind):
        return False
    if one.imperial is None:
        one, other = other, one
    imperial = one.imperial
    if imperial is None or not other.metric:
        return False
    factors = _IMPERIAL[imperial][1]
    pairs = [(a, b) for a in one.values for b in other.values if a > 0]
    return any(abs(a * f - b) <= max(_ROUNDING * abs(b), 0.5) for a, b in pairs for f in factors) or (
        not factors and any(abs((a - 32) / 1.8 - b) <= 1.5 for a, b in pairs)
    )
