"""The pages of stories that a publication touches: written as soon as two sources tell one event, and kept up to date.

An address that readers have seen stays: a story of which one article is left keeps its page; one of which nothing is left
says so (410). The pages of one story in several editions name each other (hreflang): where an edition gets one, or loses it,
those of the others are written again. Read of the store are the story's tellings and at most ``MOST`` of its publications.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from babelwire import group
from babelwire.compose import navigation
from babelwire.compose.shelf import Shelf
from babelwire.model import Edition, File, Publication, Telling, replace
from babelwire.render import Site, sitemaps, story_path
from babelwire.render.body import target
from babelwire.render.shown import shown
from babelwire.render.story import Said, Told, ended, page

GONE = b'<meta name="babelwire:status" content="410">'
MOST = 12  #: articles of a story that are looked at for its lead and its figures: the newest


def pages(publications: Sequence[Publication], edition: Edition, site: Site, shelf: Shelf, read: sitemaps.Read) -> list[File]:
    """The story pages to write when these publications of one edition come out, change or go. ``read``: a file of the site."""
    hand = {p.article.key: p for p in publications}
    made: list[File] = []
    several = {p.story_id for p in publications if p.tellings}
    for story in sorted({p.story_id for p in publications if p.story_id}):
        there = read(f"{story_path(edition.language, story)}index.html") is not None
        if not there and story not in several:
            continue  # one source alone tells it, as most stories: the store need not be asked
        tellings = _tellings(story, edition, shelf, hand)
        if there or len({t.source_id for t in tellings}) > 1:
            told = _told(story, tellings, edition, site, shelf, hand)
            others = [e for e in site.editions if e.language != edition.language and _stands(story, e, read)]
            sections = navigation.sections(edition, publications, shelf)
            made.append(page(told, edition, site, sections, others) if told else ended(story, edition, site, sections))
            if _stands(story, edition, read) is not (told is not None):
                made += _again(story, others, [edition] if told else [], site, shelf)
    return made


# ---------------------------------------------------------------------------------------------- the small steps


def _stands(story: str, edition: Edition, read: sitemaps.Read) -> bool:
    """Has an edition a page of the story, and not only the one that says that nothing is left?"""
    body = read(f"{story_path(edition.language, story)}index.html")
    return body is not None and GONE not in body


def _again(story: str, editions: Sequence[Edition], more: Sequence[Edition], site: Site, shelf: Shelf) -> Iterator[File]:
    """The story's pages in editions that have one, as they are now, each naming the others and ``more``."""
    for edition in editions:
        told = _told(story, _tellings(story, edition, shelf, {}), edition, site, shelf, {})
        if told:
            elsewhere = [e for e in (*editions, *more) if e.language != edition.language]
            yield page(told, edition, site, shelf.sections(edition.language), elsewhere)


def _tellings(story: str, edition: Edition, shelf: Shelf, hand: Mapping[str, Publication]) -> list[Telling]:
    """Who tells it, with the pages there will be once the publications at hand are out."""
    return [replace(t, path=_path(t, hand.get(t.key))) for t in shelf.tellings(story, edition.language)]


def _path(telling: Telling, at_hand: Publication | None) -> str | None:
    if at_hand is None:
        return telling.path
    return None if at_hand.withdrawn else at_hand.path


def _told(
    story: str, tellings: Sequence[Telling], edition: Edition, site: Site, shelf: Shelf, hand: Mapping[str, Publication]
) -> Told | None:
    keys = [t.key for t in tellings if t.path][-MOST:]
    found = [p for key in keys if (p := hand.get(key) or shelf.publication(key, edition.language)) is not None]
    if not found:
        return None
    first = group.lead([p.article for p in found], [edition.language])
    return Told(
        id=story,
        lead=next(p for p in found if p.article.key == first),
        pages=tuple(found),
        tellings=tuple(tellings),
        figures=tuple(_figures(found, edition, site)),
    )


def _figures(publications: Sequence[Publication], edition: Edition, site: Site) -> list[tuple[Said, ...]]:
    """Where the texts that may be shown give different figures; two articles of one source are no two voices."""
    by_source = {p.source.id: p for p in publications}  # the newest of each
    told = list(by_source.values())
    found = group.differences([_text(p, site) for p in told], edition.language)
    return [tuple((told[n].source.name, words) for n, words in difference.said) for difference in found]


def _text(publication: Publication, site: Site) -> str:
    """As far as the licence goes, in the edition's language; sentences left in the original speak another one."""
    seen = shown(publication, site)
    lines = [*([seen.standfirst] if seen.standfirst else []), *(line for unit in seen.units for line in unit.lines)]
    return "\n".join([seen.headline, *(target(line).text for line in lines)] if lines else [seen.headline, seen.excerpt])
