"""Measure installed engines on parallel news text, beside what Google, Microsoft and Firefox's models gave.

    python tools/bench_mt.py SHARED/data [--pairs en-es es-fr] [--lines 300] [--write]     chrF, BLEU, words a second
    python tools/bench_mt.py --speed [--model FOLDER]                    our CTranslate2 layer beside the bare library

Without a model ``--speed`` makes one of random weights, as large as an OPUS-MT model, whose answers have 30 pieces.
``--write`` puts Apertium's chrF into ``engines/quality.toml``. Stored outputs are HTML-unescaped before scoring.
"""

from __future__ import annotations

import argparse
import gzip
import html
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sacrebleu

from babelwire.engines.apertium import Apertium, table
from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.errors import EngineError
from babelwire.model import Context, Pair
from babelwire.seams import TranslationEngine

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.engines.numpy_models import opus_size  # noqa: E402

QUALITY = ROOT / "src" / "babelwire" / "engines" / "quality.toml"
EN_FR = Pair("en", "fr")
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


def measure(engine: TranslationEngine, folder: Path, pairs: Sequence[Pair], count: int) -> dict[str, dict[str, float]]:
    """Print one line for each set, pair and system; returns the engine's chrF by pair and set."""
    found: dict[str, dict[str, float]] = {}
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
            chrf, bleu = scored(answers, reference)
            found.setdefault(str(pair), {})[name] = round(chrf, 1)
            print(f"{pair!s:7} {name:7} {engine.id[:28]:28} {chrf:5.1f} {bleu:5.1f} {speed:8.0f}", flush=True)
            for system, lines in stored.items():
                print(f"{pair!s:7} {name:7} {system:28} {scored(lines, reference)[0]:5.1f} {scored(lines, reference)[1]:5.1f}")
    return found


def write(found: dict[str, dict[str, float]]) -> None:
    """Keep what was measured: news where there is news, else FLORES."""
    known: dict[str, dict[str, Any]] = tomllib.loads(QUALITY.read_text("utf-8"))
    known.setdefault("apertium", {}).update({pair: by_set.get("ntrex", by_set.get("flores", 0.0)) for pair, by_set in found.items()})
    out = ["# chrF on news text by engine and pair: NTREX where it has both languages, else FLORES. Written by tools/bench_mt.py."]
    for engine, pairs in sorted(known.items()):
        out += ["", f"[{engine}]", *(f"{pair} = {score}" for pair, score in sorted(pairs.items()))]
    QUALITY.write_text("\n".join(out) + "\n", "utf-8")


# ---------------------------------------------------------------------------------------------- speed


def speed(model: Path) -> None:
    """Sentences a CPU second, greedy and with four beams: bare ``translate_batch``, our engine, our engine one by one."""
    texts = [f"the minister said that {n} workers were arrested in madrid on monday, after the council met" for n in range(2, 66)]
    for beam in (1, 4):
        engine = CTranslate2(path=str(model), pairs=["en-fr"], threads=1, beam=beam)
        bare = _bare(engine, texts, beam)
        times = [(_cpu(bare), _cpu(lambda: engine.translate(texts, EN_FR, Context()))) for _ in range(4)]  # noqa: B023 - called at once
        single = _cpu(lambda: [engine.translate([t], EN_FR, Context()) for t in texts[:16]]) * len(texts) / 16  # noqa: B023
        ratios = sorted(a / b for a, b in times)
        a, b = (min(t[n] for t in times) for n in (0, 1))
        print(f"beam {beam}: bare translate_batch {len(texts) / a:6.1f} sentences per CPU second")
        print(f"        our engine           {len(texts) / b:6.1f}   {(ratios[1] + ratios[2]) / 2:.3f} of bare (median, alternating)")
        print(f"        one by one           {len(texts) / single:6.1f}   batched is {single / b:.1f} times as fast", flush=True)
        engine.close()


def _bare(engine: CTranslate2, texts: Sequence[str], beam: int) -> Callable[[], Any]:
    """The same work by the bare library: encode, translate_batch, decode, with the engine's options."""
    translator, source, target = engine._load()

    def run() -> list[str]:
        tokens = [[*source.encode(t, out_type=str), "</s>"] for t in texts]
        longest = 2 * max(map(len, tokens)) + 16
        answers = translator.translate_batch(
            tokens,
            beam_size=beam,
            max_batch_size=1024,
            batch_type="tokens",
            max_decoding_length=longest,
            return_scores=True,
            disable_unk=True,
        )
        return [target.decode(a.hypotheses[0]) for a in answers]

    return run


def _cpu(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure engines on parallel news text.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pairs", nargs="*", default=[])
    parser.add_argument("--lines", type=int, default=300)
    parser.add_argument("--model", type=Path, help="a CTranslate2 folder to measure instead of Apertium")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--speed", action="store_true")
    options = parser.parse_args()
    if options.speed:
        with tempfile.TemporaryDirectory() as name:
            speed(options.model or opus_size(Path(name) / "opus-size-en-fr"))
        return
    if options.folder is None:
        parser.error("name the folder with parallel-ntrex and parallel-flores-mt, or --speed")
    engine: TranslationEngine = CTranslate2(path=str(options.model)) if options.model else Apertium(timeout=300)
    pairs = [Pair(*p.split("-")) for p in options.pairs or sorted(table().routes)]
    found = measure(engine, options.folder, [p for p in pairs if p in engine.pairs], options.lines)
    if options.write and not options.model:
        write(found)
    engine.close()


if __name__ == "__main__":
    main()
