"""Screens that only show: what happens now, stories by any filter, engines, licences and rules, changes, the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.responses import Response

from babelwire import budget
from babelwire.errors import EngineError
from babelwire.model import Pair, Spending, TranslationState
from babelwire.routing import rules as routing_rules
from babelwire.text import language
from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

WEEK = timedelta(days=7)
PAGE = 50  #: lines of a list
STUBBORN = 5  #: failures in a row from which a feed needs a person


def now(visit: Visit) -> Response:
    """What waits where, what needs a person, how the editions fare."""
    found, renewing = visit.room.store.overview(visit.now), visit.asked("renew") == "yes"
    answer = visit.page(
        "now",
        "Now",
        renewing=renewing,
        needs=list(_needs(visit, found)),
        queue=list(_queue(found)),
        editions=list(_editions(visit, found)),
        accounts=_accounts(visit),
        deeds=visit.room.store.deeds(limit=8),
    )
    if renewing:  # asked for by a person, who can stop it: a page that renews itself unasked fails WCAG 2.2.1
        answer.headers["refresh"] = "60"
    return answer


def _at(found: Mapping[str, object], *path: str) -> Any:
    value: Any = found
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _needs(visit: Visit, found: Mapping[str, object]) -> Iterator[dict[str, str]]:
    """In words, each with the screen on which it is put right."""
    for feed in _at(found, "feeds", "failing") or ():
        if feed["failures"] >= STUBBORN:
            yield _need(
                "A feed fails", f"{sheets.HOME}feed/?url={quote(feed['url'], safe='')}", f"{feed['failures']} times: {feed['reason']}"
            )
    for feed in _at(found, "feeds", "retired") or ():
        yield _need("A feed is gone", f"{sheets.HOME}feed/?url={quote(feed['url'], safe='')}", feed["url"])
    for kind, word in (("entries", "Pages cannot be read"), ("translations", "Translations failed")):
        for group in _at(found, kind, "failed") or ():
            yield _need(word, f"{sheets.HOME}aside/", f"{sheets.many(group['items'], 'item')}: {group['reason']}")
    for source in _at(found, "entries", "aside") or ():
        yield _need("A source is set aside", f"{sheets.HOME}feeds/", f"{source['source']}: {source['reason']}")
    waiting = visit.room.store.open_reports()
    if waiting:
        yield _need("Readers report", f"{sheets.HOME}reports/", sheets.many(waiting, "page"))
    for alert, since in visit.room.store.alerts():
        yield _need(str(alert.kind), f"{sheets.HOME}log/", f"{alert.text} ({since:%-d %b, %H:%M})")
    bugs = _at(found, "bugs", "count") or 0
    if bugs:
        yield _need("A bug of ours", f"{sheets.HOME}bugs/", sheets.many(bugs, "item") + " set aside with a traceback")


def _need(word: str, place: str, text: str) -> dict[str, str]:
    return {"word": word, "place": place, "text": text}


def _queue(found: Mapping[str, object]) -> Iterator[dict[str, object]]:
    works = _at(found, "translations", "by_state") or {}
    sums = {state: sum(by.values()) for state, by in works.items()}
    stories = f"{sheets.HOME}stories/?state="
    feeds = _at(found, "feeds") or {}
    yield {"name": "Feeds due", "count": feeds.get("due", 0), "place": f"{sheets.HOME}feeds/", "oldest": None}
    yield {"name": "Pages to read", "count": (_at(found, "entries", "by_state") or {}).get("found", 0), "place": "", "oldest": None}
    for state, name, oldest in (
        ("waiting", "To translate", _at(found, "translations", "oldest_waiting", "since")),
        ("ready", "To publish", _at(found, "translations", "oldest_unpublished", "since")),
        ("held", "Held", None),
        ("failed", "Failed", None),
    ):
        yield {"name": name, "count": sums.get(state, 0), "place": stories + state, "oldest": oldest}


def _editions(visit: Visit, found: Mapping[str, object]) -> Iterator[dict[str, object]]:
    works = _at(found, "translations", "by_state") or {}
    for edition in visit.room.desk.editions:
        shown = _at(found, "published", edition.language) or {}
        yield {
            "language": edition.language,
            "title": edition.title,
            "stories": shown.get("stories", 0),
            "last": shown.get("last"),
            "waiting": works.get("waiting", {}).get(edition.language, 0),
            "held": works.get("held", {}).get(edition.language, 0),
        }


def bugs(visit: Visit) -> Response:
    """Items on which our own code broke, with the tracebacks."""
    found = _at(visit.room.store.overview(visit.now), "bugs", "newest") or []
    return visit.page("bugs", "Bugs of ours", bugs=found)


def stories(visit: Visit) -> Response:
    """Translations by state, edition, source, engine, reason."""
    given = {name: visit.asked(name) for name in ("state", "language", "source", "engine", "reason")}
    page = max(1, int(visit.asked("page"))) if visit.asked("page").isdecimal() else 1
    found = visit.room.store.leads(**given, limit=PAGE + 1, skip=(page - 1) * PAGE)
    engines = sorted({o.engine for o in visit.room.store.output(visit.now - WEEK)} | {given["engine"]} - {""})
    return visit.page(
        "stories",
        "Stories",
        leads=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        given=given,
        states=[(s, s) for s in TranslationState],
        languages=[(e.language, f"{e.title} ({e.language})") for e in visit.room.desk.editions],
        sources=sorted(((s.id, s.name) for s in visit.room.store.sources().values()), key=lambda s: s[1].casefold()),
        engines=[(e, e) for e in engines],
    )


def find(visit: Visit) -> Response:
    """One story by its link, address on the site, or key."""
    item = visit.room.store.history(visit.asked("address"))
    if item is None:
        raise Refused(f"{visit.asked('address')}: never seen. Is it in one of the feeds, and polled since it came out?", 404)
    return visit.done(f"{sheets.HOME}story/{item['key']}/")


def engines(visit: Visit) -> Response:
    """What each engine has made, what it has cost, what serves each pair."""
    store, desk = visit.room.store, visit.room.desk
    output = store.output(visit.now - WEEK)
    made_of = {language.base(s.language) for s in store.sources().values() if s.language}
    pairs = sorted({Pair(s, language.base(e.language)) for s in made_of for e in desk.editions if s != language.base(e.language)})
    return visit.page(
        "engines",
        "Engines and spend",
        output=output,
        spent=_spent(visit),
        accounts=_accounts(visit),
        resting=store.breakers(),
        currency=desk.budget_rules.currency,
        ladders=[(str(p), names) for p in pairs if (names := ladder(visit, p))],
    )


def _spent(visit: Visit) -> list[dict[str, object]]:
    """What each engine was asked today, on the clocks of the budget."""
    sums: dict[str, list[int]] = {}
    for row in _today(visit):
        found = sums.setdefault(row.engine, [0, 0, 0])
        for n, amount in enumerate((row.characters, row.tokens, row.micros)):
            found[n] += amount
    return [
        {"engine": name, "characters": characters, "tokens": tokens, "money": micros / budget.MICROS}
        for name, (characters, tokens, micros) in sorted(sums.items())
    ]


def _accounts(visit: Visit) -> list[budget.Account]:
    """How much of each limit is spent."""
    return budget.accounts(visit.room.desk.budget_rules, _today(visit), visit.now)


def _today(visit: Visit) -> list[Spending]:
    return visit.room.store.spent(budget.day(visit.now, visit.room.desk.budget_rules))


def ladder(visit: Visit, pair: Pair) -> list[str]:
    """Ids of the engines that serve a pair, best first; one that cannot be asked now is none."""
    try:
        return [engine.id for engine in visit.room.desk.translator.ladder(pair)]
    except EngineError:
        return []


def rules(visit: Visit) -> Response:
    """Licences by source, routing rules, folders of extraction rules."""
    config = visit.room.config()
    routes = [
        {"name": r.name, "when": _told(r.when) or "always", "then": _told(r.then) or "nothing"} for r in routing_rules(config)
    ]  # fmt: skip
    sources = sorted(config.sources, key=lambda s: s.name.casefold())
    return visit.page("rules", "Rules and licences", sources=sources, routes=routes, folders=[str(f) for f in config.rules])


def _told(table: msgspec.Struct) -> str:
    """The keys of a rule that say something."""
    usual = {f.name: f.default for f in msgspec.structs.fields(table)}
    said = {k: v for k, v in msgspec.structs.asdict(table).items() if v != usual[k]}
    return ", ".join(f"{k} {', '.join(map(str, v)) if isinstance(v, tuple) else v}" for k, v in said.items())


def changes(visit: Visit) -> Response:
    """Corrected and withdrawn pages, and what was taken down for good."""
    store = visit.room.store
    return visit.page("changes", "Corrections and take-downs", changes=store.changes(PAGE), denials=store.denials()[:200])


def log(visit: Visit) -> Response:
    """What people did, by who, what, on what."""
    given = {name: visit.asked(name) for name in ("who", "what", "subject")}
    try:
        before = datetime.fromisoformat(visit.asked("before")) if visit.asked("before") else None
    except ValueError as error:
        raise Refused(f"{visit.asked('before')!r} is no time", 422) from error
    if before is not None and before.tzinfo is None:
        raise Refused(f"{visit.asked('before')!r} has no time zone", 422)
    found = visit.room.store.deeds(**given, limit=100, before=before)
    return visit.page("log", "Log of what people did", deeds=found, given=given, limit=100)
