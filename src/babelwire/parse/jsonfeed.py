"""JSON Feed 1.0 and 1.1 -> what it says. No kept library reads it; it is one dictionary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from babelwire.errors import ParseError
from babelwire.parse.said import Channel, Item, Kind, Words
from babelwire.parse.xml import MOST_ITEMS, WITHDRAWN
from babelwire.text.address import join


def channel(text: str, url: str, base: str) -> Channel:
    """What the feed says. Raises ParseError: no JSON (cut short, nested too deep), or JSON that is no feed."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(url, f"is no complete JSON ({type(error).__name__})") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list) or not _is_feed(data):
        raise ParseError(url, "is JSON, but not a JSON Feed")
    hubs = [h for h in _list(data, "hubs") if isinstance(h, dict)]
    return Channel(
        title=Words(_text(data, "title"), Kind.PLAIN),
        language=_text(data, "language"),
        homepage=join(base, _text(data, "home_page_url")),
        authors=_authors(data),
        hub=next((join(base, _text(h, "url")) for h in hubs), None),
        items=[_item(i, base) for i in data["items"][:MOST_ITEMS] if isinstance(i, dict)],
    )


def _is_feed(data: Mapping[str, Any]) -> bool:
    """By its version, or, where that is wrong, by its addresses."""
    return "jsonfeed.org" in _text(data, "version") or (bool(_text(data, "title")) and ("feed_url" in data or "home_page_url" in data))


def _item(data: Mapping[str, Any], base: str) -> Item:
    tags = [str(t) for t in _list(data, "tags") if isinstance(t, str)]
    plain = "".join(f"<p>{escape(p.strip(), quote=False)}</p>" for p in _text(data, "content_text").split("\n\n") if p.strip())
    key = _text(data, "id")
    return Item(
        id=key,
        link=join(base, _text(data, "url") or _text(data, "external_url")) or (join(base, key) if key.startswith("http") else None),
        title=Words(_text(data, "title"), Kind.PLAIN),
        summary=Words(_text(data, "summary"), Kind.PLAIN),
        content=_text(data, "content_html") or plain,
        authors=_authors(data),
        published=_text(data, "date_published"),
        updated=_text(data, "date_modified"),
        categories=tags,
        language=_text(data, "language"),
        withdrawn=any(t.strip().lower() in WITHDRAWN for t in tags),
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    """The value as a string; ids may be numbers."""
    value = data.get(name)
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value[:100] if isinstance(value, list) else []


def _authors(data: Mapping[str, Any]) -> list[str]:
    people = [*_list(data, "authors"), data.get("author")]
    return list(dict.fromkeys(n for p in people if isinstance(p, dict) and (n := _text(p, "name").strip())))
