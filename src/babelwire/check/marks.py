"""Checks of what is not words: quotation marks, brackets, entities, markup, markers, links, addresses, kept text, capitals."""

from __future__ import annotations

import html.entities
import re
from collections import Counter
from collections.abc import Iterator

from babelwire.model import SpanKind
from babelwire.text import language as tags
from babelwire.text.quotes import Mark, loose_singles

from .look import Look, Side, shown

# ---------------------------------------------------------------------------------------------- quotation marks


def quoted(look: Look) -> bool:
    """Is there a quotation mark on either side?"""
    return bool(look.source.marks or look.target.marks)


def quotation_lost(look: Look) -> Iterator[str]:
    """Seed fault 5: the source quotes somebody, the translation does not say so."""
    theirs, _, _ = look.source.quotations
    if theirs and _bare(look.target) and not all(_titled(look.source, m) for m in theirs):
        first = theirs[0]
        yield f"the source has the quotation {_shown_at(look.source, first)}, the translation has no quotation marks"


def quotation_part(look: Look) -> Iterator[str]:
    """As ``quotation_lost``, where a quotation only begins or ends in this sentence: the passage as a whole decides."""
    theirs, opened, closed = look.source.quotations
    if (opened or closed) and not theirs and _bare(look.target):
        yield f"a quotation {'begins' if opened else 'ends'} in the source, the translation has no quotation marks"


def _bare(side: Side) -> bool:
    return not side.marks and not any(loose_singles(side.inline.text))


def _shown_at(side: Side, mark: Mark) -> str:
    return shown(side.inline.text[mark.at : (mark.partner or 0) + 1])


def _titled(side: Side, mark: Mark) -> bool:
    """Up to three words, or words with capital letters: a title or a nickname, which many languages set without marks."""
    words = side.inline.text[mark.at + 1 : mark.partner].split()
    return len(words) <= 3 or all(w[:1].isupper() for w in words)


def quotation_open(look: Look) -> Iterator[str]:
    """Seed fault 4: a quotation that is opened and never closed, or closed and never opened, where the source's all match."""
    if any(look.target.quotations[1:]) and not _loose(look.source):
        yield from _unmatched(look)


def quotation_continued(look: Look) -> Iterator[str]:
    """As ``quotation_open``, in a sentence to which a quotation of the source goes on, or from which: the passage decides."""
    if any(look.target.quotations[1:]) and _loose(look.source):
        yield from _unmatched(look)


def _loose(side: Side) -> bool:
    return any(side.quotations[1:]) or any(loose_singles(side.inline.text))


def _unmatched(look: Look) -> Iterator[str]:
    (_, opened, closed), singles = look.source.quotations, loose_singles(look.source.inline.text)
    _, open_here, closed_here = look.target.quotations
    if open_here > opened + singles[0]:
        yield f"a quotation is opened and never closed: {shown(_at_loose(look.target, opens=True))}"
    if closed_here > closed + singles[1]:
        yield f"a quotation is closed and was never opened: {shown(_at_loose(look.target, opens=False))}"


def _at_loose(side: Side, *, opens: bool) -> str:
    at = next((m.at for m in side.marks if m.partner is None and m.opens is opens), 0)
    return side.inline.text[max(0, at - 20) : at + 25]


def quotation_count(look: Look) -> Iterator[str]:
    """As many quoted stretches as in the source."""
    theirs, ours = look.source.quotations[0], look.target.quotations[0]
    if theirs and ours and len(theirs) != len(ours):
        yield f"the source quotes {len(theirs)} times, the translation {len(ours)} times"


def bracket(look: Look) -> Iterator[str]:
    """Brackets that match in the source match in the translation."""
    for one, other in (("(（", ")）"), ("[", "]")):
        if not _balanced(look.target.text, one, other) and _balanced(look.source.text, one, other):
            yield f"brackets {one[0]}{other[0]} match in the source and do not in the translation"


def _balanced(text: str, ones: str, others: str) -> bool:
    return sum(map(text.count, ones)) == sum(map(text.count, others))


def scare_capital(look: Look) -> Iterator[str]:
    """Seed fault 8: a capital letter inside a scare quote in mid-sentence, where the source has a small one."""
    for mark in scare_capitals(look):
        yield f"capital letter inside a quotation in mid-sentence: {shown(look.target.inline.text[mark.at : (mark.partner or 0) + 1])}"


def scare_capitals(look: Look) -> list[Mark]:
    """The quotations of the target that begin with a capital letter they should not have."""
    theirs = look.source.quotations[0]
    if not theirs or look.target.base in tags.CAPITAL_NOUNS:
        return []
    ours = look.target.quotations[0]
    if len(theirs) != len(ours):
        return []
    return [t for s, t in zip(theirs, ours, strict=True) if _starts_small(look.source, s) and _starts_capital(look.target, t)]


def _starts_small(side: Side, mark: Mark) -> bool:
    inside = side.inline.text[mark.at + 1 : mark.partner].strip("\u00a0\u202f ")
    return bool(inside) and inside[0].islower()


