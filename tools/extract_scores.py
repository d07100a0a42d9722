"""How good an extraction is: text, structure, leaks, metadata. The measures of the public benchmarks, and what they leave out.

zyte           word 4-shingle precision, recall, F1, mean over pages (its README); lead and tail lost; headline repeated;
               captions and alt texts in the body; headings, quotes, items, links, emphasis kept; captions kept apart
trafilatura    segments to have and not to have, after folding white space; title, author, date
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import html as lxml_html

WORD = re.compile(r"\w+")
JUNK = re.compile(
    r"^(read (more|also|next)|related( (articles?|stories|topics|content))?|more from|sign up|subscribe|share( this)?|advertisement|"
    r"recommended|follow us|newsletter|click here|tags?:|topics?:|most (read|popular)|comments?$|continue reading|story continues|watch:|"
    r"listen:|photo(graph)?( by)?:|image( source|credit)?:|all rights reserved|©|copyright|enter your email|get our)",
    re.IGNORECASE,
)
KINDS = ("heading", "quote", "item", "link", "emphasis")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block as any system gives it. Kinds: paragraph, heading, quote, item, caption, other."""

    kind: str
    text: str
    marked: tuple[tuple[str, str], ...] = ()  #: (link | emphasis, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a system makes of a page."""

    pieces: tuple[Piece, ...] = ()
    title: str = ""
    author: str = ""
    date: str = ""
    standfirst: bool = False  #: the first piece is one: benchmarks leave it out of the body

    @property
    def text(self) -> str:
        return "\n".join(p.text for p in self.pieces if p.kind != "caption")


def words(text: str) -> list[str]:
    return WORD.findall(text or "")


def line(text: str) -> str:
    """Words between spaces, so that ``in`` asks for whole words."""
    return " " + " ".join(words(text)) + " "


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    of = words(text)
    return Counter(tuple(of[n : n + size]) for n in range(max(1, len(of) - size + 1))) if of else Counter()


# ---------------------------------------------------------------------------------------------- zyte


@dataclass(slots=True)
class Structure:
    """What stands on a page, by the page itself: kinds of the article's text, and texts that are not the article's."""

    kept: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    captions: set[str] = field(default_factory=set)
    alts: set[str] = field(default_factory=set)
    titles: set[str] = field(default_factory=set)


def structure(html: str, truth: str) -> Structure:
    """The gold structure of a page: its elements whose text lies in the true article."""
    whole, rows = line(truth), {line(x) for x in truth.split("\n") if x.strip()}
    root = lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", html))
    for element in root.xpath("//script|//style|//noscript|//template"):
        element.drop_tree()
    made = Structure()
    _headings_and_quotes(root, made, whole, rows)
    _items(root, made, whole)
    _marks(root, made, whole)
    captions = {line(e.text_content()) for e in root.xpath("//figcaption|//*[contains(@class,'caption')]")}
    made.captions = {s for s in captions if 5 <= len(s.split()) <= 80 and s not in whole}
    made.alts = {s for s in map(line, root.xpath("//img/@alt")) if len(s.split()) >= 5 and s not in whole} - made.captions
    made.titles = {s for s in (line(e.text_content()) for e in root.xpath("//h1|//title")) if len(s.split()) >= 3 and s not in rows}
    return made


def _headings_and_quotes(root: Any, made: Structure, whole: str, rows: set[str]) -> None:
    made.kept["heading"] = {s for e in root.xpath("//h2|//h3|//h4|//h5") if (s := line(e.text_content())) in rows and len(s) > 4}
    for quote in root.xpath("//blockquote"):
        for part in quote.xpath(".//p") or [quote]:
            text = line(part.text_content())
            if len(text.split()) >= 5 and text in whole:
                made.kept["quote"].add(text)


def _items(root: Any, made: Structure, whole: str) -> None:
    for listed in root.xpath("//ul|//ol"):
        texts = [line(x.text_content()) for x in listed.xpath("./li")]
        good = [s for s in texts if len(s.split()) >= 3 and s in whole]
        if texts and len(good) >= 0.6 * len(texts):
            made.kept["item"].update(good)


def _marks(root: Any, made: Structure, whole: str) -> None:
    for element in root.xpath("//p//a[@href]|//li//a[@href]"):
        text = line(element.text_content())
        around = next(a for a in element.iterancestors() if a.tag in ("p", "li"))
        if len(text.split()) >= 2 and line(around.text_content()) in whole:
            made.kept["link"].add(text)
    for element in root.xpath("//p//em|//p//i|//p//strong|//p//b"):
        text = line(element.text_content())
        around = line(next(a for a in element.iterancestors() if a.tag == "p").text_content())
        if len(text.split()) >= 2 and around in whole and text != around:
            made.kept["emphasis"].add(text)


