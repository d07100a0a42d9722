"""Quotation spans: what stands between quotation marks of any style, ours or a careless page's.

Marks open or close by their shape, by their neighbours (``"`` and ``'`` have no shape; ``”`` opens in Swedish, ``«``
closes in German and Danish) and by the language. An apostrophe is no mark; one that has no partner in the text makes
no span. Hand-written: the libraries that "educate" quotes write marks, none of them finds spans.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from babelwire.model import Inline, Span, SpanKind

#: What may close what, whatever the language.
PAIRS = {
    "“": "”“",
    "”": "”",
    "„": "“”„",
    "‟": "”",
    "«": "»«",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "‘": "’‘",
    "‚": "‘’",
    "’": "’",
    '"': '"',
    "'": "'",
    "「": "」",
    "『": "』",
    "〝": "〞〟",
    "＂": "＂",
}
CLOSERS = frozenset("".join(PAIRS.values()))
_ANY = re.compile(f"[{re.escape(''.join(sorted(CLOSERS.union(PAIRS))))}]")
ALIKE = frozenset("\"'＂”’")  #: the same shape at both ends: neighbours decide
INWARD = frozenset({"de", "da", "hr", "sl", "sk", "cs", "hu", "pl", "sr", "bg", "mk", "bs"})  #: »…«
BEFORE = frozenset(" \t\n\u00a0\u202f\u2009([{-–—/¿¡:…").union(PAIRS)  #: what stands before an opening mark


def quotations(inline: Inline, language: str) -> Inline:
    """The same text, its quotation spans found anew; the marks belong to the span. Spans of other kinds stay.

    A quotation that would cross another span (a link that begins inside it and ends outside) makes no span.
    """
    if not inline.spans and not _ANY.search(inline.text):
        return inline
    others = [s for s in inline.spans if s.kind is not SpanKind.QUOTATION]
    found = [s for s in _pairs(inline.text, language.split("-")[0]) if not any(_cross(s, (o.start, o.end)) for o in others)]
    spans = [*others, *(Span(start=a, end=b, kind=SpanKind.QUOTATION) for a, b in found)]
    return Inline(inline.text, tuple(sorted(spans, key=lambda s: (s.start, -s.end))))


def _pairs(text: str, language: str) -> list[tuple[int, int]]:
    """Ranges from an opening mark to behind its closing one, outer before inner."""
    stack: list[int] = []
    found: list[tuple[int, int]] = []
    for match in _ANY.finditer(text):
        at, letter = match.start(), match.group()
        role = _role(text, at, language)
        partner = _partner(text, at, stack) if role in ("close", "either") else None
        if partner is not None:
            found.append((stack[partner], at + 1))
            del stack[partner:]
        elif role in ("open", "either") and letter in PAIRS:
            stack.append(at)
    return sorted(found, key=lambda r: (r[0], -r[1]))


def _role(text: str, at: int, language: str) -> str:
    """``open`` | ``close`` | ``either`` | ``none`` (an apostrophe), by the neighbours, and by shape where they do not say."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    edge = not before or before in BEFORE
    starts = edge and bool(after) and not after.isspace() and after not in ".,;:!?)]}"
    ends = not edge and not after.isalnum()
    if starts != ends:
        return "open" if starts else "close"
    if text[at] in ALIKE:
        return "none" if before.isalnum() and after.isalnum() else "either"
    opens = text[at] in ("»›" if language in INWARD else "«‹“") or text[at] not in CLOSERS
    return "open" if opens else "close"


def _partner(text: str, at: int, stack: Sequence[int]) -> int | None:
    """The innermost open mark that this one may close; a lone letter between apostrophes (rock 'n' roll) is no quotation."""
    least = 3 if text[at] in "'’" else 2
    return next((n for n in range(len(stack) - 1, -1, -1) if text[at] in PAIRS[text[stack[n]]] and at - stack[n] >= least), None)


def _cross(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[0] < a[1] < b[1] or b[0] < a[0] < b[1] < a[1]
