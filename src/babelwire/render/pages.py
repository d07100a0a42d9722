"""Publication, Listing -> HTML pages. Pure: nothing is read but the package's own templates, nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from babelwire.model import Card, Edition, File, Licence, Listing, Picture, Publication, Telling, Topic, Verdict
from babelwire.render import body, markup, pictured, structured
from babelwire.render import locale as locales
from babelwire.render.address import story_path, topic_path
from babelwire.render.locale import Locale
from babelwire.render.sheet import HTML, JSON, section_label, sheet, templates
from babelwire.render.shown import Shown, Tone, excerpt_of, headline_kept, shown, tongue
from babelwire.render.site import Site, allowed
from babelwire.render.structured import iso

ELSEWHERE = 6  #: sources named that tell the same story, but not in this edition
LATEST = 6  #: headlines in the latest strip
STRIP_FROM = 12  #: cards a front page must have before it gets one
FRONT_HEADLINES = 3  #: of each edition on the list of editions

Sections = Sequence[tuple[str, int]]


def article(publication: Publication, site: Site, sections: Sections = (), topics: Sequence[Topic] = ()) -> list[File]:
    """The page and its record; for a withdrawn publication the tombstones of both. ``topics``: those of its own that have a
    page."""
    edition = site.edition(publication.language)
    if publication.withdrawn:
        return _gone(publication, site, edition, sections)
    seen, locale = shown(publication, site), locales.load(edition.language)
    alternates = [(publication.language, publication.path), *publication.siblings]
    page = sheet(
        "article.html.j2",
        site,
        edition,
        publication.path,
        title=seen.headline,
        index=seen.index,
        description=seen.excerpt,
        alternates=alternates,
        tongues=publication.siblings,
        sections=sections,
        fill=_article(seen, site, edition, locale) | {"topics": [_topic(t, edition) for t in topics]},
    )
    return [page, File(f"{publication.path}index.json", structured.record(seen, site), JSON)]


def listing(listing: Listing, edition: Edition, site: Site, sections: Sections = (), alternates: Sequence[tuple[str, str]] = ()) -> File:
    """A page of cards: front page, section, source or day. ``alternates``: the same listing in other editions."""
    locale = locales.load(edition.language)
    year = max((c.published.year for c in listing.cards), default=0)
    cards = [_card(card, edition, "short" if card.published.year == year else "moment", site.root) for card in listing.cards]
    lead, latest, rest = _layout(cards, listing)
    front = listing.kind == "front"
    others = [(e.language, f"{e.language}/") for e in site.editions] if front else [(edition.language, listing.path), *alternates]
    title = listing_title(listing, edition, locale)
    return sheet(
        "listing.html.j2",
        site,
        edition,
        listing.path,
        title=edition.title if front else f"{markup.clean(title.striptags())} | {edition.title}",
        index=site.index != "none" and len(listing.cards) > 2 and listing.kind != "day",
        description=str(locale.text("tagline")) if front else "",
        alternates=others if len(others) > 1 else (),
        tongues=alternates,
        sections=sections,
        feeds_at=None if listing.kind == "day" else listing.path,  # days are over: nobody follows one
        fill={
            "listing": listing,
            "heading": edition.title if front else title,
            "count": locale.count("stories", len(listing.cards)) if listing.cards and not front else None,
            "lead": lead,
            "latest": latest,
            "cards": rest,
            "json_ld": markup.json_in_html(structured.item_list(listing, edition, site)),
        },
    )


def listing_title(listing: Listing, edition: Edition, locale: Locale) -> Markup:
    """What a listing is called in its edition's language."""
    if listing.kind == "section":
        return section_label(locale, listing.title or listing.name)
    if listing.kind == "source":
        return locale.text("from_source", source=markup.bdi(listing.title or listing.name))
    if listing.kind == "day":
        return locale.text("of_day", date=locale.date(listing.name))
    if listing.kind == "topic":
        return markup.bdi(markup.line(listing.title or listing.name, 60))
    return Markup("{}").format(listing.title or edition.title)


