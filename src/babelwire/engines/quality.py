from __future__ import annotations
from babelwire.model import Pair
def score(engine_id: str, pair: Pair) -> float | None:
    return None
