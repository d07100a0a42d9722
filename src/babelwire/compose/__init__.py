"""What a change touches: publications -> the listings, feeds and sitemaps to write again.

Listings are the newest page plus day archives, so nothing shifts and the number of files written for one story is fixed,
however long the archive grows (docs/decisions/003). Nothing is written here, and of the store only what ``shelf`` says is read.

    __init__  articles, listings with their feeds, sitemaps; the frame that no story touches
    stories   a page for each event that several sources tell
    topics    a listing for each topic that has enough articles
    navigation  the sections that every page leads to
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from babelwire.compose import navigation, stories, topics
from babelwire.compose.shelf import Shelf
from babelwire.config import Publish
from babelwire.model import Card, Edition, Feed, File, Listing, Publication, Source, replace
from babelwire.render import Site, about, address, changes, excerpt, pages, sitemaps, static, syndicate
from babelwire.render.site import licence

DAY_LIMIT = 1000  #: cards on a day's page
RECENT = timedelta(days=about.DAYS)


class Entries:
    """Feed entries as they were last rendered, the latest ``size`` of them: one more story writes five feeds of fifty entries,
    of which nearly all stood in the feeds before (``make bench``: a third of the cost of publishing)."""

    def __init__(self, size: int = 1000) -> None:
        self.size = size
        self.kept: OrderedDict[Hashable, syndicate.Entry] = OrderedDict()

    def get(self, key: Hashable, load: Callable[[], Publication | None], site: Site) -> syndicate.Entry | None:
        """The entry kept under ``key``, which names all that may change it; else one made of what ``load`` gives."""
        entry = self.kept.get(key)
        if entry is None:
            publication = load()
            if publication is None:
                return None
            entry = self.kept[key] = syndicate.Entry(publication, site)
            if len(self.kept) > self.size:
                self.kept.popitem(last=False)
        self.kept.move_to_end(key)
        return entry


class Pace:
    """Says when the figures are to be told anew: after something was published, and at most every ``every``."""

    def __init__(self, every: timedelta = timedelta(minutes=5)) -> None:
        self.every = every
        self.next: datetime | None = None
        self.changed = False

    def due(self, now: datetime, *, changed: bool) -> bool:
        self.changed |= changed
        if not self.changed or (self.next is not None and now < self.next):
            return False
        self.changed, self.next = False, now + self.every
        return True


def card(publication: Publication) -> Card:
    """What listings show of a publication."""
    article, translation = publication.article, publication.translation
    return Card(
        key=article.key,
        language=publication.language,
        path=publication.path,
        headline=publication.headline,
        standfirst=excerpt(translation, licence(publication)),
        section=publication.section,
        source_id=publication.source.id,
        source_name=publication.source.name,
        source_language=article.language,
        published=publication.published,
        dated=min(article.published or publication.published, publication.published),
        updated=publication.updated,
        verdict=translation.verdict,
        gist=translation.gist,
        licence=licence(publication),
        story_id=publication.story_id,
        sources=publication.sources,
        version=publication.version,
    )


def articles(
    publications: Sequence[Publication], edition: Edition, site: Site, shelf: Shelf, rules: Publish, read: sitemaps.Read
) -> list[File]:
    """The pages and records of the publications themselves, tombstones for those withdrawn, and the pages of their stories.

    What is new comes first and what links to it after it: stories, then pages that come out again.
    """
    sections, known = navigation.sections(edition, publications, shelf), topics.touched(publications, edition.language, shelf)
    made = [(p, pages.article(p, site, sections, topics.of(p, known, rules.topic))) for p in publications]
    fresh = [file for p, files in made for file in files if p.news == "published"]
    again = [file for p, files in made for file in files if p.news != "published"]
    return [*fresh, *stories.pages(publications, edition, site, shelf, read), *again]


def listings(
    edition: Edition,
    site: Site,
    publications: Sequence[Publication],
    shelf: Shelf,
    rules: Publish,
    read: sitemaps.Read,
    now: datetime,
    entries: Entries,
) -> list[File]:
    """Everything else that has to be written when these publications come out, change or go: listings with their feeds, then
    sitemaps. Where only links around a publication have changed, as when its siblings come out, its listings stay as they are.
    ``read`` gives a file as it stands on the site (``Publisher.read``)."""
    changed = [p for p in publications if p.relist]
    out = _listings(_Desk(edition, site, publications, shelf, rules, entries), changed, read) if changed else []
    return [*out, *sitemaps.sitemaps(publications, edition, site, read, now)]


def _listings(desk: _Desk, changed: Sequence[Publication], read: sitemaps.Read) -> list[File]:
    """All listings on which these publications stand, or stood; the newest articles as data; the list of corrections."""
    edition, site, shelf, least = desk.edition, desk.site, desk.shelf, desk.rules.topic
    front = Listing(kind="front", name="", path=f"{edition.language}/", cards=())
    known = topics.touched(changed, edition.language, shelf)
    about_topics = topics.listings(known, edition.language, least, read)
    listed = [
        front,
        *(_of_section(section, edition) for section in _names(p.section for p in changed)),
        *(_of_source(desk.sources[source], edition) for source in _names(p.source.id for p in changed)),
        *about_topics,
        *(_of_day(day, edition) for day in _names(_day(p.path) for p in changed)),
    ]
    out = [file for listing in listed for file in desk.listing(listing, topics.elsewhere(listing, edition, site, read))]
    if about_topics:
        out += [f for listing in about_topics if read(f"{listing.path}index.html") is None for f in _named_elsewhere(desk, listing, read)]
    if about_topics or desk.grown:
        out.append(topics.overview(known, edition, site, shelf, least, desk.sections))
    if any(p.notes for p in changed) or desk.grown:
        out += _corrections(desk)
    if desk.grown:  # so seldom that all pages about the site may follow
        out += about.pages(edition, site, tuple(desk.sources.values()), desk.sections)
    newest = desk.cards(front)
    return [*out, static.latest(edition, newest, site), front_of_all(site, shelf, {edition.language: newest})]


def front_of_all(site: Site, shelf: Shelf, known: Mapping[str, Sequence[Card]] | None = None) -> File:
    """The list of editions at ``/``; ``known`` are cards that are already at hand."""
    known = known or {}
    return pages.editions(site, {e.language: known.get(e.language) or shelf.cards(e.language, limit=3) for e in site.editions})


def frame(site: Site, shelf: Shelf, feeds: Sequence[Feed], rules: Publish, quality: about.Quality, now: datetime) -> list[File]:
    """What no single story touches: style sheet, about pages, the list of editions, front pages of editions still empty."""
    out = static.files(
        site,
        now=now,
        sources=tuple(shelf.sources().values()),
        feeds=feeds,
        sections={e.language: shelf.sections(e.language) for e in site.editions},
    )
    for edition in site.editions:
        desk = _Desk(edition, site, (), shelf, rules, Entries())
        out += desk.listing(Listing(kind="front", name="", path=f"{edition.language}/", cards=()))
        for source in shelf.sources().values():  # the list of sources links to each, also to those that have brought nothing yet
            out += desk.listing(_of_source(source, edition))
        out += _corrections(desk)
        out.append(topics.overview({}, edition, site, shelf, rules.topic, desk.sections))
    return [*out, *figures(site, shelf, quality, now), front_of_all(site, shelf)]


def figures(site: Site, shelf: Shelf, quality: about.Quality, now: datetime) -> list[File]:
    """The pages about automation, with how each edition has done in the last days."""
    return [about.automation(e, site, shelf.rates(e.language, now - RECENT), quality, shelf.sections(e.language)) for e in site.editions]


# ---------------------------------------------------------------------------------------------- the small steps


class _Desk:
    """One edition while it is composed: the store's cards, with those of the publications at hand laid over them."""

    def __init__(
        self, edition: Edition, site: Site, publications: Sequence[Publication], shelf: Shelf, rules: Publish, entries: Entries
    ) -> None:
        self.edition, self.site, self.shelf, self.rules, self.entries = edition, site, shelf, rules, entries
        self.hand = {p.article.key: p for p in publications}
        self.mine = [(card(p), {("topic", name) for name in topics.names(p)} | _places(p)) for p in self.hand.values() if not p.withdrawn]
        self.sources = shelf.sources()
        known = shelf.sections(edition.language)
        self.sections = navigation.ahead(known, publications)
        self.grown = len(self.sections) > len(known)  #: is there a section that no page leads to yet?

    def listing(self, kind: Listing, elsewhere: Sequence[tuple[str, str]] = ()) -> list[File]:
        """The page of a listing, and its feeds; days have no feed, for they do not change once they are over. ``elsewhere``:
        (language, path) of the same listing in other editions."""
        cards = self.cards(kind)
        filled = replace(kind, cards=tuple(cards), older=self._older(kind, cards))
        page = pages.listing(filled, self.edition, self.site, self.sections, elsewhere)
        if kind.kind == "day":
            return [page]
        entries = [e for c in cards[: self.rules.feed] if (e := self._entry(c)) is not None]
        return [page, *syndicate.feeds(filled, entries, self.edition, self.site)]

    def cards(self, kind: Listing) -> list[Card]:
        """The newest cards of a listing as they will be once the publications at hand are out."""
        limit = DAY_LIMIT if kind.kind == "day" else self.rules.front
        mine = [shown for shown, places in self.mine if (kind.kind, kind.name) in places]
        stored = self.shelf.cards(
            self.edition.language,
            section=kind.name if kind.kind == "section" else None,
            source_id=kind.name if kind.kind == "source" else None,
            topic=kind.name if kind.kind == "topic" else None,
            day=kind.name if kind.kind == "day" else None,
            limit=limit + len(self.hand),
        )
        theirs = [c for c in stored if c.key not in self.hand]
        return sorted([*mine, *theirs], key=lambda c: (c.published, c.dated, c.key), reverse=True)[:limit]

    def _entry(self, shown: Card) -> syndicate.Entry | None:
        """An entry of this listing's feeds, rendered once for all of them and for those of the next publication."""
        key = (shown.key, shown.language, shown.version, self.sources.get(shown.source_id))
        return self.entries.get(key, lambda: self.hand.get(shown.key) or self.shelf.publication(shown.key, shown.language), self.site)

    def _older(self, kind: Listing, cards: Sequence[Card]) -> str | None:
        """The day archive that goes on where a full listing ends."""
        if kind.kind == "day" or len(cards) < self.rules.front:
            return None
        day = _day(cards[-1].path)
        return address.day_path(self.edition.language, day) if day else None


