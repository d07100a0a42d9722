"""Where a person has had a hand in a translation, every way out says so, and none says more."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import pytest

from babelwire.model import EngineKind, Inline, Note, Origin, Publication, replace
from babelwire.render import locale as locales
from babelwire.render import pages, syndicate
from babelwire.render.shown import shown
from tests.render import samples

WHEN = datetime(2026, 11, 24, 15, 4, tzinfo=UTC)


def worked_on() -> Publication:
    """A page of which a person has worded one sentence."""
    page = samples.ferry_fr()
    last = page.translation.passages[-1]
    human = replace(last.renderings[0], origin=Origin.HUMAN, target=Inline("Ainsi l’a dit une personne."))
    made = replace(page.translation, passages=(*page.translation.passages[:-1], replace(last, renderings=(human,))), reviewed=WHEN)
    return replace(page, translation=made, notes=(Note(when=WHEN, kind="wording", text=last.place),))


def files(page: Publication) -> dict[str, str]:
    return {f.path.rpartition("/")[2]: f.body.decode() for f in pages.article(page, samples.SITE, samples.SECTIONS)}


def test_the_page_says_that_a_person_has_worked_on_it_and_when() -> None:
    made, usual = files(worked_on())["index.html"], files(samples.ferry_fr())["index.html"]
    assert "Une personne a revu cette traduction automatique" in made and "Personne n’a relu" not in made
    assert "Personne n’a relu" in usual and "Une personne" not in usual
    assert "revu par une personne, 24 novembre 2026 à 16:04" in made
    assert "Une personne a corrigé la traduction" in made, "the dated note"


def test_machines_are_told_too() -> None:
    made = files(worked_on())
    record = json.loads(made["index.json"])["translation"]
    assert (record["human_reviewed"], record["human_sentences"], record["machine_translated"]) == (True, 1, True)
    ld = json.loads(re.search(r'ld\+json">(.*?)</script>', made["index.html"], re.DOTALL)[1])  # type: ignore[index]
    assert ld["backstory"].endswith("A person has worked on it.")
    assert [c["@type"] for c in ld["correction"]] == ["CorrectionComment"]


def test_a_trained_engine_with_a_person_is_a_composite() -> None:
    usual = replace(samples.lamp_es(), translation=replace(samples.lamp_es().translation, engine_kind=EngineKind.NEURAL))
    seen = shown(usual, samples.SITE)
    by_person = shown(replace(usual, translation=replace(usual.translation, reviewed=WHEN)), samples.SITE)
    assert seen.source_type == "TrainedAlgorithmicMediaDigitalSource"
    assert by_person.source_type == "CompositeWithTrainedAlgorithmicMediaDigitalSource"


def test_the_notice_of_a_weak_pair_stays_the_stronger_one() -> None:
    weak = replace(worked_on(), translation=replace(worked_on().translation, gist=True))
    assert locales.load("fr").texts["notice_person"].split("{")[0] not in files(weak)["index.html"]


def test_a_page_that_a_person_holds_back_does_not_blame_the_source() -> None:
    held = files(replace(samples.ferry_fr(), withdrawn=True, notes=()))["index.html"]
    assert "le temps qu’une personne l’examine" in held and "à la demande de sa source" not in held
    gone = files(samples.gone_fr())["index.html"]
    assert "à la demande de sa source" in gone


@pytest.mark.parametrize("tag", locales.known())
def test_every_language_has_the_words(tag: str) -> None:
    texts = locales.load(tag).texts
    assert "{language}" in texts["notice_person"] and "{date}" in texts["reviewed_by"]
    assert texts["notice_person"] != texts["notice"]


def test_a_feed_s_reader_is_told() -> None:
    made = {
        f.path.rpartition("/")[2]: f.body.decode()
        for f in syndicate.feeds(samples.front(count=1), [syndicate.Entry(worked_on(), samples.SITE)], samples.FR, samples.SITE)
    }
    assert "Une personne a revu" in made["feed.atom"]
    assert json.loads(made["feed.json"])["items"][0]["_babelwire"]["human_reviewed"] is True
