"""Per-source extraction rules: TOML files -> Rules. What general rules cannot know of one site is data, never code.

A file is named after its source (``example-daily.toml`` for the source ``example-daily``), or names hosts. See docs/rules.md.
"""

from __future__ import annotations

import difflib
import functools
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
from cssselect import HTMLTranslator, SelectorError

from babelwire.errors import ConfigError
from babelwire.model import Source
from babelwire.text import address


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one source's pages need besides the general rules. Selectors are CSS."""

    source: str = ""  #: the source's id; the file's name where it is not given
    hosts: tuple[str, ...] = ()  #: also for sources with these hosts (``www.`` left out)
    headline_suffixes: tuple[str, ...] = ()  #: cut off the end of headlines, letter by letter
    drop: tuple[str, ...] = ()  #: selectors of what is taken out of the page before it is read
    drop_phrases: tuple[str, ...] = ()  #: blocks that begin so are left out, in any case
    body: str = ""  #: selector of the element(s) that hold the article; nothing outside is taken
    standfirst: str = ""
    headline: str = ""
    byline: str = ""
    language: str = ""  #: what its pages are in, whatever they declare


NONE = Rules()
SELECTORS = ("drop", "body", "standfirst", "headline", "byline")


def load(folders: Sequence[Path]) -> tuple[Rules, ...]:
    """The rules that come with the package and those of these folders; a later file for the same source wins.

    Raises ConfigError naming file and key: not TOML, unknown key, wrong type, a selector that is none.
    """
    named = [(f.name, f.read_text(encoding="utf-8"), f"rules/{f.name}") for f in sorted(_shipped(), key=lambda f: f.name)]
    for folder in folders:
        if not folder.is_dir():
            raise ConfigError(f"{folder}: no such folder (rules)")
        named += [(f.name, _read(f), str(f)) for f in sorted(folder.glob("*.toml"))]
    made = {r.source: r for r in (_rules(text, name, where) for name, text, where in named)}
    return tuple(made.values())


def for_source(rules: Sequence[Rules], source: Source) -> Rules:
    """The rules of a source: by its id, else by the host of its homepage."""
    host = address.host(source.homepage).removeprefix("www.")
    by_host = (r for r in rules if host and host in r.hosts)
    return next((r for r in rules if r.source == source.id), None) or next(by_host, NONE)


@functools.lru_cache(maxsize=512)
def selector(css: str) -> Callable[[Any], list[Any]]:
    """A compiled CSS selector: an element -> those within it that fit."""
    from lxml.cssselect import CSSSelector  # late: only the workers read pages

    made: Callable[[Any], list[Any]] = CSSSelector(css, translator="html")
    return made


def _shipped() -> list[Any]:
    return [f for f in resources.files("babelwire").joinpath("rules").iterdir() if f.name.endswith(".toml")]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _rules(text: str, name: str, where: str) -> Rules:
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{where}: {error}") from error
    made = _converted(raw, where)
    for key in SELECTORS:
        given = getattr(made, key)
        for css in given if isinstance(given, tuple) else [given] if given else []:
            _check(css, f"{where}: {key}")
    return msgspec.structs.replace(made, source=made.source or name.removesuffix(".toml"))


def _converted(raw: Mapping[str, Any], where: str) -> Rules:
    known = [f.name for f in msgspec.structs.fields(Rules)]
    for key in raw:
        if key not in known:
            close = difflib.get_close_matches(key, known, 1, 0.5)
            raise ConfigError(
                f"{where}: unknown key {key!r}; " + (f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}")
            )
    try:
        return msgspec.convert(dict(raw), Rules)
    except msgspec.ValidationError as error:
        place = re.search(r"`\$\.([^`]*)`$", str(error))
        raise ConfigError(f"{where}: {place[1] if place else ''}: {str(error).split(' - at')[0]}") from error


def _check(css: str, where: str) -> None:
    try:
        HTMLTranslator().css_to_xpath(css)
    except SelectorError as error:
        raise ConfigError(f"{where}: {css!r} is no CSS selector: {error}") from error
