"""What every Store promises about stories: kin by marks, and who tells a story."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from babelwire.model import Verdict
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import OTHER, Hand, article, minutes

A_STORY = "s-harbour"


@pytest.fixture(params=["file", "memory"])
def hand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hand]:
    made = SqliteStore(tmp_path / "babelwire.db" if request.param == "file" else ":memory:")
    yield Hand(made)
    assert made.check() == []
    made.close()


def two(hand: Hand, *, languages: tuple[str, ...] = ("fr",)) -> None:
    """One story at two sources; the second is told later."""
    hand.all_the_way("one", languages, story=A_STORY, marks=[1, 2, 3])
    hand.all_the_way("two", languages, feed=OTHER, story=A_STORY, marks=[2, 3, 4], now=minutes(10))
    hand.settle(languages, minutes(11))


class TestKin:
    def test_frequencies_count_recent_articles(self, hand: Hand) -> None:
        for key, marks, when in (("one", [7, 8], 0), ("two", [8, 9], 5), ("old", [7, 8], -9000)):
            hand.announce(key, now=minutes(when))
            hand.take(article(key), marks=marks, now=minutes(when))
        assert hand.store.frequencies([7, 8, 77], minutes(-600)) == (2, {7: 1, 8: 2})
        assert hand.store.frequencies([], minutes(-600)) == (2, {})

    def test_kin_come_with_all_their_marks_most_alike_first(self, hand: Hand) -> None:
        for key, marks in (("one", [7, 8, 20]), ("two", [8, 9]), ("none", [30])):
            hand.announce(key)
            hand.take(article(key), marks=marks)
        found = hand.store.kin([7, 8, 20], minutes(-600))
        assert found == [("one", "story-one", "en", (7, 8, 20)), ("two", "story-two", "en", (8, 9))]
        assert hand.store.kin([7, 8, 20], minutes(-600), limit=1) == found[:1]
        assert hand.store.kin([], minutes(-600)) == hand.store.kin([7], minutes(1)) == []

    def test_later_revisions_add_marks_and_keep_the_story(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), story=A_STORY, marks=[1, 2])
        hand.take(article("one", text="More."), story="another", marks=[2, 5], now=minutes(9000))
        assert hand.store.kin([5], minutes(-1)) == [("one", A_STORY, "en", (1, 2, 5))]
        assert hand.store.kin([5], minutes(1)) == [], "it is as old as its first revision"

    def test_what_is_gone_is_nobodys_kin(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), marks=[1])
        hand.store.withdraw("one", "410", minutes(1))
        assert hand.store.kin([1], minutes(-1)) == []


class TestTellings:
    def test_who_tells_a_story_with_the_pages_there_are(self, hand: Hand) -> None:
        two(hand)
        told = hand.store.tellings(A_STORY, "fr")
        assert [(t.key, t.source_id, t.source_name, t.path) for t in told] == [
            ("one", "harbour", "The Harbour Post", "fr/2026/11/24/ferry-one/"),
            ("two", "valley", "Valley News", "fr/2026/11/24/ferry-two/"),
        ]
        assert told[0].headline == "Ferry runs again (one)" and told[0].url == "https://harbour.example/one.html"
        assert {t.path for t in hand.store.tellings(A_STORY, "es")} == {None}
        assert hand.store.tellings("nobody", "fr") == []

    def test_publications_and_cards_know_how_many_tell_their_story(self, hand: Hand) -> None:
        two(hand)
        shown = hand.store.publication("one", "fr")
        assert shown is not None and shown.sources == 2 and [t.key for t in shown.tellings] == ["two"]
        assert {c.key: c.sources for c in hand.store.cards("fr")} == {"one": 2, "two": 2}

    def test_a_twin_brings_the_page_of_the_other_out_again(self, hand: Hand) -> None:
        hand.all_the_way("one", ["fr", "es"], story=A_STORY)
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), ["fr", "es"], story=A_STORY, twin=True, now=minutes(5))
        for language in ("fr", "es"):
            (again,) = hand.publish(language, minutes(6))
            assert (again.article.key, again.sources, again.news) == ("one", 2, "")
        assert hand.settle(["fr", "es"], minutes(7)) == 0

    def test_editions_that_do_not_carry_an_article_name_it(self, hand: Hand) -> None:
        hand.all_the_way("one", ["fr", "es"], story=A_STORY)
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), ["fr"], story=A_STORY, now=minutes(5))
        assert [p.sources for p in hand.publish("es", minutes(6))] == [2]
        assert hand.publish("fr", minutes(6)) == [], "here it comes when its page does"

    def test_what_is_held_is_named_all_the_same(self, hand: Hand) -> None:
        hand.all_the_way("one", story=A_STORY)
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), ["fr"], story=A_STORY, now=minutes(5))
        hand.translate(minutes(6), verdict=Verdict.HOLD)
        (again,) = hand.publish("fr", minutes(7))
        assert [(t.key, t.path) for t in again.tellings] == [("two", None)]

    def test_what_is_gone_is_named_no_more(self, hand: Hand) -> None:
        two(hand)
        hand.store.withdraw("two", "410", minutes(20))
        assert [t.key for t in hand.store.tellings(A_STORY, "fr")] == ["one"]
        hand.settle(["fr"], minutes(21))
        shown = hand.store.publication("one", "fr")
        assert shown is not None and shown.sources == 1
        assert {c.key: c.sources for c in hand.store.cards("fr")} == {"one": 1}

    def test_a_twin_that_goes_leaves_the_page_of_the_other(self, hand: Hand) -> None:
        hand.all_the_way("one", story=A_STORY)
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), [], story=A_STORY, twin=True)
        hand.settle(["fr"], minutes(5))
        hand.store.withdraw("two", "410", minutes(6))
        (again,) = hand.publish("fr", minutes(7))
        assert again.tellings == () and not again.withdrawn


class TestRelisting:
    def test_only_what_listings_show_has_them_written_again(self, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), ["fr", "es"])
        hand.translate()
        assert [p.relist for p in hand.publish("fr")] == [True]
        assert [p.relist for p in hand.publish("es")] == [True]
        (again,) = hand.publish("fr")
        assert again.siblings and not again.relist, "a sibling has come out: a link on the page, nothing on a card"

    def test_a_second_source_and_a_new_text_are_shown_on_cards(self, hand: Hand) -> None:
        hand.all_the_way("one", story=A_STORY)
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), [], story=A_STORY, twin=True)
        assert [p.relist for p in hand.publish("fr", minutes(1))] == [True]
        hand.take(article("one", text="Another text."), ["fr"], now=minutes(2))
        hand.translate(minutes(3))
        assert [p.relist for p in hand.publish("fr", minutes(4))] == [True]
        hand.store.withdraw("one", "410", minutes(5))
        assert [p.relist for p in hand.publish("fr", minutes(6))] == [True]