def editions(site: Site, cards: Mapping[str, Sequence[Card]]) -> File:
    """``/``: the editions by their own names with their newest headlines. No redirect: the reader chooses."""
    shown_editions = [_edition(edition, cards.get(edition.language, ())) for edition in site.editions]
    page = (
        templates()
        .get_template("editions.html.j2")
        .render(site=site, editions=shown_editions, first=site.editions[0].language if site.editions else "en", index=site.index != "none")
    )
    return File("index.html", page.encode(), HTML)


# ---------------------------------------------------------------------------------------------- the article


def _article(seen: Shown, site: Site, edition: Edition, locale: Locale) -> dict[str, object]:
    publication, zone = seen.publication, edition.time_zone
    kept = headline_kept(publication)
    return {
        "shown": seen,
        "og": _og(seen, locale),
        "json_ld": markup.json_in_html(structured.news_article(seen, site)),
        "section": _section(publication, locale),
        "headline_tongue": publication.article.language if kept else seen.tongue,
        "headline_more": Markup(' dir="{}"').format(locales.direction(publication.article.language)) if kept else "",
        "standfirst": body.sentences(seen.standfirst, seen, locale) if seen.standfirst else None,
        "byline": _byline(publication, locale),
        "source": _source_link(publication),
        "times": list(_times(seen, locale, zone)),
        "gist": seen.tone is Tone.STRONG and publication.translation.gist,
        "notices": list(_notices(seen, locale)),
        "notes": [(iso(n.when), locale.moment(n.when, zone), _note(n.kind, locale)) for n in publication.notes],
        "pictures": list(_pictures(seen, site)),
        "body": body.text(seen, locale),
        "limit": _limit(seen, locale),
        "read_at": _read_at(publication, locale),
        "read_in": locale.text("read_in", language=locale.language(publication.article.language)),
        "provenance": list(_provenance(seen, site, locale)),
        "related": [_related(card, publication) for card in publication.related],
        "elsewhere": [_elsewhere(telling, locale) for telling in publication.tellings if telling.path is None][:ELSEWHERE],
        "story": story_path(edition.language, publication.story_id or "") if publication.sources > 1 else None,
        "others": publication.siblings,
    }


def _section(publication: Publication, locale: Locale) -> Markup | None:
    name = publication.section or publication.article.section
    return section_label(locale, name) if name else None


def _og(seen: Shown, locale: Locale) -> str:
    """The notice travels with the text into previews of links."""
    if not seen.translated:
        return seen.excerpt
    language = locale.language(seen.publication.article.language)
    return markup.line(f"{locale.texts['notice_title']} ({language}). {seen.excerpt}", 400)


def _byline(publication: Publication, locale: Locale) -> Markup | None:
    names = [markup.bdi(name) for name in publication.article.byline[:8] if name.strip()]
    return locale.text("by", names=Markup(locale.fields["list"]).join(names)) if names else None


def _source_link(publication: Publication) -> Markup:
    article = publication.article
    return markup.outward(article.canonical_url, markup.bdi(publication.source.name), language=article.language)


def _times(seen: Shown, locale: Locale, zone: str) -> Iterator[tuple[Markup, str, str]]:
    """The source's date, ours, and the last change of the text."""
    publication, article = seen.publication, seen.publication.article
    stamps: list[tuple[str, datetime | None]] = [("source_date", article.published)]
    stamps.append(("translated_at" if seen.translated else "carried_at", publication.published))
    stamps.append(("updated_at", publication.updated if publication.updated > publication.published else None))
    for name, when in stamps:
        if when is not None:
            yield locale.text(name), iso(when), locale.moment(when, zone)


def _notices(seen: Shown, locale: Locale) -> Iterator[Markup]:
    publication = seen.publication
    if not seen.translated:
        yield locale.text("original_notice", source=markup.bdi(publication.source.name))
        return
    language = locale.language(publication.article.language)
    kind = "notice_gist" if publication.translation.gist else "notice_person" if seen.by_person else "notice"
    yield locale.text(kind, language=language)
    if seen.kept and seen.whole:
        yield locale.count("notice_kept", seen.kept)
    elif publication.translation.verdict is not Verdict.PUBLISH and not publication.translation.gist:
        yield locale.text("notice_mark")


