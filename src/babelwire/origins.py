"""Where each setting comes from: the file and its line, the environment, a file beside it, or the default.

tomllib keeps no lines. So the file is cut into statements, each of which tomllib reads by itself: a statement is over when it
can be read. That is exact, and needs no second parser.
"""

from __future__ import annotations

import re
import tomllib
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from babelwire import config
from babelwire.config import Config
from babelwire.errors import ConfigError

Keys = tuple[str, ...]
#: What a table under a name of its own looks like; the others are fields of ``Config``.
NAMED: dict[str, type[config.Table]] = {
    "engines": config.EngineTable,
    "pairs": config.PairTable,
    "editions": config.EditionTable,
    "sources": config.SourceTable,
    "notify": config.EngineTable,
}
HIDDEN = "(hidden)"
SECRET = re.compile(r"(^|_)(key|token|secret|password|passwd)$", re.IGNORECASE)  #: options that hold one, even if written plainly


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of the configuration and where it comes from."""

    key: str  #: as written with dots: ``poll.minimum``
    value: Any
    origin: str  #: ``default``, ``babelwire.toml:12``, ``env:NAME``, ``file:PATH``


def settings(made: Config) -> list[Setting]:
    """All settings, tables in the order of the reference. ``made`` is the configuration that was read from the same file."""
    text = made.path.read_text(encoding="utf-8") if made.path.exists() else ""
    raw, places = tomllib.loads(text), lines(text)
    rest = [*_lists(raw, places, made.path), *_raw("budget", raw, places, made.path)]
    return [*_tables(raw, places, made.path), *_named(raw, places, made.path), *rest]


def secrets(path: Path, environ: Mapping[str, str]) -> frozenset[str]:
    """Every value that must not be seen: what ``env:`` and ``file:`` stand for, and options that are secrets by their name."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return frozenset()
    return frozenset(_secret_values(raw, path, environ))


def lines(text: str) -> dict[Keys, int]:
    """Key path -> line of the statement that sets it; items of arrays of tables have their number in the path."""
    places: dict[Keys, int] = {}
    table: Keys = ()
    counts: dict[Keys, int] = {}
    for number, statement in _statements(text):
        if statement.lstrip().startswith("["):
            table = _header(statement, counts)
            places.setdefault(table, number)
        else:
            for keys in _leaves(tomllib.loads(statement)):
                for end in range(1, len(keys) + 1):
                    places.setdefault(table + keys[:end], number)
    return places


# ---------------------------------------------------------------------------------------------- the small steps


def _statements(text: str) -> Iterator[tuple[int, str]]:
    start, pending = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        start, pending = (start, f"{pending}\n{line}") if pending else (number, line)
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue  # goes on in the next line
        yield start, pending
        pending = ""


def _header(statement: str, counts: dict[Keys, int]) -> Keys:
    """The path of a ``[table]`` or ``[[table]]``."""
    keys = next(_leaves(tomllib.loads(f"{statement.split('#')[0].strip().strip('[]')} = 0")))
    if not statement.lstrip().startswith("[["):
        return keys
    counts[keys] = counts.get(keys, -1) + 1
    return (*keys, str(counts[keys]))


def _leaves(value: Mapping[str, Any], above: Keys = ()) -> Iterator[Keys]:
    for key, inner in value.items():
        if isinstance(inner, dict) and inner:
            yield from _leaves(inner, (*above, key))
        else:
            yield (*above, key)


def _tables(raw: Mapping[str, Any], places: Mapping[Keys, int], path: Path) -> Iterator[Setting]:
    kinds = typing.get_type_hints(Config)
    for name in config.TABLES:
        yield from _fields(raw.get(name, {}), kinds[name], (name,), places, path)


def _named(raw: Mapping[str, Any], places: Mapping[Keys, int], path: Path) -> Iterator[Setting]:
    for name in config.NAMED:
        for key, table in raw.get(name, {}).items():
            yield from _fields(table, NAMED[name], (name, key), places, path)


def _lists(raw: Mapping[str, Any], places: Mapping[Keys, int], path: Path) -> Iterator[Setting]:
    for name in config.LISTS:
        yield _setting((name,), raw.get(name, []), name in raw, places, path)
    for inner in _leaves(raw.get("budget", {})):
        yield _setting(("budget", *inner), _at(raw["budget"], inner), True, places, path)


def _raw(name: str, raw: Mapping[str, Any], places: Mapping[Keys, int], path: Path) -> Iterator[Setting]:
    """What a table says that is read on a higher floor, which knows its defaults."""
    for keys in _leaves(raw.get(name, {})):
        yield _setting((name, *keys), _at(raw[name], keys), True, places, path)


def _fields(table: Mapping[str, Any], kind: Any, above: Keys, places: Mapping[Keys, int], path: Path) -> Iterator[Setting]:
    for field in msgspec.structs.fields(kind):
        keys = (*above, field.encode_name)
        given = table.get(field.encode_name)
        if isinstance(given, dict) and given:
            for inner in _leaves(given):
                yield _setting((*keys, *inner), _at(given, inner), True, places, path)
        else:
            default = {} if field.default is msgspec.NODEFAULT else field.default
            yield _setting(keys, given if field.encode_name in table else default, field.encode_name in table, places, path)


def _at(value: Mapping[str, Any], keys: Keys) -> Any:
    found: Any = value
    for key in keys:
        found = found[key]
    return found


def _setting(keys: Keys, value: Any, given: bool, places: Mapping[Keys, int], path: Path) -> Setting:
    name = ".".join(keys)
    if isinstance(value, str) and value.startswith(("env:", "file:")) and given:
        return Setting(name, HIDDEN, value)
    line = next((places[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in places), None)
    origin = f"{path.name}:{line}" if given and line else "default"
    hide = given and "options" in keys and _holds_a_secret(keys)
    return Setting(name, HIDDEN if hide else value, origin)


def _holds_a_secret(keys: Keys) -> bool:
    """By its name, or since it is the address of a receiver, which often has its key inside."""
    return bool(SECRET.search(keys[-1])) or (keys[0] == "notify" and keys[-1] in ("url", "urls", "hub"))


def _secret_values(value: Any, path: Path, environ: Mapping[str, str], keys: Keys = ("",)) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _secret_values(inner, path, environ, (*keys, key) if keys != ("",) else (key,))
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_values(inner, path, environ, keys)
    elif isinstance(value, str) and value.startswith(("env:", "file:")):
        try:
            yield config.secret(value, path, keys[-1], environ)
        except ConfigError:
            return  # it is not there, so it cannot be seen
    elif isinstance(value, str) and "options" in keys and _holds_a_secret(keys):
        yield value
