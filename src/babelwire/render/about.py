"""The pages about the site itself: what it is, how it works, whom it reads, how to follow it, how to complain."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from markupsafe import Markup

from babelwire.model import Amendment, Edition, File, Pair, PairRate, Rates, Source, Topic
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.address import section_path, source_path, topic_path
from babelwire.render.locale import Locale
from babelwire.render.sheet import ABOUT, FEEDS, contact, section_label, sheet
from babelwire.render.site import Site
from babelwire.render.structured import iso
from babelwire.text.language import base

Sections = Sequence[tuple[str, int]]
Items = Sequence[tuple[object, object]]
Quality = Callable[[str, Pair], float | None]  #: engine id, pair -> measured chrF, where it was measured


DAYS = 7  #: of the figures on the page about automation
CHANGING = ("automation", "corrections", "topics")  #: pages that change with the news


def pages(edition: Edition, site: Site, sources: Sequence[Source], sections: Sections) -> Iterator[File]:
    """All of them for one edition but those that change with the news."""
    locale = locales.load(edition.language)
    items: dict[str, Items] = {
        "sources": [_source(s, edition, site, locale) for s in sources],
        "feeds": list(_feed_items(edition, site, locale, sections)),
    }
    for name, place in ABOUT:
        if name not in CHANGING:
            yield _page(edition, site, name, place, list(_paragraphs(name, site, locale)), items.get(name, ()), sections)
    yield missing(site, edition, f"{edition.language}/404.html")


def automation(edition: Edition, site: Site, rates: Rates, quality: Quality, sections: Sections = ()) -> File:
    """How the site works, and how it has done in the last days."""
    locale = locales.load(edition.language)
    heading = Markup("<strong>{}</strong>").format(locale.text("fig_since", days=DAYS))
    paragraphs, items = [*_paragraphs("automation", site, locale), heading], list(_figures(rates, edition, locale, quality))
    return _page(edition, site, "automation", "about/automation/", paragraphs, items, sections)


def corrections(edition: Edition, site: Site, changed: Sequence[Amendment], sections: Sections = ()) -> File:
    """The list of corrections and withdrawals, in the order given (newest first)."""
    locale = locales.load(edition.language)
    items = [(_stamp(a.when, edition, locale), _change(a, site, locale)) for a in changed]
    follow = _formats(f"{edition.language}/corrections/", site)
    return _page(edition, site, "corrections", "corrections/", [locale.text("corrections_what"), follow], items, sections, FEEDS)


def topics(edition: Edition, site: Site, listed: Sequence[Topic], sections: Sections = ()) -> File:
    """The list of topics, in the order given."""
    locale = locales.load(edition.language)
    items = [(_topic(t, edition, site), locale.count("stories", t.stories)) for t in listed]
    return _page(edition, site, "topics", "topic/", [locale.text("topics_what")], items, sections)


def change_words(amendment: Amendment, locale: Locale) -> Markup:
    """What has happened to a page."""
    return locale.text(f"note_{amendment.kind}" if f"note_{amendment.kind}" in locale.texts else "note_update")


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
    feeds: Sequence[tuple[str, str]] = (),
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
        feeds_at=f"{edition.language}/{place}",
        formats=feeds,
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
        yield label, _formats(place, site)


def _formats(place: str, site: Site) -> Markup:
    """Links to the feeds beside a page, in all formats."""
    kinds = (Markup('<a href="{}" type="{}">{}</a>').format(site.link(place + file), kind, _kind(file)) for file, kind in FEEDS)
    return Markup(" · ").join(kinds)


def _kind(file: str) -> str:
    return {"feed.atom": "Atom", "feed.rss": "RSS", "feed.json": "JSON Feed"}[file]


def _stamp(when: datetime, edition: Edition, locale: Locale) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(iso(when), locale.moment(when, edition.time_zone))


def _change(amendment: Amendment, site: Site, locale: Locale) -> Markup:
    words = change_words(amendment, locale)
    if not amendment.headline:
        return words
    return Markup('<a href="{}">{}</a>. {}').format(site.link(amendment.path), markup.line(amendment.headline), words)


def _topic(topic: Topic, edition: Edition, site: Site) -> Markup:
    return Markup('<a href="{}">{}</a>').format(site.link(topic_path(edition.language, topic.name)), markup.bdi(topic.label))


def _figures(rates: Rates, edition: Edition, locale: Locale, quality: Quality) -> Iterator[tuple[Markup, object]]:
    """(label, value) of each figure."""
    yield locale.text("fig_out"), locale.number(rates.published)
    yield locale.text("fig_held"), locale.number(rates.held)
    yield locale.text("fig_corrected"), locale.number(rates.corrected)
    yield locale.text("fig_withdrawn"), locale.number(rates.withdrawn)
    if rates.median is not None and rates.most is not None:
        yield locale.text("fig_lag"), locale.text("fig_lag_value", median=locale.span(rates.median), most=locale.span(rates.most))
    for pair in rates.pairs:
        yield locale.text("fig_from", language=locale.language(pair.source)), _pair(pair, edition, locale, quality)


def _pair(pair: PairRate, edition: Edition, locale: Locale, quality: Quality) -> Markup:
    counts = (("fig_passed", pair.passed), ("fig_marked", pair.marked), ("fig_gist", pair.gist), ("fig_held_back", pair.held))
    told = [locale.text(name, n=locale.number(n)) for name, n in counts if n]
    for engine in pair.engines:
        score = quality(engine, Pair(pair.source, base(edition.language)))
        measured = locale.text("fig_score", score=locale.number(round(score))) if score else ""  # 0: nobody has measured it
        told.append(Markup(" ").join(w for w in (markup.bdi(engine), measured) if w))
    return Markup(" · ").join(told)
