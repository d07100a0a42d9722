"""Checks of what is said: empty, too short or long, cut off, said twice, denied, terms, and what the engine knew of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from babelwire import glossary
from babelwire.text import language as tags

from . import numbers
from .look import Look, Side, shown

#: Target length over what the source's length leads to expect. parallel-ntrex, English to fr es de ru ar zh: of human
#: translations .0007 are shorter than SHORT and as many longer than LONG; of those cut in half .94 are found (with SHORT_CUT).
SHORT, LONG = 0.5, 2.0
#: As SHORT, for a sentence that has lost its full stop besides: .02 of human translations are shorter, hardly any without one.
SHORT_CUT = 0.7
#: Shorter sentences vary too much for their length to tell anything, in characters of the source.
TELLING = 25
#: Share of unknown words at which a sentence is no longer worth showing; related pairs have 3 to 8 %, the worst 25 %.
UNKNOWN = 0.4
#: Mean log-probability of a word piece below which neural engines ramble: -0.05 right, -3.7 wrong on the test model.
UNSURE = -2.0

_FINAL = re.compile(r"[.!?…。！？।؟۔։።][\s\"'”’»›“‘«)\]）」』】]*$")
_ASKS = re.compile("[?？؟]")


def empty(look: Look) -> Iterator[str]:
    """Nothing was translated: no letter and no digit where the source has some."""
    if any(map(str.isalnum, look.source.text)) and not any(map(str.isalnum, look.target.inline.text)):
        yield f"the translation of {shown(look.source.text)} is empty"


def _ratio(look: Look) -> float | None:
    """Length of the target against what the source leads to expect; None where the source is too short to tell."""
    source, length = _size(look.source), _length(look.source.language)
    if source / length < TELLING:
        return None
    return _size(look.target) / (source * _length(look.target.language) / length)


def _size(side: Side) -> float:
    """Characters without spaces; Latin letters in a Chinese text (a name in brackets) as what they are worth in Chinese."""
    return side.length - 0.6 * sum(c.isascii() and c.isalpha() for c in side.text) if side.base in DENSE else side.length


@lru_cache(maxsize=512)
def _length(language: str) -> float:
    table = _lengths()
    key = "zh-Hant" if tags.script(language) == "Hant" else tags.base(language)
    return table.get(key, 1.0)


def omission(look: Look) -> Iterator[str]:
    """Too short for all of the source to be in it."""
    ratio = _ratio(look)
    if ratio is not None and (ratio < SHORT or (ratio < SHORT_CUT and _ends(look.source) and not _ends(look.target))):
        yield f"the translation has {ratio:.0%} of the length to be expected: part of the source may be missing"


def addition(look: Look) -> Iterator[str]:
    """Too long for nothing to have been added."""
    ratio = _ratio(look)
    if ratio is not None and ratio > LONG:
        yield f"the translation has {ratio:.0%} of the length to be expected: something may have been added"


def _ends(side: Side) -> bool:
    return bool(_FINAL.search(side.inline.text.rstrip()))


def ending(look: Look) -> Iterator[str]:
    """The source ends like a sentence, and the translation does not."""
    if _ends(look.source) and not _ends(look.target) and tags.script(look.target.language) not in ("Thai", "Laoo", "Khmr", "Mymr"):
        yield f"the end may be missing: {shown(look.target.inline.text[-40:])}"


def question(look: Look) -> Iterator[str]:
    """A question stays a question."""
    asked, asks = (_ASKS.search(s.inline.text) is not None or (s.base == "el" and ";" in s.inline.text) for s in (look.source, look.target))
    if asked and not asks:
        yield "the source asks a question, the translation does not"
    elif asks and not asked:
        yield "the translation asks a question, the source does not"


# ---------------------------------------------------------------------------------------------- said twice

#: No spaces between words: stretches of signs are compared.
DENSE = frozenset({"zh", "ja", "th", "lo", "km", "my", "yue"})
#: Times in a row. People chant and stammer: "no, no, no" is three.
LOOP = 4
#: Words that do not come again in one sentence by chance.
STRETCH = 6
#: Words between two of the same adverb.
NEAR = 7


def loop(look: Look) -> Iterator[str]:
    """The engine went round in circles: a stretch three times in a row, or a long one that comes again."""
    again = len(look.target.low) - len(look.target.vocabulary)  # words that stood before
    if again >= LOOP - 1:
        often, stretch = _runs(look.target.low)
        if often >= LOOP and often > 1.5 * _runs(look.source.low)[0]:
            yield f"{often} times in a row: {shown(stretch)}"
            return
    if look.target.base in DENSE:
        signs = re.search(r"(.{2,20}?)\1{2,}", look.target.text)
        if signs and not re.search(r"(.{2,20}?)\1{2,}", look.source.text) and any(map(str.isalpha, signs[1])):
            yield f"again and again: {shown(signs[1])}"
            return
    twice = _comes_again(look.target.low) if again >= STRETCH else ()
    if twice and not _comes_again(look.source.low, STRETCH - 2):
        yield f"said twice: {shown(' '.join(twice))}"


def _runs(words: Sequence[str]) -> tuple[int, str]:
    """(how often, what) of the stretch of up to six words that stands most often in a row."""
    best = (1, "")
    for size in range(1, 7):
        run = 0  # words that equal the one ``size`` before them, without a break
        for at in range(size, len(words)):
            run = run + 1 if words[at] == words[at - size] else 0
            if run // size + 1 > best[0]:
                best = (run // size + 1, " ".join(words[at - size + 1 : at + 1]))
    return best


def _comes_again(words: Sequence[str], size: int = STRETCH) -> tuple[str, ...]:
    """A stretch of ``size`` words that occurs twice."""
    seen: set[tuple[str, ...]] = set()
    for at in range(len(words) - size + 1):
        piece = tuple(words[at : at + size])
        if piece in seen:
            return piece
        seen.add(piece)
    return ()


def doubled(look: Look) -> Iterator[str]:
    """A word twice in a row, where the source has none twice: "the the"."""
    twice = () if look.target.base in _reduplicating() else _doubles(look.target.text)
    if not twice or _doubles(look.source.text):
        return
    table = _words(look.target.base)
    for word in dict.fromkeys(twice):
        if word not in table["twice"]:
            yield f"twice in a row: {shown(word + ' ' + word)}"


_DOUBLE = re.compile(
    r"(?<![\w'’.,-])[(\[\"“«]?(?P<word>[^\W\d_][\w'’-]++|\d[\d.,:/-]*\d|\d)[)\]\"”»]?[ \u00a0]+[(\[\"“«]?(?P=word)(?![\w'’-]|[.,]\d)",
    re.IGNORECASE,
)


def _doubles(text: str) -> list[str]:
    """Words that stand twice with nothing but a space between; with a comma they are meant: "der gesagt hat, hat"."""
    return [m["word"].lower() for m in _DOUBLE.finditer(text)]


def doubled_adverb(look: Look) -> Iterator[str]:
    """Seed fault 7: "encore … encore une fois", where the source says it once."""
    twice = [a for a in _words(look.target.base)["adverb"] if a in look.target.vocabulary and _near(look.target.low, a)]
    if not twice or any(_near(look.source.low, a) for a in _words(look.source.base)["adverb"]):
        return
    for adverb in twice:
        yield f"said twice within a few words: {shown(adverb)}"


def _near(words: Sequence[str], word: str) -> bool:
    """Does the word stand twice, a few words apart?"""
    at = [n for n, w in enumerate(words) if w == word]
    return any(1 < b - a <= NEAR for a, b in pairwise(at))


# ---------------------------------------------------------------------------------------------- denied, terms, numbers


def negation(look: Look) -> Iterator[str]:
    """One side denies and the other does not."""
    if not (_words(look.source.base)["negation"] and _words(look.target.base)["negation"]):
        return
    theirs, ours = _denials(look.source), _denials(look.target)
    if theirs and not ours and not _denials(look.target, "denial"):
        yield f"the source says {shown(theirs[0])}, the translation denies nothing"
    elif ours and not theirs and not _denials(look.source, "denial"):
        yield f"the translation says {shown(ours[0])}, the source denies nothing"


def _denials(side: Side, key: str = "negation") -> list[str]:
    whole, prefixes, endings = _forms(side.base, key)
    if (
        whole.isdisjoint(side.vocabulary)
        and not any(f"\n{p}" in side.column for p in prefixes)
        and not any(f"{e}\n" in side.column for e in endings)
    ):
        return []
    return [w for w in side.low if w in whole or (prefixes and w.startswith(prefixes)) or (endings and w.endswith(endings))]


@lru_cache(maxsize=128)
def _forms(language: str, key: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """(whole words, beginnings, endings) of a list of the language."""
    listed = _words(language)[key]
    whole = frozenset(w for w in listed if "*" not in w)
    return whole, tuple(w[:-1] for w in listed if w.endswith("*")), tuple(w[1:] for w in listed if w.startswith("*"))


def term(look: Look) -> Iterator[str]:
    """The glossary's wording is used, in some inflection."""
    for wanted in look.terms:
        if not glossary.accepted(wanted, look.target.inline.text, look.target.language):
            yield f"the glossary renders {shown(wanted.source)} as {shown(wanted.target or wanted.source)}, the translation does not"


