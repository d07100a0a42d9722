"""Pages in a line, and what stands in an article in a line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babelwire import extract
from babelwire.model import Article, Entry, Licence, Page, Source

NOW = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)
URL = "https://daily.example/news/1-story/"
SENTENCE = "The council of the valley met for {n} hours on Thursday, and its members agreed to repair bridge number {n}, a speaker said."
PARAGRAPHS = "".join(f"<p>{SENTENCE.format(n=n)}</p>" for n in range(2, 8))


def page(html: str | bytes, url: str = URL, **headers: str) -> Page:
    body = html.encode() if isinstance(html, str) else html
    kind = headers.pop("content_type", "text/html; charset=utf-8")
    return Page(url=url, asked=url, body=body, fetched=NOW, content_type=kind, headers=headers)


def entry(**given: Any) -> Entry:
    told = {"key": "k", "feed_url": "https://daily.example/rss", "source_id": "daily", "id": "1", "link": URL, "title": ""}
    return Entry(**{**told, **given})


def source(**given: Any) -> Source:
    return Source(**{"id": "daily", "name": "The Daily", "homepage": "https://daily.example/", "licence": Licence.FULL, **given})


def document(body: str, head: str = "", lang: str = "en") -> str:
    """An article page; ``body`` stands between headline and the end of the article."""
    return (
        f'<html lang="{lang}"><head><title>Bridge to be repaired | The Daily</title>{head}</head>'
        f"<body><article><h1>Bridge to be repaired</h1>{body}</article></body></html>"
    )


def take(body: str, head: str = "", lang: str = "en", rules: extract.Rules | None = None, **headers: str) -> Article:
    """The article of such a page."""
    return extract.article(page(document(body, head, lang), **headers), entry(), source(), rules=rules, now=NOW)


def texts(article: Article) -> list[str]:
    return [b.inline.text for b in article.blocks]
