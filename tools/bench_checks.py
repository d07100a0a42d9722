"""What the checks find in translations with known faults, and what they find wrongly in good ones.

    python tools/bench_checks.py [DATA] [--json OUT] [--every N]      DATA: the folder of qe-demetr, parallel-ntrex, ...

DEMETR   one fault planted in a good machine translation into English: share found, beside alarms on the unharmed twin
PLANTED  faults of engines, planted here in human translations (NTREX, English to fr es de ru ar zh): copied, half copied, cut,
         another language, escaped, loop, a mark lost, a number changed: share that gets a blocking issue
NTREX    alarms on the human translations themselves
MQM      sentences in which translators marked a major error, and critical errors (MLQE-PE): AUROC, recall, MCC. The checks find
         accidents and no style: low figures are the truth about them
FLORES   what is flagged in answers of Google, Microsoft and Firefox models; escaped lines repaired or flagged
"Found" is any issue; "blocked" a major or critical one. ``--every N`` looks at every Nth item only.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import Any

from babelwire import check
from babelwire.model import Inline, Issue, Pair

LANGUAGES = {
    "chinese_simple": "zh", "german": "de", "hindi": "hi", "japanese": "ja", "polish": "pl", "russian": "ru", "czech": "cs",
    "spanish": "es", "french": "fr", "italian": "it",
}  # fmt: skip
TARGETS = {"fra": "fr", "spa": "es", "deu": "de", "rus": "ru", "arb": "ar", "zho-CN": "zh"}
#: A translation into one language handed over for another: for each target the file of a language that it could be taken for.
OTHERS = {"fr": "ita", "es": "por", "de": "nld", "ru": "ukr", "ar": "fas", "zh": "jpn"}
FAR = {"fr": "deu", "es": "fra", "de": "spa", "ru": "deu", "ar": "rus", "zh": "rus"}
Row = dict[str, float]


def lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")


def look(source: str, target: str, pair: Pair) -> tuple[Issue, ...]:
    return check.segment(Inline(source), Inline(target), pair)


def blocked(issues: Iterable[Issue]) -> bool:
    return any(i.severity.blocking for i in issues)


# ---------------------------------------------------------------------------------------------- DEMETR


def demetr(data: Path, every: int, only: Container[str] | None = None) -> dict[str, Row]:
    """Per kind of fault: how many, share found and blocked, and the same on the unharmed twins."""
    table: dict[str, Row] = {}
    clean: dict[tuple[str, str], tuple[Issue, ...]] = {}
    for path in sorted((data / "qe-demetr").glob("*.json.gz")):
        kind = path.name.removesuffix(".json.gz").split("_", 2)[-1]
        if only is not None and kind not in only:
            continue
        items = [x for x in json.loads(gzip.decompress(path.read_bytes())) if x["pert_check"]][::every]
        found = [_demetr_item(x, clean) for x in items]
        names = ("found", "blocked", "alarms", "blocked twins")
        table[kind] = {
            "items": len(found),
            **{name: sum(f[k] for f in found) / max(1, len(found)) for k, name in enumerate(names)},
        }
    return table


def _demetr_item(item: dict[str, Any], clean: dict[tuple[str, str], tuple[Issue, ...]]) -> tuple[bool, bool, bool, bool]:
    pair = Pair(LANGUAGES[item["lang_tag"]], "en")
    key = (item["src_sent"], item["mt_sent"])
    if key not in clean:
        clean[key] = look(*key, pair)
    harmed = look(item["src_sent"], item["pert_sent"], pair)
    new = {(i.kind, i.note) for i in harmed} - {(i.kind, i.note) for i in clean[key]}
    return bool(new), any(i.severity.blocking and (i.kind, i.note) in new for i in harmed), bool(clean[key]), blocked(clean[key])


# ---------------------------------------------------------------------------------------------- NTREX


def ntrex(data: Path, every: int) -> dict[str, dict[str, Any]]:
    """Per target language: share of human translations with an issue and with a blocking one, and the kinds."""
    folder = data / "parallel-ntrex"
    english = lines(folder / "eng.txt.gz")[:989:every]
    table = {}
    for name, language in TARGETS.items():
        target = lines(folder / f"{name}.txt.gz")[:989:every]
        kinds: Counter[str] = Counter()
        any_, blocking, started = 0, 0, time.process_time()
        for source, text in zip(english, target, strict=True):
            issues = look(source, text, Pair("en", language))
            any_ += bool(issues)
            blocking += blocked(issues)
            kinds.update({i.kind for i in issues})
        seconds = time.process_time() - started
        total = len(english)
        table[language] = {
            "items": total,
            "any": any_ / total,
            "blocked": blocking / total,
            "ms": seconds / total * 1000,
            "kinds": dict(kinds.most_common(6)),
        }
    return table


# ---------------------------------------------------------------------------------------------- planted faults


def _longest(text: str) -> bool:
    return len(text) >= 60


def _double_word(text: str) -> str | None:
    words = text.split(" ")
    long = [n for n, w in enumerate(words) if w.isalpha() and len(w) > 4 and w.islower()]
    return " ".join([*words[: long[len(long) // 2]], words[long[len(long) // 2]], *words[long[len(long) // 2] :]]) if long else None


def _loop(text: str) -> str | None:
    words = text.split(" ")
    return " ".join([*words[:-1], *(words[-4:-1] * 4), words[-1]]) if len(words) > 8 else text + text[-9:-1] * 4 if len(text) > 30 else None


def _escaped(text: str) -> str | None:
    done = html.escape(text.replace("’", "'").replace("«", '"').replace("»", '"').replace("“", '"').replace("”", '"'))
    return done if done.count("&") > text.count("&") else None


def _number(text: str) -> str | None:
    found = re.search(r"(?<![\d.,])[1-9]\d{1,3}(?![\d.,]\d|\d)", text)
    return text[: found.start()] + str(int(found.group()) * 3 // 2 + 11) + text[found.end() :] if found else None


def _no_marks(text: str) -> str | None:
    return re.sub(r"[\"“”„«»]\s?", "", text) if re.search(r"[\"“”„«»].{25,}[\"“”„«»]", text) else None


def _one_mark(text: str) -> str | None:
    marks = list(re.finditer(r"[\"”»“]", text))
    return text[: marks[-1].start()] + text[marks[-1].end() :] if len(marks) == 2 and marks[-1].start() - marks[0].start() > 3 else None


def _half(text: str) -> str | None:
    return text[: len(text) // 2] if len(text) > 60 else None


FAULTS: dict[str, Callable[[str, str, str], str | None]] = {
    "copied": lambda source, target, other: source if _longest(source) and source != target else None,
    "half copied": lambda source, target, other: source[: len(source) // 2] + target[len(target) // 2 :] if len(source) > 120 else None,
    "wrong language": lambda source, target, other: other if _longest(source) else None,
    "half missing": lambda source, target, other: _half(target),
    "empty": lambda source, target, other: ".",
    "loop": lambda source, target, other: _loop(target),
    "repeated word": lambda source, target, other: _double_word(target),
    "entity leak": lambda source, target, other: _escaped(target),
    "tag leak": lambda source, target, other: target[:10] + "<b>" + target[10:] if len(target) > 20 else None,
    "number changed": lambda source, target, other: _number(target),
    "marks lost": lambda source, target, other: _no_marks(target),
    "one mark lost": lambda source, target, other: _one_mark(target),
    "chatter": lambda source, target, other: "Here is the translation: " + target,
}


def planted(data: Path, every: int) -> dict[str, dict[str, Row]]:
    """Per fault and target language: share that is blocked, beside the share of unharmed twins that is blocked for such a fault."""
    folder = data / "parallel-ntrex"
    english = lines(folder / "eng.txt.gz")[:989:every]
    table: dict[str, dict[str, Row]] = defaultdict(dict)
    for name, language in TARGETS.items():
        target, near, far = (lines(folder / f"{n}.txt.gz")[:989:every] for n in (name, OTHERS[language], FAR[language]))
        pair = Pair("en", language)
        twins = [{i.kind for i in look(s, t, pair) if i.severity.blocking} for s, t in zip(english, target, strict=True)]
        for fault, plant in (*FAULTS.items(), ("near language", FAULTS["wrong language"])):
            other = near if fault == "near language" else far
            table[fault][language] = _planted(plant, list(zip(english, target, other, twins, strict=True)), pair)
    return dict(table)


def _planted(plant: Callable[[str, str, str], str | None], items: list[tuple[str, str, str, set[str]]], pair: Pair) -> Row:
    hits, alarms, total = 0, 0, 0
    caused: Counter[str] = Counter()
    for source, target, other, twin in items:
        harmed = plant(source, target, other)
        if harmed is None:
            continue
        kinds = {i.kind for i in look(source, harmed, pair) if i.severity.blocking}
        total += 1
        hits += bool(kinds)
        caused.update(kinds - twin)
    by = {k for k, n in caused.items() if n > 0.05 * total}
    for source, target, other, twin in items:
        alarms += bool(twin & by) and plant(source, target, other) is not None
    return {"items": total, "blocked": hits / max(1, total), "alarms": alarms / max(1, total)}


# ---------------------------------------------------------------------------------------------- people's judgements


def auroc(scores: list[float], truth: list[bool]) -> float:
    """Chance that a bad item is scored above a good one; ties count half."""
    ranked = sorted(zip(scores, truth, strict=True))
    ranks: dict[float, float] = {}
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        ranks[ranked[at][0]] = (at + end + 1) / 2
        at = end
    bad = sum(truth)
    good = len(truth) - bad
    return (sum(ranks[s] for s, t in ranked if t) - bad * (bad + 1) / 2) / (bad * good) if bad and good else 0.5


WEIGHT = {"neutral": 0.0, "minor": 1.0, "major": 5.0, "critical": 10.0}


def judged(items: Iterable[tuple[str, str, Pair, bool]]) -> Row:
    """AUROC of the issues' weight, recall and precision of blocking, MCC of blocking, against people's judgement."""
    scores, flags, truth = [], [], []
    for source, target, pair, bad in items:
        issues = look(source, target, pair)
        scores.append(sum(WEIGHT[i.severity.value] for i in issues))
        flags.append(blocked(issues))
        truth.append(bad)
    tp, fp = sum(f and t for f, t in zip(flags, truth, strict=True)), sum(f and not t for f, t in zip(flags, truth, strict=True))
    fn, tn = sum(truth) - tp, len(truth) - sum(truth) - fp
    denominator = ((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) ** 0.5
    return {
        "items": len(truth), "bad": sum(truth) / max(1, len(truth)), "AUROC": auroc(scores, truth), "recall": tp / max(1, tp + fn),
        "alarms": fp / max(1, fp + tn), "precision": tp / max(1, tp + fp), "MCC": (tp * tn - fp * fn) / denominator if denominator else 0.0,
    }  # fmt: skip


def mqm(data: Path, every: int) -> dict[str, Row]:
    table = {}
    for path in sorted((data / "qe-mqm").glob("*.tsv.gz")):
        pair = Pair(path.name.removesuffix(".tsv.gz")[-4:-2], path.name.removesuffix(".tsv.gz")[-2:])
        bad: dict[tuple[str, str], set[str]] = defaultdict(set)
        for row in (line.split("\t") for line in lines(path)[1:]):
            if len(row) >= 9:
                texts = (re.sub(r"</?v>", "", row[5]), re.sub(r"</?v>", "", row[6]))
                bad[texts] |= {row[4]} if row[8].strip().lower() == "major" else set()
        table[path.name.removesuffix(".tsv.gz")] = judged((s, t, pair, bool(raters)) for (s, t), raters in list(bad.items())[::every])
    return table


def critical(data: Path, every: int) -> dict[str, Row]:
    table = {}
    for path in sorted((data / "qe-critical-errors").glob("*_dev.tsv.gz")):
        pair = Pair(path.name[:2], path.name[2:4])
        rows = [r for r in (line.split("\t") for line in lines(path)) if len(r) >= 5][::every]
        table[path.name[:4]] = judged((_detokenised(r[1]), _detokenised(r[2]), pair, r[4].strip() == "ERR") for r in rows)
    return table


def _detokenised(text: str) -> str:
    """The answers of this set come in tokens: "go !" -> "go!"."""
    return re.sub(r" ([.,;:!?)\]%]|n't|'\w\b)", r"\1", re.sub(r"([(\[]) ", r"\1", text))


# ---------------------------------------------------------------------------------------------- engines


def flores(data: Path, every: int) -> dict[str, dict[str, Any]]:
    """Per engine: share flagged and blocked, and what becomes of lines that came HTML-escaped."""
    table: dict[str, dict[str, Any]] = {}
    for path in sorted((data / "parallel-flores-mt").glob("*-*/*.txt.gz")):
        source, target = path.parent.name.split("-")
        pair = Pair(source, target)
        rows = list(zip(lines(data / "parallel-flores-mt" / f"{source}.txt.gz"), lines(path), strict=False))[:997:every]
        row = table.setdefault(path.name.split(".")[0].split("-")[0], defaultdict(float))
        for text, answer in rows:
            _flores_line(text, answer, pair, row)
    for row in table.values():
        row.update({"any": row["any"] / row["items"], "blocked": row["blocked"] / row["items"], "clean touched": row["clean touched"]})
    return {name: dict(row) for name, row in table.items()}


_ESCAPED = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|quot|amp|lt|gt|apos|nbsp);")


def _flores_line(text: str, answer: str, pair: Pair, row: dict[str, float]) -> None:
    mended = check.mend(Inline(text), Inline(answer), pair).text
    escaped = bool(_ESCAPED.search(answer)) and not _ESCAPED.search(text)
    row["items"] += 1
    if escaped:
        row["escaped"] += 1
        flagged = any(i.kind == "entity" for i in look(text, answer, pair))
        row["repaired"] += not _ESCAPED.search(mended)
        row["repaired or flagged"] += flagged or not _ESCAPED.search(mended)
    else:
        row["clean touched"] += any(i.kind == "entity" for i in look(text, answer, pair)) or ("&" in answer and mended != answer)
    issues = look(text, mended, pair)
    row["any"] += bool(issues)
    row["blocked"] += blocked(issues)


# ---------------------------------------------------------------------------------------------- print


PARTS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "demetr": demetr, "planted": planted, "ntrex": ntrex, "mqm": mqm, "critical": critical, "flores": flores,
}  # fmt: skip


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return "  ".join(f"{k} {_cell(v)}" for k, v in value.items())
    return (
        f"{value:.3f}"
        if isinstance(value, float) and not value.is_integer()
        else f"{value:g}"
        if isinstance(value, int | float)
        else str(value)
    )


def show(name: str, table: dict[str, Any]) -> Iterator[str]:
    yield f"\n== {name}"
    for key, row in table.items():
        if all(isinstance(v, dict) for v in row.values()):
            total = sum(v["items"] for v in row.values())
            mean = {c: sum(v[c] * v["items"] for v in row.values()) / max(1, total) for c in ("blocked", "alarms")}
            yield f"{key:<28} items {total:<6g} blocked {mean['blocked']:.3f}  alarms {mean['alarms']:.3f}   " + " ".join(
                f"{k} {v['blocked']:.2f}" for k, v in row.items()
            )
        else:
            yield f"{key:<28} " + "  ".join(f"{k} {_cell(v)}" for k, v in row.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent.parent / "shared" / "data")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", choices=PARTS)
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data}: no such folder; give the folder of the data sets", file=sys.stderr)
        return 2
    out = {}
    for name, part in PARTS.items():
        if options.only in (None, name):
            out[name] = part(options.data, options.every)
            print("\n".join(show(name, out[name])), flush=True)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(out, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
