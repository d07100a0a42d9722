"""``feeds``: list, accept, add, test, import, export, discover."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from babelwire import writing
from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.model import Entry, FeedState, Hints, Page
    from babelwire.parse import Outline

SHOWN = 5  #: entries that ``test`` shows
OPEN = click.option(
    "--licence", type=click.Choice(["full", "excerpt", "link"]), default="link", show_default=True, help="What may be shown."
)


@click.group()
def feeds() -> None:
    """List, accept, add, test, import, export and discover feeds."""


@feeds.command("list")
@options.config
@options.as_json
def list_(path: Path, as_json: bool) -> None:
    """Every feed of the configuration, and how it fares."""
    from babelwire.model import utc_now

    with opening.store(opening.config(path), utc_now()) as store:
        states = store.feed_states()
    if as_json:
        say.json([_state(s) for s in states])
        return
    rows = [(s.feed.source_id, s.feed.url, _word(s), say.moment(s.succeeded), say.moment(s.due), s.failure or "") for s in states]
    say.table(("source", "feed", "state", "last read", "due", "failure"), rows)


def _state(state: FeedState) -> Mapping[str, object]:
    return {
        "source": state.feed.source_id,
        "url": state.feed.url,
        "state": click.unstyle(_word(state)),
        "due": state.due,
        "succeeded": state.succeeded,
        "failures": state.failures,
        "failure": state.failure,
        "status": state.status,
        "interval_minutes": round(state.interval.total_seconds() / 60, 1),
        "moved_to": state.moved_to,
    }


def _word(state: FeedState) -> str:
    if state.retired:
        return say.styled("gone", "fail")
    if state.moved_to:
        return say.styled("moving", "warn") if state.moved_seen else say.styled("led away", "fail")
    if state.failures:
        return say.styled(f"failing ({state.failures})", "warn")
    return say.styled("well", "ok") if state.succeeded else "new"


@feeds.command()
@options.config
@click.argument("source")
def accept(path: Path, source: str) -> None:
    """A SOURCE that is set aside (its pages suddenly look different) is well as it is now; what had waited is read again."""
    from babelwire.errors import BabelwireError
    from babelwire.model import utc_now

    now = utc_now()
    with opening.store(opening.config(path), now) as store:
        number = store.accept(source, now)
    if number is None:
        raise BabelwireError(f"{source} is not set aside; `babelwire status` names those that are")
    say.note(f"{source}: {say.many(number, 'article')} read again by the next run.")


@feeds.command()
@options.config
@options.as_json
@click.argument("url")
def test(path: Path, as_json: bool, url: str) -> None:
    """Fetch a feed and show what the desk makes of it. Nothing is kept."""
    config = opening.config_or_defaults(path)
    hints, entries, page = _read(config, url)
    if as_json:
        say.json({"url": page.url, "title": hints.title, "language": hints.language, "entries": [_entry(e) for e in entries]})
        return
    tongue, count = hints.language or "language not named", say.many(len(entries), "entry", "entries")
    say.data(f"{say.styled(hints.title or url, bold=True)}  {tongue}, {count}")
    say.table(("published", "title", "link"), [(say.moment(e.published), e.title, e.link or "") for e in entries[:SHOWN]])
    if page.url != url:
        say.note(f"answered from {page.url}")


def _entry(entry: Entry) -> Mapping[str, object]:
    return {"title": entry.title, "link": entry.link, "published": entry.published, "updated": entry.updated, "authors": entry.authors}


def _read(config: Config, url: str) -> tuple[Hints, Sequence[Entry], Page]:
    """Raises FetchError, ParseError (naming the feeds of a page)."""
    from babelwire.model import Feed, utc_now
    from babelwire.parse import worker

    page = _get(config, url)
    hints, entries = worker.once(page, Feed(url=url, source_id="test"), utc_now())
    return hints, entries, page


def _get(config: Config, url: str) -> Page:
    from babelwire import make

    with closing(make.fetcher(config)) as fetcher:
        page = fetcher.get(url, robots=False)
    assert page is not None, "without validators no answer is 'not modified'"
    return page


@feeds.command()
@options.config
@options.as_json
@click.argument("url")
def discover(path: Path, as_json: bool, url: str) -> None:
    """The feeds that a web page announces."""
    from babelwire import parse
    from babelwire.errors import BabelwireError

    found = parse.discover(_get(opening.config_or_defaults(path), url))
    if as_json:
        say.json([{"url": a.url, "title": a.title} for a in found])
    elif not found:
        raise BabelwireError(f"{url}: announces no feed")
    else:
        say.table(("feed", "title"), [(a.url, a.title) for a in found])


@feeds.command()
@options.config
@click.argument("url")
@click.option("--source", "name", help="The source it belongs to: one of the file, or a new id.  [default: from its title]")
@click.option("--language", help="BCP 47, where the feed does not say it.")
@click.option("--unseen", is_flag=True, help="Do not fetch it first.")
@OPEN
def add(path: Path, url: str, name: str | None, language: str | None, unseen: bool, licence: str) -> None:
    """Add a feed to the configuration. Its source is new, or named with --source."""
    from babelwire.errors import ConfigError

    config = opening.config(path)
    if url in {f.url for f in config.feeds}:
        raise ConfigError(f"{path}: {url} is there already")
    title, said, homepage = (None, None, None) if unseen else _look(config, url)
    fields = {"name": title, "homepage": homepage, "language": language or said, "licence": licence}
    text, name = writing.added(path.read_text(encoding="utf-8"), {s.id for s in config.sources}, url, name or "", **fields)
    writing.save(path, text)
    say.note(f"{path}: [sources.{name}] has {url}")
    if licence == "link":
        say.note("Its licence is `link`: headline and link only. Read its terms, then set `licence` (full, excerpt, link).")


def _look(config: Config, url: str) -> tuple[str | None, str | None, str | None]:
    hints, _, _ = _read(config, url)
    return hints.title, hints.language, hints.homepage


@feeds.command("import")
@options.config
@click.argument("file", type=click.Path(path_type=Path))
@OPEN
def import_(path: Path, file: Path, licence: str) -> None:
    """Add the feeds of an OPML file, one source for each site."""
    from babelwire import parse
    from babelwire.errors import ConfigError

    config = opening.config(path)
    try:
        outlines = parse.opml(file.read_bytes(), str(file))
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from error
    new = [o for o in outlines if o.url not in {f.url for f in config.feeds}]
    tables = _tables(new, {s.id for s in config.sources}, licence)
    if tables:
        writing.save(path, path.read_text(encoding="utf-8").rstrip() + "\n" + "".join(tables))
    say.note(f"{path}: {say.many(len(new), 'feed')} added from {file}, {len(outlines) - len(new)} known already")


def _tables(outlines: Sequence[Outline], known: set[str], licence: str) -> list[str]:
    sites: dict[str, list[Outline]] = {}
    for outline in outlines:
        sites.setdefault(writing.home(outline.homepage or outline.url), []).append(outline)
    tables = []
    for home, members in sites.items():
        first = members[0]
        name = writing.identifier(first.title or urlsplit(home).hostname or "", known)
        known.add(name)
        fields = {"name": first.title or urlsplit(home).hostname, "homepage": home, "language": first.language, "licence": licence}
        tables.append(writing.source(name, [o.url for o in members], **fields))
    return tables


@feeds.command()
@options.config
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File instead of stdout.")
def export(path: Path, output: Path | None) -> None:
    """The feeds as OPML."""
    from babelwire import parse
    from babelwire.errors import ConfigError

    config = opening.config(path)
    written = parse.to_opml(config.feeds, config.desk.name)
    if output is None:
        say.data(written.rstrip("\n"))
        return
    try:
        output.write_text(written, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{output}: {error.strerror}") from error
    say.note(f"{output}: {say.many(len(config.feeds), 'feed')}")
