"""The command line: parse, make, call, print. Nothing but click is imported before a command is known.

    __init__   the table of commands, each loaded when it is named; errors become one line and an exit status
    say        what is printed where: data to stdout, talk to stderr; tables, colours, progress
    options    what several commands take
    opening    Config -> store, desk, with the feeds of the configuration known to the store

Exit status: 0 done; 1 it failed, or something needs a person; 2 the command line or the configuration cannot be used.
"""

from __future__ import annotations

import difflib
import importlib
from pathlib import Path
from typing import Any

import click

from babelwire import __version__
from babelwire.cli import examples
from babelwire.errors import BabelwireError, ConfigError

#: name -> (module:attribute, one line for ``--help``): help is printed without loading the commands.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("start:init", "Write a commented babelwire.toml."),
    "demo": ("demo:demo", "A small world of news sites, the desk run on it, and the site served."),
    "run": ("run:run", "Run the desk: poll, take, translate, publish, again and again."),
    "poll": ("run:poll", "Ask the feeds that are due, and keep what is new."),
    "publish": ("run:publish", "Bring out what is ready, take down what is withdrawn."),
    "serve": ("run:serve", "Serve the published site over HTTP."),
    "status": ("status:status", "The state of affairs; exit status 1 when something needs a person."),
    "why": ("why:why", "The story of one item: fetched, extracted, translated, published where."),
    "doctor": ("doctor:doctor", "Look over configuration, store, engines and feeds; say what to do."),
    "config": ("config:config", "Show the configuration, and where each value comes from."),
    "feeds": ("feeds:feeds", "List, add, test, import, export and discover feeds."),
    "engines": ("engines:engines", "List and test translation engines."),
    "glossary": ("glossary:glossary", "List, check, import terms; see what a change means; apply it."),
    "names": ("names:names", "How names are written in other languages: list, set, forget."),
    "memory": ("memory:memory", "The translation memory: export and import TMX."),
    "translate": ("translate:translate", "The whole way for one page: fetch, extract, translate, check, show."),
    "release": ("release:release", "Publish what is held for a person to read first."),
    "routes": ("routes:routes", "List routing rules, and try them on a stored article."),
    "retry": ("status:retry", "Bring failed and held items back to be tried again."),
    "takedown": ("status:takedown", "Take an article off the site, for good."),
    "user": ("user:user", "Who may sign in at the desk; tokens of scripts."),
    "backup": ("status:backup", "Copy the database while the desk goes on working."),
    "restore": ("restore:restore", "Put a backup in the place of the database; keep what is there."),
    "nginx-conf": ("nginx:nginx_conf", "Print an nginx server block for the published tree."),
    "systemd-unit": ("systemd:systemd_unit", "Print a systemd unit that runs this desk."),
    "completion": ("completion:completion", "Print what completes commands in bash, zsh or fish."),
}


class Fault(click.ClickException):
    """One line on stderr, and exit status 1."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split("\n")))

    def show(self, file: Any = None) -> None:
        from babelwire.cli import say

        say.note(f"{say.styled('error:', 'red')} {self.message}")


class Misfit(Fault):
    """The configuration cannot be used: exit status 2, as for a wrong command line."""

    exit_code = 2


class Commands(click.Group):
    """The commands, loaded when named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"babelwire.cli.{module}"), attribute)
        examples.add(name, command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        near = difflib.get_close_matches(args[0], COMMANDS, 1) if args and args[0] not in COMMANDS else []
        if near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as error:
            raise Misfit(str(error)) from error
        except BabelwireError as error:
            raise Fault(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", message="babelwire %(version)s")
@click.option(
    "--config", type=click.Path(path_type=Path), envvar="BABELWIRE_CONFIG", metavar="FILE",
    help="The configuration (environment: BABELWIRE_CONFIG).  [default: babelwire.toml]",
)  # fmt: skip
def main(config: Path | None) -> None:
    """An automatic multilingual news desk: feeds in, a checked and translated news site out.

    Begin with `babelwire demo`, or with `babelwire init` and `babelwire run`.
    """
