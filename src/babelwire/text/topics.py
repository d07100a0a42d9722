"""What articles are about: the keywords of their sources, brought together over languages where that can be known.

Three kinds: subjects that we name in every language (``data/topics.toml``), countries (CLDR's names, by way of Babel), and
all other keywords, which stay as their source wrote them. No engine translates them: a word without its sentence has too many
meanings, no check could tell, and one wrong word would stand over many articles (docs/decisions/007).
"""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from anyascii import anyascii
from babel.core import Locale, UnknownLocaleError

from babelwire.text import sections
from babelwire.text.language import base

MOST = 8  #: of one article
LONGEST = 40  #: letters of a keyword: what is longer is a sentence


def of(keywords: Iterable[str], language: str) -> tuple[tuple[str, str], ...]:
    """(name, keyword) of the first topics that these keywords of an article in ``language`` stand for, each once.

    The name is the same in every language, of ASCII letters, digits and hyphens. Names of sections are none.
    """
    return _named(tuple(keywords), language)


def label(name: str, keyword: str, language: str) -> str:
    """What an edition calls a topic: its own word, or the keyword as its source wrote it."""
    ours = _subjects().get(name, {}).get(base(language))
    return str(ours or _countries(base(language)).get(name.upper() if len(name) == 2 else "") or keyword)


# ---------------------------------------------------------------------------------------------- the small steps


@functools.lru_cache(maxsize=1000)  # a publication is asked for its topics five times on its way out
def _named(keywords: Sequence[str], language: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for keyword in keywords:
        word = " ".join(keyword.split()).lstrip("#").strip()
        name = _name(word, language)
        if name:
            found.setdefault(name, word)
    return tuple(found.items())[:MOST]


@functools.lru_cache(maxsize=10_000)
def _name(word: str, language: str) -> str:
    folded = _fold(word)
    if not folded or len(word) > LONGEST:
        return ""
    known = _by_word().get(folded) or _by_country(base(language)).get(folded, "").lower()
    if known:
        return known
    return "" if sections.of(word) else _slug(word)


def _slug(word: str) -> str:
    """Letters of every script as ASCII; two letters are a country's alone."""
    name = "-".join(re.findall(r"[a-z0-9]+", anyascii(_fold(word)).lower()))
    return name if len(name) > 2 else ""


def _fold(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[\w·']+", plain))


@functools.cache
def _subjects() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((resources.files("babelwire.text") / "data" / "topics.toml").read_text(encoding="utf-8"))


@functools.cache
def _by_word() -> Mapping[str, str]:
    rows = ((name, [*(w for k, w in table.items() if k != "also"), *table.get("also", ())]) for name, table in _subjects().items())
    return {_fold(word): name for name, words in rows for word in words}


@functools.lru_cache(maxsize=64)
def _countries(language: str) -> Mapping[str, str]:
    """ISO 3166 code -> name."""
    try:
        names = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}


@functools.lru_cache(maxsize=64)
def _by_country(language: str) -> Mapping[str, str]:
    return {_fold(name): code for code, name in _countries(language).items()}
