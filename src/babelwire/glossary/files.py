"""Glossary files, in and out: TOML (``[[term]] source, target, from, to, forms, case, note``), CSV and TSV
(``source,target,from,to`` and perhaps ``forms,case,note``; a header line; forms with ``|`` between) and TBX (ISO 30042, as
other tools export it).
"""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from babelwire.errors import GlossaryError
from babelwire.glossary.words import WORD, base
from babelwire.model import Pair, Term

COLUMNS = ("source", "target", "from", "to", "forms", "case", "note")
NEEDED = COLUMNS[:4]
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LONGEST = 64_000_000  #: bytes of a file
Line = tuple[int, Term | GlossaryError]  #: what stands on a line, or what is wrong with it


def read(path: Path) -> list[Line]:
    """Every term of a file with its line; in place of one that cannot be used what is wrong with it, and what to do.

    Raises GlossaryError: not to be read at all, or no glossary.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise GlossaryError(str(path), 0, f"a glossary is one of {', '.join(READERS)}; rename the file, or convert it")
    try:
        if path.stat().st_size > LONGEST:
            raise GlossaryError(str(path), 0, f"is larger than {LONGEST // 1_000_000} MB; split it")
        return list(reader(path))
    except UnicodeDecodeError as error:
        raise GlossaryError(str(path), 0, "is not UTF-8; save it as UTF-8") from error
    except OSError as error:
        raise GlossaryError(str(path), 0, error.strerror or str(error)) from error


def to_toml(terms: Sequence[Term]) -> str:
    """A glossary file that says these terms."""
    return "".join(_table(t) for t in terms)


def identity(term: Term) -> tuple[str, str, str]:
    """Two terms with the same identity say how the same phrase is rendered: the later one wins."""
    return (term.source.casefold(), term.pair.source, term.pair.target)


# ---------------------------------------------------------------------------------------------- the small steps


def _table(term: Term) -> str:
    lines = ["[[term]]", f"source = {_string(term.source)}"]
    if term.target is not None:
        lines.append(f"target = {_string(term.target)}")
    lines += [f"from = {_string(term.pair.source)}", f"to = {_string(term.pair.target)}"]
    if term.forms:
        lines.append(f"forms = [{', '.join(map(_string, term.forms))}]")
    if term.case_sensitive:
        lines.append("case = true")
    if term.note:
        lines.append(f"note = {_string(term.note)}")
    return "\n".join(lines) + "\n\n"


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _term(path: Path, line: int, row: dict[str, Any]) -> Line:
    """A line as a term, or what is wrong with it."""
    wrong = _wrong(row)
    if wrong:
        return line, GlossaryError(str(path), line, wrong)
    target = row.get("target")
    return line, Term(
        source=row["source"].strip(), target=None if target is None else target.strip(),
        pair=Pair(row.get("from", "*"), row.get("to", "*")), forms=tuple(f.strip() for f in row.get("forms", ())),
        case_sensitive=row.get("case", False), note=row.get("note", ""),
    )  # fmt: skip


def _wrong(row: dict[str, Any]) -> str:
    unknown = set(row) - set(COLUMNS)
    if unknown:
        return f"unknown key {sorted(unknown)[0]!r}; known: {', '.join(COLUMNS)}"
    for key, value in row.items():
        if key == "case" and not isinstance(value, bool):
            return "case is to be true or false"
        if key == "forms" and not (isinstance(value, list) and all(isinstance(f, str) for f in value)):
            return 'forms is to be a list of texts, like ["Casques bleus"]'
        if key not in ("case", "forms") and not isinstance(value, str):
            return f"{key} is to be a text in quotation marks"
    source, target = row.get("source", ""), row.get("target")
    if not WORD.search(source):
        return "the term has no source phrase; write one, or take the term out"
    if target is not None and not WORD.search(target):
        return f"{source!r} has an empty target; leave the target out to keep the phrase untranslated"
    if any(not WORD.search(f) for f in row.get("forms", ())):
        return f"{source!r} has an empty form; take it out"
    for key in ("from", "to"):
        if not re.fullmatch(r"\*|[a-z]{2,3}", row.get(key, "*")):
            return f"{key} = {row[key]!r} is not a language (like fr), nor * for all"
    return ""


def _toml(path: Path) -> Iterator[Line]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise GlossaryError(str(path), int(at[1]) if at else 0, f"{error}; put it right as https://toml.io says") from error
    other = sorted(set(raw) - {"term"})
    rows = raw.get("term", [])
    if other or not isinstance(rows, list):
        raise GlossaryError(str(path), 0, f"a glossary holds [[term]] tables, not {other[0] if other else '[term]'!r}")
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*term\s*\]\]", line)] + [0] * len(rows)
    for line, row in zip(lines, rows, strict=False):
        yield _term(path, line, row)


def _csv(path: Path) -> Iterator[Line]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",", strict=True)
        try:
            names = set(rows.fieldnames or ())
            missing = [c for c in NEEDED if c not in names]
            if missing:
                raise GlossaryError(str(path), 1, f"the first line must name the columns {', '.join(NEEDED)}; {missing[0]!r} is missing")
            for row in rows:
                yield _row(path, rows.line_num, row)
        except csv.Error as error:
            raise GlossaryError(str(path), rows.line_num, f"{error}; quote cells that hold quotation marks or commas") from error


def _row(path: Path, line: int, row: dict[str | None, Any]) -> Line:
    if None in row:
        return line, GlossaryError(str(path), line, "has more cells than the first line names; quote cells that hold commas")
    given = {k: v for k, v in row.items() if k and v}
    made: dict[str, Any] = {"source": ""} | given
    if "forms" in given:
        made["forms"] = [f for f in given["forms"].split("|") if f.strip()]
    if "case" in given:
        made["case"] = given["case"].strip().lower() in ("true", "yes", "1")
    return _term(path, line, made)


def _tbx(path: Path) -> Iterator[Line]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise GlossaryError(str(path), error.lineno or 0, f"{error.msg}; export the file again") from error
    for concept in root.iter("{*}termEntry", "{*}conceptEntry", "termEntry", "conceptEntry"):
        named: dict[str, list[str]] = {}
        for group in concept.iter("{*}langSet", "{*}langSec", "langSet", "langSec"):
            said = ["".join(t.itertext()).strip() for t in group.iter("{*}term", "term")]
            named.setdefault(base(group.get(LANGUAGE, "*")), []).extend(said)
        for source, phrases in named.items():
            for target, forms in named.items():
                if source != target and forms:
                    rows = ({"source": p, "target": forms[0], "from": source, "to": target, "forms": forms[1:]} for p in phrases)
                    yield from (_term(path, int(concept.sourceline or 0), row) for row in rows)


READERS: dict[str, Callable[[Path], Iterator[Line]]] = {".toml": _toml, ".csv": _csv, ".tsv": _csv, ".tbx": _tbx}
