"""Is a translation in its language beyond doubt? Its small words say so in a tenth of the time that identifying it takes.

A sentence in another language holds none of the small words (the, les, und) that tell a language from all others listed; one
that is mixed holds small words of the other too, its letters, or words of the source. Of human translations (parallel-ntrex) .2
(Turkish) to .8 (German) are settled here; all others are asked for. Nothing that ``wrong_language`` finds may be settled: of
sentences in 105 other languages (langid-ntrex) none is, nor of 450,000 mixed from source and translation; of as many mixed with
a third language three are.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from babelwire.text import language as tags

from .look import Look, Side

#: Small words that no one other language shares, and as many again for each that the language itself does not have.
LEAST = 3
#: Small words in each half of the sentence: one half may not be in another language.
HALF = 2
#: Words of the source, no names and no small words, that may stand in the translation as they are: "international".
SHARED = 1
#: Share of the letters in words that are in the source too, names among them: German ones look like nothing but German.
LEFT = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What tells a language."""

    words: dict[str, int]  #: its small words, and which of the other languages lack each: a byte for each language, 1 or 0
    others: int  #: how many other languages there are
    strange: frozenset[str]  #: those of all others that this one does not have; single letters are initials more often
    letters: re.Pattern[str]  #: one it does not write


def beyond_doubt(look: Look) -> bool:
    """Is the translation in the language that was asked for? False: this cannot tell."""
    side, telling = look.target, _telling(look.target.base)
    if telling is None or not side.western or not _would_show(look.source):
        return False
    mine = telling.words.keys() & side.vocabulary
    if len(mine) < LEAST:
        return False
    lacked = sum(map(telling.words.__getitem__, mine)).to_bytes(telling.others, "little")  # by each of the others
    return min(lacked) >= LEAST * (1 + len(telling.strange & side.vocabulary)) and not _mixed(look, telling, mine)


def _would_show(source: Side) -> bool:
    """What is left of the source would be seen: its small words are known, or it has other letters."""
    return _telling(source.base) is not None or "Latn" not in tags.written_in(source.language)


def _mixed(look: Look, telling: Telling, mine: set[str]) -> bool:
    """May a part of the translation be in another language?"""
    words, small = look.target.low, mine.__contains__
    half = len(words) // 2
    if sum(map(small, words[:half])) < HALF or sum(map(small, words[half:])) < HALF:
        return True
    left = set(look.target.words).intersection(look.source.words) - telling.words.keys()
    if left and (sum(len(w) > 2 and w.islower() for w in left) > SHARED or sum(map(len, left)) > LEFT * look.target.length):
        return True
    return not look.target.text.isascii() and telling.letters.search(look.target.text) is not None


@lru_cache(maxsize=64)
def _telling(language: str) -> Telling | None:
    table = _table()
    if language not in table:
        return None
    others = {name: frozenset(listed["words"].split()) for name, listed in table.items()}
    mine = others.pop(language)
    letters = "a-z" + table[language]["letters"]
    return Telling(
        words={w: int.from_bytes([w not in other for other in others.values()], "little") for w in mine},
        others=len(others),
        strange=frozenset(w for w in frozenset().union(*others.values()) - mine if len(w) > 1),
        letters=re.compile(rf"[^\W\d_{letters}{letters.upper()}]"),
    )


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("babelwire.check").joinpath("data/telling.toml").read_text(encoding="utf-8"))
