"""Money and health of engines, for ``status``, ``doctor`` and ``engines``: what is so, and the command that puts it right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from babelwire.cli import say
from babelwire.errors import BabelwireError, QuotaError

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.model import Breaker
    from babelwire.seams import Store

STUBBORN = 5  #: errors in a row from which an engine needs a person
NEARLY = 0.6  #: share of a budget that counts as spent where stories are short
PAID = ("deepl", "openai")  #: kinds that mostly cost money


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the engines of a desk fare."""

    breakers: list[dict[str, Any]]  #: of those that are not well
    budgets: list[dict[str, Any]]
    short: int  #: stories that are headline and link until the day turns
    again: str | None


def health(config: Config, store: Store, now: datetime) -> Health:
    """Out of the store. Raises ConfigError: the budget's."""
    from babelwire import budget

    rules = budget.rules(config)
    accounts = budget.accounts(rules, store.spent(budget.day(now, rules)), now)
    short = say.field(store.overview(now), "translations", "short") or {}
    return Health(
        breakers=[_breaker(b, config, now) for b in store.breakers()],
        budgets=[{"name": a.name, "share": round(a.share, 4), "text": a.text, "until": a.until} for a in accounts],
        short=short.get("items", 0),
        again=short.get("again"),
    )


def _breaker(found: Breaker, config: Config, now: datetime) -> dict[str, Any]:
    return {
        "engine": found.engine,
        "state": str(found.state(now)),
        "errors": found.errors,
        "since": found.opened,
        "until": found.until,
        "quota": found.quota,
        "failure": found.failure,
        "fix": fix(config, found.engine, quota=found.quota),
    }


def fix(config: Config, name: str, error: BabelwireError | None = None, *, quota: bool = False) -> str:
    """The command that puts an engine right that is not well; nothing where ``doctor`` knows better."""
    table = config.engines.get(name)
    kind = table.kind if table else name
    test = f"babelwire engines test {_pair(config, name)} --engine {name}"
    if quota or isinstance(error, QuotaError):
        return f"{test}  # once the account is topped up"
    if kind == "ctranslate2":
        return f"babelwire engines install {_pair(config, name)} --again"
    return "" if error else test


def _pair(config: Config, name: str) -> str:
    """A pair that the engine is to serve, as far as the configuration tells."""
    from babelwire.cli.engines import needed_pairs

    own = (config.engines[name].options.get("pairs") or ()) if name in config.engines else ()
    named = [str(p) for p, table in config.pairs.items() if name in table.engines]
    return next(iter([*own, *named, *map(str, sorted(needed_pairs(config)))]), "en-fr")


def lines(found: Health) -> Iterator[str]:
    """For ``status``: nothing where there is neither a budget nor an engine that is not well."""
    for b in found.breakers:
        rests = f", until {say.moment(b['until'])}" if b["until"] else ""
        word = say.styled(b["state"], "fail" if b["since"] else "warn")
        yield f"Engine     {b['engine']}: breaker {word}{rests} ({say.many(b['errors'], 'error')} in a row): {b['failure']}"
        yield f"           {say.styled('→', dim=True)} {b['fix']}"
    for account in found.budgets:
        yield f"Budget     {account['name']}: {account['text']} today ({account['share']:.0%})"
    if found.short:
        told = say.many(found.short, "story is", "stories are")
        yield f"           {told} headline and link only until {say.moment(found.again)}: a budget is spent"


def findings(found: Health, config: Config) -> Iterator[tuple[str, str, str, str]]:
    """For ``doctor``: engines that rest, money that is spent, engines of the paid kinds that nothing holds back."""
    from babelwire import budget
    from babelwire.cli.checks import edit

    for b in found.breakers:
        text = f"{b['engine']}: {b['state']}, {say.many(b['errors'], 'error')} in a row: {b['failure']}"
        yield "fail" if b["since"] else "warn", "breaker", text, b["fix"]
    for a in found.budgets:
        short = bool(found.short) and a["share"] >= NEARLY
        more = f"; {say.many(found.short, 'story', 'stories')} headline and link only until {say.moment(found.again)}" if short else ""
        word = "warn" if short or a["share"] >= 1 else "ok"
        yield word, "budget", f"{a['name']}: {a['text']} today{more}", "" if word == "ok" else edit(config, "budget", say="[budget]")
    counted = budget.rules(config).engines
    for name, table in config.engines.items():
        if table.kind in PAID and name not in counted:
            text = f"{name}: nothing limits what it may cost"
            yield "warn", "budget", text, edit(config, "engines", name, say=f"[budget.engines.{name}]")


def needs(found: Health) -> list[str]:
    """What nobody but a person will put right: an account without money, an engine that fails again and again."""
    stubborn = [b for b in found.breakers if b["since"] and (b["quota"] or b["errors"] >= STUBBORN)]
    return [f"engine {b['engine']} is not asked: {b['failure']}; {b['fix']}" for b in stubborn]
