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

from .look import WESTERN, Look, Side, shown

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
#: The same in a western text, and those of these words that begin with a capital letter, found without a look at the others.
_WESTERN_NAME = re.compile(f"[{WESTERN}]+(?:['’-][{WESTERN}]+)*")
_WESTERN_CAPITAL = re.compile(
    f"[{''.join(filter(str.isupper, WESTERN))}](?<![{WESTERN}].)(?<![{WESTERN}]['’-].)[{WESTERN}]*(?:['’-][{WESTERN}]+)*"
)


def names(side: Side) -> list[tuple[str, ...]]:
    """Runs of words with a capital letter in mid-sentence: ("Emmanuel", "Macron"); days and months left out.

    None in German (every noun has one), in headline case and in scripts without capitals.
    """
    return list(_names(side.text, side.base, side.language, side.western))


@lru_cache(maxsize=512)
def _names(text: str, base: str, language: str, western: bool) -> tuple[tuple[str, ...], ...]:
    if base in tags.CAPITAL_NOUNS or tags.script(language) not in ("Latn", "Cyrl", "Grek", "Armn"):
        return ()
    runs: list[list[str]] = []
    end = -2
    for match in (_WESTERN_CAPITAL if western else _NAME).finditer(text):
        word = match.group()
        if word.endswith(_POSSESSIVE):
            word = word[:-2]
        if not word[0].isupper() or len(word) < 3 or "'" in word or "’" in word or word.lower() in _calendar(base):
            continue
        if runs and text[end : match.start()] == " ":
            runs[-1].append(word)
        elif not _SENTENCE_START.search(text[max(0, match.start() - BEFORE) : match.start()]):
            runs.append([word])
        else:
            continue
        end = match.end()
    found = tuple(dict.fromkeys(map(tuple, runs)))
    return found if found and _small(text, western) > 1.5 * len(found) else ()


def _small(text: str, western: bool) -> int:
    """How many words of three letters and more have a small one first."""
    words = (_WESTERN_NAME if western else _NAME).findall(text)
    return sum(w[0].islower() and len(w) > (4 if w.endswith(_POSSESSIVE) else 2) for w in words)


_POSSESSIVE = ("'s", "’s")


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
    found = names(look.source)
    if len(found) >= SEVERAL and len(_missing(look, found)) == len(found):
        yield f"none of the names {', '.join(' '.join(n) for n in found)} can be found in the translation"


def name_missing(look: Look) -> Iterator[str]:
    """A name of several words of which none can be found in the translation."""
    found = [n for n in names(look.source) if len(n) > 1]
    if found and (gone := _missing(look, found)):
        yield f"cannot be found in the translation: {', '.join(shown(' '.join(n)) for n in gone)}"


def _missing(look: Look, found: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Of these names of the source those of which no word is there; none where the target's script does not spell."""
    wanted = tags.written_in(look.target.language)
    if _SPELLING.isdisjoint(wanted):
        return []
    across = set(wanted).isdisjoint(tags.written_in(look.source.language))
    ours = "\n".join(("", *map(_fold, look.target.words)))  # searched as one text: "\n" is where a word begins
    skeletons = {k for w in look.target.words for k in _skeletons(w)} if across else set()
    return [n for n in found if not any(_there(w, ours, skeletons) for w in n)]


def _there(name: str, ours: str, skeletons: set[str]) -> bool:
    folded = _fold(name)
    stem = folded[: max(STEM, min(5, len(name) - 2))]
    if "\n" + stem in ours or (len(stem) > 3 and stem in ours):
        return True
    if not skeletons:
        return "\n" + folded[:STEM] in ours
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
