"""A web server on loopback that says exactly the bytes a test wants said, also wrong ones."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

HOSTS = ("127.0.0.1", "127.0.0.2")


@dataclass(frozen=True)
class Heard:
    """A request as it arrived."""

    host: str
    path: str
    headers: dict[str, str]
    at: float


Route = Callable[[Heard], bytes] | Callable[[Heard, asyncio.StreamWriter], Awaitable[None]] | bytes


def answer(status: int | str = 200, body: bytes = b"", **headers: str) -> bytes:
    """A complete HTTP answer; ``content_type="x"`` makes the header Content-Type."""
    lines = [f"HTTP/1.1 {status}{'' if isinstance(status, str) else ' Whatever'}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    if not any(n.lower() in ("transfer_encoding", "content_length") for n in headers) and status not in (304, 204):
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body


@dataclass
class Server:
    """Serves ``routes`` (path -> bytes, or a function of the request) on two loopback hosts, until closed."""

    routes: dict[str, Route] = field(default_factory=dict)
    heard: list[Heard] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0
    port: int = 0

    def __post_init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()

    async def _listen(self) -> None:
        self._servers = [await asyncio.start_server(self._serve, HOSTS[0], 0)]
        self.port = self._servers[0].sockets[0].getsockname()[1]
        self._servers.append(await asyncio.start_server(self._serve, HOSTS[1], self.port))

    def url(self, path: str, host: int = 0) -> str:
        return f"http://{HOSTS[host]}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [h.path for h in self.heard]

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                headers = {n.lower(): v for n, v in (line.split(": ", 1) for line in lines)}
                await self._say(Heard(writer.get_extra_info("sockname")[0], first.split(" ")[1], headers, time.monotonic()), writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _say(self, heard: Heard, writer: asyncio.StreamWriter) -> None:
        self.heard.append(heard)
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            route = self.routes.get(heard.path, answer(404))
            if isinstance(route, bytes):
                writer.write(route)
            elif asyncio.iscoroutinefunction(route):
                await route(heard, writer)
            else:
                writer.write(route(heard))  # type: ignore[call-arg,arg-type]
            await writer.drain()
        finally:
            self.busy -= 1
