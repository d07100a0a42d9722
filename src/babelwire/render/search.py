"""The page of a search: the form with its filters, what was found, the lines around it. Nothing a reader types can be more than text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup, escape

from babelwire.model import Edition, File, Found, Hit, Query, Source, replace
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.locale import Locale
from babelwire.render.sheet import section_label, sheet
from babelwire.render.shown import tongue
from babelwire.render.site import Site
from babelwire.render.structured import iso
from babelwire.text import stems

AROUND = 260  #: characters of a text that are shown around what was found
COUNTED = 1000  #: hits up to which the number is told
DEEPEST = 50  #: pages of results
Sections = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters offer."""

    sections: Sections = ()
    sources: Mapping[str, Source]


def page(query: Query, found: Found, edition: Edition, site: Site, choices: Choices) -> File:
    """The page for a query; one without words shows the form alone."""
    locale = locales.load(edition.language)
    words = markup.line(query.words, 200)
    title = f"{locale.text('search')}: {words}" if words else str(locale.text("search"))
    return sheet(
        "search.html.j2",
        site,
        edition,
        f"{edition.language}/search/",
        title=f"{markup.clean(title)} | {edition.title}",
        index=False,
        tongues=[(e.language, f"{e.language}/search/") for e in site.editions],
        sections=choices.sections,
        fill={
            "query": query,
            "words": words,
            "filters": list(_filters(query, locale, choices)),
            "filtered": any((query.section, query.source_id, query.source_language, query.first, query.last)),
            "count": _count(found, locale),
            "nothing": locale.text("search_none", words=markup.bdi(words)) if words and not found.total else None,
            "hits": [_hit(hit, query, edition, locale) for hit in found.hits],
            "number": locale.text("page_n", n=query.skip // query.size + 1),
            "before": _link(query, query.skip - query.size, site) if query.skip else None,
            "next": _link(query, query.skip + query.size, site) if _more(query, found) else None,
        },
    )


def address(query: Query, skip: int = 0) -> str:
    """The part of an address after the question mark that asks the same, from the hit ``skip`` on."""
    said = {
        "q": markup.line(query.words, 200),
        "section": query.section,
        "source": query.source_id,
        "from": query.source_language,
        "first": query.first,
        "last": query.last,
        "order": "newest" if query.newest else "",
        "page": str(skip // query.size + 1) if skip else "",
    }
    return urlencode({k: v for k, v in said.items() if v})


def snippet(text: str, wanted: frozenset[str], language: str) -> Markup:
    """A stretch of a text around the most of the words that were looked for, with these marked."""
    text = " ".join(markup.clean(text).split())
    spans = stems.marked(text, wanted, language)
    start = _densest(spans)
    if start:
        at = text.rfind(" ", 0, start + 1)
        start = at + 1 if at >= 0 and start - at < 40 else start
    end = min(len(text), start + AROUND)
    if end < len(text):
        at = text.rfind(" ", start, end)
        end = at if at > start + AROUND // 2 else end
    shown = marked(text[start:end], [(a - start, b - start) for a, b in spans if a >= start and b <= end])
    return Markup("{}{}{}").format("… " if start else "", shown, " …" if end < len(text) else "")


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """A text with these stretches marked; everything else of it is only text."""
    pieces, at = [], 0
    for start, end in spans:
        pieces.append(escape(text[at:start]))
        pieces.append(Markup("<mark>{}</mark>").format(text[start:end]))
        at = end
    return Markup("").join([*pieces, escape(text[at:])])


# ---------------------------------------------------------------------------------------------- the small steps


def _wanted(query: Query) -> frozenset[str]:
    return frozenset(word for phrase in stems.asked(query.words, query.language) for word in phrase)


def _densest(spans: Sequence[tuple[int, int]]) -> int:
    """Where a stretch begins that holds as many of these as any; 0 where the beginning of the text is as good."""
    inside = [sum(start <= other < start + AROUND * 3 // 4 for other, _ in spans) for start, _ in spans]
    if not spans or (spans[0][0] < AROUND // 2 and sum(a < AROUND for a, _ in spans) >= max(inside)):
        return 0
    return max(0, spans[inside.index(max(inside))][0] - AROUND // 4)


def _count(found: Found, locale: Locale) -> Markup | None:
    if found.total > COUNTED:
        return locale.text("search_more", n=locale.number(COUNTED))
    return locale.count("stories", found.total) if found.total else None


def _hit(hit: Hit, query: Query, edition: Edition, locale: Locale) -> dict[str, object]:
    card, wanted = hit.card, _wanted(query)
    translated = card.source_language != edition.language
    headline = markup.line(card.headline)
    told = {"language": locale.language(card.source_language)} if translated else {}
    return {
        "path": card.path,
        "tongue": tongue(edition.language, card.source_language) if translated else card.source_language,
        "headline": marked(headline, stems.marked(headline, wanted, edition.language)),
        "text": snippet(hit.text, wanted, edition.language) if hit.text else None,
        "section": section_label(locale, card.section) if card.section else None,
        "stamp": iso(card.published),
        "when": locale.moment(card.published, edition.time_zone),
        "origin": locale.text("card_translated" if translated else "card_original", source=markup.bdi(card.source_name), **told),
    }


def _filters(query: Query, locale: Locale, choices: Choices) -> Iterator[tuple[str, Markup, list[tuple[str, object, bool]]]]:
    """(name, label, [(value, words, chosen)]) of each list."""
    sections = [(name, section_label(locale, name).striptags()) for name, _ in choices.sections]
    sources = sorted(((s.id, markup.line(s.name, 60)) for s in choices.sources.values()), key=lambda pair: pair[1].casefold())
    spoken = sorted({s.language for s in choices.sources.values() if s.language})
    lists: tuple[tuple[str, str, str, Sequence[tuple[str, str]]], ...] = (
        ("section", "section", query.section, sections),
        ("source", "source", query.source_id, sources),
        ("from", "original_language", query.source_language, [(tag, locale.language(tag)) for tag in spoken]),
    )
    for name, label, chosen, values in lists:
        if values:
            yield name, locale.text(label), [("", locale.text("any"), not chosen), *((v, w, v == chosen) for v, w in values)]
    order = [("", locale.text("order_best"), not query.newest), ("newest", locale.text("order_newest"), query.newest)]
    yield "order", locale.text("order"), list(order)


def _more(query: Query, found: Found) -> bool:
    return query.skip + query.size < min(found.total, DEEPEST * query.size)


def _link(query: Query, skip: int, site: Site) -> str:
    return site.link(f"{query.language}/search/?") + address(replace(query, skip=0), max(0, skip))
