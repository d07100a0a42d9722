"""``engines``: list and test."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.make import Engines
    from babelwire.model import Pair
    from babelwire.seams import TranslationEngine

SAMPLE = 10  #: sentences: fewer hide an engine that needs a long text to fail


@click.group()
def engines() -> None:
    """List and test translation engines."""


@engines.command("list")
@options.config
@options.as_json
@click.option("--pairs", "every", is_flag=True, help="Every pair each engine serves.")
def list_(path: Path, as_json: bool, every: bool) -> None:
    """The configured engines, and who serves the pairs that the editions need."""
    from babelwire import make

    config = opening.config_or_defaults(path)
    with closing(make.Engines(config)) as made:
        named = [_engine(name, made) for name in made]
        needed = [_pair(pair, made, config) for pair in sorted(needed_pairs(config))]
    if as_json:
        say.json({"engines": named, "pairs": needed})
        return
    rows = [(e["name"], e["id"], e["kind"], e["markup"], len(e["pairs"]), e["failure"] or "") for e in named]
    say.table(("engine", "version", "kind", "markup", "pairs", "failure"), rows, right={4})
    if every:
        for engine in named:
            say.data(f"{engine['name']}: {' '.join(engine['pairs'])}")
    if needed:
        served = [(p["pair"], " > ".join(p["engines"]) or say.styled("nobody", "fail"), _score(p), p["class"]) for p in needed]
        say.table(("pair", "engines, best first", "chrF", "published as"), served, title="Pairs of the editions", right={2})


def needed_pairs(config: Config) -> set[Pair]:
    """From the language of every source to every edition that carries it, base tags."""
    from babelwire.model import Pair

    languages = {f.source_id: f.language for f in config.feeds if f.language} | {s.id: s.language for s in config.sources if s.language}
    wanted = set()
    for edition in config.editions:
        carried = config.edition_sources.get(edition.language) or tuple(languages)
        wanted |= {Pair(_base(languages[s]), _base(edition.language)) for s in carried if languages.get(s)}
    return {p for p in wanted if p.source != p.target}


def _base(tag: str | None) -> str:
    return (tag or "").split("-")[0]


def _engine(name: str, made: Engines) -> Mapping[str, Any]:
    from babelwire.errors import BabelwireError

    try:
        engine = made[name]
        pairs = sorted(str(p) for p in engine.pairs)
    except BabelwireError as error:
        return {"name": name, "id": "", "kind": "", "markup": "", "pairs": [], "failure": str(error)}
    return {"name": name, "id": engine.id, "kind": str(engine.kind), "markup": str(engine.markup), "pairs": pairs, "failure": None}


def _pair(pair: Pair, made: Engines, config: Config) -> Mapping[str, Any]:
    from babelwire import make
    from babelwire.engines import quality
    from babelwire.errors import BabelwireError

    try:
        ladder = made.ladder(pair)
    except BabelwireError:
        ladder = []
    chrf = quality.score(ladder[0].id, pair) if ladder else None
    weak = make.weak(config, pair, chrf)
    return {
        "pair": str(pair),
        "engines": [e.id for e in ladder],
        "chrf": chrf,
        "class": "-" if not ladder else "gist" if weak else "translation",
    }


def _score(pair: Mapping[str, Any]) -> str:
    return "not measured" if pair["chrf"] is None else f"{pair['chrf']:.1f}"


@engines.command()
@options.config
@options.as_json
@click.argument("pair", metavar="PAIR")
@click.argument("texts", nargs=-1, metavar="[TEXT]...")
@click.option("--engine", "name", help="This engine.  [default: the first that serves the pair]")
def test(path: Path, as_json: bool, pair: str, texts: tuple[str, ...], name: str | None) -> None:
    """Translate TEXT, or ten sentences of news, and show the answers. PAIR is written like en-fr."""
    from babelwire import make
    from babelwire.model import Context

    wanted = _wanted(pair)
    sentences = list(texts) or sample(wanted.source)
    with closing(make.Engines(opening.config_or_defaults(path))) as made:
        engine = _chosen(made, wanted, name)
        began = time.perf_counter()
        answers = engine.translate(sentences, wanted, Context())
        seconds = time.perf_counter() - began
        said = {"engine": engine.id, "pair": str(wanted), "seconds": round(seconds, 3)}
    rows = [(s, a.text) for s, a in zip(sentences, answers, strict=True)]
    if as_json:
        say.json({**said, "answers": [{"source": s, "target": t} for s, t in rows]})
        return
    say.table((wanted.source, wanted.target), rows)
    words = sum(len(s.split()) for s in sentences)
    say.note(f"{said['engine']}: {say.many(words, 'word')} in {seconds:.2f} s, {words / max(seconds, 1e-6):.0f} words a second")


def _wanted(text: str) -> Pair:
    from babelwire.model import Pair

    source, dash, target = text.partition("-")
    if not (dash and source and target):
        raise click.BadParameter(f"{text!r}: a pair is written like en-fr", param_hint="PAIR")
    return Pair(source, target)


def _chosen(made: Engines, pair: Pair, name: str | None) -> TranslationEngine:
    from babelwire.errors import ConfigError, PairError

    if name and name not in made.names:
        raise ConfigError(f"no engine {name!r}; known: {', '.join(made.names)}")
    ladder = [e for e in (made[name],) if pair in e.pairs] if name else made.ladder(pair)
    if not ladder:
        raise PairError(name or "the desk", missing(pair), pair=str(pair))
    return ladder[0]


def missing(pair: Pair) -> str:
    """What to say when nobody serves a pair, and what to install."""
    from babelwire.engines.apertium import apertium_packages

    packages = apertium_packages(pair)
    return "nobody serves this pair; " + (f"apt-get install {' '.join(packages)}" if packages else "name another engine under [engines]")


def sample(language: str) -> list[str]:
    """Ten sentences of news in a language: the demo world's. Raises ConfigError: it has none."""
    from babelwire.demo.paper import papers
    from babelwire.errors import ConfigError

    bodies = [piece.body for paper in papers() if paper.language == language for piece in paper.piece]
    found = list(_sentences(bodies, language))[:SAMPLE]
    if not found:
        raise ConfigError(f"no sample text in {language!r}: give the text to be translated")
    return found


def _sentences(bodies: Sequence[str], language: str) -> Iterable[str]:
    from babelwire.model import Inline
    from babelwire.text import segment

    for body in bodies:
        for paragraph in body.strip().split("\n\n"):
            if paragraph[:1].isalpha() and not any(mark in paragraph for mark in "*[{|"):
                yield from (s.text for s in segment.split(Inline(paragraph), language))
