"""Asks an ASGI app in the test's own process: decodes what was compressed, follows nothing."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import brotli


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    raw: bytes

    @property
    def content(self) -> bytes:
        if not self.raw:
            return b""
        encoding = self.headers.get("content-encoding")
        if encoding == "br":
            return bytes(brotli.decompress(self.raw))
        return gzip.decompress(self.raw) if encoding == "gzip" else self.raw


class Client:
    def __init__(self, app: Any) -> None:
        self.app = app

    def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        path, _, query = url.partition("?")
        sent: list[dict[str, Any]] = []
        given = {"host": "news.example", "accept-encoding": "gzip, br"} | dict(headers or {})
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(k.lower().encode(), v.encode()) for k, v in given.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, receive, send))
        answered = b"".join(m.get("body", b"") for m in sent[1:])
        return Answer(sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}, answered)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("GET", url, headers)

    def head(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("HEAD", url, headers)

    def post(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.ask("POST", url, headers)
