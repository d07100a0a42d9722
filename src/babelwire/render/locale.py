"""How an edition speaks: one TOML file a language with every string, plural, date pattern and direction.

Dates and names of languages are Babel's (CLDR). The strings are our own small files and not gettext catalogues: a file
must be whole (a missing string is an error when it is loaded, never an English word on a French page), carries direction,
script and date patterns beside the strings, and needs no compile step.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import babel
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from babelwire.errors import ConfigError
from babelwire.text import sections
from babelwire.text.language import direction as direction

REFERENCE = "en"
HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Locale:
    """One language of the interface."""

    tag: str
    cldr: babel.Locale
    fields: Mapping[str, str]
    texts: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]
    sections: Mapping[str, str]

    @property
    def direction(self) -> str:
        return self.fields["direction"]

    @property
    def script(self) -> str:
        return self.fields["script"]

    def text(self, name: str, /, **values: object) -> Markup:
        """A string with its holes filled; what goes in is escaped unless it is markup of ours already."""
        return _filled(self.texts[name], values) if values else _escaped(self.texts[name])

    def count(self, name: str, n: int, /, **values: object) -> Markup:
        """A string for ``n`` things, in the plural form the language has for that number."""
        forms = self.plurals[name]
        return _filled(forms.get(self.cldr.plural_form(n), forms["other"]), {"n": n} | values)

    def moment(self, when: datetime, zone: str, pattern: str = "moment") -> str:
        """A point in time in the words of the language, on the clock of the edition."""
        return _moment(when, self.fields[pattern], zone, str(self.cldr))

    def span(self, time: timedelta) -> str:
        """A span of time in words, as exact as matters."""
        return str(format_timedelta(time, granularity="minute", threshold=2, locale=self.cldr))

    def number(self, n: int) -> str:
        return str(format_decimal(n, locale=self.cldr))

    def date(self, day: str) -> str:
        """An ISO date in words."""
        return str(format_date(date.fromisoformat(day), self.fields["day"], locale=self.cldr))

    def language(self, tag: str) -> str:
        """A language's name in this one, without its country; the tag itself where CLDR knows none."""
        return _named(str(self.cldr), _base(tag)) or tag

    def section(self, name: str) -> str | None:
        """What the edition calls a section, whatever a newspaper calls it; None where it is none of ours."""
        return self.sections.get(sections.of(name) or "")


@lru_cache(maxsize=256)
def autonym(tag: str) -> str:
    """A language's own name for itself, as a title."""
    try:
        cldr = babel.Locale.parse(tag, sep="-")
    except (babel.UnknownLocaleError, ValueError):
        return tag
    name = _named(str(cldr), tag) or tag
    return name[:1].upper() + name[1:]


@cache
def load(tag: str) -> Locale:
    """The locale for an edition: the file of the tag itself, or of its base language.

    Raises ConfigError: no such file, a missing or unknown string, other holes than the English string, a missing plural form.
    """
    name = next((n for n in (tag, _base(tag)) if n in known()), None)
    if name is None:
        raise ConfigError(f"editions.{tag}: the interface does not speak this language yet; it speaks {', '.join(known())}")
    raw, reference = _read(name), _read(REFERENCE)
    cldr = _cldr(tag, name)
    _check(name, raw, reference, cldr)
    return Locale(tag=tag, cldr=cldr, fields=raw["locale"], texts=raw["text"], plurals=raw["plural"], sections=raw["sections"])


@cache
def known() -> tuple[str, ...]:
    """The languages there is a file for."""
    folder = resources.files("babelwire.render") / "locales"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


# ---------------------------------------------------------------------------------------------- the small steps


@lru_cache(maxsize=4096)  # of an article on all its listings; ``name``: of Babel's locale
def _moment(when: datetime, pattern: str, zone: str, name: str) -> str:
    return str(format_datetime(when, pattern, tzinfo=ZoneInfo(zone), locale=babel.Locale.parse(name)))


@lru_cache(maxsize=4096)
def _escaped(words: str) -> Markup:
    return escape(words)


@lru_cache(maxsize=4096)
def _cut(words: str) -> Sequence[str]:
    """A string at its holes, escaped: text and names of holes by turns."""
    return HOLE.split(escape(words))


def _filled(words: str, values: Mapping[str, object]) -> Markup:
    """Many times on every page: ``Markup.format`` takes ten times as long."""
    return Markup("".join([escape(values[piece]) if n % 2 else piece for n, piece in enumerate(_cut(words))]))


def _base(tag: str) -> str:
    """The language of a tag whose region may be left out; a script may not (zh-Hant is not zh)."""
    parts = tag.split("-")
    return parts[0] if len(parts) == 1 or len(parts[1]) != 4 else tag


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((resources.files("babelwire.render") / "locales" / f"{name}.toml").read_text(encoding="utf-8"))


def _cldr(tag: str, name: str) -> babel.Locale:
    for candidate in (tag, name):
        try:
            return babel.Locale.parse(candidate, sep="-")
        except (babel.UnknownLocaleError, ValueError):
            continue
    raise ConfigError(f"editions.{tag}: Babel knows no such locale")


@lru_cache(maxsize=4096)
def _named(name: str, tag: str) -> str | None:
    """CLDR's name of a language in another (``name``: of Babel's locale), with what its tag adds in brackets."""
    cldr = babel.Locale.parse(name)
    try:
        return babel.Locale.parse(tag, sep="-").get_display_name(cldr)
    except (babel.UnknownLocaleError, ValueError):
        known_name: str | None = cldr.languages.get(tag.split("-")[0].lower())
        return known_name


def _check(name: str, raw: dict[str, Any], reference: dict[str, Any], cldr: babel.Locale) -> None:
    where = f"locales/{name}.toml"
    for table in ("locale", "text", "plural", "sections"):
        missing = sorted(set(reference[table]) ^ set(raw.get(table, {})))
        if missing:
            raise ConfigError(f"{where}: [{table}] has not the same strings as {REFERENCE}.toml: {', '.join(missing)}")
    for key, text in raw["text"].items():
        if set(HOLE.findall(text)) != set(HOLE.findall(reference["text"][key])):
            raise ConfigError(f"{where}: text.{key} must have the holes of {REFERENCE}.toml: {reference['text'][key]!r}")
    for key, forms in raw["plural"].items():
        lacking = sorted({cldr.plural_form(n) for n in range(201)} - set(forms) | {"other"} - set(forms))  # forms of millions may lack
        if lacking:
            raise ConfigError(f"{where}: plural.{key} lacks the forms {', '.join(lacking)}")
