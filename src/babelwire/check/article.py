"""What holds across the sentences of an article: one rendering of a phrase, one spelling of a name, quotations closed in the end."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from babelwire.model import Inline, Issue, Origin, Pair, Passage, Rendering, Severity
from babelwire.text.quotes import TITLES

from .look import Side, shown, side

#: Fewest words of a quoted phrase: single words are quoted for many reasons.
PHRASE = 2


def article(passages: Sequence[Passage], pair: Pair) -> tuple[tuple[str, Issue], ...]:
    """(place, issue) of every fault that only shows when sentences are seen together, in the order of the passages."""
    wholes = [(p, "".join(r.source.gap + r.target.text for r in p.renderings)) for p in passages]  # ``target`` has spans to shift
    found = [*_phrases(passages, pair), *_cases(wholes), *_repeated(passages), *_balance(wholes, pair)]
    order = {p.place: n for n, p in enumerate(passages)}
    return tuple(sorted(found, key=lambda f: order[f[0]]))


def _source(passage: Passage) -> str:
    return "".join(r.source.gap + r.source.text for r in passage.renderings)


def _translated(passage: Passage) -> Iterator[Rendering]:
    return (r for r in passage.renderings if r.origin not in (Origin.ORIGINAL, Origin.COPY))


def _issue(kind: str, mqm: str, severity: Severity, note: str) -> Issue:
    return Issue(kind=kind, severity=severity, note=note, mqm=mqm)


# ---------------------------------------------------------------------------------------------- one phrase, one rendering


def _phrases(passages: Sequence[Passage], pair: Pair) -> Iterator[tuple[str, Issue]]:
    """Seed fault 6: a phrase quoted in the standfirst and again in the body, rendered two ways."""
    first: dict[str, tuple[str, str]] = {}
    for passage in passages:
        for rendering in _translated(passage):
            for theirs, ours in _quoted_pairs(rendering, pair):
                key = _bare(theirs)
                if len(key.split()) < PHRASE:
                    continue
                place, wording = first.setdefault(key, (passage.place, ours))
                if _bare(wording) != _bare(ours):
                    note = f"{shown(theirs)} is {shown(wording)} in {place} and {shown(ours)} here"
                    yield passage.place, _issue("two-renderings", "terminology/inconsistent", Severity.MINOR, note)


def _quoted_pairs(rendering: Rendering, pair: Pair) -> Iterator[tuple[str, str]]:
    theirs = _contents(side(rendering.source.inline, pair.source))
    ours = _contents(side(rendering.target, pair.target)) if theirs else []
    return zip(theirs, ours, strict=True) if len(theirs) == len(ours) else iter(())


def _contents(side: Side) -> list[str]:
    return [side.inline.text[m.at + 1 : m.partner] for m in side.quotations[0]]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# ---------------------------------------------------------------------------------------------- one name, one case


def _cases(wholes: Sequence[tuple[Passage, str]]) -> Iterator[tuple[str, Issue]]:
    """Seed fault 9: "casques bleus" here and "Casques bleus" there, where the source writes the name one way."""
    if not _may_differ([text for _, text in wholes]):
        return
    ours = _pairs((text, p.place) for p, text in wholes)
    differ = [forms for forms in _varying(ours).values() if len({f[0].islower() for f in forms}) > 1]
    if not differ or not _varying(_pairs((_source(p), p.place) for p, _ in wholes)).keys().isdisjoint(map(str.casefold, ours)):
        return
    for forms in differ:
        (one, first), (other, second), *_ = forms.items()
        note = f"{shown(one)} in {first}, {shown(other)} in {second}"
        yield second, _issue("two-cases", "fluency/spelling/capitalization", Severity.MINOR, note)


def _pairs(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Neighbouring words in mid-sentence, and the place where each pair is first."""
    places: dict[tuple[str, str], str] = {}
    for text, place in texts:
        for pair in _PAIR.findall(text):
            places.setdefault(pair, place)
    return {f"{one} {two}": place for (one, two), place in places.items()}


