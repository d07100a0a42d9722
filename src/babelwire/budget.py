"""What engines may cost in a day: ``[budget]`` of the configuration, and the sums. Pure.

    [budget]                        on the whole; and currency, time_zone, reserve, spent
    [budget.feed]                   for any one feed
    [budget.engines.deepl]          by one engine, and what it costs
    [budget.feeds."https://..."]    for this feed, instead of [budget.feed]

Only engines with a table of their own are counted: the others cost nothing. Money is counted in millionths, so that a price
for a million characters is what one character costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from babelwire.config import Config, Table, convert, nearest
from babelwire.errors import ConfigError
from babelwire.model import Limit, Purpose, Spending

MICROS = 1_000_000


class Ceiling(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    characters: int = 0  #: of the texts that are sent, a day; 0: as many as wanted
    tokens: int = 0  #: of requests and answers, a day, where the engine counts them; 0: as many as wanted
    money: float = 0.0  #: a day; 0: as much as wanted


class EngineBudget(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    characters: int = 0  #: of the texts that are sent, a day; 0: as many as wanted
    tokens: int = 0  #: of requests and answers, a day, where the engine counts them; 0: as many as wanted
    money: float = 0.0  #: a day; 0: as much as wanted
    per_million_characters: float = 0.0  #: what it costs
    per_million_tokens: float = 0.0  #: what it costs, where it is paid by tokens


class Budget(Table, frozen=True, kw_only=True, forbid_unknown_fields=True):
    characters: int = 0  #: of all engines that are counted, a day; 0: as many as wanted
    tokens: int = 0  #: the same of tokens
    money: float = 0.0  #: the same of money
    currency: str = "EUR"  #: what money is called
    time_zone: str = "UTC"  #: on whose clocks the day turns
    reserve: float = 0.2  #: share of every limit that only breaking news may use
    headlines: float = 0.05  #: share that only headlines may use: those of articles that have no room any more
    spent: Literal["headline", "next"] = "headline"  #: ``headline``: headline and link until the day turns; ``next``: the ladder goes on
    feed: Ceiling = Ceiling()  #: for any one feed
    engines: Mapping[str, EngineBudget] = {}  #: by name
    feeds: Mapping[str, Ceiling] = {}  #: by address, instead of ``feed``


Limits = Ceiling | EngineBudget | Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """How much of one limit is spent."""

    name: str  #: the engine, the feed's address, or ``all engines``
    share: float  #: 1.0: all of it
    text: str  #: ``2.91 of 3.00 EUR``, of the amount that is nearest to its end
    until: datetime  #: when the day turns


def rules(config: Config) -> Budget:
    """The budget of a configuration. Raises ConfigError naming the key."""
    raw, path = dict(config.budget), config.path
    engines = _named(raw, "engines", EngineBudget, config)
    feeds = _named(raw, "feeds", Ceiling, config)
    feed = convert(raw.pop("feed", {}), Ceiling, path, "budget.feed")
    made = convert(raw, Budget, path, "budget")
    known = sorted({*config.engines, "apertium", "echo"})
    for name in engines:
        if name not in known:
            raise ConfigError(f"{path}: budget.engines.{name}: no engine {name!r}{nearest(name, known)}")
    made = msgspec.structs.replace(made, engines=engines, feeds=feeds, feed=feed)
    _check(made, path)
    return made


def _named(raw: dict[str, Any], name: str, kind: type[Any], config: Config) -> dict[str, Any]:
    tables = raw.pop(name, {})
    if not isinstance(tables, dict):
        raise ConfigError(f"{config.path}: budget.{name}: must be a table")
    return {k: convert(v, kind, config.path, f"budget.{name}.{k}") for k, v in tables.items()}


def _check(made: Budget, path: object) -> None:
    try:
        ZoneInfo(made.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(f"{path}: budget.time_zone: no time zone {made.time_zone!r} (like Europe/Paris)") from error
    for name, share in (("reserve", made.reserve), ("headlines", made.headlines), ("reserve", made.reserve + made.headlines)):
        if not 0 <= share < 1:
            raise ConfigError(f"{path}: budget.{name}: {share} is no share, or leaves nothing: 0 up to, but not, 1 with headlines")
    tables = {"budget": made, "budget.feed": made.feed}
    tables |= {f"budget.engines.{k}": v for k, v in made.engines.items()} | {f"budget.feeds.{k}": v for k, v in made.feeds.items()}
    for where, table in tables.items():
        names = [f for f in table.__struct_fields__ if f in ("characters", "tokens", "money") or f.startswith("per_million")]
        for name in names:
            if getattr(table, name) < 0:
                raise ConfigError(f"{path}: {where}.{name}: {getattr(table, name)} is less than nothing")


# ---------------------------------------------------------------------------------------------- days, prices, limits


def day(now: datetime, budget: Budget) -> str:
    """The day that ``now`` is counted under."""
    return now.astimezone(ZoneInfo(budget.time_zone)).date().isoformat()


def turn(now: datetime, budget: Budget) -> datetime:
    """When the next day begins."""
    zone = ZoneInfo(budget.time_zone)
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone).astimezone(UTC)


def price(budget: Budget, engine: str, characters: int, tokens: int) -> int:
    """What this costs, in millionths."""
    table = budget.engines.get(engine, EngineBudget())
    return round(table.per_million_characters * characters + table.per_million_tokens * tokens)


def limits(budget: Budget, engine: str, purpose: Purpose) -> list[Limit]:
    """What an engine is asked has to fit into all of these. What is kept for breaking news, or for headlines, is taken off for the rest."""
    share, feed = 1.0 - kept(budget, purpose), purpose.feed
    found = [_limit(budget.engines[engine], share, engine=engine)] if engine in budget.engines else []
    found += [_limit(budget.feeds.get(feed, budget.feed), share, feed=feed)] if feed else []
    return [limit for limit in (*found, _limit(budget, share)) if limit != Limit(engine=limit.engine, feed=limit.feed)]


def kept(budget: Budget, purpose: Purpose) -> float:
    """The share of every limit that this must not use."""
    return (0.0 if purpose.breaking else budget.reserve) + (0.0 if purpose.headline else budget.headlines)


def _limit(table: Limits, share: float = 1.0, *, engine: str = "", feed: str = "") -> Limit:
    def most(amount: float, unit: int = 1) -> int | None:
        return int(round(amount * unit * share, 6)) if amount else None

    return Limit(
        engine=engine, feed=feed, characters=most(table.characters), tokens=most(table.tokens), micros=most(table.money, MICROS)
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------- for people


def accounts(budget: Budget, spent: Sequence[Spending], now: datetime) -> list[Account]:
    """Every limit there is, with what is spent of it today: the whole first, then engines, then feeds that have spent anything."""
    feeds = sorted({s.feed for s in spent if s.feed})
    every = [_limit(budget), *(_limit(t, engine=name) for name, t in sorted(budget.engines.items()))]
    every += [_limit(budget.feeds.get(feed, budget.feed), feed=feed) for feed in feeds]
    made = (_account(limit, _of(limit, spent), budget, now) for limit in every)
    return [account for account in made if account is not None]


def said(limit: Limit, had: Spending, budget: Budget, purpose: Purpose) -> str:
    """``deepl: 2.40 of 3.00 EUR spent, 20% kept for breaking news``: the amount that is nearest to its end."""
    table = budget.engines.get(limit.engine) if limit.engine else budget.feeds.get(limit.feed, budget.feed) if limit.feed else budget
    whole = _limit(table or budget, engine=limit.engine, feed=limit.feed)
    names = [
        n
        for n, share, free in (("breaking news", budget.reserve, purpose.breaking), ("headlines", budget.headlines, purpose.headline))
        if share and not free
    ]
    more = f", {kept(budget, purpose):.0%} kept for {' and '.join(names)}" if names else ""
    return f"{_name(limit)}: {_amount(_nearest(limit, had), had, whole, budget)} spent{more}"


def _account(limit: Limit, had: Spending, budget: Budget, now: datetime) -> Account | None:
    most = _nearest(limit, had)
    wanted = getattr(limit, most)
    if wanted is None:
        return None
    share = getattr(had, most) / wanted if wanted else 1.0
    return Account(name=_name(limit), share=share, text=_amount(most, had, limit, budget), until=turn(now, budget))


def _of(limit: Limit, spent: Iterable[Spending]) -> Spending:
    here = [s for s in spent if limit.engine in ("", s.engine) and limit.feed in ("", s.feed)]
    names = ("characters", "tokens", "micros")
    return Spending(day="", engine=limit.engine, feed=limit.feed, **{n: sum(getattr(s, n) for s in here) for n in names})


def _nearest(limit: Limit, had: Spending) -> str:
    """The amount of which the largest share is gone."""
    shares = {n: getattr(had, n) / max(1, getattr(limit, n)) for n in ("micros", "characters", "tokens") if getattr(limit, n) is not None}
    return max(shares, key=lambda n: shares[n], default="characters")


def _name(limit: Limit) -> str:
    return limit.engine or limit.feed or "all engines"


def _amount(name: str, had: Spending, limit: Limit, budget: Budget) -> str:
    if name == "micros":
        return f"{had.micros / MICROS:.2f} of {(limit.micros or 0) / MICROS:.2f} {budget.currency}"
    return f"{getattr(had, name):,} of {getattr(limit, name) or 0:,} {name}"
