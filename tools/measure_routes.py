"""Measure routes of the installed Apertium pairs on news text and write them into ``engines/routes.toml``.

    python tools/measure_routes.py SHARED/data/parallel-ntrex [--lines 250] [--languages en es fr it pt]

Every route of at most three pairs between two of the languages is translated (parts that routes have in common once) and
scored by chrF against NTREX's human translations. Pairs for which there is no reference keep the figures they have.
"""

from __future__ import annotations

import argparse
import gzip
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import sacrebleu

from babelwire.engines.apertium import Apertium, _ends, _ways
from babelwire.errors import EngineError
from babelwire.model import Pair

TABLE = Path(__file__).parent.parent / "src" / "babelwire" / "engines" / "routes.toml"
NTREX = {
    "be": "bel", "bg": "bul", "en": "eng", "es": "spa", "fr": "fra", "hi": "hin", "hr": "hrv", "id": "ind", "it": "ita", "mk": "mkd",
    "nl": "nld", "pt": "por", "ro": "ron", "ru": "rus", "sv": "swe", "uk": "ukr", "ur": "urd",
}  # fmt: skip
KEEP = 4  #: routes kept for a pair, so that one is left where packages are missing


def lines(folder: Path, language: str, count: int) -> list[str]:
    """So many lines of a language, spread evenly over the articles."""
    with gzip.open(folder / f"{NTREX[language]}.txt.gz", "rt", encoding="utf-8") as stream:
        every = stream.read().splitlines()
    return every[:: max(1, len(every) // count)][:count]


class Routes:
    """Translates along routes and remembers what came out of each beginning of one."""

    def __init__(self, engine: Apertium) -> None:
        self.engine = engine
        self.done: dict[tuple[str, ...], list[str] | None] = {}

    def along(self, way: tuple[str, ...], texts: list[str]) -> list[str] | None:
        """The texts at the end of a route; None where a pipeline dies on the way."""
        if not way:
            return texts
        if way not in self.done:
            before = self.along(way[:-1], texts)
            try:
                self.done[way] = before and self.engine._hop(way[-1], before, Pair(_ends(way[0])[0], _ends(way[-1])[1]))
            except EngineError as error:
                print(f"broken: {error}", flush=True)
                self.done[way] = None
        return self.done[way]


def measure(folder: Path, languages: Sequence[str], count: int) -> dict[str, list[tuple[str, float]]]:
    """Routes of each pair with their chrF, best first."""
    engine = Apertium(timeout=300)
    by_start: dict[str, list[str]] = defaultdict(list)
    for mode in engine._modes:
        by_start[_ends(mode)[0]].append(mode)
    references = {language: lines(folder, language, count) for language in languages}
    found: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for source in languages:
        routes = Routes(engine)
        for way in (w for w in _ways(source, by_start) if _ends(w[-1])[1] in references):
            target = _ends(way[-1])[1]
            answers = routes.along(way, references[source])
            if answers:
                score = sacrebleu.corpus_chrf(answers, [references[target]]).score
                found[f"{source}-{target}"].append((" ".join(way), round(score, 1)))
                print(f"{source}-{target} {score:5.1f} {' '.join(way)}", flush=True)
    engine.close()
    return {pair: sorted(routes, key=lambda r: (-r[1], len(r[0])))[:KEEP] for pair, routes in found.items()}


def written(raw: dict[str, object], found: dict[str, list[tuple[str, float]]]) -> str:
    """The table as TOML, with the pairs just measured in place of what it had of them."""
    routes, chrf, packages = dict(raw["routes"]), dict(raw["chrf"]), raw["packages"]  # type: ignore[call-overload]
    for pair, measured in found.items():
        routes[pair] = [{"route": route, "chrf": score} for route, score in measured]
        chrf.update({route: score for route, score in measured if " " not in route})
    out = [
        "# Routes of Apertium, best first, and chrF of single modes on news text. Written by tools/measure_routes.py (NTREX);",
    ]
    out += ["# pairs with ca, gl, oc, da, nb, sl, is, af, ms: on FLORES, since NTREX-128 as used here has no such references.", ""]
    for key in ("broken", "default"):
        out.append(f"{key} = [{', '.join(f'{chr(34)}{v}{chr(34)}' for v in raw[key])}]")  # type: ignore[attr-defined]
    out += ["", "[routes]"]
    for pair, ways in sorted(routes.items()):
        out.append(f"{pair} = [{', '.join(_way(w['route'], w['chrf']) for w in ways)}]")
    out += ["", "[chrf]", *(f"{mode} = {score}" for mode, score in sorted(chrf.items()))]
    out += ["", "[packages]", *(f'{mode} = "{name}"' for mode, name in sorted(packages.items()))]  # type: ignore[attr-defined]
    return "\n".join(out) + "\n"


def _way(route: str, chrf: float) -> str:
    return f'{{ route = "{route}", chrf = {chrf} }}'


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure routes of Apertium on news text.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=250)
    parser.add_argument("--languages", nargs="+", default=sorted(NTREX), choices=sorted(NTREX))
    options = parser.parse_args()
    found = measure(options.folder, options.languages, options.lines)
    TABLE.write_text(written(tomllib.loads(TABLE.read_text("utf-8")), found), "utf-8")
    print(f"{sum(map(len, found.values()))} routes of {len(found)} pairs -> {TABLE}")


if __name__ == "__main__":
    main()