def counted(look: Look) -> bool:
    """Has one side a number that the other lacks?"""
    lost, new = look.numbers
    return bool(lost or new)


def number_changed(look: Look) -> Iterator[str]:
    """A number of the source is not in the translation, and another one is there instead."""
    lost, new = look.numbers
    if lost and new:
        yield f"the source says {_list(lost)}, the translation {_list(new)}"


def number_lost(look: Look) -> Iterator[str]:
    """A large number in digits is not in the translation."""
    if lost := _unanswered(look)[0]:
        yield f"the source says {_list(lost)}, the translation does not"


def number_added(look: Look) -> Iterator[str]:
    """A number in digits that the source does not have, larger than what words hide ("the two of them")."""
    if new := _unanswered(look)[1]:
        yield f"the translation says {_list(new)}, the source does not"


def small_number(look: Look) -> Iterator[str]:
    """As the two before, for numbers so small that languages have other ways to say them."""
    lost, new = _unanswered(look, small=True)
    if lost or new:
        yield (
            f"the source says {_list(lost)}, the translation does not"
            if lost
            else f"the translation says {_list(new)}, the source does not"
        )


#: From here on a number that is nowhere to be found blocks. Human translations put smaller ones in words that no list has
#: ("le treizième", "a forty-something", العقد): parallel-ntrex .2 % of sentences from 100 on, 1 % at all.
LOST, ADDED = 100, 13


