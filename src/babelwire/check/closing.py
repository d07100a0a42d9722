"""A quotation that the source opens and never closes before it says who spoke: closed in the translation (seed fault 4).

Only a mark is added, and only where a comma and a verb of saying show beyond doubt where the quotation ends.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources

from babelwire.model import Inline, Pair
from babelwire.text import language as tags

from .look import side
from .mending import substitute

#: The closing mark that goes with an opening one, whatever the locale makes of the pair afterwards.
CLOSER = {"“": "”", "„": "“", "«": "»", "‹": "›", "‘": "’", '"': '"', "「": "」", "『": "』", "”": "”"}


def close(source: Inline, target: Inline, pair: Pair) -> Inline:
    """The passage (or sentence) with its one open quotation closed before the clause that says who spoke; else as it is.

    ``source`` is what it was translated from: a quotation that the source closes somewhere is none of ours.
    """
    said = _said(tags.base(pair.target))
    if said is None or side(source, pair.source).quotations[1:] != (1, 0):
        return target
    ours = side(target, pair.target)
    if ours.quotations[1:] != (1, 0):
        return target
    mark = next(m for m in ours.marks if m.partner is None and m.opens)
    end = said.search(target.text, mark.at + 1)
    if end is None:
        return target
    return substitute(target, end.start(), end.start(), CLOSER.get(target.text[mark.at], "”"))


@cache
def _said(language: str) -> re.Pattern[str] | None:
    pattern = _table().get(language)
    return re.compile(rf",\s+(?={pattern}\b)") if pattern else None


@cache
def _table() -> dict[str, str]:
    return tomllib.loads((resources.files("babelwire.check") / "data" / "reporting.toml").read_text(encoding="utf-8"))
