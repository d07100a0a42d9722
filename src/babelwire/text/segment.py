"""A passage into sentences and back: ``split`` and the invariant that its pieces, put together, are the passage.

The sentence model is sentencex (research of nine: the best recall, and it keeps quotations together), read by offsets so
that not a space is lost. It takes too many dots for the end of a sentence; so it is shown a copy of the text of the same
length in which dots that end nothing (abbreviations, initials, ordinals, list numbers, addresses) are hidden. Which dots
those are is data: ``data/abbreviations.toml``. What it overlooks (line and cell ends, items numbered within a line) is added.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import sentencex

from babelwire.model import Inline, Segment, SpanKind
from babelwire.text import language as tags
from babelwire.text.address import hinted

#: Stands for a dot that ends no sentence; no language ends a sentence with it, and it is one character as the dot is.
HIDDEN = "\u00b7"
#: A letter to the sentence model: stands for an apostrophe inside a word, which it would take for a quotation mark.
LETTER = "\u02bc"
#: A quotation longer than this is divided at the sentences inside it: engines cut inputs off at 200 to 500 tokens.
LONGEST = 400
#: A line at least this long that ends in a word and a space was wrapped by whoever typed it.
WRAP = 60
#: Whole to the reader and to the engine: no border inside.
WHOLE = frozenset({SpanKind.CODE, SpanKind.KEEP, SpanKind.LINK, SpanKind.TERM})

CLOSERS = "\"'”’»›“‘«‹)\\]}」』）】〉》｣"
OPENERS = "\"'“‘«‹„‚([{「『（【〈《¿¡"
#: No spaces between words: letters a word, counted on the parallel texts of parallel-ntrex against their English side.
DENSE = {"zh": 1.6, "yue": 1.6, "ja": 2.1, "th": 3.9, "lo": 3.7, "km": 4.4, "my": 4.6, "bo": 3.0, "dz": 3.0}


@dataclass(frozen=True, slots=True)
class Dots:
    """What hides a language's dots: compiled from its table."""

    always: re.Pattern[str]
    inner: re.Pattern[str]
    ordinals: re.Pattern[str] | None
    hours: re.Pattern[str] | None  #: "3 p.m. Monday": a capital letter that begins nothing
    last: frozenset[str]  #: the last words of all abbreviations: a dot behind any other word ends no abbreviation
    ends: re.Pattern[str]  #: abbreviations that do end a sentence here: a word follows that begins one


def split(inline: Inline, language: str) -> tuple[Segment, ...]:
    """The sentences of a passage, each with the white space in front of it; ``model.join`` of them is the passage.

    A span that runs over a border is divided there; inside code, links and what is kept untranslated there is no border.
    White space at the end of the passage belongs to its last sentence. An empty passage has no sentence.
    """
    text = inline.text
    whole = [s for s in inline.spans if s.kind in WHOLE]
    starts = [b for b in borders(text, language) if not any(s.start < b < s.end and text[s.start : b].strip() for s in whole)]
    edges = [0, *starts, len(text)] if text else []
    return tuple(_cut(inline, a, b) for a, b in pairwise(edges))


def borders(text: str, language: str) -> list[int]:
    """Offsets at which a sentence ends and the white space before the next one begins, in order; neither 0 nor the end."""
    found: set[int] = set()
    for start, end in _lines(text):
        found.update(start + b for b in _in_line(text[start:end], language))
        found.add(end)
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return sorted({b for b in (_end_of_words(text, b) for b in found) if first < b < last})


def words(text: str, language: str) -> int:
    """How many words a text has; for languages without spaces, how many it would have in English."""
    dense = DENSE.get(tags.base(language))
    return round(sum(map(str.isalnum, text)) / dense) if dense else len(re.findall(r"\w+(?:['’.-]\w+)*", text))


def _cut(inline: Inline, start: int, end: int) -> Segment:
    piece = inline.text[start:end]
    bare = piece.lstrip()
    lead = len(piece) - len(bare)
    return Segment(piece[:lead], inline.cut(start + lead, end) if inline.spans else Inline(bare))


def _end_of_words(text: str, border: int) -> int:
    """White space before a border goes to the gap behind it."""
    return len(text[:border].rstrip())


# ---------------------------------------------------------------------------------------------- lines and cells

