"""What is printed where: data to stdout, talk and progress to stderr. rich is loaded only when a terminal is to look good.

Off a terminal a table is its rows with tabs between the cells, for ``cut`` and ``awk``; NO_COLOR is obeyed everywhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TextIO

import click

STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


def data(text: str = "") -> None:
    """A line of the answer."""
    click.echo(text, color=_colours(sys.stdout))


def note(text: str) -> None:
    """A line that is no part of the answer."""
    click.echo(text, err=True, color=_colours(sys.stderr))


def json(value: object) -> None:
    """The answer for machines."""
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def styled(text: str, colour: str = "", *, bold: bool = False, dim: bool = False) -> str:
    """Text in a colour, where there are colours (``ok``, ``warn``, ``fail`` are some)."""
    return click.style(text, fg=STYLES.get(colour, colour) or None, bold=bold or None, dim=dim or None)


def table(
    columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "", right: Collection[int] = (), people: bool = False
) -> None:
    """Rows under headings: drawn on a terminal, with tabs elsewhere (without headings and title), unless it is for ``people``."""
    cells = [["" if c is None else str(c) for c in row] for row in rows]
    if terminal(sys.stdout):
        _draw(columns, cells, title, right)
    elif people:
        _align(columns, cells, title, right)
    else:
        for row in cells:
            click.echo("\t".join(" ".join(click.unstyle(c).split()) for c in row))


def _draw(columns: Sequence[str], cells: Sequence[Sequence[str]], title: str, right: Collection[int]) -> None:
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, title_justify="left", title_style="bold", box=_box(), pad_edge=False, header_style="bold")
    for n, name in enumerate(columns):
        drawn.add_column(name, justify="right" if n in right else "left", overflow="fold")
    for row in cells:
        drawn.add_row(*(Text.from_ansi(c) for c in row))
    _console(sys.stdout).print(drawn)


def _align(columns: Sequence[str], cells: Sequence[Sequence[str]], title: str, right: Collection[int]) -> None:
    lines = [list(columns), *([click.unstyle(c) for c in row] for row in cells)]
    widths = [max(len(line[n]) for line in lines) for n in range(len(columns))]
    if title:
        data(f"\n{title}")
    for line in lines:
        padded = [c.rjust(widths[n]) if n in right else c.ljust(widths[n]) for n, c in enumerate(line)]
        data("  " + "  ".join(padded).rstrip())


def moment(when: datetime | str | None) -> str:
    """A time as people read it: local, to the minute."""
    if when is None:
        return "-"
    at = datetime.fromisoformat(when) if isinstance(when, str) else when
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def many(number: int, thing: str, things: str = "") -> str:
    """``1 feed``, ``2 feeds``."""
    return f"{number} {thing if number == 1 else things or thing + 's'}"


def terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class Progress:
    """Bars on stderr; off a terminal nothing at all."""

    def __init__(self, bars: Any = None) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def step(self, what: str, by: int = 1, *, total: int | None = None) -> None:
        """``by`` more of ``what`` are done, of ``total`` where that is known."""
        if self._bars is None:
            return
        if what not in self._tasks:
            self._tasks[what] = self._bars.add_task(what, total=total)
        self._bars.update(self._tasks[what], advance=by, **({} if total is None else {"total": total}))


@contextmanager
def progress() -> Iterator[Progress]:
    """For long work."""
    if not terminal(sys.stderr):
        yield Progress()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (SpinnerColumn(), TextColumn("{task.description:<12}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=_console(sys.stderr), transient=True) as bars:
        yield Progress(bars)


def field(value: Mapping[str, object], *path: str) -> Any:
    """A value inside nested mappings, None where one lacks."""
    found: Any = value
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _colours(stream: TextIO) -> bool | None:
    return False if os.environ.get("NO_COLOR") else None


def _console(stream: TextIO) -> Any:
    from rich.console import Console

    return Console(file=stream, highlight=False)


def _box() -> Any:
    from rich import box

    return box.SIMPLE_HEAD
