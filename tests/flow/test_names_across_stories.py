"""A name is written as two independent stories, or a person, have settled; one story settles nothing. With the real store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from babelwire.model import Pair
from babelwire.stores.sqlite import SqliteStore
from babelwire.translate import Translator
from tests.stores.rows import NOW, Hand, article, minutes
from tests.translate.world import Fake, task

EN_FR = Pair("en", "fr")
HEADLINE = ("Talks go on between the two sides", "Les pourparlers continuent entre les deux parties")


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    made = SqliteStore(":memory:")
    hand = Hand(made)
    for key in ("one", "two", "three", "four"):
        hand.announce(key)
        hand.take(article(key))
    hand.announce("twin")
    hand.take(article("twin"), story="story-one")
    yield made
    made.close()


def told(store: SqliteStore, key: str, english: str, french: str) -> str:
    """The body of an article as the desk renders it, where the engine says ``french``."""
    table = dict((HEADLINE, (english, french)))
    translator = Translator(ladder=lambda pair: [Fake(lambda t: table.get(t, t))], memory=store)
    made = translator.translate(task(english, headline=HEADLINE[0], key=key), NOW)
    assert made.verdict == "publish", made.reason
    return made.passages[1].target.text


FIRST = ("The mayor of Kyiv said that nobody was hurt in the night.", "Le maire de Kiev a dit que personne n'a été blessé dans la nuit.")
SECOND = ("Shops in Kyiv stayed open while the talks went on.", "Les magasins de Kiev sont restés ouverts pendant les pourparlers.")
OTHER = ("Snow has fallen in Kyiv all day, and buses were late.", "Il a neigé toute la journée à Kyiv, et les bus ont eu du retard.")


PASSED = ("Trains to Kyiv were late again because of the snow.", "Les trains pour Kiyev avaient encore du retard à cause de la neige.")


def test_two_stories_settle_a_name_for_the_third(store: SqliteStore) -> None:
    told(store, "one", *FIRST)
    assert "Kiyev" in told(store, "three", *PASSED), "one story settles nothing"
    told(store, "twin", *SECOND)
    assert "Kiyev" in told(store, "three", *PASSED), "nor does its twin"
    told(store, "two", *SECOND)
    assert "Kiev" in told(store, "three", *PASSED)
    assert "Kiev" in told(store, "four", *OTHER), "the engine has left it as it is, for the first time"
    assert store.known_names(["Kyiv"], EN_FR) == {}, "what engines say counts, not what was made of it: now it is in doubt"
    assert "Kyiv" in told(store, "four", *OTHER)


def test_a_person_settles_it_at_once(store: SqliteStore) -> None:
    store.add_names("", EN_FR, {"Kyiv": "Kyïv"}, minutes(1))
    assert "Kyïv" in told(store, "one", *FIRST)
    assert "Kyïv" in told(store, "two", *OTHER)
