"""Are the glossary's terms, and people's and other names, in the translation as they should be?

    python -m tools.bench_terms SHARED/data [--json FILE] [--names LANGUAGE ...] [--items 200]

terms   ``terminology-en-fr``: 458 segments of the WMT21 terminology task (medicine, English to French), 417 marked terms, each with
        the French forms that are accepted. The glossary is made of these; a term counts when one of its forms, to the letter but for
        capitals, is in the engine's answer after the glossary. Beside it: glossary off; the form that stands in the human
        reference too, where there is a choice (inflection); chrF of both; sentences that a check would have kept off the page; and
        the same by an engine that carries no marks, in whose answers the terms have to be found again.
names   ``names-ea-mt``: questions with one name that is not the same word for word in the other language; share of answers with an
        accepted form of the name, and of answers that keep the English name.
"""

from __future__ import annotations

import argparse
import html
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import sacrebleu

from babelwire.engines.apertium import Apertium
from babelwire.glossary import Glossary, accepted
from babelwire.model import Context, EngineKind, Hypothesis, Inline, Markup, Pair, Segment, Term
from babelwire.seams import TranslationEngine
from babelwire.translate.sentence import Unit, Work

EN_FR = Pair("en", "fr")
SEGMENT = re.compile(r"<seg id=\"(\d+)\">(.*?)</seg>", re.S)
TERM = re.compile(r"<term id=\"\d+\" type=\"[^\"]*\" src=\"([^\"]*)\" tgt=\"([^\"]*)\">([^<]*)</term>")
#: Several words in capitals after the first word of a question.
NAME = re.compile(r"(?<=\w )[A-Z][\w'’]*(?: (?:(?:of|the|and|in|for|to|a) )*[A-Z][\w'’]*)+")
#: The files are tokenised as the Moses scripts do it.
TIGHT = (
    (re.compile(r" ([.,;:!?)\]%])(?=\s|$)"), r"\1"),
    (re.compile(r"([(\[]) "), r"\1"),
    (re.compile(r" ?(['’]) ?(?=s |re |ve |ll |t |m |d )"), r"\1"),
)
ELIDED = re.compile(r"(\w['’]) ")


@dataclass(frozen=True, slots=True)
class Marked:
    """A segment, its terms (source phrase, accepted forms), the reference and the forms that stand in it."""

    text: str
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    reference: str
    used: frozenset[str]


def plain(text: str, *, french: bool = False) -> str:
    """As people write it, not as tokenisers do."""
    text = html.unescape(" ".join(TERM.sub(r"\3", text).split()))
    for pattern, tight in TIGHT:
        text = pattern.sub(tight, text)
    return ELIDED.sub(r"\1", text) if french else text


def segments(folder: Path) -> list[Marked]:
    """The development set, in the order of its file."""
    english, french = (dict(SEGMENT.findall((folder / f"dev.en-fr.{x}.sgm").read_text("utf-8"))) for x in ("en", "fr"))
    out = []
    for number, text in english.items():
        found = [(plain(s), tuple(plain(f, french=True) for f in t.split("|"))) for s, t, _ in TERM.findall(text)]
        used = frozenset(plain(words, french=True).casefold() for _, _, words in TERM.findall(french[number]))
        out.append(Marked(plain(text), tuple(found), plain(french[number], french=True), used))
    return out


def glossary_of(items: Sequence[Marked]) -> Glossary:
    """One entry for each source phrase; the first form is the wording, the others are accepted."""
    terms = {source: Term(source=source, target=forms[0], pair=EN_FR, forms=forms[1:]) for item in items for source, forms in item.terms}
    return Glossary(tuple(terms.values()))


