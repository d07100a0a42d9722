"""How well and how fast feeds are read: our reader against the expectations that other projects wrote into their test files.

    python tools/bench_feeds.py DATA [--json OUT]        DATA: the folder with feeds-feedparser, feeds-gofeed, feeds-real, feeds-encodings

What is compared: feedparser's ``Expect`` lines and the expected JSON of gofeed and rss-parser, as far as they speak of what our
Entries and Hints have: titles, links, ids, summaries, content, dates, authors, categories, language, number of entries. Titles and
summaries are plain text with us, so markup is taken out of what is expected before comparing; white space is folded; content
is compared by its text. Statements about other things (copyright, geo, detail types ...) are counted as not comparable.
Not comparable either: what stands in an item without title, link, id or text (we make no entry of it), expected text that
the expecting project garbled (U+FFFD), and links where FeedBurner names the original (we take that one).
Encodings: the text must come out as decoded with the encoding that the folder names: as sent, with the declaration gone and a
right header, and with a header that says Latin-1.
"""

from __future__ import annotations

import argparse
import ast
import codecs
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

from babelwire import parse
from babelwire.errors import ParseError
from babelwire.model import Entry, Feed, Hints, Page
from babelwire.text.charset import decode

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FEED = Feed(url="http://feeds.example/feed", source_id="bench")
READINGS = ("utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1", "cp037")
Said = tuple[Hints, tuple[Entry, ...]]


@dataclass
class Score:
    """Of one set of files."""

    files: int = 0
    refused: int = 0
    crashed: list[str] = field(default_factory=list)
    compared: int = 0
    met: int = 0
    missed: list[str] = field(default_factory=list)
    other: int = 0  #: statements about what we do not keep
    seconds: float = 0.0

    def note(self, good: bool, what: str) -> None:
        self.compared += 1
        self.met += good
        if not good:
            self.missed.append(what)


def read(body: bytes, score: Score, name: str, url: str = FEED.url, headers: dict[str, str] | None = None) -> Said | None:
    """Our reading of a feed; None where it is refused or, worse, where our code fails."""
    headers = headers or {}
    page = Page(url=url, asked=url, body=body, fetched=NOW, content_type=headers.get("content-type", ""), headers=headers)
    score.files += 1
    start = time.process_time()
    try:
        return parse.feed(page, FEED, NOW)
    except ParseError:
        score.refused += 1
    except Exception as error:  # noqa: BLE001 - a crash is what this program looks for
        score.crashed.append(f"{name}: {type(error).__name__}: {error}")
    finally:
        score.seconds += time.process_time() - start
    return None


# ---------------------------------------------------------------------------------------------- comparing


