"""Our CTranslate2 layer beside the bare library, and beside asking it one sentence at a time. All in one run.

    python -m tools.bench_ct2 [--model FOLDER] [--sentences 64] [--rounds 5] [--json FILE]

bare        ``translate_batch`` on the same sentences, with the same options, encoded and decoded by the same word pieces
ours        ``CTranslate2.translate``: one call with all of them
one by one  ``CTranslate2.translate``: a call for each, by one caller, as a desk without batches would ask

Without ``--model`` a model of random weights is made that is as large as an OPUS-MT model and answers in 30 pieces: speed does
not depend on what the weights mean. The three take turns and the median ratio of the rounds counts, for other programs may run
on the machine. Seconds are those of the clock, with the engine's own number of threads (one for each core); processor seconds
stand beside them. Both ways of decoding are measured; the one that the engine takes unless told otherwise has to reach the bars.
"""

from __future__ import annotations

import argparse
import inspect
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.model import Context, Pair

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.engines.numpy_models import opus_size  # noqa: E402

EN_FR = Pair("en", "fr")
OF_BARE, OF_SINGLE = 0.95, 4.0  #: the bars
SINGLE = 4  #: one by one only every so many sentences are asked: it takes longest, and each takes the same time
DEFAULT_BEAM: int = inspect.signature(CTranslate2).parameters["beam"].default


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """Sentences a second, and the median ratios of rounds in turn; by the clock and by processor seconds."""

    beam: int
    default: bool
    threads: int
    bare: float
    ours: float
    one_by_one: float
    of_bare: float
    of_one_by_one: float
    of_bare_cpu: float
    of_one_by_one_cpu: float

    @property
    def reached(self) -> bool:
        return self.of_bare >= OF_BARE and self.of_one_by_one >= OF_SINGLE


def sentences(count: int) -> list[str]:
    return [f"the minister said that {n} workers were arrested in madrid on monday, after the council met" for n in range(2, count + 2)]


def measured(model: Path, beam: int, texts: Sequence[str], rounds: int) -> Speed:
    engine = CTranslate2(path=str(model), pairs=["en-fr"], beam=beam)
    some = texts[::SINGLE]
    ways = (
        bare(engine, texts, beam),
        lambda: engine.translate(texts, EN_FR, Context()),
        lambda: [engine.translate([t], EN_FR, Context()) for t in some],
    )
    for way in ways:
        way()  # loaded and warm
    turns = [[timed(way) for way in ways] for _ in range(rounds)]
    scale = len(texts) / len(some)
    clock, cpu = ([(t[0][n], t[1][n], t[2][n] * scale) for t in turns] for n in (0, 1))
    engine.close()
    best = [min(t[n] for t in clock) for n in range(3)]
    rates = [round(len(texts) / s, 1) for s in best]
    return Speed(
        beam=beam, default=beam == DEFAULT_BEAM, threads=len(os.sched_getaffinity(0)), bare=rates[0], ours=rates[1], one_by_one=rates[2],
        of_bare=_median(clock, 0), of_one_by_one=_median(clock, 2), of_bare_cpu=_median(cpu, 0), of_one_by_one_cpu=_median(cpu, 2),
    )  # fmt: skip


def _median(turns: Sequence[Sequence[float]], other: int) -> float:
    """How many times as fast as another way ours is."""
    return round(statistics.median(t[other] / t[1] for t in turns), 3)


def bare(engine: CTranslate2, texts: Sequence[str], beam: int) -> Callable[[], Any]:
    """The same work by the library alone."""
    translator, source, target = engine._load()

    def run() -> list[str]:
        tokens = [[*pieces, "</s>"] for pieces in source.encode(list(texts), out_type=str)]
        answers = translator.translate_batch(
            tokens, beam_size=beam, max_batch_size=engine._batch, batch_type="tokens", max_input_length=0,
            max_decoding_length=2 * max(map(len, tokens)) + 16, return_scores=True, disable_unk=True,
        )  # fmt: skip
        return [target.decode(a.hypotheses[0]) for a in answers]

    return run


def timed(work: Callable[[], Any]) -> tuple[float, float]:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure our CTranslate2 layer.")
    parser.add_argument("--model", type=Path, help="a CTranslate2 folder from English to French")
    parser.add_argument("--sentences", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        model = options.model or opus_size(Path(name) / "opus-size-en-fr")
        found = [measured(model, beam, sentences(options.sentences), options.rounds) for beam in (1, 4)]
    print(f"{'beam':>12} {'bare/s':>8} {'ours/s':>8} {'1 by 1/s':>8}   ours of bare (cpu)   of one by one (cpu)")
    for row in found:
        name = f"{row.beam}{' (default)' if row.default else ''}"
        print(
            f"{name:>12} {row.bare:8.1f} {row.ours:8.1f} {row.one_by_one:8.1f}   {row.of_bare:.3f} ({row.of_bare_cpu:.3f})"
            f"        {row.of_one_by_one:.2f} ({row.of_one_by_one_cpu:.2f})"
        )
    reached = all(row.reached for row in found if row.default)
    print(
        f"the bars of {OF_BARE} of bare and {OF_SINGLE} times one by one are {'' if reached else 'NOT '}reached, {found[0].threads} threads"
    )
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps({"speed": [asdict(r) for r in found], "reached": reached}, indent=1) + "\n", "utf-8")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
