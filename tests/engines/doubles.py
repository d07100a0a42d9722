"""Servers on loopback that speak the protocols of LibreTranslate, DeepL and OpenAI, and can misbehave as the real ones do.

A double answers with the shipped fake engine. ``faults`` is a queue: each request takes the next one, if there is one.
"""

from __future__ import annotations

import html
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from babelwire.engines.echo import Echo
from babelwire.engines.tags import from_tags, to_tags
from babelwire.model import Context, Pair

Answer = tuple[int, dict[str, str], bytes]
Fault = Callable[[Answer], Answer]


def status(code: int, body: str = '{"error": "no"}', **headers: str) -> Fault:
    return lambda answer: (code, {k.replace("_", "-"): v for k, v in headers.items()}, body.encode())


def changed(change: Callable[[Any], Any]) -> Fault:
    """The answer with its JSON changed."""
    return lambda answer: (answer[0], answer[1], json.dumps(change(json.loads(answer[2]))).encode())


def cut_short(answer: Answer) -> Answer:
    """Fewer bytes than announced, then the connection ends."""
    return answer[0], {"Content-Length": str(len(answer[2]))}, answer[2][: len(answer[2]) // 2]


def half_json(answer: Answer) -> Answer:
    return answer[0], answer[1], answer[2][: len(answer[2]) // 2]


def slow(seconds: float) -> Fault:
    def wait(answer: Answer) -> Answer:
        time.sleep(seconds)
        return answer

    return wait


def dripping(answer: Answer) -> Answer:
    return answer[0], {"X-Drip": "1"}, answer[2]


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[str, str, dict[str, str], bytes], Answer]) -> None:
        self.answer, self.faults, self.seen = answer, list[Fault](), list[tuple[str, dict[str, str], Any]]()
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.server.seen.append((self.path, headers, _parsed(body, headers)))
        answer = self.server.answer(self.command, self.path, headers, body)
        if self.server.faults and not self.path.startswith(("/languages", "/v2/languages")):
            answer = self.server.faults.pop(0)(answer)
        code, more, out = answer
        self.send_response(code)
        for key, value in {"Content-Type": "application/json", "Content-Length": str(len(out)), **more}.items():
            self.send_header(key, value)
        self.end_headers()
        self.close_connection = int(more.get("Content-Length", len(out))) != len(out)
        try:
            for n in range(len(out)) if "X-Drip" in more else ():
                self.wfile.write(out[n : n + 1])
                time.sleep(0.05)
            self.wfile.write(b"" if "X-Drip" in more else out)
        except OSError:
            self.close_connection = True

    do_GET = do_POST = handle_one


def _parsed(body: bytes, headers: dict[str, str]) -> Any:
    if "json" in headers.get("content-type", ""):
        return json.loads(body)
    return {k: v if len(v) > 1 else v[0] for k, v in parse_qs(body.decode()).items()}


def _ok(body: Any) -> Answer:
    return 200, {}, json.dumps(body).encode()


def _say(texts: list[str], source: str, target: str) -> list[str]:
    pair = Pair(source.lower()[:2], target.lower()[:2])
    return [h.text for h in Echo(pairs=[str(pair)]).translate(texts, pair, Context())]


def libretranslate(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    if path == "/languages":
        return _ok([{"code": c, "name": c, "targets": ["en", "fr", "es", "pt-BR", "zh-Hans"]} for c in ("en", "fr", "es")])
    asked = json.loads(body)
    return _ok({"translatedText": _say(asked["q"], asked["source"], asked["target"])})


def deepl(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    if urlsplit(path).path == "/v2/languages":
        codes = ["EN", "FR", "ES"] if "source" in path else ["EN-US", "FR", "ES", "PT-BR"]
        return _ok([{"language": c, "name": c, "supports_formality": False} for c in codes])
    asked = json.loads(body)
    texts = [from_tags(t, xml=True) if asked.get("tag_handling") else t for t in asked["text"]]
    said = _say(texts, asked["source_lang"], asked["target_lang"])
    said = [to_tags(t, xml=True) for t in said] if asked.get("tag_handling") else said
    return _ok({"translations": [{"detected_source_language": "EN", "text": t, "billed_characters": len(t)} for t in said]})


def openai(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
    asked = json.loads(body)
    data = asked["messages"][-1]["content"].split("\n")
    segments = json.loads("\n".join(data[1:-1]))
    target = re.findall(r"\((\w\w)\)", asked["messages"][0]["content"])[1]
    said = _say([from_tags(t) for t in segments.values()], "en", target)
    return completion(json.dumps(dict(zip(segments, map(to_tags, said), strict=True)), ensure_ascii=False))


def completion(content: str | None, reason: str = "stop", refusal: str | None = None) -> Answer:
    message = {"role": "assistant", "content": content, "refusal": refusal}
    return _ok(
        {"id": "1", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message": message, "finish_reason": reason}]}
    )


@contextmanager
def running(answer: Callable[[str, str, dict[str, str], bytes], Answer]) -> Iterator[Server]:
    server = Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def escaped(texts: list[str]) -> list[str]:
    return [html.escape(t) for t in texts]
