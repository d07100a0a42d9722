"""The garbage collector of a long run."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from babelwire import heap


class Ring:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_is_not_looked_through_again() -> None:
    heap.settle()
    assert gc.get_freeze_count() > 10_000
    assert len(gc.get_objects()) < 1_000


def test_a_second_settling_lets_go_what_the_first_kept() -> None:
    ring = Ring()
    heap.settle()
    gone = weakref.ref(ring)
    del ring
    gc.collect()
    assert gone() is not None, "kept out of collections"
    heap.settle()
    assert gone() is None
