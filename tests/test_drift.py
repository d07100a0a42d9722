"""When a source is set aside: decisions on figures alone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from babelwire import drift
from babelwire.model import Article, Block, BlockKind, Inline, Picture, Sample, Watch, replace

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DICE = random.Random(5)
LENGTHS = [90, 120, 150, 300, 420, 450, 500, 520, 600, 650, 700, 900, 1400]


def one(n: int, words: int = 0, **more: object) -> Sample:
    made = Sample(
        key=f"k{n}", seen=NOW + timedelta(minutes=n), words=words or DICE.choice(LENGTHS), headline=f"h{n}", text=f"t{n}", captions=0.05
    )
    return replace(made, **more)  # type: ignore[arg-type]


def usual(count: int = 60) -> tuple[Sample, ...]:
    return tuple(one(n) for n in reversed(range(count)))


def watch(*samples: Sample, **more: object) -> Watch:
    return replace(Watch(source_id="s", samples=samples), **more)  # type: ignore[arg-type]


def run(first: tuple[Sample, ...], *then: Sample) -> list[str]:
    """What is said of each of these, one after another."""
    said, now = [], watch(*first)
    for sample in then:
        why = drift.judge(now, sample)
        said.append(why)
        kept = (replace(sample, aside=bool(why)), *now.samples)
        now = replace(now, samples=kept, since=(now.since or NOW) if why else None, reason=why)
    return said


def test_what_happens_every_day_is_no_alarm() -> None:
    """2,000 articles of lengths between a line and a long read: not once."""
    assert set(run(usual(), *(one(n) for n in range(100, 2100)))) == {""}


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"words": 20}, "much shorter"),
        ({"words": 9_000}, "much longer"),
        ({"words": 500, "captions": 0.6}, "60% of its words are captions"),
        ({"headline": "same"}, "the same headline"),
        ({"text": "same"}, "the same text"),
        ({"failed": True, "words": 0, "headline": "", "text": ""}, "no article is found"),
    ],
)
def test_three_odd_pages_in_a_row(more: dict[str, object], why: str) -> None:
    said = run(usual(), *(one(n, **more) for n in range(100, 103)))  # type: ignore[arg-type]
    assert said[:2] == ["", ""] and why in said[2]


@pytest.mark.parametrize("between", [one(100, 20), one(100, failed=True, words=0)], ids=["a short one", "a page without an article"])
def test_a_single_odd_page_is_no_alarm(between: Sample) -> None:
    assert set(run(usual(), between, *(one(n) for n in range(101, 110)))) == {""}


def test_a_change_that_lasts_is_noticed_later() -> None:
    said = run(usual(), *(one(n, 130 + n % 7) for n in range(100, 110)))
    assert said[:6] == [""] * 6 and "its last 8 articles are all shorter" in said[7]


def test_a_change_that_lasts_stays_noticed_until_it_ends() -> None:
    said = run(usual(), *(one(n, 130 + n % 7) for n in range(100, 130)))
    assert all(said[7:]), "no coming and going"
    back = run(usual(), *(one(n, 130 + n % 7) for n in range(100, 110)), *(one(n, 500) for n in range(200, 203)))
    assert back[-1] == ""


def test_a_new_source_is_given_time() -> None:
    assert set(run((), *(one(n, 20 if n > 3 else 900) for n in range(14)))) == {""}


def test_a_column_whose_headline_always_comes_again() -> None:
    column = tuple(one(n, headline="h" if n % 2 else f"h{n}") for n in reversed(range(60)))
    assert set(run(column, *(one(n, headline="h") for n in range(100, 106)))) == {""}


def test_pages_that_were_often_empty_stay_as_they_were() -> None:
    often = tuple(one(n, failed=n % 2 == 0) for n in reversed(range(60)))
    assert set(run(often, *(one(n, failed=True) for n in range(100, 104)))) == {""}


def test_the_same_page_read_again_is_one_page() -> None:
    assert set(run(usual(), *(one(100, 20) for _ in range(6)))) == {""}


def test_recovery_takes_three_sound_pages_in_a_row() -> None:
    odd = [one(n, 20) for n in range(100, 103)]
    said = run(usual(), *odd, one(103, 500), one(104, 450), one(105, 20), one(106, 500), one(107, 600), one(108, 700))
    assert [bool(s) for s in said[2:]] == [True, True, True, True, True, True, False]
    headlines = [one(n, headline="same") for n in range(100, 110)]
    assert all(run(usual(), *headlines)[2:])


def test_a_sample_of_an_article() -> None:
    article = Article(
        key="k", source_id="s", url="https://a.example/1", canonical_url="https://a.example/1", headline="Ferry runs again", language="en",
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, inline=Inline("The ferry runs again on Monday.")),
            Block(kind=BlockKind.CAPTION, inline=Inline("The old ferry")),
        ),
        pictures=(Picture(url="https://a.example/p", alt="A ferry", caption=Inline("")),),
    )  # fmt: skip
    made = drift.sample(article, NOW)
    assert (made.words, made.captions, made.failed) == (6, pytest.approx(5 / 11), False)
    again = drift.sample(replace(article, headline="FERRY  runs again!"), NOW)
    assert again.headline == made.headline and again.text == made.text
    chinese = replace(article, language="zh", blocks=(Block(kind=BlockKind.PARAGRAPH, inline=Inline("渡輪星期一恢復行駛。")),))
    assert drift.sample(chinese, NOW).words == 9
