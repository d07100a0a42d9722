"""What two libraries take for the article on a page: trafilatura by its rules, and readability by its scoring of elements, by
way of trafilatura's fork of it (8 ms a page; readability-lxml itself costs 44).

trafilatura's stages are called here one by one, since its own order of them spends a third of its time on questions whose
answer is known or not needed: each pruning is a pattern tried on every element, while the page's class names mostly hold none
of its words; and what it does when it has found little is asked for where readability has found little as well
(``by_rescue``). A forum's thread goes through ``trafilatura.bare_extraction`` as a whole.
"""

from __future__ import annotations

import logging
from collections import Counter
from copy import copy, deepcopy
from dataclasses import dataclass

import trafilatura
from lxml import etree
from trafilatura import xpaths
from trafilatura.external import try_readability
from trafilatura.htmlprocessing import convert_tags, prune_unwanted_nodes, tree_cleaning
from trafilatura.main_extractor import extract_content
from trafilatura.settings import Extractor

from babelwire.extract.blocks import Found, shingles, words
from babelwire.extract.page import Element, Tree

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # we say ourselves what went wrong

Shingle = tuple[str, ...]
#: Elements of the libraries' trees that do not end a line; every other one does.
WITHIN_LINES = (
    "hi", "ref", "del", "a", "b", "i", "em", "strong", "span", "u", "small", "sub", "sup", "font", "abbr", "cite", "mark", "time",
)  # fmt: skip
THREAD = "DiscussionForumPosting"
OPTIONS = Extractor(output_format="txt", fast=True, comments=False, tables=True)
NAMES = etree.XPath("//@id | //@class", smart_strings=False)
#: What trafilatura prunes before all else, and strings of which the ids or classes of such elements hold one; "\n" is a beginning.
PRUNED = (
    (("mvp-post-add-", "infinite", "elementor-share-buttons"), xpaths.RAW_TREE_PRUNE_XPATH),
    (
        ("\ncomment", "\nComment", "\ncomol", "\ndisqus_thread", "\ndsq-comments", "article-comments", "post-comments"),
        xpaths.REMOVE_COMMENTS_AND_LISTS_XPATH,
    ),
)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one library takes for the article: its word 4-shingles, and its lines."""

    shingles: frozenset[Shingle]
    lines: Counter[tuple[str, ...]]

    def covers(self, found: Found) -> float:
        """How much of a block is in it, 0 to 1; very short blocks are when they are one of its lines."""
        if len(found.words) < 4:
            return float(self.lines[found.words] > 0)
        own = found.shingles
        return len(own & self.shingles) / len(own)


def by_rules(tree: Tree) -> Opinion:
    """trafilatura's own rules, without its fallbacks on other libraries: they are dearer than ours."""
    if any(THREAD in data for data in tree.data):
        return by_rescue(tree)
    root = copy(tree.root)
    names = "\n" + "\n".join(NAMES(root))
    for marks, places in PRUNED:
        if any(mark in names for mark in marks):
            prune_unwanted_nodes(root, places)
    try:
        found, _ = extract_content(convert_tags(tree_cleaning(root, OPTIONS), OPTIONS), OPTIONS)
    except (TypeError, ValueError):  # what bare_extraction takes for a page that cannot be read
        return by_rescue(tree)
    return _opinion(found)


def by_rescue(tree: Tree) -> Opinion:
    """trafilatura as a whole: where its rules find little, it takes what text there is."""
    whole = trafilatura.bare_extraction(tree.root, options=OPTIONS)
    return _opinion(whole.body) if isinstance(whole, trafilatura.settings.Document) else Opinion(frozenset(), Counter())


def by_score(tree: Tree) -> Opinion:
    """Readability's scoring of elements."""
    return _opinion(try_readability(deepcopy(tree.root)))


def _opinion(root: Element) -> Opinion:
    """Of a library's tree, which is ours to change: each of its blocks becomes a line."""
    etree.strip_tags(root, *WITHIN_LINES)  # then each piece of text is a line
    lines = [words(line) for line in root.itertext() if line]
    return Opinion(shingles([word for line in lines for word in line]), Counter(lines))
