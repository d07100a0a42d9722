"""What several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
DEFAULT = Path("babelwire.toml")


def _path(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path:
    """The command's own ``--config``, else the one before the command or of the environment, else ``babelwire.toml``."""
    return value or ctx.find_root().params.get("config") or DEFAULT


def config(command: F) -> F:
    """``--config FILE``, as ``path``."""
    return click.option(
        "--config", "path", type=click.Path(path_type=Path), callback=_path, metavar="FILE", help="The configuration."
    )(command)  # fmt: skip


def as_json(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)
