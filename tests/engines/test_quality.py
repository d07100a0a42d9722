"""The measured table: what is known, what is estimated, what nobody knows."""

from __future__ import annotations

import pytest

from babelwire.engines import quality
from babelwire.engines.apertium import table
from babelwire.engines.quality import score
from babelwire.model import Pair


def test_measured_pairs_have_their_figure_whatever_the_version() -> None:
    assert score("apertium 3.8.3 abc12", Pair("es", "ca")) == score("apertium 9", Pair("es", "ca")) == quality.scores()["apertium"]["es-ca"]


def test_nobody_knows_other_engines() -> None:
    assert score("opus-mt-en-fr 123456 int8 beam 4", Pair("en", "fr")) is None


@pytest.mark.parametrize("pair", [Pair("gl", "fr"), Pair("en", "oc"), Pair("is", "it")])
def test_unmeasured_routes_are_rated_below_their_parts(pair: Pair) -> None:
    rated = score("apertium 3.8.3", pair)
    assert rated is not None
    assert rated < 50


def test_every_measured_route_has_a_figure() -> None:
    for pair in table().routes:
        assert pair in quality.scores()["apertium"], f"run tools/bench_mt.py --write for {pair}"


def test_figures_are_chrf() -> None:
    assert all(0 < value < 100 for pairs in quality.scores().values() for value in pairs.values())
