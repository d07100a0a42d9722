"""Is this sentence a translation of that one? Checks without a reference, one function a check, one table of checks.

``segment`` looks at a sentence and its translation, ``article`` at what holds across sentences, ``mend`` repairs what can be
repaired without a word of one's own. These checks find accidents, not bad style: of sentences by Google, Microsoft and people
they block one or two in a hundred, of Apertium's no more. How good a pair is stands in the quality table of the engines.
Severities and thresholds were swept with ``make bench-checks``; each constant says on what.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from babelwire.model import Inline, Issue, Pair, Severity, Term

from . import marks, names, speech, wording
from .article import article
from .closing import close
from .look import Check, Look, side
from .mending import mend

__all__ = ["CHECKS", "Check", "article", "close", "mend", "segment"]

_MINOR, _MAJOR, _CRITICAL = Severity.MINOR, Severity.MAJOR, Severity.CRITICAL

#: The table. The first that finds a critical fault ends the search: what an empty or foreign sentence says is no matter.
CHECKS: tuple[Check, ...] = (
    Check(kind="empty", mqm="accuracy/omission", severity=_CRITICAL, find=wording.empty),
    Check(kind="chatter", mqm="accuracy/addition", severity=_CRITICAL, find=speech.chatter),
    Check(kind="untranslated", mqm="accuracy/untranslated", severity=_CRITICAL, find=speech.untranslated),
    Check(kind="wrong-script", mqm="accuracy/untranslated", severity=_MAJOR, find=speech.wrong_script),
    Check(kind="wrong-language", mqm="accuracy/untranslated", severity=_CRITICAL, find=speech.wrong_language),
    Check(kind="partly-untranslated", mqm="accuracy/untranslated", severity=_MAJOR, find=speech.partly_untranslated),
    Check(kind="foreign-word", mqm="accuracy/untranslated", severity=_MINOR, find=speech.foreign_word),
    Check(
        kind="number-changed", mqm="accuracy/mistranslation/number", severity=_CRITICAL, find=wording.number_changed, about=wording.counted
    ),
    Check(kind="number-lost", mqm="accuracy/omission/number", severity=_MAJOR, find=wording.number_lost, about=wording.counted),
    Check(kind="number-added", mqm="accuracy/addition/number", severity=_MAJOR, find=wording.number_added, about=wording.counted),
    Check(kind="small-number", mqm="accuracy/mistranslation/number", severity=_MINOR, find=wording.small_number, about=wording.counted),
    Check(kind="omission", mqm="accuracy/omission", severity=_MAJOR, find=wording.omission),
    Check(kind="addition", mqm="accuracy/addition", severity=_MAJOR, find=wording.addition),
    Check(kind="loop", mqm="fluency/duplication", severity=_MAJOR, find=wording.loop),
    Check(kind="doubled", mqm="fluency/duplication", severity=_MAJOR, find=wording.doubled),
    Check(kind="doubled-adverb", mqm="fluency/duplication", severity=_MINOR, find=wording.doubled_adverb),
    Check(kind="names", mqm="accuracy/mistranslation/name", severity=_MAJOR, find=names.other_names),
    Check(kind="name-missing", mqm="accuracy/omission/name", severity=_MINOR, find=names.name_missing),
    Check(kind="negation", mqm="accuracy/mistranslation/negation", severity=_MINOR, find=wording.negation),
    Check(kind="question", mqm="accuracy/mistranslation", severity=_MINOR, find=wording.question),
    Check(kind="ending", mqm="fluency/punctuation", severity=_MINOR, find=wording.ending),
    Check(kind="quotation-lost", mqm="fluency/punctuation/quotation", severity=_MAJOR, find=marks.quotation_lost, about=marks.quoted),
    Check(kind="quotation-open", mqm="fluency/punctuation/quotation", severity=_MAJOR, find=marks.quotation_open, about=marks.quoted),
    Check(kind="quotation-part", mqm="fluency/punctuation/quotation", severity=_MINOR, find=marks.quotation_part, about=marks.quoted),
    Check(
        kind="quotation-continued", mqm="fluency/punctuation/quotation", severity=_MINOR, find=marks.quotation_continued, about=marks.quoted
    ),
    Check(kind="quotation-count", mqm="fluency/punctuation/quotation", severity=_MINOR, find=marks.quotation_count, about=marks.quoted),
    Check(kind="scare-capital", mqm="fluency/spelling/capitalization", severity=_MINOR, find=marks.scare_capital, about=marks.quoted),
    Check(kind="bracket", mqm="fluency/punctuation", severity=_MINOR, find=marks.bracket),
    Check(kind="entity", mqm="fluency/character-encoding", severity=_MAJOR, find=marks.entity),
    Check(kind="markup", mqm="fluency/markup", severity=_MAJOR, find=marks.markup),
    Check(kind="marker", mqm="fluency/character-encoding", severity=_CRITICAL, find=marks.marker),
    Check(kind="engine-mark", mqm="accuracy/untranslated", severity=_MAJOR, find=marks.apertium),
    Check(kind="link", mqm="accuracy/omission/markup", severity=_MAJOR, find=marks.links, about=marks.carried),
    Check(kind="address", mqm="accuracy/mistranslation/markup", severity=_MAJOR, find=marks.addresses, about=marks.carried),
    Check(kind="kept", mqm="accuracy/do-not-translate", severity=_MAJOR, find=marks.kept, about=marks.carried),
    Check(kind="term", mqm="terminology", severity=_MAJOR, find=wording.term, about=wording.told),
    Check(kind="unknown-words", mqm="accuracy/untranslated", severity=_MAJOR, find=wording.unknown_words, about=wording.told),
    Check(kind="unsure", mqm="accuracy", severity=_MINOR, find=wording.unsure, about=wording.told),
)


def segment(
    source: Inline, target: Inline, pair: Pair, *, score: float | None = None, unknown: float | None = None, terms: Sequence[Term] = ()
) -> tuple[Issue, ...]:
    """What the checks find in one translated sentence, in the order of the table.

    ``pair`` may hold full tags (``zh-Hant``): script and region count. ``terms`` are those that occur in the source.
    """
    look = Look(side(source, pair.source), side(target, pair.target), pair, score, unknown, terms)
    found: list[Issue] = []
    for about, checks in _ROWS:
        for check in checks if about is None or about(look) else ():
            for note in check.find(look):
                found.append(Issue(kind=check.kind, severity=check.severity, note=note, mqm=check.mqm))
            if found and check.kind in _ENDING:
                return tuple(found)
    return tuple(found)


#: After these nothing else is looked for, whatever was found before.
_ENDING = frozenset({"empty", "untranslated", "wrong-language"})
#: The table, rows that are about the same thing together.
_ROWS = tuple((about, tuple(rows)) for about, rows in groupby(CHECKS, key=attrgetter("about")))