def _varying(places: dict[str, str]) -> dict[str, dict[str, str]]:
    """Of such pairs those that have several forms, without regard to case: each with its place. One of them has a capital letter,
    so that the others, which are many, need not be put together."""
    odd = {key for form in places if (key := form.casefold()) != form}
    forms: dict[str, dict[str, str]] = defaultdict(dict)
    for form, place in places.items():
        if (key := form.casefold()) in odd:
            forms[key][form] = place
    return {key: found for key, found in forms.items() if len(found) > 1}


_PAIR = re.compile(r" (?<=[^\W\d_] |[,;] )([^\W\d_]{3,})(?= ([^\W\d_]{3,}))")  # from space to space, to which the search leaps
#: The pairs whose first word does not begin with a small letter of western Europe.
_CAPITAL_PAIR = re.compile(r"([^\W\d_a-zß-öø-ÿ](?<=[^\W\d_] .|[,;] .)[^\W\d_]{2,}) (?=([^\W\d_]{3,}))")


def _may_differ(texts: Sequence[str]) -> bool:
    """May a pair begin with a capital letter here and with a small one there? Cheaper than to compare all pairs, and mostly no."""
    capital: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for one, two in _CAPITAL_PAIR.findall(text):
            capital[one.casefold()].add(two.casefold())
    lines = [text.split(" ") for text in texts]
    small = {w for w in set(chain.from_iterable(lines)) if w[:1].islower() and w.casefold() in capital}
    pairs = (pair for line in lines for pair in pairwise(line) if pair[0] in small) if small else ()
    return any(two.casefold().startswith(tuple(capital[one.casefold()])) for one, two in pairs)


# ---------------------------------------------------------------------------------------------- repeated sentences, quotations


def _repeated(passages: Sequence[Passage]) -> Iterator[tuple[str, Issue]]:
    """Two sentences of the source that came out as one and the same."""
    begun: list[tuple[tuple[str, ...], str, Rendering]] = []
    for passage in passages:
        for rendering in _translated(passage):
            if words := _BEGINNING.match(rendering.target.text.casefold()):
                begun.append((words.groups(), passage.place, rendering))
    often = Counter(words for words, _, _ in begun)  # nearly all sentences differ in their first four words
    yield from _same((place, rendering) for words, place, rendering in begun if often[words] > 1)


_BEGINNING = re.compile(r"\W*(\w+)\W+(\w+)\W+(\w+)\W+(\w+)")


def _same(renderings: Iterator[tuple[str, Rendering]]) -> Iterator[tuple[str, Issue]]:
    first: dict[str, tuple[str, str]] = {}
    for place, rendering in renderings:
        source = _bare(rendering.source.text)
        there, before = first.setdefault(_bare(rendering.target.text), (place, source))
        if before != source and not _alike(before, source):
            note = f"{shown(rendering.target.text)} stands in {there} already, for another sentence of the source"
            yield place, _issue("repeated", "fluency/duplication", Severity.MAJOR, note)


def _alike(one: str, other: str) -> bool:
    a, b = set(one.split()), set(other.split())
    return len(a & b) >= 0.6 * len(a | b)


def _balance(wholes: Sequence[tuple[Passage, str]], pair: Pair) -> Iterator[tuple[str, Issue]]:
    """Quotations that open in one sentence and close in a later one: over the passage they balance as in the source."""
    for passage, text in wholes:
        if any(r.origin in (Origin.ORIGINAL, Origin.COPY) for r in passage.renderings):
            continue
        target = Side(Inline(text), pair.target)
        _, open_here, closed_here = target.quotations
        if not open_here and not closed_here:
            continue
        _, opened, closed = Side(Inline(_source(passage)), pair.source).quotations
        if open_here > opened or closed_here > closed:
            rest = next((text[m.at :] for m in target.marks if m.partner is None and text[m.at] not in TITLES), "")
            note = f"a quotation is {'opened and never closed' if open_here > opened else 'closed and was never opened'}: {shown(rest)}"
            yield passage.place, _issue("quotation-passage", "fluency/punctuation/quotation", Severity.MAJOR, note)