def _named_elsewhere(desk: _Desk, topic: Listing, read: sitemaps.Read) -> Iterator[File]:
    """The pages of a topic in the editions that had one before, which from now on name the one of this edition as well."""
    places = [(desk.edition.language, topic.path), *topics.elsewhere(topic, desk.edition, desk.site, read)]
    for language, _ in places[1:]:
        other = _Desk(desk.site.edition(language), desk.site, (), desk.shelf, desk.rules, desk.entries)
        yield from other.listing(topics.same(topic, language, desk.shelf), [p for p in places if p[0] != language])


def _corrections(desk: _Desk) -> list[File]:
    """What was corrected or withdrawn of late, as a page and as feeds."""
    changed = desk.shelf.amendments(desk.edition.language)
    return [about.corrections(desk.edition, desk.site, changed, desk.sections), *changes.feeds(changed, desk.edition, desk.site)]


def _of_section(section: str, edition: Edition) -> Listing:
    return Listing(kind="section", name=section, path=address.section_path(edition.language, section), cards=())


def _of_day(day: str, edition: Edition) -> Listing:
    return Listing(kind="day", name=day, path=address.day_path(edition.language, day), cards=())


def _of_source(source: Source, edition: Edition) -> Listing:
    return Listing(kind="source", name=source.id, path=address.source_path(edition.language, source.id), cards=(), title=source.name)


def _places(publication: Publication) -> set[tuple[str, str | None]]:
    """Kinds and names of the listings on which a publication stands, topics left out."""
    day = _day(publication.path)
    return {("front", ""), ("section", publication.section), ("source", publication.source.id), ("day", day)}


def _day(path: str) -> str | None:
    """``fr/2026/11/24/slug-key/`` -> ``2026-11-24``."""
    parts = path.split("/")
    return "-".join(parts[1:4]) if len(parts) > 4 else None


def _names(names: Iterable[str | None]) -> list[str]:
    return sorted({n for n in names if n})
