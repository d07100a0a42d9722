"""What a check looks at: a sentence and its translation, prepared once for all checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from babelwire.model import Inline, Pair, Severity, SpanKind, Term
from babelwire.text import language as tags
from babelwire.text.address import hinted
from babelwire.text.quotes import TITLES, Mark, marks

from . import numbers

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"«»“”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w@./])@\w{2,}|(?<![\w&#/])#\w*[^\W\d_]\w*", re.IGNORECASE
)
_KEPT = frozenset({SpanKind.CODE, SpanKind.KEEP})
#: Letters with the marks that belong to them; an apostrophe or hyphen inside holds a word together.
WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u0e31-\u0e4e]|['’·\-][^\W\d_]|[^\W\d_])*")
#: What a text in western languages is not written with; without these a word is a run of letters of a short list, found twice as fast.
_BEYOND = re.compile("[\u0250-\u1fff\u2070-\U0010ffff]")
WESTERN = "".join(chr(n) for n in range(0x250) if WORD.match(chr(n)))
_WESTERN_WORD = re.compile(f"[{WESTERN}]+(?:['’·\\-][{WESTERN}]+)*")

Kept = TypeVar("Kept")


class lazy(Generic[Kept]):
    """A property looked at once. ``functools.cached_property`` takes a lock in Python 3.11, which costs more than most of these."""

    def __init__(self, look: Callable[[Any], Kept]) -> None:
        self._look, self._name = look, look.__name__

    def __get__(self, of: Any, owner: object = None) -> Kept:
        found = of.__dict__[self._name] = self._look(of)
        return found


@dataclass(eq=False)  # not frozen: that makes it twice as dear to make, and four are made for every sentence
class Side:
    """One side of a pair."""

    inline: Inline
    language: str

    @lazy
    def base(self) -> str:
        return tags.base(self.language)

    @lazy
    def text(self) -> str:
        """The text without what is never translated: code, kept words, addresses, handles."""
        text = self.inline.text
        for span in self.inline.spans:
            if span.kind in _KEPT:
                text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
        return _ADDRESS.sub(lambda m: " " * len(m.group()), text) if self._hinted else text

    @lazy
    def _hinted(self) -> bool:
        return hinted(self.inline.text)

    @lazy
    def length(self) -> int:
        """Characters without spaces."""
        return len("".join(self.text.split()))

    @lazy
    def western(self) -> bool:
        """Latin letters of European languages and general punctuation alone: there is nothing of other scripts to look for."""
        return _BEYOND.search(self.inline.text) is None

    @lazy
    def addresses(self) -> tuple[str, ...]:
        text = self.inline.text
        return tuple(m.group().rstrip(".,;:!?)…'’") for m in _ADDRESS.finditer(text)) if self._hinted else ()

    @lazy
    def kept(self) -> tuple[str, ...]:
        return tuple(self.inline.text[s.start : s.end] for s in self.inline.spans if s.kind in _KEPT)

    @lazy
    def words(self) -> tuple[str, ...]:
        return tuple((_WESTERN_WORD if self.western else WORD).findall(self.text))

    @lazy
    def low(self) -> tuple[str, ...]:
        if "Σ" in self.text:  # small, it depends on what stands behind it
            return tuple(WORD.findall(self.text.lower().replace("’", "'")))
        return tuple("\n".join(self.words).lower().replace("’", "'").split("\n")) if self.words else ()

    @lazy
    def column(self) -> str:
        """The words in small letters as one text, each between two line feeds: beginnings and endings are found without a loop."""
        return "\n".join(("", *self.low, ""))

    @lazy
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.low)

    @lazy
    def marks(self) -> tuple[Mark, ...]:
        return marks(self.inline.text)

    @lazy
    def quotations(self) -> tuple[tuple[Mark, ...], int, int]:
        """(opening marks that have a partner, how many open and are not closed, how many close and were not opened); no titles."""
        if not self.marks:
            return (), 0, 0
        text, found = self.inline.text, [m for m in self.marks if self.inline.text[m.at] not in TITLES]
        paired = tuple(m for m in found if m.opens and m.partner is not None and m.partner - m.at > 1)
        loose = [m for m in found if m.partner is None and text[m.at] not in "'’‘"]
        return paired, sum(m.opens for m in loose), sum(not m.opens for m in loose)

    @lazy
    def quantities(self) -> tuple[numbers.Quantity, ...]:
        return numbers.read(self.text, self.language)

    @lazy
    def scripts(self) -> dict[str, int]:
        return tags.scripts(self.text)


@lru_cache(maxsize=2048)
def side(inline: Inline, language: str) -> Side:
    """The side of a pair, looked at once: a source comes again in repairs, across the article and in other editions."""
    return Side(inline, language)


@dataclass(eq=False)
class Look:
    """A sentence, its translation, and what the engine said about it."""

    source: Side
    target: Side
    pair: Pair
    score: float | None = None
    unknown: float | None = None
    terms: Sequence[Term] = ()

    @lazy
    def numbers(self) -> tuple[list[numbers.Quantity], list[numbers.Quantity]]:
        """The numbers that one side lacks, and the other."""
        return numbers.compare(self.source.quantities, self.target.quantities)


#: Yields one sentence for each fault it finds, with the evidence in it.
Find = Callable[[Look], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A row of the table of checks."""

    kind: str
    mqm: str  #: type in the MQM typology
    severity: Severity
    find: Find
    about: Callable[[Look], bool] | None = None  #: is there anything that it is about? Asked once for the rows in which it is the same


def shown(text: str, limit: int = 60) -> str:
    """A piece of evidence, short enough for a note."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= limit else text[: limit - 1] + '…'}”"
