"""How long a thread computes before the next one has its turn on the core.

A desk on few cores is several processes that all compute: extraction workers, translators, a publisher. Linux changes between
them every 3 ms, and each finds the core's caches full of what the others have read: checking sentences takes 17 % more processor
time beside one process of another kind on the same core and 22 % beside two, but 3 to 6 % where turns are long (AMD EPYC, 512 KB
a core; the least of eight). Linux takes such a wish since 6.12, and gives those with short turns, web servers say, theirs the
sooner. Elsewhere nothing changes.

By hand: Python has no function for the call, and glibc has one since 2.41 only.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys

LENGTH = 20_000_000  #: nanoseconds; the kernel takes up to 100 ms, and a page or an article needs 20 to 100

_ATTRIBUTES = struct.Struct("<IIQiIQQQ")  #: size, policy, flags, nice, priority, runtime, deadline, period: ``man 2 sched_setattr``
_NUMBERS = {"x86_64": 314, "aarch64": 274, "riscv64": 274}  #: of the system call, by machine


def lengthen() -> bool:
    """Ask for turns of ``LENGTH`` for this thread, and for the threads and processes it starts from now on.

    Returns whether the system took the wish; before Linux 6.12 it does, and nothing comes of it. A thread that somebody has given
    other rules (``chrt``) keeps them.
    """
    number = _NUMBERS.get(platform.machine()) if sys.platform == "linux" else None
    if number is None or os.sched_getscheduler(0) not in (os.SCHED_OTHER, os.SCHED_BATCH):
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    wish = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.sched_getscheduler(0), 0, nice, 0, LENGTH, 0, 0)
    failed: int = ctypes.CDLL(None).syscall(number, 0, wish, 0)
    return not failed
