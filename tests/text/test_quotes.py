from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelwire.text.quotes import MARKS, loose_singles, marks


def shape(text: str) -> str:
    """< opens, > closes, ! alone, a digit the depth."""
    return " ".join(
        f"{'<' if m.opens else '>'}{m.at}{'' if m.partner is not None else '!'}" + (f"/{m.level}" if m.level > 1 else "")
        for m in marks(text)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "go" and "no."', "<8 >11 <17 >21"),
        ("« Oui », dit-il, « non »", "<0 >6 <17 >23"),
        ("„Das ist gut“, sagte er", "<0 >12"),
        ("»Das ist gut«, sagte er", "<0 >12"),
        ("”Hej”, sade han", "<0 >4"),
        ("“It’s ‘fine’ now,” he said", "<0 <6/2 >11/2 >17"),
        ("「彼は『はい』と言った」", "<0 <3/2 >6/2 >11"),
        ("他说：“今天很好。”", "<3 >9"),
        ('A "quoted "nested" one" here', "<2 <10/2 >17/2 >22"),
        ("l’«amore»", "<2 >8"),
        ('dell’"amore"', "<5 >11"),
        ("l'homme d'État « l'a dit »", "<15 >25"),
        ("\"I don't know,\" said the boys' mother", "<0 >14"),
        ("'Well!' thought Alice, 'after such a fall'", "<0 >6 <23 >41"),
        ("The '90s rock 'n' roll of the boys' band", ""),
        ('5\'10" tall and 24" wide', ""),
        ('a coup d"état', ""),
        ('He said "this is', "<8!"),
        ('ends here" he said', ">9!"),
        ("‘Vorig jaar hebben we", "<0!"),
        ("穷人的大钟“好的“是", "<5 >8"),
        ('و" هذا جميل"', "<1 >11"),
        ("", ""),
    ],
)
def test_marks(text: str, expected: str) -> None:
    assert shape(text) == expected


def test_single_marks_that_belong_to_another_sentence() -> None:
    assert loose_singles("He continued: 'What's innate?") == (1, 0)
    assert loose_singles("Something has gone wrong for young men.'") == (0, 1)
    assert loose_singles("It's 'fine'.") == (0, 0)


@given(st.text(alphabet=MARKS + "ab 1.,()\u00a0中ا", max_size=40))
def test_partners_know_each_other(text: str) -> None:
    found = {m.at: m for m in marks(text)}
    for mark in found.values():
        assert text[mark.at] in MARKS
        if mark.partner is not None:
            other = found[mark.partner]
            assert other.partner == mark.at
            assert other.opens is not mark.opens
            assert (mark.at < mark.partner) is mark.opens
