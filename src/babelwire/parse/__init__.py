"""Page -> Hints and Entries; a page's announced feeds; OPML. Nothing here touches network, disk or clock.

bytes ──charset──> text ──tree (repair, limits) | jsonfeed──> said (raw words) ──entries──> Hints, Entries
"""

from __future__ import annotations

from datetime import datetime

from babelwire.errors import ParseError
from babelwire.model import Entry, Feed, Hints, Page
from babelwire.parse import jsonfeed, xml
from babelwire.parse.discovery import Announced, discover
from babelwire.parse.entries import entries, hints
from babelwire.parse.outlines import Outline, opml, to_opml
from babelwire.parse.tree import LONGEST, root_of
from babelwire.text.charset import decode

__all__ = ["Announced", "Outline", "discover", "feed", "opml", "to_opml"]

WANTED = "a feed (RSS, RDF, Atom or JSON Feed)"


def feed(page: Page, of: Feed, now: datetime) -> tuple[Hints, tuple[Entry, ...]]:
    """What a feed's answer says: hints, and entries newest first.

    Raises ParseError when it is not a complete feed: HTML (naming the feeds it announces), cut short, too large.
    """
    text = decode(page.body, page.content_type).lstrip("\ufeff \t\r\n")
    base = page.url
    if text[:1] in ("{", "["):
        if len(text) > LONGEST:
            raise ParseError(page.url, f"has {len(text)} characters, more than the {LONGEST} that are read")
        said = jsonfeed.channel(text, page.url, base)
    else:
        try:
            found = xml.channel(root_of(text, page.url, WANTED), base)
        except ParseError as error:
            raise _naming(error, page) from error
        if found is None:
            raise ParseError(page.url, f"is XML, but not {WANTED}")
        said = found
    return hints(said, page), entries(said, of, now)


def _naming(error: ParseError, page: Page) -> ParseError:
    """The error, with the feeds that the page announces, where it is a page."""
    announced = [f.url for f in discover(page)[:5]] if "HTML" in error.why else []
    return ParseError(page.url, f"{error.why}; it announces {', '.join(announced)}") if announced else error
