"""Adding sources and feeds to babelwire.toml, with its comments left as they are.

Text edits, because no library at hand writes TOML and keeps comments; each edit is read back through ``config`` before it is saved.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from babelwire.errors import ConfigError


def source(identity: str, feeds: Sequence[str], /, **fields: str | None) -> str:
    """The table of a source."""
    lines = ["", f"[sources.{identity}]"]
    lines += [f"{key} = {_string(value)}" for key, value in fields.items() if value]
    lines.append(f"feeds = [{', '.join(_string(f) for f in feeds)}]" if len(feeds) < 2 else _many(feeds))
    return "\n".join(lines) + "\n"


def added(text: str, known: Collection[str], url: str, identity: str, /, **fields: str | None) -> tuple[str, str]:
    """The file with another feed: in the source of that id where it is one of the ``known``, else in a new one, named so or
    after its title. Returns the id of the source as well."""
    if identity in known:
        return with_feed(text, identity, url), identity
    host = urlsplit(url).hostname or ""
    identity = identity or identifier(fields.get("name") or host, known)
    told = {**fields, "name": fields.get("name") or host, "homepage": fields.get("homepage") or home(url)}
    return f"{text.rstrip()}\n{source(identity, [url], **told)}", identity


def home(url: str) -> str:
    """The front page of the site an address belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def with_feed(text: str, name: str, feed: str) -> str:
    """The file with another feed in the table of a source. Raises ConfigError where its list of feeds is not found."""
    table = re.search(rf"^\[sources\.{re.escape(name)}\]\s*$", text, re.MULTILINE)
    start = re.compile(r"^feeds\s*=\s*\[", re.MULTILINE).search(text, table.end()) if table else None
    beyond = re.compile(r"^\[", re.MULTILINE).search(text, table.end()) if table else None
    if start is None or (beyond and beyond.start() < start.start()):
        raise ConfigError(f"sources.{name}: has no `feeds = [` of its own in the file; add {feed} by hand")
    rest = text[start.end() :]
    comma = "" if rest.lstrip().startswith("]") else ", "
    return text[: start.end()] + _string(feed) + comma + (rest if comma else rest.lstrip())


def save(path: Path, text: str) -> None:
    """Write the file, whole or not at all. Raises ConfigError: what would be written is no configuration."""
    from babelwire import config

    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: the file could not be changed without breaking it ({error}); change it by hand") from error
    config.build(raw, path, os.environ)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def identifier(title: str, taken: Collection[str] = ()) -> str:
    """A source's id from a title or host: small letters, digits, hyphens, none that is taken."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", title.lower()) if not unicodedata.combining(c))
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "source"
    numbered = (made if n == 1 else f"{made}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)


def _many(feeds: Sequence[str]) -> str:
    return "feeds = [\n" + "".join(f"    {_string(f)},\n" for f in feeds) + "]"


def _string(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
