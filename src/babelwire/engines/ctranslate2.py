"""CTranslate2: neural models from a folder on this machine (OPUS-MT, Argos, NLLB-200, M2M-100, MADLAD; ``ct2_layout``).

Sentences of several articles are decoded together: whoever finds the translator free takes all that has gathered. (Batches
of 16 are two to six times as fast as single sentences; the library queues batches but never merges them.) Its silent
limits are errors here: a sentence that is too long is split, a decoding that runs into its end is tried once more
against repetition, and then is an EngineError.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ctranslate2
import sentencepiece

from babelwire.engines import probe
from babelwire.engines.ct2_align import Alignment, aligned, trusted
from babelwire.engines.ct2_layout import read
from babelwire.errors import EngineError, PairError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair, Term

EOS = "</s>"
HYPOTHESES = 8  #: looked through for one that has the glossary's terms
#: Where a sentence that is too long may be cut, best first.
CUTS = (re.compile(r"(?<=[;:])\s+"), re.compile(r"(?<=,)\s+"), re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class _Way:
    """How to decode. Sentences that want the same are decoded together."""

    beam: int
    hypotheses: int = 1
    no_repeat: int = 0


@dataclass(slots=True)
class _Job:
    """One sentence waiting to be decoded."""

    source: list[str]
    prefix: list[str]
    way: _Way
    answers: list[tuple[list[str], float]] = field(default_factory=list)  #: pieces and score, best first
    attention: list[list[list[float]]] = field(default_factory=list)  #: of each answer, where it was asked for
    failure: str = ""


class CTranslate2:
    """One model. ``path`` is its folder or ``.argosmodel``; ``pairs`` (``en-fr``) where its name does not say; ``device`` is
    ``cpu`` | ``cuda`` | ``auto``; ``max_tokens`` is the longest piece of a sentence that is decoded in one go. ``beam`` 1 takes
    the likeliest word each time, which is more than twice as fast as 4 (``tools/bench_ct2.py``); a sentence that fails a check
    is decoded with 4 or more in any case. With ``align`` the model's attention places spans, if it passes a test of ten
    sentences (``ct2_align``)."""

    kind = EngineKind.NEURAL

    def __init__(
        self,
        *,
        path: str,
        pairs: Sequence[str] = (),
        device: str = "cpu",
        compute: str = "",
        beam: int = 1,
        threads: int = 0,
        max_tokens: int = 200,
        batch_tokens: int = 1024,
        align: bool = False,
    ) -> None:
        self.layout = read(Path(path), pairs)
        self.pairs = self.layout.pairs
        self._compute = compute or ("int8_float16" if device == "cuda" else "int8")
        self.id = f"{self.layout.name} {self.layout.version} {self._compute} beam {beam}"
        self._device, self._threads = device, threads or len(os.sched_getaffinity(0))
        self._beam, self._max, self._batch = beam, max_tokens, batch_tokens
        self._loaded: tuple[Any, Any, Any] | None = None
        self._loading, self._decoding, self._gathering = threading.Lock(), threading.Lock(), threading.Lock()
        self._waiting: list[_Job] = []
        self.markup = Markup.ALIGN if align else Markup.NONE
        self.markup = Markup.ALIGN if align and self._attention_is_good() else Markup.NONE

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text, with its mean log-probability and the share of word pieces the model does not know.

        ``context.retry`` n gives the n-th best other answer, without repeated word sequences. Raises PairError, EngineError.
        """
        if pair not in self.pairs:
            raise PairError(self.id, f"this model translates {', '.join(map(str, sorted(self.pairs)[:6]))}", pair=str(pair))
        way = _Way(self._beam) if not context.retry else _Way(max(self._beam, 2 * (context.retry + 1)), context.retry + 1, 4)
        whole = self._load()[1].encode(list(texts), out_type=str)
        parts = [[p] if 0 < len(p) <= self._max else self._parts(t, pair) for t, p in zip(texts, whole, strict=True)]
        around = (self.layout.tokens(self.layout.source_prefix, pair), self.layout.tokens(self.layout.target_prefix, pair))
        jobs = [[self._job(part, around, way) for part in p] for p in parts]
        self._decode([j for text in jobs for j in text])
        self._retry_endless([j for text in jobs for j in text], pair)
        answers = [self._answer(text, t, context.retry, pair) for text, t in zip(jobs, texts, strict=True)]
        return self._with_terms(answers, texts, pair, [t for t in context.terms if t.pair == pair], jobs)

    def close(self) -> None:
        """Give the model's memory back."""
        with self._loading:
            self._loaded = None

    # ------------------------------------------------------------------------------------------ to tokens and back

    def _load(self) -> tuple[Any, Any, Any]:
        with self._loading:
            if self._loaded is None:
                try:
                    self._loaded = (
                        ctranslate2.Translator(
                            str(self.layout.folder), self._device, compute_type=self._compute, inter_threads=self._threads, intra_threads=1
                        ),
                        sentencepiece.SentencePieceProcessor(model_file=str(self.layout.source_pieces)),
                        sentencepiece.SentencePieceProcessor(model_file=str(self.layout.target_pieces)),
                    )
                except (RuntimeError, ValueError, OSError) as error:
                    raise EngineError(self.id, f"{self.layout.folder}: cannot be loaded: {error}") from error
            return self._loaded

    def _pieces(self, text: str) -> list[str]:
        pieces: list[str] = self._load()[1].encode(text, out_type=str)
        return pieces

    def _parts(self, text: str, pair: Pair) -> list[list[str]]:
        """The word pieces of a text, in several parts where it is too long for the model. Raises EngineError: no place to cut."""
        pieces = self._pieces(text)
        if len(pieces) <= self._max:
            return [pieces] if pieces else []
        for cut in CUTS:
            bits = cut.split(text)
            middle = len(bits) // 2
            if middle:
                halves = [" ".join(bits[:middle]), " ".join(bits[middle:])]
                return [part for half in halves for part in self._parts(half, pair)]
        raise EngineError(self.id, f"a word of {len(pieces)} pieces is more than the model can take: {text[:60]!r}", pair=str(pair))

    def _job(self, pieces: Sequence[str], around: tuple[list[str], list[str]], way: _Way) -> _Job:
        """A sentence with the language tokens around it."""
        return _Job([*around[0], *pieces, *([EOS] if self.layout.add_eos else [])], around[1], way)

    def _answer(self, jobs: Sequence[_Job], text: str, alternative: int, pair: Pair) -> Hypothesis:
        """The parts of a text put together again."""
        if not jobs:
            return Hypothesis(text=text)
        said = [job.answers[min(alternative, len(job.answers) - 1)] for job in jobs]
        answer = " ".join(self._text(job, pieces) for job, (pieces, _) in zip(jobs, said, strict=True))
        if not answer.strip():
            raise EngineError(self.id, f"nothing came out for {text[:60]!r}", pair=str(pair))
        source = [piece for job in jobs for piece in job.source]
        unknown = 0.0 if self.layout.vocabulary.issuperset(source) else sum(p not in self.layout.vocabulary for p in source) / len(source)
        return Hypothesis(
            text=answer, score=min(s for _, s in said), unknown=unknown, alignment=self._aligned(jobs, text, answer, alternative)
        )

    def _aligned(self, jobs: Sequence[_Job], text: str, answer: str, alternative: int) -> Alignment:
        """Which word became which; nothing where the engine does not align, or the text was split."""
        if self.markup is not Markup.ALIGN or len(jobs) != 1:
            return ()
        job, n = jobs[0], min(alternative, len(jobs[0].answers) - 1)
        before, prefix = len(job.source) - len(self._pieces(text)) - self.layout.add_eos, len(job.prefix)
        rows = [row[before:] for row in job.attention[n][prefix:]]
        return aligned(text, self._pieces(text), answer, job.answers[n][0][prefix:], rows)

    def _attention_is_good(self) -> bool:
        pair = min(self.pairs)
        sentences = probe.texts().get(pair.source, [])
        answers = self.translate(sentences, pair, Context())
        return trusted([(s, a.text, a.alignment) for s, a in zip(sentences, answers, strict=True)])

    def _text(self, job: _Job, pieces: Sequence[str]) -> str:
        words = pieces[len(job.prefix) :] if list(pieces[: len(job.prefix)]) == job.prefix else pieces
        return str(self._load()[2].decode([p for p in words if p != EOS])).strip()

    # ------------------------------------------------------------------------------------------ decoding

    def _decode(self, jobs: Sequence[_Job]) -> None:
        """Decode jobs, together with those that other threads have waiting. Raises EngineError."""
        self._load()
        with self._gathering:
            self._waiting += jobs
        with self._decoding:
            with self._gathering:
                todo, self._waiting = self._waiting, []
            for way in dict.fromkeys(j.way for j in todo):
                self._run([j for j in todo if j.way == way], way)
        failed = next((j.failure for j in jobs if j.failure), "")
        if failed:
            raise EngineError(self.id, failed)

    def _run(self, jobs: Sequence[_Job], way: _Way) -> None:
        """One batch through the library. A failure is written on every job in it: each caller raises its own."""
        try:
            results = self._load()[0].translate_batch(
                [j.source for j in jobs],
                target_prefix=[j.prefix for j in jobs] if self.layout.target_prefix else None,
                beam_size=max(way.beam, way.hypotheses),
                num_hypotheses=way.hypotheses,
                no_repeat_ngram_size=way.no_repeat,
                max_batch_size=self._batch,
                batch_type="tokens",
                max_input_length=0,
                max_decoding_length=_longest(jobs),
                return_scores=True,
                return_attention=self.markup is Markup.ALIGN,
                disable_unk=True,
            )
        except (RuntimeError, ValueError) as error:
            for job in jobs:
                job.failure = str(error)
            return
        for job, result in zip(jobs, results, strict=True):
            job.answers = list(zip(result.hypotheses, result.scores, strict=True))
            job.attention = result.attention or []

    def _retry_endless(self, jobs: Sequence[_Job], pair: Pair) -> None:
        """Decode once more, against repetition, what ran into the limit. Raises EngineError if it does again."""
        endless = [j for j in jobs if _endless(j)]
        for job in endless:
            job.way = _Way(max(self._beam, job.way.hypotheses), job.way.hypotheses, 3)
        if endless:
            self._decode(endless)
        for job in endless:
            if _endless(job):
                words = self._load()[1].decode(job.source)
                raise EngineError(self.id, f"decoding did not come to an end, the answer is cut short: {words[:60]!r}", pair=str(pair))

    # ------------------------------------------------------------------------------------------ terms

    def _with_terms(
        self, answers: list[Hypothesis], texts: Sequence[str], pair: Pair, terms: Sequence[Term], jobs: Sequence[Sequence[_Job]]
    ) -> list[Hypothesis]:
        """Where a term of the glossary is missing, the best of several hypotheses that has the most of them."""
        wanted = [[t for t in terms if _has(text, t.source, t)] for text in texts]
        missing = [n for n, a in enumerate(answers) if len(jobs[n]) == 1 and any(not _rendered(a.text, t) for t in wanted[n])]
        again = {n: _Job(jobs[n][0].source, jobs[n][0].prefix, _Way(HYPOTHESES, HYPOTHESES)) for n in missing}
        if again:
            self._decode(list(again.values()))
        for n, job in again.items():
            options = [Hypothesis(text=self._text(job, p), score=s, unknown=answers[n].unknown) for p, s in job.answers]
            count: Callable[[Hypothesis], int] = lambda h, n=n: sum(_rendered(h.text, t) for t in wanted[n])  # type: ignore[misc]  # noqa: E731
            best = max([answers[n], *options], key=count)
            answers[n] = best if best.text.strip() else answers[n]
        return answers


def _longest(jobs: Sequence[_Job]) -> int:
    return max(_limit(j) for j in jobs)


def _limit(job: _Job) -> int:
    """How many pieces an answer may have: more is a loop."""
    return 2 * len(job.source) + 16


def _endless(job: _Job) -> bool:
    return len(job.answers[0][0]) >= _limit(job)


def _has(text: str, words: str, term: Term) -> bool:
    flags = 0 if term.case_sensitive else re.IGNORECASE
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, flags) is not None


def _rendered(text: str, term: Term) -> bool:
    return any(_has(text, words, term) for words in (term.target or term.source, *term.forms))
