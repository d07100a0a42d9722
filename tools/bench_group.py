"""How well stories are grouped, and how fast: the same article in two languages, copies in one language, unrelated articles.

    python tools/bench_group.py DATA [--json OUT] [--all]     DATA: the folder with parallel-ntrex (and extraction-zyte)

parallel-ntrex has 61 news articles with professional translations into 63 languages. For each pair of languages every
article of one is compared with every article of the other (3,721 comparisons, 61 of them the same article). The threshold
is chosen on every other document (``tuned``) and reported on the rest (``held out``) and on all. Two readings of a merge of
two different documents: ``strict`` counts every one as wrong; ``by event`` counts three pairs, which are two newspapers'
reports of one event (``EVENTS``, read and listed by hand), as right, and as missed when they are not found. Rarity is
counted as a store would, over all articles of the languages at hand.

Also: ``halves`` compares the odd sentences of an article with the even ones of another language's version (two outlets that
share facts but not one sentence); ``desk`` takes all articles one after another, as the desk does; ``wire`` makes copies as
agencies' customers do (sentences left out, a dateline, words changed) and looks for them by the sketch; ``unrelated``
compares English pages of many newspapers with one another (eight pairs are one event, ``PAGES``) and with everything else.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babelwire import group
from babelwire.group import events, marks, stories
from babelwire.group.marks import Kind
from babelwire.model import Article, Block, BlockKind, Inline
from babelwire.text import language

LANGUAGES = {"eng": "en", "fra": "fr", "spa": "es", "rus": "ru", "arb": "ar", "zho-CN": "zh-CN"}
#: Two newspapers on one event: the Macedonian referendum; Ri Yong Ho's speech at the UN; the tsunami at Palu.
EVENTS = [
    frozenset({"rt.com.91337", "reuters.218932"}),
    frozenset({"cnbc.com.6769", "reuters.218861"}),
    frozenset({"nytimes.184837", "telegraph.405422"}),
]
#: Of the English pages: two newspapers on one event, by a piece of each address (read and listed by hand).
PAGES = [
    ("471033-south-dakota", "meth-were-it"),
    ("8544119/doobie", "doobie-brothers-michael"),
    ("the-man-whose-duvet", "feather-duvet"),
    ("471031-new-york-man", "threatening-kill-rep"),
    ("hunter-diagnosed", "three-cases-plague"),
    ("attorney-general-investigating", "reportedly-investigating"),
    ("nasas-commercial-moon", "nasa-picks-spacex"),
    ("jupiter-moon-europa", "hawaii-telescope-spot"),
]
STEPS = [step / 100 for step in range(20, 56, 1)]
Row = dict[str, float]
Key = tuple[str, str]  #: language, document


@dataclass(frozen=True, slots=True)
class Compared:
    """Two articles and how surely they are one event."""

    one: Key
    two: Key
    score: float

    @property
    def same(self) -> bool:
        return self.one[1] == self.two[1]

    @property
    def event(self) -> bool:
        return self.same or frozenset({self.one[1], self.two[1]}) in EVENTS


# ---------------------------------------------------------------------------------------------- the articles


def documents(folder: Path, code: str) -> dict[str, list[str]]:
    """Document -> its lines; the first is the headline."""
    ids = (folder / "DOCUMENT_IDS.txt").read_text("utf-8").split()
    lines = gzip.decompress((folder / f"{code}.txt.gz").read_bytes()).decode("utf-8").split("\n")
    found: dict[str, list[str]] = {}
    for name, line in zip(ids, lines, strict=False):
        found.setdefault(name, []).append(line)
    return found


def article(key: str, tongue: str, lines: Sequence[str]) -> Article:
    url = f"https://news.example/{key}"
    blocks = tuple(Block(kind=BlockKind.PARAGRAPH, inline=Inline(line)) for line in lines[1:])
    return Article(key=key, source_id="bench", url=url, canonical_url=url, headline=lines[0], language=tongue, blocks=blocks)


def signatures(texts: Mapping[Key, Sequence[str]], tags: Mapping[str, str]) -> dict[Key, group.Signature]:
    return {key: group.signature(article("/".join(key), tags[key[0]], lines)) for key, lines in texts.items()}


def counted(signed: Iterable[group.Signature]) -> group.Rarity:
    rows = [s.marks for s in signed]
    return group.Rarity(len(rows), Counter(mark for row in rows for mark in row))


# ---------------------------------------------------------------------------------------------- precision and recall


def crossed(
    signed: Mapping[Key, group.Signature], one: str, two: str, rarity: group.Rarity, others: Mapping[Key, group.Signature] | None = None
) -> list[Compared]:
    """Every article of one language with every article of the other; ``others`` stand in for the second language's."""
    mine = [key for key in signed if key[0] == one]
    theirs = {key: s for key, s in (others or signed).items() if key[0] == two}
    return [Compared(a, b, group.same_event(signed[a], s, rarity)) for a in mine for b, s in theirs.items() if one != two or a < b]


