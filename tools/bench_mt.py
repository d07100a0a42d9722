"""Measure installed engines on parallel news text, beside what Google, Microsoft and Firefox's models gave.

    python -m tools.bench_mt SHARED/data [--pairs en-es es-fr] [--lines 300] [--model FOLDER] [--write] [--json FILE]

chrF, BLEU and words a second. ``--write`` puts Apertium's chrF into ``engines/quality.toml``. Stored outputs are HTML-unescaped
before scoring. How fast CTranslate2 is beside the bare library: ``bench_ct2``.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import time
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import sacrebleu

from babelwire.engines.apertium import Apertium, table
from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.errors import EngineError
from babelwire.model import Context, Pair
from babelwire.seams import TranslationEngine

ROOT = Path(__file__).resolve().parent.parent
QUALITY = ROOT / "src" / "babelwire" / "engines" / "quality.toml"
NTREX = {
    "be": "bel", "bg": "bul", "en": "eng", "es": "spa", "fr": "fra", "hi": "hin", "hr": "hrv", "id": "ind", "it": "ita", "mk": "mkd",
    "nl": "nld", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "uk": "ukr", "ur": "urd",
}  # fmt: skip


def read(path: Path, count: int) -> list[str]:
    """So many lines of a file, spread evenly."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        every = stream.read().splitlines()
    return every[:: max(1, len(every) // count)][:count]


def sets(folder: Path, pair: Pair, count: int) -> Iterator[tuple[str, list[str], list[str], dict[str, list[str]]]]:
    """The test sets that have this pair: name, source, reference, stored outputs of other systems."""
    news, flores = folder / "parallel-ntrex", folder / "parallel-flores-mt"
    if pair.source in NTREX and pair.target in NTREX:
        yield "ntrex", *(read(news / f"{NTREX[x]}.txt.gz", count) for x in (pair.source, pair.target)), {}  # type: ignore[misc]
    files = [flores / f"{x}.txt.gz" for x in (pair.source, pair.target)]
    if all(f.exists() for f in files):
        stored = {p.name.split(".")[0]: [html.unescape(x) for x in read(p, count)] for p in sorted((flores / str(pair)).glob("*.gz"))}
        yield "flores", *(read(f, count) for f in files), stored  # type: ignore[misc]


def scored(answers: Sequence[str], reference: Sequence[str]) -> tuple[float, float]:
    """chrF and BLEU of a whole text."""
    return sacrebleu.corpus_chrf(answers, [reference]).score, sacrebleu.corpus_bleu(answers, [reference]).score


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one system reached on one set."""

    pair: str
    set: str
    system: str
    ours: bool  #: measured now, by an engine of ours; else stored answers of somebody else's
    lines: int
    chrf: float
    bleu: float
    words_per_second: float | None = None  #: ours only


def measure(engine: TranslationEngine, folder: Path, pairs: Sequence[Pair], count: int) -> list[Row]:
    """Print one line for each pair, set and system, as they are measured, and return them."""
    rows: list[Row] = []
    print(f"{'pair':7} {'set':7} {'system':28} {'chrF':>5} {'BLEU':>5} {'words/s':>8}")
    for pair in pairs:
        for name, source, reference, stored in sets(folder, pair, count):
            start = time.perf_counter()
            try:
                answers = [h.text for h in engine.translate(source, pair, Context())]
            except EngineError as error:
                print(f"{pair!s:7} {name:7} {error}")
                continue
            speed = sum(len(s.split()) for s in source) / (time.perf_counter() - start)
            rows.append(_row(pair, name, engine.id, answers, reference, speed))
            rows += (_row(pair, name, system, lines, reference) for system, lines in stored.items())
            for row in rows[-1 - len(stored) :]:
                speed_cell = f"{row.words_per_second:8.0f}" if row.words_per_second else ""
                print(f"{row.pair:7} {row.set:7} {row.system[:28]:28} {row.chrf:5.1f} {row.bleu:5.1f} {speed_cell}", flush=True)
    return rows


def _row(pair: Pair, name: str, system: str, answers: Sequence[str], reference: Sequence[str], speed: float | None = None) -> Row:
    chrf, bleu = scored(answers, reference)
    return Row(
        pair=str(pair), set=name, system=system, ours=speed is not None, lines=len(answers), chrf=round(chrf, 1), bleu=round(bleu, 1),
        words_per_second=None if speed is None else round(speed, 1),
    )  # fmt: skip


def write(rows: Sequence[Row]) -> None:
    """Keep what was measured: news where there is news, else FLORES."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.ours:
            found.setdefault(row.pair, {})[row.set] = row.chrf
    known: dict[str, dict[str, Any]] = tomllib.loads(QUALITY.read_text("utf-8"))
    known.setdefault("apertium", {}).update({pair: by_set.get("ntrex", by_set.get("flores", 0.0)) for pair, by_set in found.items()})
    out = ["# chrF on news text by engine and pair: NTREX where it has both languages, else FLORES. Written by tools/bench_mt.py."]
    for engine, pairs in sorted(known.items()):
        out += ["", f"[{engine}]", *(f"{pair} = {score}" for pair, score in sorted(pairs.items()))]
    QUALITY.write_text("\n".join(out) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure engines on parallel news text.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", nargs="*", default=[])
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--model", type=Path, help="a CTranslate2 folder to measure instead of Apertium")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    engine: TranslationEngine = CTranslate2(path=str(options.model)) if options.model else Apertium(timeout=300)
    pairs = [Pair(*p.split("-")) for p in options.pairs or sorted(table().routes)]
    rows = measure(engine, options.folder, [p for p in pairs if p in engine.pairs], options.lines)
    if options.write and not options.model:
        write(rows)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        made = {"engine": engine.id, "lines": options.lines, "rows": [asdict(r) for r in rows]}
        options.json.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    engine.close()


if __name__ == "__main__":
    main()
