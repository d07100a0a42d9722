"""Marker characters as tags, for engines that know tags: ``<g1>words</g1>``, ``<x0/>``; with escaping where they want XML."""

from __future__ import annotations

import html
import re

from babelwire.text.inline import ATOM, CLOSE, LIMIT, MARKER, OPEN

TAG = re.compile(r"<g(\d{1,3})>|</g(\d{1,3})>|<x(\d{1,3})\s*/?>(?:</x\3>)?")


def to_tags(text: str, *, xml: bool = False) -> str:
    """Markers -> tags; with ``xml`` all else is escaped."""
    return MARKER.sub(lambda m: _tag(ord(m[0])), html.escape(text, quote=False) if xml else text)


def from_tags(text: str, *, xml: bool = False) -> str:
    """Tags -> markers; with ``xml`` all else is unescaped."""
    pieces, at = [], 0
    for match in TAG.finditer(text):
        pieces += [html.unescape(text[at : match.start()]) if xml else text[at : match.start()], _marker(match)]
        at = match.end()
    return "".join([*pieces, html.unescape(text[at:]) if xml else text[at:]])


def _tag(code: int) -> str:
    if code >= ATOM:
        return f"<x{code - ATOM}/>"
    return f"</g{code - CLOSE}>" if code >= CLOSE else f"<g{code - OPEN}>"


def _marker(match: re.Match[str]) -> str:
    first, number = next((base, int(n)) for base, n in zip((OPEN, CLOSE, ATOM), match.groups(), strict=True) if n is not None)
    return chr(first + number) if number < LIMIT else ""
