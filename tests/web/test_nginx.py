"""nginx on the published tree answers as our own server does. Without nginx (or BABELWIRE_NGINX naming it) only the text is looked at."""

from __future__ import annotations

import gzip
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from babelwire.web import nginx
from babelwire.web.files import CSP, Files

PAGE = b"<!doctype html><title>x</title>" + b"<p>Le bac circule.</p>" * 40
TOMB = b'<!doctype html><meta name="babelwire:status" content="410"><title>gone</title>'
TREE = {
    "index.html": PAGE,
    "404.html": b"<title>not here</title>",
    "fr/index.html": PAGE,
    "fr/404.html": b"<title>pas ici</title>",
    "fr/feed.atom": b"<feed/>" * 60,
    "fr/feed.rss": b"<rss/>",
    "fr/feed.json": b"{}",
    "fr/opensearch.xml": b"<x/>",
    "fr/2026/11/24/a-b/index.html": PAGE,
    "fr/2026/11/24/a-b/index.json": b"{}",
    "fr/2026/11/24/gone/index.html": TOMB,
    "fr/2026/11/24/gone/index.json": b'{"status":410}\n',
    "assets/style.0123.css": b"p{}" * 100,
    "assets/logo.0123.svg": b"<svg/>",
    ".well-known/security.txt": b"Contact: x\n",
    ".part": b"unfinished",
    "robots.txt": b"User-agent: *\n",
}
PATHS = [
    "/", "/fr/", "/fr", "/fr/2026/11/24/a-b/", "/fr/2026/11/24/a-b", "/fr/2026/11/24/a-b/index.json", "/fr/feed.atom", "/fr/feed.rss",
    "/fr/feed.json", "/fr/opensearch.xml", "/assets/style.0123.css", "/assets/logo.0123.svg", "/robots.txt", "/.well-known/security.txt",
    "/fr/2026/11/24/gone/", "/fr/2026/11/24/gone/index.json", "/nothing", "/fr/nothing/", "/index.html", "/fr/index.html", "/404.html",
    "/fr/404.html", "/.part", "/fr/index.html.gz", "/fr/feed.atom.br",
]  # fmt: skip
HEADERS = (
    "content-type", "content-encoding", "cache-control", "vary", "access-control-allow-origin", "content-security-policy",
    "x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "permissions-policy", "location",
)  # fmt: skip


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("nginx") / "site"
    for name, body in TREE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if len(body) > 100:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(body))
            path.with_name(f"{path.name}.br").write_bytes(brotli.compress(body))
        path.write_bytes(body)
    root.chmod(0o755)
    root.parent.chmod(0o755)
    return root


def block(tree: Path, **more: object) -> nginx.Block:
    given: dict[str, object] = {"name": "news.example", "root": tree, "languages": ["fr", "pt-BR"], "gone": tree.parent / "gone.map"}
    return nginx.Block(**(given | more))  # type: ignore[arg-type]


def test_the_map_names_every_tombstone(tree: Path) -> None:
    assert sorted(nginx.gone(tree)) == ["/fr/2026/11/24/gone/ 1;", "/fr/2026/11/24/gone/index.json 1;"]


def test_the_block_says_what_it_must(tree: Path) -> None:
    text = nginx.conf(block(tree, upstream="127.0.0.1:8080", brotli=True, certificate="/tls/a.pem", key="/tls/a.key"))
    for words in (
        "gzip_static on;", "brotli_static on;", f'content-security-policy "{CSP}" always', "strict-transport-security",
        "listen 443 ssl http2;", "return 301 https://news.example$request_uri;", "ssl_certificate_key /tls/a.key;",
        "location ~ ^/(fr|pt-BR)/(search|report)/", "proxy_pass http://127.0.0.1:8080;", f"include                     {tree.parent}/gone.map*;",
    ):  # fmt: skip
        assert words in text
    assert "desk.example" not in text, "the desk is passed on only where one says so"
    whole = block(tree, certificate="/tls/a.pem", key="/tls/a.key", desk_name="desk.example", desk="127.0.0.1:8081")
    desk = nginx.conf(whole).partition("# The operator's desk")[2]
    for words in ("server_name desk.example;", "proxy_pass http://127.0.0.1:8081;", "proxy_set_header Host $http_host;", "listen 443 ssl"):
        assert words in desk
    assert "return 301 https://desk.example$request_uri;" in nginx.conf(whole)
    plain = nginx.conf(block(tree))
    assert "strict-transport-security" not in plain and "proxy_pass" not in plain and "brotli_static" not in plain


@pytest.fixture(scope="module")
def served(tree: Path) -> Iterator[int]:
    """nginx on the tree; the port it listens at."""
    program = os.environ.get("BABELWIRE_NGINX") or shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not here (apt-get install nginx-light, or BABELWIRE_NGINX=/path/to/nginx)")
    folder = tree.parent
    (folder / "gone.map").write_text("\n".join(nginx.gone(tree)), encoding="utf-8")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    text = nginx.conf(block(tree)).replace("    listen 80;\n    listen [::]:80;", f"    listen 127.0.0.1:{port};")
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    owner = "user root;\n" if os.geteuid() == 0 else ""
    main = f"{owner}daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{text}\n}}\n"
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    command = [program, "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)
    assert checked.returncode == 0 and "warn" not in checked.stderr, checked.stderr
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            wait(port, process)
            yield port
        finally:
            process.terminate()


def wait(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not start")


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    with_close = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        with_close.request(method, path, headers=headers)
        answer = with_close.getresponse()
        found: dict[str, str] = {}
        for name, value in answer.getheaders():
            found[name.lower()] = value
        return answer.status, found, answer.read()
    finally:
        with_close.close()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_it_answers_as_our_own_server(served: int, tree: Path, path: str, accepted: str) -> None:
    status, own, body = Files(tree).answer("GET", path, {b"accept-encoding": accepted.encode()})
    ours = {name.decode(): value.decode() for name, value in own}
    found, theirs, answer = ask(served, path, **{"accept-encoding": accepted})
    assert found == status
    if status == 301:
        assert theirs["location"] == ours["location"]
        return
    assert answer == body
    for name in HEADERS:
        if name == "vary" and len(body) <= 100:
            continue  # nginx says it only where there is something to choose
        assert same(theirs.get(name), ours.get(name)), name


def same(one: str | None, other: str | None) -> bool:
    return (one or "").lower().replace(" ", "") == (other or "").lower().replace(" ", "")


def test_methods_and_conditions(served: int) -> None:
    headers = ask(served, "/fr/")[1]
    assert ask(served, "/fr/", **{"if-none-match": headers["etag"]})[0] == 304
    assert ask(served, "/fr/", method="HEAD")[0] == 200
    assert ask(served, "/fr/", method="POST")[0] in (403, 405)
    assert ask(served, "/fr/", method="PUT")[0] == 405
    assert ask(served, "/../nginx.conf")[0] in (400, 404)
    assert ask(served, "/nothing")[1]["content-security-policy"] == CSP
