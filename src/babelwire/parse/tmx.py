"""TMX 1.4b, the file in which translation memories travel: any tool's in, a plain file out.

A unit is a sentence in two languages, with the engine that made it, and when. Marks are ``bpt`` and ``ept`` around the words of a
span and ``ph`` for what came through as it was; ``x`` says which of the source's corresponds. Read one unit at a time: a memory
has millions. translate-toolkit reads and writes TMX too, but as bare text: its units know no inline marks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from babelwire import __version__
from babelwire.errors import ParseError
from babelwire.model import Pair, Remembered
from babelwire.parse.tree import CONTROL, elements
from babelwire.text.inline import ATOM, CLOSE, LIMIT, MARKER, OPEN

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
DATE = "%Y%m%dT%H%M%SZ"
ENGINE, SCORE, ORIGIN = "x-engine", "x-score", "x-origin"
HEADER = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4">
<header creationtool="Babelwire" creationtoolversion={version} segtype="sentence" o-tmf="Babelwire" adminlang="en" srclang="*all*" \
datatype="plaintext" creationdate="{now}"/>
<body>
"""


def written(kept: Iterable[Remembered], now: datetime) -> Iterator[str]:
    """The file, piece by piece."""
    yield HEADER.format(version=quoteattr(__version__), now=now.astimezone(UTC).strftime(DATE))
    for item in kept:
        yield _unit(item)
    yield "</body>\n</tmx>\n"


def read(path: Path, targets: Collection[str] = (), pair: Pair | None = None) -> Iterator[tuple[int, Remembered]]:
    """The sentences of a file into one of the languages ``targets`` (or of one pair alone), each with the number of its unit.

    Raises ParseError: no TMX, broken or cut short (naming the line), a unit without languages, none in these languages.
    """
    there: set[str] = set()
    found = 0
    for number, unit in enumerate(elements(str(path), "tmx", "tu", "a TMX file"), 1):
        for said in _said(unit, number, path):
            there.add(str(said.pair))
            if said.pair == pair or (pair is None and (not targets or said.pair.target in targets)):
                found += 1
                yield number, said
    if not found:
        wanted = f"from {pair.source} to {pair.target}" if pair else f"into {', '.join(sorted(targets)) or 'another language'}"
        raise ParseError(str(path), f"has no sentence {wanted}; it has {', '.join(sorted(there)) or 'none at all'}")


# ---------------------------------------------------------------------------------------------- out


def _unit(item: Remembered) -> str:
    made = f" creationdate={quoteattr(item.made.astimezone(UTC).strftime(DATE))}" if item.made else ""
    props = {ENGINE: item.engine, SCORE: "" if item.score is None else repr(item.score), ORIGIN: item.origin}
    said = "".join(f'<prop type="{name}">{_clean(value)}</prop>' for name, value in props.items() if value)
    sides = ((item.pair.source, item.source), (item.pair.target, item.target))
    variants = "".join(f'<tuv xml:lang="{language}"><seg>{_segment(text)}</seg></tuv>' for language, text in sides)
    return f'<tu srclang="{item.pair.source}"{made}>{said}{variants}</tu>\n'


def _segment(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for mark in MARKER.finditer(text):
        pieces += (_clean(text[at : mark.start()]), _mark(ord(mark[0])))
        at = mark.end()
    return "".join((*pieces, _clean(text[at:])))


def _mark(code: int) -> str:
    if code < CLOSE:
        return f'<bpt i="{code - OPEN + 1}" x="{code - OPEN + 1}"/>'
    return f'<ept i="{code - CLOSE + 1}"/>' if code < ATOM else f'<ph x="{code - ATOM + 1}"/>'


def _clean(text: str) -> str:
    return escape(CONTROL.sub("", text))


# ---------------------------------------------------------------------------------------------- in


def _said(unit: etree._Element, number: int, path: Path) -> Iterator[Remembered]:
    """A unit as sentences: from its source language to each of the others."""
    variants: list[tuple[str, etree._Element]] = []
    for variant in unit.iterchildren("{*}tuv", "tuv"):
        language = variant.get(LANGUAGE) or variant.get("lang") or ""
        if not TAG.fullmatch(language):
            said = f"has {language!r} for a language" if language else "names no language (xml:lang)"
            raise ParseError(str(path), f"unit {number}, line {variant.sourceline}: a <tuv> {said}")
        segment = next(variant.iterchildren("{*}seg", "seg"), None)
        if segment is not None:
            variants.append((re.split("[-_]", language)[0].lower(), segment))
    wanted = re.split("[-_]", unit.get("srclang", ""))[0].lower()
    source = next((v for v in variants if v[0] == wanted), variants[0] if variants else None)
    props = {p.get("type"): (p.text or "").strip() for p in unit.iterchildren("{*}prop", "prop")}
    for language, segment in variants:
        if source is None or language == source[0]:
            continue
        marks = _Marks()
        texts = (marks.text(source[1]), marks.text(segment))
        if all(t.strip() for t in texts):
            yield Remembered(
                source=texts[0].strip(), target=texts[1].strip(), pair=Pair(source[0], language), engine=props.get(ENGINE, ""),
                score=_number(props.get(SCORE)), origin=path.name, made=_date(unit.get("changedate") or unit.get("creationdate")),
            )  # fmt: skip


class _Marks:
    """Numbers of marks by the names a file gives them: in the source's order, and in the target the same ones."""

    def __init__(self) -> None:
        self.pairs: dict[str, int] = {}
        self.atoms: dict[str, int] = {}

    def text(self, segment: etree._Element) -> str:
        """A segment with marker characters in place of its inline elements; what these hold is code of another tool's."""
        pieces = [_words(segment.text)]
        opened: dict[str, int] = {}
        atoms = 0
        for element in segment:
            kind = etree.QName(element).localname
            if kind == "bpt":
                number = self.pairs.setdefault(element.get("x") or element.get("i") or "", len(self.pairs))
                opened[element.get("i") or ""] = number
                pieces.append(chr(OPEN + number) if number < LIMIT else "")
            elif kind == "ept":
                closed = opened.pop(element.get("i") or "", LIMIT)
                pieces.append(chr(CLOSE + closed) if closed < LIMIT else "")
            elif kind == "hi":
                pieces += map(_words, element.itertext(with_tail=False))
            else:  # ph, it, ut, sub: stand for something that is in the text
                atoms += 1
                number = self.atoms.setdefault(element.get("x") or f"#{atoms}", len(self.atoms))
                pieces.append(chr(ATOM + number) if number < LIMIT else "")
            pieces.append(_words(element.tail))
        return "".join(pieces)


def _words(text: str | None) -> str:
    return MARKER.sub("", text or "")


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _date(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text, DATE).replace(tzinfo=UTC) if text else None
    except ValueError:
        return None