def figures(pairs: Sequence[Compared], threshold: float, right: Callable[[Compared], bool]) -> Row:
    """Precision and recall of the merges at a threshold."""
    merged = [p for p in pairs if p.score >= threshold]
    hits, wanted = sum(map(right, merged)), sum(map(right, pairs))
    return {"precision": hits / len(merged) if merged else 1.0, "recall": hits / wanted if wanted else 1.0, "wrong": len(merged) - hits}


def both(pairs: Sequence[Compared], threshold: float) -> dict[str, Row]:
    return {"strict": figures(pairs, threshold, lambda p: p.same), "by event": figures(pairs, threshold, lambda p: p.event)}


def within(pairs: Iterable[Compared], documents: set[str]) -> list[Compared]:
    return [p for p in pairs if p.one[1] in documents and p.two[1] in documents]


def tune(pairs: Sequence[Compared]) -> tuple[float, list[tuple[float, Row]]]:
    """The lowest threshold at which 995 of 1000 merges are right (by event), and the curve."""
    curve = [(step, figures(pairs, step, lambda p: p.event)) for step in STEPS]
    return next((step for step, row in curve if row["precision"] >= 0.995), STEPS[-1]), curve


# ---------------------------------------------------------------------------------------------- other trials


def halves(texts: Mapping[Key, Sequence[str]], tags: Mapping[str, str], first: str, seconds: Sequence[str]) -> dict[str, dict[str, Row]]:
    """Odd sentences in one language against even ones in another, with their common headline left out."""
    odd = signatures({k: v[1::2] for k, v in texts.items() if k[0] == first and len(v) > 8}, tags)
    report = {}
    for other in seconds:
        even = signatures({k: v[2::2] for k, v in texts.items() if k[0] == other and len(v) > 8}, tags)
        rarity = counted([*odd.values(), *even.values()])
        report[other] = both(crossed(odd, first, other, rarity, even), stories.ALIKE)
    return report


def desk(signed: Mapping[Key, group.Signature], seed: int = 7) -> Row:
    """All articles one after another in a random order, each joining a story or beginning one."""
    order = list(signed)
    random.Random(seed).shuffle(order)
    counts: Counter[int] = Counter()
    kept: dict[Key, group.Kin] = {}
    for n, key in enumerate(order):
        counts.update(signed[key].marks)
        joined = group.join(signed[key], kept.values(), group.Rarity(n + 1, counts))
        name = "/".join(key)
        kept[key] = group.Kin(key=name, story=joined[1] if joined else name, signature=signed[key])
    pairs = [Compared(a, b, float(kept[a].story == kept[b].story)) for a, b in itertools.combinations(order, 2)]
    strict, event = both(pairs, 0.5).values()
    mixed = Counter(k.story for k in kept.values())
    return {"stories": len(mixed), "strict precision": strict["precision"], **event}


