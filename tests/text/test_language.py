from __future__ import annotations

import threading

import pytest

from babelwire.text import language

ENGLISH = "The minister told reporters on Tuesday that the talks would be resumed next week."
FRENCH = "Le ministre a déclaré mardi que les pourparlers reprendraient la semaine prochaine."


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("EN_us", "en-US"),
        ("eng", "en"),
        ("fra-CA", "fr-CA"),
        ("iw", "he"),
        ("cmn", "zh"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("pt-br", "pt-BR"),
        ("sr-latn", "sr-Latn"),
        ("es-419", "es-419"),
        ("tlh", "tlh"),
    ],
)
def test_canonical(written: str, canonical: str) -> None:
    assert language.canonical(written) == canonical
    assert language.canonical(canonical) == canonical


def test_base_script_direction() -> None:
    assert language.base("pt-BR") == "pt"
    assert [language.script(t) for t in ("en", "ru", "zh", "zh-TW", "zh-Hant", "sr-Latn", "pa-PK", "ja")] == [
        "Latn",
        "Cyrl",
        "Hans",
        "Hant",
        "Hant",
        "Latn",
        "Arab",
        "Jpan",
    ]
    assert [language.direction(t) for t in ("ar", "he", "fa-AF", "fr", "ckb", "ur")] == ["rtl", "rtl", "rtl", "ltr", "rtl", "rtl"]


def test_autonym() -> None:
    assert language.autonym("fr") == "français"
    assert language.autonym("fr-CA") == "français (Canada)"
    assert language.autonym("tlh") == "tlh"  # CLDR has no name for it


def test_matches() -> None:
    assert language.matches("fr", "fr-CA")
    assert language.matches("zh-TW", "zh-Hant")
    assert language.matches("no", "nb")
    assert not language.matches("zh", "zh-Hant")
    assert not language.matches("sr", "sr-Latn")
    assert not language.matches("es", "ca")


def test_detect() -> None:
    found = language.detect(ENGLISH)
    assert found is not None
    assert found[0] == "en"
    assert found[1] >= language.MIN_PROBABILITY


def test_detect_answers_as_it_was_asked() -> None:
    assert (language.detect(FRENCH, ["en-GB", "fr-CA"]) or ("",))[0] == "fr-CA"


def test_detect_is_silent_on_a_handful_of_letters() -> None:
    assert language.detect("Putin") is None
    assert language.detect("123 456 789 000 123 456 789") is None
    assert language.detect("") is None


def test_detect_holds_a_single_candidate_against_all() -> None:
    assert language.detect(FRENCH, ["en"]) is None
    assert (language.detect(ENGLISH, ["en"]) or ("",))[0] == "en"


def test_detect_leaves_out_what_the_model_does_not_know() -> None:
    assert language.detect(ENGLISH, ["tlh"]) is None
    assert (language.detect(ENGLISH, ["tlh", "en", "fr"]) or ("",))[0] == "en"


def test_detect_tells_scripts_apart() -> None:
    traditional = "龍目島地震發生後，外國非政府組織被告知已經不需要他們的救助，政府將會自行處理。"
    simplified = "龙目岛地震发生后，外国非政府组织被告知已经不需要他们的救助，政府将会自行处理。"
    among = ["en", "zh-Hans", "zh-Hant"]
    assert (language.detect(traditional, among) or ("",))[0] == "zh-Hant"
    assert (language.detect(simplified, among) or ("",))[0] == "zh-Hans"


def test_detect_from_several_threads_at_once() -> None:
    """One identifier a set of languages: py3langid's own would be changed under the other thread."""
    wrong: list[object] = []

    def ask(among: list[str], text: str, expected: str) -> None:
        for _ in range(30):
            found = language.detect(text, among)
            if found is None or found[0] != expected:
                wrong.append((among, found))

    threads = [
        threading.Thread(target=ask, args=a)
        for a in ((["en", "fr"], ENGLISH, "en"), (["fr", "de"], FRENCH, "fr"), (["en", "fr", "es"], FRENCH, "fr"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_scripts() -> None:
    assert language.scripts("Путин met 习近平") == {"Cyrl": 5, "Latn": 3, "Hani": 3}
    assert language.scripts("12 …") == {}
    assert "Hebr" not in language.scripts("由於超級市場")


def test_word_of() -> None:
    assert language.word_of("bateaux", "fr", "en") > 0.9 > 0.6 > language.word_of("situation", "fr", "en")
    assert language.word_of("word", "en", "tlh") == 0.5
