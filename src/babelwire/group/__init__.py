"""Which articles tell the same story.

    twins    near-duplicates: one text at several sources, by a sketch of its words
    events   the same event in other words or another language, by the marks two articles share
    marks    what a mark is: a number, a place, a name, the same integer in every language (numbers, places, names)
    stories  which story an article joins, and which article leads it
    joining  the two put together: the story of a new article among those the store has
    figures  where the texts of a story give different figures

A ``Signature`` is what a store keeps of an article and finds its kin by; everything but ``joining``, which asks the store, is
a pure function.
"""

from __future__ import annotations

from babelwire.group.events import Compared, Rarity, Signature, same_event, signature
from babelwire.group.figures import Difference, differences
from babelwire.group.joining import Place, place
from babelwire.group.stories import ALIKE, WINDOW, Kin, join, lead, new_story
from babelwire.group.twins import sketch, twin

__all__ = [
    "ALIKE", "WINDOW", "Compared", "Difference", "Kin", "Place", "Rarity", "Signature",
    "differences", "join", "lead", "new_story", "place", "same_event", "signature", "sketch", "twin",
]  # fmt: skip
