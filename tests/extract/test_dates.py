"""Days as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from babelwire.extract.dates import moment, read


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("Von Ana Ruiz, 3. März 2024, 14:02", "de", "2024-03-03"),
        ("March 3rd, 2024", "en", "2024-03-03"),
        ("Published 3 March 2024", "en-GB", "2024-03-03"),
        ("3/12/2024", "en-US", "2024-03-12"),
        ("3/12/2024", "en-GB", "2024-12-03"),
        ("3/12/2024", "fr", "2024-12-03"),
        ("12/31/2024", "en-GB", "2024-12-31"),
        ("3 de març de 2024", "ca", "2024-03-03"),
        ("10 d’octubre de 2024", "ca", "2024-10-10"),
        ("Lisboa, 3 de março de 2024", "pt", "2024-03-03"),
        ("1er février 2020", "fr", "2020-02-01"),
        ("3 мая 2021", "ru", "2021-05-03"),
        ("27.1.22", "de", "2022-01-27"),
        ("2024年3月3日", "zh", "2024-03-03"),
        ("32. März 2024", "de", None),
        ("version 1.2.3 of 1987", "en", None),
        ("Room 31/12", "en", None),
    ],
)
def test_read(text: str, language: str, day: str | None) -> None:
    found = read(text, language)
    assert (found.date().isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024-03-03T10:11:12Z", datetime(2024, 3, 3, 10, 11, 12, tzinfo=UTC)),
        ("2024-03-03 10:11", datetime(2024, 3, 3, 10, 11, tzinfo=UTC)),
        ("2024-03-03T10:11:12.345+0530", datetime(2024, 3, 3, 10, 11, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))),
        ("2024-03-03T10:11:60-05", datetime(2024, 3, 3, 10, 11, 59, tzinfo=timezone(timedelta(hours=-5)))),
        ("2024-02-31", None),
        ("0001-01-01T00:00:00Z", None),
        ("yesterday", None),
        (None, None),
        ({"x": 1}, None),
    ],
)
def test_moment(text: object, when: datetime | None) -> None:
    assert moment(text) == when
