"""What machines read in a page: NewsArticle in JSON-LD (schema.org), and the page's record as JSON (the API).

Disclosure is part of both and cannot be switched off: which machine translated what, from which original, how it was checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from babelwire.model import BlockKind, Edition, Inline, Listing, Picture, Publication
from babelwire.render import locale as locales
from babelwire.render import markup, pictured
from babelwire.render.body import target
from babelwire.render.shown import Shown, Unit
from babelwire.render.site import Site

IPTC = "https://schema.org/"
VERSION = 1  #: of the record; grows when a field changes its meaning or goes


def iso(when: datetime) -> str:
    """Seconds, UTC, ``Z``."""
    return f"{when.isoformat()[:19]}Z"


def news_article(shown: Shown, site: Site) -> dict[str, Any]:
    """schema.org NewsArticle of a page."""
    publication, article = shown.publication, shown.publication.article
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "url": site.url(publication.path),
        "mainEntityOfPage": site.url(publication.path),
        "headline": markup.line(shown.headline, 110),
        "description": shown.excerpt or None,
        "inLanguage": shown.tongue,
        "datePublished": iso(publication.published),
        "dateModified": iso(publication.updated),
        "articleSection": _section(publication),
        "isAccessibleForFree": True,
        "author": [{"@type": "Person", "name": markup.line(name, 120)} for name in article.byline] or [_source(publication)],
        "sourceOrganization": _source(publication),
        "publisher": _publisher(site, publication.language),
        "creditText": markup.line(publication.source.attribution or publication.source.name, 300),
        "license": markup.address(publication.source.licence_url),
    }
    data["image"] = [
        _image(shown, number, picture, f"{site.url(path)}-{picture.widths[-1]}.jpg") for number, picture, path in pictured.ours(shown, site)
    ]
    if shown.translated:
        data |= _translated(shown, site)
    data["correction"] = [
        {"@type": "CorrectionComment", "datePublished": iso(n.when), "text": markup.line(n.text, 300)}
        for n in publication.notes
        if n.kind in ("correction", "wording")
    ]
    return {k: v for k, v in data.items() if v not in (None, "", [])}


def item_list(listing: Listing, edition: Edition, site: Site, paths: Sequence[str] = ()) -> dict[str, Any]:
    """CollectionPage of a listing, or WebSite for the front page, with its articles in order; ``paths`` where it has no cards."""
    listed = [c.path for c in listing.cards] or paths
    items = [{"@type": "ListItem", "position": n, "url": site.url(path)} for n, path in enumerate(listed, 1)]
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CollectionPage",
        "url": site.url(listing.path),
        "name": markup.line(listing.title or edition.title),
        "inLanguage": edition.language,
        "publisher": _publisher(site, edition.language),
        "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items},
    }
    if listing.kind == "front":
        data["isPartOf"] = {"@type": "WebSite", "name": site.name, "url": site.url("")}
    return data


def record(shown: Shown, site: Site) -> bytes:
    """The page as data: one JSON object, sentence by sentence where the licence lets it be shown."""
    publication = shown.publication
    data: dict[str, Any] = {
        "version": VERSION,
        "id": f"{publication.article.key}:{publication.language}",
        "url": site.url(publication.path),
        "language": publication.language,
        "lang_tag": shown.tongue,
        "headline": shown.headline,
        "excerpt": shown.excerpt,
        "published": iso(publication.published),
        "updated": iso(publication.updated),
        "original": _original(shown),
        "source": _source_record(shown),
        "translation": _translation_record(shown) if shown.translated else None,
        "corrections": [{"when": iso(n.when), "kind": n.kind, "text": markup.line(n.text)} for n in publication.notes],
        "editions": [{"language": language, "url": site.url(path)} for language, path in publication.siblings],
        "related": [{"url": site.url(c.path), "headline": markup.line(c.headline), "source": c.source_name} for c in publication.related],
        "story": publication.story_id,
        "told_by": [
            {"source": t.source_name, "language": t.language, "headline": markup.line(t.headline), "url": markup.address(t.url)}
            for t in publication.tellings
        ],
        "indexable": shown.index,
    }
    if shown.standfirst:
        data["standfirst"] = _line_record(shown, shown.standfirst.block.inline, target(shown.standfirst))
    if shown.units:
        data["blocks"] = list(_blocks(shown))
    return to_json(data)


def gone(publication: Publication, site: Site, when: datetime) -> bytes:
    """The record of a page that was taken down. ``status`` comes first: the file server answers with it."""
    return to_json(
        {"status": 410, "id": f"{publication.article.key}:{publication.language}", "url": site.url(publication.path), "gone": iso(when)}
    )


def to_json(data: object) -> bytes:
    return f"{markup.to_json(data)}\n".encode()


# ---------------------------------------------------------------------------------------------- the small steps


def _source(publication: Publication) -> dict[str, Any]:
    source = {
        "@type": "NewsMediaOrganization",
        "name": markup.line(publication.source.name),
        "url": markup.address(publication.source.homepage),
    }
    return {k: v for k, v in source.items() if v}


def _image(shown: Shown, number: int, picture: Picture, address: str) -> dict[str, Any]:
    words = markup.line(markup.plain(pictured.caption(shown, number, picture)), 300)
    image = {"@type": "ImageObject", "url": address, "caption": words, "creditText": markup.line(picture.credit, 120)}
    return {k: v for k, v in image.items() if v}


def _section(publication: Publication) -> str | None:
    name = publication.section or publication.article.section
    return (locales.load(publication.language).section(name) or markup.line(name, 100)) if name else None


def _publisher(site: Site, language: str) -> dict[str, Any]:
    return {
        "@type": "NewsMediaOrganization",
        "name": site.name,
        "url": site.url(f"{language}/"),
        "logo": site.url(site.assets["logo.svg"]),
        "publishingPrinciples": site.url(f"{language}/about/automation/"),
        "correctionsPolicy": site.url(f"{language}/corrections/"),
    }


def _translated(shown: Shown, site: Site) -> dict[str, Any]:
    article, translation = shown.publication.article, shown.publication.translation
    work = {
        "@type": "NewsArticle",
        "url": markup.address(article.canonical_url),
        "headline": markup.line(article.headline, 110),
        "inLanguage": article.language,
        "datePublished": iso(article.published) if article.published else None,
        "author": [{"@type": "Person", "name": markup.line(name, 120)} for name in article.byline],
    }
    told = f"Machine translation by {translation.engine}; {shown.passed} of {shown.sentences} sentences passed the automatic checks."
    return {
        "translator": {"@type": "Organization", "name": f"{site.name} ({markup.line(translation.engine, 100)})", "url": site.url("")},
        "translationOfWork": {k: v for k, v in work.items() if v},
        "isBasedOn": markup.address(article.canonical_url),
        "digitalSourceType": f"{IPTC}{shown.source_type}" if shown.source_type else None,
        "backstory": f"{told} {'A person has worked on it.' if shown.by_person else 'No person edited the text.'}",
    }


def _original(shown: Shown) -> dict[str, Any]:
    article = shown.publication.article
    return {
        "url": markup.address(article.canonical_url),
        "language": article.language,
        "headline": shown.original_headline,
        "authors": [markup.line(name, 120) for name in article.byline],
        "published": iso(article.published) if article.published else None,
        "updated": iso(article.updated) if article.updated else None,
        "section": article.section and markup.line(article.section, 100),
        "revision": shown.publication.revision,
        "truncated": article.truncated,
    }


def _source_record(shown: Shown) -> dict[str, Any]:
    source = shown.publication.source
    return {
        "id": source.id,
        "name": markup.line(source.name),
        "homepage": markup.address(source.homepage),
        "licence": str(shown.licence),
        "licence_url": markup.address(source.licence_url),
        "attribution": source.attribution and markup.line(source.attribution),
    }


def _translation_record(shown: Shown) -> dict[str, Any]:
    translation = shown.publication.translation
    return {
        "machine_translated": True,
        "human_reviewed": translation.reviewed is not None,
        "human_sentences": translation.human,
        "engine": translation.engine,
        "engine_kind": str(translation.engine_kind),
        "digital_source_type": shown.source_type,
        "glossary": translation.glossary,
        "made": iso(translation.made),
        "verdict": str(translation.verdict),
        "gist": translation.gist,
        "sentences": shown.sentences,
        "passed": shown.passed,
        "left_in_original": shown.kept,
        "headline_only": translation.headline_only,
    }


def _line_record(shown: Shown, original: Inline, ours: Inline) -> dict[str, str]:
    words = {"text": markup.plain(ours)}
    return words | {"original": markup.plain(original)} if shown.translated else words


def _blocks(shown: Shown) -> Iterator[dict[str, Any]]:
    for unit in shown.units:
        yield from _unit(shown, unit)


def _unit(shown: Shown, unit: Unit) -> Iterator[dict[str, Any]]:
    for line in unit.lines:
        block: dict[str, Any] = {"id": f"p{unit.number}", "kind": str(line.block.kind)}
        if line.block.kind in (BlockKind.HEADING, BlockKind.ITEM):
            block["level"] = line.block.level
        if not shown.translated:
            yield block | {"text": markup.plain(line.block.inline)}
            continue
        block["sentences"] = [
            {
                "text": markup.plain(r.target),
                "original": markup.plain(r.source.inline),
                "gap": r.source.gap,
                "origin": str(r.origin),
                "engine": r.engine,
                "issues": [{"kind": i.kind, "severity": str(i.severity)} for i in r.issues],
            }
            for r in line.renderings
        ]
        yield block
