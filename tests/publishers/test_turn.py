"""One publication at a time, over threads and processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from babelwire.errors import PublishError
from babelwire.publishers.turn import Turn

HOLD = """
import sys
from pathlib import Path
from babelwire.publishers.turn import Turn
with Turn(Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.readline()
"""


def waits(path: Path) -> threading.Thread:
    """Somebody with a lock of their own on the same file."""
    taken = threading.Event()

    def work() -> None:
        with Turn(path):
            taken.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert not taken.wait(0.1)
    return thread


def test_two_desks_of_one_process_take_turns_and_one_may_take_it_twice(tmp_path: Path) -> None:
    path = tmp_path / "new" / "publishing.lock"
    turn = Turn(path)
    with turn, turn:
        thread = waits(path)
    thread.join(5)
    assert not thread.is_alive()


def test_another_process_holds_it_until_it_ends_however_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "publishing.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None and other.stdout.readline() == b"mine\n"
        thread = waits(path)
        other.kill()
    thread.join(5)
    assert not thread.is_alive()


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    turn = Turn(tmp_path / "file" / "lock")
    for _ in range(2):
        with pytest.raises(PublishError, match="lock"), turn:
            pass
