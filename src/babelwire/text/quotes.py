"""Where quotations begin and end: the marks of a text, paired, with apostrophes, inches and feet told apart.

Marks are no brackets: the same sign opens in one language and closes in another („so“, “so”, ”so”, »so«, «so»), and the
straight ones do both. So a mark is read by what it is, where it stands, and what is open. Typography and checks share this.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

DOUBLE = '"“”„‟«»〝〞＂'
SINGLE = "'‘’‚‹›"
CORNERS = {"「": "」", "『": "』", "《": "》", "〈": "〉", "﹁": "﹂", "﹃": "﹄"}
#: Titles of works stand between these in Chinese; other languages use italics or nothing, so they are no quotation.
TITLES = "《》〈〉"
MARKS = DOUBLE + SINGLE + "".join(CORNERS) + "".join(CORNERS.values())
#: Marks that open wherever they stand; the others are read by their place.
ALWAYS_OPEN = frozenset("„‟‚〝") | frozenset(CORNERS)
ALWAYS_CLOSE = frozenset("〞") | frozenset(CORNERS.values())
#: What a mark may close. Engines mix straight and curly marks, so doubles close doubles, but no guillemets.
CLOSES = {
    '"': '"“„”‟＂',
    "＂": '＂"',
    "”": '“„”"‟〝',
    "“": '„“"',
    "»": "«»",
    "«": "»",
    "〞": "〝",
    "'": "'‘‚’",
    "’": "‘‚’'",
    "‘": "‚",
    "›": "‹›",
    "‹": "›",
    **{close: opens for opens, close in CORNERS.items()},
}

_MARK = re.compile(f"[{re.escape(MARKS)}]")
_SPACE = "\u00a0\u202f \t\n\r\u2009\u3000"
_OPENING = "([{<¿¡-–—―/=…:" + DOUBLE + "‘‚‹" + "".join(CORNERS)
_ELISION = re.compile(r"['’‘](?:\d\d(?:s|er|['’]s)?\b|n['’]|tis\b|twas\b|em\b|cause\b|til\b|s\b|t\b|ns\b|n\b|k\b)", re.IGNORECASE)


class Mark(Struct, frozen=True):
    """One quotation mark. ``partner`` is the offset of the mark it pairs with; None: it stands alone."""

    at: int
    opens: bool
    level: int  #: 1 outermost
    partner: int | None


@lru_cache(maxsize=4096)  # typography and several checks ask for the same sentences
def marks(text: str) -> tuple[Mark, ...]:
    """The quotation marks of a text in order; apostrophes, primes and marks of feet and inches are left out."""
    if not _MARK.search(text):
        return ()
    found: list[Mark] = []
    pending: list[int] = []  # indexes into found: opened and not closed
    for at, opens in _roles(text):
        if not opens:
            match = next((k for k in reversed(range(len(pending))) if text[found[pending[k]].at] in CLOSES.get(text[at], "")), None)
            if match is not None:
                index = pending[match]
                del pending[match:]
                found[index] = Mark(found[index].at, True, found[index].level, at)
                found.append(Mark(at, False, found[index].level, found[index].at))
                continue
        found.append(Mark(at, opens, len(pending) + 1, None))
        if opens:
            pending.append(len(found) - 1)
    return _pair_the_rest(text, found) if len(found) > 1 else tuple(found)


def _pair_the_rest(text: str, found: list[Mark]) -> tuple[Mark, ...]:
    """Two double marks left over that both look closing, or stand between Chinese letters the wrong way round, are a pair.

    So are ``and" so"`` with its space inside, and ``”这样“``. What looks like the end of one quotation and the beginning
    of another stays apart: a passage goes on over several sentences.
    """
    rest = [n for n, m in enumerate(found) if m.partner is None and text[m.at] in '"“”＂']
    if len(rest) != 2:
        return tuple(found)
    first, last = (found[n] for n in rest)
    dense = all(_dense(text[m.at - 1 : m.at]) and _dense(text[m.at + 1 : m.at + 2]) for m in (first, last))
    if not (not first.opens and not last.opens) and not (dense and not first.opens):
        return tuple(found)
    found[rest[0]] = Mark(first.at, True, first.level, last.at)
    found[rest[1]] = Mark(last.at, False, first.level, first.at)
    return tuple(found)


def _dense(letter: str) -> bool:
    return bool(letter) and letter >= "\u2e80"


def _roles(text: str) -> Iterator[tuple[int, bool]]:
    """(offset, opens) of each mark, decided from left to right with what is open so far."""
    opened: list[str] = []
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        if mark in "'’‘" and at and text[at - 1].isalnum() and text[at + 1 : at + 2].isalnum():
            continue  # most of them stand inside a word
        role = _role(text, at, mark, opened)
        if role is None:
            continue
        if role:
            opened.append(mark)
        else:
            close = next((k for k in reversed(range(len(opened))) if opened[k] in CLOSES.get(mark, "")), None)
            if close is not None:
                del opened[close:]
        yield at, role


def _role(text: str, at: int, mark: str, opened: list[str]) -> bool | None:
    """True: opens; False: closes; None: no quotation mark."""
    if mark in ALWAYS_OPEN or mark in ALWAYS_CLOSE:
        return mark in ALWAYS_OPEN
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if mark in "'’‘" and _apostrophe(text, at, before, after, opened):
        return None
    closes_something = any(o in CLOSES.get(mark, "") for o in opened)
    if before.isdigit() and mark in "\"'’”" and not closes_something:
        return None  # 5'10", 24"
    if before.isalpha() and after.isalnum() and mark in '"”' and not closes_something and not _dense(before):
        return True if re.search('["”]', text[at + 1 :]) else None  # و"كذا" opens, a slip like coup d"état does nothing
    if mark in "«»‹›“”‘":
        return _by_shape(mark, before, after, closes_something)
    if _can_open(before, after) and not (closes_something and not _can_open_strictly(before, after)):
        return True
    return not closes_something and not (before and before not in _SPACE)


def _by_shape(mark: str, before: str, after: str, closes_something: bool) -> bool:
    """Curly marks and guillemets: by their place where it says, else by their usual sense."""
    usually_opens = mark in "«‹“‘"
    starts = _can_open_strictly(before, after)
    if closes_something:
        return usually_opens and starts
    if starts and (usually_opens or not before or before in _SPACE or before in "([{’'"):
        return True
    if before and before not in _SPACE and before not in _OPENING + "’'" and not after.isalnum():
        return False
    return usually_opens


def _can_open(before: str, after: str) -> bool:
    return (not before or before in _SPACE or before in _OPENING or (before in ",;’'，。、：；？！（،؛" and after.isalnum())) and bool(
        after
    )


def _can_open_strictly(before: str, after: str) -> bool:
    """Opens and cannot close: nothing, a space or an opener before it, and a word behind it."""
    return _can_open(before, after) and after not in _SPACE and (after.isalnum() or after in _OPENING or after in "…¿¡$€£#@")


def _apostrophe(text: str, at: int, before: str, after: str, opened: list[str]) -> bool:
    """An elision, or at the end of a word while no single quotation is open; those inside a word are no question any more."""
    if _ELISION.match(text, at) and not before.isalnum():
        return True
    if before and (before.isalnum() or before in ".,!?…)»”"):
        return not any(o in "'‘‚’" for o in opened)
    return after.isalnum() and text[at] != "‘" and not _closed_later(text, at)


def _closed_later(text: str, at: int) -> bool:
    """Does a single mark further on end a word? Else the one at hand stands for letters left out."""
    return bool(re.compile(r"(?<=[\w.,!?…%)])['’](?!\w)").search(text, at + 1))


_SINGLE = re.compile(
    r"(?:(?<=^)|(?<=[\s(]))(?P<opens>['‘])(?=[^\W\d_]|[¿¡])|(?<=[.,!?…])(?P<closes>['’])(?=[\s)]|$)|(?<=[^\W\d_])(?P<maybe>['’])(?=[.,;:)]|$)"
)


_ANY_SINGLE = re.compile("['‘’]")


@lru_cache(maxsize=1024)
def loose_singles(text: str) -> tuple[int, int]:
    """How many single marks stand alone that may open, and that may close, a quotation begun or ended in another sentence."""
    may = [found for m in _ANY_SINGLE.finditer(text) if (found := _SINGLE.match(text, m.start()))]
    if not may:
        return 0, 0
    paired = {m.at for m in marks(text) if m.partner is not None}
    alone = [m for m in may if m.start() not in paired]
    return sum(m["opens"] is not None for m in alone), sum(m["opens"] is None for m in alone)