def translated(work: Work, texts: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Each text through the ladder's one step, with the kinds of blocking issues."""
    units = [Unit(place="", segment=Segment("", Inline(t)), found=work.glossary.find(t, work.pair)) for t in texts]
    ready = [work.ready(u) for u in units]
    answers = work.ask(ready, Context(terms=tuple(dict.fromkeys(t for u in units for t in u.terms))))
    made = [work.answered(r, answers).rendering for r in ready]
    return [(m.target.text, tuple(i.kind for i in m.issues if i.severity.blocking)) for m in made]


def holds(text: str, form: str) -> bool:
    """Is the form in the text, as whole words, capitals and kinds of apostrophe aside?"""
    wanted = re.escape(_even(form))
    return re.search(rf"(?<!\w){wanted}(?!\w)", _even(text)) is not None


def _even(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").replace("\u202f", " ").replace("\u00a0", " ").split())


class Unmarked:
    """The same engine as one that knows no marks: terms have to be found again in its answers."""

    kind = EngineKind.RULES
    markup = Markup.NONE

    def __init__(self, engine: Apertium) -> None:
        self.id, self.pairs, self.engine = f"{engine.id} unmarked", engine.pairs, engine

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        return self.engine.translate(texts, pair, context)

    def close(self) -> None: ...


def terms(engine: Apertium, items: Sequence[Marked], only: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    """The figures with the glossary off and on, and on where the engine carries no marks."""
    book = glossary_of(items)
    ways: dict[str, tuple[TranslationEngine, Glossary]] = {
        "off": (engine, Glossary()),
        "on": (engine, book),
        "on, no marks": (Unmarked(engine), book),
    }
    texts = [i.text for i in items]
    return {
        name: figures(items, translated(Work(used, EN_FR, "en", "fr", terms), texts))
        for name, (used, terms) in ways.items()
        if not only or name in only
    }


def figures(items: Sequence[Marked], answers: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, float]:
    wanted = [(forms, text, item.used) for item, (text, _) in zip(items, answers, strict=True) for _, forms in item.terms]
    found = sum(any(holds(text, f) for f in forms) for forms, text, _ in wanted)
    choice = [(forms, text, used) for forms, text, used in wanted if len(forms) > 1 and used.intersection(f.casefold() for f in forms)]
    same = sum(any(f.casefold() in used and holds(text, f) for f in forms) for forms, text, used in choice)
    return {
        "terms": len(wanted),
        "found": found,
        "share": round(found / len(wanted), 4),
        "in some inflection": round(sum(_accepted(forms, text) for forms, text, _ in wanted) / len(wanted), 4),
        "same form as the reference": round(same / max(1, len(choice)), 4),
        "with a choice": len(choice),
        "chrF": round(sacrebleu.corpus_chrf([t for t, _ in answers], [[i.reference for i in items]]).score, 1),
        "sentences kept off": sum(bool(kinds) for _, kinds in answers),
    }


def _accepted(forms: Sequence[str], text: str) -> bool:
    return accepted(Term(source="-", target=forms[0], pair=EN_FR, forms=tuple(forms[1:])), text, "fr")


def missing(items: Sequence[Marked], answers: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Terms that are not there: source phrase, source, answer."""
    for item, text in zip(items, answers, strict=True):
        yield from ((s, item.text, text) for s, forms in item.terms if not any(holds(text, f) for f in forms))


def names(engine: Apertium, path: Path, count: int) -> dict[str, float] | None:
    """For one language: share of answers with an accepted name. None where the engine has no such pair."""
    items = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pair = Pair("en", path.stem.split("_")[0])
    if pair not in engine.pairs:
        return None
    items = items[:: max(1, len(items) // count)][:count]
    answers = [t for t, _ in translated(Work(engine, pair, str(pair.source), str(pair.target), Glossary()), [i["source"] for i in items])]
    right = [any(holds(a, t["mention"]) for t in i["targets"]) for i, a in zip(items, answers, strict=True)]
    kept = [any(holds(a, n) for n in NAME.findall(i["source"])) for i, a in zip(items, answers, strict=True)]
    either = sum(a or b for a, b in zip(right, kept, strict=True))
    shares = {"accepted": sum(right), "kept in English": sum(kept), "accepted or kept": either}
    return {"items": len(items)} | {name: round(n / len(items), 4) for name, n in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure terms and names in translations.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--items", type=int, default=200, help="of each language's names")
    parser.add_argument("--missing", action="store_true", help="print the terms that are not there")
    options = parser.parse_args()
    engine = Apertium(timeout=300)
    items = segments(options.folder / "terminology-en-fr")
    found = terms(engine, items)
    print(f"terminology-en-fr, {engine.id}, {' '.join(engine.route(EN_FR))}")
    for name, row in found.items():
        print(f"  glossary {name:13}" + "  ".join(f"{k} {v}" for k, v in row.items()))
    if options.missing:
        answers = [t for t, _ in translated(Work(engine, EN_FR, "en", "fr", glossary_of(items)), [i.text for i in items])]
        for lacking in missing(items, answers):
            print("   ", *lacking, sep="\n      ")
    every = {p.stem: names(engine, p, options.items) for p in sorted((options.folder / "names-ea-mt").glob("*.jsonl"))}
    print("names-ea-mt, no glossary")
    for name, figure in every.items():
        print(f"  en-{name:6}  " + ("  ".join(f"{k} {v}" for k, v in figure.items()) if figure else "  no engine here"))
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        made = {"engine": engine.id, "terms": found, "names": every}
        options.json.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    engine.close()


if __name__ == "__main__":
    main()
