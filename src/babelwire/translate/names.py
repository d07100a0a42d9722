"""Names: one way to write each in an article, and the way that was settled before across articles.

A name and its rendering are recognised by their letters: the same beginning (London, Londres) or the same consonants (Kyiv,
Kiev). What cannot be recognised, what the glossary says, and languages that decline names are left alone: there two forms of
one name may both be right.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from babelwire.glossary.words import ONE, WORD, Word, alike, base, words
from babelwire.model import Origin, Pair, Rendering, SpanKind, replace
from babelwire.translate.sentence import Unit

#: Languages in which a name keeps its shape wherever it stands in a sentence.
UNDECLINED = frozenset({"an", "ast", "ca", "da", "en", "es", "fr", "gl", "id", "it", "nb", "nl", "nn", "no", "oc", "pt", "sv"})
SHORTEST = 3  #: letters of a name's word
LONGEST = 4  #: words of a name
ALIKE = 3  #: first letters that a name and its rendering have in common
GROWN = 2  #: letters at the end of a name by which it has grown
#: Peoples, and what is theirs, are written with a capital in English, and are no names: "Bolivian", "Danish".
PEOPLES = re.compile(r"(?:[iec]an|ese|ish)s?$")
SEEN = (Origin.ENGINE, Origin.MEMORY, Origin.REPAIR, Origin.HUMAN)


class Sight(Struct, frozen=True):
    """A name in a sentence, and where it stands in its translation."""

    name: str
    rendering: str
    places: tuple[tuple[int, int], ...]


def sights(unit: Unit, rendering: Rendering, pair: Pair) -> list[Sight]:
    """The names of a sentence that can be recognised in its translation, each written one way in it. One word that could be two of
    them (Russia, Russian) is neither."""
    if base(pair.target) not in UNDECLINED or rendering.origin not in SEEN or rendering.blocked:
        return []
    text = rendering.target.text
    runs = list(_names(unit))
    capitals = _capitals(text) if runs else []
    found: dict[str, Sight] = {}
    for run in runs if capitals else ():
        name = unit.segment.text[run[0].start : run[-1].end]
        places = tuple(_there(run, capitals, text))
        said = {text[a:b] for a, b in places}
        if len(said) == 1:
            found[name] = Sight(name, said.pop(), places)
    seen = list(found.values())
    return [s for s in seen if not any(o is not s and not set(o.places).isdisjoint(s.places) for o in seen)] if len(seen) > 1 else seen


def said(seen: Sequence[Sequence[Sight]], renderings: Sequence[Rendering]) -> dict[str, str]:
    """How an article writes each name: as a person does in it; else as it is, if at least a third of its sentences leave it so, for
    that is never wrong; else as most do, the first of equals. A name with letters hung on to it (Trumpha) is no rendering."""
    votes: dict[str, Counter[str]] = {}
    for there, rendering in zip(seen, renderings, strict=True):
        weight = 3 * len(seen) if rendering.origin is Origin.HUMAN else 1
        for sight in there:
            if not _grown(sight.name, sight.rendering):
                votes.setdefault(sight.name, Counter())[sight.rendering] += weight
    return {name: name if count[name] * 3 >= count.total() else max(count, key=lambda way: count[way]) for name, count in votes.items()}


def unify(
    seen: Sequence[Sequence[Sight]], renderings: Sequence[Rendering], pair: Pair, chosen: Mapping[str, str]
) -> list[Rendering]:  # fmt: skip
    """Each name as ``chosen`` writes it, but where a person has worded the sentence or the name is part of a mark."""
    out = []
    for there, rendering in zip(seen, renderings, strict=True):
        changes = [
            (place, chosen[sight.name])
            for sight in (there if rendering.origin is not Origin.HUMAN else ())
            if not _same(chosen.get(sight.name, sight.rendering), sight.rendering, pair.target)
            for place in sight.places
        ]
        target = rendering.target
        for (start, end), way in sorted(changes, reverse=True):
            marked = any(start <= s.start and s.end <= end and s.kind is not SpanKind.QUOTATION for s in target.spans)
            if not marked and not (_elided(target.text, start) and _vowel(way) != _vowel(target.text[start:end])):
                target = target.replaced(start, end, way)
        out.append(replace(rendering, target=target) if target != rendering.target else rendering)
    return out


def _same(one: str, two: str, language: str) -> bool:
    """Is it the same, or another form of the same words? A people and its land (Russe, Russie) are not to be mixed up."""
    if one == two:
        return True
    ones, twos = ([w.text for w in words(x)] for x in (one, two))
    return len(ones) == len(twos) and all(alike(a, b, language) for a, b in zip(ones, twos, strict=True))


# ---------------------------------------------------------------------------------------------- recognising


def _names(unit: Unit) -> Iterator[Sequence[Word]]:
    """Runs of words with capitals inside a sentence, apart from the glossary's terms; none where most words have capitals."""
    text = unit.segment.text
    capitals = _capitals(text)
    first = WORD.search(text) if capitals else None
    if first is None:
        return
    there = WORD.findall(text)
    if sum(w[0].islower() for w in there) * 2 < len(there) - 1:
        return
    inside = [w for w in capitals if w.start > first.start()]
    if unit.found:
        inside = [w for w in inside if all(w.end <= f.start or f.end <= w.start for f in unit.found)]
    for run in _pieces(inside, text):
        if len(run) <= LONGEST and all(len(w.text) >= SHORTEST for w in run) and not _people(run):
            yield run


