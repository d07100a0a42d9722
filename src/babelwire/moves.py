"""Feeds and pages that are led elsewhere: moves that are meant, lapsed domains in other hands, and captive portals.

A permanent redirect is followed each time, and believed only in the end: readers that switched at once lost whole lists of
subscriptions to hotel networks. It counts only while stories that are known from here are there as well. A captive portal
(or a filter, or a proxy that has lost its way out) gives one answer for all addresses: what many hosts answer word by word is
no host's own. Pure decisions; the counting is kept in ``FeedState``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from babelwire import decide
from babelwire.config import Poll
from babelwire.errors import BabelwireError, FetchError, ParseError
from babelwire.model import FeedState, Page, replace
from babelwire.text.address import same_site

#: A feed's address is changed only after so many polls in a row, over at least so long, that were all sent on to the same place.
POLLS = 5
PROOF = timedelta(days=3)
PORTAL = 3  #: different hosts whose answers are the same byte by byte
AGAIN = timedelta(minutes=10)  #: until the network is tried again


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A poll that brought nothing: the feed, why, and what of the answer is needed to tell what happened."""

    state: FeedState
    error: BabelwireError
    body: str = ""  #: stands for the answer's body
    permanent: str | None = None


def address(state: FeedState) -> str:
    """Where the feed is to be asked for: its own address, or the one it has proved to have moved to."""
    return state.moved_to if state.moved_to and proved(state) else state.feed.url


def proved(state: FeedState) -> bool:
    """Has a permanent redirect been seen often and long enough to believe it?"""
    return bool(state.moved_seen >= POLLS and state.moved_since and state.polled and state.polled - state.moved_since >= PROOF)


def by_address(states: Iterable[FeedState]) -> dict[str, list[FeedState]]:
    """The feeds by where they are to be asked for: those that lie at one address now are one request."""
    due: dict[str, list[FeedState]] = {}
    for state in states:
        due.setdefault(address(state), []).append(state)
    return due


def check(state: FeedState, page: Page, ours: bool) -> None:
    """Raises ParseError for a feed that was read before and is now sent on, for good, to another site with none of its stories."""
    led_away = page.permanent is not None and state.succeeded is not None and not same_site(page.url, state.feed.url)
    trusted = ours or (page.permanent == state.moved_to and state.moved_seen > 0)
    if led_away and not trusted:
        raise ParseError(
            state.feed.url,
            f"is sent on for good to {page.permanent}, where none of its stories are known: a lapsed domain in other hands, or a "
            "captive portal? If the move is meant, change its address in the configuration",
        )


def noticed(state: FeedState, page: Page, ours: bool, now: datetime) -> FeedState:
    """The state after an answer that was read, with what it says about a move. ``ours``: stories known from here are in it."""
    target = page.permanent
    if target is None or target == state.feed.url:
        stays = proved(state) and page.asked == state.moved_to
        return state if stays else replace(state, moved_to=None, moved_seen=0, moved_since=None)
    if target != state.moved_to:
        first = ours or state.moved_to is None
        return replace(state, moved_to=target, moved_seen=1 if first else 0, moved_since=now)
    return replace(state, moved_seen=state.moved_seen + 1 if ours or state.moved_seen else 0)


def failed(state: FeedState, error: BabelwireError, answer: Page | FetchError | None) -> Failed:
    page = answer if isinstance(answer, Page) else None
    return Failed(
        state=state, error=error, body=decide.body_hash(page) if page else "", permanent=page.permanent if page else None
    )  # fmt: skip


def after(polls: Sequence[Failed], now: datetime, poll: Poll) -> list[FeedState]:
    """The states after failed polls. Where many hosts gave one answer it is the network's fault: all are asked again soon."""
    portals = _portals((one.body, one.state.feed.url) for one in polls)
    return [_portal(one, portals[one.body], now) if one.body in portals else _after(one, now, poll) for one in polls]


def pages(answers: Mapping[str, Page | FetchError | None], now: datetime) -> dict[str, Page | FetchError | None]:
    """The answers by address; those that many hosts gave word by word become errors, to be asked again soon."""
    bodies = {url: decide.body_hash(page) for url, page in answers.items() if isinstance(page, Page)}
    portals = _portals((body, url) for url, body in bodies.items())
    wrong = {url: FetchError(url, _said(portals[body]), retry_after=now + AGAIN) for url, body in bodies.items() if body in portals}
    return {**answers, **wrong}


# ---------------------------------------------------------------------------------------------- the small steps


def _portals(answers: Iterable[tuple[str, str]]) -> dict[str, int]:
    """(body, address) -> the bodies that came from many hosts, with how many."""
    hosts: dict[str, set[str]] = {}
    for body, url in answers:
        if body:
            hosts.setdefault(body, set()).add(urlsplit(url).hostname or "")
    return {body: len(names) for body, names in hosts.items() if len(names) >= PORTAL}


def _said(hosts: int) -> str:
    return f"the same page came from {hosts} different hosts: a captive portal or a filter stands between us and the web"


def _portal(one: Failed, hosts: int, now: datetime) -> FeedState:
    """Not the feed's fault, so it does not count as one more failure in a row."""
    state = one.state
    due = now + decide.jitter(AGAIN, state.feed.url)
    return replace(state, due=due, polled=now, failures=max(1, state.failures), failure=f"{state.feed.url}: {_said(hosts)}")


def _after(one: Failed, now: datetime, poll: Poll) -> FeedState:
    state = decide.after_failure(one.state, one.error, now, poll)
    if one.permanent is None or one.permanent == state.feed.url or one.permanent == state.moved_to:
        return state
    return replace(state, moved_to=one.permanent, moved_seen=0, moved_since=now)
