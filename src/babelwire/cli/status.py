"""``status``, ``retry``, ``takedown``, ``backup``: the store, for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from babelwire.cli import health, opening, options, say

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.model import Alert
    from babelwire.seams import Store

#: Kinds of alert that the lines below already say, with more detail.
TOLD = ("feed-dead", "source-aside", "bug")
STUBBORN = 5  #: failures in a row from which a feed needs a person


@click.command()
@options.config
@options.as_json
@click.option("--metrics", "as_metrics", is_flag=True, help="Print Prometheus metrics; the lag is that of the last 24 hours.")
def status(path: Path, as_json: bool, as_metrics: bool) -> None:
    """The state of affairs. Exit status 1 when something needs a person.

    That is: an alert (a dead feed, a silent edition, a source set aside, a budget near its end, stories that wait too long, a bug of
    ours), an item set aside after too many attempts, a message given up, a feed that has failed again and again.
    """
    from babelwire.model import utc_now

    now, config = utc_now(), opening.config(path)
    with opening.store(config, now) as store:
        metrics = _metrics(config, store, now) if as_metrics else ""
        found = store.overview(now)
        needs = needs_a_person(found)
        fares = health.health(config, store, now)
        needs += [alert.text for alert in _alerts(config, store, now) if alert.kind not in TOLD]
        needs += health.needs(fares)
    if metrics:
        say.data(metrics)
    elif as_json:
        say.json({**found, "engines": {"breakers": fares.breakers, "budgets": fares.budgets}, "needs_a_person": needs})
    else:
        _show(found, needs, list(health.lines(fares)))
    if needs:
        raise SystemExit(1)


def _metrics(config: Config, store: Store, now: datetime) -> str:
    from babelwire import budget
    from babelwire.web import metrics

    return metrics.text(store, budget.rules(config), lambda: now, now - timedelta(hours=24)).decode().rstrip("\n")


def _alerts(config: Config, store: Store, now: datetime) -> list[Alert]:
    """What would be told now, whatever kinds are told."""
    import msgspec

    from babelwire import alerts, budget

    rules = msgspec.structs.replace(config.alerts, kinds=())
    money = budget.rules(config)
    spent = budget.accounts(money, store.spent(budget.day(now, money)), now)
    return alerts.found(store.feed_states(), store.figures(now), [e.language for e in config.editions], rules, now, spent)


def needs_a_person(found: Mapping[str, object]) -> list[str]:
    """What nobody but a person will put right, in words."""
    feeds = say.field(found, "feeds", "failing") or []
    needs = [f"{f['url']} has failed {f['failures']} times: {f['reason']}" for f in feeds if f["failures"] >= STUBBORN]
    needs += [f"{f['url']} is gone for good (410)" for f in say.field(found, "feeds", "retired") or []]
    for kind in ("entries", "translations"):
        needs += [f"{say.many(f['items'], 'item')} set aside: {f['reason']}" for f in say.field(found, kind, "failed") or []]
    needs += [
        f"{a['source']} is set aside: {a['reason']}; see `babelwire feeds accept`" for a in say.field(found, "entries", "aside") or []
    ]
    needs += [
        f"{say.many(n['items'], 'message')} to {n['receiver']} given up: {n['reason']}" for n in say.field(found, "outbox", "failed") or []
    ]
    needs += [f"{f['url']} {f['alert']}" for f in say.field(found, "feeds", "moving") or [] if f["alert"]]
    bugs = say.field(found, "bugs", "count") or 0
    return needs + ([f"{say.many(bugs, 'bug')} of ours; see `babelwire status --json`"] if bugs else [])


def _show_feeds(feeds: Mapping[str, Any]) -> None:
    failing = say.styled(f"{feeds['failing_count']} failing", "warn") if feeds["failing_count"] else "0 failing"
    say.data(f"Feeds      {feeds['total']}: {feeds['ok']} well, {failing}, {feeds['due']} due")
    for feed in feeds["failing"]:
        say.data(f"           {feed['source']}: {feed['reason']}")
    for feed in feeds["moving"]:
        say.data(f"           {feed['source']}: {feed['url']} is sent on to {feed['to']} ({say.many(feed['seen'], 'poll')} in a row)")


def _show(found: Mapping[str, object], needs: list[str], engines: list[str]) -> None:
    _show_feeds(say.field(found, "feeds"))
    say.data(f"Entries    {_counts(say.field(found, 'entries', 'by_state'))}")
    for aside in say.field(found, "entries", "aside"):
        say.data(f"           {aside['source']}: {say.many(aside['items'], 'article')} set aside: {aside['reason']}")
    for state, by_language in sorted(say.field(found, "translations", "by_state").items()):
        say.data(f"{state.capitalize():<10} {_counts(by_language)}")
    for held in say.field(found, "translations", "held"):
        say.data(f"           {held['items']} held: {held['reason']}")
    for wait in say.field(found, "translations", "waiting"):
        say.data(f"           {wait['items']} waiting: {wait['reason']}")
    for line in engines:
        say.data(line)
    for language, edition in sorted(say.field(found, "published").items()):
        say.data(f"Edition    {language}: {say.many(edition['stories'], 'story', 'stories')}, last {say.moment(edition['last'])}")
    if letters := say.field(found, "outbox", "waiting"):
        say.data(f"Outbox     {say.many(letters, 'message')}, oldest since {say.moment(say.field(found, 'outbox', 'oldest'))}")
    if reports := say.field(found, "reports", "open"):
        say.data(
            f"Reports    {say.many(reports, 'report')} of readers open, oldest since {say.moment(say.field(found, 'reports', 'oldest'))}"
        )
    waiting = say.field(found, "translations", "oldest_waiting")
    if waiting:
        say.data(f"Waiting    oldest since {say.moment(waiting['since'])}")
    for line in needs:
        say.data(f"{say.styled('Needs you', 'fail')}  {line}")


def _counts(by_name: Mapping[str, Any] | None) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted((by_name or {}).items())) or "none"


@click.command()
@options.config
@options.as_json
@click.argument("address", required=False)
@click.option("--all", "everything", is_flag=True, help="All that failed or is held.")
def retry(path: Path, as_json: bool, address: str | None, everything: bool) -> None:
    """Bring failed and held items back to be tried again: one (its link, key or path on the site), or all of them."""
    from babelwire.model import utc_now

    if bool(address) == everything:
        raise click.UsageError("name one item, or say --all")
    now = utc_now()
    with opening.store(opening.config(path), now) as store:
        number = store.retry(address, now)
    if as_json:
        say.json({"items": number})
    else:
        say.note(f"{say.many(number, 'item')} will be tried again by the next run.")
    if address and not number:
        raise SystemExit(1)


@click.command()
@options.config
@click.argument("address")
@click.option("--reason", default="taken down by the operator", show_default=True, help="Kept in the log; readers see that it is gone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def takedown(path: Path, address: str, reason: str, yes: bool) -> None:
    """Take an article off the site, its feeds and its data, for good: no poll brings it back."""
    from babelwire.errors import BabelwireError
    from babelwire.model import utc_now

    now = utc_now()
    with opening.desk(opening.config(path), now) as desk:
        item = desk.store.history(address)
        if item is None:
            raise BabelwireError(f"{address}: no such item; give the source's link, our path or the key that `babelwire why` shows")
        title = str(say.field(item, "entry", "title"))
        if not yes:
            click.confirm(f"Take down “{title}” for good?", abort=True, err=True)
        done = desk.takedown(str(item["key"]), reason, now)
    say.note(f"“{title}” is withdrawn; {say.many(done.items if done else 0, 'page')} brought out again.")


@click.command()
@options.config
@click.argument("file", type=click.Path(path_type=Path))
def backup(path: Path, file: Path) -> None:
    """Copy the database to FILE while the desk goes on working. An existing file is never overwritten."""
    from babelwire.model import utc_now

    with opening.store(opening.config(path), utc_now()) as store:
        store.backup(file)
    say.note(f"{file}: {file.stat().st_size:,} bytes")
