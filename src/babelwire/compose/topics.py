"""Topics that publications touch: a listing for each that has enough articles, and the page that lists them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from babelwire.compose.shelf import Shelf
from babelwire.model import Edition, File, Listing, Publication, Topic, replace
from babelwire.render import Site, about, address, sitemaps
from babelwire.text import topics as named


def touched(publications: Sequence[Publication], language: str, shelf: Shelf) -> dict[str, Topic]:
    """The topics of these publications, by name, counted as they will be once the publications are out."""
    first: dict[str, str] = {}
    more: Counter[str] = Counter()
    for publication in publications:
        for name, keyword in names(publication).items():
            first.setdefault(name, keyword)
            more[name] += publication.news == "published"  # others are counted already, and those withdrawn not any more
    stored = {t.name: t for t in shelf.topics(language, list(first))} if first else {}
    fresh = {name: Topic(name=name, label=named.label(name, keyword, language)) for name, keyword in first.items()}
    return {name: replace(t, stories=t.stories + more[name]) for name, t in (fresh | stored).items()}


def names(publication: Publication) -> dict[str, str]:
    """The topics of a publication: name -> keyword of its source."""
    return dict(named.of(publication.article.tags, publication.article.language))


def of(publication: Publication, known: Mapping[str, Topic], least: int) -> list[Topic]:
    """Those of its topics that have a page."""
    return [known[name] for name in names(publication) if name in known and known[name].stories >= least]


def listings(topics: Mapping[str, Topic], language: str, least: int, read: sitemaps.Read) -> list[Listing]:
    """What to list again: topics with enough articles, and those that once had enough: an address that was seen stays."""
    made = [_listing(topic, language) for topic in topics.values()]
    return [m for m in made if topics[m.name].stories >= least or read(f"{m.path}index.html") is not None]


def elsewhere(listing: Listing, edition: Edition, site: Site, read: sitemaps.Read) -> list[tuple[str, str]]:
    """(language, path) of the same topic in other editions that have a page of it; of what is no topic there is nothing."""
    places = [(e.language, address.topic_path(e.language, listing.name)) for e in site.editions if e.language != edition.language]
    return [p for p in places if listing.kind == "topic" and read(f"{p[1]}index.html") is not None]


def same(listing: Listing, language: str, shelf: Shelf) -> Listing:
    """A topic's listing in another edition, under the name it has there."""
    known = shelf.topics(language, [listing.name])
    return _listing(known[0] if known else Topic(name=listing.name, label=listing.title), language)


def overview(
    topics: Mapping[str, Topic], edition: Edition, site: Site, shelf: Shelf, least: int, sections: Sequence[tuple[str, int]]
) -> File:
    """The page that lists the topics of an edition; ``topics``: those whose counts are newer than the store's."""
    known = {t.name: t for t in shelf.topics(edition.language)} | dict(topics)
    enough = sorted((t for t in known.values() if t.stories >= least), key=lambda t: (-t.stories, t.label, t.name))
    return about.topics(edition, site, enough, sections)


def _listing(topic: Topic, language: str) -> Listing:
    return Listing(kind="topic", name=topic.name, path=address.topic_path(language, topic.name), cards=(), title=topic.label)
