"""Served pages beside rendering them on each request: requests per second of the server's own CPU time, in one run.

Two uvicorn processes with one worker each: ``babelwire.web.app`` on a published tree, and the same app shell that renders
the same pages anew for every request. The load comes over keep-alive connections from this process; what counts is the CPU
time of the server process (``/proc/PID/stat``), so a busy machine does not change the ratio much.

    python -m tools.bench_serve [--requests 4000]
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import brotli

ROOT = Path(__file__).resolve().parent.parent
FILES, RENDERED = "files", "rendered"
TICK = os.sysconf("SC_CLK_TCK")


def samples() -> Any:
    """The sample stories of the tests."""
    sys.path.insert(0, str(ROOT))
    return importlib.import_module("tests.render.samples")


def render(path: str, told: Any) -> bytes:
    """A page of the sample site, made now: the front page, or an article."""
    from babelwire.render import pages

    if path == "/fr/":
        return pages.listing(told.front(), told.FR, told.SITE, told.SECTIONS).body
    return pages.article(told.ferry_fr(), told.SITE, told.SECTIONS)[0].body


def addresses(told: Any) -> list[str]:
    """What is asked for: the front page and an article, half and half."""
    return ["/fr/", f"/{told.ferry_fr().path}"]


# ---------------------------------------------------------------------------------------------- the two servers


def serve(kind: str, tree: Path, port: int) -> None:
    """Run one of the two until it is ended."""
    import uvicorn

    app = files_app(tree) if kind == FILES else rendering_app()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, lifespan="off")


def files_app(tree: Path) -> Any:
    from babelwire.web import app

    return app.create(tree)


def rendering_app() -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, Response
    from starlette.routing import Route

    told = samples()

    async def page(request: Request) -> Response:
        return HTMLResponse(render(request.url.path, told))

    return Starlette(routes=[Route("/{path:path}", page)])


# ---------------------------------------------------------------------------------------------- the measurement


@contextmanager
def running(kind: str, tree: Path) -> Iterator[tuple[int, int]]:
    """A server in a process of its own; gives its process id and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tools.bench_serve", "--serve", kind, "--tree", str(tree), "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(10)


def cpu(pid: int) -> float:
    """Seconds of CPU time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def ask(port: int, paths: list[str], count: int) -> None:
    """``count`` requests over one connection, answer by answer.

    Raises RuntimeError where an answer is not 200.
    """
    with socket.create_connection(("127.0.0.1", port), 30) as line, line.makefile("rb") as answers:
        for n in range(count):
            line.sendall(f"GET {paths[n % len(paths)]} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: br\r\n\r\n".encode())
            status = answers.readline()
            length = 0
            while (header := answers.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            answers.read(length)
            if b" 200 " not in status:
                raise RuntimeError(f"{paths[n % len(paths)]}: {status!r}")


def publish(tree: Path, told: Any) -> None:
    """The pages as files, with the variants that a publisher writes."""
    for path in addresses(told):
        file = tree / path[1:] / "index.html"
        file.parent.mkdir(parents=True)
        body = render(path, told)
        file.with_name("index.html.br").write_bytes(brotli.compress(body, quality=5))
        file.with_name("index.html.gz").write_bytes(gzip.compress(body, mtime=0))
        file.write_bytes(body)


def measure(requests: int = 6000) -> tuple[float, float]:
    """Requests per CPU second of our server, and of rendering per request."""
    told = samples()
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), told)
        for kind, count in ((FILES, requests), (RENDERED, max(requests // 10, 100))):
            with running(kind, Path(folder)) as (pid, port):
                ask(port, addresses(told), 100)  # imports, templates, memory
                before = cpu(pid)
                ask(port, addresses(told), count)
                found[kind] = count / max(cpu(pid) - before, 1 / TICK)
    return found[FILES], found[RENDERED]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=6000)
    parser.add_argument("--serve", choices=(FILES, RENDERED), help=argparse.SUPPRESS)
    parser.add_argument("--tree", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.tree, given.port)
        return 0
    ours, theirs = measure(given.requests)
    print(f"served as files: {ours:,.0f} requests per CPU second; rendered per request: {theirs:,.0f}; ratio {ours / theirs:.1f} (bar: 10)")
    return 0 if ours / theirs >= 10 else 1


if __name__ == "__main__":
    raise SystemExit(main())
