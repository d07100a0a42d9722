"""Repairs that need no word of one's own: entities, marks lost around a quotation, a capital letter in a scare quote."""

from __future__ import annotations

import html
import re

from babelwire.model import Inline, Pair, Span
from babelwire.text.quotes import TITLES

from . import marks
from .look import Look, side


def mend(source: Inline, target: Inline, pair: Pair) -> Inline:
    """The translation without the faults that can be taken out for certain; spans shift along. Adds marks, never words."""
    look = Look(side(source, pair.source), side(target, pair.target), pair)
    for step in (_entities, _apertium, _outer_quotes, _scare_capitals):
        mended = step(look)
        if mended is not look.target.inline:
            look = Look(look.source, side(mended, pair.target), pair)
    return look.target.inline


def substitute(inline: Inline, start: int, end: int, text: str) -> Inline:
    """The inline with ``text`` in place of a stretch; spans behind it shift, spans around it grow or shrink."""
    shift = len(text) - (end - start)

    def moved(at: int) -> int:
        return at if at <= start else at + shift if at >= end else start + min(at - start, len(text))

    spans = (Span(start=moved(s.start), end=moved(s.end), kind=s.kind, href=s.href, lang=s.lang) for s in inline.spans)
    return Inline(inline.text[:start] + text + inline.text[end:], tuple(s for s in spans if s.start < s.end))


def _entities(look: Look) -> Inline:
    """Unescape, when the source has no entity itself: twice at most, for answers escaped twice."""
    target = look.target.inline
    if "&" not in target.text or marks.entities(look.source.inline.text):
        return target
    for _ in range(2):
        found = marks.entities(target.text)
        for entity in dict.fromkeys(found):
            whole = re.sub(r"\s", "", entity)
            while (at := target.text.find(entity)) >= 0:
                target = substitute(target, at, at + len(entity), html.unescape(whole) if html.unescape(whole) != whole else "")
    return target


def _apertium(look: Look) -> Inline:
    """Take the engine's marks off words it left as they were in the source: ``*Sarkozy`` -> ``Sarkozy``."""
    target, theirs = look.target.inline, look.source.inline.text
    if "*" not in target.text:
        return target
    for match in reversed(list(marks._APERTIUM.finditer(target.text))):
        if match.group() not in theirs and match.group()[1:] in theirs and match.group()[0] == "*":
            target = substitute(target, match.start(), match.start() + 1, "")
    return target


def _outer_quotes(look: Look) -> Inline:
    """Seed fault 5: the source is one quotation from end to end, and the translation has lost its marks, or one of them."""
    text, target = look.source.inline.text.strip(), look.target.inline
    theirs, opened, closed = look.source.quotations
    if not look.source.marks or not text or text[0] in TITLES:
        return target
    lead = len(look.source.inline.text) - len(look.source.inline.text.lstrip())
    whole = next((m for m in theirs if m.at == lead and m.partner == lead + len(text) - 1), None)
    first = look.source.marks[0]
    if whole and not look.target.marks:
        return _wrap(target, text[0], text[-1])
    if not theirs and opened == 1 and not closed and first.at == lead and not look.target.marks:
        return substitute(target, _start(target), _start(target), text[0])
    if not theirs and closed == 1 and not opened and first.at == lead + len(text) - 1 and not look.target.marks:
        if target.text.rstrip().endswith(text[-1]):
            return target  # behind a digit it is there and reads as inches
        return substitute(target, _end(target), _end(target), text[-1])
    if whole and len(theirs) == 1 and len(look.target.marks) == 1 and look.target.marks[0].partner is None:
        only = look.target.marks[0]
        if only.opens and only.at == _start(target):
            return substitute(target, _end(target), _end(target), text[-1])
        if not only.opens and only.at >= _end(target) - 2:
            return substitute(target, _start(target), _start(target), text[0])
    return target


def _wrap(target: Inline, one: str, other: str) -> Inline:
    closed = substitute(target, _end(target), _end(target), other)
    return substitute(closed, _start(closed), _start(closed), one)


def _start(target: Inline) -> int:
    return len(target.text) - len(target.text.lstrip())


def _end(target: Inline) -> int:
    return len(target.text.rstrip())


def _scare_capitals(look: Look) -> Inline:
    """Seed fault 8: a small letter for a capital one inside a scare quote, unless the source has the word with a capital letter."""
    target = look.target.inline
    for mark in marks.scare_capitals(look):
        at = next(i for i in range(mark.at + 1, len(target.text)) if target.text[i].isalpha())
        word = re.match(r"\w+", target.text[at:])
        if word and word.group() not in look.source.words:
            target = substitute(target, at, at + 1, target.text[at].lower())
    return target
