"""Text from strangers: nothing unseen, one space, NFC; what scripts need stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelwire.text.clean import clean, fold, lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a \n\t b ", "a b"),
        ("a\u00a0\u202fb", "a b"),
        ("a\u202eb\u2066c\u2069d", "abcd"),
        ("a\x00b\x07c\x85d\x9fe", "abc de"),
        ("so\u00adft\u200bzero\ufeff", "softzero"),
        ("flag\U000e0067\U000e007f", "flag"),
        ("icon\ue001", "icon"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("bad\ufffd", "bad\ufffd"),
        ("\ud800x", "x"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@given(st.text(max_size=40))
def test_clean_twice_is_clean_once(text: str) -> None:
    once = clean(text)
    assert clean(once) == once == once.strip()
    assert unicodedata.is_normalized("NFC", once)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in once)


@given(st.lists(st.text(alphabet="ab \n\t\u00a0\u200b", max_size=8), max_size=5))
def test_pieces_folded_one_by_one_make_the_same_text(pieces: list[str]) -> None:
    assert clean("".join(fold(p) for p in pieces)) == clean("".join(pieces))


@pytest.mark.parametrize(("piece", "folded"), [("", ""), (" a ", " a "), ("\n", " "), ("a\n b", "a b"), ("\u200b", "")])
def test_fold_keeps_a_space_at_either_end(piece: str, folded: str) -> None:
    assert fold(piece) == folded


def test_lines_keep_their_indentation() -> None:
    assert lines("a\r\n  b \u200b\rc\n") == "a\n  b\nc"
