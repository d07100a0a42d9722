"""Names: one way in an article; what two stories or a person settled is kept to; one story settles nothing."""

from __future__ import annotations

from collections.abc import Callable

from babelwire.glossary import Glossary
from babelwire.model import Inline, Pair, Rendering, Segment, Term
from babelwire.translate import names
from babelwire.translate.sentence import Unit
from tests.translate.world import EN_FR, Dictionary, Fake, task, translate

ONE = ("Talks were held in Kyiv on Monday between the two sides.", "Des pourparlers ont eu lieu lundi à Kiev entre les deux parties.")
TWO = ("The mayor of Kyiv said that nobody was hurt in the night.", "Le maire de Kyiv a dit que personne n'a été blessé dans la nuit.")
THREE = ("Shops in Kyiv stayed open while the talks went on.", "Les magasins de Kiev sont restés ouverts pendant les pourparlers.")
FOUR = ("Snow has fallen in Kyiv all day, and trains were late.", "Il a neigé toute la journée à Kiev, et les trains ont eu du retard.")


def speaker(*pairs: tuple[str, str]) -> Callable[[str], str]:
    table = {"Talks go on between the two sides": "Les pourparlers continuent entre les deux parties", **dict(pairs)}
    return lambda text: table.get(text, text)


def body(*pairs: tuple[str, str], memory: Dictionary | None = None, terms: Glossary | None = None) -> list[str]:
    work = task(*(source for source, _ in pairs), headline="Talks go on between the two sides")
    made = translate(Fake(speaker(*pairs)), work, memory, terms)
    assert made.verdict == "publish", made.reason
    return [p.target.text for p in made.passages[1:]]


def test_a_name_written_two_ways_in_an_article_is_written_one_way() -> None:
    assert ["Kiev" in t for t in body(ONE, TWO, THREE, FOUR)] == [True, True, True, True], "as most sentences do"
    assert ["Kyiv" in t for t in body(ONE, TWO, THREE)] == [True, True, True], "a third leaves it as it is, which is never wrong"


def test_letters_hung_on_to_a_name_are_no_way_to_write_it() -> None:
    hung = (THREE[0], THREE[1].replace("Kiev", "Kyivha"))
    again = (FOUR[0], FOUR[1].replace("Kiev", "Kyivha"))
    assert ["Kyivha" in t for t in body(TWO, hung, again)] == [False, False, False]
    memory = Dictionary()
    assert ["Kyivha" in t for t in body(hung, again, memory=memory)] == [True, True] and memory.said == {"one": {}}


def test_what_is_settled_is_kept_to() -> None:
    memory = Dictionary()
    memory.names = {"Kyiv": "Kyiv"}
    assert ["Kyiv" in t for t in body(ONE, THREE, memory=memory)] == [True, True]
    assert memory.said == {"one": {"Kyiv": "Kiev"}}, "what the engine has said counts, not what was made of it: nothing settles itself"
    assert all("Kiev" in m.target for m in memory.kept.values() if "Kyiv" in m.source), "and the memory keeps what the engine said"


def test_the_glossary_has_the_last_word() -> None:
    memory = Dictionary()
    memory.names = {"Kyiv": "Kyiv"}
    book = Glossary((Term(source="Kyiv", target="Kiev", pair=EN_FR),))
    assert ["Kiev" in t for t in body(ONE, TWO, memory=memory, terms=book)] == [True, True]


def sights(source: str, target: str, pair: Pair = EN_FR) -> dict[str, str]:
    unit = Unit(place="", segment=Segment("", Inline(source)))
    rendering = Rendering(source=unit.segment, target=Inline(target), origin=names.SEEN[0])
    return {s.name: s.rendering for s in names.sights(unit, rendering, pair)}


def unified(unit: Unit, rendering: Rendering, chosen: dict[str, str]) -> list[Rendering]:
    return names.unify([names.sights(unit, rendering, EN_FR)], [rendering], EN_FR, chosen)


def test_names_are_recognised_by_their_letters() -> None:
    assert sights("She flew from London to New York.", "Elle est allée de Londres à New York.") == {
        "London": "Londres",
        "New York": "New York",
    }
    assert sights("He met Anna Keller there again.", "Il y a revu Anna Keller.") == {"Anna Keller": "Anna Keller"}
    assert sights("He went to Beijing with them.", "Il est allé à Pékin avec eux.") == {}


def test_what_says_nothing_is_left_alone() -> None:
    assert sights("London calls the others again.", "Londres appelle.") == {}, "any word is a capital at the start of a sentence"
    assert sights("The Mayor Of London Speaks", "Le maire de Londres parle") == {}, "in a headline in capitals any word is"
    assert sights("He left Berlin for London.", "Он уехал из Берлина в Лондон.", Pair("en", "ru")) == {}
    assert sights("She left London for the coast.", "De Londres elle a quitté Londrina.") == {}, "two words could be it"


def test_elision_is_not_broken() -> None:
    unit = Unit(place="", segment=Segment("", Inline("The people of Ulan went on.")))
    rendering = Rendering(source=unit.segment, target=Inline("Les gens d’Ulan ont continué."), origin=names.SEEN[0])
    assert unified(unit, rendering, {"Ulan": "Houlan"})[0].target.text == "Les gens d’Houlan ont continué."
    assert unified(unit, rendering, {"Ulan": "Wulan"})[0] == rendering


def test_a_people_is_not_its_land() -> None:
    there = sights("The Bolivian army has left Bolivia again.", "L'armée bolivienne a de nouveau quitté la Bolivie.")
    assert there == {"Bolivia": "Bolivie"}
    unit = Unit(place="", segment=Segment("", Inline("Then a Russe spoke to them.")))
    rendering = Rendering(source=unit.segment, target=Inline("Puis un Russe leur a parlé."), origin=names.SEEN[0])
    assert unified(unit, rendering, {"Russe": "Russie"}) == [rendering]
