"""Work on hostile input in child processes with limits on CPU, memory and time, so that no page and no feed can stop the desk.

A child that overruns is killed and replaced. What goes across is msgpack of our own types, never pickle. Children are started
fresh (not forked from a process with threads) by a plain command, so nothing of the parent's ``__main__`` is run again;
concurrent.futures would lose the whole pool when one child dies, and has no limit a task.

    parent ──length, msgpack(ask)──> child      child ──length, msgpack(reply)──> parent

A room that has such work is a module that is run (``python -m babelwire.parse.worker``) and calls ``serve``; its parent's
half is a ``Pool`` of that module.
"""

from __future__ import annotations

import contextlib
import os
import queue
import selectors
import struct
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import msgspec

from babelwire import heap, slices
from babelwire.errors import BabelwireError

LENGTH = struct.Struct("<I")
WALL = 3.0  #: times the CPU limit, plus the time a child takes to start
START = 30.0  #: seconds
MAX_ANSWER = 100_000_000
A = TypeVar("A")


class Reply(msgspec.Struct, array_like=True):
    """What a child answers: something, why there is nothing, or the traceback of a bug."""

    body: msgspec.Raw = msgspec.Raw(b"\xc0")
    why: str | None = None
    bug: str | None = None
    spent: bool = False  #: the child is not to be asked again


class Overrun(Exception):
    """A child used more than it may, or is gone; or what it was asked about cannot be used. In words for the operator."""


class Pool:
    """Children of one module. May be called from several threads; started when first needed. ``what``: they read, in words."""

    def __init__(self, module: str, what: str, *, workers: int = 1, cpu_seconds: float = 10.0, memory: int = 1_000_000_000) -> None:
        self.module, self.what = module, what
        self.cpu_seconds = cpu_seconds
        self.memory = memory
        self.free: queue.LifoQueue[Child | None] = queue.LifoQueue()
        for _ in range(max(1, workers)):
            self.free.put(None)

    def ask(self, ask: object, kind: type[A]) -> A:
        """The answer. Raises Overrun: none, and why; RuntimeError: a bug of ours, with its traceback."""
        with self._child() as child:
            reply = child.ask(ask)
            if reply.spent:
                child.end()
        if reply.bug is not None:
            raise RuntimeError(f"reading a {self.what} failed:\n{reply.bug}")
        if reply.why is not None:
            raise Overrun(reply.why)
        return msgspec.msgpack.decode(reply.body, type=kind)

    def close(self) -> None:
        """End the children that are not at work."""
        with contextlib.suppress(queue.Empty):
            while True:
                child = self.free.get_nowait()
                if child is not None:
                    child.end()

    @contextlib.contextmanager
    def _child(self) -> Iterator[Child]:
        """A child of one's own for a while; its place is given back, empty when it died."""
        child = self.free.get()
        try:
            if child is None or not child.alive:
                child = Child(self.module, self.what, self.cpu_seconds, self.memory)
            yield child
        finally:
            self.free.put(child if child is not None and child.alive else None)


class Child:
    """One child process and the pipes to it."""

    def __init__(self, module: str, what: str, cpu_seconds: float, memory: int) -> None:
        self.what, self.cpu_seconds = what, cpu_seconds
        command = [sys.executable, "-m", module, str(cpu_seconds), str(memory)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.started = False

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def ask(self, ask: object) -> Reply:
        """The child's reply. Raises Overrun, with the child ended, when it takes too long or dies."""
        until = time.monotonic() + WALL * self.cpu_seconds + (0.0 if self.started else START)
        try:
            self._write(msgspec.msgpack.encode(ask), until)
            body = self._read(until)
        except (TimeoutError, EOFError, BrokenPipeError) as error:
            raise Overrun(self._why(error)) from error
        self.started = True
        return msgspec.msgpack.decode(body, type=Reply)

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
            return f"the {self.what} takes longer than {WALL * self.cpu_seconds:g} s to read (take.cpu_seconds)"
        if gone == -24:  # SIGXCPU
            return f"the {self.what} takes more than {self.cpu_seconds:g} s of CPU to read (take.cpu_seconds)"
        return f"the process that read the {self.what} ended ({gone}): it may have needed more memory than take.memory allows"

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
    """Wait until a pipe is ready. Raises TimeoutError, also where it would be ready at last: what comes in drops is late too."""
    left = until - time.monotonic()
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, event)
        if left <= 0 or not waiting.select(left):
            raise TimeoutError


# ---------------------------------------------------------------------------------------------- in the child


def serve(kind: type[A], work: Callable[[A], object], *, what: str, refusals: tuple[type[BabelwireError], ...]) -> None:
    """Answer what is asked on standard input until it ends. ``refusals``: errors with a ``why``, which is the answer then."""
    with contextlib.suppress(BrokenPipeError):  # the desk was killed: nobody waits for the answer
        _serve(kind, work, what, refusals, float(sys.argv[1]), int(sys.argv[2]))


def _serve(
    kind: type[A], work: Callable[[A], object], what: str, refusals: tuple[type[BabelwireError], ...], cpu_seconds: float, memory: int
) -> None:
    import resource
    import signal

    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not reach the parent as an answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends us
    sys.excepthook = lambda kind, error, trace: _report(answers, error)
    resource.setrlimit(resource.RLIMIT_AS, (memory + _size(), resource.RLIM_INFINITY))
    slices.lengthen()
    first = True
    while len(head := asks.read(LENGTH.size)) == LENGTH.size:
        ask = msgspec.msgpack.decode(asks.read(LENGTH.unpack(head)[0]), type=kind)
        _allow(cpu_seconds)
        _send(answers, _reply(ask, work, what, refusals))
        if first:  # all that the work needs has been loaded for it
            heap.settle()
            first = False


def _reply(ask: A, work: Callable[[A], object], what: str, refusals: tuple[type[BabelwireError], ...]) -> Reply:
    try:
        return Reply(body=msgspec.Raw(msgspec.msgpack.encode(work(ask))))
    except refusals as error:
        return Reply(why=str(getattr(error, "why", error)))
    except MemoryError:
        return Reply(why=f"the {what} needs more memory to read than take.memory allows", spent=True)


def _send(answers: BinaryIO, reply: Reply) -> None:
    body = msgspec.msgpack.encode(reply)
    answers.write(LENGTH.pack(len(body)) + body)
    answers.flush()


def _report(answers: BinaryIO, error: BaseException) -> None:
    """A bug: the parent raises it with this traceback and replaces this child; the desk writes it down as one."""
    _send(answers, Reply(bug="".join(traceback.format_exception(error)), spent=True))


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
