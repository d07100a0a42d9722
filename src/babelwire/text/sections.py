"""The sections of our editions, and which of them a source's own section name stands for.

Sources name sections in their own languages ("Deportes", "Esports", "Sport"); an edition shows one name for each. The names
are data (``data/sections.toml``); what the editions call them is in the locales.
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources


def of(*names: str | None) -> str | None:
    """Our section for the first of these names that stands for one, or None. ``"Arts & Culture"`` -> ``culture``."""
    for name in names:
        for part in _parts(name or ""):
            found = _table().get(part)
            if found:
                return found
    return None


def known() -> tuple[str, ...]:
    """All sections of ours, in the order in which editions show them."""
    return tuple(dict.fromkeys(_table().values()))


def _parts(name: str) -> Iterable[str]:
    """The whole name, then what it is made of: "Science & Garden" is asked as such, then as "Science"."""
    yield _fold(name)
    yield from (_fold(p) for p in re.split(r"[&/|,>·]| and | y | i | e | et | und ", name) if p.strip())


def _fold(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[\w']+", plain))


@functools.cache
def _table() -> Mapping[str, str]:
    raw = tomllib.loads((resources.files("babelwire.text") / "data" / "sections.toml").read_text(encoding="utf-8"))
    return {_fold(name): section for section, names in raw.items() for name in names}