def _note(kind: str, locale: Locale) -> Markup:
    return locale.text(f"note_{kind}" if f"note_{kind}" in locale.texts else "note_update")


def _pictures(seen: Shown, site: Site) -> Iterator[dict[str, object]]:
    for number, picture, path in pictured.ours(seen, site):
        source = site.link(path)
        yield {
            "src": f"{source}-{picture.widths[0]}.jpg",
            "sets": [(kind, _set(source, picture, ending)) for kind, ending in (("image/webp", "webp"), ("image/jpeg", "jpg"))],
            "alt": pictured.alt(seen, number, picture),
            "caption": markup.html(pictured.caption(seen, number, picture)),
            "credit": markup.bdi(picture.credit) if picture.credit else "",
            "width": picture.width,
            "height": picture.height,
        }


def _set(source: str, picture: Picture, ending: str) -> str:
    return ", ".join(f"{source}-{width}.{ending} {width}w" for width in picture.widths)


def _limit(seen: Shown, locale: Locale) -> Markup | None:
    """Why there is no more text than this."""
    if not seen.whole:
        if allowed(seen.publication) is not seen.licence:
            return locale.text("headline_only")  # our own choice, not the source's
        return locale.text("link_only" if seen.licence is Licence.LINK else "excerpt_only")
    return locale.text("truncated") if seen.publication.article.truncated else None


def _read_at(publication: Publication, locale: Locale) -> Markup:
    words = locale.text("read_at", source=markup.bdi(publication.source.name))
    return markup.outward(publication.article.canonical_url, words, language=publication.article.language)


def _provenance(seen: Shown, site: Site, locale: Locale) -> Iterator[tuple[Markup, object]]:
    publication, article, translation = seen.publication, seen.publication.article, seen.publication.translation
    title = markup.bdi(article.headline, article.language)
    yield locale.text("original_headline"), markup.outward(article.canonical_url, title, language=article.language)
    yield locale.text("source"), markup.outward(publication.source.homepage, markup.bdi(publication.source.name))
    if article.byline:
        yield locale.text("author"), Markup(locale.fields["list"]).join(markup.bdi(name) for name in article.byline[:8])
    yield locale.text("state"), locale.text("state_revision", n=publication.revision)
    if seen.translated:
        engine = markup.bdi(translation.engine)
        yield locale.text("engine"), Markup("{} ({})").format(engine, locale.text(f"kind_{translation.engine_kind}"))
        yield locale.text("checks"), locale.count("checks_passed", seen.sentences, passed=seen.passed)
        if translation.glossary:
            yield locale.text("glossary"), markup.bdi(translation.glossary)
        if translation.reviewed:
            date = locale.moment(translation.reviewed, site.edition(publication.language).time_zone)
            yield locale.text("reviewed"), locale.text("reviewed_by", date=date)
    yield locale.text("licence"), _licence(seen, locale)
    if article.from_feed:
        yield locale.text("source"), locale.text("from_feed")
    yield locale.text("record"), Markup('<a href="index.json">index.json</a>')


def _licence(seen: Shown, locale: Locale) -> Markup:
    source = seen.publication.source
    words = markup.outward(source.licence_url, locale.text(f"licence_{seen.licence}"), rel="license")
    return Markup("{}. {}").format(words, markup.bdi(source.attribution)) if source.attribution else words


def _topic(topic: Topic, edition: Edition) -> tuple[str, Markup]:
    return topic_path(edition.language, topic.name), markup.bdi(markup.line(topic.label, 60))


def _elsewhere(telling: Telling, locale: Locale) -> tuple[Markup, Markup]:
    """Who else tells the story, but not in this edition: the way to the original."""
    link = markup.outward(telling.url, markup.bdi(telling.source_name), language=telling.language)
    return link, locale.text("read_in", language=locale.language(telling.language))


def _related(card: Card, publication: Publication) -> dict[str, object]:
    return {"path": card.path, "headline": markup.line(card.headline), "source": markup.bdi(card.source_name)}


# ---------------------------------------------------------------------------------------------- listings and the rest


