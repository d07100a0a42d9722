"""The composition root: Config -> Desk. One table of kinds -> dotted paths, loaded only when named.

A plug-in is a dotted path in the configuration (``kind = "my_package.engines:Mine"``); its options are its keyword arguments.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babelwire import budget, decide, glossary, routing
from babelwire.config import Config
from babelwire.desk import Desk, Extractor, Reader
from babelwire.errors import ConfigError, EngineError
from babelwire.model import Pair, Verdict
from babelwire.pictures import Album
from babelwire.render import Site
from babelwire.seams import DeskStore, Fetcher, Notifier, Publisher, ReaderStore, Store, TranslationEngine
from babelwire.text import language
from babelwire.translate import Translator

if TYPE_CHECKING:
    from babelwire.publishers.turn import Turn

if TYPE_CHECKING:
    from babelwire.engines.breaker import Patience

KINDS: dict[str, dict[str, str]] = {
    "engine": {
        "apertium": "babelwire.engines.apertium:Apertium",
        "apertium-apy": "babelwire.engines.apy:Apy",
        "ctranslate2": "babelwire.engines.ctranslate2:CTranslate2",
        "deepl": "babelwire.engines.deepl:DeepL",
        "echo": "babelwire.engines.echo:Echo",
        "libretranslate": "babelwire.engines.libretranslate:LibreTranslate",
        "openai": "babelwire.engines.openai:OpenAI",
        "pivot": "babelwire.engines.pivot:Pivot",
    },
    "fetcher": {"http": "babelwire.fetchers.http:HttpFetcher", "replay": "babelwire.fetchers.replay:ReplayFetcher"},
    "store": {"sqlite": "babelwire.stores.sqlite:SqliteStore"},
    "publisher": {"folder": "babelwire.publishers.folder:FolderPublisher", "memory": "babelwire.publishers.memory:MemoryPublisher"},
    "notifier": {
        "apprise": "babelwire.notifiers.apprise:AppriseNotifier",
        "memory": "babelwire.notifiers.memory:MemoryNotifier",
        "webhook": "babelwire.notifiers.webhook:WebhookNotifier",
        "websub": "babelwire.notifiers.websub:WebSubNotifier",
    },
}
BUILT_IN = ("apertium", "echo")  #: engines that may be named without a table of their own


def part(seam: str, kind: str, where: str, **options: Any) -> Any:
    """An implementation of a seam, made with its options.

    Raises ConfigError: nobody of that kind, or options that it does not take.
    """
    path = KINDS[seam].get(kind, kind)
    module, _, name = path.partition(":")
    if not name:
        raise ConfigError(f"{where}: no {seam} of kind {kind!r}; known: {', '.join(KINDS[seam])}, or a path like package.module:Class")
    try:
        make: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{where}: {path} cannot be loaded: {error}") from error
    try:
        return make(**options)
    except TypeError as error:
        raise ConfigError(f"{where}: {error}") from error


def store(config: Config) -> Store:
    """The store of the configuration; its file and folder are made where they lack."""
    options: dict[str, Any] = {"url": config.store.url}
    if config.store.kind == "sqlite":
        config.data.mkdir(parents=True, exist_ok=True)
        options = {"path": config.data / config.store.path}
    made: Store = part("store", config.store.kind, "store", **options)
    return made


def desk_store(config: Config) -> DeskStore:
    """The same, with all that the desk in the browser needs besides."""
    made: DeskStore = store(config)  # type: ignore[assignment]  # every store of ours is both
    return made


def reader_store(config: Config) -> ReaderStore:
    """The same, with what answering readers needs besides."""
    made: ReaderStore = store(config)  # type: ignore[assignment]  # every store of ours is both
    return made


def fetcher(config: Config) -> Fetcher:
    made: Fetcher = part("fetcher", config.fetch.kind, "fetch", fetch=config.fetch, user_agent=config.user_agent, **config.fetch.options)
    return made


def publisher(config: Config, to: Path | None = None) -> Publisher:
    options = {"path": to or config.data / config.publish.path} if config.publish.kind == "folder" else {}
    made: Publisher = part("publisher", config.publish.kind, "publish", **options)
    return made


def turn(config: Config) -> Turn:
    """The lock of whoever publishes to the configuration's folder, in this process or another."""
    from babelwire.publishers.turn import Turn

    return Turn(config.data / "publishing.lock")


