"""``memory``: the translation memory as a TMX file, out and in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

import click

from babelwire.cli import opening, options, say
from babelwire.cli.glossary import pair_of

if TYPE_CHECKING:
    from babelwire.seams import Terms

BATCH = 500  #: sentences that are stored at once


@click.group()
def memory() -> None:
    """The translation memory: sentences that have passed the checks, for other tools and from them."""


@memory.command("export")
@options.config
@click.option("--pair", "wanted", help="Only this pair, like en-fr.")
@click.option("--output", "-o", "out", type=click.Path(path_type=Path), help="Write to this file.  [default: stdout]")
def export(path: Path, wanted: str | None, out: Path | None) -> None:
    """Write it as TMX 1.4b."""
    from babelwire.model import utc_now
    from babelwire.parse import tmx

    with opening.store(opening.config(path), utc_now()) as store, _opened(out) as file:
        count = 0
        for piece in tmx.written(cast("Terms", store).memories(pair_of(wanted) if wanted else None), utc_now()):
            file.write(piece)
            count += piece.endswith("</tu>\n")
    say.note(f"{say.many(count, 'sentence')} exported")


@contextmanager
def _opened(out: Path | None) -> Iterator[IO[str]]:
    """The file, or stdout. Raises ConfigError: not to be written."""
    from babelwire.errors import ConfigError

    try:
        with click.open_file(str(out or "-"), "w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise ConfigError(f"{out}: {error.strerror}") from error


@memory.command("import")
@options.config
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--pair", "wanted", help="Only this pair, like en-fr.  [default: into the languages of the editions]")
def import_(path: Path, file: Path, wanted: str | None) -> None:
    """Add the sentences of a TMX file that pass the checks. What an engine of ours once said serves that engine; all else
    serves every engine."""
    from babelwire import glossary
    from babelwire.model import utc_now
    from babelwire.parse import tmx
    from babelwire.text import language
    from babelwire.translate import imported

    config = opening.config(path)
    book = glossary.load(config.glossaries)
    pair = pair_of(wanted) if wanted else None
    targets = {language.base(e.language) for e in config.editions}
    taken = 0
    refused: list[str] = []
    with opening.store(config, utc_now()) as store:
        batch = {}
        for number, said in tmx.read(file, targets, pair):
            key, why = imported.looked_over(said, book)
            if why:
                refused.append(f"{file}: unit {number}: {why}")
                continue
            batch[key] = said
            taken += 1
            if len(batch) >= BATCH:
                store.remember(batch, utc_now())
                batch = {}
        store.remember(batch, utc_now())
    for line in refused[:20]:
        say.note(line)
    if len(refused) > 20:
        say.note(f"... and {len(refused) - 20} more")
    say.note(f"{say.many(taken, 'sentence')} taken, {len(refused)} that fail a check left out")
