"""Our sentence splitter beside the libraries, on the same files in one run.

    python tools/bench_segment.py [DATA] [--json OUT]      DATA: the folder of segmentation-golden-rules and segmentation-pud

Golden rules: a text counts when its sentences come out exactly, white space collapsed. PUD: the sentences of a document are
joined with one space, and borders are scored by precision, recall and F1. Libraries that are not installed are named and
left out (pip install pysbd sentence-splitter syntok blingfire). Some golden rules ask for a text that was cleaned (tags
taken out, stray marks moved); who keeps every character, as we must, cannot meet those: "pysbd, cleaning" shows how many.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import json
import re
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from babelwire.model import Inline
from babelwire.text import segment

Splitter = Callable[[str], Iterable[str]]
Library = Callable[[str], Splitter]  #: language -> splitter; raises for a language it does not have


def ours(language: str) -> Splitter:
    return lambda text: [s.gap + s.text for s in segment.split(Inline(text), language)]


def _sentencex(language: str) -> Splitter:
    library = importlib.import_module("sentencex")
    return lambda text: library.segment(language, text)


def _pysbd(language: str, *, clean: bool = False) -> Splitter:
    splitter = importlib.import_module("pysbd").Segmenter(language=language, clean=clean)
    return lambda text: splitter.segment(text)


def _sentence_splitter(language: str) -> Splitter:
    library = importlib.import_module("sentence_splitter")
    try:
        splitter = library.SentenceSplitter(language=language)
    except library.SentenceSplitterException as error:
        raise ValueError(language) from error
    return lambda text: splitter.split(text)


def _syntok(language: str) -> Splitter:
    library = importlib.import_module("syntok.segmenter")
    if language not in ("en", "es", "de"):
        raise ValueError(language)
    return lambda text: [
        text[sentence[0].offset : sentence[-1].offset + len(sentence[-1].value)]
        for paragraph in library.process(text)
        for sentence in paragraph
    ]


def _blingfire(language: str) -> Splitter:
    library = importlib.import_module("blingfire")
    return lambda text: library.text_to_sentences(text).split("\n")


LIBRARIES: dict[str, Library] = {
    "babelwire": ours,
    "sentencex": _sentencex,
    "pysbd": _pysbd,
    "pysbd, cleaning": lambda language: _pysbd(language, clean=True),
    "sentence-splitter": _sentence_splitter,
    "syntok": _syntok,
    "blingfire": _blingfire,
}


def collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def golden(library: Library, rules: list[dict[str, Any]]) -> dict[str, float]:
    """Share of texts split exactly as expected, of all and of the original 'Golden Rules'."""
    right = [_exactly(library, rule) for rule in rules]
    original = [r for r, rule in zip(right, rules, strict=True) if rule.get("golden")]
    return {"items": len(right), "right": sum(right), "golden": sum(original), "of golden": len(original), "exact": sum(right) / len(right)}


def _exactly(library: Library, rule: dict[str, Any]) -> bool:
    try:
        found = [collapsed(s) for s in library(rule["lang"])(rule["text"])]
    except (ValueError, KeyError):
        return False  # a language it does not have
    return [s for s in found if s] == [collapsed(s) for s in rule["expected"]]


def documents(path: Path) -> list[list[str]]:
    """The sentences of each document of a CoNLL-U file."""
    found: list[list[str]] = []
    for line in gzip.decompress(path.read_bytes()).decode("utf-8").splitlines():
        if line.startswith("# newdoc") or not found:
            found.append([])
        if line.startswith("# text = "):
            found[-1].append(line[9:].strip())
    return [d for d in found if d]


def borders(pieces: Iterable[str]) -> set[int]:
    """Where pieces end, counted in characters that are no white space; the end of the text is none."""
    at, found = 0, []
    for piece in pieces:
        at += sum(not c.isspace() for c in piece)
        found.append(at)
    return set(found[:-1])


def pud(library: Library, path: Path) -> dict[str, float] | None:
    try:
        splitter = library(path.name.split(".")[0])
    except (ValueError, KeyError):
        return None
    hit = wrong = missed = words = 0
    started = time.process_time()
    for sentences in documents(path):
        text = " ".join(sentences)
        words += len(text.split())
        wanted, got = borders(sentences), borders(splitter(text))
        hit, wrong, missed = hit + len(wanted & got), wrong + len(got - wanted), missed + len(wanted - got)
    seconds = max(time.process_time() - started, 1e-9)
    return {
        "P": hit / (hit + wrong),
        "R": hit / (hit + missed),
        "F1": 2 * hit / (2 * hit + wrong + missed),
        "words/s": round(words / seconds),
    }


def measure(data: Path) -> dict[str, dict[str, Any]]:
    """Every library that is installed, on every file."""
    rules = [json.loads(line) for line in (data / "segmentation-golden-rules" / "rules.jsonl").read_text(encoding="utf-8").splitlines()]
    table: dict[str, dict[str, Any]] = {}
    for name, library in LIBRARIES.items():
        try:
            library("en")("A test. Another.")
        except ImportError as error:
            print(f"{name}: not installed ({error.name}), left out", file=sys.stderr)
            continue
        files = sorted((data / "segmentation-pud").glob("*.conllu.gz"))
        table[name] = {"golden": golden(library, rules), **{f.name.split(".")[0]: pud(library, f) for f in files}}
    return table


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared" / "data")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data}: no such folder; give the folder of the data sets", file=sys.stderr)
        return 2
    table = measure(options.data)
    print(f"{'':<20}{'golden rules':>16}{'original':>12}" + "".join(f"{f'PUD {k} F1':>12}{'words/s':>12}" for k in ("en", "fr", "ru")))
    for name, row in table.items():
        g = row["golden"]
        cells = "".join(f"{row[k]['F1']:>12.4f}{row[k]['words/s']:>12,}" if row[k] else f"{'-':>12}{'-':>12}" for k in ("en", "fr", "ru"))
        print(f"{name:<20}{g['right']:>9}/{g['items']:<6}{g['golden']:>6}/{g['of golden']:<5}{cells}")
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
