"""``nginx-conf``: a server block for the published tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.config import Config


@click.command("nginx-conf")
@options.config
@click.option(
    "--upstream", default="127.0.0.1:8080", show_default=True, help="Where `babelwire serve` answers search and reports; `off`: nowhere."
)
@click.option("--brotli", is_flag=True, help="The brotli module is there (libnginx-mod-http-brotli-static).")
@click.option("--certificate", default="", metavar="FILE", help="Of the TLS certificate, with --key.")
@click.option("--key", default="", metavar="FILE", help="Of its key.")
@click.option(
    "--desk", default="", metavar="HOST:PORT", help="Pass [web] desk_url on to the operator's desk, which listens here.  [default: not]"
)
@click.option("--gone", is_flag=True, help="Print the map of what was taken down instead, one address a line.")
def nginx_conf(path: Path, upstream: str, brotli: bool, certificate: str, key: str, desk: str, gone: bool) -> None:
    """Print an nginx server block for the published tree: compressed variants, lifetimes, 404 and 410 pages, security headers.

    Search and reports, where [web] has them, are passed on to `babelwire serve`. Check it with `nginx -t`.
    """
    from babelwire.web import nginx

    config = opening.outline(path)
    root = config.data / config.publish.path
    if gone:
        say.data("\n".join(nginx.gone(root)))
        return
    if bool(certificate) != bool(key):
        raise click.UsageError("--certificate and --key go together")
    block = nginx.Block(
        name=urlsplit(config.desk.base_url).hostname or "_",
        root=root,
        languages=[e.language for e in config.editions],
        gone=config.data / "gone.map",
        upstream="" if upstream == "off" else upstream,
        asked=[path for path, on in (("search", config.web.search), ("report", config.web.reports)) if on],
        brotli=brotli,
        certificate=certificate,
        key=key,
        desk_name=_desk_name(config, certificate) if desk else "",
        desk=desk,
    )
    say.data(nginx.conf(block).rstrip("\n"))


def _desk_name(config: Config, certificate: str) -> str:
    """The host of the desk's address. Raises UsageError, ConfigError: no browser could sign in there."""
    from babelwire.errors import ConfigError

    where = config.web.desk_url
    name = urlsplit(where).hostname or ""
    if not certificate:
        raise click.UsageError("--desk needs --certificate and --key: without TLS no browser signs in")
    if not where.startswith("https:"):
        raise ConfigError(f'{config.path}: web.desk_url: where will a browser find the desk? Like "https://desk.example"')
    if name == urlsplit(config.desk.base_url).hostname:
        raise ConfigError(f"{config.path}: web.desk_url: the desk needs a host of its own, {name} is the site's")
    return name
