"""Feeds of what was corrected or withdrawn, in the three formats of all feeds (``syndicate``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree
from markupsafe import Markup

from babelwire.model import Amendment, Edition, File
from babelwire.render import locale as locales
from babelwire.render import markup
from babelwire.render.about import change_words
from babelwire.render.locale import Locale
from babelwire.render.site import Site
from babelwire.render.structured import iso
from babelwire.render.syndicate import ATOM, CONTENT, DC, Feed, add, atom_root, files, inside, rfc822, rss_root

CHANGES = 50  #: entries of a feed


def feeds(changed: Sequence[Amendment], edition: Edition, site: Site) -> list[File]:
    """``feed.atom``, ``feed.rss`` and ``feed.json`` beside the list of corrections: the changes in the order given. What is withdrawn
    is not named."""
    locale, seen, entries = locales.load(edition.language), Counter[str](), []
    for change in changed[:CHANGES]:
        name = f"{iso(change.when)}:{change.kind}"  # pages that change in the same moment are told apart by their order, which stays
        entries.append(_Change(change, f"tag:{site.host},{change.when.year}:{edition.language}:{name}:{seen[name]}", edition, site, locale))
        seen[name] += 1
    title = f"{markup.clean(locale.text('corrections').striptags())} | {edition.title}"
    words = markup.clean(locale.text("corrections_what").striptags())
    return files(Feed(f"{edition.language}/corrections/", edition, site, title, words, entries))


class _Change:
    """A correction or a withdrawal as an entry of feeds, in the three formats."""

    __slots__ = ("atom", "json", "rss", "updated")

    def __init__(self, change: Amendment, name: str, edition: Edition, site: Site, locale: Locale) -> None:
        self.updated = change.when
        page, headline = site.url(change.path or f"{edition.language}/corrections/"), markup.line(change.headline)
        words = change_words(change, locale)
        link = Markup('<a href="{}">{}</a>. ').format(page, headline) if headline else ""
        item = _Item(name, page, headline or str(words.striptags()), Markup("<p>{}{}</p>").format(link, words), change.when, site.name)
        self.atom = inside(_atom(atom_root(), item, edition))
        self.rss = inside(_rss(rss_root(), item))
        self.json = markup.to_json(_json(item, edition)).encode()


class _Item(NamedTuple):
    """What the three formats need of one correction or withdrawal."""

    id: str
    url: str
    title: str
    html: Markup
    when: datetime
    author: str


# ---------------------------------------------------------------------------------------------- the small steps


def _atom(root: etree._Element, change: _Item, edition: Edition) -> etree._Element:
    a = f"{{{ATOM}}}"
    node = add(root, f"{a}entry")
    add(node, f"{a}id", change.id)
    add(node, f"{a}title", change.title)
    add(node, f"{a}updated", iso(change.when))
    add(node, f"{a}published", iso(change.when))
    add(node, f"{a}link", rel="alternate", type="text/html", hreflang=edition.language, href=change.url)
    add(add(node, f"{a}author"), f"{a}name", change.author)
    add(node, f"{a}content", str(change.html), type="html")
    return root


def _rss(root: etree._Element, change: _Item) -> etree._Element:
    item = add(root, "item")
    add(item, "title", change.title)
    add(item, "link", change.url)
    add(item, "guid", change.id, isPermaLink="false")
    add(item, "pubDate", rfc822(change.when))
    add(item, f"{{{DC}}}creator", change.author)
    add(item, "description", str(change.html))
    add(item, f"{{{CONTENT}}}encoded", str(change.html))
    return root


def _json(change: _Item, edition: Edition) -> dict[str, Any]:
    when = iso(change.when)
    return {
        "id": change.id,
        "url": change.url,
        "title": change.title,
        "content_html": str(change.html),
        "date_published": when,
        "date_modified": when,
        "authors": [{"name": change.author}],
        "language": edition.language,
    }
