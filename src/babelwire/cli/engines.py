"""``engines``: list, test, install."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from babelwire.cli import health, opening, options, say
from babelwire.errors import ConfigError, EngineError, PairError

if TYPE_CHECKING:
    from babelwire.cli.health import Health
    from babelwire.config import Config
    from babelwire.engines.probe import Health as Probed
    from babelwire.make import Engines
    from babelwire.model import Pair
    from babelwire.seams import Store


@click.group()
def engines() -> None:
    """List and test translation engines."""


@engines.command("list")
@options.config
@options.as_json
@click.option("--pairs", "every", is_flag=True, help="Every pair each engine serves.")
def list_(path: Path, as_json: bool, every: bool) -> None:
    """The configured engines, how they fare, and who serves the pairs that the editions need."""
    from babelwire import make
    from babelwire.model import utc_now

    config, now = opening.config_or_defaults(path), utc_now()
    with closing(make.Engines(config)) as made, kept(config) as store:
        fares = health.health(config, store, now) if store else None
        named = [_engine(name, made, fares) for name in made]
        needed = [_pair(pair, made, config) for pair in sorted(needed_pairs(config))]
    if as_json:
        say.json({"engines": named, "pairs": needed, "budgets": fares.budgets if fares else []})
        return
    rows = [(e["name"], e["id"], e["kind"], e["markup"], len(e["pairs"]), e["breaker"], e["failure"] or "") for e in named]
    say.table(("engine", "version", "kind", "markup", "pairs", "breaker", "failure"), rows, right={4})
    for line in health.lines(fares) if fares else ():
        say.data(line)
    if every:
        for engine in named:
            say.data(f"{engine['name']}: {' '.join(engine['pairs'])}")
    if needed:
        served = [(p["pair"], " > ".join(p["engines"]) or say.styled("nobody", "fail"), _score(p), p["class"]) for p in needed]
        say.table(("pair", "engines, best first", "chrF", "published as"), served, title="Pairs of the editions", right={2})


@contextmanager
def kept(config: Config) -> Iterator[Store | None]:
    """The store, where there is one already: looking at engines makes none."""
    from babelwire import make

    if config.store.kind == "sqlite" and not (config.data / config.store.path).exists():
        yield None
        return
    with closing(make.store(config)) as store:
        yield store


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


def _engine(name: str, made: Engines, fares: Health | None) -> Mapping[str, Any]:
    from babelwire.errors import BabelwireError

    ill: dict[str, Any] = next((b for b in (fares.breakers if fares else ()) if b["engine"] == name), {})
    said = {"name": name, "breaker": ill.get("state", "closed"), "until": ill.get("until"), "failure": ill.get("failure")}
    try:
        engine = made[name]
        pairs = sorted(str(p) for p in engine.pairs)
    except BabelwireError as error:
        return said | {"id": "", "kind": "", "markup": "", "pairs": [], "failure": str(error)}
    return said | {"id": engine.id, "kind": str(engine.kind), "markup": str(engine.markup), "pairs": pairs}


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
    """Translate TEXT, or ten sentences of news, and show the answers. PAIR is written like en-fr.

    It is asked even while it rests. Ten sentences that pass end its rest; an error is written down like any other.
    """
    from babelwire.engines import probe
    from babelwire.model import utc_now

    wanted, config, now = _wanted(pair), opening.config_or_defaults(path), utc_now()
    if not texts and wanted.source not in probe.texts():
        raise ConfigError(f"no sample text in {wanted.source!r}: give the text to be translated")
    with kept(config) as store:
        chosen = _chosen(config, wanted, name)
        before = _state(store, chosen, now)
        engine, found = _tried(config, store, wanted, chosen, texts, now)
        after = _state(store, chosen, now)
    told = {"engine": engine, "pair": str(wanted), "seconds": round(found.seconds, 3), "breaker": after}
    if as_json:
        say.json({**told, "answers": [{"source": s, "target": t} for s, t in found.answers]})
        return
    say.table((wanted.source, wanted.target), found.answers)
    said = f"; its rest is over ({before} before)" if before not in ("closed", after) else ""
    say.note(f"{engine}: {say.many(found.words, 'word')} in {found.seconds:.2f} s, {found.speed:.0f} words a second{said}")


@engines.command()
@options.config
@options.as_json
@click.argument("pair", metavar="PAIR")
@click.option("--catalogue", metavar="URL|FILE", help="Where models are listed.  [default: Argos' index]")
@click.option("--into", type=click.Path(path_type=Path, file_okay=False), help="This folder.  [default: models in the data folder]")
@click.option("--again", is_flag=True, help="Fetch it even if it is there, and put it in its place: mends a folder that lacks files.")
def install(path: Path, as_json: bool, pair: str, catalogue: str | None, into: Path | None, again: bool) -> None:
    """Fetch a neural model for PAIR (like en-fr), check it, and name it as an engine in the configuration.

    Models are some 100 MB, made by Argos; each says under which licence. Nothing is kept of one that is not whole.
    """
    from babelwire.cli import models

    wanted, config = _wanted(pair), opening.config_or_defaults(path)
    with say.progress() as bars:
        made = models.install(config, wanted, catalogue, into, bars, again=again)
    if as_json:
        say.json({"pair": str(wanted), "folder": str(made.folder), "sha256": made.sha256, "engine": made.name, "written": made.written})
        return
    say.data(str(made.folder))
    say.note(f"SHA-256 {made.sha256}{'' if made.known else ', as found: the catalogue gives none to compare it with'}")
    for line in made.notes:
        say.note(line)


def _wanted(text: str) -> Pair:
    from babelwire.model import Pair

    source, dash, target = text.partition("-")
    if not (dash and source and target):
        raise click.BadParameter(f"{text!r}: a pair is written like en-fr", param_hint="PAIR")
    return Pair(source, target)


def _state(store: Store | None, name: str, now: datetime) -> str:
    return str(store.breaker(name).state(now)) if store else "closed"


def _chosen(config: Config, pair: Pair, name: str | None) -> str:
    """The name of the engine: the one asked for, or the first that serves the pair and can be made."""
    from babelwire import make

    with closing(make.Engines(config)) as made:
        if name and name not in made.names:
            raise ConfigError(f"no engine {name!r}; known: {', '.join(made.names)}")
        serving = [n for n in (name,) if pair in made[n].pairs] if name else made.serving(pair)
    if not serving:
        raise PairError(name or "the desk", missing(pair), pair=str(pair))
    return serving[0]


def _tried(config: Config, store: Store | None, pair: Pair, name: str, texts: Sequence[str], now: datetime) -> tuple[str, Probed]:
    """What came of it; the breaker learns of it as well. Raises EngineError."""
    from babelwire import make
    from babelwire.engines import breaker, probe
    from babelwire.model import Context, Purpose

    purpose = Purpose(now=now, breaking=True)
    with closing(make.counted(config, name, store)) as engine:
        try:
            if not texts:
                found = probe.probe(engine, pair, purpose)
            else:
                began = time.perf_counter()
                answers = engine.translate(texts, pair, Context(purpose=purpose))
                found = probe.measured(pair, texts, [a.text for a in answers], time.perf_counter() - began)
        except EngineError as error:
            if store and not isinstance(error, breaker.NO_FAULT):
                noted = functools.partial(breaker.failed, error=error, purpose=purpose, now=now, patience=make.patience(config))
                store.turn_breaker(name, noted)
            raise
        if store and not texts:
            store.turn_breaker(name, breaker.well)
        return engine.id, found


def missing(pair: Pair) -> str:
    """What to say when nobody serves a pair, and what to install."""
    from babelwire.engines.apertium import apertium_packages

    packages = apertium_packages(pair)
    return "nobody serves this pair; " + (f"apt-get install {' '.join(packages)}" if packages else f"babelwire engines install {pair}")
