"""Does an engine work? Ten real sentences through it; for the breaker, for ``babelwire engines test`` and for ``doctor``."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babelwire.errors import EngineError
from babelwire.model import Context, Pair, Purpose
from babelwire.seams import TranslationEngine

NOBODY = Purpose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What came of a probe that went well."""

    pair: Pair
    seconds: float
    words: int
    sample: str  #: the first sentence, translated
    answers: tuple[tuple[str, str], ...] = ()  #: every sentence and its translation

    @property
    def speed(self) -> float:
        """Words a second."""
        return self.words / max(self.seconds, 1e-6)


@cache
def texts() -> Mapping[str, list[str]]:
    """The sentences of each language for which there are any."""
    raw: dict[str, list[str]] = tomllib.loads(resources.files("babelwire.engines").joinpath("probe.toml").read_text("utf-8"))
    return raw


def probe(engine: TranslationEngine, pair: Pair, purpose: Purpose = NOBODY) -> Health:
    """Translate ten sentences. Raises EngineError saying what is wrong: no answer, too few, too short, the source again.

    A source language without sentences of its own is probed with those of the nearest thing there is, English: an engine
    that does not know a word of it still has to answer, so only what has to hold then is checked.
    """
    own = pair.source in texts()
    sentences = texts()[pair.source] if own else texts()["en"]
    start = time.perf_counter()
    answers = [h.text for h in engine.translate(sentences, pair, Context(purpose=purpose))]
    seconds = time.perf_counter() - start
    if len(answers) != len(sentences):
        raise EngineError(engine.id, f"{len(answers)} answers to {len(sentences)} sentences", pair=str(pair))
    for sentence, answer in zip(sentences, answers, strict=True):
        if len(answer.strip()) < len(sentence) / 4:
            raise EngineError(engine.id, f"{answer!r} for {sentence!r}: most of it is missing", pair=str(pair))
    copied = sum(a.strip() == s for s, a in zip(sentences, answers, strict=True))
    if own and copied > len(sentences) / 2:
        raise EngineError(engine.id, f"{copied} of {len(sentences)} sentences came back untranslated", pair=str(pair))
    return measured(pair, sentences, answers, seconds)


def measured(pair: Pair, sentences: Sequence[str], answers: Sequence[str], seconds: float) -> Health:
    """Answers with their figures."""
    words = sum(len(s.split()) for s in sentences)
    return Health(pair=pair, seconds=seconds, words=words, sample=answers[0], answers=tuple(zip(sentences, answers, strict=True)))
