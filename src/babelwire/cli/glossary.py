"""``glossary``: list, check, import; what a change would have translated again; apply it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from babelwire.cli import opening, options, say
from babelwire.model import replace

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.glossary import Glossary
    from babelwire.model import Pair, Task
    from babelwire.seams import Terms
    from babelwire.translate.again import Again

NEW = "glossary.toml"  #: the file of a desk that has none yet
SHOWN = 40  #: sentences that are listed before a question is asked


@click.group()
def glossary() -> None:
    """List, check and import terms; see what a change means before it is made."""


@glossary.command("list")
@options.config
@options.as_json
@click.option("--pair", "wanted", help="Only the terms for this pair, like en-fr.")
def list_(path: Path, as_json: bool, wanted: str | None) -> None:
    """The terms of the desk."""
    from babelwire import glossary as room

    book = room.load(opening.config(path).glossaries)
    terms = book.serving(pair_of(wanted)) if wanted else book.terms
    if as_json:
        say.json({"version": book.version, "terms": terms})
        return
    rows = [(t.pair, t.source, t.target or say.styled("as it is", dim=True), ", ".join(t.forms), t.note) for t in terms]
    say.table(("pair", "phrase", "rendered", "also accepted", "note"), rows)
    say.note(f"{say.many(len(terms), 'term')}, version {book.version or '-'}")


@glossary.command()
@options.config
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.pass_context
def check(context: click.Context, path: Path, files: tuple[Path, ...]) -> None:
    """Every line that cannot be used, and what to do; of FILEs, or of the desk's. Exit status 1 where there is one."""
    from babelwire.errors import GlossaryError

    looked = files or opening.config(path).glossaries
    bad = 0
    for file in looked:
        try:
            lines = _lines(file)
        except GlossaryError as error:
            lines = [("fail", str(error))]
        bad += sum(level == "fail" for level, _ in lines)
        for level, text in lines:
            say.data(f"{say.styled(level, level)}\t{text}")
    say.note(f"{say.many(len(looked), 'file')}, {say.many(bad, 'line')} that cannot be used")
    if bad:
        context.exit(1)


def _lines(file: Path) -> list[tuple[str, str]]:
    """What is wrong, or surprising, in a file."""
    from babelwire.errors import GlossaryError
    from babelwire.glossary import files

    out = []
    seen: dict[tuple[str, str, str], int] = {}
    for line, said in files.read(file):
        if isinstance(said, GlossaryError):
            out.append(("fail", str(said)))
        elif (before := seen.get(files.identity(said))) is not None:
            out.append(("warn", f"{file}:{line}: {said.source!r} stands on line {before} already; this one counts, take one out"))
        else:
            seen[files.identity(said)] = line
    return out


@glossary.command()
@options.config
@options.as_json
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[NEWFILE]")
@click.option("--in-place-of", "old", type=click.Path(path_type=Path), help="The desk's file that NEWFILE is to replace.")
def diff(path: Path, as_json: bool, file: Path | None, old: Path | None) -> None:
    """Which stored sentences would be translated again with NEWFILE, or with the desk's files as they are now. Saves nothing."""
    config = opening.config(path)
    _, found = _touched(config, _files(config, file, old))
    if as_json:
        say.json([{"key": t.revision.article.key, "language": t.language, "sentences": s} for t, s in found])
        return
    _show(found)


