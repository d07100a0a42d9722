"""One Apertium pipeline kept running, and the stream format that goes through it.

A message goes in, ends with a NUL, and comes out with a NUL behind it; 2 to 10 ms a sentence, where starting Apertium anew
costs 250. PyPI's ``apertium`` starts a pipeline for each call, Apertium-APY listens on all interfaces: hence by hand.
A pipeline of ten processes can end with status 0 in the middle of a text (``rus-ukr`` does), so only an answer with its
NUL counts, and a closed pipe is a death whatever the status.
"""

from __future__ import annotations

import os
import re
import selectors
import signal
import subprocess
import tempfile
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import IO

from babelwire.text.inline import CLOSE, LIMIT, OPEN, untouched

CHUNK = 65536
SPECIAL = re.compile(r"[\\\[\]{}^$/@<>]")
MARKED = re.compile("([\ue100-\ue2ff])")
#: Characters that a pipeline reads as orders (``~`` wakes the post-generator and is eaten, ``*#`` mark unknown words).
STAND_INS = {ord(c): 0xE400 + n for n, c in enumerate("~*#")}
BACK = {v: k for k, v in STAND_INS.items()}
KEPT, KEPT_LIMIT = 0xE500, 1024  #: what the engine itself keeps whole: addresses, "9:30 am" (which becomes "9:30 soy")
OURS = re.compile("[\ue400-\ue8ff]")
CLOCK = re.compile(r"\b\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m\b\.?", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
TOKEN = re.compile(r"\[\[([^\]]*)\]\]((?:\\.|[^\\\[])*)\[\[/\]\]|\[((?:\\.|[^\\\]])*)\]|\\(.)|([^\\\[]+|\[)", re.S)
WITHIN = re.compile(r"(\w+)([\ue100-\ue1ff]+)(?=\w)")  #: a span that begins inside a word
ACROSS = re.compile(r"(?<=\w)([\ue200-\ue2ff]+)(\w+)")  #: a span that ends inside a word


class Died(Exception):
    """The pipeline ended, or had to be ended, before all answers were there. ``answers`` are the ones it gave."""

    def __init__(self, why: str, answers: list[str]) -> None:
        super().__init__(why)
        self.answers = answers


class Pipe:
    """A running pipeline. One thread at a time: hold ``lock``."""

    def __init__(self, command: Sequence[str]) -> None:
        self.lock = threading.Lock()
        self.asked = 0
        self.closed = False
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, start_new_session=True, bufsize=0
        )
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)

    def ask(self, messages: Sequence[str], seconds: float) -> list[str]:
        """The answer to each message, in order. Raises Died: the pipeline ended, or was killed after ``seconds``."""
        self.asked += len(messages)
        answers: list[str] = []
        out = memoryview(b"".join(m.encode("utf-8", "replace") + b"[][\n]\n\0" for m in messages))
        rest = b""
        try:
            for read in self._exchange(out, time.monotonic() + seconds):
                *whole, rest = (rest + read).split(b"\0")
                answers += (w.decode() for w in whole)
                if len(answers) >= len(messages):
                    break
        except (OSError, UnicodeDecodeError, TimeoutError) as error:
            why = f"no answer within {seconds:.0f} s" if isinstance(error, TimeoutError) else f"{error}{self._said()}"
            self.close()
            raise Died(why, answers) from error
        return answers

    def _exchange(self, out: memoryview, until: float) -> Iterator[bytes]:
        """Write and read at once (either pipe may be full), giving what is read. Raises OSError at the end."""
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None and sink is not None
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            selector.register(sink, selectors.EVENT_WRITE)
            while True:
                ready = {key.fileobj for key, _ in selector.select(max(0.0, until - time.monotonic()))}
                if not ready:
                    raise TimeoutError
                if sink in ready:
                    out = out[os.write(sink.fileno(), out[:CHUNK]) :]
                    if not out:
                        selector.unregister(sink)
                if source in ready:
                    read = os.read(source.fileno(), CHUNK)
                    if not read:
                        raise BrokenPipeError("the pipeline ended")
                    yield read

    def _said(self) -> str:
        self._log.seek(0)
        said = self._log.read(2000).decode("utf-8", "replace").strip()
        return f": {said.splitlines()[-1][:200]}" if said else ""

    def close(self) -> None:
        """End the whole process group."""
        self.closed = True
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        for stream in (self._process.stdin, self._process.stdout, self._log):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        self._process.wait()