def wire(texts: Mapping[Key, Sequence[str]], tags: Mapping[str, str], seed: int = 7) -> Row:
    """Copies of the same text in one language, found by the sketch: over all pairs of all copies."""
    chance = random.Random(seed)
    long = {k: v for k, v in texts.items() if len(v) > 6}
    copies = {(*k, n): _copy(v, chance, n) for k, v in long.items() for n in range(4)}
    sketches = {k: set(group.sketch(article("x", tags[k[0]], v))) for k, v in copies.items()}
    hits = wrong = missed = 0
    for a, b in itertools.combinations(sketches, 2):
        found = bool(group.twin(sorted(sketches[a]), [("b", "story", len(sketches[a] & sketches[b]))], "a"))
        same = a[1] == b[1] and a[0] == b[0]
        hits, wrong, missed = hits + (found and same), wrong + (found and not same), missed + (same and not found)
    return {"copies": len(copies), "precision": hits / ((hits + wrong) or 1), "recall": hits / (hits + missed), "wrong": wrong}


def _copy(lines: Sequence[str], chance: random.Random, number: int) -> list[str]:
    """Number 0 is the text; 1 to 3 lose a tenth, a fifth, a quarter of the sentences, gain a dateline, and change a word in forty."""
    if not number:
        return list(lines)
    share = (0.0, 0.1, 0.2, 0.25)[number]
    kept = [line for line in lines[1:] if chance.random() >= share]
    changed = [" ".join(w if chance.random() > 1 / 40 else w[::-1] for w in line.split(" ")) for line in kept]
    return [lines[0][: len(lines[0]) // 2], f"AGENCY, 30 ({number}) - {changed[0]}", *changed[1:], f"({number})"]


def unrelated(folder: Path, signed: Mapping[Key, group.Signature]) -> Row:
    """English pages of many newspapers of one week of another year, with one another and with the translated articles."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    texts = {("page", v["url"]): ["", *v["articleBody"].split("\n")] for v in truth.values()}
    pages = signatures(texts, {"page": "en"})
    everything = {**pages, **signed}
    rarity = counted(everything.values())
    crossed = itertools.chain(itertools.combinations(pages, 2), itertools.product(pages, signed))
    pairs = [Compared(a, b, group.same_event(everything[a], everything[b], rarity)) for a, b in crossed]
    return {"pages": len(pages), "pairs": len(pairs), "events": len(PAGES), **figures(pairs, stories.ALIKE, _listed)}


def _listed(pair: Compared) -> bool:
    return any((a in pair.one[1] and b in pair.two[1]) or (b in pair.one[1] and a in pair.two[1]) for a, b in PAGES)


def priors(signed: Mapping[Key, group.Signature]) -> dict[str, float]:
    """Share of articles that have a mark, by kind: the mean over all marks of all articles."""
    counts = Counter(mark for s in signed.values() for mark in s.marks)
    shares: dict[Kind, list[float]] = {}
    for mark, count in counts.items():
        shares.setdefault(marks.kind(mark), []).extend([count / len(signed)] * count)
    return {kind.name: sum(v) / len(v) for kind, v in sorted(shares.items())}


# ---------------------------------------------------------------------------------------------- the report


def run(data: Path, everything: bool) -> dict[str, object]:
    folder = data / "parallel-ntrex"
    texts = {(code, name): lines for code in LANGUAGES for name, lines in documents(folder, code).items()}
    signatures({k: v for k, v in texts.items() if k[1] == next(iter(texts))[1]}, LANGUAGES)  # tables of CLDR are read once
    start = time.process_time()
    signed = signatures(texts, LANGUAGES)
    spent = (time.process_time() - start) / len(signed)
    rarity = counted(signed.values())
    names = list(dict.fromkeys(name for _, name in texts))
    tuned, held = set(names[::2]), set(names[1::2])
    pairs = {f"{a}-{b}": crossed(signed, a, b, rarity) for a, b in itertools.combinations_with_replacement(LANGUAGES, 2)}
    start = time.process_time()
    crossed(signed, "eng", "rus", rarity)
    each = (time.process_time() - start) / len(names) ** 2
    threshold, curve = tune(within(itertools.chain.from_iterable(pairs.values()), tuned))
    sets = {"tuned": tuned, "held out": held, "all": set(names)}
    report: dict[str, object] = {
        "speed": {"signature ms": spent * 1000, "comparison us": each * 1e6},
        "marks": {code: sum(len(s.marks) for k, s in signed.items() if k[0] == code) / len(names) for code in LANGUAGES},
        "priors": priors({k: s for k, s in signed.items() if k[1] in tuned}),
        "threshold": {"tuned": threshold, "used": stories.ALIKE},
        "curve": {str(step): row for step, row in curve},
        "pairs": {name: {s: both(within(found, docs), stories.ALIKE) for s, docs in sets.items()} for name, found in pairs.items()},
        "halves": halves(texts, LANGUAGES, "eng", list(LANGUAGES)[1:]),
        "desk": desk(signed),
        "wire": {code: wire({k: v for k, v in texts.items() if k[0] == code}, LANGUAGES) for code in LANGUAGES},
        "wrong": [(round(p.score, 2), *p.one, *p.two) for f in pairs.values() for p in f if p.score >= stories.ALIKE and not p.event],
    }
    if (data / "extraction-zyte").exists():
        report["unrelated"] = unrelated(data / "extraction-zyte", signed)
    if everything:
        report["all"] = every_language(folder, {k: s for k, s in signed.items() if k[0] == "eng"})
    return report


def every_language(folder: Path, english: Mapping[Key, group.Signature]) -> dict[str, dict[str, Row]]:
    """English against each of the other languages there are, rarity counted over the two."""
    report = {}
    for path in sorted(folder.glob("*.txt.gz")):
        code = path.name.removesuffix(".txt.gz")
        if code != "eng":
            signed = signatures({(code, k): v for k, v in documents(folder, code).items()}, {code: language.canonical(code)})
            report[code] = both(crossed(english, "eng", code, counted([*english.values(), *signed.values()]), signed), stories.ALIKE)
    return report


def show(report: dict[str, object]) -> None:
    """The report as tables."""
    for name in ("speed", "marks", "priors", "threshold", "desk", "unrelated"):
        if name in report:
            print(f"{name:<10}", _line(report[name]))
    print(f"\nsame article in two languages, threshold {stories.ALIKE}: precision / recall (wrong merges)")
    print(f"{'':<14}" + "".join(f"{f'{s} {r}':>26}" for s in ("tuned", "held out", "all") for r in ("strict", "by event")))
    pairs: dict[str, dict[str, dict[str, Row]]] = report["pairs"]  # type: ignore[assignment]
    for name, sets in pairs.items():
        print(f"{name:<14}" + "".join(f"{_pr(row):>26}" for both in sets.values() for row in both.values()))
    for name in ("halves", "all"):
        for code, rows in report.get(name, {}).items():  # type: ignore[attr-defined]
            print(f"{name:<7}eng-{code:<10}" + "".join(f"{_pr(row):>26}" for row in rows.values()))
    for code, row in report["wire"].items():  # type: ignore[attr-defined]
        print(f"wire   {code:<10} {_pr(row)}")
    wrong: list[tuple[object, ...]] = report["wrong"]  # type: ignore[assignment]
    print(f"merged, not one event ({len(wrong)}):", *wrong[:20], sep="\n  ")


def _line(row: object) -> str:
    if isinstance(row, dict):
        return "  ".join(f"{k} {f'{v:.3g}' if isinstance(v, float) else v}" for k, v in row.items())
    return str(row)


def _pr(row: Row) -> str:
    return f"{row['precision']:.3f} / {row['recall']:.3f} ({row['wrong']:.0f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--all", action="store_true", help="English against every language there is")
    given = parser.parse_args()
    report = run(given.data, given.all)
    report["constants"] = {"alike": stories.ALIKE, "fewest": events.FEWEST, "evidence": events.EVIDENCE, "unsure": events.UNSURE}
    show(report)
    if given.json:
        given.json.write_text(json.dumps(report, indent=1), "utf-8")


if __name__ == "__main__":
    main()
