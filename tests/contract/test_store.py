"""What every Store promises, in the seam's own words. Run against SQLite in a file and in memory."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import pytest

from babelwire.errors import StoreError
from babelwire.model import (
    Caching,
    EntryState,
    Feed,
    FeedState,
    Flow,
    Inline,
    Licence,
    Note,
    Picture,
    Span,
    SpanKind,
    TranslationState,
    Verdict,
    replace,
)
from babelwire.seams import Store
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import (
    FEED,
    HARBOUR,
    ISSUE,
    LEASE,
    NOW,
    OTHER,
    VALLEY,
    Hand,
    article,
    card,
    entry,
    minutes,
    remembered,
    translated,
)


class TestFeeds:
    def test_sync_keeps_the_state_of_known_feeds_and_of_absent_ones(self, store: Store) -> None:
        store.sync([HARBOUR, VALLEY], [FEED, OTHER], NOW)
        state = replace(store.feed_states()[0], due=minutes(30), failures=2, failure="slow")
        store.record_poll([state], now=NOW)
        store.sync([VALLEY], [OTHER], minutes(1))
        assert [s.feed.url for s in store.feed_states()] == [OTHER.url]
        assert store.sources().keys() == {"harbour", "valley"}, "what came from it still needs its name"
        store.sync([HARBOUR, VALLEY], [FEED, OTHER], minutes(2))
        assert store.feed_states()[0] == state

    def test_sync_takes_over_what_the_configuration_changed(self, store: Store) -> None:
        store.sync([HARBOUR], [FEED], NOW)
        store.sync([replace(HARBOUR, name="Harbour", licence=Licence.FULL)], [replace(FEED, section="sea")], minutes(1))
        assert store.sources()["harbour"].licence is Licence.FULL
        assert (store.feed_states()[0].feed.section, store.feed_states()[0].due) == ("sea", NOW)

    def test_every_field_of_a_feed_state_comes_back(self, store: Store) -> None:
        store.sync([HARBOUR], [FEED], NOW)
        full = FeedState(
            feed=replace(FEED, title="Harbour news"),
            due=minutes(5.5),
            caching=Caching(etag='W/"x"', last_modified="Tue, 24 Nov 2026 12:00:00 GMT"),
            body_hash="abc",
            interval=timedelta(minutes=17, microseconds=5),
            failures=3,
            failure="HTTP 500",
            status=500,
            polled=minutes(1),
            succeeded=minutes(-60),
            moved_to="https://new.example/feed",
            moved_seen=2,
            moved_since=minutes(-90),
            retired=True,
        )
        empty = FeedState(feed=FEED, due=NOW)
        same = [f.name for f in fields(FeedState) if getattr(full, f.name) == getattr(empty, f.name)]
        assert same == [], "give each field a value that is not its default, or this test proves nothing"
        store.record_poll([full], now=minutes(1))
        assert store.feed_states() == [full]

    def test_due_feeds_come_longest_due_first_and_without_retired_ones(self, store: Store) -> None:
        feeds = [Feed(url=f"https://harbour.example/{n}", source_id="harbour") for n in range(4)]
        store.sync([HARBOUR], feeds, NOW)
        due = [minutes(3), minutes(1), minutes(60), minutes(2)]
        store.record_poll([FeedState(feed=f, due=d, retired=n == 3) for n, (f, d) in enumerate(zip(feeds, due, strict=True))], now=NOW)
        assert [s.feed.url[-1] for s in store.due_feeds(minutes(10), 10)] == ["1", "0"]
        assert [s.feed.url[-1] for s in store.due_feeds(minutes(10), 1)] == ["1"]
        assert store.due_feeds(minutes(0.5), 10) == []

    def test_naive_times_are_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="time zone"):
            store.due_feeds(NOW.replace(tzinfo=None), 10)

    def test_a_poll_keeps_its_state_and_its_entries_together(self, hand: Hand) -> None:
        unknown = entry("two", source_id="nobody")
        state = replace(hand.store.feed_states()[0], due=minutes(9))
        with pytest.raises(StoreError, match="would not fit"):
            hand.store.record_poll([state], [entry("one"), unknown], now=NOW)
        assert hand.store.known(["one", "two"]) == {}
        assert hand.store.feed_states()[0].due == NOW

    def test_known_tells_the_digest_of_those_that_are_known(self, hand: Hand) -> None:
        hand.announce("one", "two")
        many = [f"no-{n}" for n in range(1200)]
        assert hand.store.known([*many, "one", "one"]) == {"one": entry("one").digest}

    def test_a_found_entry_that_is_known_is_left_alone(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.store.record_poll([], [entry("one", title="Another title")], now=minutes(1))
        assert hand.store.known(["one"])["one"] == entry("one").digest
        assert hand.entry_state() == "taken"

    def test_an_entry_that_comes_twice_in_one_poll_is_one(self, hand: Hand) -> None:
        hand.store.record_poll([], [entry("one"), entry("one", title="again")], now=NOW)
        assert hand.store.known(["one"])["one"] == entry("one").digest

    def test_a_changed_entry_has_its_new_text_and_is_read_again_now(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), revisit=minutes(600))
        new = entry("one", title="Ferry runs no more", updated=minutes(5))
        hand.store.record_poll([], changed=[new], now=minutes(5))
        assert hand.store.known(["one"]) == {"one": new.digest}
        ((claimed, latest, failed),) = hand.store.claim_entries(minutes(5), 10, LEASE)
        assert (claimed, failed) == (new, 0)
        assert latest is not None and latest.article == article("one")

    def test_a_feed_that_is_led_away_is_named(self, store: Store) -> None:
        store.sync([HARBOUR], [FEED], NOW)
        assert store.overview(NOW)["feeds"]["moving"] == []  # type: ignore[index]
        moved = replace(store.feed_states()[0], moved_to="https://elsewhere.example/feed", moved_seen=2, moved_since=NOW)
        store.record_poll([moved], now=NOW)
        (found,) = store.overview(NOW)["feeds"]["moving"]  # type: ignore[index]
        assert (found["url"], found["to"], found["seen"]) == (FEED.url, "https://elsewhere.example/feed", 2)

    def test_announced_finds_a_source_s_own_ids_only(self, hand: Hand) -> None:
        hand.announce("one")
        (entry, _, _) = hand.store.claim_entries(NOW, 1, LEASE)[0]
        assert hand.store.announced(entry.source_id, [entry.id, "nothing"]) == {entry.id: "one"}
        assert hand.store.announced("somebody-else", [entry.id]) == {}
        assert hand.store.announced(entry.source_id, []) == {}


class TestArticles:
    def test_claims_are_newest_first_and_fair_between_feeds(self, hand: Hand) -> None:
        flood = [entry(f"f{n}", published=minutes(-n)) for n in range(20)]
        hand.store.record_poll(
            [], [*flood, entry("v1", feed=OTHER, published=minutes(-90)), entry("v2", feed=OTHER, published=None)], now=NOW
        )
        claimed = [e.key for e, _, _ in hand.store.claim_entries(NOW, 4, LEASE)]
        assert claimed == ["f0", "v2", "f1", "v1"]

    def test_a_date_in_the_future_does_not_jump_the_queue(self, hand: Hand) -> None:
        hand.store.record_poll([], [entry("late", published=minutes(60 * 24 * 365))], now=NOW)
        hand.store.record_poll([], [entry("now", published=minutes(1))], now=minutes(1))
        assert [e.key for e, _, _ in hand.store.claim_entries(minutes(1), 2, LEASE)] == ["now", "late"]

    def test_nobody_else_gets_a_claimed_entry_until_the_lease_runs_out(self, hand: Hand) -> None:
        hand.announce("one", "two")
        assert len(hand.store.claim_entries(NOW, 1, LEASE)) == 1
        assert len(hand.store.claim_entries(minutes(5), 5, LEASE)) == 1
        assert hand.store.claim_entries(minutes(9), 5, LEASE) == []
        assert len(hand.store.claim_entries(minutes(10), 5, LEASE)) == 1
        assert len(hand.store.claim_entries(minutes(16), 5, LEASE)) == 1

    def test_entries_of_a_source_that_is_not_configured_any_more_wait(self, hand: Hand) -> None:
        hand.announce("one")
        hand.store.sync([VALLEY], [OTHER], NOW)
        assert hand.store.claim_entries(NOW, 5, LEASE) == []

    def test_an_article_comes_back_whole(self, hand: Hand) -> None:
        hand.announce("one")
        page = article(
            "one",
            standfirst=Inline("Read «this» 👋\u2028 now", (Span(start=5, end=11, kind=SpanKind.LINK, href="https://x.example/"),)),
            pictures=(Picture(url="https://x.example/p.jpg", alt="a", caption=Inline("b"), width=3),),
            byline=("A", "B"),
            licence=Licence.EXCERPT,
        )
        made = hand.take(page)
        assert made is not None and (made.number, made.article, made.seen) == (1, page, NOW)
        assert hand.tasks()["one", "fr"].revision == made

    def test_the_same_content_makes_no_revision_and_moves_the_revisit_time(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), revisit=minutes(60))
        assert [e.key for e, _, _ in hand.store.claim_entries(minutes(60), 5, LEASE)] == ["one"]
        assert hand.take(article("one"), now=minutes(61), revisit=minutes(240)) is None
        assert hand.store.claim_entries(minutes(239), 5, LEASE) == []
        ((_, latest, _),) = hand.store.claim_entries(minutes(240), 5, LEASE)
        assert latest is not None and latest.number == 1

    def test_other_content_makes_a_revision_and_asks_again(self, hand: Hand) -> None:
        hand.all_the_way()
        made = hand.take(article("one", text="The ferry does not run."), now=minutes(60))
        assert made is not None and made.number == 2
        task = hand.tasks(minutes(60))["one", "fr"]
        assert task.revision == made
        assert task.previous is not None and task.previous.revision == 1

    def test_what_never_was_on_the_site_is_no_previous_translation(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        hand.take(article("one", text="New."), now=minutes(1))
        assert hand.tasks(minutes(1))["one", "fr"].previous is None

    def test_article_is_what_the_page_said_last(self, hand: Hand) -> None:
        hand.announce("one", "two")
        hand.take(article("one"))
        hand.take(article("one", text="New."), now=minutes(1))
        assert hand.store.article("one") == article("one", text="New.")
        assert (hand.store.article("two"), hand.store.article("nobody")) == (None, None)

    def test_a_twin_stays_one(self, hand: Hand) -> None:
        hand.announce("one")
        hand.announce("two", feed=OTHER)
        hand.take(article("one"), story="s")
        hand.take(article("two", feed=OTHER), ["fr"], story="s", twin=True)
        hand.take(article("two", feed=OTHER, text="More."), ["fr"], story="its own", now=minutes(1))
        assert hand.tasks(minutes(1)).keys() == {("one", "fr")}

    def test_similar_counts_shared_values_of_recent_articles(self, hand: Hand) -> None:
        for key, sketch, when in (("one", [1, 2, 3, 4_294_967_295], 0), ("two", [3, 9], 30), ("old", [1, 2, 3], -9000)):
            hand.announce(key, now=minutes(when))
            hand.take(article(key), sketch=sketch, now=minutes(when))
        assert hand.store.similar([1, 3, 4_294_967_295], minutes(-600)) == [("one", "story-one", 3), ("two", "story-two", 1)]
        assert hand.store.similar([], minutes(-600)) == []
        assert hand.store.similar([77], minutes(-600)) == []

    def test_similar_counts_all_values_of_a_sketch_and_of_every_revision(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), sketch=range(64))
        assert hand.store.similar(range(8, 72), minutes(-600)) == [("one", "story-one", 56)]
        hand.take(article("one", text="New."), sketch=range(60, 124), now=minutes(1))
        assert hand.store.similar(range(8, 72), minutes(-600)) == [("one", "story-one", 64)]
        assert hand.store.similar(range(62, 126), minutes(-600)) == [("one", "story-one", 62)]

    def test_failures_count_until_a_page_is_read(self, hand: Hand) -> None:
        hand.announce("one")
        for n in range(3):
            ((_, _, failed),) = hand.store.claim_entries(minutes(n * 20), 5, LEASE)
            assert failed == n
            hand.store.set_entry("one", failure="HTTP 500", next_try=minutes(n * 20 + 20), state="found", now=minutes(n * 20))
        assert hand.store.claim_entries(minutes(59), 5, LEASE) == []
        hand.take(article("one"), revisit=minutes(100), now=minutes(60))
        ((_, _, failed),) = hand.store.claim_entries(minutes(100), 5, LEASE)
        assert failed == 0

    def test_an_entry_that_is_set_aside_is_not_claimed_again(self, hand: Hand) -> None:
        hand.announce("one", "two")
        hand.store.set_entry("one", failure="no article", next_try=None, state="failed", now=NOW)
        hand.store.set_entry("two", failure="too old", next_try=None, state="passed", now=NOW)
        assert hand.store.claim_entries(minutes(9999), 5, LEASE) == []
        assert (hand.entry_state("one"), hand.entry_state("two")) == ("failed", "passed")

    def test_a_failed_second_look_leaves_the_article_taken(self, hand: Hand) -> None:
        hand.all_the_way(revisit=minutes(60))
        hand.store.set_entry("one", failure="HTTP 404", next_try=None, state="failed", now=minutes(60))
        assert hand.entry_state() == "taken"
        assert hand.store.claim_entries(minutes(9999), 5, LEASE) == []

    def test_an_unknown_state_is_a_bug(self, hand: Hand) -> None:
        with pytest.raises(ValueError, match="nonsense"):
            hand.store.set_entry("one", failure="", next_try=None, state="nonsense", now=NOW)


class TestWithdrawal:
    def test_what_is_on_the_site_waits_for_its_tombstone(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "410", minutes(5))
        assert (hand.entry_state(), hand.state()) == ("gone", "withdrawing")
        assert hand.store.cards("fr") == [] and hand.store.sections("fr") == []
        (tombstone,) = hand.publish(now=minutes(6))
        assert tombstone.withdrawn and tombstone.path == "fr/2026/11/24/ferry-one/"
        assert tombstone.notes == (Note(when=minutes(5), kind="withdrawal", text="410"),)
        assert hand.state() == "withdrawn"
        assert hand.publish(now=minutes(7)) == []

    @pytest.mark.parametrize("verdict", [None, Verdict.PUBLISH, Verdict.HOLD])
    def test_what_never_was_on_the_site_is_withdrawn_at_once(self, hand: Hand, verdict: Verdict | None) -> None:
        hand.announce("one")
        hand.take(article("one"))
        if verdict:
            hand.translate(verdict=verdict)
        hand.store.withdraw("one", "410", minutes(5))
        assert hand.state() == "withdrawn"
        assert hand.publish() == [] and hand.tasks(minutes(60)) == {}

    def test_what_may_have_been_put_before_the_desk_died_gets_a_tombstone(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        assert len(hand.store.to_publish("fr", 5)) == 1  # put, and killed before it could be marked
        hand.store.withdraw("one", "410", minutes(5))
        assert hand.state() == "withdrawing"
        assert [p.withdrawn for p in hand.publish()] == [True]
        assert hand.state() == "withdrawn" and hand.store.cards("fr") == []

    def test_withdrawing_twice_is_once(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "410", minutes(5))
        hand.store.withdraw("one", "410", minutes(6))
        (tombstone,) = hand.publish(now=minutes(6))
        assert len(tombstone.notes) == 1
        hand.store.withdraw("one", "410", minutes(7))
        assert hand.publish(now=minutes(8)) == [] and hand.state() == "withdrawn"

    def test_a_page_read_meanwhile_does_not_bring_it_back(self, hand: Hand) -> None:
        hand.announce("one")
        hand.store.claim_entries(NOW, 5, LEASE)
        hand.store.withdraw("one", "the source's feed says so", minutes(1))
        assert hand.take(article("one"), now=minutes(2), revisit=minutes(60)) is None
        assert hand.entry_state() == "gone" and hand.store.claim_entries(minutes(99), 5, LEASE) == []

    def test_a_translation_made_meanwhile_does_not_bring_it_back(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.take(article("one", text="New."), now=minutes(1))
        task = hand.tasks(minutes(1))["one", "fr"]
        hand.store.withdraw("one", "410", minutes(2))
        made = translated(task)
        hand.store.add_translation(made, card=card(task, made), note=None, now=minutes(3))
        assert hand.state() == "withdrawing"
        assert [p.withdrawn for p in hand.publish()] == [True]

    def test_a_publication_put_meanwhile_is_taken_off_again(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        out = hand.store.to_publish("fr", 5)
        hand.store.withdraw("one", "410", minutes(1))
        hand.store.mark_published(out, minutes(2))
        assert hand.store.cards("fr") == []
        assert [p.withdrawn for p in hand.publish()] == [True]
        assert hand.state() == "withdrawn"

    def test_a_source_that_announces_it_again_has_it_back_at_the_same_path(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "410", minutes(5))
        hand.publish(now=minutes(6))
        hand.store.record_poll([], changed=[entry("one", updated=minutes(10))], now=minutes(10))
        assert len(hand.store.claim_entries(minutes(10), 5, LEASE)) == 1
        assert hand.take(article("one"), now=minutes(10)) is not None, "the same words, but they are off the site"
        hand.translate(minutes(11))
        (back,) = hand.publish(now=minutes(12))
        assert (back.withdrawn, back.path) == (False, "fr/2026/11/24/ferry-one/")
        assert len(hand.store.cards("fr")) == 1 and hand.store.sections("fr") == [("local", 1)]

    def test_withdrawn_again_before_it_came_back(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "410", minutes(5))
        hand.publish(now=minutes(6))
        hand.store.record_poll([], changed=[entry("one", updated=minutes(10))], now=minutes(10))
        hand.take(article("one"), now=minutes(10))
        hand.store.withdraw("one", "410 again", minutes(11))
        assert hand.state() == "withdrawn" and hand.publish() == []

    def test_forever_means_that_no_poll_brings_it_back(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "a court's order", minutes(5), forever=True)
        hand.store.record_poll([], changed=[entry("one", updated=minutes(10))], now=minutes(10))
        other_key = entry("other", link=f"{FEED.url}/one")
        hand.store.record_poll([], [other_key], now=minutes(10))
        assert hand.store.claim_entries(minutes(10), 5, LEASE) == []
        assert "other" not in hand.store.known(["other"])

    def test_forever_holds_for_another_entry_whose_page_is_the_same_article(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.store.withdraw("one", "a court's order", minutes(5), forever=True)
        hand.announce("copy", feed=OTHER)
        assert hand.take(article("copy", feed=OTHER, canonical_url=article("one").canonical_url), now=minutes(6)) is None
        assert hand.entry_state("copy") == "gone" and hand.tasks(minutes(6)) == {}

    def test_forever_of_a_key_that_is_not_known_yet(self, hand: Hand) -> None:
        hand.store.withdraw("one", "asked in advance", NOW, forever=True)
        hand.announce("one", "two")
        assert hand.store.known(["one", "two"]).keys() == {"two"}


class TestTranslations:
    def test_the_newest_article_comes_first_and_nobody_else_gets_it(self, hand: Hand) -> None:
        hand.announce("old", "new")
        hand.take(article("old", published=minutes(-90)), ["fr", "es"])
        hand.take(article("new", published=minutes(-5)), ["fr"])
        first = hand.store.claim_tasks(NOW, 2, LEASE)
        assert [(t.revision.article.key, t.language) for t in first] == [("new", "fr"), ("old", "es")]
        assert [(t.revision.article.key, t.language) for t in hand.store.claim_tasks(minutes(5), 9, LEASE)] == [("old", "fr")]
        assert hand.store.claim_tasks(minutes(9), 9, LEASE) == []
        assert len(hand.store.claim_tasks(minutes(10), 9, LEASE)) == 2

    def test_there_is_more_to_come_until_all_is_read_and_translated(self, hand: Hand) -> None:
        assert hand.store.flow(NOW) == Flow(0, 0)
        hand.announce("one", "two")
        assert hand.store.flow(NOW) == Flow(2, 0)
        hand.take(article("one"))
        assert hand.store.flow(NOW) == Flow(2, 0)
        hand.store.set_task("one", "fr", failure="busy", next_try=minutes(60), now=NOW)
        assert hand.store.flow(NOW) == Flow(1, 0)
        assert hand.store.flow(minutes(60)) == Flow(2, 0)
        hand.translate(minutes(60))
        assert hand.store.flow(minutes(60)) == Flow(1, 1)
        hand.publish()
        assert hand.store.flow(minutes(60)) == Flow(1, 0)

    def test_a_verdict_decides_whether_it_is_ready_or_held(self, hand: Hand) -> None:
        hand.announce("one", "two", "three")
        for key in ("one", "two", "three"):
            hand.take(article(key))
        tasks = hand.tasks()
        for key, verdict in (("one", Verdict.PUBLISH), ("two", Verdict.MARK), ("three", Verdict.HOLD)):
            made = translated(tasks[key, "fr"], verdict=verdict)
            hand.store.add_translation(made, card=card(tasks[key, "fr"], made), note=None, now=NOW)
        assert [hand.state(key) for key in ("one", "two", "three")] == ["ready", "ready", "held"]
        assert {p.article.key for p in hand.publish()} == {"one", "two"}

    def test_one_made_of_an_older_revision_leaves_the_task_waiting(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        task = hand.tasks()["one", "fr"]
        hand.take(article("one", text="New."), now=minutes(1))
        made = translated(task)
        hand.store.add_translation(made, card=card(task, made), note=None, now=minutes(2))
        assert hand.state() == "waiting" and hand.publish() == []
        assert hand.tasks(minutes(2))["one", "fr"].revision.number == 2

    def test_made_twice_is_made_once(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        task = hand.tasks()["one", "fr"]
        made = translated(task)
        for when in (1, 2):
            hand.store.add_translation(made, card=card(task, made, minutes(when)), note=None, now=minutes(when))
        assert len(hand.publish()) == 1
        hand.store.add_translation(replace(made, made=minutes(3)), card=card(task, made, minutes(3)), note=None, now=minutes(3))
        assert hand.publish() == [] and hand.state() == "published"

    def test_failures_count_and_end(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.tasks()
        hand.store.set_task("one", "fr", failure="engine is down", next_try=minutes(3), now=NOW)
        assert hand.tasks(minutes(2)) == {}
        assert hand.tasks(minutes(3))["one", "fr"].attempts == 1
        hand.store.set_task("one", "fr", failure="engine is down", next_try=None, now=minutes(3))
        assert hand.state() == "failed" and hand.tasks(minutes(9999)) == {}

    def test_a_new_revision_starts_afresh(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.tasks()
        hand.store.set_task("one", "fr", failure="engine is down", next_try=None, now=NOW)
        hand.take(article("one", text="New."), now=minutes(1))
        assert hand.tasks(minutes(1))["one", "fr"].attempts == 0

    def test_memory(self, hand: Hand) -> None:
        hand.store.remember({f"k{n}": remembered(f"t{n}", -n / 4) for n in range(1100)}, NOW)
        hand.store.remember({"k0": remembered("corrected", origin="a.tmx")}, minutes(1))
        found = hand.store.recall([*(f"k{n}" for n in range(1200)), "k1"])
        assert len(found) == 1100
        assert found["k0"] == remembered("corrected", origin="a.tmx", made=minutes(1))
        assert found["k4"] == remembered("t4", -1.0, made=NOW)
        assert hand.store.recall([]) == {}


class TestPublication:
    def test_a_publication_is_complete(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        (made,) = hand.translate(minutes(1))
        (out,) = hand.store.to_publish("fr", 5)
        assert (out.article, out.revision, out.translation, out.source) == (article("one"), 1, made, HARBOUR)
        assert (out.language, out.path, out.section, out.story_id) == ("fr", "fr/2026/11/24/ferry-one/", "local", "story-one")
        assert (out.published, out.updated, out.notes, out.withdrawn) == (minutes(1), minutes(1), (), False)
        assert hand.store.cards("fr") == [], "it is not on the site yet"
        hand.store.mark_published([out], minutes(2))
        assert replace(out, news="", relist=False) == hand.store.publication("one", "fr")
        assert (hand.store.publication("one", "es"), hand.store.publication("none", "fr")) == (None, None)
        assert hand.store.to_publish("fr", 5) == [] and hand.state() == "published"

    def test_news_is_what_a_reader_may_be_told_once(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), ["fr", "es"])
        hand.translate()
        assert [p.news for p in hand.publish("fr")] == ["published"]
        assert [p.news for p in hand.publish("es")] == ["published"]
        assert [p.news for p in hand.publish("fr")] == [""], "only a link to the Spanish page is new"
        hand.take(article("one", byline=("Somebody else",)), ["fr", "es"], now=minutes(1))
        hand.translate(minutes(1))
        assert [p.news for p in hand.publish("fr")] == [""], "the text is the same"
        hand.take(article("one", text="New."), ["fr", "es"], now=minutes(2))
        hand.translate(minutes(2))
        assert [p.news for p in hand.publish("fr")] == ["corrected"]
        hand.store.withdraw("one", "410", minutes(3))
        assert [p.news for p in hand.publish("fr")] == ["withdrawn"]
        hand.store.record_poll([], changed=[entry("one", updated=minutes(4))], now=minutes(4))
        hand.take(article("one", text="New."), ["fr", "es"], now=minutes(4))
        hand.translate(minutes(4))
        assert [p.news for p in hand.publish("fr")] == ["published"], "it is back"

    def test_killed_before_marking_means_the_same_again(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        assert hand.store.to_publish("fr", 5) == hand.store.to_publish("fr", 5) != []

    def test_oldest_first_and_no_more_than_asked(self, hand: Hand) -> None:
        for n, key in enumerate(("b", "a", "c")):
            hand.announce(key)
            hand.take(article(key), now=minutes(n))
            hand.translate(minutes(n))
        assert [p.article.key for p in hand.store.to_publish("fr", 2)] == ["b", "a"]

    def test_one_that_changed_meanwhile_stays_to_be_published(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        out = hand.store.to_publish("fr", 5)
        hand.take(article("one", text="New."), now=minutes(1))
        hand.translate(minutes(1))
        hand.store.mark_published(out, minutes(2))
        (again,) = hand.store.to_publish("fr", 5)
        assert again.revision == 2 and hand.state() == "ready"
        assert again.path == out[0].path, "its page may be on the site already"

    def test_a_correction_keeps_path_and_date_and_leaves_the_page_until_it_is_ready(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.take(article("one", text="The ferry does not run."), now=minutes(60))
        shown = hand.store.publication("one", "fr")
        assert shown is not None and shown.revision == 1
        assert len(hand.store.cards("fr")) == 1 and hand.publish() == []
        change = Note(when=minutes(61), kind="correction", text="block:0")
        task = hand.tasks(minutes(61))["one", "fr"]
        made = translated(task, headline="New headline")
        hand.store.add_translation(made, card=card(task, made, minutes(61), path="fr/2026/11/25/new/"), note=change, now=minutes(61))
        (out,) = hand.publish(now=minutes(62))
        assert (out.path, out.published, out.updated) == ("fr/2026/11/24/ferry-one/", NOW, minutes(61))
        assert (out.notes, out.revision, out.headline) == ((change,), 2, "New headline")
        assert [c.headline for c in hand.store.cards("fr")] == ["New headline"]

    def test_a_correction_that_is_held_leaves_the_page(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.take(article("one", text="New."), now=minutes(60))
        hand.translate(minutes(61), verdict=Verdict.HOLD, reason="numbers")
        assert hand.state() == "held" and hand.publish() == []
        shown = hand.store.publication("one", "fr")
        assert shown is not None and (shown.revision, shown.article) == (1, article("one"))
        assert len(hand.store.cards("fr")) == 1

    def test_updated_moves_only_when_the_text_does(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.take(article("one", byline=("Somebody else",)), now=minutes(60))
        hand.translate(minutes(61))
        (out,) = hand.publish(now=minutes(62))
        assert (out.revision, out.article.byline, out.updated) == (2, ("Somebody else",), NOW)

    def test_what_was_ready_but_never_left_is_not_published_once_it_is_out_of_date(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        hand.take(article("one", text="New."), now=minutes(1))
        assert hand.publish() == []
        hand.translate(minutes(2))
        (out,) = hand.publish()
        assert (out.revision, out.published) == (2, minutes(2))

    def test_published_is_what_the_page_said(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        out = [replace(p, published=minutes(30)) for p in hand.store.to_publish("fr", 5)]
        hand.store.mark_published(out, minutes(31))
        assert hand.store.cards("fr")[0].published == minutes(30)

    def test_siblings_are_those_on_the_site_and_become_reciprocal(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), ["en", "es", "fr"])
        hand.translate()
        assert [p.siblings for p in hand.publish("en")] == [()]
        assert [p.siblings for p in hand.publish("es")] == [(("en", "en/2026/11/24/ferry-one/"),)]
        assert hand.settle(["en", "es", "fr"]) == 2
        for language in ("en", "es", "fr"):
            shown = hand.store.publication("one", language)
            assert shown is not None
            assert [s for s, _ in shown.siblings] == [s for s in ("en", "es", "fr") if s != language]
            assert shown.updated == NOW

    def test_a_withdrawn_language_leaves_its_siblings(self, hand: Hand) -> None:
        hand.all_the_way(languages=["en", "fr"])
        hand.store.withdraw("one", "410", minutes(5))
        assert all(p.withdrawn and p.siblings == () for language in ("en", "fr") for p in hand.publish(language))
        assert hand.settle(["en", "fr"]) == 0

    def test_a_new_edition_wakes_pages_that_have_long_been_out(self, hand: Hand) -> None:
        hand.all_the_way(languages=["fr"])
        hand.take(article("one", text="New."), ["fr", "es"], now=minutes(60))
        hand.translate(minutes(61))
        hand.settle(["fr", "es"], minutes(62))
        shown = hand.store.publication("one", "fr")
        assert shown is not None and shown.siblings == (("es", "es/2026/11/24/ferry-one/"),)

    def test_related_are_other_sources_stories_and_both_name_each_other(self, hand: Hand) -> None:
        hand.all_the_way("one", story="s")
        hand.all_the_way("two", feed=OTHER, story="s")
        hand.all_the_way("mine", story="s")
        hand.all_the_way("apart", feed=OTHER)
        hand.settle(["fr"])
        assert _related(hand.store, "one") == ["two"] == _related(hand.store, "mine")
        assert sorted(_related(hand.store, "two")) == ["mine", "one"]
        assert _related(hand.store, "apart") == []
        hand.store.withdraw("two", "410", minutes(9))
        named = {p.article.key: sorted(c.key for c in p.related) for p in hand.publish()}
        assert named == {"one": [], "mine": [], "two": ["mine", "one"]}, "all three pages are brought out: one is a tombstone"
        assert hand.settle(["fr"]) == 0

    def test_a_new_headline_is_brought_to_the_pages_that_name_it(self, hand: Hand) -> None:
        hand.all_the_way("one", story="s")
        hand.all_the_way("two", feed=OTHER, story="s")
        hand.settle(["fr"])
        hand.take(article("one", headline="Ferry sinks"), now=minutes(5))
        hand.translate(minutes(6))
        named = {p.article.key: [c.headline for c in p.related] for p in hand.publish()}
        assert named["two"] == ["[fr] Ferry sinks"]
        assert hand.settle(["fr"]) == 0

    def test_a_large_story_wakes_a_bounded_number_of_pages(self, hand: Hand) -> None:
        for n in range(30):
            hand.announce(f"k{n}", feed=OTHER)
            hand.take(article(f"k{n}", feed=OTHER), story="s", now=minutes(n))
            hand.translate(minutes(n))
            hand.settle(["fr"])
        hand.all_the_way("one", story="s", now=minutes(99))
        before = hand.publish()
        assert before == []
        hand.announce("two", now=minutes(100))
        hand.take(article("two"), story="s", now=minutes(100))
        hand.translate(minutes(100))
        assert len(hand.publish()) == 1
        assert 0 < len(hand.publish()) <= 12
        assert hand.publish() == []


def _related(store: Store, key: str) -> list[str]:
    shown = store.publication(key, "fr")
    assert shown is not None
    return [c.key for c in shown.related]


class TestCards:
    @pytest.fixture
    def shelf(self, hand: Hand) -> Store:
        for n in range(6):
            key, feed = f"k{n}", (FEED, OTHER)[n % 2]
            hand.announce(key, feed=feed)
            hand.take(article(key, feed=feed), ["fr", "es"], now=minutes(n))
            for (name, language), task in hand.tasks(minutes(n)).items():
                made = translated(task)
                where = f"{language}/2026/11/{24 + n // 3}/ferry-{name}/"
                section = (None, "sea", "land")[n % 3]
                hand.store.add_translation(made, card=card(task, made, minutes(n), path=where, section=section), note=None, now=minutes(n))
            hand.settle(["fr", "es"], minutes(n))
        return hand.store

    def test_newest_first(self, shelf: Store) -> None:
        assert [c.key for c in shelf.cards("fr")] == ["k5", "k4", "k3", "k2", "k1", "k0"]
        assert [c.key for c in shelf.cards("fr", limit=2)] == ["k5", "k4"]
        assert [c.key for c in shelf.cards("fr", before=minutes(4))] == ["k3", "k2", "k1", "k0"]
        assert shelf.cards("de") == []

    def test_by_section_source_and_day(self, shelf: Store) -> None:
        assert [c.key for c in shelf.cards("fr", section="sea")] == ["k4", "k1"]
        assert [c.key for c in shelf.cards("fr", source_id="valley")] == ["k5", "k3", "k1"]
        assert [c.key for c in shelf.cards("fr", day="2026-11-24")] == ["k2", "k1", "k0"]
        assert [c.key for c in shelf.cards("fr", day="2026-11-25", section="sea", before=minutes(5))] == ["k4"]

    def test_a_card_says_what_the_desk_gave(self, shelf: Store) -> None:
        (newest,) = shelf.cards("es", limit=1)
        assert (newest.key, newest.language, newest.path) == ("k5", "es", "es/2026/11/25/ferry-k5/")
        assert (newest.headline, newest.section, newest.source_id) == ("[es] Ferry runs again (k5)", "land", "valley")
        assert (newest.source_name, newest.source_language, newest.verdict) == ("Valley News", "en", Verdict.PUBLISH)
        assert (newest.published, newest.dated, newest.updated) == (minutes(5), NOW, minutes(5))
        assert (newest.licence, newest.gist, newest.story_id) == (Licence.FULL, False, "story-k5")

    def test_sections_count_stories_most_first(self, shelf: Store) -> None:
        shelf.withdraw("k4", "410", minutes(9))
        assert shelf.sections("fr") == [("land", 2), ("sea", 1)]
        shelf.withdraw("k1", "410", minutes(9))
        assert shelf.sections("fr") == [("land", 2)]

    def test_a_story_that_changes_its_section_is_counted_there(self, hand: Hand) -> None:
        hand.all_the_way()
        hand.take(article("one", text="New."), now=minutes(1))
        hand.translate(minutes(1), section="sea")
        hand.publish()
        assert hand.store.sections("fr") == [("sea", 1)]
        assert [c.key for c in hand.store.cards("fr", section="sea")] == ["one"]


class TestForPeople:
    def test_overview_counts_and_gives_reasons(self, hand: Hand) -> None:
        failing = replace(hand.store.feed_states()[1], failures=3, failure="HTTP 500", status=500, due=minutes(30))
        hand.store.record_poll([failing], now=NOW)
        hand.all_the_way("one")
        hand.announce("two", "three", "four")
        for key in ("two", "three"):
            hand.take(article(key))
        hand.translate(verdict=Verdict.HOLD, reason="numbers differ")
        hand.take(article("four"), now=minutes(1))
        hand.store.set_bug("task", "four fr", "Traceback ...", minutes(2))
        hand.store.set_bug("task", "four fr", "Traceback ...", minutes(3))
        found = json.loads(json.dumps(hand.store.overview(minutes(10))))
        assert (found["feeds"]["total"], found["feeds"]["ok"], found["feeds"]["failing_count"]) == (2, 1, 1)
        assert found["feeds"]["failing"][0]["reason"] == "HTTP 500" and found["feeds"]["failing"][0]["due"] == minutes(30).isoformat()
        assert found["entries"]["by_state"] == {"taken": 4}
        assert found["translations"]["by_state"] == {"held": {"fr": 2}, "published": {"fr": 1}, "waiting": {"fr": 1}}
        assert found["translations"]["held"] == [{"reason": "numbers differ", "items": 2}]
        assert found["translations"]["oldest_waiting"] == {"since": NOW.isoformat(), "seconds": 600.0}
        assert found["published"] == {"fr": {"stories": 1, "last": NOW.isoformat()}}
        assert found["bugs"]["count"] == 1 and found["bugs"]["newest"][0]["times"] == 2

    def test_a_bug_is_forgotten_when_its_item_passes(self, hand: Hand) -> None:
        hand.announce("one")
        for kind, key in (("feed", FEED.url), ("entry", "one"), ("task", "one fr"), ("edition", "fr"), ("entry", "two")):
            hand.store.set_bug(kind, key, "Traceback", NOW)
        hand.all_the_way("one")
        assert [(b["kind"], b["item"]) for b in _bugs(hand.store)] == [("entry", "two")]
        hand.store.retry(None, NOW)
        assert _bugs(hand.store) == []

    @pytest.mark.parametrize(
        "address",
        [
            "one",
            "https://harbour.example/feed/one",
            "https://harbour.example/one.html",
            "fr/2026/11/24/ferry-one/",
            "/fr/2026/11/24/ferry-one",
            "https://news.example/fr/2026/11/24/ferry-one/index.html",
        ],
    )
    def test_history_finds_an_item_by_any_of_its_names(self, hand: Hand, address: str) -> None:
        hand.all_the_way()
        found = hand.store.history(address)
        assert found is not None and found["key"] == "one"

    def test_history_of_nothing(self, hand: Hand) -> None:
        hand.announce("one")
        assert hand.store.history("https://nowhere.example/") is None
        assert hand.store.history("") is None
        assert hand.store.history("/") is None

    def test_history_tells_everything_in_order(self, hand: Hand) -> None:
        hand.announce("one", now=NOW)
        hand.store.set_entry("one", failure="HTTP 503", next_try=minutes(2), state="found", now=minutes(1))
        hand.take(article("one"), ["fr", "es"], now=minutes(2))
        tasks = hand.tasks(minutes(3))
        good, bad = translated(tasks["one", "fr"]), translated(tasks["one", "es"], verdict=Verdict.HOLD, reason="numbers")
        hand.store.add_translation(good, card=card(tasks["one", "fr"], good), note=None, now=minutes(4))
        hand.store.add_translation(bad, card=card(tasks["one", "es"], bad), note=None, now=minutes(4))
        hand.publish(now=minutes(5))
        found = json.loads(json.dumps(hand.store.history("one")))
        assert [line["what"] for line in found["log"]] == ["found", "failed", "taken", "ready", "held", "published"]
        assert found["log"][1] == {"time": minutes(1).isoformat(), "what": "failed", "language": "", "text": "HTTP 503"}
        spanish, french = found["translations"]
        assert (spanish["state"], spanish["reason"], spanish["page"]) == ("held", "numbers", None)
        sentence = spanish["sentences"][1]
        assert (sentence["place"], sentence["source"], sentence["target"]) == (
            "block:0",
            "The ferry runs again.",
            "[es] The ferry runs again.",
        )
        assert (sentence["origin"], sentence["engine"], sentence["passed"]) == ("engine", "echo 1", False)
        assert sentence["issues"][0]["note"] == ISSUE.note
        assert french["page"]["path"] == "fr/2026/11/24/ferry-one/" and french["page"]["on_site"] is True
        assert found["revisions"][0]["headline"] == "Ferry runs again (one)"

    def test_retry_brings_back_what_was_set_aside(self, hand: Hand) -> None:
        hand.announce("one", "two", "three")
        hand.store.set_entry("one", failure="no article", next_try=None, state="failed", now=NOW)
        hand.take(article("two"))
        hand.translate(verdict=Verdict.HOLD)
        hand.take(article("three"))
        hand.tasks()
        hand.store.set_task("three", "fr", failure="down", next_try=None, now=NOW)
        assert hand.store.retry("https://harbour.example/three.html", minutes(1)) == 1
        assert hand.store.retry(None, minutes(1)) == 2
        assert [(e.key, failed) for e, _, failed in hand.store.claim_entries(minutes(1), 5, LEASE)] == [("one", 0)]
        assert hand.tasks(minutes(1)).keys() == {("two", "fr"), ("three", "fr")}
        assert hand.store.retry(None, minutes(1)) == 0 == hand.store.retry("nobody", minutes(1))

    def test_retry_of_a_feed_asks_it_again_even_when_it_was_retired(self, hand: Hand) -> None:
        gone = replace(hand.store.feed_states()[0], retired=True, failures=1, failure="410", due=minutes(900))
        hand.store.record_poll([gone], now=NOW)
        assert hand.store.retry(FEED.url, minutes(1)) == 1
        (state,) = [s for s in hand.store.due_feeds(minutes(1), 5) if s.feed.url == FEED.url]
        assert (state.retired, state.failures, state.failure) == (False, 0, None)


class TestKeeping:
    def test_a_backup_is_a_store_of_its_own(self, hand: Hand, tmp_path: Path) -> None:
        hand.all_the_way()
        hand.store.backup(tmp_path / "kept.db")
        hand.store.withdraw("one", "410", minutes(5))
        kept = SqliteStore(tmp_path / "kept.db")
        assert len(kept.cards("fr")) == 1 and kept.check() == []
        kept.close()
        assert sorted(p.name for p in tmp_path.iterdir() if "kept" in p.name) == [
            "kept.db",
            "kept.db-open",
        ]  # the latter says who has it open

    def test_a_backup_replaces_nothing(self, hand: Hand, tmp_path: Path) -> None:
        (tmp_path / "kept.db").write_text("mine")
        with pytest.raises(StoreError, match="never replaces"):
            hand.store.backup(tmp_path / "kept.db")
        assert (tmp_path / "kept.db").read_text() == "mine"

    def test_a_backup_to_nowhere_says_so(self, hand: Hand, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="nowhere"):
            hand.store.backup(tmp_path / "nowhere" / "kept.db")

    def test_half_a_character_is_refused_and_nothing_of_it_kept(self, hand: Hand) -> None:
        with pytest.raises(StoreError, match="half a character"):
            hand.store.record_poll([], [entry("one"), entry("two", title="\ud83d")], now=NOW)
        assert hand.store.known(["one", "two"]) == {}


def test_states_are_those_of_the_model() -> None:
    """The store writes enum members; a renamed value would orphan rows, so a rename has to be a migration."""
    assert {str(s) for s in TranslationState} == {"waiting", "ready", "held", "failed", "published", "withdrawing", "withdrawn"}
    assert {str(s) for s in EntryState} == {"found", "taken", "passed", "failed", "aside", "gone"}


def _bugs(store: Store) -> list[dict[str, object]]:
    bugs = store.overview(NOW)["bugs"]
    assert isinstance(bugs, dict)
    newest: list[dict[str, object]] = bugs["newest"]
    return newest
