"""Articles taken out of pages in child processes with limits on CPU, memory and time, so that no page can stop the desk.

A child that overruns is killed and replaced, and its page is an ExtractError. What goes across is msgpack of our own types,
never pickle. Children are started fresh (not forked from a process with threads) by a plain command, so nothing of the
parent's ``__main__`` is run again; concurrent.futures would lose the whole pool when one child dies, and has no limit a task.

    parent ──length, msgpack(page, entry, source, now)──> child      child ──length, msgpack(article | failure)──> parent
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import selectors
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from babelwire import extract
from babelwire.errors import ExtractError
from babelwire.extract import rules as ruled
from babelwire.extract.rules import Rules
from babelwire.model import Article, Entry, Page, Source

LENGTH = struct.Struct("<I")
WALL = 3.0  #: times the CPU limit, plus the time a child takes to start
START = 30.0  #: seconds
MAX_ANSWER = 100_000_000


class Ask(msgspec.Struct, array_like=True):
    """What a child is asked for. Without a page: the feed's own text."""

    page: Page | None
    entry: Entry
    source: Source
    rules: Rules
    now: datetime


class Answer(msgspec.Struct, array_like=True):
    """What a child answers: an article, why there is none, or the traceback of a bug."""

    article: Article | None = None
    why: str | None = None
    bug: str | None = None
    spent: bool = False  #: the child is not to be asked again


class Overrun(Exception):
    """A child used more than it may, or is gone."""


