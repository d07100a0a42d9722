"""What stands on a news page and is no part of the article: read-more links, boxes, footers, by language and by shape.

The phrases are data (``furniture.toml``), all languages at once: an English page quotes its German sister's box as well.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from importlib import resources

#: Letters: longer blocks are prose that happens to begin so. From research on 181 news pages, not tuned.
SHORT = 160
#: Letters: what ends like a sentence has to be shorter still. Not tuned.
AMBIGUOUS_SHORT = 60
SENTENCE = re.compile(r"[.!?…。！？؟]['\"”’»)\]]*$")
LABEL = re.compile(r"^[^\w(]*")


def is_furniture(text: str, linked: float = 0.0) -> bool:
    """Is this block, by the words it begins with, something that stands around articles? ``linked``: share that is links."""
    if len(text) > SHORT:
        return False
    line = LABEL.sub("", text).lower().replace("’", "'") if not text.startswith(("©", "(c)")) else text.lower()
    if not line:
        return True
    found = _starts().match(line)
    if found:
        rest = line[found.end() :].lstrip()
        sentence = SENTENCE.search(text) is not None and linked < 0.5
        return not sentence or rest[:1] in (":", "") or len(text) <= AMBIGUOUS_SHORT or found[0] in ("©", "(c) 20")
    return line.rstrip(" .:!›»>…") in _wholes()


@functools.cache
def _phrases() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("furniture.toml").read_text(encoding="utf-8"))


@functools.cache
def _starts() -> re.Pattern[str]:
    """All phrases, longest first, each ending where a word ends."""
    listed: Iterable[str] = {p for table in _phrases().values() for kind in ("lead", "box", "foot") for p in table.get(kind, ())}
    ordered = sorted(listed, key=len, reverse=True)
    return re.compile("(?:" + "|".join(re.escape(p) for p in ordered) + r")(?!\w)|©")


@functools.cache
def _wholes() -> frozenset[str]:
    return frozenset(p for table in _phrases().values() for p in table.get("whole", ()))