@lru_cache(maxsize=4096)  # a card stands on five listings or more, and most of those on a listing stood there before
def _card(card: Card, edition: Edition, pattern: str, root: str) -> Mapping[str, object]:
    """What a listing shows of an article; ``drawn``: all of it as HTML."""
    locale = locales.load(edition.language)
    translated = card.source_language != edition.language
    name = "card_translated" if translated else "card_original"
    told = {"language": locale.language(card.source_language)} if translated else {}
    item: dict[str, object] = {
        "key": card.key,
        "story": card.story_id,
        "path": card.path,
        "headline": markup.line(card.headline),
        "standfirst": card_text(card),
        "tongue": tongue(edition.language, card.source_language) if translated else card.source_language,
        "section": section_label(locale, card.section) if card.section else None,
        "stamp": iso(card.published),
        "when": locale.moment(card.published, edition.time_zone, pattern),
        "clock": locale.moment(card.published, edition.time_zone, "time"),
        "origin": locale.text(name, source=markup.bdi(card.source_name), **told),
        "gist": card.gist,
        "sources": _sources(card, edition, locale),
        "lead": False,
    }
    module: Any = templates().get_template("card.html.j2").module
    return item | {"drawn": module.card(item, root, locale.text("card_gist"))}


def _sources(card: Card, edition: Edition, locale: Locale) -> tuple[str, Markup] | None:
    """The way to the story's page, where several sources tell it."""
    if card.sources < 2 or not card.story_id:
        return None
    return story_path(edition.language, card.story_id), locale.count("sources", card.sources)


def card_text(card: Card) -> str:
    """The standfirst of a card as far as the licence goes."""
    if card.licence is Licence.EXCERPT:
        return excerpt_of(card.standfirst, Licence.EXCERPT)
    return markup.line(card.standfirst) if card.licence is Licence.FULL else ""


Cards = list[Mapping[str, object]]


def _layout(cards: Cards, listing: Listing) -> tuple[Mapping[str, object] | None, Cards, Cards]:
    """Lead, latest strip, the rest: no card twice. The lead is the newest article of the event most sources report; a gist leads
    only where there is nothing else."""
    if not cards or listing.kind != "front":
        return None, [], cards
    weight = {c.key: c.sources for c in listing.cards}
    lead = max(cards, key=lambda c: (not c["gist"], weight[str(c["key"])]))
    rest = [c for c in cards if c is not lead]
    strip = rest[:LATEST] if len(cards) >= STRIP_FROM else []
    return {**lead, "lead": True}, strip, rest[len(strip) :]


def _edition(edition: Edition, cards: Sequence[Card]) -> dict[str, object]:
    locale = locales.load(edition.language)
    newest = [(c.path, markup.line(c.headline, 160), _tongue(c, edition)) for c in cards[:FRONT_HEADLINES]]
    return {
        "language": edition.language,
        "direction": locale.direction,
        "script": locale.script,
        "name": locales.autonym(edition.language),
        "tagline": locale.text("tagline"),
        "cards": newest,
    }


def _tongue(card: Card, edition: Edition) -> str:
    return tongue(edition.language, card.source_language) if card.source_language != edition.language else card.source_language


def _gone(publication: Publication, site: Site, edition: Edition, sections: Sections) -> list[File]:
    """The tombstones: no word of the article, no author; the address of the original only."""
    locale = locales.load(edition.language)
    taken = next((n.when for n in reversed(publication.notes) if n.kind == "withdrawal"), None)
    when = taken or publication.updated
    link = markup.outward(publication.article.canonical_url, publication.source.name, language=publication.article.language)
    removed = locale.text("gone", date=locale.moment(taken, edition.time_zone)) if taken else locale.text("gone_held")
    title = str(locale.text("gone_title"))
    page = sheet(
        "gone.html.j2",
        site,
        edition,
        publication.path,
        title=title,
        index=False,
        sections=sections,
        fill={"status": 410, "heading": title, "paragraphs": [removed, Markup("{}: {}").format(locale.text("gone_link"), link)]},
    )
    return [page, File(f"{publication.path}index.json", structured.gone(publication, site, when), JSON)]
