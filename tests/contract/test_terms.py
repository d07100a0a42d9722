"""What the commands for glossary, memory and names need of a store (``seams.Terms``), and how names are remembered."""

from __future__ import annotations

import pytest

from babelwire.model import Pair, Term
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import NOW, Hand, article, minutes, remembered

EN_FR, EN_ES = Pair("en", "fr"), Pair("en", "es")


class TestNames:
    @pytest.fixture(autouse=True)
    def _three_stories(self, hand: Hand) -> None:
        for key in ("one", "two", "three"):
            hand.announce(key)
            hand.take(article(key))
        hand.announce("twin")
        hand.take(article("twin"), story="story-one")

    def test_one_story_settles_nothing_two_do(self, store: SqliteStore) -> None:
        store.add_names("one", EN_FR, {"London": "Londres"}, NOW)
        store.add_names("one", EN_FR, {"London": "Londres"}, minutes(1))
        store.add_names("twin", EN_FR, {"London": "Londres"}, minutes(2))
        assert store.known_names(["London"], EN_FR) == {}, "the same story again, and its twin, are no second story"
        store.add_names("two", EN_FR, {"London": "Londres"}, NOW)
        assert store.known_names(["London", "Paris"], EN_FR) == {"London": "Londres"}
        assert store.known_names(["London"], EN_ES) == {}

    def test_stories_that_disagree_settle_nothing(self, store: SqliteStore) -> None:
        for key, said in (("one", "Kiev"), ("two", "Kyiv")):
            store.add_names(key, EN_FR, {"Kyiv": said}, NOW)
        assert store.known_names(["Kyiv"], EN_FR) == {}
        store.add_names("three", EN_FR, {"Kyiv": "Kyiv"}, NOW)
        assert store.known_names(["Kyiv"], EN_FR) == {"Kyiv": "Kyiv"}

    def test_a_story_that_is_corrected_changes_its_say(self, store: SqliteStore) -> None:
        for key in ("one", "two"):
            store.add_names(key, EN_FR, {"Kyiv": "Kiev"}, NOW)
        store.add_names("two", EN_FR, {"Kyiv": "Kyiv"}, minutes(1))
        assert store.known_names(["Kyiv"], EN_FR) == {}

    def test_a_person_counts_for_more_than_any_number_of_stories(self, store: SqliteStore) -> None:
        for key in ("one", "two", "three"):
            store.add_names(key, EN_FR, {"Kyiv": "Kiev"}, NOW)
        store.add_names("", EN_FR, {"Kyiv": "Kyïv"}, NOW)
        assert store.known_names(["Kyiv"], EN_FR) == {"Kyiv": "Kyïv"}
        assert store.names() == [(EN_FR, "Kyiv", "Kiev", 3, False), (EN_FR, "Kyiv", "Kyïv", 0, True)]
        assert store.forget_name("Kyiv", EN_FR) == 4
        assert store.names(EN_FR) == []

    def test_an_article_that_is_gone_has_no_say(self, store: SqliteStore) -> None:
        store.add_names("nobody", EN_FR, {"Kyiv": "Kiev"}, NOW)
        assert store.names() == []


class TestMemory:
    def test_all_of_it_comes_in_order_page_by_page(self, store: SqliteStore) -> None:
        many = {f"k{n:04}": remembered(f"t{n}") for n in range(2500)}
        store.remember(many, NOW)
        store.remember({"old": remembered("first", made=minutes(-5)), "es": remembered("otro", pair=EN_ES)}, NOW)
        every = list(store.memories())
        assert len(every) == 2502 and every[0].target == "first"
        assert len({m.target for m in every}) == 2502
        assert [m.target for m in store.memories(EN_ES)] == ["otro"]


class TestGlossary:
    def test_versions_are_kept_newest_first(self, store: SqliteStore) -> None:
        term = Term(source="peacekeeper", target="Casque bleu", pair=EN_FR, forms=("Casques bleus",))
        store.add_glossary("v1", (), NOW)
        store.add_glossary("v2", (term,), minutes(1))
        store.add_glossary("v1", (term,), minutes(2))
        assert store.glossaries() == [("v2", minutes(1), (term,)), ("v1", NOW, ())]

    def test_every_translation_that_was_made_comes_once(self, hand: Hand, store: SqliteStore) -> None:
        for n in range(120):
            hand.announce(f"a{n}")
            hand.take(article(f"a{n}"), ("fr", "es"))
        assert list(store.made_tasks()) == []
        hand.translate()
        hand.translate()
        hand.translate()
        found = [(t.revision.article.key, t.language) for t in store.made_tasks()]
        assert len(found) == len(set(found)) == 240
        assert all(t.previous is not None and t.previous.key == t.revision.article.key for t in store.made_tasks())

    def test_what_is_asked_again_waits_while_the_site_keeps_what_it_has(self, hand: Hand, store: SqliteStore) -> None:
        hand.all_the_way("one")
        hand.all_the_way("two")
        assert store.ask_again([("one", "fr"), ("one", "es"), ("nobody", "fr")], "the glossary has changed", minutes(1)) == 1
        assert (hand.state("one"), hand.state("two")) == ("waiting", "published")
        assert hand.publish(now=minutes(1)) == []
        assert store.cards("fr")[0].key in ("one", "two") and len(store.cards("fr")) == 2
        assert list(hand.tasks(minutes(1))) == [("one", "fr")]
        history = store.history("one")
        assert history is not None and history["log"][-1]["text"] == "the glossary has changed"  # type: ignore[index]
