"""A probe sees what a single sentence would not."""

from __future__ import annotations

import pytest

from babelwire.engines.echo import Echo
from babelwire.engines.probe import probe, texts
from babelwire.errors import EngineDied, EngineError
from babelwire.model import Pair


@pytest.mark.parametrize("language", sorted(texts()))
def test_ten_different_sentences(language: str) -> None:
    assert len(set(texts()[language])) == 10


def test_a_working_engine_is_healthy() -> None:
    health = probe(Echo(), Pair("fr", "en"))
    assert health.words > 80
    assert health.speed > 0
    assert health.sample


def test_a_language_without_sentences_is_probed_too() -> None:
    assert probe(Echo(pairs=("xx-fr",)), Pair("xx", "fr")).sample


@pytest.mark.parametrize(
    ("fault", "every", "why"),
    [("empty", 10, "missing"), ("copy", 1, "untranslated"), ("fail", 9, "asked to fail")],
)
def test_faults_late_in_the_text_are_seen(fault: str, every: int, why: str) -> None:
    with pytest.raises(EngineError, match=why):
        probe(Echo(fault=fault, every=every), Pair("en", "fr"))


def test_a_death_stays_one() -> None:
    with pytest.raises(EngineDied):
        probe(Echo(fault="die", every=3), Pair("en", "fr"))
