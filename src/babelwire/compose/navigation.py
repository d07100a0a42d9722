"""The sections that an edition's pages lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from babelwire.compose.shelf import Shelf
from babelwire.model import Edition, Publication


def sections(edition: Edition, publications: Sequence[Publication], shelf: Shelf) -> list[tuple[str, int]]:
    """Those of an edition with the number of their stories, most first, as they will be once the publications are out: the first
    page of a new section, and of a new desk, leads to it already."""
    return ahead(shelf.sections(edition.language), publications)


def ahead(known: Sequence[tuple[str, int]], publications: Sequence[Publication]) -> list[tuple[str, int]]:
    """What the store knows, and what these publications add to it."""
    counts = Counter(dict(known))
    counts.update(p.section for p in publications if p.news == "published" and p.section)
    return sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
