"""Our extraction beside the libraries' on the same pages in one run: ``make bench-extract``.

    bench_extract.py [--json OUT] [--only NAME ...] [--set zyte|trafilatura] [--half 0|1] [--worst N]

The pages are real ones (see ``tests/conftest.py`` for where they lie). CPU time is taken page by page, every system in turn
on the same page, so that a busy machine slows all alike; the ratio is pages per CPU second against bare trafilatura.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from babelwire import extract
from babelwire.errors import ExtractError
from babelwire.model import Article, BlockKind, Entry, Page, Source, SpanKind
from babelwire.text import charset
from tools.extract_scores import Piece, Result, Segments, Structure, Zyte, structure

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime.now(UTC)
SOURCE = Source(id="bench", name="Bench", homepage="")
HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCK = frozenset(
    (*HEADS, "p", "div", "blockquote", "li", "td", "th", "pre", "figcaption", "section", "article", "ul", "ol", "table", "tr")
)
BLOCK |= {"dd", "dt", "head", "quote", "item", "cell", "list", "row"}  # trafilatura's names
KIND = {
    **dict.fromkeys((*HEADS, "head"), "heading"),
    **dict.fromkeys(("blockquote", "quote"), "quote"),
    **dict.fromkeys(("li", "item", "dd", "dt"), "item"),
    "figcaption": "caption",
}
MARK = {**dict.fromkeys(("a", "ref"), "link"), **dict.fromkeys(("em", "i", "strong", "b", "hi"), "emphasis")}


@dataclass(frozen=True, slots=True)
class Case:
    """A page with what is true of it."""

    set: str
    id: str
    url: str
    body: bytes
    gold: Any
    structure: Structure | None = None

    @property
    def html(self) -> str:
        return charset.decode(self.body)


# ---------------------------------------------------------------------------------------------- systems


def ours(case: Case) -> Result:
    """Babelwire."""
    page = Page(url=case.url, asked=case.url, body=case.body, fetched=NOW, content_type="text/html")
    entry = Entry(key="bench", feed_url="http://feed.example/", source_id="bench", id="bench", link=case.url, title="")
    try:
        made = extract.article(page, entry, SOURCE, now=NOW)
    except ExtractError:
        return Result()
    date = made.published.isoformat() if made.published else ""
    return Result(
        pieces=tuple(_pieces(made)), title=made.headline, author=", ".join(made.byline), date=date, standfirst=bool(made.standfirst)
    )


def _pieces(made: Article) -> Iterator[Piece]:
    if made.standfirst:
        yield Piece("paragraph", made.standfirst.text)
    kinds = {BlockKind.HEADING: "heading", BlockKind.QUOTE: "quote", BlockKind.ITEM: "item", BlockKind.CAPTION: "caption"}
    for block in made.blocks:
        text = block.inline.text
        marks = tuple(
            ("link" if s.kind is SpanKind.LINK else "emphasis", text[s.start : s.end])
            for s in block.inline.spans
            if s.kind in (SpanKind.LINK, SpanKind.EMPHASIS, SpanKind.STRONG)
        )
        yield Piece(kinds.get(block.kind, "paragraph"), text, marks)
    for picture in made.pictures:
        yield Piece("caption", f"{picture.caption.text} {picture.credit}".strip())


def bare_trafilatura(case: Case) -> Result:
    """trafilatura.extract with nothing set: the yardstick of speed."""
    import trafilatura

    text = trafilatura.extract(case.html) or ""
    return Result(pieces=tuple(Piece("paragraph", t) for t in text.split("\n") if t.strip()))


def trafilatura_tree(case: Case) -> Result:
    """trafilatura with links, formatting and metadata, no comments."""
    import trafilatura

    found = trafilatura.bare_extraction(
        case.html,
        url=case.url,
        include_comments=False,
        include_formatting=True,
        include_links=True,
        with_metadata=True,
        output_format="python",
    )
    if not isinstance(found, trafilatura.settings.Document):
        return Result()
    return Result(pieces=_walked(found.body), title=found.title or "", author=found.author or "", date=found.date or "")


def readability(case: Case) -> Result:
    """readability-lxml."""
    from readability import Document

    document = Document(case.html, url=case.url)
    return Result(pieces=_walked(lxml_html.fromstring(document.summary(html_partial=True))), title=document.short_title())


SYSTEMS: dict[str, Callable[[Case], Result]] = {
    "babelwire": ours,
    "trafilatura": bare_trafilatura,
    "trafilatura, links and marks": trafilatura_tree,
    "readability-lxml": readability,
}


def _walked(root: Any) -> tuple[Piece, ...]:
    """Blocks of a library's tree."""
    pieces: list[Piece] = []
    _walk(root, "paragraph", pieces, [], [])
    return tuple(pieces)


