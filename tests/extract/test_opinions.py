"""trafilatura's stages, called one by one, find what its own order of them finds."""

from __future__ import annotations

import urllib.request
from collections import Counter

import pytest
import trafilatura

from babelwire.demo import World
from babelwire.extract import opinions
from babelwire.extract import page as pages
from tests.extract.pages import PARAGRAPHS, URL, document, page

COMMENT = "<p>I have crossed that bridge every day for twenty years and nobody ever asked me about it, wrote a reader.</p>"
MADE = {
    "plain": document(PARAGRAPHS),
    "comments by id": document(f"{PARAGRAPHS}<div id='comments-list'>{COMMENT * 3}</div>"),
    "comments by class": document(f"{PARAGRAPHS}<section class='post-comments'>{COMMENT * 3}</section>"),
    "an article after it": document(f"{PARAGRAPHS}<div class='mvp-post-add-main'>{PARAGRAPHS}</div>"),
    "a table": document(f"{PARAGRAPHS}<table><tr><th>Bridge</th><th>Year</th></tr><tr><td>Stone</td><td>1890</td></tr></table>"),
    "little text": document("<p>The bridge is closed.</p>"),
    "a small part": document(f"<p>{COMMENT}</p>") + "<div>" + "<span>Words beside it. </span>" * 400 + "</div>",
    "a thread": document(
        f"<div class='comment'>{PARAGRAPHS}</div>", head='<script type="application/ld+json">{"@type": "DiscussionForumPosting"}</script>'
    ),
    "nothing": document(""),
}


def whole(tree: pages.Tree) -> opinions.Opinion:
    """What the library says when it is asked as its documentation has it."""
    found = trafilatura.bare_extraction(
        tree.root, url=tree.url, fast=True, include_comments=False, include_tables=True, output_format="python"
    )
    return opinions._opinion(found.body) if isinstance(found, trafilatura.settings.Document) else opinions.Opinion(frozenset(), Counter())


#: Where the library does more than its rules say, since they find too little.
LITTLE = ("little text", "a small part", "nothing")


@pytest.mark.parametrize("name", [name for name in MADE if name not in LITTLE])
def test_made_pages(name: str) -> None:
    html = MADE[name]
    assert opinions.by_rules(pages.parse(html, URL)) == whole(pages.parse(html, URL))


@pytest.mark.parametrize("name", MADE)
def test_the_rescue_is_the_library_as_a_whole(name: str) -> None:
    html = MADE[name]
    assert opinions.by_rescue(pages.parse(html, URL)) == whole(pages.parse(html, URL))


def test_pages_of_the_bundled_world() -> None:
    with World() as world:
        links = [world.url(paper.id, piece.slug) for paper in world.papers for piece in world.pieces(paper.id)]
        read = [pages.read(page(urllib.request.urlopen(link).read(), url=link)) for link in links]
    assert len(read) > 20
    for link, tree in zip(links, read, strict=True):
        assert opinions.by_rules(tree) == whole(tree), link
