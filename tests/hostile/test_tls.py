"""Certificates are checked by everything that talks to somebody: the fetcher, and those who tell receivers."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from babelwire.config import Fetch
from babelwire.engines.libretranslate import LibreTranslate
from babelwire.errors import EngineError, FetchError, NotifyError
from babelwire.fetchers.http import HttpFetcher
from babelwire.model import Context, Event, Pair
from babelwire.notifiers.webhook import WebhookNotifier


class Eavesdropper(BaseHTTPRequestHandler):
    """Answers whatever it is asked, and keeps what it is told."""

    heard: list[bytes] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.heard.append(self.rfile.read(int(self.headers["content-length"])))
        self._answer()

    def _answer(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on loopback whose certificate nobody has signed."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    folder: Path = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Eavesdropper)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_fetch(url: str) -> None:
    port = int(url.rstrip("/").rpartition(":")[2])
    fetch = Fetch(allow_networks=("127.0.0.0/8",), allow_ports=(port,), robots=False, spacing=0.0, timeout=5.0)
    fetcher = HttpFetcher(fetch=fetch, user_agent="test")
    try:
        with pytest.raises(FetchError, match=r"(?i)certificate"):
            fetcher.get(url)
    finally:
        fetcher.close()


def test_a_message(url: str) -> None:
    event = Event(kind="published", when=datetime(2026, 11, 24, tzinfo=UTC), subject="fr/x/", text="x")
    with pytest.raises(NotifyError):
        WebhookNotifier(url, secret="s", pause=0).tell(event)
    assert Eavesdropper.heard == [], "nothing was said before the certificate was seen"


def test_an_engine(url: str) -> None:
    with pytest.raises(EngineError):
        LibreTranslate(url=url).translate(["A sentence."], Pair("en", "fr"), Context())
    assert Eavesdropper.heard == []
