"""The glossary: how the desk renders a phrase, per pair of languages, and which phrases it never translates.

__init__   terms in a text: found, marked for an engine, put right in its answer, recognised
words      which words are forms of one
wording    the form that fits, behind the words that stand in front of it
files      TOML, CSV and TBX, in and out
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babelwire.errors import GlossaryError
from babelwire.glossary.files import identity, read
from babelwire.glossary.wording import put
from babelwire.glossary.words import Word, alike, base, stem, words
from babelwire.model import Inline, Pair, Span, SpanKind, Term, short_hash

__all__ = ["Found", "Glossary", "accepted", "alike", "apply", "load", "signature", "stem"]


@dataclass(frozen=True, slots=True)
class Found:
    """A term at a place of a text."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Glossary:
    """All terms of the desk, and their version: it changes with any of them, not with their order."""

    terms: tuple[Term, ...] = ()

    @property
    def version(self) -> str:
        return short_hash(*sorted(f"{t}" for t in self.terms)) if self.terms else ""

    def serving(self, pair: Pair) -> tuple[Term, ...]:
        """The terms for a pair, those of most words first."""
        return _serving(self, pair)[0]

    def find(self, text: str, pair: Pair) -> tuple[Found, ...]:
        """Where terms stand in a text, in order, none overlapping: a phrase wins over a word inside it, the very word over
        another form."""
        _, index = _serving(self, pair)
        if not index:
            return ()
        there = words(text)
        met = [
            (-len(wanted), found, at, term)
            for at, word in enumerate(there)
            for term, wanted in index.get(word.text[:PREFIX].casefold(), ())
            if (found := _fit(there[at : at + len(wanted)], wanted, term, text, pair.source)) is not None
        ]
        taken = [False] * len(there)
        out: list[Found] = []
        for size, _, at, term in sorted(met, key=lambda m: m[:3]):
            run = slice(at, at - size)
            if not any(taken[run]):
                taken[run] = [True] * -size
                out.append(Found(term, there[at].start, there[at - size - 1].end))
        return tuple(sorted(out, key=lambda f: f.start))

    def mark(self, text: Inline, pair: Pair) -> Inline:
        """Mark terms as spans: kept untranslated, or to be found again by ``apply``."""
        spans = []
        for found in self.find(text.text, pair):
            if any(s.start < found.end and found.start < s.end and not _nested(s, found) for s in text.spans):
                continue
            kept = found.term.target is None
            kind, name = (SpanKind.KEEP, None) if kept else (SpanKind.TERM, found.term.source)
            spans.append(Span(start=found.start, end=found.end, kind=kind, term=name))
        return Inline(text.text, tuple(sorted((*text.spans, *spans), key=lambda s: (s.start, -s.end)))) if spans else text


def load(paths: Iterable[Path]) -> Glossary:
    """Read glossary files, in order; a later line for the same phrase and pair wins.

    Raises GlossaryError naming file, line, what is wrong with it and what to do.
    """
    terms: dict[tuple[str, str, str], Term] = {}
    for path in paths:
        for _, said in read(path):
            if isinstance(said, GlossaryError):
                raise said
            terms[identity(said)] = said
    return Glossary(tuple(terms.values()))


def apply(target: Inline, source: str, found: Sequence[Found], tag: str) -> Inline:
    """Put the glossary's wording where an engine carried a term's mark to, unless it is there in some form. ``found`` are the
    terms in ``source``."""
    left = [f for f in found if f.term.target is not None]
    whose: list[tuple[Span, Found]] = []
    for mark in (s for s in target.spans if s.kind is SpanKind.TERM):  # engines change the order of words, so marks say whose they are
        mine = next((f for f in left if f.term.source == mark.term), None)
        if mine is not None:
            left.remove(mine)
            whose.append((mark, mine))
    for mark, mine in sorted(whose, key=lambda m: m[0].start, reverse=True):
        if not accepted(mine.term, target.text[mark.start : mark.end], tag):
            target = put(target, mark, mine.term, source[mine.start : mine.end], tag)
    return Inline(target.text, tuple(s for s in target.spans if s.kind is not SpanKind.TERM))


def accepted(term: Term, text: str, language: str) -> bool:
    """Is the term rendered in ``text`` as the glossary wants it, in some inflection?"""
    wanted = (term.target, *term.forms) if term.target is not None else (term.source,)
    there = [w.text for w in words(text)]
    return any(_inside([w.text for w in words(form)], there, language) for form in wanted)


def signature(terms: Iterable[Term]) -> tuple[str, ...]:
    """What of terms decides how a sentence is translated: it is part of the sentence's key in the memory."""
    return tuple(sorted({f"{t.source}={t.target}|{'|'.join(t.forms)}|{t.case_sensitive}" for t in terms}))


# ---------------------------------------------------------------------------------------------- the small steps

PREFIX = 2  #: letters that all forms of a word have in common
Index = Mapping[str, Sequence[tuple[Term, Sequence[str]]]]  #: by the first letters of the first word


@functools.lru_cache(maxsize=64)
def _serving(glossary: Glossary, pair: Pair) -> tuple[tuple[Term, ...], Index]:
    source, target = base(pair.source), base(pair.target)
    scopes = {(source, target), (source, "*"), ("*", target), ("*", "*")}
    mine = [(t, [w.text for w in words(t.source)]) for t in glossary.terms if (t.pair.source, t.pair.target) in scopes]
    index: dict[str, list[tuple[Term, Sequence[str]]]] = {}
    for term, wanted in mine:
        index.setdefault(wanted[0][:PREFIX].casefold(), []).append((term, wanted))
    return tuple(t for t, _ in sorted(mine, key=lambda m: len(m[1]), reverse=True)), index


def _fit(run: Sequence[Word], wanted: Sequence[str], term: Term, text: str, language: str) -> int | None:
    """How far these words are from the term's: 0 the same, 1 but for capitals, 2 inflected; None: they are others."""
    if len(run) != len(wanted) or _joined(text, run[0].start, run[-1].end):
        return None
    there = [w.text for w in run]
    if there == list(wanted):
        return 0
    if term.case_sensitive or term.target is None:
        return None
    pairs = list(zip(there, wanted, strict=True))
    if any(b.isupper() and len(b) > 1 and a.removesuffix("s") != b for a, b in pairs):
        return None  # "who" is not the WHO
    if all(a.casefold() == b.casefold() for a, b in pairs):
        return 1
    return 2 if all(alike(a, b, language) for a, b in pairs) else None


def _joined(text: str, start: int, end: int) -> bool:
    """Is this only a part of a word with a hyphen? "SARS-CoV" is not in "SARS-CoV-2"."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (before[1:] == "-" and before[:1].isalnum()) or (after[:1] == "-" and after[1:].isalnum())


def _nested(span: Span, found: Found) -> bool:
    return (span.start <= found.start and found.end <= span.end) or (found.start <= span.start and span.end <= found.end)


def _inside(short: list[str], long: list[str], language: str) -> bool:
    runs = (long[i : i + len(short)] for i in range(len(long) - len(short) + 1))
    return bool(short) and any(all(alike(a, b, language) for a, b in zip(short, run, strict=True)) for run in runs)