def _unanswered(look: Look, *, small: bool = False) -> tuple[list[numbers.Quantity], list[numbers.Quantity]]:
    """Numbers in digits on one side while the other has none to spare: (lost, new), the blocking ones or the small ones."""
    lost, new = look.numbers
    if lost and new:
        return [], []
    large = [
        [q for q in side if q.digits and (max(q.values, default=0.0) >= least) is not small] for side, least in ((lost, LOST), (new, ADDED))
    ]
    return large[0], large[1]


def _list(found: Sequence[numbers.Quantity]) -> str:
    return ", ".join(dict.fromkeys(q.text for q in found))


# ---------------------------------------------------------------------------------------------- what the engine said


def told(look: Look) -> bool:
    """Has the glossary or the engine something to say about it?"""
    return bool(look.terms) or look.unknown is not None or (look.score is not None and look.score < UNSURE)


def unknown_words(look: Look) -> Iterator[str]:
    """The engine did not know many of the words."""
    if look.unknown is not None and look.unknown >= UNKNOWN and len(look.source.words) >= 3:
        yield f"the engine did not know {look.unknown:.0%} of the words"


def unsure(look: Look) -> Iterator[str]:
    """The engine itself finds its answer unlikely."""
    if look.score is not None and look.score < UNSURE:
        yield f"the engine is unsure of its answer (score {look.score:.2f})"


# ---------------------------------------------------------------------------------------------- data


@lru_cache(maxsize=1)
def _lengths() -> dict[str, float]:
    return tomllib.loads(files("babelwire.check").joinpath("data/lengths.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    """Word lists by language, and one list of languages."""
    return tomllib.loads(files("babelwire.check").joinpath("data/words.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=64)
def _words(language: str) -> dict[str, tuple[str, ...]]:
    table = _tables().get({"nb": "sv", "no": "sv"}.get(language, language), {})
    return {key: tuple(table.get(key, ())) for key in ("negation", "denial", "adverb", "twice")}


@lru_cache(maxsize=1)
def _reduplicating() -> frozenset[str]:
    return frozenset(_tables()["reduplicating"])
