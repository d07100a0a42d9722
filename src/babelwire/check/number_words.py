"""Numbers in words, by the language's table (``data/numbers.toml``), month names among them (CLDR's)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files

from babel.core import Locale, UnknownLocaleError

from .quantity import Quantity


@dataclass(frozen=True)
class Words:
    """A language's number words, ready to look up."""

    cardinal: dict[str, float] = field(default_factory=dict)
    hint: dict[str, tuple[float, ...]] = field(default_factory=dict)
    prefix: dict[str, float] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)
    glue: frozenset[str] = frozenset()
    glued: bool = False
    silent: set[str] = field(default_factory=set)  #: what stood between spaces before and says nothing of numbers
    single: dict[str, tuple[Quantity, ...]] = field(default_factory=dict)  #: the same that says a little, whatever stands beside it
    seen: dict[str, tuple[tuple[float, bool] | None, tuple[Quantity, ...]]] = field(default_factory=dict)  #: of words looked up before

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """How long beginnings of words are that say a number, the longest first; a single letter is none."""
        return tuple(sorted({len(p) for p in self.prefix if len(p) > 1}, reverse=True))

    @cached_property
    def morphemes(self) -> tuple[tuple[str, float, bool], ...]:
        """(form, value, is a scale) of what numbers are written together from, the longest first; glue has the value -1."""
        found = [(form, value, False) for form, value in self.cardinal.items()]
        found += [(form, value, True) for form, value in self.scale.items() if len(form) > 3]
        found += [(form, -1.0, False) for form in self.glue]
        return (*sorted(found, key=lambda m: -len(m[0])), ("ein", 1.0, False))

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """How such words begin and end."""
        return tuple(form for form, _, _ in self.morphemes)

    @property
    def known(self) -> bool:
        return bool(self.cardinal or self.hint)


LONGEST = 80  #: letters of a number written as one word; 999,999 has 57 in German
SEEN = 200_000  #: words of a language that are kept in mind

#: Letters, and the vowel signs of Indic and Arabic script, which are no letters to ``re``.
_LETTERS = r"(?:[^\W\d_]+|[\u0300-\u036f\u064b-\u0652\u0900-\u0dff\u0e31-\u0e4e]+)+"
_WORD = re.compile(rf"{_LETTERS}(?:[’'·:]{_LETTERS})*")


def spoken(text: str, words: Words) -> Iterator[Quantity]:
    if not words.known:
        return
    pieces = text.lower().split()
    loud = [piece for piece in pieces if piece not in words.silent and not _silent(piece, words)]
    if all(piece in words.single for piece in loud):  # as in most sentences
        for piece in loud:
            yield from words.single[piece]
    else:
        yield from _together(pieces, words)


def _together(pieces: Sequence[str], words: Words) -> Iterator[Quantity]:
    """Numbers of several words among them."""
    run: list[tuple[str, float, bool]] = []
    before: tuple[Quantity, ...] = ()
    for piece in pieces:
        if not run and piece in words.silent:
            if before and _WORD.search(piece):
                before = ()
            continue
        for word in _WORD.findall(piece):
            known, hints = _word(word, words)
            if run and not known and len(hints) == 1 and len(hints[0].values) == 1 and word in words.hint:
                (value,) = hints[0].values
                if 1 <= value < 10 and run[-1][1] >= 10 and _goes_on(run, value, False, words):
                    run.append((word, value, False))  # "dix-neuf", "twenty-first": more than a hint behind tens
                    continue
            if known and _goes_on(run, *known, words):
                run.append((word, *known))
                continue
            if run and word in words.glue:
                run.append((word, -1.0, False))
                continue
            yield from _say(run)
            run = [(word, *known)] if known else []
            yield from hints
            if not words.cardinal:
                yield from _tens(before, hints)
            before = hints
    yield from _say(run)


def _silent(piece: str, words: Words) -> bool:
    """Does what stands between two spaces say nothing of numbers? Remembered with its marks, so that most need no pattern.

    What says only "a", "one", "first" or "May" is remembered as well: such words are not read together with one another.
    """
    if piece in words.single:
        return False
    said = [(w, *_word(w, words)) for w in ((piece,) if piece.isalpha() else _WORD.findall(piece))]
    silent = not any(known or hints for _, known, hints in said)
    if silent and len(words.silent) < SEEN:
        words.silent.add(piece)
    elif words.cardinal and len(words.single) < SEEN and all(not known or (known[0] < 2 and not known[1]) for _, known, _ in said):
        words.single[piece] = tuple(q for w, known, hints in said for q in ((_single(w, *known),) if known else hints))
    return silent


def _tens(before: tuple[Quantity, ...], hints: tuple[Quantity, ...]) -> Iterator[Quantity]:
    """Units in front of ten or of tens, in languages whose words are all hints: تسعة عشر (19), الرابعة والثلاثين (34)."""
    units = {v for q in before for v in q.values if 1 <= v < 10}
    tens = {v for q in hints for v in q.values if v in (10, 20, 30, 40, 50, 60, 70, 80, 90)}
    if units and tens:
        yield Quantity("", frozenset(a + b for a in units for b in tens), hint=True)


def _word(word: str, words: Words) -> tuple[tuple[float, bool] | None, tuple[Quantity, ...]]:
    """What a word says of numbers, looked up once: nearly all of them say nothing."""
    found = words.seen.get(word)
    if found is None:
        known = _lookup(word, words) if word else None
        found = known, () if known or not word else tuple(_hints(word, words))
        if len(words.seen) < SEEN:
            words.seen[word] = found
    return found


