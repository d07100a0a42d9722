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
from dataclasses import dataclass, replace
from functools import lru_cache

from babelwire.glossary.words import Word, alike, base, words
from babelwire.model import Origin, Pair, Rendering, SpanKind
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


@dataclass(frozen=True, slots=True)
class Sight:
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
    capitals = [w for w in words(text) if _capital(w)]
    found: dict[str, Sight] = {}
    for run in _names(unit) if capitals else ():
        name = unit.segment.text[run[0].start : run[-1].end]
        places = tuple(_there(run, capitals, text))
        said = {text[a:b] for a, b in places}
        if len(said) == 1:
            found[name] = Sight(name, said.pop(), places)
    return [s for s in found.values() if not any(o is not s and set(o.places) & set(s.places) for o in found.values())]


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
    there = words(text)
    small = sum(w.text[0].islower() for w in there)
    if small * 2 < len(there) - 1:
        return
    taken = [(f.start, f.end) for f in unit.found]
    named = [n > 0 and _capital(w) and all(w.end <= a or b <= w.start for a, b in taken) for n, w in enumerate(there)]
    for is_name, group in itertools.groupby(zip(named, there, strict=True), key=lambda x: x[0]):
        run = [w for _, w in group]
        if is_name:
            yield from (r for r in _pieces(run, text) if len(r) <= LONGEST and all(len(w.text) >= SHORTEST for w in r) and not _people(r))


def _people(run: Sequence[Word]) -> bool:
    return len(run) == 1 and PEOPLES.search(run[0].text) is not None


def _pieces(run: Sequence[Word], text: str) -> Iterator[Sequence[Word]]:
    """A run cut where more than a space or hyphen stands between two words."""
    first = 0
    for n in range(1, len(run) + 1):
        if n == len(run) or text[run[n - 1].end : run[n].start] not in (" ", "-"):
            yield run[first:n]
            first = n


def _there(run: Sequence[Word], capitals: Sequence[Word], target: str) -> Iterator[tuple[int, int]]:
    """Where as many words in a row stand in the translation, each with a capital and kin to the name's."""
    for n in range(len(capitals) - len(run) + 1):
        window = capitals[n : n + len(run)]
        joined = (target[a.end : b.start] in (" ", "-") for a, b in itertools.pairwise(window))
        if all(_kin(w.text, v.text) for w, v in zip(window, run, strict=True)) and all(joined):
            yield window[0].start, window[-1].end


def _capital(word: Word) -> bool:
    return word.text[0].isupper() and not word.text.isnumeric()


@lru_cache(maxsize=20_000)
def _kin(one: str, two: str) -> bool:
    a, b = _folded(one), _folded(two)
    if a == b or (len(min(a, b, key=len)) >= ALIKE and a[:ALIKE] == b[:ALIKE]):
        return True
    bones = _consonants(a)
    return len(bones) > 1 and bones == _consonants(b) and a[0] == b[0]


def _folded(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def _consonants(word: str) -> str:
    return "".join(c for c in word if c not in "aeiouyhjw")


def _grown(name: str, rendering: str) -> bool:
    """Has a word of the name got two letters or more at its end? Engines do that to names they do not know."""
    pairs = zip(name.split(), rendering.split(), strict=False)
    return any(b.startswith(a) and len(b) >= len(a) + GROWN for a, b in pairs)


def _elided(text: str, start: int) -> bool:
    return start > 0 and text[start - 1] in "'’"


def _vowel(word: str) -> bool:
    return _folded(word)[:1] in set("aeiouyh")
