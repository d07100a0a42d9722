"""What every store promises of a person's word about a translation, and of the lists that people look through."""

from __future__ import annotations

from datetime import timedelta

import pytest

from babelwire.model import Case, Inline, Note, Origin, Translation, TranslationState, Verdict, replace
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import FEED, NOW, Hand, article, card, minutes


def case(store: SqliteStore, key: str = "one", language: str = "fr") -> Case:
    found = store.case(key, language)
    assert found is not None
    return found


def worded(made: Translation, text: str, verdict: Verdict = Verdict.PUBLISH) -> Translation:
    first, body = made.passages
    human = replace(body.renderings[0], target=Inline(text), origin=Origin.HUMAN, issues=())
    return replace(made, passages=(first, replace(body, renderings=(human,))), verdict=verdict, reason="", reviewed=minutes(5))


def settle(store: SqliteStore, found: Case, made: Translation, note: Note | None = None) -> bool:
    return store.amend(made, card=card(found.task, made, minutes(5)), note=note, now=minutes(5))


CHANGE = Note(when=minutes(5), kind="wording", text="block:0")


class TestCases:
    def test_what_is_held_comes_out_as_a_person_has_worded_it(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate(verdict=Verdict.HOLD, reason="3 became 4")
        found = case(store)
        assert (found.state, found.on_site, found.translation.reason) == (TranslationState.HELD, False, "3 became 4")
        assert settle(store, found, worded(found.translation, "Le bac circule."))
        assert hand.state() == "ready"
        out = hand.publish()
        assert [p.translation.passage("block:0") for p in out] == [Inline("Le bac circule.")]
        assert (case(store).on_site, out[0].translation.reviewed, out[0].notes) == (True, minutes(5), ())

    def test_a_page_keeps_its_address_and_says_that_it_was_changed(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way()
        before = store.publication("one", "fr")
        assert settle(store, case(store), worded(case(store).translation, "Le bac circule."), CHANGE)
        after = hand.publish(now=minutes(6))
        assert before is not None and (after[0].path, after[0].notes, after[0].news) == (before.path, (CHANGE,), "corrected")
        assert after[0].updated > before.updated

    def test_held_by_a_person_it_leaves_the_site_and_comes_back_without_a_trace(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way()
        found = case(store)
        assert settle(store, found, replace(found.translation, verdict=Verdict.HOLD, reason="a person wants to look"))
        gone = hand.publish(now=minutes(6))
        assert [(p.withdrawn, p.notes) for p in gone] == [(True, ())]
        assert hand.state() == "held" and store.cards("fr") == []
        found = case(store)
        assert settle(store, found, replace(found.translation, verdict=Verdict.PUBLISH, reason=""))
        back = hand.publish(now=minutes(7))
        assert [(p.withdrawn, p.path) for p in back] == [(False, gone[0].path)]
        assert hand.state() == "published" and len(store.cards("fr")) == 1

    def test_held_before_it_came_out_it_does_not_come_out(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate()
        found = case(store)
        assert settle(store, found, replace(found.translation, verdict=Verdict.HOLD, reason="not yet"))
        assert hand.publish() == [] and hand.state() == "held"

    def test_while_a_newer_revision_is_made_the_page_alone_is_changed(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way()
        found = case(store)
        hand.take(article("one", text="The ferry runs again, twice a day."), now=minutes(3))
        assert settle(store, found, worded(found.translation, "Le bac circule."))
        assert hand.state() == "waiting"
        assert [p.translation.passage("block:0") for p in hand.publish(now=minutes(6))] == [Inline("Le bac circule.")]
        assert hand.tasks(minutes(7))["one", "fr"].previous == worded(found.translation, "Le bac circule.")

    def test_what_was_asked_for_again_is_still_made(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way()
        store.ask_again([("one", "fr")], "the glossary has changed", minutes(3))
        found = case(store)
        assert settle(store, found, worded(found.translation, "Le bac circule."))
        assert hand.state() == "waiting" and len(hand.publish(now=minutes(6))) == 1
        assert hand.tasks(minutes(7))["one", "fr"].previous == worded(found.translation, "Le bac circule.")

    def test_what_a_person_has_worded_in_a_held_translation_is_there_when_it_is_made_again(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"))
        hand.translate(verdict=Verdict.HOLD, reason="3 became 4")
        made = worded(case(store).translation, "Le bac circule.", Verdict.HOLD)
        assert settle(store, case(store), made) and hand.state() == "held"
        assert store.retry("one", minutes(6)) == 1
        assert hand.tasks(minutes(7))["one", "fr"].previous == made

    def test_what_is_gone_stays_gone(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way()
        found = case(store)
        store.withdraw("one", "its source", minutes(2), forever=True)
        assert not settle(store, found, worded(found.translation, "Le bac circule."))
        assert store.case("two", "fr") is None
        assert {reason for _, reason, _ in store.denials()} == {"its source"}

    def test_a_group_is_brought_back_by_the_beginning_of_its_reason(self, store: SqliteStore, hand: Hand) -> None:
        for key, reason in (("one", "the headline: 3 became 4"), ("two", "the headline: 5 became 6"), ("three", "the engine is weak")):
            hand.announce(key)
            hand.take(article(key))
            hand.translate(verdict=Verdict.HOLD, reason=reason)
        assert store.retry_some("held", "the headline", NOW) == 2
        assert [hand.state(k) for k in ("one", "two", "three")] == ["waiting", "waiting", "held"]
        hand.announce("four")
        store.set_entry("four", failure="404: not there", next_try=None, state="failed", now=NOW)
        assert store.retry_some("failed", "404", NOW) == 0
        assert store.retry_some("unread", "404", NOW) == 1
        assert hand.entry_state("four") == "found"
        with pytest.raises(ValueError, match="lost"):
            store.retry_some("lost", "", NOW)


class TestCatalogue:
    def test_leads_by_every_filter(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way("one", ("fr", "es"))
        hand.announce("two", now=minutes(1))
        hand.take(article("two", published=minutes(-60)))
        hand.translate(verdict=Verdict.HOLD, reason="3 became 4")
        assert [(x.key, x.language, str(x.state), x.on_site) for x in store.leads()] == [
            ("one", "es", "published", True),
            ("one", "fr", "published", True),
            ("two", "fr", "held", False),
        ]
        held = store.leads(state="held", language="fr", source="harbour", engine="echo 1", reason="3 became")
        assert [(x.headline, x.original, x.reason) for x in held] == [("[fr] Ferry runs again (two)", "Ferry runs again", "3 became 4")]
        assert store.leads(source="valley") == [] and store.leads(reason="4 became") == []
        assert [x.key for x in store.leads(limit=1, skip=2)] == ["two"]

    def test_what_a_feed_brought_and_what_came_of_it(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one", "two")
        hand.take(article("one"))
        hand.translate(verdict=Verdict.HOLD, reason="3 became 4")
        store.set_entry("two", failure="404", next_try=None, state="failed", now=NOW)
        found = {a.entry.key: (str(a.state), a.failure, a.article and a.article.headline) for a in store.arrivals(FEED.url, 10)}
        assert found == {"one": ("taken", "", "Ferry runs again (one)"), "two": ("failed", "404", None)}
        brought = store.yields(NOW - timedelta(days=7))[FEED.url]
        assert (brought.announced, brought.taken, brought.failed, brought.translations, brought.held) == (2, 1, 1, 1, 1)
        assert store.yields(minutes(1)) == {}

    def test_what_each_engine_has_made(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way("one", ("fr", "es"))
        made = {(o.engine, o.language): (o.made, o.marked, o.held, o.last) for o in store.output(NOW)}
        assert made == {("echo 1", "es"): (1, 0, 0, NOW), ("echo 1", "fr"): (1, 0, 0, NOW)}
        assert store.output(minutes(1)) == []

    def test_changed_and_withdrawn_pages_newest_first(self, store: SqliteStore, hand: Hand) -> None:
        hand.all_the_way("one")
        hand.all_the_way("two")
        hand.all_the_way("three")
        settle(store, case(store), worded(case(store).translation, "Le bac circule."), CHANGE)
        store.withdraw("two", "its source", minutes(9))
        hand.settle(("fr",), minutes(10))
        assert [(c.key, c.withdrawn, [n.kind for n in c.notes]) for c in store.changes(10)] == [
            ("two", True, ["withdrawal"]),
            ("one", False, ["wording"]),
        ]
