from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from babelwire.check.numbers import compare, read


def same(source: str, target: str, pair: str) -> bool:
    one, _, other = pair.partition("-")
    lost, new = compare(read(source, one), read(target, other))
    return not lost and not new


@pytest.mark.parametrize(
    ("pair", "source", "target"),
    [
        ("en-fr", "1,500 people", "1 500 personnes"),
        ("en-fr", "1.5 percent", "1,5 %"),
        ("en-de", "1,234,567.5", "1.234.567,5"),
        ("en-fr", "$2.8bn", "2,8 milliards de dollars"),
        ("en-es", "2 billion", "2.000 millones"),
        ("en-es", "5 billion", "5 mil millones"),
        ("en-de", "1.5 million", "1,5 Mio. Menschen"),
        ("en-ru", "3.4 million", "3,4 млн"),
        ("en-zh", "146,000 people", "14.6万人"),
        ("en-zh", "125 million", "1.25 亿"),
        ("ja-en", "１万１０００店舗", "11,000 stores"),
        ("hi-en", "35 वर्षीय, पांच लाख", "35-year-old, 500,000"),
        ("en-ar", "1995 and 12", "١٩٩٥ و١٢"),
        ("en-hi", "12,34,567 rupees", "12,34,567 रुपये"),
        ("en-fr", "3 p.m.", "15 heures"),
        ("en-de", "9:30 pm", "21.30 Uhr"),
        ("zh-en", "15时50分", "3:50 p.m."),
        ("en-fr", "July 4, 2018", "04/07/2018"),
        ("en-zh", "July 4, 2018", "2018年7月4日"),
        ("en-fr", "the 19th century", "le XIXe siècle"),
        ("en-ru", "the 1960s", "60-е годы"),
        ("en-fr", "the 1960s", "les années 60"),
        ("en-fr", "two men", "2 hommes"),
        ("en-fr", "97 votes", "quatre-vingt-dix-sept voix"),
        ("de-en", "dreiundzwanzig", "23"),
        ("it-en", "ventitré", "twenty-three"),
        ("ru-en", "двухсот пятидесяти", "250"),
        ("pl-en", "czterdziestu dwóch", "42"),
        ("cs-en", "dvacet pět", "25"),
        ("en-es", "the first round", "1.ª ronda"),
        ("en-de", "a dozen", "12"),
        ("en-fr", "10 miles away", "à 16 km"),
        ("en-fr", "2 to 4 inches", "de 5 à 10 cm"),
        ("en-de", "2018-19", "2018/2019"),
        ("en-fr", "10 to 15 million", "10 à 15 millions"),
        ("en-zh", "10 to 15 million", "1000万至1500万"),
        ("en-fr", "won 2-0", "a gagné 2 à 0"),
        ("en-fr", "see https://a.example/2024/05/x", "voir https://a.example/"),
    ],
)
def test_the_same_number_in_two_languages(pair: str, source: str, target: str) -> None:
    assert same(source, target, pair)


@pytest.mark.parametrize(
    ("pair", "source", "target"),
    [
        ("en-fr", "1,500 people", "1 050 personnes"),
        ("en-fr", "1.5 million", "1,5 milliard"),
        ("en-de", "three weeks", "vier Wochen"),
        ("en-zh", "14,600 people", "14.6万人"),
        ("en-fr", "in 1946", "en 1964"),
        ("de-en", "dreiundzwanzig", "33"),
        ("en-ru", "five men", "шесть человек"),
        ("en-fr", "10 miles away", "à 26 km"),
        ("en-fr", "20%", "52 %"),
        ("hi-en", "नौ बार", "seven times"),
    ],
)
def test_another_number(pair: str, source: str, target: str) -> None:
    assert not same(source, target, pair)


def test_words_with_another_meaning_ask_for_nothing() -> None:
    assert same("a new one, at once", "de neuf, tout de suite", "en-fr")
    assert same("the second time", "la fois suivante", "en-fr")


@given(st.integers(0, 10**9), st.sampled_from(["en", "fr", "es", "de", "ru", "zh", "ar"]))
def test_a_plain_number_is_read_as_itself(number: int, language: str) -> None:
    assert any(number in q.values for q in read(f"x {number} y", language))


@given(st.text(max_size=60), st.sampled_from(["en", "fr", "it", "de", "ru", "zh", "ja", "ar", "hi", "xx"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    found = read(text, language)
    lost, new = compare(found, found)
    assert not lost
    assert not new


@pytest.mark.parametrize("word", ["ein" * 2000, "zwanzig" * 2000, "einund" * 2000 + "x"])
def test_no_word_is_too_long(word: str) -> None:
    assert all(q.hint for q in read(f"Das sind {word} Stück.", "de"))


def test_words_that_say_little_are_read_alike_alone_and_beside_a_number() -> None:
    alone, beside = read("A first one in May.", "en"), read("A first one in May, twenty-five.", "en")
    assert [q for q in beside if q.hint and q.text != ""][: len(alone)] == list(alone)
    assert all(q.hint for q in alone)
    assert any(25.0 in q.values and not q.hint for q in beside)
