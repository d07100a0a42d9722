"""Quiet hours on an edition's clocks, and what modes do to tasks and translations."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from babelwire import modes
from babelwire.model import Assignment, Edition, Licence, Origin, Revision, Task, Verdict, replace
from tests.stores.rows import article, translated

NIGHT = (time(22, 30), time(6))


def edition(first: time, last: time, zone: str = "Europe/Paris") -> Edition:
    return Edition(language="fr", title="F", time_zone=zone, quiet=(first, last))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24T22:29:59+01:00", None),
        ("2026-11-24T22:30:00+01:00", "2026-11-25T06:00:00+01:00"),
        ("2026-11-25T00:00:00+01:00", "2026-11-25T06:00:00+01:00"),
        ("2026-11-25T05:59:59+01:00", "2026-11-25T06:00:00+01:00"),
        ("2026-11-25T06:00:00+01:00", None),
        ("2026-11-25T12:00:00+01:00", None),
    ],
)
def test_across_midnight(now: str, until: str | None) -> None:
    assert modes.quiet_until(edition(*NIGHT), at(now)) == (at(until) if until else None)


def test_within_a_day_and_in_the_edition_s_own_zone() -> None:
    siesta = edition(time(14), time(16), "America/Bogota")
    assert modes.quiet_until(siesta, at("2026-11-24T15:00:00-05:00")) == at("2026-11-24T16:00:00-05:00")
    assert modes.quiet_until(siesta, at("2026-11-24T15:00:00+00:00")) is None
    assert modes.quiet_until(replace(siesta, quiet=None), at("2026-11-24T15:00:00-05:00")) is None


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        # The clocks of Paris go forward on 29 March 2026 at 02:00 (+01:00 -> +02:00): the night is an hour shorter.
        ("2026-03-29T01:59:59+01:00", True),
        ("2026-03-29T03:00:00+02:00", True),
        ("2026-03-29T05:59:59+02:00", True),
        ("2026-03-29T06:00:00+02:00", False),
        # They go back on 25 October 2026 at 03:00 (+02:00 -> +01:00): an hour longer.
        ("2026-10-25T02:30:00+02:00", True),
        ("2026-10-25T02:30:00+01:00", True),
        ("2026-10-25T05:59:59+01:00", True),
        ("2026-10-25T06:00:00+01:00", False),
        ("2026-10-24T22:30:00+02:00", True),
    ],
)
def test_across_a_change_of_the_clocks(now: str, quiet: bool) -> None:
    assert (modes.quiet_until(edition(*NIGHT), at(now)) is not None) is quiet


@pytest.mark.parametrize(
    ("now", "quiet"),
    [
        ("2026-10-25T02:15:00+02:00", True),
        ("2026-10-25T02:45:00+02:00", True),  # between the two readings of 02:30: it does not stop and begin again
        ("2026-10-25T02:15:00+01:00", True),
        ("2026-10-25T02:30:00+01:00", False),
        ("2026-03-29T01:59:59+01:00", True),
        ("2026-03-29T03:15:00+02:00", True),  # 02:30 does not exist that night
        ("2026-03-29T03:30:00+02:00", False),
    ],
)
def test_an_end_that_comes_twice_or_never(now: str, quiet: bool) -> None:
    assert (modes.quiet_until(edition(time(23), time(2, 30)), at(now)) is not None) is quiet


def task(**how: object) -> Task:
    return Task(
        revision=Revision(article=article(licence=Licence.FULL), number=1, seen=at("2026-11-24T12:00:00+00:00")),
        language="fr",
        assignment=Assignment(**how),  # type: ignore[arg-type]
    )


def test_headline_only_narrows_the_article() -> None:
    usual, narrow = task(), task(headline_only="the feed carries headlines only")
    assert modes.narrowed(usual) is usual
    page = modes.narrowed(narrow).revision.article
    assert (page.licence, page.licence_note) == (Licence.LINK, "the feed carries headlines only")


def test_review_holds_what_passed_and_keeps_the_reason_of_what_did_not() -> None:
    held = task(hold="the feed is read by a person first")
    made = translated(held)
    assert modes.reviewed(made, task()) is made
    waiting = modes.reviewed(made, held)
    assert (waiting.verdict, waiting.reason) == (Verdict.HOLD, "for review: the feed is read by a person first")
    failed = translated(held, verdict=Verdict.HOLD, reason="a number is missing")
    assert modes.reviewed(failed, held) is failed
    out = modes.released(waiting)
    assert out.verdict is Verdict.PUBLISH and "published by a person" in out.reason and "the feed is read" in out.reason


def test_what_a_person_lets_out_is_marked_where_it_is_less_than_a_translation() -> None:
    made = modes.reviewed(translated(task()), task(hold="why"))
    assert modes.released(replace(made, gist=True)).verdict is Verdict.MARK
    (headline, *rest) = made.passages
    left = replace(headline, renderings=(replace(headline.renderings[0], origin=Origin.ORIGINAL),))
    assert modes.released(replace(made, passages=(left, *rest))).verdict is Verdict.MARK
