"""Glossary terms through engines of any markup; the memory keeps them apart."""

from __future__ import annotations

import pytest

from babelwire.glossary import Glossary
from babelwire.model import Markup, Origin, Term
from babelwire.translate.sentence import memory_key
from tests.translate.world import EN_FR, Dictionary, Fake, task, translate

SOURCE = "Two peacekeepers were hurt when a shell fell on the post on Thursday evening."
SAID = "Deux soldats de la paix ont été blessés quand un obus est tombé sur le poste jeudi soir."
HEADLINE = ("A shell has fallen on a post in the valley", "Un obus est tombé sur un poste dans la vallée")
HELMET = Term(source="peacekeeper", target="Casque bleu", pair=EN_FR)
BOOK = Glossary((HELMET,))
MARKED = "\ue100peacekeepers\ue200"


def say(text: str) -> str:
    table = {
        SOURCE: SAID,
        "peacekeepers": "soldats de la paix",
        SOURCE.replace("peacekeepers", MARKED): SAID.replace("soldats de la paix", "\ue100soldats de la paix\ue200"),
        HEADLINE[0]: HEADLINE[1],
    }
    return table[text]


@pytest.mark.parametrize("markup", [Markup.NATIVE, Markup.NONE])
def test_a_term_is_put_right_whatever_an_engine_can_do_with_marks(markup: Markup) -> None:
    memory = Dictionary()
    made = translate(Fake(say, markup), task(SOURCE, headline=HEADLINE[0]), memory, BOOK)
    rendering = made.passages[1].renderings[0]
    assert rendering.target.text == SAID.replace("soldats de la paix", "Casques bleus") and rendering.issues == ()
    assert made.verdict == "publish"
    engine = Fake(say, markup)
    again = translate(engine, task(SOURCE, headline=HEADLINE[0]), memory, BOOK)
    assert engine.asked == [] and again.passages[1].target == made.passages[1].target


def test_an_engine_that_has_no_other_word_for_it_leaves_the_sentence_in_the_original() -> None:
    engine = Fake(lambda t: "gardiens" if t == "peacekeepers" else say(t))
    made = translate(engine, task(SOURCE, headline=HEADLINE[0]), terms=BOOK)
    rendering = made.passages[1].renderings[0]
    assert rendering.origin is Origin.ORIGINAL and rendering.target.text == SOURCE
    assert [i.kind for i in rendering.issues if i.severity.blocking] == ["term"]


def test_other_terms_are_another_key_and_nothing_else_is() -> None:
    plain = memory_key(SOURCE, EN_FR, "fake 1", ())
    keys = {
        memory_key(SOURCE, EN_FR, "fake 1", terms)
        for terms in (
            (HELMET,),
            (Term(source="peacekeeper", target="casque", pair=EN_FR),),
            (Term(source="peacekeeper", target="Casque bleu", pair=EN_FR, forms=("Casques bleus",)),),
            (Term(source="peacekeeper", target=None, pair=EN_FR),),
        )
    }
    assert len(keys) == 4 and plain not in keys
    noted = Term(source="peacekeeper", target="Casque bleu", pair=EN_FR, note="of the UN")
    assert memory_key(SOURCE, EN_FR, "fake 1", (noted, HELMET)) == memory_key(SOURCE, EN_FR, "fake 1", (HELMET,))


def test_what_failed_or_is_held_is_not_remembered() -> None:
    memory = Dictionary()
    wrong = Fake(lambda t: say(t) if t == HEADLINE[0] else "Deux Casques bleus Casques bleus Casques bleus Casques bleus.")
    made = translate(wrong, task(SOURCE, headline=HEADLINE[0]), memory, BOOK)
    assert made.verdict in ("hold", "mark")
    assert not any("Casques bleus Casques" in m.target for m in memory.kept.values())


def test_what_the_memory_has_is_checked_by_the_checks_of_today() -> None:
    memory = Dictionary()
    translate(Fake(say), task(SOURCE, headline=HEADLINE[0]), memory)
    key = next(k for k, m in memory.kept.items() if m.source == SOURCE)
    from babelwire.model import replace

    memory.kept[key] = replace(memory.kept[key], target="Trois 17 soldats.")
    engine = Fake(say)
    made = translate(engine, task(SOURCE, headline=HEADLINE[0]), memory)
    assert engine.asked == [SOURCE] and made.passages[1].target.text == SAID


def test_people_s_wording_in_the_memory_comes_before_any_engine() -> None:
    from babelwire.model import Remembered

    memory = Dictionary()
    theirs = SAID.replace("soldats de la paix", "Casques bleus")
    memory.kept[memory_key(SOURCE, EN_FR, "", ())] = Remembered(source=SOURCE, target=theirs, pair=EN_FR, origin="old.tmx")
    engine = Fake(say)
    made = translate(engine, task(SOURCE, headline=HEADLINE[0]), memory)
    assert made.passages[1].target.text == theirs and SOURCE not in engine.asked
    assert made.passages[1].renderings[0].origin is Origin.MEMORY
