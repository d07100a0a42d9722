"""Feeds that are led elsewhere, and answers that are the same everywhere: decisions, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from babelwire import moves
from babelwire.config import Poll
from babelwire.errors import FetchError, ParseError
from babelwire.model import Feed, FeedState, Page, replace

NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
FEED = Feed(url="https://a.example/feed", source_id="a")
STATE = FeedState(feed=FEED, due=NOW, polled=NOW, succeeded=NOW)
NEW = "https://b.example/feed"


def page(url: str = FEED.url, *, asked: str = FEED.url, permanent: str | None = None, body: bytes = b"x") -> Page:
    return Page(url=url, asked=asked, body=body, fetched=NOW, permanent=permanent)


def polled(state: FeedState, hours: float, *, ours: bool = True, permanent: str | None = NEW) -> FeedState:
    now = NOW + timedelta(hours=hours)
    return moves.noticed(replace(state, polled=now), page(permanent=permanent), ours, now)


class TestMoves:
    def test_an_address_is_changed_only_after_many_polls_over_days(self) -> None:
        state = STATE
        for n in range(20):
            state = polled(state, n)
            assert moves.address(state) == FEED.url, "often, but within a day: a hotel network"
        state = polled(state, 73)
        assert moves.address(state) == NEW
        stays = moves.noticed(state, page(NEW, asked=NEW), True, NOW)
        assert moves.address(stays) == NEW

    def test_long_but_seldom_is_no_proof(self) -> None:
        state = STATE
        for n in range(moves.POLLS - 1):
            state = polled(state, n * 100)
        assert moves.address(state) == FEED.url
        assert moves.address(polled(state, 500)) == NEW

    def test_a_redirect_that_ends_or_turns_elsewhere_begins_anew(self) -> None:
        state = polled(polled(STATE, 0), 1)
        assert polled(state, 2, permanent=None).moved_to is None
        turned = polled(state, 2, permanent="https://c.example/feed")
        assert (turned.moved_to, turned.moved_seen) == ("https://c.example/feed", 1)

    def test_polls_without_a_known_story_do_not_count_before_the_first_with_one(self) -> None:
        state = replace(STATE, moved_to=NEW, moved_seen=0, moved_since=NOW)
        assert polled(state, 1, ours=False).moved_seen == 0
        assert polled(polled(state, 1), 2, ours=False).moved_seen == 2

    def test_two_feeds_that_moved_to_one_address_are_one_request(self) -> None:
        moved = replace(STATE, moved_to=NEW, moved_seen=9, moved_since=NOW - timedelta(days=9))
        there = FeedState(feed=Feed(url=NEW, source_id="b"), due=NOW)
        assert moves.by_address([moved, there, STATE]) == {NEW: [moved, there], FEED.url: [STATE]}


class TestCheck:
    def test_another_site_without_one_known_story_is_not_read(self) -> None:
        with pytest.raises(ParseError, match=r"sent on for good to https://b\.example/feed"):
            moves.check(STATE, page(NEW, permanent=NEW), False)

    @pytest.mark.parametrize(
        ("state", "answer", "ours"),
        [
            (STATE, page(NEW, permanent=NEW), True),
            (replace(STATE, moved_to=NEW, moved_seen=1), page(NEW, permanent=NEW), False),
            (replace(STATE, succeeded=None), page(NEW, permanent=NEW), False),
            (STATE, page(NEW), False),
            (STATE, page("https://www.a.example/rss", permanent="https://www.a.example/rss"), False),
        ],
        ids=["known stories", "known stories before", "never read before", "for now only", "the same site"],
    )
    def test_it_is_read(self, state: FeedState, answer: Page, ours: bool) -> None:
        moves.check(state, answer, ours)

    def test_where_it_leads_is_kept_for_people(self) -> None:
        failed = moves.failed(STATE, ParseError(FEED.url, "no"), page(NEW, permanent=NEW))
        (state,) = moves.after([failed], NOW, Poll())
        assert (state.moved_to, state.moved_seen, state.failures) == (NEW, 0, 1)


class TestPortals:
    def states(self, *hosts: str) -> list[FeedState]:
        return [FeedState(feed=Feed(url=f"https://{h}/feed", source_id="s"), due=NOW) for h in hosts]

    def test_many_hosts_one_answer(self) -> None:
        states = self.states("a.example", "b.example", "c.example")
        answer = page(body=b"<html>Welcome to our hotel</html>")
        failed = [moves.failed(replace(s, failures=2), ParseError(s.feed.url, "is HTML"), answer) for s in states]
        other = moves.failed(self.states("d.example")[0], ParseError("d", "is HTML"), page(body=b"<html>d</html>"))
        down = moves.failed(self.states("e.example")[0], FetchError("e", "no answer"), FetchError("e", "no answer"))
        *same, alone, silent = moves.after([*failed, other, down], NOW, Poll())
        assert {s.failures for s in same} == {2}, "not one more failure of theirs"
        assert all("the same page came from 3 different hosts" in str(s.failure) for s in same)
        assert all(s.due <= NOW + timedelta(minutes=11) for s in same)
        assert (alone.failures, alone.failure) == (1, "d: is HTML") and silent.failure == "e: no answer"

    def test_one_host_may_say_the_same_everywhere(self) -> None:
        states = self.states("a.example", "a.example", "a.example", "b.example")
        failed = [moves.failed(s, ParseError(s.feed.url, "is HTML"), page(body=b"<html>Gone fishing</html>")) for s in states]
        assert {s.failure for s in moves.after(failed, NOW, Poll())} == {
            "https://a.example/feed: is HTML",
            "https://b.example/feed: is HTML",
        }

    def test_pages(self) -> None:
        same = {f"https://{h}.example/1": page(body=b"<html>Log in to Wi-Fi</html>") for h in "abc"}
        others = {
            "https://d.example/1": page(body=b"<html>news</html>"),
            "https://e.example/1": FetchError("e", "404"),
            "https://f.example/": None,
        }
        found = moves.pages({**same, **others}, NOW)
        assert {u: found[u] for u in others} == others
        for url in same:
            error = found[url]
            assert isinstance(error, FetchError) and error.retry_after == NOW + moves.AGAIN
