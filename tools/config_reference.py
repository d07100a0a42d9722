"""Writes docs/configuration.md's reference from config/tables.py: keys, types, defaults and the comments beside them.

python tools/config_reference.py > docs/configuration.md
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

import msgspec

from babelwire import budget, config, routing

TABLES: tuple[tuple[str, type[config.Table], str], ...] = (
    ("[desk]", config.Desk, "Who you are."),
    ("[fetch]", config.Fetch, "How requests are made. Every request of the desk goes through one door."),
    ("[poll]", config.Poll, "How often feeds are read."),
    ("[take]", config.Take, "Taking articles out of pages, in limited worker processes."),
    ("[store]", config.StoreTable, "Where rows are kept."),
    ("[publish]", config.Publish, "Where the site goes."),
    ("[web]", config.Web, "The operator's desk in the browser; see desk.md."),
    ("[observe]", config.Observe, "What the desk says of itself: metrics, health, its log; see observing.md."),
    (
        "[alerts]",
        config.Alerts,
        "When a person is told, through [notify]; see observing.md.",
    ),
    ("[translate]", config.Translate, "The ladder of engines and the bar a translation has to reach."),
    ("[engines.NAME]", config.EngineTable, "A translation engine; see engines.md for the kinds and their options."),
    ("[pairs.en-fr]", config.PairTable, "One pair of languages, where it is to differ from [translate]."),
    ("[editions.LANGUAGE]", config.EditionTable, "An edition: all that is published in one language (BCP 47: fr, pt-BR, zh-Hant)."),
    ("[sources.NAME]", config.SourceTable, "A publisher and its feeds. The default licence, `link`, shows headline and link only."),
    ("A feed with more than an address", config.FeedTable, "In `feeds` of a source, instead of a plain address."),
    ("[[routes]]", routing.Route, "A routing rule, written once for each; see routing.md."),
    ("`when` of a routing rule", routing.When, "What an article has to be. Each key takes one value or several."),
    ("`then` of a routing rule", routing.Then, "What becomes of it."),
    ("[budget]", budget.Budget, "What engines may cost in a day, on the whole; see engines.md."),
    ("[budget.engines.NAME]", budget.EngineBudget, "What one engine costs and may cost. Only engines with such a table are counted."),
    ("[budget.feed], and [budget.feeds.ADDRESS]", budget.Ceiling, "What may be spent on any one feed, and on this one instead."),
    ("[notify.NAME]", config.EngineTable, "Whom to tell of news: kinds `websub`, `webhook`, `apprise`."),
)
HEAD = """# Configuration

One TOML file, `babelwire.toml`; `babelwire init` writes one with comments. An unknown key is an error that names the nearest
known one. A secret is never written in the file: its value is `env:NAME` (environment) or `file:PATH`. Paths are relative to
the file. `rules = ["folder"]` names folders with extraction rules of your own, `glossaries = ["terms.toml"]` glossary files.

*Made by `tools/config_reference.py` from `config/tables.py`; a test holds it equal.*
"""


def rows(table: type[config.Table]) -> Iterator[str]:
    """A line of the Markdown table for each key."""
    notes = dict(re.findall(r"^    (\w+): .*?#: (.+)$", inspect.getsource(table), re.M))
    types = dict(re.findall(r"^    (\w+): ([^=#\n]+?)\s*(?:=|#|$)", inspect.getsource(table), re.M))
    for field in msgspec.structs.fields(table):
        missing = field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
        default = "required" if missing else f"`{toml(field.default if field.default is not msgspec.NODEFAULT else {})}`"
        kind = types.get(field.name, "").replace("|", "or")
        yield f"| `{field.encode_name}` | {kind} | {default} | {notes.get(field.name, '')} |"


def toml(value: object) -> str:
    """A default as it would stand in the file."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(v) for v in value) + "]"
    if isinstance(value, str):
        return f'"{value}"'
    return str(value) if isinstance(value, int | float) else "{}"


def reference() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, table, note in TABLES:
        parts.append(f"## {name}\n\n{note}\n\n| key | type | default | |\n|---|---|---|---|\n" + "\n".join(rows(table)) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(reference())
