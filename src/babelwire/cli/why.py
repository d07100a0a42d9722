"""``why``: the story of one item, in readable form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from babelwire.cli import opening, options, say

Item = Mapping[str, Any]
WIDTH = 160  #: letters shown of a sentence


@click.command()
@options.config
@options.as_json
@click.option("--sentences", is_flag=True, help="Every sentence, not only those with an issue.")
@click.argument("address")
def why(path: Path, as_json: bool, sentences: bool, address: str) -> None:
    """The story of one item: fetched, extracted, each sentence's engine and verdict, published where.

    ADDRESS is its link at the source, its path or address on our site, or its key.
    """
    from babelwire import budget
    from babelwire.errors import BabelwireError
    from babelwire.model import utc_now

    config = opening.config(path)
    with opening.store(config, utc_now()) as store:
        item = store.history(address)
    if item is None:
        raise BabelwireError(f"{address}: never seen; is it in one of the feeds (`babelwire feeds list`), and polled since it came out?")
    if as_json:
        say.json(item)
        return
    for line in told(item, sentences, budget.rules(config).currency):
        say.data(line)


def told(item: Item, sentences: bool = False, currency: str = "") -> Iterable[str]:
    """The story, line by line."""
    yield say.styled(item["revisions"][-1]["headline"] if item["revisions"] else item["entry"]["title"], bold=True)
    yield f"  {item['entry']['link']}"
    yield f"  key {item['key']}, {item['state']}{_because(item['failure'])}"
    if item["breaking"]:
        yield "  breaking news: its page is read before others"
    if item["taken_down_for_good"]:
        yield f"  taken down for good: {item['taken_down_for_good']}"
    yield from _announced(item)
    for revision in item["revisions"]:
        yield from _revision(revision)
    if item["told_also_by"]:
        yield f"Story      {item['story']}; told also by {', '.join(item['told_also_by'])}"
    for translation in item["translations"]:
        yield from _translation(translation, sentences)
    for spent in item["cost"]:
        yield _cost(spent, currency)
    for bug in item["bugs"]:
        yield f"Bug        {bug['kind']}, {say.many(bug['times'], 'time')}: {bug['traceback'].strip().splitlines()[-1]}"
    yield "Log"
    for line in item["log"]:
        yield f"  {say.moment(line['time'])}  {' '.join(x for x in (line['what'], line['language'], line['text']) if x)}"


def _announced(item: Item) -> Iterable[str]:
    feed, entry = item["feed"], item["entry"]
    yield f"Feed       {feed['url']} ({entry['source']}), last read {say.moment(feed['succeeded'])}{_because(feed['failure'])}"
    yield f"           dated {say.moment(entry['published'])}{', updated ' + say.moment(entry['updated']) if entry['updated'] else ''}"
    if item["due"]:
        yield f"           its page is read again {say.moment(item['due'])}"


def _revision(revision: Item) -> Iterable[str]:
    parts = [
        revision["language"], say.many(revision["blocks"], "block"), say.many(revision["pictures"], "picture"),
        f"licence {revision['licence']}{_because(revision['licence_note'])}",
    ]  # fmt: skip
    if revision["from_feed"]:
        parts.append("the feed's own text")
    if revision["truncated"]:
        parts.append("not the whole story")
    yield f"Revision {revision['number']} seen {say.moment(revision['seen'])}: {', '.join(parts)}"
    yield f"           “{revision['headline']}”{' by ' + ', '.join(revision['byline']) if revision['byline'] else ''}"


def _translation(made: Item, every: bool) -> Iterable[str]:
    state = say.styled(made["state"], {"published": "ok", "held": "fail", "failed": "fail"}.get(made["state"], "warn"))
    verdict = f", verdict {made['verdict']}{_because(made['reason'])}" if made["verdict"] else ""
    yield f"{made['language']:<10} {state}{verdict}{_because(made['failure'])}"
    if made["again"]:
        yield f"           made in full {say.moment(made['again'])}"
    yield from _assigned(made["assignment"])
    if made["page"]:
        page = made["page"]
        where = "on the site" if page["on_site"] else "a note stands there" if page["withdrawn"] else "not on the site yet"
        yield f"           {page['path']}: {where}{', since ' + say.moment(page['published']) if page['published'] else ''}"
        for change in page["notes"]:
            yield f"           {change['kind']} {say.moment(change['when'])}: {change['text']}"
    for line in made["tried"]:
        yield f"           tried before: {line}"
    yield from _sentences(made, every)


def _cost(spent: Item, currency: str) -> str:
    counted = f"{say.many(spent['characters'], 'character')}, {say.many(spent['tokens'], 'token')}"
    return f"Cost       {spent['language']} by {spent['engine']}: {counted}, {spent['micros'] / 1_000_000:.4f} {currency}".rstrip()


def _assigned(how: Item) -> Iterable[str]:
    """What modes and routing rules said."""
    if how["routes"]:
        yield f"           routing rules that match: {', '.join(how['routes'])}"
    said = [
        "breaking news: goes before others" if how["breaking"] else "", f"section {how['section']}" if how["section"] else "",
        f"engines {', '.join(how['engines'])}" if how["engines"] else "", how["headline_only"], how["hold"],
    ]  # fmt: skip
    if any(said):
        yield f"           {'; '.join(s for s in said if s)}"


def _sentences(made: Item, every: bool) -> Iterable[str]:
    if not made["sentences"]:
        return
    origins = Counter(s["origin"] for s in made["sentences"])
    counted = ", ".join(f"{n} from {origin}" for origin, n in origins.most_common())
    engine = f" by {made['engine']}" if made["engine"] else ""
    yield f"           {say.many(len(made['sentences']), 'sentence')}{engine}: {counted}"
    for sentence in made["sentences"]:
        if every or sentence["issues"]:
            yield from _sentence(sentence)


def _sentence(sentence: Item) -> Iterable[str]:
    mark = say.styled("✓", "ok") if sentence["passed"] else say.styled("✗", "fail")
    yield f"           {mark} {sentence['place']} ({sentence['origin']}) {_short(sentence['source'])}"
    yield f"             → {_short(sentence['target'])}"
    for issue in sentence["issues"]:
        yield f"             {issue['severity']} {issue['kind']}: {issue['note']}"


def _short(text: str) -> str:
    return text if len(text) <= WIDTH else text[: WIDTH - 1] + "…"


def _because(reason: str | None) -> str:
    return f" ({reason})" if reason else ""
