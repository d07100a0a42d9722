"""Are the source's names in the translation? Names change their shape: Londres, Лондон, Trumpa, Putins.

Compared by what survives that: the first letters without accents in one script, the skeleton of consonants across
alphabets. Where a script does not spell sounds (Chinese, Japanese kana left out) nothing can be said and nothing is.
Unidecode and its kin romanise, but two spellings of a name romanised still differ; skeletons of six classes do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from babelwire.text import language as tags

from .look import Look, Side, shown

#: Of at least so many names none is there: it is another sentence.
SEVERAL = 3
#: Letters a name has in common with its form in the other language: "Londres", "London"; "Moscú", "Moscow".
STEM = 3

_CLASSES = {
    "K": "ckqgxhкгхкґқғγκχخكغقحهگجכקגחה",
    "S": "szcjçšžśźćčßзсцчшщжјџσςζξسزشصضثذظجچژזסשצ",
    "T": "tdðþтдθδτطتدةדתט",
    "P": "pbfvwпбфвўπβφفبوپڤפבו",
    "M": "mмμمמ",
    "N": "nñńňнνنנ",
    "L": "lłлљλلל",
    "R": "rрρرר",
}  # fmt: skip
_CLASS: dict[str, str] = {}
for _name, _letters in _CLASSES.items():
    for _letter in _letters:
        _CLASS[_letter] = _CLASS.get(_letter, "") + _name
#: Scripts that spell consonants by themselves.
_SPELLING = frozenset({"Latn", "Cyrl", "Grek", "Arab", "Hebr"})
_SENTENCE_START = re.compile(r"[.!?…:;–—]\s*$|^\W*$|[\"“«„(]\s*$")
BEFORE = 12  #: letters in front of a word that say whether a sentence begins there
_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def names(side: Side) -> list[tuple[str, ...]]:
    """Runs of words with a capital letter in mid-sentence: ("Emmanuel", "Macron"); days and months left out.

    None in German (every noun has one), in headline case and in scripts without capitals.
    """
    return list(_names(side.text, side.base, side.language))


@lru_cache(maxsize=512)
def _names(text: str, base: str, language: str) -> tuple[tuple[str, ...], ...]:
    if base in ("de", "lb") or tags.script(language) not in ("Latn", "Cyrl", "Grek", "Armn"):
        return ()
    runs: list[list[str]] = []
    small, end = 0, -2
    for match in _NAME.finditer(text):
        word = _POSSESSIVE.sub("", match.group())
        small += word[0].islower() and len(word) > 2
        if len(word) < 3 or not word[0].isupper() or word.lower() in _calendar(base) or "'" in word or "’" in word:
            continue
        if runs and text[end : match.start()] == " ":
            runs[-1].append(word)
        elif not _SENTENCE_START.search(text[max(0, match.start() - BEFORE) : match.start()]):
            runs.append([word])
        else:
            continue
        end = match.end()
    found = tuple(dict.fromkeys(map(tuple, runs)))
    return found if small > 1.5 * len(found) else ()


_POSSESSIVE = re.compile(r"['’]s?$")


@lru_cache(maxsize=64)
def _calendar(language: str) -> frozenset[str]:
    """Days and months: English writes them with a capital letter."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return frozenset()
    tables = (table["format"][width] for table in (locale.days, locale.months) for width in ("wide", "abbreviated"))
    return frozenset(str(name).lower().rstrip(".") for table in tables for name in table.values())


def other_names(look: Look) -> Iterator[str]:
    """Of several names not one is there: this is the translation of something else."""
    if not look.target.western and look.target.scripts.keys() & {"Arab", "Hebr"}:
        return  # English writes Senate and Democrats with capital letters, and their skeletons say nothing
    there = _names_and_missing(look)
    if there and len(there[0]) >= SEVERAL and len(there[1]) == len(there[0]):
        yield f"none of the names {', '.join(' '.join(n) for n in there[0])} can be found in the translation"


def name_missing(look: Look) -> Iterator[str]:
    """A name of several words of which none can be found in the translation."""
    there = _names_and_missing(look)
    if there and (gone := [n for n in there[1] if len(n) > 1]):
        yield f"cannot be found in the translation: {', '.join(shown(' '.join(n)) for n in gone)}"


def _names_and_missing(look: Look) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]] | None:
    if not _SPELLING.intersection((*tags.written_in(look.target.language),)):
        return None
    found = names(look.source)
    if not found:
        return None
    across = not set(tags.written_in(look.source.language)) & set(tags.written_in(look.target.language))
    ours = [_fold(w) for w in look.target.words]
    skeletons = {k for w in look.target.words for k in _skeletons(w)} if across else set()
    return found, [n for n in found if not any(_there(w, ours, skeletons) for w in n)]


def _there(name: str, ours: list[str], skeletons: set[str]) -> bool:
    stem = _fold(name)[: max(STEM, min(5, len(name) - 2))]
    if any(w.startswith(stem) or (len(stem) > 3 and stem in w) for w in ours):
        return True
    short = _fold(name)[:STEM]
    if not skeletons:
        return any(w.startswith(short) for w in ours)
    mine = _skeletons(name)
    return any(k[:3] == s[:3] or (len(k) > 1 and k[:3] in s) for k in mine for s in skeletons if k and s)


@lru_cache(maxsize=20_000)
def _fold(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c)).replace("’", "'")


@lru_cache(maxsize=20_000)
def _skeletons(word: str) -> frozenset[str]:
    """The classes of a word's consonants; letters of two classes (c: k or s) make several."""
    found = {""}
    for letter in _fold(word):
        classes = _CLASS.get(letter)
        if classes:
            found = {k if k.endswith(c) else k + c for k in found for c in classes}
        if len(found) > 16:
            break
    return frozenset(found)