def _starts_capital(side: Side, mark: Mark) -> bool:
    text = side.inline.text
    before = text[: mark.at].rstrip("\u00a0\u202f ")
    inside = text[mark.at + 1 : mark.partner].strip("\u00a0\u202f ")
    word = re.split(r"\W", inside, maxsplit=1)[0]
    if not before or before[-1] in ".!?…:" or not word[:1].isupper() or (len(word) > 1 and not word[1:].islower()):
        return False
    return len(inside.split()) <= 4


# ---------------------------------------------------------------------------------------------- leaks

#: Engines break entities too: "& # 39 ;", "&amp; quot;".
_ENTITY = re.compile(r"&\s?(?:amp\s?;\s?)*(?:#\s?\d{1,6}|#\s?x[0-9a-f]{1,6}|([a-z]{2,8}))\s?;", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,300})?/?>|\[/?(?:b|i|u|s|url|img|quote|size|color)(?:=[^\]]*)?\]|</s>|<unk>|⁇|▁|@@(?=\s)|>>\w{3}<<|"
    r"\[\[/?(?:[tw]:[^\]]*)?\]\]|__\w+__|\{\d+\}|⟦[^⟧]*⟧|%\(?\w*\)?s\b|\]\(https?:|\*\*(?=\S)",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"[\ue000-\uf8ff\ufffd\U000f0000-\U0010fffd]")
_APERTIUM = re.compile(r"(?<![\w*@#/])[*@#](?=[^\W\d_])[\w’'-]+")


def entities(text: str) -> list[str]:
    """HTML entities written out in a text, whole or broken by spaces."""
    if "&" not in text:
        return []
    return [
        m.group()
        for m in _ENTITY.finditer(text)
        if not m[1] or f"{m[1]};" in html.entities.html5 or f"{m[1].lower()};" in html.entities.html5
    ]


def entity(look: Look) -> Iterator[str]:
    """An HTML entity that the source does not have: the engine escaped its answer."""
    ours = entities(look.target.inline.text)
    theirs = entities(look.source.inline.text) if ours else []
    for found in dict.fromkeys(ours):
        if found not in theirs:
            yield f"HTML entity left in the text: {shown(found)}"


def markup(look: Look) -> Iterator[str]:
    """Tags, BBCode, placeholders or pieces of an engine's own notation that the source does not have."""
    for found in dict.fromkeys(m.group() for m in _MARKUP.finditer(look.target.inline.text)):
        if found not in look.source.inline.text:
            yield f"markup left in the text: {shown(found)}"


def marker(look: Look) -> Iterator[str]:
    """Private-use or replacement characters: our own markers, or bytes that were no text."""
    if look.target.western:
        return
    found = {c for c in _PRIVATE.findall(look.target.inline.text) if c not in look.source.inline.text}
    if found:
        yield f"characters that are no text were left: {', '.join(f'U+{ord(c):04X}' for c in sorted(found))}"


def apertium(look: Look) -> Iterator[str]:
    """The marks with which Apertium shows what it could not do: ``*unknown``, ``@untranslated``, ``#ungenerated``."""
    theirs, ours = look.source.inline.text, look.target.inline.text
    if not ("*" in ours or "@" in ours or "#" in ours):
        return
    for found in dict.fromkeys(m.group() for m in _APERTIUM.finditer(ours)):
        if found not in theirs:
            yield f"the engine marked a word it could not translate: {shown(found)}"


# ---------------------------------------------------------------------------------------------- what must come through


def carried(look: Look) -> bool:
    """Is there on either side what must come through?"""
    return any(s.inline.spans or s.addresses for s in (look.source, look.target))


def links(look: Look) -> Iterator[str]:
    """The links of the translation are those of the source, none lost, none invented."""
    theirs = Counter(s.href or "" for s in look.source.inline.spans if s.kind is SpanKind.LINK)
    ours = Counter(s.href or "" for s in look.target.inline.spans if s.kind is SpanKind.LINK)
    for href in theirs:
        if href not in ours:
            yield f"the link to {href} was lost"
    for href in ours:
        if href not in theirs:
            yield f"a link to {href} that the source does not have"


def addresses(look: Look) -> Iterator[str]:
    """Web and mail addresses, handles and tags are those of the source."""
    target, source = look.target.inline.text, look.source.inline.text
    for found in dict.fromkeys(look.source.addresses):
        if found not in target:
            yield f"{found} was lost or changed"
    for found in dict.fromkeys(look.target.addresses):
        if found not in source and not (found[0] in "@#" and _APERTIUM.match(found)):
            yield f"{found} is not in the source"


def kept(look: Look) -> Iterator[str]:
    """Code, and words marked as not to be translated, are there unchanged."""
    for found in dict.fromkeys(look.source.kept):
        if found.strip() and found not in look.target.inline.text:
            yield f"{shown(found)} was to be kept as it is, and is not there"
