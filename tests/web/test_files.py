"""The file app: variants, conditional requests, tombstones, headers, and nothing outside the tree."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli
import pytest

from babelwire.web import app
from babelwire.web.files import CSP, Files
from tests.web.asking import Client

PAGE = b"<!doctype html><title>Une page</title>" + b"<p>Bonjour.</p>" * 40
TOMB = b'<!doctype html><html><head><meta charset="utf-8">\n<meta name="babelwire:status" content="410">\n<title>x</title>'


def put(root: Path, path: str, body: bytes, variants: bool = True) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    if variants:
        file.with_name(file.name + ".br").write_bytes(brotli.compress(body))
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(body, mtime=0))
    new = file.with_name(file.name + ".new")
    new.write_bytes(body)
    os.replace(new, file)  # noqa: PTH105


@pytest.fixture
def root(tmp_path: Path) -> Path:
    site = tmp_path / "site"
    put(site, "fr/index.html", PAGE)
    put(site, "fr/404.html", b"<title>introuvable</title>" * 3)
    put(site, "404.html", b"<title>not found</title>" * 3)
    put(site, "fr/feed.atom", b"<feed/>")
    put(site, "fr/feed.json", b"{}")
    put(site, "fr/a/index.json", b'{"version":1}', variants=False)
    put(site, "fr/gone/index.html", TOMB)
    put(site, "fr/gone/index.json", b'{"status":410,"id":"x"}', variants=False)
    put(site, "assets/style.0123456789.css", b"a{}")
    put(site, ".well-known/security.txt", b"Contact: mailto:x@example.org\n")
    put(site, ".hidden/secret.txt", b"no")
    (tmp_path / "outside.txt").write_text("secret")
    return site


@pytest.fixture
def client(root: Path) -> Client:
    return Client(app.create(root))


def test_page_in_every_encoding(client: Client) -> None:
    seen = {}
    for accepted, encoding in (("br, gzip", "br"), ("gzip", "gzip"), ("identity", None), ("br;q=0, gzip;q=0.5", "gzip")):
        answer = client.get("/fr/", headers={"accept-encoding": accepted})
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == encoding
        assert answer.content == PAGE  # the client has decoded it
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        seen[encoding] = answer.headers["etag"]
    assert len(set(seen.values())) == 3, "each variant has its own strong ETag"
    assert not any(tag.startswith("W/") for tag in seen.values())


def test_conditional_requests(client: Client) -> None:
    first = client.get("/fr/", headers={"accept-encoding": "gzip"})
    tag = first.headers["etag"]
    for condition in (
        {"if-none-match": tag},
        {"if-none-match": f'"x", W/{tag}'},
        {"if-none-match": "*"},
        {"if-modified-since": first.headers["last-modified"]},
    ):
        answer = client.get("/fr/", headers={"accept-encoding": "gzip", **condition})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert "content-length" not in answer.headers
    assert client.get("/fr/", headers={"accept-encoding": "br", "if-none-match": tag}).status_code == 200, "another variant"
    assert client.get("/fr/", headers={"if-modified-since": "yesterday, perhaps"}).status_code == 200


def test_head_is_get_without_a_body(client: Client) -> None:
    for path in ("/fr/", "/fr/feed.atom", "/nowhere/"):
        got, head = client.get(path), client.head(path)
        assert head.content == b""
        assert dict(head.headers) == dict(got.headers)
        assert head.status_code == got.status_code


def test_other_methods_are_refused(client: Client) -> None:
    answer = client.post("/fr/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_new_bytes_are_seen_at_once(client: Client, root: Path) -> None:
    client.get("/fr/")
    put(root, "fr/index.html", PAGE + b"more")
    assert client.get("/fr/").content == PAGE + b"more"
    assert client.get("/fr/", headers={"accept-encoding": "gzip"}).content == PAGE + b"more"


def test_a_tombstone_written_between_variants_ends_as_410(client: Client, root: Path) -> None:
    file = root / "fr/index.html"
    (root / "fr/index.html.br").write_bytes(brotli.compress(TOMB))
    client.get("/fr/", headers={"accept-encoding": "br"})  # the moment at which the variant is new and the plain file old
    put(root, "fr/index.html", TOMB)
    assert client.get("/fr/", headers={"accept-encoding": "br"}).status_code == 410
    assert file.read_bytes() == TOMB


def test_gone_pages_and_records(client: Client) -> None:
    for path in ("/fr/gone/", "/fr/gone/index.json"):
        for encoding in ("br", "gzip", "identity"):
            answer = client.get(path, headers={"accept-encoding": encoding})
            assert answer.status_code == 410
            assert answer.content
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"if-none-match": tag}).status_code == 410, "a 304 would keep the old page alive"


def test_missing_pages_speak_the_language_of_the_address(client: Client) -> None:
    assert b"introuvable" in client.get("/fr/2026/nothing/").content
    assert b"not found" in client.get("/xx/").content
    assert client.get("/fr/2026/nothing/").status_code == 404
    assert "etag" not in client.get("/xx/").headers


def test_slash_is_added_within_the_tree_only(client: Client) -> None:
    answer = client.get("/fr?x=1", headers={"host": "evil.example"})
    assert (answer.status_code, answer.headers["location"]) == (301, "/fr/?x=1")
    assert client.get("/nowhere").status_code == 404
    assert client.get("//evil.example/fr").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../outside.txt",
        "/fr/../../outside.txt",
        "/%2e%2e/outside.txt",
        "/fr/%2e%2e/%2e%2e/outside.txt",
        "/..%2foutside.txt",
        "/fr%00/",
        "/fr/%5c..%5coutside.txt",
        "/..%5coutside.txt",
        "/.hidden/secret.txt",
        "/fr/index.html.br",
        "/fr/index.html",
        "/fr/404.html",
        "//fr/",
        "/fr//",
        "/" + "a" * 5000,
        "/fr/\u202e/",
        "/~root/",
    ],
)
def test_nothing_else_is_there(root: Path, path: str) -> None:
    from urllib.parse import unquote

    status, headers, body = Files(root).answer("GET", unquote(path), {})
    assert status == 404
    assert b"secret" not in body
    assert (b"content-security-policy", CSP.encode()) in headers


def test_headers(client: Client) -> None:
    page, asset, feed = client.get("/fr/"), client.get("/assets/style.0123456789.css"), client.get("/fr/feed.atom")
    assert page.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=600"
    assert asset.headers["cache-control"].endswith("immutable")
    assert feed.headers["cache-control"] == "public, max-age=300"
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert client.get("/fr/feed.json").headers["content-type"] == "application/feed+json"
    assert client.get("/fr/a/index.json").headers["access-control-allow-origin"] == "*"
    assert client.get("/.well-known/security.txt").status_code == 200
    for answer in (page, asset, feed, client.get("/nowhere/"), client.get("/fr")):
        assert answer.headers["content-security-policy"] == CSP
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "set-cookie" not in answer.headers
    assert "strict-transport-security" not in page.headers
    assert "unsafe" not in CSP


def test_tls_adds_hsts(root: Path) -> None:
    assert "strict-transport-security" in Client(app.create(root, tls=True)).get("/fr/").headers


def test_memory_stays_below_its_limit(root: Path) -> None:
    for n in range(60):
        put(root, f"p{n}/index.html", bytes([n + 32]) * 1000, variants=False)
    files = Files(root, cache=10_000)
    for n in range(60):
        assert files.answer("GET", f"/p{n}/", {})[2] == bytes([n + 32]) * 1000
    assert files._held <= 10_000
    assert files._held == sum(len(s.body) for s in files._kept.values())


def test_a_swapped_tree_is_served_at_once(root: Path, tmp_path: Path) -> None:
    link = tmp_path / "current"
    link.symlink_to(root)
    client = Client(app.create(link))
    assert client.get("/fr/").content == PAGE
    put(tmp_path / "next", "fr/index.html", b"next")
    (tmp_path / "swap").symlink_to(tmp_path / "next")
    os.replace(tmp_path / "swap", link)  # noqa: PTH105
    assert client.get("/fr/").content == b"next"
