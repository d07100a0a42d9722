"""How good an engine is on news text, measured: chrF by engine and pair, from ``quality.toml`` (``tools/bench_mt.py`` writes it).

A desk marks pairs below its bar as "gist". chrF against one human translation; the best systems there are reach 54 (English
to Spanish) to 74 (English to French), copying the source 20 to 50. The checks cannot replace this: they find accidents, and
flag no more of a bad engine's sentences than of a good one's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from babelwire.model import Pair


@cache
def scores() -> Mapping[str, Mapping[str, float]]:
    """Engine name -> pair -> chrF, read once."""
    raw: dict[str, dict[str, float]] = tomllib.loads(resources.files("babelwire.engines").joinpath("quality.toml").read_text("utf-8"))
    return raw


def score(engine_id: str, pair: Pair) -> float | None:
    """The measured chrF of an engine (by the name its id begins with) for a pair; None where nobody has measured it.

    A pair of Apertium's that nobody has measured is rated by the weaker half of its best detour, less a tenth; 0 without one.
    """
    name = engine_id.split(" ")[0]
    measured = scores().get(name, {}).get(str(pair))
    return measured if measured is not None or name != "apertium" else _estimate(pair)


def _estimate(pair: Pair) -> float:
    """By measured pairs over Spanish, Catalan or English."""
    chrf = scores().get("apertium", {})
    legs = [(chrf.get(f"{pair.source}-{via}"), chrf.get(f"{via}-{pair.target}")) for via in ("es", "ca", "en")]
    known = [0.9 * min(a, b) for a, b in legs if a is not None and b is not None]
    return round(max(known, default=0.0), 1)
