"""The published tree over HTTP: an ASGI app that sends files, and nothing else.

Own because Starlette's StaticFiles neither chooses the ``.br`` or ``.gz`` beside a file nor keeps bytes in memory: it took
1168 us of server time a page where this takes about 40 (docs/decisions/005). What is here: content negotiation of encodings,
strong ETags per variant, conditional requests, HEAD, 404 and 410 pages, security headers.

A taken-down page stays in the tree as a tombstone that says so in its first bytes (``babelwire:status``, or ``"status":410``
in JSON); it is sent with status 410. So the tree needs no list beside it, and one atomic write takes a page down.

Answers are made in the event loop's thread: a page is one ``stat`` and a look into memory. Paths are strings here, not
``pathlib``, which alone costs half as much as the whole answer.
"""

# ruff: noqa: PTH113, PTH116, PTH122, PTH123

from __future__ import annotations

import hashlib
import os
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

Headers = list[tuple[bytes, bytes]]
Scope = MutableMapping[str, Any]
Encodings = tuple[tuple[bytes, str], ...]  #: (name in the header, ending of the file), best first

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".ico": "image/x-icon",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".avif": "image/avif",
}
NAMED = {"feed.json": "application/feed+json", "opensearch.xml": "application/opensearchdescription+xml"}
VARIANTS: Encodings = ((b"br", ".br"), (b"gzip", ".gz"))
GONE = (b'<meta name="babelwire:status" content="410">', b'{"status":410')
SAFE = re.compile(r"(/[A-Za-z0-9._~-]+)*/?")  #: the letters our own paths are made of; everything else is not here
OPEN = (".json", ".atom", ".rss", ".opml")  #: may be read by scripts of other sites

#: ``connect-src`` is for tools that read robots.txt from within a page (Lighthouse); there is no script that could connect.
CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY: Headers = [
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()"),
]
HSTS = (b"strict-transport-security", b"max-age=31536000")


@dataclass(frozen=True, slots=True)
class Sent:
    """One variant of one file, ready to be sent."""

    stamp: tuple[int, int, int]  #: of the plain file, which the publisher writes after its variants
    status: int
    headers: Headers
    etag: bytes
    modified: int
    body: bytes