class Zyte:
    """Adds up the figures of one system over the pages."""

    def __init__(self) -> None:
        self.counts: list[tuple[int, int, int]] = []
        self.bodies: list[tuple[int, int, int]] = []  #: without the standfirst, which this benchmark mostly leaves out
        self.n: Counter[str] = Counter()
        self.worst: list[tuple[float, str]] = []

    def add(self, page: str, truth: str, gold: Structure, got: Result) -> None:
        a, b = shingles(truth), shingles(got.text)
        self.counts.append(((a & b).total(), (b - a).total(), (a - b).total()))
        c = shingles(Result(pieces=got.pieces[1:]).text) if got.standfirst else b
        self.bodies.append(((a & c).total(), (c - a).total(), (a - c).total()))
        self.worst.append((prf(self.counts[-1:])[2], page))
        self.n["exact"] += words(truth) == words(got.text)
        self._edges(truth, set(b))
        self._kept(gold, got)
        body = "".join(line(p.text)[:-1] for p in got.pieces if p.kind != "caption") + " "
        apart = [line(p.text) for p in got.pieces if p.kind == "caption"]
        self.n["captions"] += len(gold.captions)
        self.n["caption leaks"] += sum(s in body for s in gold.captions)
        self.n["captions apart"] += sum(any(s in c or c in s for c in apart) for s in gold.captions)
        self.n["alt leaks"] += sum(s in body for s in gold.alts)
        self.n["headline again"] += any(line(p.text) in gold.titles for p in got.pieces)
        rows = {line(x) for x in truth.split("\n")}
        self.n["junk lines"] += sum(
            1 for p in got.pieces if p.kind != "caption" and len(p.text) < 160 and JUNK.match(p.text) and line(p.text) not in rows
        )

    def _edges(self, truth: str, mine: set[tuple[str, ...]]) -> None:
        """The first and the last paragraph: where extractors cut."""
        paragraphs = [x for x in truth.split("\n") if len(words(x)) >= 8]
        for name, paragraph in zip(("lead lost", "tail lost"), (paragraphs[0], paragraphs[-1]) if paragraphs else (), strict=False):
            own = set(shingles(paragraph))
            self.n[name] += len(own & mine) < 0.5 * len(own)

    def _kept(self, gold: Structure, got: Result) -> None:
        have: dict[str, set[str]] = defaultdict(set)
        for piece in got.pieces:
            have[piece.kind].add(line(piece.text))
            for kind, text in piece.marked:
                have[kind].add(line(text))
        for kind in KINDS:
            for text in gold.kept[kind]:
                self.n[f"gold {kind}"] += 1
                inside = kind in ("quote", "item") and any(text in h or (len(h.split()) > 4 and h in text) for h in have[kind])
                self.n[f"kept {kind}"] += text in have[kind] or inside

    def figures(self) -> dict[str, float]:
        precision, recall, f1 = prf(self.counts)
        n = self.n
        shares = {f"kept {k}": n[f"kept {k}"] / max(1, n[f"gold {k}"]) for k in KINDS}
        counts = {k: n[k] for k in ("headline again", "lead lost", "tail lost", "alt leaks", "junk lines")}
        leaks = {k: n[k] / max(1, n["captions"]) for k in ("caption leaks", "captions apart")}
        edges = {"F1 of body alone": prf(self.bodies)[2]}
        return {"F1": f1, **edges, "P": precision, "R": recall, "exact": n["exact"] / max(1, len(self.counts)), **counts, **leaks, **shares}


def prf(counts: Sequence[tuple[int, int, int]]) -> tuple[float, float, float]:
    """Precision, recall, F1: means over pages, then their harmonic mean (as the benchmark's README)."""
    ps = [1.0 if fp == fn == 0 else tp / (tp + fp) for tp, fp, fn in counts if tp + fp]
    rs = [1.0 if fp == fn == 0 else tp / (tp + fn) for tp, fp, fn in counts if tp + fn]
    p, r = statistics.mean(ps) if ps else 0.0, statistics.mean(rs) if rs else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


# ---------------------------------------------------------------------------------------------- trafilatura


def folded(text: Any) -> str:
    return re.sub(r"\s+", " ", str(text or "")).strip()


class Segments:
    """Adds up segments found and let in, titles, authors and dates."""

    def __init__(self) -> None:
        self.n: Counter[str] = Counter()
        self.worst: list[tuple[float, str]] = []

    def add(self, page: str, gold: dict[str, Any], got: Result) -> None:
        text = folded(got.text)
        missed = [s for s in gold["with"] if folded(s) not in text]
        let_in = [s for s in gold["without"] if folded(s) in text]
        self.n["tp"] += len(gold["with"]) - len(missed)
        self.n["fn"] += len(missed)
        self.n["fp"] += len(let_in)
        self.n["tn"] += len(gold["without"]) - len(let_in)
        self.worst.append((-len(missed) - len(let_in), page))
        self._meta(gold, got)

    def _meta(self, gold: dict[str, Any], got: Result) -> None:
        for kind, mine in (("title", got.title), ("author", got.author), ("date", got.date)):
            want = folded(gold.get(kind))
            if not want:
                continue
            self.n[f"{kind} n"] += 1
            self.n[f"{kind} got"] += bool(mine)
            self.n[f"{kind} ok"] += same_people(want, mine) if kind == "author" else folded(mine)[: 10 if kind == "date" else None] == want
        if "author" in gold and not gold["author"]:
            self.n["no author n"] += 1
            self.n["author invented"] += bool(got.author)

    def figures(self) -> dict[str, float]:
        n = self.n
        p, r = n["tp"] / max(1, n["tp"] + n["fp"]), n["tp"] / max(1, n["tp"] + n["fn"])
        return {
            "F1": 2 * p * r / max(1e-9, p + r),
            "P": p,
            "R": r,
            "furniture let in": n["fp"] / max(1, n["fp"] + n["tn"]),
            "title exact": n["title ok"] / max(1, n["title n"]),
            "author right": n["author ok"] / max(1, n["author n"]),
            "author precision": n["author ok"] / max(1, n["author got"]),
            "author invented": n["author invented"] / max(1, n["no author n"]),
            "date right": n["date ok"] / max(1, n["date n"]),
            "date precision": n["date ok"] / max(1, n["date got"]),
        }


def same_people(a: str, b: str) -> bool:
    first, second = ({w.lower() for w in words(x) if len(w) > 1} for x in (a, b))
    return bool(first) and len(first & second) / len(first | second) >= 0.6
