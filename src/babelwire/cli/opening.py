"""Configuration file -> what a command works with, opened and closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.desk import Desk
    from babelwire.seams import Store, Terms


def config(path: Path) -> Config:
    """The configuration, its editions' languages, routing rules and budget checked. Raises ConfigError."""
    from babelwire import config as room

    made = room.load(path)
    _spoken(made)
    if made.routes:  # rules name sections, which are on a higher floor than the configuration
        from babelwire import routing

        routing.rules(made)
    if made.budget:
        from babelwire import budget

        budget.rules(made)
    return made


def _spoken(made: Config) -> None:
    """Raises ConfigError: the interface does not speak an edition's language, and so none of its pages could be made."""
    from babelwire.errors import ConfigError
    from babelwire.render import locale

    for edition in made.editions:
        try:
            locale.load(edition.language)
        except ConfigError as error:
            raise ConfigError(f"{made.path}: {error}") from error


def outline(path: Path) -> Config:
    """The configuration for who only looks at it: variables of the environment that hold its secrets need not be set."""
    from collections import defaultdict

    from babelwire import config as room

    class Unread(defaultdict[str, str]):
        def __contains__(self, name: object) -> bool:
            return True

    return room.load(path, Unread(str))


def config_or_defaults(path: Path) -> Config:
    """The configuration, or where there is none at the default place, one with every default."""
    from babelwire import config as room
    from babelwire.cli.options import DEFAULT

    return room.build({}, path, {}) if path == DEFAULT and not path.exists() else room.load(path)


@contextmanager
def store(given: Config, now: datetime) -> Iterator[Store]:
    """The store, knowing the sources and feeds of the configuration."""
    from babelwire import make

    with closing(make.store(given)) as opened:
        opened.sync(given.sources, given.feeds, now)
        yield opened


@contextmanager
def desk(given: Config, now: datetime) -> Iterator[Desk]:
    """The whole desk, knowing the sources and feeds of the configuration."""
    from babelwire import make

    with make.desk(given) as opened:
        opened.store.sync(given.sources, given.feeds, now)
        book = opened.translator.glossary
        if book.terms:  # so that it is known for good what each translation was made with
            cast("Terms", opened.store).add_glossary(book.version, book.terms, now)
        yield opened
