"""``config show``: the whole configuration as the desk understands it, and where each value comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from babelwire.cli import opening, options, say


@click.group("config", no_args_is_help=True)
def config() -> None:
    """Show the configuration, and where each value comes from."""


@config.command("show")
@options.config
@options.as_json
@click.option("--origin", is_flag=True, help="Where each value comes from: default, file and line, env:NAME, file:PATH.")
@click.option("--changed", is_flag=True, help="Only what is not at its default.")
@click.argument("key", required=False, default="")
def show(path: Path, as_json: bool, origin: bool, changed: bool, key: str) -> None:
    """Every setting with its value. KEY: only what begins so, like `poll` or `engines.deepl`. Secrets are never shown."""
    from babelwire import origins
    from babelwire.errors import ConfigError

    found = origins.settings(opening.outline(path))
    chosen = [s for s in found if _under(s.key, key) and not (changed and s.origin == "default")]
    if key and not chosen and not changed:
        raise ConfigError(f"{path}: no setting {key!r}; known tables: {', '.join(dict.fromkeys(s.key.partition('.')[0] for s in found))}")
    if as_json:
        say.json([{"key": s.key, "value": _plain(s.value), "origin": s.origin} for s in chosen])
    elif origin:
        say.table(("Setting", "Value", "Origin"), [(s.key, _written(s.value), s.origin) for s in chosen])
    else:
        say.table(("Setting", "Value"), [(s.key, _written(s.value)) for s in chosen])


def _under(key: str, start: str) -> bool:
    return not start or key == start or key.startswith(f"{start}.")


def _plain(value: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(value)


def _written(value: Any) -> str:
    return "-" if value is None else json.dumps(_plain(value), ensure_ascii=False)
