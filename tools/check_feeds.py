"""What the W3C's feed validator asks of Atom and RSS, and the JSON Feed specification of its files, over a published tree.

The validator itself is no package that could be installed; these are its rules that a feed of ours could break. feedparser reads
whatever it is given, so it finds what is not well formed and nothing else.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree
from lxml import html as lxml_html

from babelwire.web.files import NAMED, TYPES

MOST = 50  #: entries in a feed
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} (GMT|[+-]\d{4})")
RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
SERVED = {".atom": "application/atom+xml", ".rss": "application/rss+xml", ".json": "application/feed+json"}


def faults(folder: Path, base: str) -> Iterator[str]:
    """What is wrong with each feed of a tree that readers find at ``base``, each named by its path."""
    for file in sorted(f for ending in SERVED for f in folder.rglob(f"feed{ending}")):
        path = file.relative_to(folder).as_posix()
        yield from (f"{path}: {fault}" for fault in feed(file.read_bytes(), urljoin(base, path), file.suffix))
    for page in sorted({f.parent for f in folder.rglob("feed.atom")}):
        told = [sorted(ids((page / f"feed{ending}").read_bytes(), ending)) for ending in SERVED if (page / f"feed{ending}").is_file()]
        if len(told) != len(SERVED) or any(one != told[0] for one in told):
            yield f"{page.relative_to(folder).as_posix()}/: its feeds do not hold the same entries"


def feed(body: bytes, here: str, ending: str) -> Iterator[str]:
    """The faults of one feed that stands at ``here``."""
    sent = NAMED.get(f"feed{ending}", TYPES[ending])
    if not sent.startswith(SERVED[ending]):
        yield f"is sent as {sent}"
    if ending != ".json" and feedparser.parse(body).bozo:
        yield "not well formed"
        return
    yield from {".atom": atom, ".rss": rss, ".json": json_feed}[ending](body, here)
    found = ids(body, ending)
    yield from (f"the id {one} stands there {n} times" for one, n in Counter(found).items() if n > 1)
    if len(found) > MOST:
        yield f"{len(found)} entries, {MOST} allowed"


def ids(body: bytes, ending: str) -> list[str]:
    """The ids of its entries, in order."""
    if ending == ".json":
        return [str(item.get("id", "")) for item in json.loads(body).get("items", [])]
    root = etree.fromstring(body)
    return (
        [_text(e, f"{ATOM}id") for e in root.iter(f"{ATOM}entry")] if ending == ".atom" else [_text(e, "guid") for e in root.iter("item")]
    )


def atom(body: bytes, here: str) -> Iterator[str]:
    """RFC 4287, and what the validator only warns of."""
    root = etree.fromstring(body)
    yield from _atom_head(root, "feed")
    yield from _same("self", root.xpath("string(a:link[@rel='self']/@href)", namespaces={"a": ATOM[1:-1]}), here)
    if not root.get(LANGUAGE):
        yield "says no language"
    for link in root.iter(f"{ATOM}link"):
        yield from _whole(link.get("href", ""))
    for entry in root.iter(f"{ATOM}entry"):
        yield from (f"{_text(entry, f'{ATOM}id')}: {fault}" for fault in _atom_entry(entry))


def rss(body: bytes, here: str) -> Iterator[str]:
    """RSS 2.0 with the namespaces we use."""
    channel = etree.fromstring(body).find("channel")
    yield from (f"channel without {name}" for name in ("title", "link", "description", "language") if not _text(channel, name))
    yield from _same("link", _text(channel, "link"), here.rpartition("/")[0] + "/")
    yield from _same("self", channel.xpath("string(a:link[@rel='self']/@href)", namespaces={"a": ATOM[1:-1]}), here)
    yield from _dated("lastBuildDate", _text(channel, "lastBuildDate"), RFC822)
    for item in channel.iter("item"):
        yield from (f"{_text(item, 'guid')}: {fault}" for fault in _rss_item(item))


def json_feed(body: bytes, here: str) -> Iterator[str]:
    """JSON Feed 1.1."""
    data = json.loads(body)
    if data.get("version") != "https://jsonfeed.org/version/1.1" or not data.get("title"):
        yield "no version or title"
    yield from _same("feed_url", data.get("feed_url", ""), here)
    yield from _same("home_page_url", data.get("home_page_url", ""), here.rpartition("/")[0] + "/")
    for item in data.get("items", []):
        yield from (f"{item.get('id')}: {fault}" for fault in _json_item(item))


# ---------------------------------------------------------------------------------------------- the small steps


def _atom_head(node: Any, name: str) -> Iterator[str]:
    """What a feed, an entry and an entry's source must all have."""
    yield from (f"{name} without {child}" for child in ("id", "title", "updated") if not _text(node, f"{ATOM}{child}"))
    if not urlsplit(_text(node, f"{ATOM}id")).scheme:
        yield f"the id of its {name} is no address"
    yield from _dated(f"updated of its {name}", _text(node, f"{ATOM}updated"), RFC3339)


