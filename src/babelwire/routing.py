"""Who carries an article, and how: the modes of feeds and editions, and the routing rules of the configuration.

    [[routes]]                       every rule that matches has a say, in the order of the file:
    name = "earthquakes"                 edition, section, engines    the first rule that names them
    when = { keywords = ["sismo"] }      hold, mode, breaking, drop   add up: the stricter wins
    then = { breaking = true }           stop                         no rule below is looked at

Pure: reads the configuration, an entry or an article; says what is to be done. Words are compared without case and accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from babelwire.config import Config, Table, convert, nearest
from babelwire.errors import ConfigError
from babelwire.model import Article, Assignment, Edition, Entry, Feed, Mode, replace
from babelwire.text import language, sections

Names = str | tuple[str, ...]
WITHIN = ("headline", "lead", "text")
ENGINES = ("apertium", "echo")  #: engines that may be named without a table of their own
#: Letters that Unicode takes for letters of their own, and people who search for a name for accents.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
#: Scripts without spaces between words: there a keyword is found anywhere.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")


class When(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    source: Names = ()  #: names of sources; any of them
    feed: Names = ()  #: addresses of feeds; any of them
    language: Names = ()  #: of the article: ``pt`` is ``pt-BR`` too
    section: Names = ()  #: as the source calls it, or one of ours (``sport``, which is ``Deportes`` too)
    keywords: Names = ()  #: whole words or phrases, without regard to case and accents; ``sism*`` for what begins so
    match: str = "any"  #: ``any`` | ``all``: how many of the keywords have to be there
    within: str = "lead"  #: ``headline`` | ``lead`` (headline, standfirst and tags) | ``text`` (the body too)


class Then(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    editions: Names = ()  #: these editions carry it and no other, whatever their ``sources`` say
    section: str = ""  #: one of ours, instead of the source's
    engines: tuple[str, ...] = ()  #: names of engines, best first, instead of the pair's
    mode: Mode = Mode.AUTOMATIC
    hold: bool | str = False  #: a person publishes it; the text says why
    breaking: bool = False  #: read, translated and published before everything else, in quiet hours too
    drop: bool = False  #: nobody carries it
    stop: bool = False  #: no rule below this one is looked at


class Route(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str = ""  #: what ``babelwire why`` calls it; ``rule 3`` where it has none
    when: When = When()
    then: Then


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What rules look at: an article, or what a feed says of one before its page is read."""

    source: str
    feed: str
    language: str
    sections: tuple[str, ...]
    texts: Mapping[str, str]  #: where (``WITHIN``) -> folded text

    @classmethod
    def of(cls, article: Article, entry: Entry, feed: Feed | None) -> Subject:
        """With what its feed says of it, so that a rule that matched the announcement matches the article."""
        lead = "\n".join([article.headline, article.standfirst.text, *article.tags, entry.title, entry.summary, *entry.categories])
        return cls(
            source=article.source_id,
            feed=entry.feed_url,
            language=article.language,
            sections=tuple(x for x in (article.section, *article.tags, *entry.categories, feed.section if feed else None) if x),
            texts={"headline": fold(f"{article.headline}\n{entry.title}"), "lead": fold(lead), "text": fold(f"{lead}\n{article.text}")},
        )

    @classmethod
    def announced(cls, entry: Entry, feed: Feed | None) -> Subject:
        """As far as its feed tells: the body is not known yet."""
        lead = fold("\n".join([entry.title, entry.summary, *entry.categories]))
        section = (feed.section,) if feed and feed.section else ()
        return cls(
            source=entry.source_id,
            feed=entry.feed_url,
            language=entry.language or (feed.language if feed else None) or "und",
            sections=(*section, *entry.categories),
            texts={"headline": fold(entry.title), "lead": lead, "text": lead},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of one article."""

    assignments: Mapping[str, Assignment] = field(default_factory=dict)  #: edition's language -> how it carries it
    matched: tuple[str, ...] = ()  #: names of the rules that match
    dropped: str = ""  #: why nobody carries it


@dataclass(frozen=True, slots=True, kw_only=True)
class Router:
    """Modes and rules put together. Keeps no state."""

    editions: tuple[Edition, ...]
    edition_sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: language -> sources; empty: all
    feeds: Mapping[str, Feed] = field(default_factory=dict)
    feed_modes: Mapping[str, Mode] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()

    def announced(self, entry: Entry) -> Entry:
        """The entry, breaking where a rule says so of what its feed tells: its page is read before others."""
        if not self.routes:
            return entry
        matching = self.matching(Subject.announced(entry, self.feeds.get(entry.feed_url)))
        return replace(entry, breaking=any(r.then.breaking for r in matching))

    def plan(self, article: Article, entry: Entry) -> Plan:
        """Which editions carry an article that came by this entry, and how."""
        routes = self.matching(Subject.of(article, entry, self.feeds.get(entry.feed_url))) if self.routes else ()
        names = tuple(r.name for r in routes)
        dropped = next((f"routing rule {r.name!r} drops it" for r in routes if r.then.drop), "")
        carriers = () if dropped else self._carriers(article, routes)
        section = self._section(article, entry.feed_url)
        made = {e.language: self._assignment(e, entry.feed_url, routes, section) for e in carriers}
        return Plan(assignments=made, matched=names, dropped=dropped)

    def matching(self, subject: Subject) -> tuple[Route, ...]:
        """The rules that match, down to one that says ``stop``."""
        found = []
        for route in self.routes:
            if matches(route.when, subject):
                found.append(route)
                if route.then.stop:
                    break
        return tuple(found)

    def _carriers(self, article: Article, routes: Sequence[Route]) -> list[Edition]:
        named = next((_all(r.then.editions) for r in routes if r.then.editions), None)
        return [
            e
            for e in self.editions
            if (e.language in named if named else article.source_id in (self.edition_sources.get(e.language) or (article.source_id,)))
            and (e.originals or not language.matches(article.language, e.language))
        ]

    def _section(self, article: Article, feed: str) -> str | None:
        """That of the feed, for an article that names none of ours itself."""
        known = self.feeds.get(feed)
        return sections.of(known.section) if known and not sections.of(article.section, *article.tags) else None

    def _assignment(self, edition: Edition, feed: str, routes: Sequence[Route], section: str | None) -> Assignment:
        modes = [(self.feed_modes.get(feed, Mode.AUTOMATIC), "the feed"), (edition.mode, f"the {edition.language} edition")]
        modes += [(r.then.mode, f"routing rule {r.name!r}") for r in routes]
        holds = [f"{who} is read by a person first" for mode, who in modes if mode is Mode.REVIEW]
        holds += [_hold(r) for r in routes if r.then.hold]
        return Assignment(
            hold=next(iter(holds), ""),
            headline_only=next((f"{who} carries headlines only" for mode, who in modes if mode is Mode.HEADLINE), ""),
            section=next((r.then.section for r in routes if r.then.section), section),
            engines=next((r.then.engines for r in routes if r.then.engines), ()),
            breaking=any(r.then.breaking for r in routes),
            routes=tuple(r.name for r in routes),
        )


def _hold(route: Route) -> str:
    why = f": {route.then.hold}" if isinstance(route.then.hold, str) else ""
    return f"routing rule {route.name!r} holds it{why}"


# ---------------------------------------------------------------------------------------------- conditions


def matches(when: When, subject: Subject) -> bool:
    """Does everything that the rule names hold? A rule that names nothing matches all."""
    return (
        (not when.source or subject.source in _all(when.source))
        and (not when.feed or subject.feed in _all(when.feed))
        and (not when.language or any(language.matches(subject.language, wanted) for wanted in _all(when.language)))
        and (not when.section or _in_section(_all(when.section), subject.sections))
        and (not when.keywords or _says(when, subject.texts[when.within]))
    )


def _in_section(wanted: Sequence[str], given: Sequence[str]) -> bool:
    ours = sections.of(*given)
    return bool({fold(w) for w in wanted} & {fold(g) for g in given}) or (ours is not None and ours in {sections.of(w) for w in wanted})


def _says(when: When, text: str) -> bool:
    found = (_pattern(word).search(text) is not None for word in _all(when.keywords))
    return all(found) if when.match == "all" else any(found)


@lru_cache(maxsize=4096)
def _pattern(phrase: str) -> re.Pattern[str]:
    """A keyword as an expression on folded text: whole words, ``*`` for any letters."""
    words = re.findall(r"[\w*]+", fold(phrase))
    body = r"[^\w]+".join(re.escape(word).replace(r"\*", r"\w*") for word in words)
    return re.compile(body if UNSPACED.search(phrase) else rf"(?<!\w)(?:{body})(?!\w)")


def fold(text: str) -> str:
    """Without case, accents and the like."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(PLAIN)


def _all(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else names


# ---------------------------------------------------------------------------------------------- from the configuration


def router(config: Config) -> Router:
    """The modes and rules of a configuration. Raises ConfigError, see ``rules``."""
    return Router(
        editions=config.editions,
        edition_sources=config.edition_sources,
        feeds={f.url: f for f in config.feeds},
        feed_modes=config.feed_modes,
        routes=rules(config),
    )


def rules(config: Config) -> tuple[Route, ...]:
    """The routing rules, typed and checked.

    Raises ConfigError naming the rule and the key: an unknown key, source, feed, edition, engine or section, each with the
    nearest known one; a keyword without letters; a rule that does nothing; two rules of one name.
    """
    made: list[Route] = []
    for number, raw in enumerate(config.routes, 1):
        where = f"routes[{number}]" + (f" ({raw['name']!r})" if raw.get("name") else "")
        route = _typed(raw, config, where)
        for problem in _problems(route, config, {r.name for r in made}):
            raise ConfigError(f"{config.path}: {where}{problem}")
        made.append(route if route.name else _named(route, number))
    return tuple(made)


def _typed(raw: Mapping[str, object], config: Config, where: str) -> Route:
    """Part by part, so that an unknown key is compared with those of its own table."""
    for name, kind in (("when", When), ("then", Then)):
        if name in raw:
            convert(raw[name], kind, config.path, f"{where}.{name}")
    return convert(raw, Route, config.path, where)


def _named(route: Route, number: int) -> Route:
    return Route(name=f"rule {number}", when=route.when, then=route.then)


def _problems(route: Route, config: Config, names: set[str]) -> Iterator[str]:
    """What is wrong with a rule, each beginning with the key."""
    when, then = route.when, route.then
    if route.name in names:
        yield f": another rule is called {route.name!r} already"
    yield from _unknown("when.source", "source", _all(when.source), [s.id for s in config.sources])
    yield from _unknown("when.feed", "feed", _all(when.feed), [f.url for f in config.feeds])
    yield from _unknown("when.match", "word", (when.match,), ["any", "all"])
    yield from _unknown("when.within", "word", (when.within,), WITHIN)
    yield from _unknown("then.editions", "edition", _all(then.editions), [e.language for e in config.editions])
    yield from _unknown("then.engines", "engine", then.engines, sorted({*config.engines, *ENGINES}))
    yield from _unknown("then.section", "section", (then.section,) if then.section else (), sections.known())
    yield from (f".when.keywords: {word!r} holds no letter" for word in _all(when.keywords) if not re.search(r"\w", word))
    if then == Then():
        yield ".then: says nothing to do"


def _unknown(key: str, what: str, given: Iterable[str], known: Sequence[str]) -> Iterator[str]:
    return (f".{key}: no {what} {name!r}{nearest(name, list(known))}" for name in given if name not in known)