def fold(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", str(text)).replace("\u00ad", "").split())


def bare(text: object) -> str:
    return fold(unescape(re.sub(r"<[^<>]*>", " ", str(text))))


def same_text(ours: object, expected: object) -> bool:
    """Equal as they stand, or once the expected one is read as HTML."""
    return fold(ours) in (fold(expected), bare(expected)) or bare(ours).replace(" ", "") == bare(expected).replace(" ", "")


def same_moment(ours: datetime | None, expected: Any) -> bool:
    if isinstance(expected, str):
        expected = datetime.fromisoformat(expected.replace("Z", "+00:00")).astimezone(UTC).timetuple()
    return ours is not None and ours.timetuple()[:6] == tuple(expected)[:6]


ENTRY: dict[str, tuple[Callable[[Entry], object], Callable[[Any, Any], bool]]] = {
    "title": (lambda e: e.title, same_text),
    "title_detail.value": (lambda e: e.title, same_text),
    "link": (lambda e: e.link, lambda a, b: a == b),
    "id": (lambda e: e.id, lambda a, b: a == b),
    "guid": (lambda e: e.id, lambda a, b: a == b),
    "summary": (lambda e: e.summary, same_text),
    "description": (lambda e: e.summary, same_text),
    "summary_detail.value": (lambda e: e.summary, same_text),
    "content.0.value": (lambda e: e.content, same_text),
    "published_parsed": (lambda e: e.published, same_moment),
    "updated_parsed": (lambda e: e.updated or e.published, same_moment),
    "date_parsed": (lambda e: e.updated or e.published, same_moment),
    "created_parsed": (lambda e: e.published, same_moment),
    "author_detail.name": (lambda e: ", ".join(e.authors), same_text),
    "authors.0.name": (lambda e: e.authors[0], same_text),
    "tags.0.term": (lambda e: e.categories[0], same_text),
    "tags.1.term": (lambda e: e.categories[1], same_text),
    "category": (lambda e: e.categories[0], same_text),
    "title_detail.language": (lambda e: e.language, same_text),
}
HINT: dict[str, tuple[Callable[[Hints], object], Callable[[Any, Any], bool]]] = {
    "title": (lambda h: h.title, same_text),
    "title_detail.value": (lambda h: h.title, same_text),
    "link": (lambda h: h.homepage, lambda a, b: a == b),
    "language": (lambda h: h.language, same_text),
}


def statements(expression: str) -> Iterator[tuple[str, object]]:
    """(path, expected) of each equation in an Expect line; path like ``entries.0.title`` or ``len.entries``."""
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except SyntaxError:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and all(isinstance(o, ast.Eq) for o in node.ops):
            sides = [node.left, *node.comparators]
            try:
                expected = ast.literal_eval(sides[-1])
            except ValueError:
                continue
            for side in sides[:-1]:
                yield ".".join(path(side)), expected


def path(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        return [*path(node.value), node.attr]
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*path(node.value), str(node.slice.value)]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
        return [node.func.id, *path(node.args[0])]
    return ["?"]


def compare(where: str, expected: object, said: Said | None, score: Score, name: str) -> None:
    """One statement against our reading."""
    head, _, rest = where.partition(".")
    number, _, what = rest.partition(".")
    if where == "len.entries":
        return score.note(said is not None and len(said[1]) == expected, f"{name}: {where} == {expected!r}")
    known = (what in ENTRY and number.isdigit()) if head == "entries" else head == "feed" and rest in HINT
    if not known:
        score.other += 1
        return None
    got, good = None, False
    if said is not None and head == "entries" and not said[1]:
        score.other += 1
        return None
    if said is not None:
        try:
            get, equal = ENTRY[what] if head == "entries" else HINT[rest]
            got = get(document_order(said)[int(number)] if head == "entries" else said[0])  # type: ignore[arg-type]
            good = equal(got, expected)
        except IndexError:
            pass
    return score.note(good, f"{name}: {where} == {expected!r}, ours {got!r}")


def document_order(said: Said) -> list[Entry]:
    """Expectations count entries as they stand in the file; ours are sorted by date, stably."""
    return list(said[1])


# ---------------------------------------------------------------------------------------------- the sets


def feedparser_set(folder: Path, score: Score) -> None:
    for file in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".json")):
        raw = file.read_bytes()
        text = next((t for e in READINGS if "Expect:" in (t := raw.decode(e, "replace"))), "")
        found = re.search(r"Expect:\s*(.*?)\s*-->", text, re.DOTALL)
        headers = {m[1].lower(): m[2].strip() for m in re.finditer(r"Header:\s*([\w-]+):\s*(.*)", text)}
        url = headers.get("content-location", "http://127.0.0.1:8097/" + str(file.relative_to(folder)))
        said = read(raw, score, file.name, url, headers)
        for where, expected in statements(found[1]) if found else ():
            compare(where, expected, said, score, file.name)


def gofeed_set(folder: Path, score: Score) -> None:
    for file in sorted(p for p in folder.rglob("*") if p.suffix in (".xml", ".json")):
        beside = file.with_suffix(".json") if file.suffix == ".xml" else file.with_name(f"{file.stem}_expected.json")
        if not beside.exists() and file.suffix == ".json":
            continue
        said = read(file.read_bytes(), score, file.name)
        expected = json.loads(beside.read_text("utf-8")) if beside.exists() else None
        if not isinstance(expected, dict) or (said is None and not expected):
            continue
        if expected.get("title"):
            compare("feed.title", expected["title"], said, score, file.name)
        _items(expected.get("items") or expected.get("entries") or [], said, score, file.name)


def rss_parser_set(folder: Path, score: Score) -> None:
    for file in sorted(p for p in folder.rglob("*") if not p.name.endswith(".expected.json") and p.is_file()):
        said = read(file.read_bytes(), score, file.name)
        beside = file.with_name(f"{file.stem}.expected.json")
        if beside.exists():
            _items(json.loads(beside.read_text("utf-8", "replace"))["feed"]["items"], said, score, file.name)


