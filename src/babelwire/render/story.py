"""The page of a story: one event, all who tell it and in which language, and where their figures differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from babelwire.model import Edition, File, Listing, Publication, Telling
from babelwire.render import locale as locales
from babelwire.render import markup, structured
from babelwire.render.address import story_path
from babelwire.render.locale import Locale
from babelwire.render.sheet import sheet
from babelwire.render.shown import Shown, headline_kept, shown
from babelwire.render.site import Site
from babelwire.render.structured import iso

Sections = Sequence[tuple[str, int]]
Said = tuple[str, tuple[str, ...]]  #: who says it (name of a source), what


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A story as an edition has it."""

    id: str
    lead: Publication  #: the article it is shown by
    pages: tuple[Publication, ...]  #: what the edition has of it, the lead among them
    tellings: tuple[Telling, ...]  #: all who tell it, oldest first
    figures: tuple[tuple[Said, ...], ...] = ()  #: a row for each figure that differs


def page(told: Told, edition: Edition, site: Site, sections: Sections = (), elsewhere: Sequence[Edition] = ()) -> File:
    """The story's page. The lead's text goes as far as its licence lets it. ``elsewhere``: other editions that have a page of it."""
    alternates = [(e.language, story_path(e.language, told.id)) for e in (edition, *elsewhere)]
    locale, lead = locales.load(edition.language), shown(told.lead, site)
    path = story_path(edition.language, told.id)
    sources = len({t.source_id for t in told.tellings})
    return sheet(
        "story.html.j2",
        site,
        edition,
        path,
        title=f"{lead.headline} | {edition.title}",
        index=site.index != "none" and sources > 2,
        description=lead.excerpt,
        alternates=alternates if elsewhere else (),
        tongues=alternates,
        sections=sections,
        fill={
            "lead": lead,
            "headline_tongue": _tongue(lead),
            "count": locale.count("sources", sources),
            "tellings": [_telling(t, told, edition, site, locale) for t in reversed(told.tellings)],
            "figures": [_row(row, locale) for row in told.figures],
            "json_ld": markup.json_in_html(_json_ld(told, lead, path, edition, site)),
        },
    )


def ended(story: str, edition: Edition, site: Site, sections: Sections = ()) -> File:
    """What stands where a story's page was, when nothing is left of the story."""
    locale = locales.load(edition.language)
    title = str(locale.text("story_ended_title"))
    fill = {"status": 410, "heading": title, "paragraphs": [locale.text("story_ended")]}
    return sheet("gone.html.j2", site, edition, story_path(edition.language, story), title=title, index=False, sections=sections, fill=fill)


# ---------------------------------------------------------------------------------------------- the small steps


def _telling(telling: Telling, told: Told, edition: Edition, site: Site, locale: Locale) -> dict[str, object]:
    """One who tells it: our page of it where there is one, else the original."""
    ours = next((p for p in told.pages if p.article.key == telling.key), None)
    foreign = telling.language.split("-")[0] != edition.language.split("-")[0]
    about = {"language": locale.language(telling.language)} if foreign else {}
    return {
        "link": _ours(shown(ours, site), site) if ours else _theirs(telling),
        "stamp": iso(telling.dated),
        "when": locale.moment(telling.dated, edition.time_zone),
        "origin": locale.text("card_translated" if foreign else "card_original", source=markup.bdi(telling.source_name), **about),
        "elsewhere": not ours,
    }


def _ours(seen: Shown, site: Site) -> Markup:
    path = site.link(seen.publication.path)
    return Markup('<a href="{}" lang="{}">{}</a>').format(path, _tongue(seen), seen.headline)


def _tongue(seen: Shown) -> str:
    """The language tag of the headline."""
    return seen.publication.article.language if headline_kept(seen.publication) else seen.tongue


def _theirs(telling: Telling) -> Markup:
    return markup.outward(telling.url, markup.bdi(markup.line(telling.headline), telling.language), language=telling.language)


def _row(row: Sequence[Said], locale: Locale) -> list[tuple[Markup, Markup]]:
    """(source, what it says) each."""
    return [(markup.bdi(name), Markup(locale.fields["list"]).join(markup.bdi(markup.line(w, 60)) for w in words)) for name, words in row]


def _json_ld(told: Told, lead: Shown, path: str, edition: Edition, site: Site) -> dict[str, object]:
    listing = Listing(kind="story", name=told.id, path=path, cards=(), title=lead.headline)
    return structured.item_list(listing, edition, site, [p.path for p in told.pages])
