"""The pages on which a reader reports an error: the form, and the thanks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from markupsafe import Markup

from babelwire.model import Edition, File, Publication, ReportReason
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.sheet import sheet
from babelwire.render.shown import shown
from babelwire.render.site import Site

ANSWERS = ("reason", "sentence", "words", "contact")  #: what the form asks
MOST = 400  #: sentences that are offered
WORDS, CONTACT = 2000, 200  #: letters
REFUSED = {400: "report_incomplete", 403: "report_refused", 429: "report_wait", 503: "report_full"}
NOTHING: Mapping[str, str] = MappingProxyType({})


def form(publication: Publication | None, edition: Edition, site: Site, *, given: Mapping[str, str] = NOTHING, status: int = 200) -> File:
    """The form about an article, as it was filled in; without one, how to come to it. ``status``: what it is answered
    with; where that is one of ``REFUSED``, it was not taken, and why is said."""
    locale = locales.load(edition.language)
    said = [] if publication is None else list(sentences(publication, site))
    path = f"{edition.language}/report/"
    return sheet(
        "report.html.j2",
        site,
        edition,
        path,
        title=f"{locale.text('report')} | {edition.title}",
        index=False,
        fill={
            "article": publication,
            "headline": markup.line(publication.headline) if publication else "",
            "sentences": [(str(n), markup.line(text, 100)) for n, text in enumerate(said)],
            "reasons": [(r.value, locale.text(f"reason_{r}")) for r in ReportReason],
            "given": dict.fromkeys(ANSWERS, "") | dict(given),
            "failed": locale.text(REFUSED[status]) if publication and status in REFUSED else None,
            "limits": (WORDS, CONTACT),
        },
    )


def thanks(number: int, edition: Edition, site: Site) -> File:
    """The page after a report."""
    locale = locales.load(edition.language)
    title = str(locale.text("report_thanks_title"))
    home = Markup('<a href="{}">{}</a>').format(site.link(f"{edition.language}/"), locale.text("front"))
    fill = {"heading": title, "paragraphs": [locale.text("report_thanks", n=number), home], "items": ()}
    return sheet("page.html.j2", site, edition, f"{edition.language}/report/", title=f"{title} | {edition.title}", index=False, fill=fill)


def sentences(publication: Publication, site: Site) -> Iterator[str]:
    """What of an article a reader sees, sentence by sentence, in order; the same at every call."""
    seen = shown(publication, site)
    yield seen.headline
    lines = [*([seen.standfirst] if seen.standfirst else []), *(line for unit in seen.units for line in unit.lines)]
    said = [text for line in lines for r in line.renderings if (text := markup.line(r.target.text, 1000))]
    yield from said[:MOST] if seen.units or seen.standfirst else [seen.excerpt] if seen.excerpt else []
