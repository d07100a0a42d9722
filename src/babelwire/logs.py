"""Lines of the log: one JSON object an event, and nothing secret in any of them.

Own, since a formatter for the standard library's ``logging`` is all that is needed. Values that the configuration reads from
the environment or from files are known, and are taken out wherever they turn up (an error may quote an address with its key);
what looks like a credential in an address or a header is taken out as well.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TextIO
from urllib.parse import quote, quote_plus

HIDDEN = "***"
SHORTEST = 4  #: letters of a value that is looked for: shorter ones are words
NAMES = r"(?:api[_-]?key|key|token|access[_-]?token|auth|authkey|secret|password|passwd|pwd|sig|signature|credential)"
PATTERNS = (
    (re.compile(r"(?<=://)[^/\s@'\"]+@"), f"{HIDDEN}@"),  # user:password@host
    (re.compile(rf"([?&;]{NAMES}=)[^&\s'\"#]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b(bearer|basic|deepl-auth-key)\s+[\w.~+/=:-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(whsec_|sk-)[\w+/=-]{6,}"), rf"\1{HIDDEN}"),
)


class Redactor:
    """Takes secrets out of a text. ``secrets``: values that must never be seen."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: frozenset[str] = frozenset()
        self._known: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """These as well: a changed configuration has new ones, and old ones may still turn up."""
        self._secrets |= {s for s in secrets if len(s) >= SHORTEST}
        forms = {form for s in self._secrets for form in (s, quote(s, safe=""), quote_plus(s), json.dumps(s)[1:-1])}
        longest_first = sorted(forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first))) if forms else None

    def __call__(self, text: str) -> str:
        out = self._known.sub(HIDDEN, text) if self._known else text
        for pattern, instead in PATTERNS:
            out = pattern.sub(instead, out)
        return out


class Log:
    """Writes events as lines of JSON. Threads may share it."""

    def __init__(self, stream: TextIO, clock: Callable[[], datetime], redact: Redactor) -> None:
        self._stream, self._clock, self._redact = stream, clock, redact
        self._lock = threading.Lock()

    def event(self, name: str, level: str = "info", **fields: object) -> None:
        """One line: ``time``, ``level``, ``event`` and the fields, in this order. Times are UTC."""
        head = {"time": self._clock().isoformat(timespec="milliseconds").replace("+00:00", "Z"), "level": level, "event": name}
        clean = {k: self._redact(v) if isinstance(v, str) else v for k, v in fields.items()}
        line = json.dumps(head | clean, ensure_ascii=False, default=str)
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()


class Bridge(logging.Handler):
    """What libraries say, as events of ours."""

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        more = {"traceback": logging.Formatter().formatException(record.exc_info)} if record.exc_info else {}
        self._log.event("library", record.levelname.lower(), logger=record.name, text=record.getMessage(), **more)


def attach(log: Log) -> Callable[[], None]:
    """Let libraries' warnings become events; returns what undoes it."""
    bridge = Bridge(log)
    logging.getLogger().addHandler(bridge)
    return lambda: logging.getLogger().removeHandler(bridge)
