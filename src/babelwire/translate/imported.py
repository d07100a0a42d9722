"""A sentence of somebody else's translation memory, looked over like any other: only what passes the checks is remembered."""

from __future__ import annotations

from babelwire import check
from babelwire.glossary import Glossary
from babelwire.model import Hypothesis, Inline, Markup, Remembered, Span, SpanKind
from babelwire.text import inline
from babelwire.translate.sentence import memory_key


def looked_over(said: Remembered, glossary: Glossary) -> tuple[str, str]:
    """Its key in the memory, with the glossary as it is now; and why it cannot be remembered, or an empty string."""
    source = _source(said.source)
    terms = tuple(dict.fromkeys(f.term for f in glossary.find(source.text, said.pair)))
    key = memory_key(said.source, said.pair, said.engine, terms)
    protected = inline.protect(source, Markup.NATIVE)
    restored = inline.restore(protected, Hypothesis(text=said.target), search=False)
    if restored.lost:
        return key, f"marks of the source are missing in the translation of {source.text[:60]!r}"
    found = check.segment(source, restored.inline, said.pair, terms=terms)
    blocking = next((i.note for i in found if i.severity.blocking), "")
    return key, f"{blocking} ({source.text[:60]!r})" if blocking else ""


def _source(text: str) -> Inline:
    """The marked text with spans that stand for its marks: what they were is not known, so they are links (which must not be
    lost), and what was not to be translated is a placeholder."""
    plain: list[str] = []
    at, opened, spans = 0, dict[int, int](), list[Span]()
    for letter in text:
        code = ord(letter)
        if inline.OPEN <= code < inline.CLOSE:
            opened[code - inline.OPEN] = at
        elif inline.CLOSE <= code < inline.ATOM:
            start = opened.pop(code - inline.CLOSE, at)
            if start < at:
                spans.append(Span(start=start, end=at, kind=SpanKind.LINK, href=f"https://{code - inline.CLOSE}.invalid/"))
        elif inline.ATOM <= code < inline.ATOM + inline.LIMIT:
            word = f"{{{code - inline.ATOM + 1}}}"
            spans.append(Span(start=at, end=at + len(word), kind=SpanKind.KEEP))
            plain.append(word)
            at += len(word)
        else:
            plain.append(letter)
            at += 1
    return Inline("".join(plain), tuple(sorted(spans, key=lambda s: (s.start, -s.end))))
