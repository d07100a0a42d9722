"""``names``: how names are written in other languages, as stories and people have said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from babelwire.cli import opening, options, say
from babelwire.cli.glossary import pair_of

if TYPE_CHECKING:
    from babelwire.seams import Terms

pair = click.option("--pair", "wanted", required=True, help="Like en-fr.")


@click.group()
def names() -> None:
    """How names are written in other languages: as a person says, else as two or more stories agree."""


@names.command("list")
@options.config
@options.as_json
@click.option("--pair", "wanted", help="Only this pair, like en-fr.")
def list_(path: Path, as_json: bool, wanted: str | None) -> None:
    """What is known: name, rendering, how many stories say so, whether a person does, and whether it counts."""
    from babelwire.model import Pair, utc_now

    with opening.store(opening.config(path), utc_now()) as store:
        rows = cast("Terms", store).names(pair_of(wanted) if wanted else None)
        known: dict[Pair, dict[str, str]] = {}
        for of in {r[0] for r in rows}:
            known[of] = dict(store.known_names(sorted({r[1] for r in rows if r[0] == of}), of))
    said = [(p, name, way, stories, person, known[p].get(name) == way) for p, name, way, stories, person in rows]
    if as_json:
        fields = ("pair", "name", "rendering", "stories", "person", "counts")
        say.json([dict(zip(fields, (str(p), *rest), strict=True)) for p, *rest in said])
        return
    cells = [(p, n, w, "a person" if by else say.many(s, "story", "stories"), "yes" if ok else "not yet") for p, n, w, s, by, ok in said]
    say.table(("pair", "name", "written", "says who", "counts"), cells)


@names.command("set")
@options.config
@pair
@click.argument("name")
@click.argument("rendering")
def set_(path: Path, wanted: str, name: str, rendering: str) -> None:
    """Write NAME as RENDERING from now on, whatever stories say."""
    from babelwire.model import utc_now

    if not name.strip() or not rendering.strip():
        raise click.BadParameter("a name and its rendering are words")
    with opening.store(opening.config(path), utc_now()) as store:
        store.add_names("", pair_of(wanted), {name.strip(): rendering.strip()}, utc_now())
    say.note(f"{name} is written {rendering} from now on")


@names.command()
@options.config
@pair
@click.argument("name")
def forget(path: Path, wanted: str, name: str) -> None:
    """Forget what people and stories have said of NAME."""
    from babelwire.errors import BabelwireError
    from babelwire.model import utc_now

    with opening.store(opening.config(path), utc_now()) as store:
        gone = cast("Terms", store).forget_name(name, pair_of(wanted))
    if not gone:
        raise BabelwireError(f"nothing is known of {name!r} for {wanted}; `babelwire names list` says what is")
    say.note(f"{name} is forgotten")
