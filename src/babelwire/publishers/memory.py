"""A Publisher that keeps files in memory: tests, and pages made for one look."""

from __future__ import annotations

from collections.abc import Sequence

from babelwire.model import File
from babelwire.publishers import paths as allowed


class MemoryPublisher:
    """See ``seams.Publisher``. ``files``: path -> body, in the order in which they were first put."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def put(self, files: Sequence[File]) -> None:
        self.files.update([(allowed.check(f.path), f.body) for f in files])

    def remove(self, paths: Sequence[str]) -> None:
        for path in [allowed.check(p) for p in paths]:
            self.files.pop(path, None)

    def read(self, path: str) -> bytes | None:
        return self.files.get(allowed.check(path))