def _people(run: Sequence[Word]) -> bool:
    return len(run) == 1 and PEOPLES.search(run[0].text) is not None


def _pieces(run: Sequence[Word], text: str) -> Iterator[Sequence[Word]]:
    """Words cut where more than a space or hyphen stands between two of them."""
    first = 0
    for n in range(1, len(run) + 1):
        if n == len(run) or text[run[n - 1].end : run[n].start] not in (" ", "-"):
            yield run[first:n]
            first = n


def _there(run: Sequence[Word], capitals: Sequence[Word], target: str) -> Iterator[tuple[int, int]]:
    """Where as many words in a row stand in the translation, each with a capital and kin to the name's."""
    wanted = run[0].text
    initial = _initial(wanted)
    for n in range(len(capitals) - len(run) + 1):
        there = capitals[n].text
        if there != wanted and (_initial(there) != initial or not _kin(there, wanted)):
            continue
        window = capitals[n : n + len(run)]
        joined = (target[a.end : b.start] in (" ", "-") for a, b in itertools.pairwise(window))
        if all(_kin(w.text, v.text) for w, v in zip(window[1:], run[1:], strict=True)) and all(joined):
            yield window[0].start, window[-1].end


def _capitals(text: str) -> list[Word]:
    """Of the words of a text those with a capital. Most have none: the search goes past those in ASCII without making words of them."""
    found = _MAYBE_CAPITAL.finditer(text)
    return [Word(m.start(), m.end(), word) for m in found if (word := m[0])[0].isupper() and not word.isnumeric()]


_MAYBE_CAPITAL = re.compile(rf"[^\W_{ONE}a-z0-9](?<![^\W_{ONE}].)[^\W_{ONE}]*")


def _initial(word: str) -> str:
    """The first letter of kin is the same."""
    return word[0].lower() if word[0].isascii() else _folded(word)[:1]


@lru_cache(maxsize=20_000)
def _kin(one: str, two: str) -> bool:
    a, b = _folded(one), _folded(two)
    if a == b or (len(min(a, b, key=len)) >= ALIKE and a[:ALIKE] == b[:ALIKE]):
        return True
    bones = _consonants(a)
    return len(bones) > 1 and bones == _consonants(b) and a[0] == b[0]


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def _consonants(word: str) -> str:
    return word.translate(_NO_VOWELS)


_NO_VOWELS = str.maketrans("", "", "aeiouyhjw")


def _grown(name: str, rendering: str) -> bool:
    """Has a word of the name got two letters or more at its end? Engines do that to names they do not know."""
    pairs = zip(name.split(), rendering.split(), strict=False)
    return any(b.startswith(a) and len(b) >= len(a) + GROWN for a, b in pairs)


def _elided(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] in "'’"


def _vowel(word: str) -> bool:
    return _folded(word)[:1] in set("aeiouyh")