def _walk(element: Any, kind: str, pieces: list[Piece], text: list[str], marks: list[tuple[str, str]]) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    block = tag in BLOCK
    mine = kind if kind in ("quote", "caption") and tag in KIND else KIND.get(tag, kind)
    if block:
        _end(kind, pieces, text, marks)
    text.append(element.text or "")
    for child in element:
        _walk(child, mine, pieces, text, marks)
        text.append(child.tail or "")
    if block:
        _end(mine, pieces, text, marks)
    elif tag in MARK:
        marks.append((MARK[tag], "".join(element.itertext())))
    elif tag in ("br", "lb"):
        text.append("\n")


def _end(kind: str, pieces: list[Piece], text: list[str], marks: list[tuple[str, str]]) -> None:
    joined = re.sub(r"\s+", " ", "".join(text)).strip()
    if joined:
        pieces.append(Piece(kind, joined, tuple(marks)))
    text.clear()
    marks.clear()


# ---------------------------------------------------------------------------------------------- the run


def cases(which: str | None, half: int | None) -> list[Case]:
    """The pages; ``half`` takes every other one, for tuning on one half and looking at the other."""
    base = Path(os.environ.get("BABELWIRE_SHARED", ROOT.parent / "shared")) / "data"
    found: list[Case] = []
    if which in (None, "zyte"):
        folder = base / "extraction-zyte"
        for key, gold in sorted(json.loads((folder / "ground-truth.json").read_text("utf-8")).items()):
            body = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
            found.append(
                Case("zyte", key, gold["url"], body, gold["articleBody"], structure(body.decode("utf-8", "replace"), gold["articleBody"]))
            )
    if which in (None, "trafilatura"):
        folder = base / "extraction-trafilatura"
        for url, gold in sorted(json.loads((folder / "evaldata.json").read_text("utf-8")).items()):
            found.append(
                Case("trafilatura", gold["file"], url.strip(), gzip.decompress((folder / "html" / gold["file"]).read_bytes()), gold)
            )
    return found if half is None else found[half::2]


def run(listed: list[Case], names: list[str], worst: int = 0) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by set and system."""
    scores: dict[tuple[str, str], Zyte | Segments] = {}
    spent: dict[tuple[str, str], list[float]] = {}
    for case in listed[:3]:
        for name in names:
            SYSTEMS[name](case)
    for case in listed:
        for name in names:
            start = time.process_time()
            got = SYSTEMS[name](case)
            spent.setdefault((case.set, name), []).append(time.process_time() - start)
            score = scores.setdefault((case.set, name), Zyte() if case.set == "zyte" else Segments())
            if isinstance(score, Zyte) and case.structure:
                score.add(case.id, case.gold, case.structure, got)
            elif isinstance(score, Segments):
                score.add(case.id, case.gold, got)
    report: dict[str, dict[str, dict[str, float]]] = {}
    for (which, name), score in scores.items():
        times = sorted(spent[which, name])
        bare = spent.get((which, "trafilatura"), times)
        speed = {"ms a page": 1000 * sum(times) / len(times), "slowest ms": 1000 * times[-1], "of bare trafilatura": sum(bare) / sum(times)}
        report.setdefault(which, {})[name] = {**score.figures(), **speed}
        if worst and name == "babelwire":
            print("\n".join(f"{f1:.3f} {page}" for f1, page in sorted(score.worst)[:worst]))
    return report


def show(report: dict[str, dict[str, dict[str, float]]]) -> None:
    for which, systems in report.items():
        rows = list(next(iter(systems.values())))
        print(f"\n{which:<22}" + "".join(f"{name:>30}" for name in systems))
        for row in rows:
            print(f"{row:<22}" + "".join(f"{_figure(figures[row]):>30}" for figures in systems.values()))


def _figure(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.1f}" if value >= 2 else f"{value:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", action="append", choices=list(SYSTEMS))
    parser.add_argument("--set", choices=("zyte", "trafilatura"))
    parser.add_argument("--half", type=int, choices=(0, 1))
    parser.add_argument("--worst", type=int, default=0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    report = run(cases(given.set, given.half), given.only or list(SYSTEMS), given.worst)
    show(report)
    if given.json:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(report, indent=1), "utf-8")


if __name__ == "__main__":
    main()
