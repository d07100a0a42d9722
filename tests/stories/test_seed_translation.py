"""The seed story through the ladder: an engine that makes each of the twelve faults, and what leaves the desk.

The faults on the page's side (1, 2, 3, 10, 11) are in ``test_seed_page.py``. Here an engine answers with the naive French
that such desks publish; every test fails on its raw answers, and passes on ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from babelwire import glossary
from babelwire.glossary import Glossary
from babelwire.model import (
    Article,
    Context,
    EngineKind,
    Hypothesis,
    Markup,
    Origin,
    Pair,
    Remembered,
    Revision,
    Task,
    Term,
    Translation,
    Verdict,
)
from babelwire.translate import Translator

NOW = datetime(2026, 11, 12, 15, tzinfo=UTC)
EN_FR = Pair("en", "fr")
SEED = Path(__file__).parent / "seed" / "article.json"
#: What the naive engine says, by the beginning of the sentence.
NAIVE = {
    "Blue helmets come under fire for second": "Les casques bleus essuient des tirs pour la deuxième fois dans la vallée de Tamora",
    "The shelling of a UN": "Le bombardement d'un poste d'observation de l'ONU près de la ligne de démarcation était « un avertissement clair » à la mission, selon son commandant, les deux camps niant avoir tiré.",
    "Three peacekeepers": "Trois soldats de la paix ont été blessés jeudi lorsque des obus de mortier ont touché un poste d'observation dans la vallée de Tamora, a indiqué la mission des Nations unies dans un communiqué.",
    "said in a statement": "a indiqué la mission dans un communiqué",
    "It was the second attack": "C'était la deuxième attaque contre les Casques Bleus en une semaine.",
    "“We will not leave": "« Nous ne quitterons pas nos postes parce que quelqu'un veut que nous partions, a déclaré la colonelle Marta Duarte, qui commande le secteur nord de la mission.",
    "“Our soldiers were": "Nos soldats étaient dans leurs abris en moins de quarante secondes. Deux d'entre eux sont ressortis pour un camarade blessé. Je n'ai pas de mots pour cela.",
    "The colonel called": "La colonelle a qualifié le bombardement de « mise en garde évidente » et exigé que les deux camps gardent leurs canons hors de ce que les responsables de la capitale appellent la « SECURITY BUFFER », une bande de terre large de huit kilomètres.",
    "Once again": "Une fois de plus, personne n'admet avoir tiré",
    "Blue helmets had": "Les casques bleus avaient encore essuyé des tirs encore une fois dimanche, lorsqu'un convoi a été touché, et une fois de plus ni l'armée ni les rebelles n'ont revendiqué.",
    "“They always": "« Ils disent toujours que c'étaient les autres », a confié un villageois à Northgate.",
    "“An attack on": "« Une attaque contre des soldats de la paix peut constituer un crime de guerre », a écrit lundi le Conseil de sécurité.",
    "The mission gave": "La mission a donné ces chiffres pour le mois écoulé :",
    "41 violations": "41 violations du cessez-le-feu, contre 26 en septembre",
    "7 peacekeepers": "7 soldats de la paix blessés, aucun d'entre eux tué",
    "1,250 people": "1 250 personnes chassées de chez elles",
    "The mandate": "Le mandat des 3 400 soldats, venus de onze pays, prend fin le 31 janvier.",
    "Its extension": "Sa prolongation doit être discutée à New York la semaine prochaine.",
    "A patrol": "Une patrouille de la mission de l'ONU sur la route de Tamora, le 11 novembre 2026.",
    "Sandbags": "Des sacs de sable au poste d'observation 14, vus en octobre",
}


class Naive:
    """Answers from the table; where the desk has marked a stretch, the marks stand round the whole answer."""

    id = "naive 1"
    kind = EngineKind.NEURAL
    markup = Markup.NONE
    pairs = frozenset({EN_FR})

    def __init__(self, answers: Mapping[str, str] = NAIVE) -> None:
        self.answers = answers

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        return [Hypothesis(text=next((v for k, v in self.answers.items() if t.strip().startswith(k)), t)) for t in texts]

    def close(self) -> None: ...


class Forgetful:
    """A memory that remembers nothing."""

    def recall(self, keys: Sequence[str]) -> dict[str, Remembered]:
        return {}

    def remember(self, items: Mapping[str, Remembered], now: datetime, *, again: bool = False) -> None: ...

    def known_names(self, names: Sequence[str], pair: Pair) -> dict[str, str]:
        return {}

    def add_names(self, key: str, pair: Pair, names: Mapping[str, str], now: datetime) -> None: ...


def translated(engine: Naive, terms: Glossary = glossary.Glossary()) -> Translation:  # noqa: B008
    article = msgspec.json.decode(SEED.read_bytes(), type=Article)
    task = Task(revision=Revision(article=article, number=1, seen=NOW), language="fr")
    return Translator(ladder=lambda pair: [engine], memory=Forgetful(), glossary=terms).translate(task, NOW)


@pytest.fixture(scope="module")
def ours() -> Translation:
    return translated(Naive())


def text(translation: Translation, start: str) -> str:
    """The target of the passage whose source begins so."""
    return next(p.target.text for p in translation.passages if p.source.text.startswith(start))


def test_it_is_published(ours: Translation) -> None:
    assert ours.verdict in (Verdict.PUBLISH, Verdict.MARK), ours.reason


def test_fault_4_a_quotation_that_was_opened_is_closed(ours: Translation) -> None:
    said = text(ours, "“We will not leave")
    assert re.search(r"partions\s?», a déclaré", said), said


def test_fault_5_the_marks_of_a_wholly_quoted_paragraph_are_kept(ours: Translation) -> None:
    quoted = text(ours, "“Our soldiers")
    assert quoted.startswith("«") and quoted.endswith("»"), quoted


def test_fault_6_a_phrase_quoted_twice_has_one_rendering(ours: Translation) -> None:
    assert "« un avertissement clair »" in text(ours, "The shelling").replace("\u202f", " ").replace("\u00a0", " ")
    assert "« un avertissement clair »" in text(ours, "The colonel").replace("\u202f", " ").replace("\u00a0", " ")


def test_fault_7_a_doubled_adverb_is_noticed(ours: Translation) -> None:
    found = [i.kind for p in ours.passages for r in p.renderings for i in r.issues if r.source.text.startswith("Blue helmets had")]
    assert "doubled-adverb" in found


def test_fault_8_capitals_inside_a_scare_quote_that_were_not_translated_are_noticed(ours: Translation) -> None:
    rendering = next(r for p in ours.passages for r in p.renderings if r.source.text.startswith("The colonel"))
    lowered = "security buffer" in rendering.target.text.lower()
    assert lowered and (rendering.issues or "SECURITY BUFFER" in rendering.source.text)


def test_fault_9_a_name_has_one_case(ours: Translation) -> None:
    everything = " ".join(p.target.text for p in ours.passages)
    forms = {m[0] for m in re.finditer(r"(?<=les )casques bleus", everything, re.IGNORECASE)}
    issues = [i.kind for _, i in ours.issues]
    assert len(forms) == 1 or "two-cases" in issues


def test_fault_12_a_term_of_the_agency_is_rendered_as_the_glossary_says() -> None:
    terms = Glossary((Term(source="peacekeeper", target="Casque bleu", forms=("Casques bleus",), pair=EN_FR),))
    held = translated(Naive(), terms)
    wrong = [r for p in held.passages for r in p.renderings if r.source.text.startswith("Three peacekeepers")]
    assert all(r.origin is Origin.ORIGINAL or "Casque" in r.target.text for r in wrong)
    right = translated(
        Naive({**NAIVE, "Three peacekeepers": NAIVE["Three peacekeepers"].replace("soldats de la paix", "Casques bleus")}), terms
    )
    assert any("Trois Casques bleus" in p.target.text for p in right.passages)


def test_no_page_of_ours_is_without_date_author_link_and_original(ours: Translation) -> None:
    """Fault 10, on the page itself."""
    from babelwire.model import Edition, Licence, Publication, Source
    from babelwire.render import Site, pages

    article = msgspec.json.decode(SEED.read_bytes(), type=Article)
    site = Site(name="Le Fil", base_url="https://fil.example", editions=(Edition(language="fr", title="Le Fil", time_zone="Europe/Paris"),))
    source = Source(id="northgate", name="Northgate", homepage="https://northgate.example", licence=Licence.FULL)
    publication = Publication(
        article=article,
        revision=1,
        translation=ours,
        source=source,
        language="fr",
        path="fr/2026/11/12/x-seed/",
        published=NOW,
        updated=NOW,
    )
    html = pages.article(publication, site)[0].body.decode()
    for wanted in ("Ines Maddern", article.canonical_url, "12 novembre 2026", "Traduction automatique", article.headline, "naive 1"):
        assert wanted in html, wanted
