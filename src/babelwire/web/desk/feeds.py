"""Feeds: how they fare, what one of them brought (as it says it, beside what was extracted), and new ones.

A feed that is added here is written into the configuration file, like ``babelwire feeds add`` does it: there is one truth, and it
can be read. The store knows it at once, so the desk at work reads it with its next round.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.responses import Response

from babelwire import writing
from babelwire.errors import BabelwireError
from babelwire.model import Arrival, Feed, FeedState, Licence, Yield
from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

PLACE = f"{sheets.HOME}feeds/"
WEEK = timedelta(days=7)
LAST = 20  #: entries of a feed
BLOCKS = 12  #: of an article that are shown
RAW = 3000  #: letters of what a feed says


def screen(visit: Visit) -> Response:
    """Every feed, those in trouble first."""
    store = visit.room.store
    brought, names = store.yields(visit.now - WEEK), {s.id: s.name for s in store.sources().values()}
    states = store.feed_states()
    aside = {source for source in {s.feed.source_id for s in states} if store.watch(source).since}
    feeds = [_feed(s, brought.get(s.feed.url, Yield()), names, aside) for s in states]
    feeds.sort(key=lambda f: f["state"] == "well")
    return visit.page("feeds", "Feeds", feeds=feeds, sources=sorted(names))


def add(visit: Visit) -> Response:
    """Read a feed once, and write it into the configuration."""
    url, config = visit.given("url", "the address"), visit.room.config()
    name, licence, tongue = visit.form.get("source", "").strip(), visit.form.get("licence", "link"), visit.form.get("language", "").strip()
    _check(url, name, licence, tongue, {f.url for f in config.feeds})
    try:
        page = visit.room.desk.fetcher.get(url, robots=False)
        assert page is not None, "without validators no answer is 'not modified'"
        hints, entries = visit.room.desk.reader.feed(page, Feed(url=url, source_id="new"), visit.now)
    except BabelwireError as error:
        raise Refused(f"it was not added: {error}", 422) from error
    fields = {"name": hints.title, "homepage": hints.homepage, "language": tongue or hints.language, "licence": licence}
    text, name = writing.added(config.path.read_text(encoding="utf-8"), {s.id for s in config.sources}, url, name, **fields)
    writing.save(config.path, text)
    now_is = visit.room.config()
    visit.room.store.sync(now_is.sources, now_is.feeds, visit.now)
    visit.note("added feed", url, f"{name}, licence {licence}")
    return visit.done(PLACE, f"Added to {name}: {sheets.many(len(entries), 'entry', 'entries')} there now. It is read with the next round.")


def one(visit: Visit) -> Response:
    """One feed, and what it announced last."""
    state = _state(visit, visit.asked("url"))
    names = {s.id: s.name for s in visit.room.store.sources().values()}
    arrivals = visit.room.store.arrivals(state.feed.url, LAST)
    return visit.page(
        "feed",
        names.get(state.feed.source_id, state.feed.source_id),
        feed=_feed(state, Yield(), names),
        watch=visit.room.store.watch(state.feed.source_id),
        arrivals=[_arrival(a) for a in arrivals],
        empty=sum(a.article is not None and (a.article.from_feed or not a.article.blocks) for a in arrivals),
    )


def act(visit: Visit) -> Response:
    """Ask a feed with the next round, whatever had been planned; or go on with a source whose pages look otherwise than before."""
    url = visit.given("url", "the address")
    state = _state(visit, url)
    if visit.form.get("act") == "accept":
        number = visit.room.store.accept(state.feed.source_id, visit.now)
        if number is None:
            raise Refused(f"{state.feed.source_id} is not set aside")
        visit.note("accepted source", state.feed.source_id)
        return visit.done(f"{sheets.HOME}feed/", f"Its pages are taken as they are now; {sheets.many(number, 'page')} read again.", url=url)
    visit.room.store.ask_feed(url, visit.now)
    visit.note("asked feed", url)
    return visit.done(f"{sheets.HOME}feed/", "It is read with the next round.", url=url)


# ---------------------------------------------------------------------------------------------- the small steps


def _check(url: str, name: str, licence: str, tongue: str, known: set[str]) -> None:
    if not url.startswith(("http://", "https://")) or not urlsplit(url).hostname:
        raise Refused(f"{url!r} is not an http address", 422)
    if url in known:
        raise Refused(f"{url} is there already")
    if name and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        raise Refused("a source is named with small letters, digits and hyphens", 422)
    if licence not in list(Licence):
        raise Refused(f"{licence!r} is no licence: full, excerpt or link", 422)
    if tongue and not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tongue):
        raise Refused(f"{tongue!r} is not a language (like fr)", 422)


def _state(visit: Visit, url: str) -> FeedState:
    found = next((s for s in visit.room.store.feed_states() if s.feed.url == url), None)
    if found is None:
        raise Refused(f"{url}: no such feed", 404)
    return found


def _feed(state: FeedState, brought: Yield, names: Mapping[str, str], aside: Collection[str] = ()) -> dict[str, object]:
    word = (
        "aside"
        if state.feed.source_id in aside
        else "gone"
        if state.retired
        else "failing"
        if state.failures
        else "well"
        if state.succeeded
        else "new"
    )
    return {
        "url": state.feed.url,
        "source": state.feed.source_id,
        "source_name": names.get(state.feed.source_id, state.feed.source_id),
        "state": word,
        "failure": state.failure or "",
        "status": state.status,
        "succeeded": state.succeeded,
        "due": state.due,
        "minutes": round(state.interval.total_seconds() / 60),
        "moved_to": state.moved_to,
        "yield": brought,
    }


def _arrival(arrival: Arrival) -> dict[str, object]:
    entry, article = arrival.entry, arrival.article
    body = article.blocks if article else ()
    return {
        "key": entry.key,
        "title": entry.title,
        "link": entry.link if entry.link and entry.link.startswith(("http://", "https://")) else None,
        "state": arrival.state,
        "dated": arrival.dated,
        "failure": arrival.failure,
        "raw": _raw(entry.title, entry.summary, entry.content),
        "article": article is not None,
        "headline": article.headline if article else "",
        "language": article.language if article else "",
        "blocks": [(str(b.kind), b.inline.text) for b in body[:BLOCKS]],
        "cut": max(0, len(body) - BLOCKS),
    }


def _raw(*parts: str) -> str:
    text = "\n\n".join(p for p in parts if p)
    return text if len(text) <= RAW else f"{text[:RAW]} …"
