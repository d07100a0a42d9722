"""The words by which whole texts are compared with one another, in any script: case-folded, without punctuation.

Where a script writes no spaces a sign is a word. No library: a regular expression does it, and what is compared are texts cut
in the same way.
"""

from __future__ import annotations

import re
from functools import lru_cache

DENSE = r"\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\u9fff"
WORD = re.compile(rf"[{DENSE}]|[^\W{DENSE}]+")
ANY_DENSE = re.compile(f"[{DENSE}]")
PLAIN_WORD = re.compile(r"\w+")  #: the same where nothing is dense, in half the time


@lru_cache(maxsize=16)  # of a new article they are asked for by its source's watch and by its sketch
def folded(text: str) -> tuple[str, ...]:
    """The words of a text, in order."""
    low = text.casefold()
    plain = low.isascii() or not ANY_DENSE.search(low)
    return tuple((PLAIN_WORD if plain else WORD).findall(low))
