"""``routes``: list the routing rules, and try them on a stored article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.routing import Plan, Route, Router
    from babelwire.seams import Store


@click.group()
def routes() -> None:
    """List routing rules, and try them on a stored article."""


@routes.command("list")
@options.config
@options.as_json
def list_(path: Path, as_json: bool) -> None:
    """The rules of the configuration, in the order in which they are looked at."""
    from babelwire import routing

    rules = routing.rules(opening.config(path))
    if as_json:
        say.json([{"name": r.name, "when": said(r, "when"), "then": said(r, "then")} for r in rules])
    else:
        say.table(("rule", "when", "then"), [(r.name, _words(said(r, "when")) or "always", _words(said(r, "then"))) for r in rules])


@routes.command()
@options.config
@options.as_json
@click.argument("address")
def test(path: Path, as_json: bool, address: str) -> None:
    """Which rules match a stored article, and what would become of it. Nothing is changed.

    ADDRESS is its link at the source, its path or address on our site, or its key.
    """
    from babelwire import routing
    from babelwire.model import utc_now

    config = opening.config(path)
    router = routing.router(config)
    with opening.store(config, utc_now()) as store:
        found = _tried(router, store, address)
    if as_json:
        say.json(found)
        return
    for line in _told(router, found):
        say.data(line)


def _tried(router: Router, store: Store, address: str) -> Mapping[str, object]:
    """What the rules make of an item. Raises BabelwireError where there is none."""
    import msgspec

    from babelwire.errors import BabelwireError
    from babelwire.routing import Subject

    item = store.history(address)
    entry = store.entry(str(item["key"])) if item else None
    if item is None or entry is None:
        raise BabelwireError(f"{address}: never seen; is it in one of the feeds (`babelwire feeds list`), and polled since it came out?")
    article = store.article(entry.key)
    early = router.matching(Subject.announced(entry, router.feeds.get(entry.feed_url)))
    plan: Plan | None = router.plan(article, entry) if article else None
    return {
        "key": entry.key,
        "headline": article.headline if article else entry.title,
        "page": article is not None,
        "breaking": any(r.then.breaking for r in early),
        "matched": list(plan.matched if plan else (r.name for r in early)),
        "dropped": plan.dropped if plan else _dropped(early),
        "editions": {language: msgspec.to_builtins(how) for language, how in (plan.assignments if plan else {}).items()},
    }


def _dropped(rules: Iterable[Route]) -> str:
    return next((f"routing rule {r.name!r} drops it" for r in rules if r.then.drop), "")


def _told(router: Router, found: Mapping[str, object]) -> Iterable[str]:
    matched, editions = found["matched"], found["editions"]
    assert isinstance(matched, list) and isinstance(editions, dict)
    yield say.styled(str(found["headline"]), bold=True)
    if not found["page"]:
        yield "  its page is not in the store: judged by what its feed says"
    for rule in router.routes:
        yield f"  {say.styled('✓', 'ok') if rule.name in matched else '·'} {rule.name}"
    if found["breaking"]:
        yield "  breaking: its page would be read before others"
    if found["dropped"]:
        yield f"  {say.styled('dropped', 'warn')}: {found['dropped']}"
    for language, how in editions.items():
        yield f"  {language:<8} {_how(how)}"
    if found["page"] and not editions and not found["dropped"]:
        yield "  no edition carries it"


def _how(how: Mapping[str, object]) -> str:
    engines = how["engines"]
    assert isinstance(engines, list | tuple)
    said = [
        "breaking" if how["breaking"] else "", f"section {how['section']}" if how["section"] else "",
        f"engines {', '.join(engines)}" if engines else "", str(how["headline_only"]), str(how["hold"]),
    ]  # fmt: skip
    return "; ".join(s for s in said if s) or "as usual"


def said(rule: Route, part: str) -> Mapping[str, object]:
    """The keys of a part of a rule that say something."""
    table = getattr(rule, part)
    plain = type(table)()
    return {f: getattr(table, f) for f in table.__struct_fields__ if getattr(table, f) != getattr(plain, f)}


def _words(given: Mapping[str, object]) -> str:
    return "; ".join(key if value is True else f"{key} {_listed(value)}" for key, value in given.items())


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
