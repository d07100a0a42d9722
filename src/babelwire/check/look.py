"""What a check looks at: a sentence and its translation, prepared once for all checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

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


@dataclass(frozen=True)
class Side:
    """One side of a pair."""

    inline: Inline
    language: str

    @cached_property
    def base(self) -> str:
        return tags.base(self.language)

    @cached_property
    def text(self) -> str:
        """The text without what is never translated: code, kept words, addresses, handles."""
        text = self.inline.text
        for span in self.inline.spans:
            if span.kind in _KEPT:
                text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
        return _ADDRESS.sub(lambda m: " " * len(m.group()), text) if hinted(text) else text

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        text = self.inline.text
        return tuple(m.group().rstrip(".,;:!?)…'’") for m in _ADDRESS.finditer(text)) if hinted(text) else ()

    @cached_property
    def kept(self) -> tuple[str, ...]:
        return tuple(self.inline.text[s.start : s.end] for s in self.inline.spans if s.kind in _KEPT)

    @cached_property
    def words(self) -> tuple[str, ...]:
        return tuple(WORD.findall(self.text))

    @cached_property
    def low(self) -> tuple[str, ...]:
        low = self.text.lower()
        if len(low) == len(self.text):  # a capital or two grow when they are made small
            return tuple(WORD.findall(low.replace("’", "'")))
        return tuple(w.lower().replace("’", "'") for w in self.words)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.low)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        return marks(self.inline.text)

    @cached_property
    def quotations(self) -> tuple[tuple[Mark, ...], int, int]:
        """(opening marks that have a partner, how many open and are not closed, how many close and were not opened); no titles."""
        text, found = self.inline.text, [m for m in self.marks if self.inline.text[m.at] not in TITLES]
        paired = tuple(m for m in found if m.opens and m.partner is not None and m.partner - m.at > 1)
        loose = [m for m in found if m.partner is None and text[m.at] not in "'’‘"]
        return paired, sum(m.opens for m in loose), sum(not m.opens for m in loose)

    @cached_property
    def quantities(self) -> tuple[numbers.Quantity, ...]:
        return numbers.read(self.text, self.language)

    @cached_property
    def letters(self) -> int:
        return tags.letters(self.text)

    @cached_property
    def scripts(self) -> dict[str, int]:
        return tags.scripts(self.text)


@lru_cache(maxsize=2048)
def side(inline: Inline, language: str) -> Side:
    """The side of a pair, looked at once: a source comes again in repairs, across the article and in other editions."""
    return Side(inline, language)


@dataclass(frozen=True)
class Look:
    """A sentence, its translation, and what the engine said about it."""

    source: Side
    target: Side
    pair: Pair
    score: float | None = None
    unknown: float | None = None
    terms: Sequence[Term] = ()


#: Yields one sentence for each fault it finds, with the evidence in it.
Find = Callable[[Look], Iterator[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A row of the table of checks."""

    kind: str
    mqm: str  #: type in the MQM typology
    severity: Severity
    find: Find


def shown(text: str, limit: int = 60) -> str:
    """A piece of evidence, short enough for a note."""
    text = " ".join(text.split())
    return f"“{text if len(text) <= limit else text[: limit - 1] + '…'}”"
