"""What holds across the sentences of an article: one rendering of a phrase, one spelling of a name, quotations closed in the end."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from babelwire.model import Inline, Issue, Origin, Pair, Passage, Rendering, Severity
from babelwire.text.quotes import TITLES

from .look import Side, shown, side
from .marks import quotations

#: Fewest words of a quoted phrase: single words are quoted for many reasons.
PHRASE = 2


def article(passages: Sequence[Passage], pair: Pair) -> tuple[tuple[str, Issue], ...]:
    """(place, issue) of every fault that only shows when sentences are seen together, in the order of the passages."""
    found = [*_phrases(passages, pair), *_cases(passages, pair), *_repeated(passages), *_balance(passages, pair)]
    order = {p.place: n for n, p in enumerate(passages)}
    return tuple(sorted(found, key=lambda f: order[f[0]]))


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
    return [side.inline.text[m.at + 1 : m.partner] for m in quotations(side)[0]]


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


# ---------------------------------------------------------------------------------------------- one name, one case


def _cases(passages: Sequence[Passage], pair: Pair) -> Iterator[tuple[str, Issue]]:
    """Seed fault 9: "casques bleus" here and "Casques bleus" there, where the source writes the name one way."""
    small = {word.casefold() for word in {w for p in passages for w in p.target.text.split(" ")} if word[:1].islower()}
    if not any(m[1].casefold() in small for p in passages for m in _CAPITAL_PAIR.finditer(p.target.text)):
        return  # no word that begins a pair with a capital letter here is written with a small one there
    seen: dict[str, dict[str, str]] = defaultdict(dict)
    for passage in passages:
        for form in _mid_sentence_pairs(passage.target):
            seen[form.casefold()].setdefault(form, passage.place)
    if all(len(forms) == 1 for forms in seen.values()):
        return
    theirs = _case_forms(p.source for p in passages)
    for forms in seen.values():
        if len(forms) > 1 and len({f[0].islower() for f in forms}) > 1 and not any(len(v) > 1 for k, v in theirs.items() if k in seen):
            (one, first), (other, second), *_ = forms.items()
            note = f"{shown(one)} in {first}, {shown(other)} in {second}"
            yield second, _issue("two-cases", "fluency/spelling/capitalization", Severity.MINOR, note)


def _case_forms(inlines: Iterator[Inline]) -> dict[str, set[str]]:
    forms: dict[str, set[str]] = defaultdict(set)
    for inline in inlines:
        for form in _mid_sentence_pairs(inline):
            forms[form.casefold()].add(form)
    return forms


_PAIR = re.compile(r"(?<=[^\W\d_] |[,;] )([^\W\d_]{3,}) (?=([^\W\d_]{3,}))")
#: The pairs whose first word does not begin with a small Latin letter.
_CAPITAL_PAIR = re.compile(r"(?<=[^\W\d_] |[,;] )((?![a-zß-öø-ÿ])[^\W\d_]{3,}) (?=[^\W\d_]{3})")


def _mid_sentence_pairs(inline: Inline) -> Iterator[str]:
    """Neighbouring words in mid-sentence."""
    return (f"{m[1]} {m[2]}" for m in _PAIR.finditer(inline.text))


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


def _balance(passages: Sequence[Passage], pair: Pair) -> Iterator[tuple[str, Issue]]:
    """Quotations that open in one sentence and close in a later one: over the passage they balance as in the source."""
    for passage in passages:
        if any(r.origin in (Origin.ORIGINAL, Origin.COPY) for r in passage.renderings):
            continue
        _, open_here, closed_here = quotations(side(passage.target, pair.target))
        if not open_here and not closed_here:
            continue
        _, opened, closed = quotations(side(passage.source, pair.source))
        if open_here > opened or closed_here > closed:
            text = next(
                (
                    passage.target.text[m.at :]
                    for m in side(passage.target, pair.target).marks
                    if m.partner is None and passage.target.text[m.at] not in TITLES
                ),
                "",
            )
            what = "opened and never closed" if open_here > opened else "closed and was never opened"
            yield (
                passage.place,
                _issue("quotation-passage", "fluency/punctuation/quotation", Severity.MAJOR, f"a quotation is {what}: {shown(text)}"),
            )
