"""Where in a translation the words of a span are: by alignment, by looking for them, by position at last.

Measured on 292 spans of one to three words with a rule-based engine's own alignment as gold: found verbatim by a
translation of their own 57 %, by a similar window of words 28 % more. Nothing here knows any language.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

Range = tuple[int, int]
#: A word; where no spaces are written (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every letter is one.
_ONE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{_ONE}]|[^\W{_ONE}]+(?:[-.][^\W{_ONE}]+)*")
SIMILAR = 0.6  #: of a window of words to the words looked for, by difflib's ratio
SPREAD = 3  #: how many words more than twice those of the source a range may take in


class Words:
    """A text and where its words are."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def at(self) -> list[Range]:
        return [m.span() for m in WORD.finditer(self.text)]

    def within(self, place: Range) -> list[int]:
        """Numbers of the words that a range touches."""
        return [n for n, (a, b) in enumerate(self.at) if a < place[1] and place[0] < b]

    def count(self, place: Range) -> int:
        return len(self.within(place))

    def position(self, place: Range) -> float:
        """Where the middle of a range lies, 0 to 1."""
        return (place[0] + place[1]) / 2 / max(1, len(self.text))

    def windows(self, length: int) -> Iterator[Range]:
        """All ranges of so many words that follow each other."""
        for n in range(len(self.at) - length + 1):
            yield self.at[n][0], self.at[n + length - 1][1]


def align(source: Words, place: Range, target: Words, alignment: Sequence[tuple[int, int, int, int]]) -> Range | None:
    """The target range of a source range, by (source start, end, target start, end) pairs; None if they say nothing useful."""
    met = [(c, d) for a, b, c, d in alignment if a < place[1] and place[0] < b and c < d <= len(target.text)]
    if not met:
        return None
    whole = (min(c for c, _ in met), max(d for _, d in met))
    return whole if target.count(whole) <= 2 * source.count(place) + SPREAD else None


def find(source: Words, place: Range, target: Words, alone: str, taken: Sequence[Range], *, exact: bool = False) -> Range | None:
    """The words of a span in a translation: as they are, as ``alone`` (translated by themselves), or, unless it has to be
    ``exact``, similar ones."""
    words, where = source.text[place[0] : place[1]], source.position(place)
    looked_for = [w for w in (alone.strip(" .\t\n"), words) if _telling(w)]
    for wanted in looked_for:
        spots = [s for s in _verbatim(wanted, target.text) if _free(s, taken)]
        if spots:
            return min(spots, key=lambda s: abs(target.position(s) - where))
    if exact:
        return None
    similar = [_similar(w, target, where, taken) for w in looked_for]
    return next((s for s in similar if s), None)


def guess(source: Words, place: Range, target: Words, taken: Sequence[Range]) -> Range | None:
    """A range of whole words at the same relative position, moved to where no other range is; None if there is no room."""
    first = source.within(place) or [0]
    scale = len(target.at) / max(1, len(source.at))
    length = min(len(target.at), max(1, round(len(first) * scale)))
    for size in range(length, 0, -1):
        free = [w for w in target.windows(size) if _free(w, taken)]
        if free:
            return min(free, key=lambda w: abs(target.position(w) - source.position(place)))
    return None


def _telling(words: str) -> bool:
    """Can these words be told from others? "a" or "de" mean something else in every language."""
    return len(words) > 3 or any(c.isupper() or c.isdigit() or ord(c) > 0x2E80 for c in words)


def _free(place: Range, taken: Sequence[Range]) -> bool:
    return all(place[1] <= a or b <= place[0] for a, b in taken)


def _verbatim(wanted: str, text: str) -> list[Range]:
    pattern = re.compile(rf"(?<!\w){re.escape(wanted)}(?!\w)" if wanted.isascii() else re.escape(wanted), re.IGNORECASE)
    return [m.span() for m in pattern.finditer(text)]


def _similar(wanted: str, target: Words, where: float, taken: Sequence[Range]) -> Range | None:
    """The window of words most like the wanted ones, in whatever order; of equally good ones the nearest by position."""
    looked_for = [wanted[a:b].casefold() for a, b in Words(wanted).at]
    ratios = [[_alike(w, target.text[a:b].casefold()) for a, b in target.at] for w in looked_for]
    best: tuple[float, Range] | None = None
    for length in range(max(1, len(looked_for) - 2), len(looked_for) + 3):
        for first, window in enumerate(target.windows(length)):
            ratio = _overlap([row[first : first + length] for row in ratios])
            worth = ratio - 0.2 * abs(target.position(window) - where)
            if ratio > SIMILAR and (best is None or worth > best[0]) and _free(window, taken):
                best = (worth, window)
    return best[1] if best else None


def _alike(a: str, b: str) -> float:
    """How much alike two words are; 0 below ``SIMILAR``."""
    matcher = difflib.SequenceMatcher(a=a, b=b, autojunk=False)
    if matcher.real_quick_ratio() <= SIMILAR or matcher.quick_ratio() <= SIMILAR:
        return 0.0
    ratio: float = matcher.ratio()
    return ratio if ratio > SIMILAR else 0.0


def _overlap(ratios: Sequence[Sequence[float]]) -> float:
    """The mean, over all words of both sides, of the best likeness to a word of the other side."""
    if not ratios or not ratios[0]:
        return 0.0
    columns = list(zip(*ratios, strict=True))
    best: list[float] = [max(row) for row in (*ratios, *columns)]
    return sum(best) / len(best)
