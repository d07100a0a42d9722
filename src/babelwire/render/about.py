"""The pages about the site itself: what it is, how it works, whom it reads, how to follow it, how to complain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from markupsafe import Markup

from babelwire.model import Edition, File, Source
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.address import section_path, source_path
from babelwire.render.locale import Locale
from babelwire.render.sheet import ABOUT, FEEDS, contact, section_label, sheet
from babelwire.render.site import Site
from babelwire.render.structured import iso

Sections = Sequence[tuple[str, int]]
Items = Sequence[tuple[object, object]]
Change = tuple[datetime, str, str, str]  #: when, kind of the note, headline ("" where it must not be named), path


def pages(edition: Edition, site: Site, sources: Sequence[Source], sections: Sections, figures: Items) -> Iterator[File]:
    """All of them for one edition but the list of corrections, which changes with the news. ``figures`` (label, value) stand
    on the page about automation."""
    locale = locales.load(edition.language)
    items: dict[str, Items] = {
        "sources": [_source(s, edition, site, locale) for s in sources],
        "feeds": list(_feed_items(edition, site, locale, sections)),
        "automation": figures,
    }
    for name, place in ABOUT:
        if name != "corrections":
            yield _page(edition, site, name, place, list(_paragraphs(name, site, locale)), items.get(name, ()), sections)
    yield missing(site, edition, f"{edition.language}/404.html")


def corrections(edition: Edition, site: Site, changed: Sequence[Change], sections: Sections = ()) -> File:
    """The list of corrections and withdrawals, in the order given (newest first)."""
    locale = locales.load(edition.language)
    items = [(_stamp(when, edition, locale), _change(kind, headline, path, site, locale)) for when, kind, headline, path in changed]
    return _page(edition, site, "corrections", "corrections/", [locale.text("corrections_what")], items, sections)


def missing(site: Site, edition: Edition, path: str) -> File:
    """The page for addresses that lead nowhere."""
    locale = locales.load(edition.language)
    title = str(locale.text("missing_title"))
    home = Markup('<a href="{}">{}</a>').format(site.link(f"{edition.language}/"), locale.text("front"))
    fill = {"status": 404, "heading": title, "paragraphs": [locale.text("missing"), home]}
    return sheet("gone.html.j2", site, edition, None, title=title, index=False, file=path, fill=fill)


# ---------------------------------------------------------------------------------------------- the small steps


def _page(
    edition: Edition,
    site: Site,
    name: str,
    place: str,
    paragraphs: Sequence[Markup],
    items: Sequence[tuple[object, object]],
    sections: Sections,
) -> File:
    title = str(locales.load(edition.language).text(name))
    return sheet(
        "page.html.j2",
        site,
        edition,
        f"{edition.language}/{place}",
        title=f"{title} | {edition.title}",
        index=site.index != "none",
        alternates=[(e.language, f"{e.language}/{place}") for e in site.editions] if len(site.editions) > 1 else (),
        tongues=[(e.language, f"{e.language}/{place}") for e in site.editions],
        sections=sections,
        fill={"heading": title, "paragraphs": paragraphs, "items": items},
    )


def _paragraphs(name: str, site: Site, locale: Locale) -> Iterator[Markup]:
    keys = {
        "about": ("about_what", "about_sourced"),
        "automation": ("how_read", "how_check", "how_wrong", "how_weak", "how_follow"),
        "privacy": ("privacy_none", "privacy_log"),
        "feeds": ("feeds_what",),
        "sources": ("sources_what",),
        "takedown": ("takedown_what",),
    }[name]
    told = {"site": markup.bdi(site.name), "contact": _contact(site)}
    for key in keys:
        yield locale.text(key, **told)
    if name in ("about", "privacy") and site.responsible:
        yield locale.text("about_responsible", name=markup.bdi(site.responsible))
    if name in ("about", "privacy") and site.contact:
        yield locale.text("about_contact", contact=_contact(site))


def _contact(site: Site) -> Markup:
    words = markup.bdi(site.contact.removeprefix("mailto:") or site.url(""))
    return Markup('<a href="{}">{}</a>').format(contact(site), words) if contact(site) else words


def _source(source: Source, edition: Edition, site: Site, locale: Locale) -> tuple[Markup, Markup]:
    name = Markup('<a href="{}">{}</a>').format(site.link(source_path(edition.language, source.id)), markup.bdi(source.name))
    home = markup.outward(source.homepage, markup.bdi(source.homepage.partition("://")[2].rstrip("/")))
    words = markup.outward(source.licence_url, locale.text(f"licence_{source.licence}"), rel="license")
    told = [home, Markup("{}").format(locale.language(source.language)) if source.language else Markup(""), words]
    return name, Markup(" · ").join(t for t in told if t)


def _feed_items(edition: Edition, site: Site, locale: Locale, sections: Sections) -> Iterator[tuple[Markup, Markup]]:
    places = [(locale.text("front"), f"{edition.language}/")]
    places += [(section_label(locale, name), section_path(edition.language, name)) for name, _ in sections]
    for label, place in places:
        kinds = (Markup('<a href="{}" type="{}">{}</a>').format(site.link(place + file), kind, _kind(file)) for file, kind in FEEDS)
        yield label, Markup(" · ").join(kinds)


def _kind(file: str) -> str:
    return {"feed.atom": "Atom", "feed.rss": "RSS", "feed.json": "JSON Feed"}[file]


def _stamp(when: datetime, edition: Edition, locale: Locale) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(iso(when), locale.moment(when, edition.time_zone))


def _change(kind: str, headline: str, path: str, site: Site, locale: Locale) -> Markup:
    words = locale.text(f"note_{kind}" if kind in ("correction", "wording", "withdrawal") else "note_update")
    if not headline:
        return words
    return Markup('<a href="{}">{}</a>. {}').format(site.link(path), markup.line(headline), words)
