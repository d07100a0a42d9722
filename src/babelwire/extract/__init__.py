"""Page + Entry -> Article: structured blocks without captions, related links, boxes, or the headline again.

page      decoded, looked over, parsed once, hidden text out
blocks    the page's own tree as blocks with marked stretches
opinions  which text is the article, by trafilatura's rules and by readability's scoring
body      which of the blocks are the article
story     standfirst and body; what is said twice, said once
meta      headline, byline, dates, section, canonical address, paywall
pictures  pictures with captions and credits, kept apart
walls     consent walls, bot checks, subscriptions, pages cut in the middle
rules     what one source's pages need besides, as data
worker    the same in limited child processes
"""

from __future__ import annotations

from datetime import datetime

from babelwire.extract.rules import NONE, Rules
from babelwire.model import Article, Entry, Page, Source, replace
from babelwire.text.clean import unmarked

__all__ = ["NONE", "Rules", "article", "from_entry"]


def article(page: Page, entry: Entry, source: Source, *, rules: Rules | None = None, now: datetime) -> Article:
    """What a page says, in its own language. Where the page is closed or unreadable: what its feed says, if that is an article.

    Raises ExtractError, in words for the operator: not a web page, too large, no article on it and none in the feed.
    """
    from babelwire.extract import assemble  # late: trafilatura takes 0.4 s to import, which no command but this needs

    return _read_as_words(assemble.article(page, entry, source, rules or NONE, now))


def from_entry(entry: Entry, source: Source, now: datetime) -> Article:
    """The feed's own text as an article, through the same blocks. Raises ExtractError when it is no text at all."""
    from babelwire.extract import assemble

    return _read_as_words(assemble.from_entry(entry, source, now))


def _read_as_words(made: Article) -> Article:
    """The article with a headline of words alone."""
    return replace(made, headline=unmarked(made.headline) or made.headline)
