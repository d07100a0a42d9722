"""``release``: a person lets out what is held."""

from __future__ import annotations

from pathlib import Path

import click

from babelwire.cli import opening, options, say


@click.command()
@options.config
@options.as_json
@click.option("--edition", "editions", metavar="LANGUAGE", multiple=True, help="This edition only; may be given again.")
@click.option("--failed", is_flag=True, help="Also what is held because it did not pass the checks.")
@click.argument("address")
def release(path: Path, as_json: bool, editions: tuple[str, ...], failed: bool, address: str) -> None:
    """Publish what is held of an article for a person to read first (mode "review", a routing rule that holds).

    ADDRESS is its link at the source, its path or address on our site, or its key. `babelwire why ADDRESS` shows the text.
    """
    from babelwire.errors import BabelwireError
    from babelwire.model import utc_now

    now = utc_now()
    with opening.desk(opening.config(path), now) as desk:
        number = desk.release(address, now, languages=editions, failed=failed)
        if not number:
            raise BabelwireError(f"{address}: nothing of it is held for a person to read; see `babelwire why {address}`")
        desk.publish_frame(now)
        done = desk.publish_all(now)
    if as_json:
        say.json({"released": number, "published": done.items, "notes": done.notes})
    else:
        say.note(f"{say.many(number, 'translation')} released; {say.many(done.items, 'page')} published.")
        if not done.items:
            say.note("It is quiet in that edition now: the page comes out when its quiet hours are over.")
