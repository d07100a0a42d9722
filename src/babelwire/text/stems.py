"""Words as searching compares them: stemmed by Snowball (PyStemmer, its C: 1 us a word, where the Python of the same rules takes
60), without case, accents and vowel points.

Scripts without spaces between words (Chinese, Japanese, Thai ...) and Hangul are cut into overlapping pairs of letters, and the
last letter of a run stands alone, so that any stretch of two letters or more is found wherever it begins and no dictionary decides.
Snowball has no Ukrainian: ``ENDINGS`` is the hand-written least for it, since without it a noun would be found in one case of seven.
Index and query pass through here, so both are the same.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

#: Language -> Snowball's name. Languages that are not here are compared by whole words.
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch",
    "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
ENDINGS = (
    "ування", "еннями", "ами", "ями", "ові", "еві", "єві", "ого", "ому", "ими", "іми", "ати", "ити", "ість", "ості", "ах", "ях", "ам", "ям",
    "ом", "ем", "єм", "ою", "ею", "єю", "ів", "їв", "ей", "ий", "ій", "их", "іх", "им", "ім", "ої", "ть", "а", "я", "о",
    "е", "є", "и", "і", "ї", "у", "ю", "ь", "й",
)  # fmt: skip
LONGEST = 40  #: letters of a word that are looked at
WORDS = 16  #: of what a reader asks for
LETTERS = 200  #: of the same
QUOTED = re.compile(r'"([^"]*)"?|“([^”]*)”?|«([^»]*)»?|„([^“”]*)[“”]?')

_JOINED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
)
_MARKS = "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0970-\u0dff\u200c\u200d"
RUN = re.compile(f"(?P<joined>[{_JOINED}]+)|(?:(?![{_JOINED}])[^\\W_]|[{_MARKS}])+")
UNUSUAL = re.compile(f"[{_JOINED}{_MARKS}]")  #: what makes words of anything but letters and digits in a row
PLAIN = re.compile(r"[^\W_]+")
_turn = threading.Lock()  # Snowball's stemmers keep what they work on in themselves


class Term(NamedTuple):
    """A word as it is compared, and where it stands in the text."""

    word: str
    start: int
    end: int


def terms(text: str, language: str) -> Iterator[Term]:
    """The words of a text, in order."""
    base = language.split("-")[0].lower()
    for found in RUN.finditer(text):
        if found["joined"]:
            yield from _pairs(found[0], found.start())
        elif word := _stem(found[0][:LONGEST], base):
            yield Term(word, found.start(), found.end())


def words(text: str, language: str) -> list[str]:
    """The same without their places: what an index keeps of a text. In most texts words are found in a third of the time."""
    if not text.isascii() and UNUSUAL.search(text):
        return [term.word for term in terms(text, language)]
    base = language.split("-")[0].lower()
    return [word for found in PLAIN.findall(text) if (word := _stem(found[:LONGEST], base))]


def marked(text: str, wanted: Collection[str], language: str) -> list[tuple[int, int]]:
    """Where words of ``wanted`` (as ``terms`` gives them) stand in a text: stretches that neither touch nor overlap."""
    found: list[tuple[int, int]] = []
    for word, start, end in terms(text, language):
        if word not in wanted:
            if not (end - start == 2 and word[0] in wanted and joined(word)):
                continue
            end = start + 1  # one letter was asked for
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def phrases(text: str, language: str) -> list[tuple[str, ...]]:
    """What a reader asks for: each word alone, a run of a script without spaces as its pairs in their order. A run of one letter
    is that letter, with which such a pair begins."""
    found: list[list[Term]] = []
    for term in terms(text, language):
        if found and term.start < found[-1][-1].end:
            if term.end > found[-1][-1].end:
                found[-1].append(term)
        else:
            found.append([term])
    return [tuple(t.word for t in some) for some in found]


def asked(text: str, language: str) -> list[tuple[str, ...]]:
    """What a reader looks for: as ``phrases``, and what stands in quotation marks as one phrase. Only the first words of many."""
    found: list[tuple[str, ...]] = []
    at, text = 0, text[:LETTERS]
    for quoted in QUOTED.finditer(text):
        found += phrases(text[at : quoted.start()], language)
        said = next((g for g in quoted.groups() if g), "")
        together = tuple(word for phrase in phrases(said, language) for word in phrase)
        found += [together] if together else []
        at = quoted.end()
    found += phrases(text[at:], language)
    return found[:WORDS]


# ---------------------------------------------------------------------------------------------- the small steps


def joined(word: str) -> bool:
    """Is it of a script without spaces between words?"""
    found = RUN.match(word)
    return bool(found and found["joined"])


def _pairs(run: str, at: int) -> Iterator[Term]:
    folded = [_fold(letter) or letter for letter in run]
    for n in range(len(run) - 1):
        yield Term(folded[n] + folded[n + 1], at + n, at + n + 2)
    yield Term(folded[-1], at + len(run) - 1, at + len(run))


@lru_cache(maxsize=100_000)
def _stem(word: str, language: str) -> str:
    return _stemmed(unicodedata.normalize("NFC", word).casefold().replace("\u0640", ""), language)


@lru_cache(maxsize=100_000)
def _stemmed(folded: str, language: str) -> str:
    """A word is stemmed and folded once, however it is capitalised."""
    if language == "uk":
        return _fold(_shortened(folded))
    if folded.isascii() and folded.isdecimal():
        return folded
    stemmer = _stemmer(STEMMERS[language]) if language in STEMMERS else None
    if stemmer is None:
        return _fold(folded)
    with _turn:
        return _fold(str(stemmer.stemWord(folded)))


@cache
def _stemmer(name: str) -> Stemmer.Stemmer:
    return Stemmer.Stemmer(name, 0)  # we keep its answers ourselves


def _shortened(word: str) -> str:
    ending = next((e for e in ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    return word[: len(word) - len(ending)]


def _fold(word: str) -> str:
    """Without accents and points; the two letters of Arabic that are written for one another are one."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.combining(c) < 10 and c not in "\u200c\u200d")
    return unicodedata.normalize("NFC", bare).replace("\u0649", "\u064a").replace("\u0629", "\u0647")