def encode(text: str) -> tuple[str, list[str]]:
    """A text with markers as a message, and what was taken out of it to be kept whole.

    Spans become word-bound blanks (``[[t:s:7]]words[[/]]``), which travel with their words through reordering; atoms stay
    characters: of 900 put into news sentences none was lost or doubled, while 62 of 300 stand-in words were.
    """
    text, kept = _keep(OURS.sub("", CONTROL.sub(" ", unicodedata.normalize("NFC", text))))
    text = ACROSS.sub(r"\2\1", WITHIN.sub(r"\2\1", text.translate(STAND_INS)))
    active: list[int] = []
    out: list[str] = []
    for piece in MARKED.split(text):
        code = ord(piece) if len(piece) == 1 else 0
        if OPEN <= code < OPEN + LIMIT:
            active.append(code - OPEN)
        elif CLOSE <= code < CLOSE + LIMIT:
            active = [n for n in active if n != code - CLOSE]
        else:
            out.append(_bound(piece, active))
    return "".join(out), kept


def decode(message: str, kept: Sequence[str]) -> str:
    """The text of an answer, with markers around the runs of words that carry them."""
    pieces: list[tuple[str, frozenset[int]]] = []
    for blank, words, _, escaped, plain in TOKEN.findall(message.removesuffix("[][\n]\n")):
        text = re.sub(r"\\(.)", r"\1", words, flags=re.S) or escaped or plain
        pieces.append((text, frozenset(int(n) for n in re.findall(r"t:s:(\d+)", blank)) if words else frozenset()))
    text = _runs([p for p in pieces if p[0]]).translate(BACK)
    return re.sub("[\ue500-\ue8ff]", lambda m: _at(kept, ord(m[0]) - KEPT), text)


def _at(kept: Sequence[str], number: int) -> str:
    return kept[number] if number < len(kept) else ""


def _keep(text: str) -> tuple[str, list[str]]:
    """Put stand-ins for addresses and clock times, which the pipelines mangle."""
    places = sorted({*untouched(text), *(m.span() for m in CLOCK.finditer(text))})[:KEPT_LIMIT]
    kept: list[str] = []
    out: list[str] = []
    at = 0
    for start, end in places:
        if start >= at and not MARKED.search(text[start:end]):
            out += [text[at:start], chr(KEPT + len(kept))]
            kept.append(text[start:end])
            at = end
    return "".join([*out, text[at:]]), kept


def _bound(piece: str, active: Sequence[int]) -> str:
    escaped = SPECIAL.sub(r"\\\g<0>", piece)
    core = escaped.strip()
    if not active or not core:
        return escaped
    lead, tail = escaped[: len(escaped) - len(escaped.lstrip())], escaped[len(escaped.rstrip()) :]
    return f"{lead}[[{'; '.join(f't:s:{n}' for n in active)}]]{core}[[/]]{tail}"


def _runs(pieces: Sequence[tuple[str, frozenset[int]]]) -> str:
    """Pieces with the spans they carry -> text with markers; white space between two pieces of a span belongs to it."""
    out: list[str] = []
    active: frozenset[int] = frozenset()
    for n, (text, ids) in enumerate(pieces):
        if not text.strip() and not ids:
            ids = active & pieces[n + 1][1] if n + 1 < len(pieces) else frozenset()
        out += (chr(CLOSE + i) for i in sorted(active - ids, reverse=True))
        out += (chr(OPEN + i) for i in sorted(ids - active))
        out.append(text)
        active = ids
    return "".join([*out, *(chr(CLOSE + i) for i in sorted(active, reverse=True))])
