"""What every page of a site shares: its name, address, editions, policies and the names of its style and pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from urllib.parse import quote, urlsplit

from babelwire import __version__
from babelwire.errors import ConfigError
from babelwire.model import Edition, Licence, Publication, Verdict

ASSETS = ("style.css", "ask.css", "logo.svg")
ORDER = (Licence.LINK, Licence.EXCERPT, Licence.FULL)


@cache
def asset_body(name: str) -> bytes:
    """The bytes of an asset that comes with the package."""
    return (resources.files("babelwire.render") / name).read_bytes()


@cache
def asset_names() -> Mapping[str, str]:
    """Asset -> its path on the site, with a hash of its bytes: it may be kept by browsers for ever."""
    named = {}
    for name in ASSETS:
        stem, _, ending = name.rpartition(".")
        named[name] = f"assets/{stem}.{hashlib.sha256(asset_body(name)).hexdigest()[:10]}.{ending}"
    return MappingProxyType(named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A whole site. Everything below takes it as an argument; nothing here changes from page to page."""

    name: str
    base_url: str  #: where readers find it, no trailing slash; may end in a folder
    contact: str = ""  #: an e-mail address or an http address
    responsible: str = ""  #: who answers for the site
    editions: tuple[Edition, ...] = ()
    index: str = "auto"  #: ``auto`` | ``all`` | ``none``: may search engines list the pages?
    hubs: tuple[str, ...] = ()  #: WebSub hubs that are told of news
    authority: str = ""  #: host name in the ids of feed entries; set it before moving to another host, so that ids stay
    search: bool = False  #: is ``/{language}/search/`` answered?
    reports: bool = False  #: and ``/{language}/report/``?
    version: str = __version__
    assets: Mapping[str, str] = field(default_factory=asset_names)

    @property
    def root(self) -> str:
        """What stands before every path of the site in a link: ``""`` or ``/folder``."""
        return _root(self.base_url)

    @property
    def host(self) -> str:
        return self.authority or urlsplit(self.base_url).hostname or "localhost"

    def url(self, path: str) -> str:
        """The whole address of a path of the site."""
        return f"{self.base_url.rstrip('/')}/{path}"

    def link(self, path: str) -> str:
        """A link to a path of the site, without the host: the tree works under any name."""
        return f"{self.root}/{path}"

    def edition(self, language: str) -> Edition:
        """Raises ConfigError where there is no such edition."""
        for edition in self.editions:
            if edition.language == language:
                return edition
        raise ConfigError(f"editions.{language}: no such edition; known: {', '.join(e.language for e in self.editions) or 'none'}")


@lru_cache(maxsize=16)  # every link of every page begins with it
def _root(base_url: str) -> str:
    return quote(urlsplit(base_url).path.rstrip("/"), safe="/%")


def lesser(one: Licence, other: Licence) -> Licence:
    """The licence that allows less."""
    return min(one, other, key=ORDER.index)


def licence(publication: Publication) -> Licence:
    """What is shown: the least of what the source allows now, what the page allowed when it was read, and the edition's mode."""
    return lesser(publication.licence, allowed(publication))


def allowed(publication: Publication) -> Licence:
    """What may be shown: the lesser of what the source allows now and what the page allowed when it was read."""
    return lesser(publication.source.licence, publication.article.licence)


def indexable(publication: Publication, site: Site) -> bool:
    """May search engines list the page?

    ``auto``: only whole articles whose every sentence passed. Untranslated originals are left to their source, whose page
    is the same text.
    """
    if publication.withdrawn or site.index == "none" or publication.translation.verdict is Verdict.HOLD:
        return False
    if site.index == "all":
        return True
    translation = publication.translation
    whole = licence(publication) is Licence.FULL and not publication.article.truncated
    return whole and translation.engine != "" and translation.verdict is Verdict.PUBLISH and not translation.gist
