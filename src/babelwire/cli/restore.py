"""``restore``: a backup in the place of the database."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from datetime import datetime

    from babelwire.config import Config


@click.command()
@options.config
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--site", is_flag=True, help="Build the site anew from it as well; the tree that is there is kept beside it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(path: Path, file: Path, site: bool, yes: bool) -> None:
    """Put the backup FILE in the place of the database. What is there is kept beside it as a safety copy.

    The backup is checked, and brought to the schema of this version, before anything is replaced; FILE itself is only read.
    Refused while a desk runs.
    """
    from babelwire.errors import ConfigError
    from babelwire.model import utc_now
    from babelwire.stores import restoring

    config, now = opening.config(path), utc_now()
    if config.store.kind != "sqlite":
        raise ConfigError(f"{path}: store.kind is {config.store.kind}: restore it with that database's own tools")
    target = config.data / config.store.path
    if target.exists() and not yes:
        click.confirm(f"Replace {target} by {file}?", abort=True, err=True)
    kept = restoring.restore(target, file, now)
    say.note(f"{target}: restored from {file}{f'; what was there is kept in {kept}' if kept else ''}.")
    if site:
        _build_again(config, now)
    else:
        say.note("Pages are as they were. To build the site anew from the backup: babelwire restore --site")


def _build_again(config: Config, now: datetime) -> None:
    """The site, out of nothing but the database."""
    from babelwire.stores import restoring
    from babelwire.stores.sqlite import SqliteStore

    tree = config.data / config.publish.path
    if tree.exists():
        kept = tree.with_name(f"{tree.name}.before-restore-{now:%Y%m%dT%H%M%SZ}")
        tree.rename(kept)
        say.note(f"{tree}: the old site is kept in {kept}.")
    with closing(SqliteStore(config.data / config.store.path)) as store:
        pages = restoring.bring_out_again(store, now)
    with opening.desk(config, now) as desk, say.progress() as bars:
        desk.publish_frame(now)
        while (done := desk.publish_all(now)).items:
            bars.step("publish", done.items, total=pages)
    say.note(f"{say.many(pages, 'page')} brought out again.")
