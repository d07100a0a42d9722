"""``init``: a commented babelwire.toml."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from babelwire import writing
from babelwire.cli import options, say

NAME, ADDRESS, LANGUAGES = "Babelwire", "http://127.0.0.1:8080", "en"


@click.command()
@options.config
@click.option("--name", help="What the site is called.")
@click.option("--address", help="Where readers find it: https://news.example.org")
@click.option("--languages", help="Of its editions, with commas between: fr,es,pt-BR")
@click.option("--feed", "feeds", multiple=True, help="A feed to begin with; may be given several times.")
@click.option("--contact", default="", help="An address people can write to.")
@click.option("--yes", is_flag=True, help="Ask nothing: take the options and the defaults.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def init(
    path: Path, name: str | None, address: str | None, languages: str | None, feeds: tuple[str, ...], contact: str, yes: bool, force: bool
) -> None:
    """Write a commented babelwire.toml. Asks four things (name, address, languages, a feed) that are not given as options."""
    from babelwire.errors import ConfigError

    if path.exists() and not force:
        raise ConfigError(f"{path} is there already; --force replaces it")
    ask = not yes and interactive()
    name = name or _asked(ask, "Name of the site", NAME)
    address = address or _asked(ask, "Address of the site", ADDRESS)
    languages = languages or _asked(ask, "Languages of its editions", LANGUAGES)
    feeds = feeds or tuple(f for f in (_asked(ask, "A feed to begin with (may be left empty)", ""),) if f)
    writing.save(path, text(name, address, [x.strip() for x in languages.split(",") if x.strip()], feeds, contact))
    say.note(f"{path} is written. Look it over, then: babelwire doctor, babelwire run")


def interactive() -> bool:
    """Is there somebody to ask?"""
    return sys.stdin.isatty()


def _asked(ask: bool, question: str, default: str) -> str:
    return str(click.prompt(question, default=default, show_default=bool(default), err=True)) if ask else default


def text(name: str, address: str, languages: list[str], feeds: tuple[str, ...], contact: str) -> str:
    """The file."""
    parts = [HEAD.format(name=json.dumps(name, ensure_ascii=False), address=json.dumps(address), contact=json.dumps(contact))]
    parts += [f"[editions.{language}]\n# title = \"…\"            # what this edition is called; its site's name where it is not given\n"
              "# time_zone = \"Europe/Paris\"\n" for language in languages]  # fmt: skip
    parts.append(SOURCES)
    taken: list[str] = []
    for feed in feeds:
        host = urlsplit(feed).hostname or "source"
        taken.append(writing.identifier(host.removeprefix("www."), taken))
        parts.append(writing.source(taken[-1], [feed], name=host.removeprefix("www."), licence="link").lstrip("\n"))
    return "\n".join(parts)


HEAD = """\
# Babelwire's configuration. Every key: docs/configuration.md. An unknown key is an error; a secret is env:NAME or file:PATH.

[desk]
name = {name}
base_url = {address}         # where readers find the site, no slash at its end
contact = {contact}          # an address people can write to; sent to every server we ask
data = "data"                # folder for the database and the site, beside this file

# [fetch]
# spacing = 1.0              # seconds between two requests to one host
# allow_networks = []        # networks that are not public and may be contacted all the same, like "10.1.0.0/16"

[web]
search = true                # readers can search, and
reports = true               # report errors: `babelwire serve` answers them. On a host that only holds files, both are false

[translate]
engines = ["apertium"]       # best first; more under [engines.NAME], see docs/engines.md
# weak_is = "mark"           # pairs measured as weak: "mark" (published as gist) or "hold"

# [engines.models]           # neural models in a folder
# kind = "ctranslate2"
# options = {{ path = "models" }}

# [web]
# desk = "127.0.0.1:8081"    # the desk in the browser; first `babelwire user add NAME --role admin`; see docs/desk.md

# [observe]
# listen = "127.0.0.1:9464"  # /metrics for Prometheus, /health

# [notify.ops]               # who is told when a feed dies or an edition goes silent; see docs/observing.md
# kind = "apprise"           # pip install babelwire[channels]
# options = {{ urls = "env:OPS_CHANNEL" }}

# ---------------------------------------------------------------- an edition for each language of your readers
"""

SOURCES = """\
# ---------------------------------------------------------------- publishers and their feeds
# `babelwire feeds add URL` writes these. licence says what may be shown of their articles: "full" (an agreement, or a free
# licence: whole articles, translated), "excerpt" (headline and two sentences), "link" (headline only, the default).
"""