def notifiers(config: Config) -> dict[str, Notifier]:
    """By the names of their tables."""
    made = {}
    for name, table in config.notify.items():
        options = dict(table.options)
        if table.kind in ("apprise", "webhook", "websub"):  # their messages hold addresses of the site
            options.setdefault("base_url", config.desk.base_url)
        made[name] = part("notifier", table.kind, f"notify.{name}", **options)
    return made


def engine(config: Config, name: str, keep: Store | None = None) -> TranslationEngine:
    """The engine of that name: its table, or a built-in one with its own options. A pivot's legs are engines by name.

    With a store to ``keep`` the books in, it is behind its breaker, and counted where it has a budget.
    """
    if keep is None:
        return _bare(config, name, None)
    from babelwire.engines.breaker import Guarded
    from babelwire.engines.timed import Timed

    return Guarded(name, lambda: Timed(counted(config, name, keep), name, keep), keep, patience(config))


def patience(config: Config) -> Patience:
    """When engines are left alone."""
    from babelwire.engines.breaker import Patience

    return Patience(errors=config.translate.errors, rest=timedelta(seconds=config.translate.rest))


def counted(config: Config, name: str, keep: Store | None) -> TranslationEngine:
    """The engine without its breaker: for a person who wants to know how it fares now. Raises EngineError, ConfigError."""
    from babelwire.engines.metered import Metered

    bare, rules = _bare(config, name, keep), budget.rules(config)
    return Metered(bare, name, keep, rules) if keep is not None and name in rules.engines else bare


def _bare(config: Config, name: str, keep: Store | None) -> TranslationEngine:
    table = config.engines.get(name)
    kind, options = (table.kind, dict(table.options)) if table else (name, {})
    if kind == "pivot":
        options = {k: engine(config, v, keep) if k in ("first", "second") else v for k, v in options.items()}
    made: TranslationEngine = part("engine", kind, f"engines.{name}", **options)
    return made


class Engines(Mapping[str, TranslationEngine]):
    """The configured engines by name, each made when first asked for: bare, or with the books kept in a store (``engine``)."""

    def __init__(self, config: Config, keep: Store | None = None) -> None:
        self.config, self.keep = config, keep
        named = (e for r in routing.rules(config) for e in r.then.engines)
        used = [*config.translate.engines, *(e for p in config.pairs.values() for e in p.engines), *named]
        self.names = tuple(dict.fromkeys([*used, *config.engines]))
        self.made: dict[str, TranslationEngine] = {}

    def __getitem__(self, name: str) -> TranslationEngine:
        if name not in self.made:
            self.made[name] = engine(self.config, name, self.keep)
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def ladder(self, pair: Pair, names: Sequence[str] = ()) -> Sequence[TranslationEngine]:
        """The engines that serve a pair, best first: those named, or where none of them does, as the configuration orders them.
        Raises EngineError: none can even be made that may."""
        return [self[name] for name in self.serving(pair, names)]

    def serving(self, pair: Pair, names: Sequence[str] = ()) -> list[str]:
        """The same, by name."""
        if names and (chosen := self._serving(pair, names)):
            return chosen
        table = self.config.pairs.get(pair)
        return self._serving(pair, table.engines if table and table.engines else self.config.translate.engines)

    def _serving(self, pair: Pair, names: Sequence[str]) -> list[str]:
        found: list[str] = []
        broken: EngineError | None = None
        for name in names:
            try:
                found += [name] if _serves(self[name], pair) else []
            except EngineError as error:
                broken = error
        if broken is not None and not found:
            raise broken
        return found

    def close(self) -> None:
        for made in self.made.values():
            made.close()
        self.made.clear()


