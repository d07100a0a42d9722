"""Pure decisions, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from babelwire import decide
from babelwire.config import Poll, Take
from babelwire.errors import EngineError, FetchError, Gone, PairError
from babelwire.model import (
    Article,
    Block,
    BlockKind,
    Entry,
    Feed,
    FeedState,
    Hints,
    Inline,
    Issue,
    Origin,
    Page,
    Passage,
    Rendering,
    Segment,
    Severity,
    Verdict,
    replace,
)

NOW = datetime(2026, 4, 13, 12, tzinfo=UTC)
POLL = Poll()
FEED = Feed(url="https://a.example/feed", source_id="a")
STATE = FeedState(feed=FEED, due=NOW)
HOUR = timedelta(hours=1)


def entry(key: str, **more: object) -> Entry:
    return Entry(key=key, feed_url=FEED.url, source_id="a", id=key, link=f"https://a.example/{key}", title=key, **more)  # type: ignore[arg-type]


def page(**more: object) -> Page:
    given: dict[str, object] = {"url": FEED.url, "asked": FEED.url, "body": b"x", "fetched": NOW, **more}
    return Page(**given)  # type: ignore[arg-type]


class TestScreen:
    def test_sorts_new_changed_withdrawn_and_old(self) -> None:
        seen = entry("seen")
        edited = entry("edited", updated=NOW)
        gone = entry("gone", withdrawn=True)
        never = entry("never", withdrawn=True)
        old = entry("old", published=NOW - timedelta(days=30))
        fresh = entry("fresh", published=NOW - HOUR)
        result = decide.screen(
            [seen, edited, gone, never, old, fresh], {"seen": seen.digest, "edited": "other", "gone": gone.digest}, NOW, POLL
        )
        assert result.found == (fresh,)
        assert result.changed == (edited,)
        assert result.withdrawn == (gone,)
        assert result.passed == 1

    def test_a_flood_is_cut_newest_first(self) -> None:
        entries = [entry(str(n), published=NOW - timedelta(minutes=n)) for n in range(30)]
        result = decide.screen(reversed(entries), {}, NOW, Poll(max_entries=5))
        assert [e.key for e in result.found] == ["0", "1", "2", "3", "4"]
        assert result.passed == 25

    def test_an_empty_feed_withdraws_nothing(self) -> None:
        assert decide.screen([], {"a": "x"}, NOW, POLL) == decide.Screened()


class TestPolling:
    def test_news_brings_the_next_poll_nearer_and_silence_pushes_it_away(self) -> None:
        news = decide.after_answer(STATE, page(), Hints(), 3, NOW, POLL)
        silence = decide.after_answer(STATE, None, Hints(), 0, NOW, POLL)
        assert news.interval < STATE.interval < silence.interval
        assert NOW + silence.interval <= silence.due <= NOW + silence.interval * 1.1

    def test_never_more_often_than_the_feed_or_the_operator_wants(self) -> None:
        state = STATE
        for _ in range(20):
            state = decide.after_answer(state, page(), Hints(ttl=HOUR), 9, NOW, POLL)
        assert state.interval == HOUR
        for _ in range(40):
            state = decide.after_answer(state, None, Hints(), 0, NOW, POLL)
        assert state.interval == timedelta(minutes=POLL.maximum)

    def test_skip_hours_are_left_out(self) -> None:
        hints = Hints(skip_hours=frozenset(range(12, 18)))
        assert decide.after_answer(STATE, page(), hints, 1, NOW, POLL).due.hour == 18

    def test_failures_back_off_without_end_but_never_retire(self) -> None:
        state, waits = STATE, []
        for _ in range(30):
            state = decide.after_failure(state, FetchError(FEED.url, "no answer"), NOW, POLL)
            waits.append(state.due - NOW)
        assert waits[0] < waits[3] < waits[6] and waits[-1] <= timedelta(minutes=POLL.maximum * 1.1)
        assert not state.retired and state.failures == 30
        assert decide.after_answer(state, None, Hints(), 0, NOW, POLL).failures == 0

    def test_retry_after_is_obeyed_and_410_retires(self) -> None:
        later = NOW + 5 * HOUR
        assert decide.after_failure(STATE, FetchError(FEED.url, "429", retry_after=later, status=429), NOW, POLL).due > later
        assert decide.after_failure(STATE, Gone(FEED.url, "gone", status=410), NOW, POLL).retired


class TestAgain:
    def test_revisits_thin_out_and_end(self) -> None:
        take = Take(revisit_hours=(1, 4, 24))
        at = NOW
        seen = []
        while (again := decide.revisit(NOW, None, at, take)) is not None:
            seen.append(again - NOW)
            at = again
        assert seen == [HOUR, 4 * HOUR, 24 * HOUR]

    def test_items_are_set_aside_after_the_last_try_but_wait_for_a_named_time(self) -> None:
        error = EngineError("e", "down")
        assert decide.next_try(0, error, NOW, 3) is not None
        assert decide.next_try(2, error, NOW, 3) is None
        assert decide.next_try(0, PairError("no engine", "nobody serves it"), NOW, 3) is None
        quota = EngineError("e", "quota", retry_after=NOW + 3 * HOUR)
        assert decide.next_try(9, quota, NOW, 3) >= NOW + 3 * HOUR  # type: ignore[operator]


def rendering(text: str = "A sentence.", origin: Origin = Origin.ENGINE, severity: Severity | None = None) -> Rendering:
    issues = (Issue(kind="numbers", severity=severity, note="a number was changed"),) if severity else ()
    return Rendering(source=Segment("", Inline(text)), target=Inline(text), origin=origin, issues=issues)


def passages(*body: Rendering, headline: Rendering | None = None) -> list[Passage]:
    return [Passage(place="headline", renderings=(headline or rendering(),)), Passage(place="block:0", renderings=body)]


class TestVerdict:
    def test_all_passed(self) -> None:
        assert decide.verdict(passages(rendering(severity=Severity.MINOR)), decide.Bar()) == (Verdict.PUBLISH, "")

    def test_no_headline_no_page(self) -> None:
        bad = rendering(origin=Origin.ORIGINAL, severity=Severity.MAJOR)
        verdict, why = decide.verdict(passages(rendering(), headline=bad), decide.Bar())
        assert verdict is Verdict.HOLD and "a number was changed" in why

    def test_a_little_of_the_original_is_marked_and_much_is_held(self) -> None:
        left = rendering(origin=Origin.ORIGINAL, severity=Severity.MAJOR)
        good = [rendering()] * 9
        assert decide.verdict(passages(*good, left), decide.Bar())[0] is Verdict.MARK
        assert decide.verdict(passages(left, left, rendering()), decide.Bar())[0] is Verdict.HOLD

    def test_nothing_that_failed_a_check_slips_through(self) -> None:
        assert decide.verdict(passages(*[rendering()] * 99, rendering(severity=Severity.CRITICAL)), decide.Bar())[0] is Verdict.HOLD

    def test_weak_pairs_are_what_the_operator_chose(self) -> None:
        assert decide.verdict(passages(rendering()), decide.Bar(gist=True))[0] is Verdict.MARK
        assert decide.verdict(passages(rendering()), decide.Bar(gist=True, gist_is=Verdict.HOLD))[0] is Verdict.HOLD
        assert decide.verdict(passages(rendering()), decide.Bar(always=Verdict.HOLD))[0] is Verdict.HOLD


def test_what_changed_between_two_revisions() -> None:
    base = Article(key="k", source_id="a", url="https://a.example/1", canonical_url="https://a.example/1", headline="H", language="en")
    assert decide.shown_changed(base, base) == []
    assert decide.shown_changed(base, replace(base, headline="H2")) == ["headline"]
    assert decide.shown_changed(replace(base, standfirst=Inline("S")), base) == ["standfirst"]


def test_a_form_filled_in_again_is_another_report() -> None:
    form = "The match between {0} and {1} in {2} ended {3}, said {4}. Tickets for the next one are sold from Friday at the gate."
    one, other = (
        _told(form.format(*names))
        for names in (("Linden", "Essex", "Orlo", "3:2", "Ada Merrow"), ("Varna", "Pesk", "Tull", "0:4", "Bo Quill"))
    )
    assert not decide.same_report(one, other)
    assert decide.same_report(one, one)
    assert decide.same_report(one, _told(f"ORLO (Wire) {form.format('Linden', 'Essex', 'Orlo', '3:2', 'Ada Merrow')[:70]}"))


def _told(text: str) -> Article:
    blocks = (Block(kind=BlockKind.PARAGRAPH, inline=Inline(text)),)
    return Article(
        key="k", source_id="s", url="https://a.example/", canonical_url="https://a.example/", headline="Match", language="en", blocks=blocks
    )
