"""What every store promises of searching: what the site shows is found, nothing else is, and no query breaks it."""

from __future__ import annotations

import pytest
from sqlalchemy import Executable, delete, update

from babelwire.model import Licence, Query, replace
from babelwire.stores import index
from babelwire.stores.sqlite import SqliteStore
from babelwire.stores.tables import publication, searched
from tests.stores.rows import FEED, HARBOUR, NOW, OTHER, VALLEY, Hand, article, minutes

HOSTILE = (
    "", "   ", '"', '""', "*", "bac*", "NEAR(bac circule)", "bac AND", "OR OR OR", "NOT bac", "headline:bac", "-bac", "^bac", "{bac}",
    "bac' OR 1=1 --", "'; DROP TABLE searched; --", "a" * 10_000, "bac " * 5_000, '"' * 1_001, "\x00\x01\x1f", "\u202ebac\u202c", "\ud800",
    "(((((", "\\", "%", "_", "💥", "\u0301\u0301\u0301", "bac\u0000bac", "«" * 50, "ß" * 200, "ﷺ" * 200,
)  # fmt: skip


@pytest.fixture
def hand(store: SqliteStore) -> Hand:
    hand = Hand(store)
    allow(store, Licence.FULL)
    return hand


def allow(store: SqliteStore, licence: Licence) -> None:
    """What the sources let us show, from now on."""
    store.sync([replace(HARBOUR, licence=licence), replace(VALLEY, licence=licence)], [FEED, OTHER], NOW)


def out(hand: Hand, key: str, headline: str, body: str, language: str = "fr", **more: object) -> None:
    """A page of that headline and text, on the site."""
    hand.announce(key)
    hand.take(article(key, text=body, licence=Licence.FULL), (language,))
    hand.translate(headline=headline, body=body, **more)  # type: ignore[arg-type]
    hand.settle((language,))


def keys(store: SqliteStore, words: str, language: str = "fr", **more: object) -> list[str]:
    return [h.card.key for h in store.search(Query(language=language, words=words, **more)).hits]  # type: ignore[arg-type]


