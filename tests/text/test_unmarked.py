"""Tags that carry attributes are no words of a headline."""

from __future__ import annotations

import pytest

from babelwire.text.clean import unmarked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The choir <u onpointerover=pip(4)>hover</u>", "The choir hover"),
        ("Go <marquee onstart='pip(1)'>now</marquee>", "Go now"),
        ("One <audio src=x onerror=pip(3)> two", "One two"),
        ("The <title> element at ten", "The <title> element at ten"),
        ("If a < b and c > d", "If a < b and c > d"),
        ("3 < 5, x = 4 > 2", "3 < 5, x = 4 > 2"),
        ("Plain", "Plain"),
    ],
)
def test_unmarked(text: str, expected: str) -> None:
    assert unmarked(text) == expected