# Patterns that are looked for in every sentence begin with the sign that is rare: to that the search leaps, instead of trying
# at each letter; what stands before the sign is looked at from there.

_LINE_END = re.compile(r"[\n\r\v\f\u2028\u2029\t][\n\r\v\f\u2028\u2029\t]*")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Lines and cells: their ends are always borders, but for a line that was only wrapped."""
    at = 0
    for match in _LINE_END.finditer(text):
        if not _wrapped(text, match):
            yield at, match.start()
            at = match.end()
    yield at, len(text)


def _wrapped(text: str, end: re.Match[str]) -> bool:
    """A single line feed with a space before it, and a small letter or a bracket behind it or a full line before it."""
    before, after = text[: end.start()], text[end.end() :].lstrip(" ")
    if end.group() != "\n" or not before.endswith(" ") or not after:
        return False
    return after[0].islower() or after[0] == "(" or (len(before) - before.rfind("\n") > WRAP and before.rstrip()[-1:].isalnum())


# ---------------------------------------------------------------------------------------------- within a line


def _in_line(line: str, language: str) -> Iterable[int]:
    if not line.strip():
        return ()
    items, dots = _items(line), _dots(tags.base(language))
    shown = _hide(line, dots, items)
    found = {*_model(shown, language), *(start for start, _ in items), *_overlooked(shown, dots)}
    return _divide_long(line, shown, sorted(b for b in found if 0 < b < len(line)), language)


def _model(text: str, language: str) -> list[int]:
    """What sentencex says, by offset; a language it does not know gets its rules for English."""
    if not text.isascii():
        text = _CAPITAL_ALONE.sub(lambda m: " " * len(m.group()), text)
    return [int(b["end_index"]) for b in sentencex.get_sentence_boundaries(tags.base(language), text)]


#: Before a dot the model takes any space behind a capital letter for one byte long, and panics at those that are longer.
_CAPITAL_ALONE = re.compile(r"\s(?<=[A-Z]\s)\s*(?=\.)")


def _divide_long(line: str, shown: str, found: list[int], language: str) -> Iterable[int]:
    """Borders inside quotations that are too long for an engine: the marks are hidden, and the model asked again."""
    edges = [0, *found, len(line)]
    yield from found
    for start, end in pairwise(edges):
        if end - start > LONGEST:
            bare = re.sub(f"[{CLOSERS}{re.escape(OPENERS)}]", LETTER, shown[start:end])
            yield from (start + _past_closers(shown, start + b) - start for b in _model(bare, language))


def _past_closers(text: str, border: int) -> int:
    """A border never stands between a sentence and its closing mark."""
    match = re.compile(rf"\s*[{CLOSERS}]+(?=\s|$)").match(text, border)
    return match.end() if match else border


# ---------------------------------------------------------------------------------------------- dots that end nothing

_SIGNS = str.maketrans(dict.fromkeys(".!?:…", HIDDEN))


def _blank(match: re.Match[str]) -> str:
    return match.group().translate(_SIGNS)


_ADDRESS = re.compile(r"(?:https?://|www\.)\S+?(?=[.!?,;:)\"'»”]*(?:\s|$))|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['’](?:(?<=[\w.].)(?=\w)|(?<=\s.)(?=(?:n|tis|twas|em|cause|til|nineties|\d\ds)\b))")
_CAPITAL = "A-ZÀ-ÖØ-ÞĀ-ŽА-ЯЁЇІЄҐԱ-Ֆ"
#: An initial stands at the start, behind a name, or behind another initial: "J. K. Rowling", "А. С. Пушкин", not "you and I."
_INITIAL = re.compile(
    rf"(?:^|(?<=[\"“«(])|(?<=[{_CAPITAL}]\. )|(?<=[.!?] )|\b[{_CAPITAL}]\w+ )[{_CAPITAL}]\.(?=[ \u00a0][{_CAPITAL}])"
    rf"|(?<![\w.])[{_CAPITAL}]\.(?=[ \u00a0][{_CAPITAL}]\.[ \u00a0][{_CAPITAL}])|(?<=\b[{_CAPITAL}])\.(?=-[{_CAPITAL}])"
)
_SPACED_DOTS = re.compile(r"(?<=\s)\.(?: \.){2}(?=\s+\S)")
_INSIDE_WORD = re.compile(r"[!?](?:(?<![^\s,(].)(?=\w)|(?<=\w!)(?=\w)|(?=[”\"’)]?\s*[-–—,;:]))")
_SMALL_NEXT = re.compile(r"[.…][.…]*(?:(?=[”\"’»)\]]?[ \u00a0\u202f][\"“«(]?[a-zß-öø-ÿа-яёіїєґ])|(?=[”\"’»)\]]*\s?[,;:]))")
_NUMBER_MARK = re.compile(r"(?<![\d,.])\d\.(?=[^\W\d])|^\s*\d{1,2}\.(?=[)）])")
_ORDINAL = r"(?<![\d.,])\d{{1,3}}\.(?=\s?[-–]|\s+(?:[a-zß-öø-ÿčšžřťďľ]|(?:{months})\b))"


def _hide(line: str, dots: Dots, items: list[tuple[int, int]]) -> str:
    """The line, with every dot that ends no sentence hidden; of the same length."""
    for start, end in items:
        line = line[:start] + re.sub(r"[.)(]", HIDDEN, line[start:end]) + line[end:]
    if hinted(line):
        line = _ADDRESS.sub(_blank, line)
    if "'" in line or "’" in line:
        line = _APOSTROPHE.sub(HIDDEN, line)
    if "!" in line or "?" in line:
        line = _INSIDE_WORD.sub(_blank, line)
    if not _DOT_INSIDE.search(line):
        return line
    if ". . ." in line:
        line = _SPACED_DOTS.sub("X X X", line)
    words = _before_dots(line)
    short = (dots.inner, dots.hours, dots.always, _INITIAL) if _abbreviated(words, dots) else ()
    counted = (_NUMBER_MARK, dots.ordinals) if any(w[-1:].isdigit() for w in words) else ()
    for pattern in (*short, _SMALL_NEXT, *counted):
        line = pattern.sub(_blank, line) if pattern else line
    return line


def _before_dots(line: str) -> list[str]:
    """What stands between a space and each dot that has something behind it."""
    pieces = line.rstrip().split(".")
    return [p[p.rfind(" ") + 1 :] for p in pieces[: -1 if pieces[-1] else -2]]


def _abbreviated(words: list[str], dots: Dots) -> bool:
    """May any of these words before dots be an initial or the end of an abbreviation? To say no costs far less than to try all
    abbreviations at every word, and most dots stand behind other words."""
    tails = (w if w.isalnum() else _TAIL.findall(w)[-1] for w in words if w)
    return any(t in dots.last or (len(t) == 1 and t.isalnum()) for t in tails)


_TAIL = re.compile(r"[^\W_]+$|.$", re.DOTALL)


_DOT_INSIDE = re.compile(r"[.…](?=\s*\S)")  #: all that is hidden below has something behind it


@lru_cache(maxsize=64)
def _dots(language: str) -> Dots:
    table, everywhere = _tables().get(language, {}), _tables()["any"]
    always, inner = ([*everywhere[key], *table.get(key, ())] for key in ("always", "inner"))
    months = "|".join(table.get("months") or ("(?!)",))
    return Dots(
        always=re.compile(rf"(?<![^\W_])(?:{_either(always)})\.(?![^\W\d_])(?=\s*\S)"),
        inner=re.compile(rf"(?<![^\W_])(?:{_either(inner)})\.(?![^\W\d_])(?=\s*[^\s{re.escape(OPENERS)}A-ZÀ-ÖØ-ÞА-ЯЁЇІЄҐΑ-Ω])"),
        ordinals=re.compile(_ORDINAL.format(months=months)) if table.get("ordinals") else None,
        last=frozenset(tail for a in (*always, *inner, *table.get("words", ())) for tail in _tails(a)),
        hours=re.compile(rf"\b[ap]\.\s?m\.(?=\s+(?:{'|'.join(table['hours'])})\b)", re.IGNORECASE) if "hours" in table else None,
        ends=re.compile(
            rf"(?<![^\W_])(?:{_either(inner)}|(?:[A-Z]\.)+[A-Z])\.(?=\s+(?:{'|'.join(table.get('starters') or ('(?!)',))})\b)"
            rf"|(?<![\w.])(?:{_either(table.get('words') or ['(?!)'])})\.(?=\s+[{_CAPITAL}{re.escape(OPENERS)}])"
        ),
    )


def _either(abbreviations: list[str]) -> str:
    """Longest first; a space in an abbreviation may be any, or none."""
    return "|".join(re.escape(a).replace(r"\ ", r"\s?") for a in sorted(abbreviations, key=len, reverse=True))


def _tails(abbreviation: str) -> Iterator[str]:
    """The last word of an abbreviation, or what stands at its end instead (N°), as it may be written with or without its spaces."""
    pieces = abbreviation.split(" ")
    yield from (_TAIL.findall("".join(pieces[n:]))[-1] for n in range(len(pieces)))


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    """Lists of words by language and key; ``ordinals`` is yes or no."""
    return tomllib.loads(files("babelwire.text").joinpath("data/abbreviations.toml").read_text(encoding="utf-8"))


# ---------------------------------------------------------------------------------------------- what the model overlooks

_FOOTNOTED = re.compile(r"[.!?][\[\d]")  #: without this there is none
_FOOTNOTE = re.compile(r"(?<=[a-zà-ÿ)\]][.!?])(?:\[?\d{1,3}\]?)+(?=\s+[A-ZÀ-Þ])")
_WHOLE_BRACKET = re.compile(
    r"(?<=[.!?][\"”'’»)])\s+\([A-ZÀ-Þ][^()]*[.!?]\)(?=\s+[\"“«„‘A-ZÀ-Þ])|^\([A-ZÀ-Þ][^()]*[.!?]\)(?=\s+[\"“«„‘A-ZÀ-Þ])"
)


def _overlooked(shown: str, dots: Dots) -> Iterable[int]:
    if _abbreviated(_before_dots(shown), dots):
        yield from (m.end() for m in dots.ends.finditer(shown))
    if _FOOTNOTED.search(shown):
        yield from (m.end() for m in _FOOTNOTE.finditer(shown))
    if "(" in shown:
        yield from (m.end() for m in _WHOLE_BRACKET.finditer(shown))


_NUMBERED = re.compile(r"(?:(?<=^)|(?<=\s))(?:[•⁃▪–-]\s?)?\(?(?P<mark>\d{1,2}|[a-z]|[ivx]{1,4})(?P<end>\.\)|\)|\.)(?=\s)")
#: How a number ends that ``_NUMBERED`` finds.
_NUMBER_ENDS = re.compile(r"[.)](?=\s)(?:(?<=[\divx].)|(?<=[\s(•⁃▪–-][a-z].)|(?<=^[a-z].)|(?<=\.\)))")


def _items(line: str) -> list[tuple[int, int]]:
    """Where items numbered within a line begin, and where their numbers end: ``1. … 2. …``, ``a) … b) …``, ``(i) … (ii) …``.

    Only a run that counts up from its first mark is one; a lone mark counts at the start of the line alone.
    """
    if not _NUMBER_ENDS.search(line):
        return []
    runs: list[list[re.Match[str]]] = []
    for match in _NUMBERED.finditer(line):
        open_run = next((r for r in reversed(runs) if r[-1]["end"] == match["end"] and _follows(r[-1]["mark"], match["mark"])), None)
        if open_run:
            open_run.append(match)
        else:
            runs.append([match])
    good = [r for r in runs if _long_enough(r, line) and _begins(line, r[0], runs)]
    return sorted((m.start(), m.end()) for r in good for m in r)


def _long_enough(run: list[re.Match[str]], line: str) -> bool:
    """Two marks that count from the first, or stand behind bullets, are a run; three from anywhere; one at the line's start."""
    first = run[0]["mark"] in ("1", "a", "i") or not run[0].group()[0].isalnum()
    return len(run) > (1 if first else 2) or not line[: run[0].start()].strip()


def _begins(line: str, first: re.Match[str], runs: list[list[re.Match[str]]]) -> bool:
    """A run begins the line, or stands behind the end of a sentence, a colon, or another run."""
    before = line[: first.start()].rstrip()
    return not before or before[-1] in ".:!?;" or any(len(r) > 1 and r[-1].end() <= first.start() for r in runs)


def _follows(mark: str, after: str) -> bool:
    if mark.isdigit():
        return after.isdigit() and int(after) == int(mark) + 1
    roman = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
    if mark in roman[:-1] and after == roman[roman.index(mark) + 1]:
        return True
    return len(mark) == len(after) == 1 and ord(after) == ord(mark) + 1
