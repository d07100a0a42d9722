"""The glossary: how the desk renders a phrase, per pair of languages, and which phrases it never translates.

Files: TOML (``[[term]] source, target, from, to, forms, case, note``), CSV (``source,target,from,to``; a header line) and
TBX (ISO 30042, as other tools export it). Terms are found in inflected forms too: words are compared by their Snowball
stems (snowballstemmer), which knows the languages we have glossaries for; where it knows none, by the word itself.
"""

from __future__ import annotations

import csv
import functools
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from babelwire.errors import GlossaryError
from babelwire.model import Inline, Pair, Span, SpanKind, Term, short_hash

WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
#: BCP 47 base tag -> the stemmer's name
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "no": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A term at a place of a text."""

    term: Term
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Glossary:
    """All terms of the desk, and their version: it changes with any of them."""

    terms: tuple[Term, ...] = ()

    @property
    def version(self) -> str:
        return short_hash(*(f"{t}" for t in self.terms)) if self.terms else ""

    def serving(self, pair: Pair) -> tuple[Term, ...]:
        """The terms for a pair, longest first, so that a phrase wins over a word inside it."""
        wanted = Pair(_base(pair.source), _base(pair.target))
        mine = [t for t in self.terms if (t.pair.source, t.pair.target) in _scopes(wanted)]
        return tuple(sorted(mine, key=lambda t: len(t.source), reverse=True))

    def find(self, text: str, pair: Pair) -> tuple[Found, ...]:
        """Where terms stand in a text, in order, none overlapping."""
        terms = self.serving(pair)
        if not terms:
            return ()
        words = [(m.start(), m.end(), m.group()) for m in WORD.finditer(text)]
        taken = [False] * len(words)
        found: list[Found] = []
        for term in terms:
            wanted = WORD.findall(term.source)
            for at in range(len(words) - len(wanted) + 1):
                run = words[at : at + len(wanted)]
                if not any(taken[at : at + len(wanted)]) and wanted and _same(run, wanted, term, pair.source):
                    taken[at : at + len(wanted)] = [True] * len(wanted)
                    found.append(Found(term, run[0][0], run[-1][1]))
        return tuple(sorted(found, key=lambda f: f.start))

    def mark(self, text: Inline, pair: Pair, *, native: bool) -> Inline:
        """Mark terms as spans: kept untranslated, or (``native``: the engine carries marks) found again by ``apply``."""
        spans = []
        for found in self.find(text.text, pair):
            if any(s.start < found.end and found.start < s.end and not _nested(s, found) for s in text.spans):
                continue
            if found.term.target is None:
                spans.append(Span(start=found.start, end=found.end, kind=SpanKind.KEEP))
            elif native:
                spans.append(Span(start=found.start, end=found.end, kind=SpanKind.TERM, term=found.term.source))
        return Inline(text.text, tuple(sorted((*text.spans, *spans), key=lambda s: (s.start, -s.end)))) if spans else text


def apply(target: Inline, terms: Sequence[Term], tag: str) -> Inline:
    """Put the glossary's wording where an engine carried a term's mark to, unless it is there in some inflection."""
    named = {t.source: t for t in terms}
    marks = [s for s in target.spans if s.kind is SpanKind.TERM]
    for mark in sorted(marks, key=lambda m: m.start, reverse=True):  # engines change the order of words, so marks say whose they are
        term = named.get(mark.term or "")
        if term and term.target is not None and not accepted(term, target.text[mark.start : mark.end], tag):
            target = target.replaced(mark.start, mark.end, term.target)
    return Inline(target.text, tuple(s for s in target.spans if s.kind is not SpanKind.TERM))


def accepted(term: Term, text: str, language: str) -> bool:
    """Is the term rendered in ``text`` as the glossary wants it, in some inflection?"""
    wanted = (term.target, *term.forms) if term.target is not None else (term.source,)
    words = WORD.findall(text)
    return any(_inside(WORD.findall(form), words, language) for form in wanted)


def alike(one: str, two: str, language: str) -> bool:
    """Are these forms of one word? By stem, or by a bare plural ending, which Snowball keeps in words like "bleus"."""
    if stem(one, language) == stem(two, language):
        return True
    short, long = sorted((one.casefold(), two.casefold()), key=len)
    return len(short) > 2 and long.startswith(short) and long[len(short) :] in ("s", "x", "es")


@functools.lru_cache(maxsize=50_000)
def stem(word: str, language: str) -> str:
    """The stem of a word, lower-case; the word itself where no stemmer serves the language."""
    name = STEMMERS.get(_base(language))
    return str(_stemmer(name).stemWord(word.casefold())) if name else word.casefold()


def load(paths: Iterable[Path]) -> Glossary:
    """Read glossary files, in order; a later line for the same phrase and pair wins.

    Raises GlossaryError naming file, line and what is wrong with it.
    """
    terms: dict[tuple[str, str, str], Term] = {}
    for path in paths:
        readers = {".toml": _toml, ".csv": _csv, ".tsv": _csv, ".tbx": _tbx}
        reader = readers.get(path.suffix.lower())
        if reader is None:
            raise GlossaryError(str(path), 0, f"a glossary is one of {', '.join(readers)}")
        try:
            loaded = reader(path)
        except (OSError, UnicodeDecodeError) as error:
            raise GlossaryError(str(path), 0, str(error)) from error
        terms.update({(t.source.casefold(), t.pair.source, t.pair.target): t for t in loaded})
    return Glossary(tuple(terms.values()))


# ---------------------------------------------------------------------------------------------- the small steps


def _base(tag: str) -> str:
    return tag.split("-", 1)[0].lower()


def _scopes(pair: Pair) -> set[tuple[str, str]]:
    return {(pair.source, pair.target), (pair.source, "*"), ("*", pair.target), ("*", "*")}


def _nested(span: Span, found: Found) -> bool:
    return (span.start <= found.start and found.end <= span.end) or (found.start <= span.start and span.end <= found.end)


def _same(run: Sequence[tuple[int, int, str]], wanted: Sequence[str], term: Term, language: str) -> bool:
    if term.case_sensitive or term.target is None:
        return [w for _, _, w in run] == list(wanted)
    return all(alike(w, v, language) for (_, _, w), v in zip(run, wanted, strict=True))


def _inside(short: list[str], long: list[str], language: str) -> bool:
    runs = (long[i : i + len(short)] for i in range(len(long) - len(short) + 1))
    return bool(short) and any(all(alike(a, b, language) for a, b in zip(short, run, strict=True)) for run in runs)


@functools.lru_cache
def _stemmer(name: str) -> Any:
    import snowballstemmer

    return snowballstemmer.stemmer(name)


def _term(path: Path, line: int, source: str, target: str | None, pair: tuple[str, str], **more: Any) -> Term:
    if not WORD.search(source or ""):
        raise GlossaryError(str(path), line, "the term has no source phrase")
    if target is not None and not target.strip():
        raise GlossaryError(str(path), line, f"{source!r} has an empty target; leave the target out to keep the phrase untranslated")
    for tag in pair:
        if not re.fullmatch(r"\*|[a-z]{2,3}", tag):
            raise GlossaryError(str(path), line, f"{tag!r} is not a language (like fr), nor * for all")
    return Term(source=source.strip(), target=target.strip() if target is not None else None, pair=Pair(*pair), **more)


def _toml(path: Path) -> list[Term]:
    text = path.read_text(encoding="utf-8")
    try:
        rows = tomllib.loads(text).get("term", [])
    except tomllib.TOMLDecodeError as error:
        raise GlossaryError(str(path), _line(str(error)), str(error)) from error
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "[[term]]"] + [0] * len(rows)
    out = []
    for line, row in zip(lines, rows, strict=False):
        unknown = set(row) - {"source", "target", "from", "to", "forms", "case", "note"}
        if unknown:
            raise GlossaryError(str(path), line, f"unknown key {sorted(unknown)[0]!r}")
        out.append(
            _term(
                path, line, row.get("source", ""), row.get("target"), (row.get("from", "*"), row.get("to", "*")),
                forms=tuple(row.get("forms", ())), case_sensitive=bool(row.get("case", False)), note=row.get("note", ""),
            )
        )  # fmt: skip
    return out


def _csv(path: Path) -> list[Term]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
        missing = {"source", "target", "from", "to"} - set(rows.fieldnames or ())
        if missing:
            raise GlossaryError(str(path), 1, f"the first line must name the columns; {sorted(missing)[0]!r} is missing")
        return [_term(path, n, r["source"] or "", r["target"] or None, (r["from"] or "*", r["to"] or "*")) for n, r in enumerate(rows, 2)]


def _tbx(path: Path) -> list[Term]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise GlossaryError(str(path), error.lineno or 0, error.msg) from error
    out = []
    for concept in root.iter("{*}termEntry", "{*}conceptEntry", "termEntry", "conceptEntry"):
        named: dict[str, list[str]] = {}
        for group in concept.iter("{*}langSet", "{*}langSec", "langSet", "langSec"):
            tag = _base(group.get("{http://www.w3.org/XML/1998/namespace}lang", "*"))
            named.setdefault(tag, []).extend("".join(t.itertext()).strip() for t in group.iter("{*}term", "term"))
        for source, phrases in named.items():
            for target, forms in named.items():
                if source != target and forms:
                    line = int(concept.sourceline or 0)
                    out += [_term(path, line, p, forms[0], (source, target), forms=tuple(forms[1:])) for p in phrases]
    return out


def _line(message: str) -> int:
    at = re.search(r"line (\d+)", message)
    return int(at.group(1)) if at else 0