class Files:
    """ASGI app for one tree. ``cache`` is how many bytes of bodies are kept in memory; ``tls`` adds HSTS."""

    def __init__(self, root: Path, *, cache: int = 64_000_000, tls: bool = False) -> None:
        self.root = os.fspath(root)
        self._limit = cache
        self._held = 0
        self._kept: OrderedDict[tuple[str, Encodings], Sent] = OrderedDict()
        self._security: Headers = [*SECURITY, HSTS] if tls else SECURITY

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            raise RuntimeError(f"files are served over http, not {scope['type']}")
        path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
        status, headers, body = self.answer(scope["method"], path, dict(scope["headers"]), scope.get("query_string", b""))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def answer(self, method: str, path: str, asked: Mapping[bytes, bytes], query: bytes = b"") -> tuple[int, Headers, bytes]:
        """Status, headers and body for a request; ``path`` is percent-decoded, as ASGI has it."""
        if method not in ("GET", "HEAD"):
            return self._bare(405, [(b"allow", b"GET, HEAD")])
        sent = self._find(path, asked.get(b"accept-encoding", b""))
        if isinstance(sent, str):
            place = quote(sent).encode() + (b"?" + query if query and query.isascii() else b"")
            return self._bare(301, [(b"location", place), (b"cache-control", b"max-age=3600")])
        if sent is None:
            return self._missing(path, asked, method)
        if sent.status == 200 and _unchanged(sent, asked):
            return 304, [h for h in sent.headers if h[0] not in (b"content-length", b"content-type", b"content-encoding")], b""
        return sent.status, sent.headers, b"" if method == "HEAD" else sent.body

    # ------------------------------------------------------------------------------------------ the small steps

    def _find(self, path: str, accepted: bytes) -> Sent | str | None:
        """The file, the address to go to instead (a folder without its slash), or None."""
        if len(path) > 1024 or not SAFE.fullmatch(path) or any(part in (".", "..") or part.startswith("...") for part in path.split("/")):
            return None
        name = path[1:]
        if not path.endswith("/"):
            full = f"{self.root}/{name}"
            if not _secret(name) and os.path.isfile(full):
                return self._variant(name, accepted)
            return f"{path}/" if os.path.isfile(f"{full}/index.html") else None
        return self._variant(f"{name}index.html", accepted)

    def _variant(self, name: str, accepted: bytes) -> Sent | None:
        """From memory while the plain file is the same one, else from disk. The publisher replaces files whole, the plain one
        last, so a new plain file means that its variants are new too."""
        full = f"{self.root}/{name}"
        try:
            found = os.stat(full)
        except OSError:
            return None
        stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
        encodings = _wanted(accepted)
        key = (name, encodings)
        sent = self._kept.get(key)
        if sent is not None and sent.stamp == stamp:
            self._kept.move_to_end(key)
            return sent
        sent = self._load(name, full, encodings, stamp)
        if sent is not None:
            self._keep(key, sent)
        return sent

    def _load(self, name: str, full: str, encodings: Encodings, stamp: tuple[int, int, int]) -> Sent | None:
        plain = _read(full)
        if plain is None:
            return None
        for encoding, ending in encodings:
            body = _read(full + ending)
            if body is not None:
                return self._make(name, encoding, body, plain, stamp)
        return self._make(name, b"", plain, plain, stamp)

    def _make(self, name: str, encoding: bytes, body: bytes, plain: bytes, stamp: tuple[int, int, int]) -> Sent:
        status = 410 if any(mark in plain[:512] for mark in GONE) else 200
        base, ending = name.rpartition("/")[2], os.path.splitext(name)[1]
        etag = b'"' + hashlib.blake2b(encoding + b":" + body, digest_size=12).hexdigest().encode() + b'"'
        modified = stamp[0] // 1_000_000_000
        headers: Headers = [
            (b"content-type", (NAMED.get(base) or TYPES.get(ending, "application/octet-stream")).encode()),
            (b"content-length", str(len(body)).encode()),
            (b"etag", etag),
            (b"last-modified", formatdate(modified, usegmt=True).encode()),
            (b"cache-control", _lifetime(name, ending)),
            (b"vary", b"Accept-Encoding"),
        ]
        if encoding:
            headers.append((b"content-encoding", encoding))
        if ending in OPEN:
            headers.append((b"access-control-allow-origin", b"*"))
        return Sent(stamp, status, headers + self._security, etag, modified, body)

    def _keep(self, key: tuple[str, Encodings], sent: Sent) -> None:
        """Least recently used first out; a file that would fill a quarter of the memory is not kept."""
        old = self._kept.pop(key, None)
        self._held -= len(old.body) if old else 0
        if len(sent.body) * 4 > self._limit:
            return
        self._kept[key] = sent
        self._held += len(sent.body)
        while self._held > self._limit:
            _, out = self._kept.popitem(last=False)
            self._held -= len(out.body)

    def _missing(self, path: str, asked: Mapping[bytes, bytes], method: str) -> tuple[int, Headers, bytes]:
        """The 404 page of the edition the address points into, or the plain one."""
        language = path.strip("/").partition("/")[0]
        for name in (f"{language}/404.html", "404.html") if SAFE.fullmatch(f"/{language}") else ("404.html",):
            sent = self._variant(name, asked.get(b"accept-encoding", b""))
            if sent is not None:
                drop = (b"etag", b"last-modified", b"cache-control")
                headers = [h for h in sent.headers if h[0] not in drop] + [(b"cache-control", b"max-age=30")]
                return 404, headers, b"" if method == "HEAD" else sent.body
        return self._bare(404, [(b"cache-control", b"max-age=30")])

    def _bare(self, status: int, more: Iterable[tuple[bytes, bytes]]) -> tuple[int, Headers, bytes]:
        return status, [(b"content-length", b"0"), (b"content-type", b"text/plain; charset=utf-8"), *more, *self._security], b""


def _secret(name: str) -> bool:
    """Names that are not addresses: variants, unfinished files; ``.well-known`` is the one folder with a dot."""
    last = name.rpartition("/")[2]
    hidden = any(part.startswith(".") and part != ".well-known" for part in name.split("/"))
    return hidden or last.endswith((".br", ".gz", ".tmp")) or last in ("index.html", "404.html")


def _read(full: str) -> bytes | None:
    try:
        with open(full, "rb") as file:
            return file.read()
    except OSError:
        return None


@lru_cache(maxsize=256)
def _wanted(header: bytes) -> Encodings:
    """The variants a request may be answered with, best first."""
    return tuple(v for v in VARIANTS if _accepts(header, v[0]))


def _accepts(header: bytes, encoding: bytes) -> bool:
    """Does an Accept-Encoding header name this encoding, with a weight above 0?"""
    for part in header.lower().split(b","):
        name, _, weight = part.partition(b";")
        if name.strip() == encoding:
            return weight.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000")
    return False


def _unchanged(sent: Sent, asked: Mapping[bytes, bytes]) -> bool:
    tags = asked.get(b"if-none-match")
    if tags is not None:
        return tags.strip() == b"*" or sent.etag in (t.strip().removeprefix(b"W/") for t in tags.split(b","))
    since = asked.get(b"if-modified-since")
    if since is None:
        return False
    try:
        return sent.modified <= parsedate_to_datetime(since.decode("ascii", "replace")).timestamp()
    except (TypeError, ValueError):
        return False


def _lifetime(name: str, ending: str) -> bytes:
    """Hashed names for ever, pages a minute, feeds five."""
    if name.startswith("assets/"):
        return b"public, max-age=31536000, immutable"
    if name.startswith("pictures/"):
        return b"public, max-age=604800"
    if ending == ".html" or name.endswith("/index.json"):
        return b"public, max-age=60, stale-while-revalidate=600"
    return b"public, max-age=300"