@glossary.command()
@options.config
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[NEWFILE]")
@click.option("--in-place-of", "old", type=click.Path(path_type=Path), help="The desk's file that NEWFILE is to replace.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def apply(path: Path, file: Path | None, old: Path | None, yes: bool) -> None:
    """Take NEWFILE over, or the desk's files as they are now, and have the sentences that ``diff`` lists translated again."""
    from babelwire import glossary as room

    config = opening.config(path)
    if file is None:
        _change(config, config.glossaries, yes=yes)
        return
    room.load([file])
    with _draft(_place(config, old or file), file.read_text(encoding="utf-8-sig")) as draft:
        _change(config, _files(config, draft.path, draft.place), draft, yes=yes)


@glossary.command("import")
@options.config
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="The desk's TOML file that takes the terms.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def import_(path: Path, file: Path, into: Path | None, yes: bool) -> None:
    """Add the terms of a CSV, TSV, TBX or TOML file at the end of the desk's glossary; a line that cannot be used stops it."""
    from babelwire import glossary as room
    from babelwire.glossary import files

    config = opening.config(path)
    place = _place(config, into or next((g for g in config.glossaries if g.suffix == ".toml"), Path(NEW)))
    known = set(room.load(config.glossaries).terms)
    fresh = [t for t in room.load([file]).terms if t not in known]
    if place.suffix != ".toml":
        raise click.UsageError(f"{place.name} is no TOML file; name one with --into")
    if not fresh:
        say.note("every term of it is known already")
        return
    text = place.read_text(encoding="utf-8").rstrip() + "\n\n" if place.exists() else ""
    say.note(f"{say.many(len(fresh), 'term')} to be added to {place}")
    with _draft(place, text + files.to_toml(fresh)) as draft:
        _change(config, _files(config, draft.path, draft.place), draft, yes=yes)


@glossary.command()
@options.config
@options.as_json
@click.argument("version", required=False)
def log(path: Path, as_json: bool, version: str | None) -> None:
    """The versions that were ever used, newest first; or the terms of one, as TOML."""
    from babelwire.glossary import files
    from babelwire.model import utc_now

    config = opening.config(path)
    with opening.store(config, utc_now()) as store:
        versions = cast("Terms", store).glossaries()
    if version:
        terms = next((t for v, _, t in versions if v == version), None)
        if terms is None:
            raise click.BadParameter(f"no version {version!r}; `babelwire glossary log` lists them", param_hint="VERSION")
        say.data(files.to_toml(terms).rstrip())
    elif as_json:
        say.json([{"version": v, "since": made, "terms": terms} for v, made, terms in versions])
    else:
        say.table(("version", "since", "terms"), [(v, say.moment(made), len(t)) for v, made, t in versions], right={2})


# ---------------------------------------------------------------------------------------------- the small steps


def pair_of(text: str) -> Pair:
    """Raises BadParameter."""
    from babelwire.model import Pair

    source, dash, target = text.partition("-")
    if not (dash and re.fullmatch(r"[a-z]{2,3}", source) and re.fullmatch(r"[a-z]{2,3}", target)):
        raise click.BadParameter(f"{text!r}: a pair is written like en-fr", param_hint="--pair")
    return Pair(source, target)


@dataclass(frozen=True, slots=True)
class Draft:
    """A glossary file that is written beside its place until everybody agrees."""

    place: Path
    path: Path


@contextmanager
def _draft(place: Path, text: str) -> Iterator[Draft]:
    """Raises ConfigError: not to be written."""
    from babelwire.errors import ConfigError

    part = place.with_name(f".{place.stem}.part{place.suffix}")
    try:
        part.write_text(text, encoding="utf-8")
        yield Draft(place, part)
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _place(config: Config, named: Path) -> Path:
    """The desk's file that is meant: itself, the one of that name, the only one of its kind, or a new one."""
    for fits in (lambda g: g in (named, named.resolve()), lambda g: g.name == named.name, lambda g: g.suffix == named.suffix):
        found = [g for g in config.glossaries if fits(g)]
        if len(found) == 1:
            return found[0]
    if not any(g.suffix == named.suffix for g in config.glossaries):
        return config.path.parent / named.name
    raise click.UsageError(f"say which of {', '.join(g.name for g in config.glossaries)} is meant (--in-place-of, --into)")


def _files(config: Config, file: Path | None, old: Path | None) -> list[Path]:
    """The desk's glossary files as they would be with the new one."""
    if file is None:
        return list(config.glossaries)
    place = _place(config, old or file)
    return [file if g == place else g for g in config.glossaries] if place in config.glossaries else [*config.glossaries, file]


def _touched(config: Config, new: Sequence[Path]) -> tuple[Glossary, list[tuple[Task, list[Again]]]]:
    """The glossary that these files make, and what it would have translated again. Raises GlossaryError."""
    from babelwire import glossary as room
    from babelwire import make, modes
    from babelwire.model import utc_now
    from babelwire.translate import again

    book = room.load(new)
    with opening.store(config, utc_now()) as store, closing(make.Engines(config)) as engines:
        terms = cast("Terms", store)
        translator = replace(make.translator(config, engines, store), glossary=book)
        versions = {v: t for v, _, t in terms.glossaries()}
        return book, list(again.touched(translator, map(modes.narrowed, terms.made_tasks()), versions))


def _show(found: Sequence[tuple[Task, list[Again]]], most: int | None = None) -> None:
    rows = [
        (s.language, s.key, s.headline, f"{s.place} {s.number}", ", ".join(s.terms) or "failed before", s.sentence)
        for _, sentences in found
        for s in sentences
    ]
    say.table(("edition", "key", "article", "sentence", "because of", "text"), rows[:most])
    if most is not None and len(rows) > most:
        say.note(f"... and {len(rows) - most} more; `babelwire glossary diff` lists all")
    say.note(f"{say.many(len(rows), 'sentence')} of {say.many(len(found), 'translation')} to be translated again")


def _change(config: Config, new: Sequence[Path], draft: Draft | None = None, *, yes: bool) -> None:
    """Show what a change means, ask, put the file in its place, and ask for the translations."""
    from babelwire.model import utc_now

    book, found = _touched(config, new)
    _show(found, SHOWN)
    if not yes:
        click.confirm("Apply it?", abort=True, err=True)
    if draft is not None:
        draft.path.replace(draft.place)
        _name(config, draft.place)
    changed = sorted({term for _, sentences in found for s in sentences for term in s.terms})
    with opening.store(config, utc_now()) as store:
        terms = cast("Terms", store)
        terms.add_glossary(book.version, book.terms, utc_now())
        keys = [(t.revision.article.key, t.language) for t, _ in found]
        asked = terms.ask_again(keys, f"the glossary has changed: {', '.join(changed)}", utc_now())
    say.note(f"version {book.version or '-'} applied; {say.many(asked, 'translation')} to be made again by the next run")


def _name(config: Config, place: Path) -> None:
    """Name a new file in the configuration. Raises ConfigError."""
    from babelwire import writing

    if place not in config.glossaries:
        writing.save(config.path, with_glossary(config.path.read_text(encoding="utf-8"), place.name))


def with_glossary(text: str, name: str) -> str:
    """The configuration with one more glossary, its comments kept. Raises ConfigError where it lists some in a way of its own."""
    from babelwire.errors import ConfigError

    listed = re.search(r"^glossaries\s*=\s*\[", text, re.MULTILINE)
    if listed:
        comma = "" if text[listed.end() :].lstrip().startswith("]") else ", "
        return f'{text[: listed.end()]}"{name}"{comma}{text[listed.end() :]}'
    if re.search(r"^glossaries\s*=", text, re.MULTILINE):
        raise ConfigError(f"glossaries: add {name!r} to the list by hand")
    table = re.search(r"^\[", text, re.MULTILINE)
    at = table.start() if table else len(text)
    return f'{text[:at]}glossaries = ["{name}"]\n\n{text[at:]}'