class InProcess:
    """The same without children: for tests, and for one page that a person asks about."""

    def __init__(self, rules: Sequence[Path] = ()) -> None:
        self.rules = ruled.load(rules)

    def article(self, page: Page, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.article``."""
        return extract.article(page, entry, source, rules=ruled.for_source(self.rules, source), now=now)

    def from_entry(self, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.from_entry``."""
        return extract.from_entry(entry, source, now)

    def close(self) -> None:
        """Nothing is held."""


class PoolExtractor:
    """Children that take articles out of pages. May be called from several threads; started when first needed."""

    def __init__(self, *, workers: int = 1, cpu_seconds: float = 10.0, memory: int = 1_000_000_000, rules: Sequence[Path] = ()) -> None:
        self.rules = ruled.load(rules)
        self.cpu_seconds = cpu_seconds
        self.memory = memory
        self.free: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(max(1, workers)):
            self.free.put(None)

    def article(self, page: Page, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.article``. Raises ExtractError too when the page takes more time or memory than a page may."""
        return self._ask(Ask(page, entry, source, ruled.for_source(self.rules, source), now), page.url)

    def from_entry(self, entry: Entry, source: Source, now: datetime) -> Article:
        """As ``extract.from_entry``."""
        return self._ask(Ask(None, entry, source, ruled.NONE, now), entry.link or entry.feed_url)

    def close(self) -> None:
        """End the children that are not at work."""
        with contextlib.suppress(queue.Empty):
            while True:
                child = self.free.get_nowait()
                if child is not None:
                    child.end()

    def _ask(self, ask: Ask, url: str) -> Article:
        with self._child() as child:
            try:
                answer = child.ask(ask)
            except Overrun as error:
                raise ExtractError(url, str(error)) from error
            if answer.spent:
                child.end()
        if answer.bug is not None:
            raise RuntimeError(f"extraction of {url} failed:\n{answer.bug}")
        if answer.article is None:
            raise ExtractError(url, answer.why or "no article")
        return answer.article

    @contextlib.contextmanager
    def _child(self) -> Iterator[Child]:
        """A child of one's own for a while; its place is given back, empty when it died."""
        child = self.free.get()
        try:
            if child is None or not child.alive:
                child = Child(self.cpu_seconds, self.memory)
            yield child
        finally:
            self.free.put(child if child is not None and child.alive else None)


class Child:
    """One child process and the pipes to it."""

    def __init__(self, cpu_seconds: float, memory: int) -> None:
        self.cpu_seconds = cpu_seconds
        command = [sys.executable, "-m", "babelwire.extract.worker", str(cpu_seconds), str(memory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.started = False

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, ask: Ask) -> Answer:
        """The child's answer. Raises Overrun, with the child ended, when it takes too long or dies."""
        until = time.monotonic() + WALL * self.cpu_seconds + (0.0 if self.started else START)
        try:
            self._write(msgspec.msgpack.encode(ask), until)
            body = self._read(until)
        except (TimeoutError, EOFError, BrokenPipeError) as error:
            raise Overrun(self._why(error)) from error
        self.started = True
        return msgspec.msgpack.decode(body, type=Answer)

    def end(self) -> None:
        """Kill the child and close its pipes."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _why(self, error: Exception) -> str:
        gone = None if isinstance(error, TimeoutError) else self._status()
        self.end()
        if gone is None:
            return f"the page takes longer than {WALL * self.cpu_seconds:g} s to read (take.cpu_seconds)"
        if gone == -24:  # SIGXCPU
            return f"the page takes more than {self.cpu_seconds:g} s of CPU to read (take.cpu_seconds)"
        return f"the process that read the page ended ({gone}): it may have needed more memory than take.memory allows"

    def _status(self) -> int:
        try:
            return self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def _write(self, body: bytes, until: float) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        os.set_blocking(pipe.fileno(), False)
        data = memoryview(LENGTH.pack(len(body)) + body)
        while data:
            _await(pipe, selectors.EVENT_WRITE, until)
            data = data[os.write(pipe.fileno(), data[:65_536]) :]

    def _read(self, until: float) -> bytes:
        (size,) = LENGTH.unpack(self._exactly(LENGTH.size, until))
        if size > MAX_ANSWER:
            raise EOFError
        return self._exactly(size, until)

    def _exactly(self, size: int, until: float) -> bytes:
        pipe = self.process.stdout
        assert pipe is not None
        got = bytearray()
        while len(got) < size:
            _await(pipe, selectors.EVENT_READ, until)
            piece = os.read(pipe.fileno(), min(65_536, size - len(got)))
            if not piece:
                raise EOFError
            got += piece
        return bytes(got)


def _await(pipe: Any, event: int, until: float) -> None:
    """Wait until a pipe is ready. Raises TimeoutError."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, event)
        if not waiting.select(max(0.0, until - time.monotonic())):
            raise TimeoutError


# ---------------------------------------------------------------------------------------------- in the child


def main(cpu_seconds: float, memory: int) -> None:
    """Answer what is asked on standard input until it ends."""
    import resource
    import signal

    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not reach the parent as an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    importlib.import_module("babelwire.extract.assemble")
    sys.excepthook = lambda kind, error, trace: _report(answers, error)
    resource.setrlimit(resource.RLIMIT_AS, (memory + _size(), resource.RLIM_INFINITY))
    while len(head := asks.read(LENGTH.size)) == LENGTH.size:
        ask = msgspec.msgpack.decode(asks.read(LENGTH.unpack(head)[0]), type=Ask)
        _allow(cpu_seconds)
        _send(answers, _answer(ask))


def _send(answers: BinaryIO, answer: Answer) -> None:
    body = msgspec.msgpack.encode(answer)
    answers.write(LENGTH.pack(len(body)) + body)
    answers.flush()


def _report(answers: BinaryIO, error: BaseException) -> None:
    """A bug: the parent raises it with this traceback and replaces this child; the desk writes it down as one."""
    _send(answers, Answer(bug="".join(traceback.format_exception(error)), spent=True))


def _answer(ask: Ask) -> Answer:
    try:
        if ask.page is None:
            return Answer(article=extract.from_entry(ask.entry, ask.source, ask.now))
        return Answer(article=extract.article(ask.page, ask.entry, ask.source, rules=ask.rules, now=ask.now))
    except ExtractError as error:
        return Answer(why=error.why)
    except MemoryError:
        return Answer(why="the page needs more memory to read than take.memory allows", spent=True)


def _allow(cpu_seconds: float) -> None:
    """From now on this process may use so many seconds of CPU, then the kernel ends it."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + cpu_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _size() -> int:
    """What the process takes already, bytes of address space."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):  # the desk was killed: nobody waits for the answer
        main(float(sys.argv[1]), int(sys.argv[2]))
