"""The published tree served by nginx: a server block that answers as ``files`` does, byte for byte of body and header by header.

Compressed variants lie beside the files (``gzip_static``, ``brotli_static``), lifetimes and headers are those of ``files``, and
what readers ask the desk (search, report) is passed on. nginx cannot look into a page for the mark of a tombstone, so the
addresses of tombstones stand in a map that ``gone`` makes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babelwire.web.files import GONE, HSTS, NAMED, OPEN, SECURITY, TYPES

NAME = re.compile(r"[A-Za-z0-9._~/-]+")  #: what may stand in a path of ours, and so unquoted in the map


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What the server block is made of."""

    name: str  #: server_name
    root: Path  #: the published tree
    languages: Sequence[str]  #: of the editions
    gone: Path  #: the file with the map of tombstones
    upstream: str = ""  #: host and port that answer what readers ask; empty: nobody does
    asked: Sequence[str] = ("search", "report")  #: the first part of such an address, after the edition's
    brotli: bool = False  #: is the module there?
    certificate: str = ""  #: with ``key``: TLS, and plain http sent on to it
    key: str = ""
    desk_name: str = ""  #: server_name of the operator's desk, with ``desk``: only behind TLS
    desk: str = ""  #: host and port at which it listens; empty: nginx knows nothing of it


def gone(root: Path) -> Iterator[str]:
    """Lines of the map: every tombstone of the tree."""
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith((".html", ".json")) and _is_tombstone(Path(folder, name)):
                path = "/" + str(Path(folder, name).relative_to(root)).removesuffix("index.html")
                if NAME.fullmatch(path):
                    yield f"{path} 1;"


def conf(block: Block) -> str:
    """The whole file, to be included in nginx's http block."""
    names = [block.name, *([block.desk_name] if block.desk else [])] if block.certificate else []
    parts = [_maps(block), *map(_redirect, names), _server(block), *([_desk(block)] if block.desk else [])]
    return "\n".join(parts)


# ---------------------------------------------------------------------------------------------- the small steps


def _is_tombstone(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(512)
    return any(mark in head for mark in GONE)


def _maps(block: Block) -> str:
    open_to_all = "|".join(e[1:] for e in OPEN)
    languages = _editions(block)
    return f"""\
# Made by `babelwire nginx-conf`. Goes into the http block: /etc/nginx/sites-enabled/ or conf.d/.
map $uri $babelwire_fresh {{
    ~^/assets/                  "public, max-age=31536000, immutable";
    ~(/|\\.html|/index\\.json)$    "public, max-age=60, stale-while-revalidate=600";
    default                     "public, max-age=300";
}}
map $status $babelwire_cache {{
    ~^(200|206|304|410)$        $babelwire_fresh;
    404                         "max-age=30";
    301                         "max-age=3600";
    default                     "";
}}
map "$status $uri" $babelwire_open {{
    "~^(200|206|304|410) .*\\.({open_to_all})$"    "*";
    default                     "";
}}
map $request_uri $babelwire_missing {{
    ~^/(?<babelwire_edition>{languages})/    /$babelwire_edition/404.html;
    default                     /404.html;
}}
# Addresses of what was taken down; renewed by: babelwire nginx-conf --gone > {block.gone} && nginx -s reload
map $uri $babelwire_gone {{
    default                     0;
    include                     {block.gone}*;
}}
"""


def _editions(block: Block) -> str:
    """As a pattern; a site without editions has an address that nobody asks for."""
    return "|".join(block.languages) or "none"


def _redirect(name: str) -> str:
    return f"""\
server {{
    listen 80;
    listen [::]:80;
    server_name {name};
    return 301 https://{name}$request_uri;
}}
"""


def _server(block: Block) -> str:
    return f"""\
server {{
{_doors(block)}
    server_name {block.name};
    server_tokens off;
    root {block.root};
    index index.html;
    absolute_redirect off;
    etag on;
    gzip off;
    gzip_static on;
    gzip_vary on;
{_brotli(block)}
    client_max_body_size 64k;

    types {{
{_types()}
    }}
    default_type application/octet-stream;

{_headers(block)}

    if ($babelwire_gone) {{ return 410; }}
    if ($request_method !~ ^(GET|HEAD|POST)$) {{ return 405; }}
    error_page 410 @gone;
    error_page 404 $babelwire_missing;

    location / {{
        limit_except GET {{ deny all; }}
        try_files $uri $uri/ =404;
    }}
{_named()}
    # Not addresses: variants, unfinished and hidden files, and the files behind addresses that end in a slash.
    location ~ \\.(br|gz|tmp)$ {{ return 404; }}
    location ~ /\\.(?!well-known/) {{ return 404; }}
    location ~ /(index|404)\\.html$ {{ internal; }}
{_passed_on(block)}
    location @gone {{
        try_files ${{uri}}index.html $uri =410;
    }}
}}
"""


def _desk(block: Block) -> str:
    """The desk makes its own headers; what nginx must not do is change the host, by which it knows its forms."""
    return f"""\
# The operator's desk: a name of its own, which the certificate has to hold, too.
server {{
{_doors(block)}
    server_name {block.desk_name};
    server_tokens off;
    client_max_body_size 256k;

    location / {{
        proxy_pass http://{block.desk};
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_read_timeout 120s;
    }}
}}
"""


def _doors(block: Block) -> str:
    if not block.certificate:
        return "    listen 80;\n    listen [::]:80;"
    return f"""\
    listen 443 ssl http2;
    listen [::]:443 ssl http2;
    ssl_certificate {block.certificate};
    ssl_certificate_key {block.key};
    ssl_protocols TLSv1.2 TLSv1.3;"""


def _brotli(block: Block) -> str:
    if block.brotli:
        return "    brotli_static on;"
    return "    # With libnginx-mod-http-brotli-static: babelwire nginx-conf --brotli"


def _types() -> str:
    kinds = {ending: kind.partition(";")[0] for ending, kind in TYPES.items()}
    lines = [f"        {kind} {ending[1:]};" for ending, kind in sorted(kinds.items())]
    return "\n".join(lines)


def _headers(block: Block) -> str:
    """All of them here: a location with an add_header of its own would lose the others."""
    fixed = [*SECURITY, HSTS] if block.certificate else SECURITY
    lines = [f'    add_header {name.decode()} "{value.decode()}" always;' for name, value in fixed]
    lines += ["    add_header cache-control $babelwire_cache always;", "    add_header access-control-allow-origin $babelwire_open always;"]
    text = sorted({kind.partition(";")[0] for kind in TYPES.values() if "charset" in kind} - {"text/html"})
    return "\n".join([*lines, "    charset utf-8;", f"    charset_types {' '.join(text)};"])


def _named() -> str:
    return "\n".join(
        f"    location ~ /{re.escape(name)}$ {{ types {{ }} default_type {kind}; try_files $uri =404; }}" for name, kind in NAMED.items()
    )


def _passed_on(block: Block) -> str:
    if not (block.upstream and block.asked):
        return ""
    return f"""\
    # What readers ask the desk. Their addresses are passed on: who sends many reports is slowed down.
    location ~ ^/({_editions(block)})/({"|".join(block.asked)})/ {{
        proxy_pass http://{block.upstream};
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_read_timeout 15s;
    }}"""