def _lookup(word: str, words: Words) -> tuple[float, bool] | None:
    """(value, is a scale) of a number word."""
    if word in words.scale and len(word) > 1:
        return words.scale[word], True
    if word in words.cardinal:
        return words.cardinal[word], False
    if words.glued and 5 < len(word) <= LONGEST and (value := _unglue(word, words)):
        return value, False
    return None


def _goes_on(run: list[tuple[str, float, bool]], value: float, scale: bool, words: Words) -> bool:
    """May this word continue the number before it? "twenty" "five" yes, "two" "three" no."""
    if not run or scale:
        return True  # what opens a run is a number
    before = [r for r in run if r[1] >= 0]
    _, last, was_scale = before[-1]
    if was_scale:
        return value < last
    if last == 20 and len(before) > 1 and before[-2][1] == 4:
        last = 80.0  # quatre-vingt(-dix)
    return (
        (last >= 20 and last % 10 == 0 and value < (20 if last in (60, 80) else 10))
        or (last >= 100 and value < 100)
        or (last == 10 and value in (7, 8, 9))  # dix-sept, dix-huit, dix-neuf
        or (last == 4 and value == 20)
    )


def _say(run: list[tuple[str, float, bool]]) -> Iterator[Quantity]:
    if len(run) == 1:  # "a", "two": nearly all are
        yield _single(*run[0])
        return
    if not run:
        return
    said = [r for r in run if r[1] >= 0]
    value = _compose([(v, s) for _, v, s in said])
    alone = len(said) == 1
    yield Quantity(" ".join(r[0] for r in run).strip(), frozenset({value}), hint=alone and (said[0][2] or value < 2))
    if not alone:
        yield Quantity("", frozenset(v for _, v, _ in said), hint=True)


@lru_cache(maxsize=4096)
def _single(word: str, value: float, scale: bool) -> Quantity:
    return Quantity(word, frozenset({value}), hint=scale or value < 2)


def _compose(said: list[tuple[float, bool]]) -> float:
    total = current = 0.0
    for value, scale in said:
        if scale and value >= 1000:
            total, current = total + max(current, 1.0) * value, 0.0
        elif scale:
            current = max(current, 1.0) * value
        elif value == 20 and current % 100 == 4:
            current += 76  # quatre-vingts
        else:
            current += value
    return total + current


@lru_cache(maxsize=4096)
def _unglued(word: str, pieces: tuple[tuple[str, float, bool], ...]) -> tuple[tuple[float, bool], ...] | None:
    if not word:
        return ()
    for form, value, scale in pieces:
        if word.startswith(form):
            rest = _unglued(word[len(form) :], pieces)
            if rest is not None:
                return (((value, scale),) if value >= 0 else ()) + rest
    return None


def _unglue(word: str, words: Words) -> float:
    """ "dreiundzwanzig", "ventitré", "zweitausend": 0 where the word is no number from end to end."""
    if not (word.startswith(words.ends) and word.endswith(words.ends)):  # as nearly all
        return 0.0
    said = _unglued(word, words.morphemes)
    return _compose(list(said)) if said and len(said) > 1 else 0.0


#: Arabic writes "and", "in", "for", "the" together with the word behind them.
_ARTICLE = re.compile(r"^[وفبلك]?(?:ال|لل)?(?=[\u0621-\u064a]{3})")


def _hints(word: str, words: Words) -> Iterator[Quantity]:
    if word in words.hint:
        yield Quantity(word, frozenset(words.hint[word]), hint=True)
        return
    if word[0] >= "\u0621" and (bare := _ARTICLE.sub("", word)) != word:
        yield from _hints(bare, words)
        return
    for length in words.lengths:
        if word[:length] in words.prefix:
            yield Quantity(word, frozenset({words.prefix[word[:length]]}), hint=True)
            return


@lru_cache(maxsize=64)
def words_of(language: str) -> Words:
    table = _tables().get({"nn": "sv", "nb": "sv", "no": "sv", "zh": "", "ja": ""}.get(language, language), {})
    cardinal = {form: float(v) for v, forms in table.get("cardinal", {}).items() for form in forms.split()}
    hint: dict[str, tuple[float, ...]] = {}
    prefix: dict[str, float] = {}
    for value, forms in table.get("hint", {}).items():
        for form in forms.split():
            if form.endswith("*"):
                prefix.setdefault(form[:-1], float(value))
            else:
                hint[form] = (*hint.get(form, ()), float(value))
    for number, name in _months(language):
        hint[name] = (*hint.get(name, ()), float(number))
    scale = {form: float(v) for v, forms in table.get("scale", {}).items() for form in forms.split()}
    scale |= {} if scale else {"million": 1e6, "billion": 1e9}
    return Words(cardinal, hint, prefix, scale, frozenset(table.get("glue", ())), bool(table.get("glued", False)))


def _months(language: str) -> Iterator[tuple[int, str]]:
    try:
        months = Locale.parse(language).months
    except (UnknownLocaleError, ValueError):
        return
    for form in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[form].get(width, {}).items():
                if not name[0].isdigit():
                    yield number, name.lower().rstrip(".")


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(files("babelwire.check").joinpath("data/numbers.toml").read_text(encoding="utf-8"))
