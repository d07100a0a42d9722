"""Which blocks of a page are its article.

Two libraries say which TEXT is the article (``opinions``). The page's own blocks are then taken in their own order, so that
structure, links and captions are the page's. Where the two disagree clearly in one direction the other one corrects
trafilatura: a plain vote is worse (F1 .950 against .968 on 181 pages), since they fail on the same pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from babelwire.extract.blocks import Found, shingles, words
from babelwire.extract.opinions import Opinion
from babelwire.model import BlockKind

Ask = Callable[[], Opinion]

# Each was swept on both halves of extraction-zyte (92 pages) and extraction-trafilatura (260): F1 moves by less than .002 over
# IN .6 to .85, TENTH .05 to .2, ABSENT .2 to .4 and REPEATED .6 to .8; SHORT .3 and .7 each lose up to .006 on one half. LITTLE of
# 80, 120 and 200 are the same in every figure, 25 loses .001 and a date.

#: Share of a block's shingles that must be in an opinion.
IN = 0.75
#: A core smaller than this part of the larger opinion is no core.
SHORT = 0.5
#: Share of the core's words from which on a kind of place is the article's.
TENTH = 0.1
#: Words: a longer paragraph is never written twice on purpose.
NEVER_TWICE = 20
#: Words: a shorter line may be said as often as it is.
ALWAYS = 3
#: Words: with fewer, what was chosen is hardly all of it.
LITTLE = 80
#: A description is in the article, or a block repeats it, from these shares on.
ABSENT, REPEATED = 0.3, 0.7


def choose(found: Sequence[Found], rules: Opinion, score: Ask, rescue: Ask, descriptions: Sequence[str]) -> list[int]:
    """The numbers of the blocks that are the article, in the order of the page. The second opinion, ``score``, is asked for only where
    it can matter, and then perhaps twice; the third, ``rescue``, where the two leave little."""
    chosen = _chosen(found, rules, score)
    if _size(found, chosen) < LITTLE:
        chosen = _chosen(found, rescue(), score)
    return _with_lead(found, chosen, descriptions)


def _chosen(found: Sequence[Found], rules: Opinion, score: Ask) -> list[int]:
    by_rule = _members(found, rules)
    if _settled(found, by_rule):
        return by_rule
    points = score()
    return _without_repeats(found, _agreed(found, by_rule, _members(found, points)), rules, points)


def _members(found: Sequence[Found], opinion: Opinion) -> list[int]:
    return [n for n, one in enumerate(found) if _told(one) and opinion.covers(one) >= IN]


def _told(one: Found) -> bool:
    return bool(one.words) and not one.caption


def _settled(found: Sequence[Found], first: list[int]) -> bool:
    """Is it the first opinion, whatever the second says? So it is of all that stands in one kind of place (none can be added to it),
    is at least half of the page's words (none can outweigh it) and says nothing twice (nothing is taken away): one page in seven."""
    if len({found[n].place for n in first}) != 1:
        return False
    place, told = found[first[0]].place, [n for n, one in enumerate(found) if _told(one)]
    lines = [found[n].words for n in first if len(found[n].words) > ALWAYS]
    whole = all(found[n].place != place for n in set(told).difference(first))
    return whole and len(set(lines)) == len(lines) and _size(found, first) >= SHORT * _size(found, told)


def _size(found: Sequence[Found], numbers: Collection[int]) -> int:
    return sum(len(found[n].words) for n in numbers)


def _agreed(found: Sequence[Found], first: list[int], second: list[int]) -> list[int]:
    """The first opinion, corrected by the second.

    Blocks that both name are the core. What only one names and lies outside the core's range is furniture (newsletter boxes,
    top stories, notes on the author), unless it stands in the same kind of place: articles are cut into several containers,
    and one of the two sees only some of them.
    """
    if not first or not second:
        return first or second
    both = set(first) & set(second)
    core = [n for n in both if len(found[n].words) >= 4]
    if _size(found, core) < SHORT * max(_size(found, first), _size(found, second)):
        core = first if _size(found, first) >= SHORT * _size(found, second) else second
    start, end = min(core), max(core)
    places = _places(found, core)
    before = [n for n in first if n < start]
    if before and found[before[-1]].block.kind is BlockKind.HEADING:
        start = before[-1]
    inside = {n for n in first if start <= n <= end}
    alike = {n for n in {*first, *second} if found[n].place in places}
    return sorted(inside | alike)


def _places(found: Sequence[Found], core: Collection[int]) -> set[tuple[str, ...]]:
    """The kinds of places in which a tenth or more of the core stands."""
    sizes = _sizes(found, core)
    return {place for place, size in sizes.items() if size >= TENTH * sizes.total()}


def _sizes(found: Sequence[Found], numbers: Collection[int]) -> Counter[tuple[str, ...]]:
    """How many words stand in each kind of place."""
    counted: Counter[tuple[str, ...]] = Counter()
    for n in numbers:
        counted[found[n].place] += len(found[n].words)
    return counted


def _without_repeats(found: Sequence[Found], chosen: list[int], *opinions: Opinion) -> list[int]:
    """Each text as often as a library has it: mobile and desktop copies of a paragraph go, a recipe's repeated lines stay.

    Of two copies the one among the rest of the text stays: a paragraph repeated above the story leaves no hole in it.
    """
    seen: dict[tuple[str, ...], list[int]] = {}
    sizes = _sizes(found, chosen)
    for n in chosen:
        key = found[n].words
        copies = seen.setdefault(key, [])
        allowed = 1 if len(key) >= NEVER_TWICE else max(1, *(o.lines[key] for o in opinions))
        if len(key) <= ALWAYS or len(copies) < allowed:
            copies.append(n)
        elif sizes[found[n].place] > sizes[found[copies[0]].place]:
            copies[0] = n
    return sorted(n for copies in seen.values() for n in copies)


def _with_lead(found: Sequence[Found], chosen: list[int], descriptions: Sequence[str]) -> list[int]:
    """Give back a lead that was lost: a block before the rest that repeats the page's own description."""
    told = [shingles(words(d)) for d in descriptions if len(words(d)) >= 6]
    have = frozenset().union(*(found[n].shingles for n in chosen)) if chosen else frozenset()
    if not told or any(len(d & have) >= ABSENT * len(d) for d in told):
        return chosen
    for n, one in enumerate(found[: chosen[0]] if chosen else found):
        own = one.shingles
        if one.caption or not 8 <= len(one.words) <= 120 or len(own & have) >= ABSENT * len(own):
            continue
        if any(len(d & own) >= REPEATED * len(d) for d in told):
            return [n, *chosen]
    return chosen
