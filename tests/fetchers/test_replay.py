from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire.errors import ConfigError, FetchError
from babelwire.fetchers.replay import ReplayFetcher, load, save
from babelwire.model import Caching, Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://news.example/a?b=c"
PAGE = Page(
    url=URL + "&d",
    asked=URL,
    body=b"\xff\x00bytes",
    fetched=NOW,
    content_type="text/html",
    headers={"etag": '"1"', "last-modified": "then"},
    permanent=URL + "&d",
)


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    save(tmp_path / "new", PAGE)
    assert ReplayFetcher(path=tmp_path / "new").get(URL) == PAGE
    assert load(tmp_path / "new", "http://news.example/other") is None


def test_a_damaged_record_is_an_error_of_ours(tmp_path: Path) -> None:
    save(tmp_path, PAGE)
    next(tmp_path.glob("*.json")).write_text("{")
    with pytest.raises(FetchError, match="cannot be read"):
        ReplayFetcher(path=tmp_path).get(URL)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a folder"):
        ReplayFetcher(path=tmp_path / "none")


@pytest.mark.parametrize(
    ("caching", "same"),
    [
        (None, False),
        (Caching(), False),
        (Caching(etag='"1"'), True),
        (Caching(etag='"2"', last_modified="then"), False),
        (Caching(last_modified="then"), True),
        (Caching(last_modified="later"), False),
    ],
)
def test_the_recorded_validator_means_not_modified(caching: Caching | None, same: bool) -> None:
    assert (ReplayFetcher({URL: PAGE}).get(URL, caching) is None) is same


def test_answers_may_change_and_requests_are_kept() -> None:
    answers = iter([PAGE, FetchError(URL, "down", status=502)])
    fetcher = ReplayFetcher({URL: lambda: next(answers)})
    assert fetcher.get(URL, robots=False) == PAGE
    with pytest.raises(FetchError, match="down"):
        fetcher.get(URL)
    assert [(a.url, a.robots) for a in fetcher.asked] == [(URL, False), (URL, True)]
