"""What is taken for the language asked for without a look at its letters, and what must never be."""

from __future__ import annotations

import pytest

from babelwire import check
from babelwire.check import telling
from babelwire.check.look import Look, side
from babelwire.model import Inline, Pair
from tests.conftest import shared

#: The same sentence in every language that has a table.
SAID = {
    "en": "The minister told reporters on Tuesday that the talks with the two parties would be resumed in Geneva this week, but not before Friday.",
    "fr": "Le ministre a dit mardi aux journalistes que les pourparlers avec les deux parties seront repris cette semaine à Genève, mais pas avant vendredi.",
    "es": "El ministro dijo el martes a los periodistas que las conversaciones con los dos partidos se reanudarán esta semana en Ginebra, pero no antes del viernes.",
    "de": "Der Minister sagte am Dienstag vor Journalisten, dass die Gespräche mit den beiden Parteien noch in dieser Woche in Genf fortgesetzt werden, aber nicht vor Freitag.",
    "pt": "O ministro disse na terça-feira aos jornalistas que as conversações com os dois partidos serão retomadas em Genebra, mas não antes do fim da semana.",
    "it": "Il ministro ha detto martedì ai giornalisti che i colloqui con le due parti sono stati fissati per questa settimana a Ginevra, ma non prima di venerdì.",
    "nl": "De premier zei dinsdag tegen verslaggevers dat het overleg met de twee partijen deze week wordt hervat in Wenen, maar niet voor vrijdag.",
    "pl": "Minister powiedział we wtorek, że rozmowy z tymi partiami będą w tym tygodniu, ale nie przed piątkiem, bo nie ma już na to czasu.",
    "cs": "Ministr v úterý řekl, že jednání se oběma stranami bude pokračovat v tomto týdnu v Ženevě, ale ne před pátkem, protože už není čas.",
    "ca": "El ministre ha dit dimarts als periodistes que les converses amb els dos partits es reprendran aquesta setmana a Ginebra, però no abans de divendres.",
    "ro": "Ministrul a spus marți că discuțiile cu cele două partide vor fi reluate la Geneva în această săptămână, dar nu înainte de vineri.",
    "sv": "Ministern sade på tisdagen att samtalen med de två partierna ska återupptas i Wien den här veckan, men inte före fredag.",
    "tr": "Bakan salı günü gazetecilere iki parti ile görüşmelerin bu hafta Cenevre'de devam edeceğini, ancak cuma gününden önce olmayacağını ve bir şey olarak daha sonra olduğunu dedi.",
}  # fmt: skip


def settled(source: str, target: str, pair: Pair) -> bool:
    return telling.beyond_doubt(Look(side(Inline(source), pair.source), side(Inline(target), pair.target), pair))


@pytest.mark.parametrize("language", SAID)
def test_a_sentence_with_many_small_words_is_in_its_language(language: str) -> None:
    assert settled(SAID["de" if language == "en" else "en"], SAID[language], Pair("de" if language == "en" else "en", language))


@pytest.mark.parametrize("asked", SAID)
def test_a_sentence_in_another_language_is_not_settled(asked: str) -> None:
    for said in SAID:
        for source in SAID:
            assert said == asked or source == asked or not settled(SAID[source], SAID[said], Pair(source, asked))


@pytest.mark.parametrize("asked", SAID)
def test_a_sentence_half_in_another_language_is_not_settled(asked: str) -> None:
    mine = SAID[asked].split()
    for other in SAID:
        theirs = SAID[other].split()
        if other != asked:
            first, last = [*theirs[: len(theirs) // 2], *mine[len(mine) // 2 :]], [*mine[: len(mine) // 2], *theirs[len(theirs) // 2 :]]
            assert not settled(SAID[other], " ".join(first), Pair(other, asked))
            assert not settled(SAID[other], " ".join(last), Pair(other, asked))


@pytest.mark.parametrize(
    ("source", "target", "pair"),
    [
        (SAID["en"], "Le ministre de la Défense.", Pair("en", "fr")),  # too few
        (SAID["en"], SAID["fr"].replace("ministre", "министр"), Pair("en", "fr")),  # letters of another script
        (SAID["en"], SAID["fr"].replace("ministre", "minisťr"), Pair("en", "fr")),  # and of another language
        (SAID["en"], SAID["fr"].replace("pourparlers avec", "talks resumed"), Pair("en", "fr")),  # words of the source
        (SAID["en"], SAID["fr"] + " Der Minister und die Partei, das ist nicht von uns.", Pair("en", "fr")),  # small words of another
        (  # long words of the source, though they have capitals
            "Bis dahin waren Klosterschulen die einzigen Bildungseinrichtungen im Land.",
            "Avant cela, les Klosterschulen étaient dans tout le pays les Bildungseinrichtungen pour tous et pour toutes.",
            Pair("de", "fr"),
        ),
        ("Ministar je u utorak izjavio da će pregovori biti nastavljeni.", SAID["fr"], Pair("hr", "fr")),  # a source nothing is known of
        (SAID["en"], "Министр заявил во вторник, что переговоры возобновятся на следующей неделе.", Pair("en", "ru")),
    ],
)
def test_whatever_casts_doubt_is_asked_for(source: str, target: str, pair: Pair) -> None:
    assert not settled(source, target, pair)


def test_a_source_in_other_letters_casts_no_doubt() -> None:
    assert settled("Министр заявил во вторник, что переговоры возобновятся.", SAID["fr"], Pair("ru", "fr"))


def test_nothing_is_settled_that_is_found_to_be_in_another_language(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = shared("data", "langid-ntrex", "snippets.tsv").read_text(encoding="utf-8").splitlines()[1:]
    texts = [row.split("\t")[-1] for row in rows[::4]]
    taken = [(t, pair) for t in texts for asked in SAID for pair in (Pair("ru", asked),) if settled("", t, pair)]
    assert len(taken) > 20
    monkeypatch.setattr(telling, "beyond_doubt", lambda look: False)
    for text, pair in taken:
        assert "wrong-language" not in {i.kind for i in check.segment(Inline("Министр заявил."), Inline(text), pair)}
