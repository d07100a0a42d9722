"""The words of a text, and when two of them are forms of one: what glossary terms are found and recognised by.

By Snowball stems (PyStemmer), which knows the languages we have glossaries for; where it knows none, by the word
itself. Stems alone say too much: "infection" and "infectivity" have one, and so have "exposure" and "expose". English words
have to differ by an ending that inflects, others by no more than a few letters.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable
from typing import Any, NamedTuple

#: Where no spaces are written (Chinese, Japanese, Thai, Lao, Khmer, Burmese) every letter is a word.
ONE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{ONE}]|[^\W_{ONE}]+")
_UNCOMMON = re.compile(f"[_{ONE}]")
_COMMON_WORD = re.compile(r"\w+")  #: as WORD, in a text without any of these
#: BCP 47 base tag -> the stemmer's name
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip
#: What two forms of an English word end in after what they have in common: "hospitalize(d)", "stud(y|ies)", "plan(ned)".
ENGLISH = re.compile(r"|s|es|y|ies|ied|e|d|ed|ing|r|er|[bdgklmnprt](?:ed|ing)")
ENDING = 4  #: letters by which forms of a word may differ in other languages: "блокада", "блокадами"
PLURALS = ("s", "x", "es")  #: bare plural endings, which Snowball keeps in words like "bleus"


class Word(NamedTuple):
    """A word at its place."""

    start: int
    end: int
    text: str


def words(text: str) -> list[Word]:
    """The words of a text; what hyphens and apostrophes join are several: "COVID-19", "l'accord"."""
    found = (WORD if _UNCOMMON.search(text) else _COMMON_WORD).finditer(text)
    return list(map(_word, [(*m.span(), m[0]) for m in found]))


#: ``Word._make`` without a call of Python's for each of the thousand words of an article.
_word: Callable[[tuple[int, int, str]], Word] = functools.partial(tuple.__new__, Word)


def base(tag: str) -> str:
    return tag.split("-", 1)[0].lower()


def alike(one: str, two: str, language: str) -> bool:
    """Are these forms of one word?"""
    a, b = one.casefold(), two.casefold()
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) > 2 and long.startswith(short) and long[len(short) :] in PLURALS:
        return True
    return stem(one, language) == stem(two, language) and _inflected(a, b, language)


def _inflected(one: str, two: str, language: str) -> bool:
    common = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    ends = (one[common:], two[common:])
    if base(language) == "en":
        return all(ENGLISH.fullmatch(e) for e in ends)
    return max(map(len, ends)) <= ENDING


@functools.lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of a word, lower-case; the word itself where no stemmer serves the language."""
    name = STEMMERS.get(base(language))
    return str(_stemmer(name).stemWord(word.casefold())) if name else word.casefold()


@functools.lru_cache
def _stemmer(name: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(name, 0)
