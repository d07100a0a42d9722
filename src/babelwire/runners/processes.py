"""Jobs in processes of their own: checks and typography are work for a core, so is making pages, and rows are the hand-over
anyway. Threads of one process would wait for each other.

Each is ``babelwire run --only JOB --attached``: it does its job on the same store until its standard input closes, so it ends
with its parent however that ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from babelwire import heap, slices
from babelwire.runners.loop import Job, Report, Rest, gather, once

if TYPE_CHECKING:
    from collections.abc import Callable

    from babelwire.desk import Desk


@contextmanager
def apart(config: Path, jobs: Sequence[str], log: str = "text") -> Iterator[None]:
    """Run a process for each of these jobs on the store of this configuration file, until the block is left; ``log`` as for
    ``run``."""
    command = [sys.executable, "-m", "babelwire.cli", "run", "--config", str(config), "--attached", "--log", log, "--only"]
    running = [subprocess.Popen([*command, job], stdin=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"}) for job in jobs]
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


def attached(desk: Desk, name: str, job: Job, clock: Callable[[], datetime], report: Report, stream: IO[bytes]) -> None:
    """One job of the desk again and again, until ``stream`` ends."""
    over = threading.Event()

    def watch() -> None:
        while stream.read(1):
            pass
        over.set()

    threading.Thread(target=watch, name="watch", daemon=True).start()
    slices.lengthen()
    settled, rest = False, Rest()
    while not over.is_set():
        done = once(name, job, clock(), report)
        if done.items and not settled:  # all that the job needs has been loaded for it
            heap.settle()
            settled = True
        if name == "publish":
            gather(desk, clock, over)
        else:
            rest.after(done, over)
