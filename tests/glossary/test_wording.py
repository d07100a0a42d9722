"""The glossary's wording in an engine's answer: number, what stands in front, links on it."""

from __future__ import annotations

import pytest

from babelwire import glossary
from babelwire.glossary import Glossary
from babelwire.glossary.wording import pluralised
from babelwire.model import Inline, Pair, Span, SpanKind, Term

EN_FR = Pair("en", "fr")


def said(source: str, answer: str, term: Term, language: str = "fr") -> str:
    """What becomes of an answer in which [square brackets] stand for the term's mark."""
    start, end = answer.index("["), answer.index("]") - 1
    marked = Inline(answer.replace("[", "").replace("]", ""), (Span(start=start, end=end, kind=SpanKind.TERM, term=term.source),))
    book = Glossary((term,))
    return glossary.apply(marked, source, book.find(source, Pair("en", language)), language).text


def term(source: str, target: str, *forms: str, to: str = "fr") -> Term:
    return Term(source=source, target=target, pair=Pair("en", to), forms=forms)


@pytest.mark.parametrize(
    ("source", "answer", "entry", "wanted"),
    [
        ("of the outbreak", "[de l'éclat] international", term("outbreak", "épidémie"), "de l'épidémie international"),
        ("a blue helmet", "un [chapeau bleu]", term("blue helmet", "casque bleu"), "un casque bleu"),
        ("two blue helmets", "deux [chapeaux bleus]", term("blue helmet", "casque bleu"), "deux casques bleus"),
        ("blue helmets", "[des chapeaux bleus]", term("blue helmet", "Casque bleu", "Casques bleus"), "des Casques bleus"),
        ("the court", "[la cour]", term("court", "tribunal"), "le tribunal"),
        ("The court said", "[La cour] a dit", term("court", "tribunal"), "Le tribunal a dit"),
        ("of the court", "au nom du [cour]", term("court", "juridiction"), "au nom de la juridiction"),
        ("to the plant", "à la [plante]", term("plant", "usine"), "à l’usine"),
        ("the agreement", "l'[accord]", term("agreement", "traité"), "le traité"),
        ("of agreement", "un signe d'[accord]", term("agreement", "traité"), "un signe de traité"),
        ("the hero", "l'[homme]", term("hero", "héros"), "le héros"),
        ("observation posts", "les [places]", term("observation post", "poste d'observation"), "les postes d'observation"),
        ("the symptoms", "les [signes]", term("symptom", "symptômes", "symptôme"), "les symptômes"),
        ("the symptom", "le [signe]", term("symptom", "symptômes", "symptôme"), "le symptôme"),
        ("WHO rules", "les règles [de OMC]", term("WHO", "OMS"), "les règles d’OMS"),
    ],
)
def test_french(source: str, answer: str, entry: Term, wanted: str) -> None:
    assert said(source, answer, entry) == wanted


def test_spanish_and_what_has_no_rules() -> None:
    entry = term("blue helmet", "casco azul", to="es")
    assert said("two blue helmets", "dos [sombreros azules]", entry, "es") == "dos cascos azules"
    entry = term("blue helmet", "Blauhelm", "Blauhelme", to="de")
    assert said("two blue helmets", "zwei [blaue Helme]", entry, "de") in ("zwei Blauhelm", "zwei Blauhelme")


@pytest.mark.parametrize(
    ("phrase", "language", "wanted"),
    [
        ("casque bleu", "fr", "casques bleus"),
        ("journal local", "fr", "journaux locaux"),
        ("bureau de vote", "fr", "bureaux de vote"),
        ("voix", "fr", "voix"),
        ("acción militar", "es", "acciones militares"),
        ("juez", "es", "jueces"),
        ("casa alta", "ca", "cases altes"),
        ("ação", "pt", "ações"),
        ("OMS", "fr", "OMS"),
        ("Helm", "de", "Helm"),
    ],
)
def test_plurals(phrase: str, language: str, wanted: str) -> None:
    assert pluralised(phrase, language) == wanted


def test_a_wording_that_is_there_in_some_form_is_left_alone() -> None:
    assert said("the symptom", "le [petit symptôme]", term("symptom", "symptômes")) == "le petit symptôme"


def test_a_link_on_some_of_the_words_is_then_on_all_of_them() -> None:
    entry = term("blue helmet", "casque bleu")
    text = "un chapeau bleu parle"
    spans = (
        Span(start=3, end=15, kind=SpanKind.TERM, term="blue helmet"),
        Span(start=3, end=10, kind=SpanKind.LINK, href="https://a.example/"),
    )
    source = "a blue helmet speaks"
    out = glossary.apply(Inline(text, spans), source, Glossary((entry,)).find(source, EN_FR), "fr")
    assert out.text == "un casque bleu parle"
    assert [(s.kind, out.text[s.start : s.end]) for s in out.spans] == [(SpanKind.LINK, "casque bleu")]


def test_the_very_word_wins_over_a_related_one() -> None:
    one, two = term("infectivity", "infectivité"), term("infection", "infection")
    assert [f.term.source for f in Glossary((one, two)).find("The infection spreads.", EN_FR)] == ["infection"]
    assert Glossary((one,)).find("The infection spreads.", EN_FR) == ()


def test_who_is_not_the_who() -> None:
    book = Glossary((term("WHO", "OMS"),))
    assert [(f.start, f.end) for f in book.find("People who trust the WHO are many.", EN_FR)] == [(21, 24)]


def test_a_part_of_a_compound_is_not_the_term() -> None:
    book = Glossary((term("SARS-CoV", "SRAS"),))
    assert book.find("SARS-CoV-2 is not it.", EN_FR) == () and book.find("It is SARS-CoV.", EN_FR)


def test_elided_words_are_seen() -> None:
    assert glossary.accepted(term("outbreak", "épidémie"), "le début d’épidémies", "fr")
    assert glossary.accepted(term("post", "poste d'observation"), "au poste d’observation", "fr")
    assert glossary.accepted(Term(source="peacekeeper", target="维和人员", pair=Pair("en", "zh")), "三名维和人员受伤。", "zh")