class TestSearch:
    def test_a_page_is_found_by_any_form_of_its_words(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Les présidents se rencontrent", "Le bac circule à nouveau dans l’estuaire.")
        out(hand, "two", "Rien", "Une autre histoire.")
        for words in ("président", "PRESIDENTS", "estuaire", "bac circuler", "l'estuaire"):
            assert keys(store, words) == ["one"], words
        assert keys(store, "président histoire") == [], "all words have to be there"
        assert keys(store, "président", language="en") == [], "another edition's"

    def test_what_stands_in_quotation_marks_is_found_as_it_stands(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Un", "Le bac circule dans le port.")
        out(hand, "two", "Deux", "Le port attend, le bac arrive et il circule.")
        assert keys(store, "bac circule", newest=True) == ["one", "two"]
        for words in ('"bac circule"', "«bac circule»", "“bac circule”", '"bac circule'):
            assert keys(store, words) == ["one"], words

    @pytest.mark.parametrize(
        ("language", "headline", "body", "found", "missed"),
        [
            ("zh", "联合国维和部队", "渡轮今天重新开航。", ("维和部队", "渡轮", "国", "重新 渡轮", "航"), ("轮渡", "昨")),
            ("ar", "المدارس تفتح", "أحمد يعود إلى الْمَدِينَةِ.", ("مدارس", "احمد", "المدينة"), ("سفينة",)),
            ("ru", "Школы открыты", "Ёлка стоит на площади.", ("школа", "елка", "площадь"), ("корабль",)),
            ("uk", "Школи відкриті", "Студенти університету вийшли.", ("школа", "університет"), ("корабель",)),
            ("de", "Häuser brennen", "Die Straße ist gesperrt.", ("haus", "strasse"), ("schiff",)),
        ],
    )
    def test_languages(
        self, store: SqliteStore, hand: Hand, language: str, headline: str, body: str, found: tuple[str, ...], missed: tuple[str, ...]
    ) -> None:
        out(hand, "one", headline, body, language)
        assert [w for w in found if keys(store, w, language) != ["one"]] == []
        assert [w for w in missed if keys(store, w, language)] == []

    def test_a_match_in_the_headline_comes_first_unless_the_newest_is_wanted(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "head", "Le phare", "Un texte.")
        hand.announce("text", now=minutes(60))
        hand.take(article("text", licence=Licence.FULL), ("fr",), now=minutes(60))
        hand.translate(minutes(60), headline="Un titre", body="Au loin le phare.")
        hand.settle(("fr",), minutes(60))
        assert keys(store, "phare") == ["head", "text"]
        assert keys(store, "phare", newest=True) == ["text", "head"]

    def test_filters(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Le bac", "Un.", section="world")
        hand.announce("two", feed=OTHER)
        hand.take(article("two", feed=OTHER), ("fr",))
        hand.translate(headline="Le bac", body="Deux.", section="sport")
        hand.settle(("fr",))
        assert keys(store, "bac", section="sport") == ["two"]
        assert keys(store, "bac", source_id="harbour") == ["one"]
        assert sorted(keys(store, "bac", source_language="en")) == ["one", "two"] and keys(store, "bac", source_language="de") == []
        day = "2026-11-24"
        assert len(keys(store, "bac", first=day, last=day)) == 2
        assert keys(store, "bac", first="2026-11-25") == [] and keys(store, "bac", last="2026-11-23") == []

    def test_pages_of_results(self, store: SqliteStore, hand: Hand) -> None:
        for n in range(5):
            out(hand, f"k{n}", f"Le bac {n}", "Texte.")
        found = store.search(Query(language="fr", words="bac", size=2))
        assert (len(found.hits), found.total) == (2, 5)
        seen = [k for skip in (0, 2, 4) for k in keys(store, "bac", size=2, skip=skip)]
        assert sorted(seen) == [f"k{n}" for n in range(5)]

    def test_a_correction_is_found_and_what_it_replaced_is_not(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Le bac", "Il circule lundi.")
        hand.take(article("one", text="corrected", licence=Licence.FULL), ("fr",), now=minutes(5))
        hand.translate(minutes(5), headline="Le bac", body="Il circule mardi.")
        assert keys(store, "lundi") == ["one"], "the site still shows it"
        hand.settle(("fr",), minutes(5))
        assert keys(store, "lundi") == [] and keys(store, "mardi") == ["one"]
        assert store.search(Query(language="fr", words="mardi")).hits[0].text == "Il circule mardi."

    def test_a_withdrawn_page_is_not_found_from_that_moment(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Le bac", "Il circule.")
        store.withdraw("one", "gone", NOW)
        assert keys(store, "bac") == [], "before its tombstone is on the site"
        hand.settle(("fr",))
        assert keys(store, "bac") == []

    def test_what_a_licence_keeps_back_is_not_found(self, store: SqliteStore, hand: Hand) -> None:
        allow(store, Licence.LINK)
        out(hand, "one", "Le bac", "Il circule lundi.")
        assert keys(store, "lundi") == [] and keys(store, "bac") == ["one"]
        assert store.search(Query(language="fr", words="bac")).hits[0].text == ""

    def test_what_is_not_on_the_site_is_not_found(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one"), ("fr",))
        hand.translate(headline="Le bac")
        assert keys(store, "bac") == []

    def test_no_query_is_an_error(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Le bac", "Il circule.")
        for words in HOSTILE:
            assert set(keys(store, words)) <= {"one"}, words[:80]
        assert keys(store, "bac") == ["one"]

    def test_what_comes_out_while_nobody_can_search_is_found_once_it_is_indexed(self, store: SqliteStore, hand: Hand) -> None:
        out(hand, "one", "Le bac", "Il circule lundi.")
        hand.announce("two")
        hand.take(article("two", licence=Licence.FULL), ("fr",))
        hand.take(article("one", text="corrected", licence=Licence.FULL), ("fr",), now=minutes(5))
        hand.translate(minutes(5), headline="Le bac", body="Il circule mardi.")
        while made := store.to_publish("fr", 9):
            store.mark_published(made, minutes(5), search=False)
        assert keys(store, "bac") == [], "of the corrected page the old text is not kept either"
        assert store.unindexed() == 2 and store.check() == []
        assert store.index() == 2
        assert sorted(keys(store, "mardi")) == ["one", "two"] and keys(store, "lundi") == []
        assert store.unindexed() == 0 and store.index() == 0 and store.check() == []

    def test_what_is_not_listed_is_not_indexed(self, store: SqliteStore, hand: Hand) -> None:
        hand.announce("one")
        hand.take(article("one", licence=Licence.FULL), ("fr",))
        hand.translate(headline="Le bac")
        assert store.unindexed() == store.index() == 0
        store.mark_published(store.to_publish("fr", 9), NOW, search=False)
        store.withdraw("one", "gone", NOW)
        assert store.unindexed() == store.index() == 0
        assert keys(store, "bac") == []

    @pytest.mark.parametrize(
        "damage",
        [
            delete(searched).where(searched.c.key == "one"),
            delete(index.terms).where(index.terms.c.rowid == 1),
            update(publication).where(publication.c.key == "one").values(listed=False),
        ],
        ids=["text", "terms", "page"],
    )
    def test_what_is_half_indexed_or_not_on_the_site_is_amiss(self, store: SqliteStore, hand: Hand, damage: Executable) -> None:
        out(hand, "one", "Le bac", "Il circule.")
        out(hand, "two", "Le phare", "Il brille.")
        with store.write() as connection, connection.begin_nested() as tried:
            assert index.amiss(connection) == []
            connection.execute(damage)
            assert index.amiss(connection) == ["1 pages are found by searching and not listed, or only half indexed"]
            tried.rollback()
