"""The demo world's HTTP server: many loopback addresses, one port, one thread that accepts.

``http.server`` speaks HTTP; the loop is ours, because ``serve_forever`` wants a thread for each address and half a second to
stop. Conditional requests, HEAD and gzip are answered as a newspaper's server does.
"""

from __future__ import annotations

import gzip
import hashlib
import selectors
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from babelwire.errors import ConfigError

TRIES = 20  #: ports tried until one is free on all addresses
PACKED = ("text/", "application/rss", "application/atom", "application/feed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an address answers. ``changed`` gives the validators, both ETag and Last-Modified."""

    body: bytes = b""
    media_type: str = "text/html"
    status: int = 200
    changed: datetime | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it was answered: what tests and the demo's summary look at."""

    host: str
    path: str
    status: int
    conditional: bool


Answerer = Callable[[str, str, str], Answer]  # host, method, path -> Answer


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Presshouse/1.0"
    sys_version = ""
    timeout = 20
    server: Listener

    def do_GET(self) -> None:
        host = str(self.server.server_address[0])
        answer = self.server.answerer(host, self.command, self.path)
        status = 304 if answer.status == 200 and self._unchanged(answer) else answer.status
        self.server.log.append(Request(host, self.path, status, "If-None-Match" in self.headers or "If-Modified-Since" in self.headers))
        self._send(status, answer)

    do_HEAD = do_GET
    do_POST = do_GET

    def _send(self, status: int, answer: Answer) -> None:
        body, headers = answer.body, {"Content-Type": answer.media_type, **_validators(answer), **answer.headers}
        if answer.media_type.startswith(PACKED) and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers = gzip.compress(body, mtime=0), headers | {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0" if status == 304 else str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(body)

    def _unchanged(self, answer: Answer) -> bool:
        given = _validators(answer)
        if "If-None-Match" in self.headers:
            return given.get("ETag") in [t.strip() for t in self.headers["If-None-Match"].split(",")]
        return "Last-Modified" in given and self.headers.get("If-Modified-Since") == given["Last-Modified"]

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: ``World.requests`` keeps what was asked."""


def _validators(answer: Answer) -> dict[str, str]:
    if answer.changed is None:
        return {}
    tag = hashlib.sha256(answer.body).hexdigest()[:16]
    return {"ETag": f'"{tag}"', "Last-Modified": format_datetime(answer.changed, usegmt=True)}


class Listener(ThreadingHTTPServer):
    """One address."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], answerer: Answerer, log: list[Request]) -> None:
        super().__init__(address, Handler)
        self.answerer, self.log = answerer, log

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A desk that was killed while it read is no fault of ours."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Server:
    """Answers on all hosts, at one port, until it is closed."""

    def __init__(self, hosts: tuple[str, ...], port: int, answerer: Answerer) -> None:
        """Raises ConfigError: the port is taken."""
        self.requests: list[Request] = []
        self.listeners = _bind(hosts, port, answerer, self.requests)
        self.port = int(self.listeners[0].server_address[1])
        self._wake, self._asleep = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, name="demo world", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._asleep, selectors.EVENT_READ)
            for listener in self.listeners:
                selector.register(listener, selectors.EVENT_READ, listener)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    key.data.handle_request()

    def close(self) -> None:
        self._wake.send(b"x")
        self._thread.join()
        for closed in (self._wake, self._asleep):
            closed.close()
        for listener in self.listeners:
            listener.server_close()


def _bind(hosts: tuple[str, ...], port: int, answerer: Answerer, log: list[Request]) -> list[Listener]:
    """A listener for each host, all at one port; with port 0 at any that is free on all of them."""
    for left in range(TRIES if port == 0 else 1, 0, -1):
        made: list[Listener] = []
        try:
            for host in hosts:
                chosen = int(made[0].server_address[1]) if made else port
                made.append(Listener((host, chosen), answerer, log))
        except OSError as error:
            for listener in made:
                listener.server_close()
            if left == 1:
                raise ConfigError(f"the demo world cannot listen on {host}:{chosen}: {error.strerror}; name another port") from error
        else:
            return made
    raise AssertionError("unreachable")
