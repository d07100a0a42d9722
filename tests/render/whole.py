"""A whole small site of the samples: every kind of page in four languages, for the browser and for ``make check-site``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from babelwire.model import Amendment, Card, Edition, File, Found, Hit, Inline, Licence, Listing, Picture, Publication, Query, replace
from babelwire.pictures import encode as pictures
from babelwire.render import (
    Site,
    about,
    changes,
    day_path,
    pages,
    report,
    search,
    section_path,
    sitemaps,
    source_path,
    static,
    story,
    syndicate,
    topic_path,
)
from tests.pictures.test_encode import drawn
from tests.render import samples

ASKED = replace(samples.SITE, search=True, reports=True)  #: the sample site with all that a server answers
WORDS = {"fr": "ferry îles", "ar": "العبّارة"}
CAPTION = "The old pier of the harbour in winter, before the storm."
CAPTION_FR = "La vieille jetée du port en hiver, avant la tempête."
CAPTION_AR = "رصيف الميناء القديم في الشتاء، قبل العاصفة."
SOURCES = (samples.HARBOUR, samples.MERCURIO, samples.BOTE, samples.SAHIFA)


def publications() -> dict[str, Publication]:
    """Every kind of article page, by a short name."""
    fr, ar, en = samples.ferry_fr(), samples.ferry_ar(), samples.ferry_en()
    ways = {p.language: p.path for p in (fr, ar, en)}
    return {
        "translated": fr,
        "arabic": replace(ar, siblings=(("fr", ways["fr"]), ("en", ways["en"]))),
        "original": replace(en, siblings=(("fr", ways["fr"]), ("ar", ways["ar"]))),
        "kept": _another(samples.kept_fr(), "kept0000", samples.kept_fr().path),
        "gist": samples.lamp_es(),
        "excerpt": samples.harbour_de(Licence.EXCERPT),
        "link": samples.harbour_de(Licence.LINK),
        "hostile": samples.hostile_fr(),
        "corrected": _another(samples.corrected_fr(), "corrected0000", "fr/2026/11/24/corrected-0000/"),
        "gone": replace(samples.gone_fr(), path="fr/2026/11/24/gone-0000/"),
        "pictured": pictured(_another(samples.ferry_fr(), "pictured0000", "fr/2026/11/24/pictured-0000/"), CAPTION_FR),
        "pictured arabic": pictured(_another(ar, "pictured0000", "ar/2026/11/24/pictured-0000/"), CAPTION_AR),
    }


def pictured(publication: Publication, caption: str) -> Publication:
    """With two pictures of our own: one with caption and credit, one that has but a text for those who do not see it."""
    place = f"pictures/{publication.article.key}"
    pier = Picture(
        url=f"{place}/pier", alt="The pier", caption=Inline(CAPTION), credit="Ada Lind", width=1280, height=720, widths=pictures.WIDTHS
    )
    ferry = Picture(url=f"{place}/ferry", alt="The ferry at night", width=1280, height=720, widths=pictures.WIDTHS)
    told = (*publication.translation.passages, samples.passage("caption:0", [(CAPTION, caption)]))
    return replace(
        publication,
        article=replace(publication.article, pictures=(pier, ferry)),
        translation=replace(publication.translation, passages=told),
    )


@cache
def copies() -> tuple[File, ...]:
    """The files of these pictures, in both widths and forms."""
    made = pictures.encode(pictures.Ask("https://harbour.example/pier.jpg", drawn()))
    return tuple(
        File(f"pictures/pictured0000/{name}-{one.width}.{one.ending}", one.body, {"webp": "image/webp", "jpg": "image/jpeg"}[one.ending])
        for name in ("pier", "ferry")
        for one in made
    )


def _another(publication: Publication, key: str, path: str) -> Publication:
    """As an article of its own."""
    return replace(publication, article=replace(publication.article, key=key), path=path, siblings=())


def fillers(edition: Edition) -> list[Publication]:
    """An article behind each of the quieter cards of a full front page."""
    base = publications()["translated" if edition is samples.FR else "arabic"]
    known = {p.path for p in publications().values()}
    return [
        replace(
            base,
            article=replace(base.article, key=c.key),
            path=c.path,
            siblings=(),
            related=(),
            published=c.published,
            updated=c.published,
            section=c.section,
        )
        for c in samples.front_cards(31, edition)
        if c.path not in known
    ]


def everything(edition: Edition) -> list[Publication]:
    mine = [p for p in publications().values() if p.language == edition.language]
    return mine + (fillers(edition) if edition in (samples.FR, samples.AR) else [])


def files(site: Site = samples.SITE) -> list[File]:
    """All files of the site."""
    made: dict[str, File] = {}
    for edition in site.editions:
        for file in _edition(edition, site):
            made[file.path] = file
        for file in sitemaps.sitemaps(everything(edition), edition, site, lambda p: made[p].body if p in made else None, samples.NOW):
            made[file.path] = file
    sections = {e.language: samples.SECTIONS for e in site.editions}
    for file in static.files(site, now=samples.NOW, sources=SOURCES, sections=sections):
        made[file.path] = file
    cards = {e.language: [samples.card_of(p) for p in everything(e) if not p.withdrawn] for e in site.editions}
    return [*made.values(), *copies(), pages.editions(site, cards)]


def asked(site: Site = ASKED) -> Iterator[File]:
    """What a server answers to readers' questions, in two languages: a search with hits at its address, then, beside it and
    under names of their own, one without, the form of a report and the thanks."""
    choices = search.Choices(sections=samples.SECTIONS, sources={s.id: s for s in SOURCES})
    for edition in (samples.FR, samples.AR):
        shown = [p for p in everything(edition) if not p.withdrawn]
        query = Query(language=edition.language, words=WORDS[edition.language])
        hits = tuple(Hit(card=samples.card_of(p), text=_plain(p)) for p in shown[: query.size])
        yield search.page(query, Found(hits=hits, total=25), edition, site, choices)
        none = replace(query, words="zeppelin", section="sport")
        yield _beside(search.page(none, Found(hits=(), total=0), edition, site, choices), "none.html")
        yield report.form(shown[0], edition, site)
        yield _beside(report.form(shown[0], edition, site, given={"reason": "fact", "words": "?"}, status=429), "again.html")
        yield _beside(report.form(None, edition, site), "empty.html")
        yield _beside(report.thanks(7, edition, site), "thanks.html")


def _plain(publication: Publication) -> str:
    return " ".join(p.target.text for p in publication.translation.passages)


def _beside(file: File, name: str) -> File:
    return replace(file, path=file.path.replace("index.html", name))


def _edition(edition: Edition, site: Site) -> Iterator[File]:
    shown = [p for p in everything(edition) if not p.withdrawn]
    for publication in everything(edition):
        yield from pages.article(publication, site, samples.SECTIONS, samples.TOPICS)
    cards = tuple(replace(samples.card_of(p), published=p.published) for p in shown)
    front = samples.front_cards(31, edition) if edition in (samples.FR, samples.AR) else cards
    older = day_path(edition.language, "2026-11-24")
    yield from _listing(Listing(kind="front", name="", path=f"{edition.language}/", cards=front, older=older), shown, edition, site)
    yield pages.listing(Listing(kind="day", name="2026-11-24", path=older, cards=cards), edition, site, samples.SECTIONS)
    for name, _ in samples.SECTIONS:
        listed = Listing(
            kind="section", name=name, path=section_path(edition.language, name), cards=tuple(c for c in cards if c.section == name)
        )
        yield from _listing(listed, [p for p in shown if p.section == name], edition, site)
    for source in SOURCES:
        path = source_path(edition.language, source.id)
        mine: tuple[Card, ...] = tuple(c for c in cards if c.source_id == source.id)
        listed = Listing(kind="source", name=source.id, path=path, cards=mine, title=source.name)
        yield from _listing(listed, [p for p in shown if p.source.id == source.id], edition, site)
    for topic in samples.TOPICS:
        path, about_it = topic_path(edition.language, topic.name), [p for p in shown if p.section == "science"]
        mine = tuple(samples.card_of(p) for p in about_it)
        yield from _listing(Listing(kind="topic", name=topic.name, path=path, cards=mine, title=topic.label), about_it, edition, site)
    yield about.topics(edition, site, samples.TOPICS, samples.SECTIONS)
    yield about.automation(edition, site, samples.RATES, lambda engine, pair: 47.3, samples.SECTIONS)
    corrected = Amendment(when=samples.NOW, kind="correction", headline="Un titre", path=publications()["corrected"].path)
    changed = [corrected, Amendment(when=samples.NOW, kind="withdrawal")] if edition is samples.FR else []
    yield about.corrections(edition, site, changed, samples.SECTIONS)
    yield from changes.feeds(changed, edition, site)
    if edition is samples.FR:
        yield story.page(samples.told(), edition, site, samples.SECTIONS)
        yield story.ended("over", edition, site, samples.SECTIONS)


def _listing(listing: Listing, publications: Sequence[Publication], edition: Edition, site: Site) -> Iterator[File]:
    yield pages.listing(listing, edition, site, samples.SECTIONS)
    yield from syndicate.feeds(listing, [syndicate.Entry(p, site) for p in publications[:50]], edition, site)
