"""Fetching a model and naming it as an engine: what ``engines install`` does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from babelwire.cli import say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.model import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A model that is there now."""

    folder: Path
    sha256: str
    known: bool  #: the catalogue named that checksum
    name: str  #: of the engine
    written: bool  #: the configuration names it now
    notes: tuple[str, ...]


def install(config: Config, pair: Pair, catalogue: str | None, into: Path | None, bars: say.Progress, *, again: bool) -> Installed:
    """Find, fetch, check, unpack, name. Raises EngineError, PairError, ConfigError."""
    from babelwire.engines import install as room

    package = room.find(pair, catalogue or room.CATALOGUE)
    seen = 0

    def told(size: int, total: int | None) -> None:
        nonlocal seen
        bars.step(package.name, size - seen, total=total)
        seen = size

    folder = (into or config.data / "models").resolve()
    room.install(package, folder, told, again=again)
    place = folder / package.name
    name, text, notes = _named(config, pair, place)
    if text:
        from babelwire import writing

        writing.save(config.path, text)
    return Installed(
        folder=place, sha256=room.checksum(place), known=bool(package.sha256), name=name, written=bool(text), notes=tuple(notes)
    )  # fmt: skip


def _named(config: Config, pair: Pair, place: Path) -> tuple[str, str, list[str]]:
    """The engine's name, the configuration with it in it (nothing where it is there already, or where there is none), and notes."""
    path = str(place)
    known = next((n for n, t in config.engines.items() if t.kind == "ctranslate2" and t.options.get("path") == path), "")
    if known:
        return known, "", [f"[engines.{known}] of {config.path} has it already."]
    name = next(n for n in (f"model-{pair}", place.name) if n not in config.engines)
    table = f'\n[engines.{name}]\nkind = "ctranslate2"\noptions = {{ path = {json.dumps(path, ensure_ascii=False)} }}\n'
    if not config.path.exists():
        return name, "", [f"There is no {config.path} yet. Once there is, it wants:{table}"]
    ladder = [name, *(e for e in config.translate.engines if e != name)]
    notes = [f"[engines.{name}] is in {config.path} now; a desk that runs has to be started again. Try it: babelwire engines test {pair}"]
    if pair in config.pairs:
        notes.append(f'[pairs.{pair}] has a ladder of its own: put "{name}" where it belongs in its engines.')
    else:
        table += f"\n[pairs.{pair}]\nengines = [{', '.join(json.dumps(e, ensure_ascii=False) for e in ladder)}]\n"
    return name, config.path.read_text(encoding="utf-8").rstrip() + "\n" + table, notes
