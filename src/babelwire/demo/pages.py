"""Pages of the demo world's newspapers: a template each, with the furniture that such pages have."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from babel.dates import format_datetime
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from babelwire.demo.paper import Paper, Piece

FEED_TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "rdf": "application/rss+xml", "json": "application/feed+json"}


def article(piece: Piece, base: str, others: Sequence[Piece]) -> bytes:
    """The page of an article. ``others`` are the newspaper's other articles, which it links to."""
    paper, canonical = piece.paper, base + piece.path
    html = (
        _environment()
        .get_template(f"{paper.id}.html")
        .render(
            paper=paper, piece=piece, base=base, canonical=canonical, others=others, aside=others[-1], said=_said(paper),
            bio=paper.bios.get(piece.author, paper.name), picture=piece.image, blocks=_blocks(piece, others[-1]),
            jsonld=_structured(piece, base, canonical),
        )
    )  # fmt: skip
    return html.encode(paper.encoding, "xmlcharrefreplace")


def front(paper: Paper, others: Sequence[Piece]) -> bytes:
    """The front page of a newspaper; its sections and topics look the same."""
    kind = FEED_TYPES.get(paper.feed.format)
    feed = {"media_type": kind, "path": paper.feed.path} if kind else None
    html = _environment().get_template("front.html").render(paper=paper, others=others, feed=feed, said=_said(paper))
    return html.encode(paper.encoding, "xmlcharrefreplace")


def gone(paper: Paper) -> bytes:
    """What stands where an article has been withdrawn."""
    text = f'<!DOCTYPE html><html lang="{paper.language}"><title>410</title><h1>{escape(paper.name)}</h1><p>410 Gone</p></html>'
    return text.encode(paper.encoding, "xmlcharrefreplace")


def _blocks(piece: Piece, aside: Piece) -> list[Markup]:
    """The text; where it says so, a picture or a "read more" line stands between the paragraphs."""
    return [Markup(_placed(piece, aside).get(block, block)) for block in piece.blocks]


def _placed(piece: Piece, aside: Piece) -> dict[str, str]:
    if not piece.picture:
        return {}
    alt, caption = escape(piece.picture.alt), escape(piece.picture.caption)
    figure = f'<figure><img src="{piece.image}" alt="{alt}" width="1200" height="675"><figcaption>{caption}</figcaption></figure>'
    more = f'<p><strong>READ MORE: </strong><a href="{aside.path}">{escape(piece.related)}</a></p>'
    return {"<p>{figure}</p>": figure, "<p>{readmore}</p>": more}


def _structured(piece: Piece, base: str, canonical: str) -> dict[str, Any]:
    """schema.org's NewsArticle."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.headline,
        "description": piece.standfirst,
        "inLanguage": piece.paper.language,
        "articleSection": piece.section,
        "keywords": piece.tags,
        "mainEntityOfPage": canonical,
        "datePublished": piece.date.isoformat(),
        "dateModified": piece.updated.isoformat(),
        "author": {"@type": "Person", "name": piece.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": piece.paper.name, "url": base + "/"},
        "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    }
    return data | ({"image": [base + piece.image]} if piece.image else {})


def _said(paper: Paper) -> Any:
    locale = {"pt": "pt_PT", "en": "en_GB"}.get(paper.language, paper.language)
    return lambda when: format_datetime(when, "d MMMM y, HH:mm", locale=locale)


@functools.cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("babelwire.demo"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def modified(pieces: Sequence[Piece], start: datetime) -> datetime:
    """When one of these last changed."""
    return max((p.updated for p in pieces), default=start)
