"""A desk that takes up a changed configuration while it runs.

When the file (or a rules or glossary file it names) has changed, or somebody asks, a second desk is made of what it says now.
Only when that has worked does it take over; what the first one is working on is finished, beside it: rows are leased, so two
desks at once do nothing twice. A file that cannot be used is reported, and the desk goes on as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

from babelwire.config import Config
from babelwire.desk import Desk
from babelwire.errors import BabelwireError, ConfigError

LOOK = 1.0  #: seconds between two looks at the files
FIXED = (("desk", "data"), ("store", "kind"), ("store", "path"), ("store", "url"), ("publish", "kind"), ("publish", "path"))

Stamp = tuple[tuple[str, int, int], ...]
Told = Callable[[str, str], None]  #: (``reloaded`` | ``refused``, what about it)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What ``run`` needs: how to read the configuration, open a desk on it, and work with it until an event is set."""

    load: Callable[[], Config]
    open: Callable[[Config], AbstractContextManager[Desk]]
    work: Callable[[Desk, Config, threading.Event], None]
    told: Told


def run(first: Config, parts: Parts, stop: threading.Event, asked: threading.Event) -> None:
    """Work until ``stop`` is set. ``asked``: look at the configuration now, changed or not. Raises what made a desk's work end."""
    shift = _Shift(first, parts, stamp(first))
    before: list[_Shift] = []
    last = shift.stamp
    try:
        while not stop.wait(LOOK):
            shift.check()
            now = stamp(shift.config)
            settled, last = now == last, now  # a file that is just being written is looked at when it is whole
            if not (asked.is_set() or now != shift.stamp) or not settled:
                continue
            asked.clear()
            following = _following(shift.config, parts, now)
            if following is None:
                shift.stamp = now
                continue
            shift.end()
            before = [s for s in before if s.busy()] + [shift]
            shift, last = following, following.stamp
    finally:
        for one in (*before, shift):
            one.end()
        for one in (*before, shift):
            one.wait()
    shift.check()


def stamp(config: Config) -> Stamp:
    """Changes when a file changes that the configuration is made of."""
    return tuple(_stamp(path) for path in files(config))


def files(config: Config) -> list[Path]:
    """The configuration file, and the rules and glossaries it names."""
    rules = (path for folder in config.rules for path in (folder, *sorted(folder.glob("*.toml"))))
    return [config.path, *rules, *config.glossaries]


def moved(old: Config, new: Config) -> list[str]:
    """Settings that differ and that a running desk cannot change."""
    return [f"{table}.{key}" for table, key in FIXED if getattr(getattr(old, table), key) != getattr(getattr(new, table), key)]


class _Shift:
    """One desk at work in a thread of its own, until it is told to end; then it closes itself."""

    def __init__(self, config: Config, parts: Parts, seen: Stamp) -> None:
        self.config = config
        self.stamp = seen
        self._parts = parts
        self._over = threading.Event()
        self._failure: BaseException | None = None
        with ExitStack() as opened:
            desk = opened.enter_context(parts.open(config))
            self._stack = opened.pop_all()
        self._thread = threading.Thread(target=self._work, args=(desk,), name="desk", daemon=True)
        self._thread.start()

    def _work(self, desk: Desk) -> None:
        with self._stack:
            try:
                self._parts.work(desk, self.config, self._over)
            except BaseException as error:  # noqa: BLE001 - raised again by check, in the caller's thread
                self._failure = error

    def end(self) -> None:
        self._over.set()

    def busy(self) -> bool:
        return self._thread.is_alive()

    def wait(self) -> None:
        self._thread.join()

    def check(self) -> None:
        if self._failure is not None:
            raise self._failure


def _following(old: Config, parts: Parts, now: Stamp) -> _Shift | None:
    """A desk on the configuration as it is now; None, and reported, where it cannot be used."""
    try:
        new = parts.load()
        if fixed := moved(old, new):
            raise ConfigError(f"{new.path}: {', '.join(fixed)} cannot change while the desk runs: start it anew")
        seen = stamp(new)  # before the rest is read: what changes meanwhile is a change
        made = _Shift(new, parts, seen if seen[0] == now[0] else ())
    except BabelwireError as error:
        parts.told("refused", f"{error}; the desk goes on as it was")
        return None
    parts.told("reloaded", difference(old, new))
    return made


def difference(old: Config, new: Config) -> str:
    """What has changed, in words."""
    before, after = {f.url for f in old.feeds}, {f.url for f in new.feeds}
    words = [f"feeds: {len(after - before)} added, {len(before - after)} dropped"] if before != after else []
    tables = [name for name in Config.__struct_fields__ if name not in ("path", "feeds") and getattr(old, name) != getattr(new, name)]
    return "; ".join([*words, *([f"changed: {', '.join(tables)}"] if tables else [])]) or "nothing in it has changed"


def _stamp(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return str(path), 0, 0
    return str(path), found.st_mtime_ns, found.st_size