def _atom_entry(entry: Any) -> Iterator[str]:
    yield from _atom_head(entry, "entry")
    yield from _dated("published", _text(entry, f"{ATOM}published"), RFC3339)
    if not _text(entry, f"{ATOM}author/{ATOM}name"):
        yield "no author"
    if len(entry.xpath("a:link[@rel='alternate']", namespaces={"a": ATOM[1:-1]})) != 1:
        yield "not one alternate link"
    source, content = entry.find(f"{ATOM}source"), entry.find(f"{ATOM}content")
    yield from _atom_head(source, "source") if source is not None else ()
    if content is None or content.get("type") != "html":
        yield "its content is not html"
    else:
        yield from _quoted(content.text or "")


def _rss_item(item: Any) -> Iterator[str]:
    yield from (f"item without {name}" for name in ("title", "link", "guid", "description") if not _text(item, name))
    yield from _whole(_text(item, "link"))
    yield from _dated("pubDate", _text(item, "pubDate"), RFC822)
    if not _text(item, "guid").startswith("http") and item.find("guid").get("isPermaLink") != "false":
        yield "its guid is no address and does not say so"
    yield from _quoted(_text(item, CONTENT))


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    yield from (f"item without {name}" for name in ("id", "url", "title", "content_html") if not item.get(name))
    yield from _whole(str(item.get("url", "")))
    for name in ("date_published", "date_modified"):
        yield from _dated(name, str(item.get(name, "")), RFC3339)
    yield from _quoted(str(item.get("content_html", "")))


def _quoted(text: str) -> Iterator[str]:
    """The HTML of an entry: a reader shows it far from our pages, so every link in it is whole."""
    if not text.strip():
        yield "no content"
        return
    fragment = lxml_html.fragment_fromstring(text, create_parent="div")
    for link in fragment.xpath("//@href | //@src"):
        yield from _whole(link)
    if fragment.xpath("//script | //iframe | //object | //@style | //@*[starts-with(name(), 'on')]"):
        yield "its content runs something"


def _whole(address: str) -> Iterable[str]:
    parts = urlsplit(address)
    return (
        () if parts.scheme == "mailto" or (parts.scheme in ("http", "https") and parts.netloc) else [f"the link {address!r} is not whole"]
    )


def _same(name: str, told: str, wanted: str) -> Iterable[str]:
    return () if told == wanted else [f"{name} is {told!r}, and it stands at {wanted}"]


def _dated(name: str, told: str, form: re.Pattern[str]) -> Iterable[str]:
    """A date of this form that is a day of the calendar (and, in RFC 822, the day of the week it says)."""
    if not form.fullmatch(told):
        return [f"{name}: {told!r} is no date"]
    try:
        when = parsedate_to_datetime(told) if form is RFC822 else datetime.fromisoformat(told)
    except ValueError:
        return [f"{name}: {told!r} is no day of the calendar"]
    return [f"{name}: {told!r} is another day of the week"] if form is RFC822 and f"{when:%a}" != told[:3] else ()


def _text(node: Any, path: str) -> str:
    return str(node.findtext(path) or "").strip()
