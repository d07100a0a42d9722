"""Whose turn it is to publish: one at a time, over all threads and processes that publish to one folder.

A listing that was made earlier must come out earlier, or it would hide what is newer. The lock is the operating system's, on a file
beside the folder: it is free again when its holder ends, however it ends.
"""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path
from typing import IO

from babelwire.errors import PublishError


class Turn:
    """A lock for ``with``; the same thread may take it again. ``path`` is the lock's file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._inside = threading.RLock()
        self._depth = 0
        self._file: IO[bytes] | None = None

    def __enter__(self) -> None:
        self._inside.acquire()
        try:
            if self._depth == 0:
                self._file = self._locked()
            self._depth += 1
        except BaseException:
            self._inside.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            self._file.close()
            self._file = None
        self._inside.release()

    def _locked(self) -> IO[bytes]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("ab")
        except OSError as error:
            raise PublishError(f"{self._path}: {error.strerror}") from error
        fcntl.flock(file, fcntl.LOCK_EX)
        return file
