"""A person's word about a translation: a sentence worded anew, or published whatever the checks have said.

The links of a sentence stay on the words they stood on, as far as these are still there. The checks look at a person's wording
like at any other, so that a slip of the pen is seen; what they object to is a remark then, and holds nothing back.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime

from babelwire import check, decide
from babelwire.glossary import Glossary
from babelwire.model import (
    Inline,
    Issue,
    Markup,
    Origin,
    Pair,
    Passage,
    Remembered,
    Rendering,
    Severity,
    Span,
    SpanKind,
    Translation,
    Verdict,
    replace,
)
from babelwire.text import inline, language, typography
from babelwire.translate.sentence import memory_key

CARRIED = (SpanKind.LINK, SpanKind.EMPHASIS, SpanKind.STRONG, SpanKind.CODE, SpanKind.KEEP)  #: quotations are found anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """A person's wording of one sentence, looked over."""

    rendering: Rendering
    objections: tuple[str, ...]  #: what a check or a lost link says against it, in words
    key: str  #: for the memory: it serves every engine
    memo: Remembered


def word(rendering: Rendering, text: str, pair: Pair, glossary: Glossary) -> Worded:
    """Another wording of a sentence. ``pair`` holds full tags."""
    base = Pair(language.base(pair.source), language.base(pair.target))
    source = rendering.source.inline
    kept = Inline(text, moved(rendering.target, text)) if rendering.origin is not Origin.ORIGINAL else Inline(text)
    target = typography.fit(inline.quotations(kept, pair.target), pair.target, pair.source)
    terms = tuple(dict.fromkeys(f.term for f in glossary.find(source.text, base)))
    issues = check.segment(source, target, pair, terms=terms)
    lost = [s.href for s in source.spans if s.kind is SpanKind.LINK and s.href not in {t.href for t in target.spans}]
    protected = inline.protect(source, Markup.NATIVE)
    return Worded(
        rendering=replace(
            rendering, target=target, origin=Origin.HUMAN, engine="", score=None, issues=tuple(_remark(i) for i in issues)
        ),
        objections=(*(i.note for i in issues if i.severity.blocking), *(f"the link to {href} has no words any more" for href in lost)),
        key=memory_key(protected.text, base, "", terms),
        memo=Remembered(source=protected.text, target=inline.carry(protected, target), pair=base),
    )  # fmt: skip


def put(made: Translation, place: str, number: int, rendering: Rendering, bar: decide.Bar, hold: str, now: datetime) -> Translation:
    """The translation with this sentence in it, and the verdict on what it is now. ``hold``: why a person has to publish it."""
    passages = tuple(replace(p, renderings=_set(p, number, rendering)) if p.place == place else p for p in made.passages)
    verdict, reason = decide.verdict(passages, bar)
    if hold and verdict is not Verdict.HOLD:
        verdict, reason = Verdict.HOLD, hold
    return replace(made, passages=passages, verdict=verdict, reason=reason, reviewed=now)


def publish(made: Translation, reason: str, now: datetime) -> Translation:
    """Published because a person says so; readers are warned of what the checks still object to."""
    renderings = [r for p in made.passages for r in p.renderings]
    clean = not made.gist and not any(r.blocked or r.origin is Origin.ORIGINAL for r in renderings)
    return replace(made, verdict=Verdict.PUBLISH if clean else Verdict.MARK, reason=reason, reviewed=now)


def hold(made: Translation, reason: str) -> Translation:
    """Held because a person says so."""
    return replace(made, verdict=Verdict.HOLD, reason=reason)


def moved(before: Inline, text: str) -> tuple[Span, ...]:
    """The spans of a sentence on the same words of its new wording; those whose words are gone are gone."""
    old, new = _words(before.text), _words(text)
    blocks = difflib.SequenceMatcher(None, [w for _, _, w in old], [w for _, _, w in new], autojunk=False).get_matching_blocks()
    to = {b.a + n: b.b + n for b in blocks for n in range(b.size)}
    out = []
    for span in before.spans:
        inside = [n for n, (start, end, _) in enumerate(old) if span.start < end and start < span.end]
        there = [to[n] for n in inside if n in to]
        if span.kind in CARRIED and there:
            out.append(replace(span, start=new[min(there)][0], end=new[max(there)][1]))
    return tuple(s for n, s in enumerate(out) if not any(_cross(s, other) for other in out[:n]))


def _words(text: str) -> list[tuple[int, int, str]]:
    return [(m.start(), m.end(), m.group()) for m in re.finditer(r"\w+|[^\w\s]", text)]


def _cross(one: Span, other: Span) -> bool:
    apart = one.end <= other.start or other.end <= one.start
    return not apart and not (one.start <= other.start and other.end <= one.end) and not (other.start <= one.start and one.end <= other.end)


def _set(passage: Passage, number: int, rendering: Rendering) -> tuple[Rendering, ...]:
    return tuple(rendering if n == number else r for n, r in enumerate(passage.renderings))


def _remark(issue: Issue) -> Issue:
    return replace(issue, severity=Severity.MINOR) if issue.severity.blocking else issue