def _items(expected: list[dict[str, Any]], said: Said | None, score: Score, name: str) -> None:
    """Each expected item must be among ours, by title, with the link and the date expected."""
    ours = list(said[1]) if said else []
    if said and not ours:
        score.other += len(expected)
        return
    for item in expected:
        title, link = item.get("title"), item.get("link") or item.get("url")
        if title and isinstance(title, str) and "\ufffd" not in title:
            score.note(
                any(same_text(e.title, title) for e in ours), f"{name}: title {title[:80]!r}, ours {[e.title[:60] for e in ours][:2]}"
            )
        if isinstance(link, str) and link.strip() and "feedproxy.google.com" not in link and "feeds.jn.pt/~r" not in link:
            score.note(
                any(e.link and e.link.rstrip("/").endswith(link.strip().rstrip("/").lstrip(".")) for e in ours),
                f"{name}: link {link!r}, ours {[e.link for e in ours][:2]}",
            )
        for key in ("isoDate", "publishedParsed"):
            if isinstance(item.get(key), str):
                score.note(
                    any(same_moment(m, item[key]) for e in ours for m in (e.published, e.updated) if m), f"{name}: {key} {item[key]!r}"
                )


def encodings_set(folder: Path, score: Score) -> None:
    """As sent; with the declaration gone and the header right; with a header that says Latin-1."""
    for file in sorted(folder.rglob("*.xml")):
        label = (
            re.sub(r"-(?=[a-z]+$)(?!sig).*", "", file.parent.name)
            if file.parent.name[0].islower() and file.parent.name != "utf-8"
            else file.parent.name
        )
        label = {"MacCyrillic": "mac_cyrillic", "GB2312": "gb18030", "SHIFT_JIS": "cp932", "EUC-KR": "cp949", "Big5": "big5hkscs"}.get(
            label, label
        )
        raw = file.read_bytes()
        text = raw.decode(codecs.lookup({"iso-8859-1": "cp1252", "TIS-620": "cp874"}.get(label, label)).name, "replace")
        undeclared = re.sub(rb"^\s*<\?xml.*?\?>", b"", raw, count=1, flags=re.DOTALL)
        name = f"{file.parent.name}/{file.name}"
        for how, body, header in (
            ("as sent", raw, ""),
            ("by header", undeclared, f"text/xml; charset={label}"),
            ("lying header", raw, "text/xml; charset=iso-8859-1"),
        ):
            read(body, score, name, headers={"content-type": header})
            truth = text if body is raw else re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)
            score.note(decode(body, header) == truth, f"{name}: {how}")


def speed(folder: Path) -> dict[str, float]:
    """Feeds per CPU second over the real feeds, ours and feedparser's fastest way, in turn."""
    import io

    import feedparser

    bodies = [p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in (".xml", ".rss", ".atom")]
    spent = {"ours": 0.0, "feedparser": 0.0}
    for _ in range(2):
        for body in bodies:
            start = time.process_time()
            read(body, Score(), "speed")
            spent["ours"] += time.process_time() - start
            start = time.process_time()
            feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
            spent["feedparser"] += time.process_time() - start
    return {name: round(2 * len(bodies) / seconds, 1) for name, seconds in spent.items()}


SETS: dict[str, Callable[[Path, Score], None]] = {
    "feeds-feedparser": feedparser_set,
    "feeds-gofeed": gofeed_set,
    "feeds-real": rss_parser_set,
    "feeds-encodings": encodings_set,
}


def measure(data: Path, name: str) -> Score:
    """The score of one set; used by the tests too."""
    score = Score()
    SETS[name](data / name, score)
    return score


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("data", type=Path)
    arguments.add_argument("--json", type=Path, help="write the figures there")
    arguments.add_argument("--missed", type=int, default=0, help="print so many missed expectations a set")
    given = arguments.parse_args()
    scores = {name: measure(given.data, name) for name in SETS}
    print(f"{'set':18}{'readings':>9}{'refused':>9}{'crashed':>9}{'compared':>10}{'met':>7}{'share':>8}{'other':>7}")
    for name, score in scores.items():
        share = f"{100 * score.met / max(1, score.compared):.1f}%"
        print(f"{name:18}{score.files:9}{score.refused:9}{len(score.crashed):9}{score.compared:10}{score.met:7}{share:>8}{score.other:7}")
        for line in [*score.crashed, *score.missed[: given.missed]]:
            print(f"    {line[:220]}")
    rates = speed(given.data / "feeds-real")
    print(f"feeds per CPU second (feeds-real): ours {rates['ours']}, feedparser without sanitising {rates['feedparser']}")
    if given.json:
        figures = {
            n: {"readings": s.files, "refused": s.refused, "crashed": len(s.crashed), "compared": s.compared, "met": s.met}
            for n, s in scores.items()
        }
        given.json.write_text(json.dumps({"sets": figures, "feeds_per_cpu_second": rates}, indent=1) + "\n", "utf-8")
    return 1 if any(s.crashed for s in scores.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
