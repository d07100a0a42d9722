"""One HTML sheet: the templates, and what every page of an edition has around its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from types import MappingProxyType

import jinja2
from markupsafe import Markup, escape

from babelwire.model import Edition, File
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.address import section_path
from babelwire.render.site import Site

HTML = "text/html; charset=utf-8"
JSON = "application/json"
ABOUT = (
    ("about", "about/"),
    ("automation", "about/automation/"),
    ("sources", "sources/"),
    ("topics", "topic/"),
    ("corrections", "corrections/"),
    ("feeds", "feeds/"),
    ("privacy", "privacy/"),
    ("takedown", "takedown/"),
)
FEEDS = (("feed.atom", "application/atom+xml"), ("feed.rss", "application/rss+xml"), ("feed.json", "application/feed+json"))


@cache
def templates() -> jinja2.Environment:
    """Everything is escaped, and a name a template does not get is an error."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("babelwire.render"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # else every page looks whether the files of its templates have changed
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    environment.filters["autonym"] = locales.autonym
    return environment


def sheet(
    template: str,
    site: Site,
    edition: Edition,
    path: str | None,
    *,
    title: str,
    index: bool,
    description: str = "",
    alternates: Sequence[tuple[str, str]] = (),
    tongues: Sequence[tuple[str, str]] = (),
    sections: Sequence[tuple[str, int]] = (),
    feeds_at: str | None = None,
    formats: Sequence[tuple[str, str]] = FEEDS,
    file: str = "index.html",
    fill: Mapping[str, object] = MappingProxyType({}),
) -> File:
    """A page of an edition as a File. ``path`` is its folder; None for a page without an address of its own (404).
    ``fill`` is what the template itself shows."""
    locale, places = locales.load(edition.language), dict(tongues)
    body = (
        templates()
        .get_template(template)
        .render(
            site=site,
            edition=edition,
            locale=locale,
            path=path,
            title=title,
            index=index,
            description=description,
            alternates=hreflang(alternates, site) if alternates else (),
            tongues=[(e.language, places.get(e.language, f"{e.language}/")) for e in site.editions],
            sections=_sections(edition.language, tuple([name for name, _ in sections])),
            feed_links=formats if feeds_at is not None else (),
            feeds_at=feeds_at or "",
            about_links=ABOUT,
            contact=contact(site),
            **fill,
        )
    )
    return File(f"{path or ''}{file}", markup.clean(body).encode(), HTML)


@lru_cache(maxsize=256)
def _sections(language: str, names: Sequence[str]) -> Sequence[tuple[Markup, str]]:
    """(what it is called, path) of each section; two that have one address are one."""
    locale = locales.load(language)
    return [(label, place) for place, label in {section_path(language, n): section_label(locale, n) for n in names}.items()]


def section_label(locale: locales.Locale, name: str) -> Markup:
    """A section in the edition's words, or in the source's own where we have none."""
    label = locale.section(name)
    return escape(label) if label else markup.bdi(markup.line(name, 60))


def hreflang(alternates: Sequence[tuple[str, str]], site: Site) -> list[tuple[str, str]]:
    """The same page in all editions that have it, the page itself among them, in the editions' order; x-default is the first.

    The same list stands on each of these pages, so the links are reciprocal.
    """
    order = {e.language: n for n, e in enumerate(site.editions)}
    known = sorted(alternates, key=lambda pair: (order.get(pair[0], len(order)), pair[0]))
    return [*known, ("x-default", known[0][1])] if known else []


def contact(site: Site) -> str:
    """The contact as a link, or ""."""
    if "@" in site.contact and " " not in site.contact and not site.contact.startswith("http"):
        return f"mailto:{site.contact.removeprefix('mailto:')}"
    return markup.address(site.contact) or ""
