"""Translators in processes of their own: checks and typography are work for a core, and rows are the hand-over anyway.

Each is ``babelwire run --only translate --attached``: it claims translations from the same store until its standard input
closes, so it ends with its parent however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from babelwire import heap
from babelwire.runners.loop import IDLE, Job, Report, once

if TYPE_CHECKING:
    from collections.abc import Callable


@contextmanager
def translators(config: Path, count: int, log: str = "text") -> Iterator[None]:
    """Run ``count`` translators on the store of this configuration file, until the block is left; ``log`` as for ``run``."""
    command = [sys.executable, "-m", "babelwire.cli", "run", "--config", str(config), "--only", "translate", "--attached"]
    command += ["--log", log]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"}) for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            if process.stdin:
                process.stdin.close()
        for process in running:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def attached(name: str, job: Job, clock: Callable[[], datetime], report: Report, stream: IO[bytes]) -> None:
    """One job again and again, until ``stream`` ends."""
    over = threading.Event()

    def watch() -> None:
        while stream.read(1):
            pass
        over.set()

    threading.Thread(target=watch, name="watch", daemon=True).start()
    settled = False
    while not over.is_set():
        if not once(name, job, clock(), report).items:
            over.wait(IDLE)
        elif not settled:  # all that the job needs has been loaded for it
            heap.settle()
            settled = True
