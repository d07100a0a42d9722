"""``nginx-conf``: a server block for the published tree."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from babelwire.cli import opening, options, say


@click.command("nginx-conf")
@options.config
@click.option(
    "--upstream", default="127.0.0.1:8080", show_default=True, help="Where `babelwire serve` answers search and reports; `off`: nowhere."
)
@click.option("--brotli", is_flag=True, help="The brotli module is there (libnginx-mod-http-brotli-static).")
@click.option("--certificate", default="", metavar="FILE", help="Of the TLS certificate, with --key.")
@click.option("--key", default="", metavar="FILE", help="Of its key.")
@click.option("--gone", is_flag=True, help="Print the map of what was taken down instead, one address a line.")
def nginx_conf(path: Path, upstream: str, brotli: bool, certificate: str, key: str, gone: bool) -> None:
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
    )
    say.data(nginx.conf(block).rstrip("\n"))