def weak(config: Config, pair: Pair, score: float | None) -> bool:
    """Is the engine's measured chrF for this pair too low for more than a gist?"""
    least = config.translate.weak_related if language.related(pair.source, pair.target) else config.translate.weak
    return score is not None and score < least


def _serves(engine: TranslationEngine, pair: Pair) -> bool:
    """Does it serve the pair? One that cannot be asked now (its server is down) may: asking it to translate will tell."""
    try:
        return pair in engine.pairs
    except EngineError:
        return True


def bar(config: Config, pair: Pair, score: float | None) -> decide.Bar:
    """What a translation of this pair has to reach; ``score``: the engine's measured chrF, if it was measured."""
    table = config.pairs.get(pair)
    word = {"auto": None, "hold": Verdict.HOLD, "mark": Verdict.MARK}
    if table and table.publish not in word:
        raise ConfigError(f"{config.path}: pairs.{pair}.publish: {table.publish!r} is none of {', '.join(word)}")
    return decide.Bar(
        max_original=config.translate.max_original,
        gist=weak(config, pair, score),
        gist_is=Verdict.HOLD if config.translate.weak_is == "hold" else Verdict.MARK,
        always=word[table.publish] if table else None,
    )


def translator(config: Config, engines: Engines, memory: Store) -> Translator:
    from babelwire.engines import quality

    return Translator(
        ladder=engines.ladder,
        memory=memory,
        glossary=glossary.load(config.glossaries),
        quality=quality.score,
        bar=functools.partial(bar, config),
        frugal=budget.rules(config).spent == "headline",
    )


def extractor(config: Config) -> Extractor:
    from babelwire.extract.worker import PoolExtractor

    return PoolExtractor(
        workers=config.take.workers, cpu_seconds=config.take.cpu_seconds, memory=config.take.memory, rules=config.rules
    )  # fmt: skip


def reader(config: Config) -> Reader:
    from babelwire.parse.worker import PoolReader

    return PoolReader(cpu_seconds=config.take.cpu_seconds, memory=config.take.memory)


def site(config: Config) -> Site:
    return Site(
        name=config.desk.name,
        base_url=config.desk.base_url,
        contact=config.desk.contact,
        responsible=config.desk.responsible,
        editions=config.editions,
        index=config.publish.index,
        search=config.web.search,
        reports=config.web.reports,
    )


@contextmanager
def desk(config: Config, **parts: Any) -> Iterator[Desk]:
    """The whole desk, opened and closed again. ``parts`` replace what the configuration would make (tests)."""
    keep: Store = parts.pop("store", None) or store(config)
    engines = Engines(config, keep)
    fetch: Fetcher = parts.pop("fetcher", None) or fetcher(config)
    extract: Any = parts.pop("extractor", None) or extractor(config)
    read: Any = parts.pop("reader", None) or reader(config)
    if config.publish.kind == "folder" and "publisher" not in parts:
        parts.setdefault("turn", turn(config))
    publish: Publisher = parts.pop("publisher", None) or publisher(config)
    album = Album(keep, fetch, publish, cpu_seconds=config.take.cpu_seconds, memory=config.take.memory)
    try:
        made = Desk(
            store=keep,
            fetcher=fetch,
            reader=read,
            extractor=extract,
            translator=parts.pop("translator", None) or translator(config, engines, keep),
            publisher=publish,
            album=album,
            notifiers=parts.pop("notifiers", None) or notifiers(config),
            site=site(config),
            editions=config.editions,
            router=routing.router(config),
            feeds=config.feeds,
            poll_rules=config.poll,
            take_rules=config.take,
            translate_attempts=config.translate.attempts,
            publish_rules=config.publish,
            alert_rules=config.alerts,
            budget_rules=budget.rules(config),
            **parts,
        )
        yield made
    finally:
        for thing in (album, engines, extract, read, fetch, keep):
            thing.close()
