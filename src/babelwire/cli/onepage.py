"""One page, the whole way: fetch or read -> extract -> translate -> check -> typeset -> a page of its own.

The same rooms as the desk's, with a store in memory: nothing is kept.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babelwire.errors import ConfigError, PairError
from babelwire.model import (
    Article,
    Edition,
    Entry,
    Licence,
    Page,
    Pair,
    Publication,
    Revision,
    Source,
    Task,
    Translation,
    replace,
    short_hash,
)

if TYPE_CHECKING:
    from babelwire.config import Config

ADDRESS = re.compile(r"https?://", re.IGNORECASE)
STYLESHEET = re.compile(r"<link[^>]*rel=\"?stylesheet\"?[^>]*>")
LINKS = re.compile(r"<link\b(?![^>]*rel=\"?(?:canonical|license)\b)[^>]*>\n?")
LOGO = re.compile(r"src=\"[^\"]*logo[^\"]*\.svg\"")
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Translated:
    """A page and its translation."""

    article: Article
    translation: Translation
    source: Source


def translate(config: Config, address: str, target: str, tongue: str | None, now: datetime, told: Told) -> Translated:
    """Take the article out of a page and translate it. ``tongue``: its language, where it is not to be recognised.

    Raises BabelwireError: not to be fetched or read, no article, nobody serves the pair.
    """
    told("fetching")
    page = _fetched(config, address) if ADDRESS.match(address) else _read(Path(address), now)
    told("extracting")
    article, source = _article(config, page, now)
    if tongue:
        article = replace(article, language=tongue)
    told("translating")
    return Translated(article, _translation(config, article, target, now), source)


def _fetched(config: Config, url: str) -> Page:
    from babelwire import make

    with closing(make.fetcher(config)) as fetcher:
        page = fetcher.get(url)
    assert page is not None, "without validators no answer is 'not modified'"
    return page


def _read(path: Path, now: datetime) -> Page:
    """A saved page. Its links are taken from an address that stands for the file."""
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; give an http address or a saved page") from error
    url = f"https://file.invalid/{short_hash(str(path.resolve()))}"
    return Page(url=url, asked=url, body=body, fetched=now, content_type="text/html")


def _article(config: Config, page: Page, now: datetime) -> tuple[Article, Source]:
    from babelwire import make

    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    home = f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/"
    known = next((s for s in config.sources if s.homepage.rstrip("/") == home.rstrip("/")), None)
    source = known or Source(id="page", name=host.replace("file.invalid", "a saved page"), homepage=home)
    source = replace(source, licence=Licence.FULL)  # to be looked at by whoever asked, not published
    entry = Entry(key=short_hash("page", page.url), feed_url="", source_id=source.id, id=page.url, link=page.url, title="")
    extractor = make.extractor(config)
    try:
        return extractor.article(page, entry, source, now), source
    finally:
        extractor.close()  # type: ignore[attr-defined]


def _translation(config: Config, article: Article, target: str, now: datetime) -> Translation:
    from babelwire import make
    from babelwire.cli.engines import missing
    from babelwire.text import language

    pair = Pair(article.language.split("-")[0], target.split("-")[0])
    memory = make.part("store", "sqlite", "store", path=":memory:")
    with closing(memory), closing(make.Engines(config)) as engines:
        if not language.matches(article.language, target) and not engines.ladder(pair):
            raise PairError("the desk", missing(pair), pair=str(pair))
        task = Task(revision=Revision(article=article, number=1, seen=now), language=target)
        return make.translator(config, engines, memory).translate(task, now)


def html(config: Config, made: Translated, target: str, now: datetime) -> bytes:
    """The article's page with its style inside: one file that can be opened anywhere."""
    from babelwire import make, render
    from babelwire.render import pages
    from babelwire.render.site import asset_body

    edition = next((e for e in config.editions if e.language == target), Edition(language=target, title=config.desk.name))
    site = replace(make.site(config), editions=(edition,))
    headline = made.translation.headline or made.article.headline
    path = render.path(target, now, headline, made.article.key, original=made.article.headline)
    publication = Publication(
        article=made.article, revision=1, translation=made.translation, source=made.source, language=target, path=path,
        published=now, updated=now,
    )  # fmt: skip
    page = pages.article(publication, site)[0].body.decode()
    style = f"<style>{asset_body('style.css').decode()}</style>"
    logo = f'src="data:image/svg+xml;base64,{base64.b64encode(asset_body("logo.svg")).decode()}"'
    page = STYLESHEET.sub(lambda _: style, page, count=1)
    return LOGO.sub(lambda _: logo, LINKS.sub("", page)).encode()
