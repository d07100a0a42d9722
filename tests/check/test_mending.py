from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelwire import check
from babelwire.model import Inline, Pair, Span, SpanKind

EN_FR = Pair("en", "fr")


def mend(source: str, target: str) -> str:
    return check.mend(Inline(source), Inline(target), EN_FR).text


@pytest.mark.parametrize(
    ("source", "target", "mended"),
    [
        ("It's late.", "C&#39;est tard.", "C'est tard."),
        ("He said “no”.", "Il a dit &quot;non&quot;.", 'Il a dit "non".'),
        ("Ben & Jerry", "Ben &amp;amp; Jerry", "Ben & Jerry"),
        ("He said “no”.", "Il a dit & quot; non & quot ;.", 'Il a dit " non ".'),
        ("“It is over.”", "C’est fini.", "“C’est fini.”"),
        ("“We will stay.", "Nous resterons.", "“Nous resterons."),
        ("We have to.”", "Il le faut.", "Il le faut.”"),
        ('It was 1984."', "C'était 1984\"", "C'était 1984\""),  # behind a digit the mark reads as inches
        ("“It is over.”", "« C’est fini.", "« C’est fini.”"),
        ("It was a “soft” power.", "C’était une puissance « Douce ».", "C’était une puissance « douce »."),
        ("He met Sarkozy.", "Il a rencontré *Sarkozy.", "Il a rencontré Sarkozy."),
    ],
)
def test_mended(source: str, target: str, mended: str) -> None:
    assert mend(source, target) == mended


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Write &amp; here.", "Écrivez &amp; ici."),  # the source speaks of entities
        ("He said “no” and left.", "Il a dit non et il est parti."),  # where the marks belong is not known
        ("It was a “Doux” power.", "C’était une puissance « Doux »."),
        ("He said: “Go away.”", "Il a dit : « Va-t’en. »"),
        ("AT&T; that is all.", "AT&T; c’est tout."),
    ],
)
def test_left_alone(source: str, target: str) -> None:
    assert mend(source, target) == target


def test_spans_shift_along() -> None:
    target = Inline("&quot;C&#39;est fini&quot;", (Span(start=6, end=20, kind=SpanKind.EMPHASIS),))
    mended = check.mend(Inline("“It is over”"), target, EN_FR)
    (span,) = mended.spans
    assert mended.text == '"C\'est fini"'
    assert mended.text[span.start : span.end] == "C'est fini"


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_word_is_invented(source: str, target: str) -> None:
    mended = check.mend(Inline(source), Inline(target), EN_FR).text
    assert check.mend(Inline(source), Inline(mended), EN_FR).text == mended
    assert len([c for c in mended if c.isalnum()]) <= len([c for c in target if c.isalnum()])
