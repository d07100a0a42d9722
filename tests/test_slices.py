"""Turns on the core."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

from babelwire import slices

KERNEL = tuple(int("".join(filter(str.isdigit, n)) or 0) for n in platform.release().split(".")[:2])
#: Prints the length of turns in a thread that is started afterwards, and the policy and niceness of it.
SHOW = """
import ctypes, os, threading
from babelwire import slices

def show():
    read = ctypes.create_string_buffer(48)
    assert ctypes.CDLL(None).syscall(slices._NUMBERS[os.uname().machine] + 1, 0, read, 48, 0) == 0
    _, policy, _, nice, _, length, _, _ = slices._ATTRIBUTES.unpack(read.raw)
    print(length, policy, nice)

{before}
print(slices.lengthen())
thread = threading.Thread(target=show)
thread.start()
thread.join()
"""


def shown(before: str = "") -> list[str]:
    answer = subprocess.run([sys.executable, "-c", SHOW.format(before=before)], capture_output=True, text=True, check=True)
    return answer.stdout.split()


@pytest.mark.skipif(sys.platform != "linux" or KERNEL < (6, 12), reason="turns have a length of their own since Linux 6.12")
@pytest.mark.skipif(platform.machine() not in slices._NUMBERS, reason="the system call has no number here")
class TestTurns:
    def test_threads_that_are_started_later_have_long_turns(self) -> None:
        assert shown() == ["True", str(slices.LENGTH), str(os.SCHED_OTHER), str(os.getpriority(os.PRIO_PROCESS, 0))]

    def test_niceness_and_policy_stay(self) -> None:
        answer = shown("os.nice(3); os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))")
        assert answer == ["True", str(slices.LENGTH), str(os.SCHED_BATCH), str(min(19, os.getpriority(os.PRIO_PROCESS, 0) + 3))]


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone")
def test_what_runs_by_other_rules_is_left_alone() -> None:
    assert shown("os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))")[0] == "False"


def test_a_system_without_the_call_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "pdp11")
    assert slices.lengthen() is False
