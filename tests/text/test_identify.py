from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from babelwire.text.identify import Identifier, Model

TEXTS = (
    "The minister told reporters on Tuesday that the talks would be resumed next week.",
    "Le ministre a déclaré mardi que les pourparlers reprendraient la semaine prochaine.",
    "Министр заявил во вторник, что переговоры возобновятся на следующей неделе.",
    "Министар је у уторак изјавио да ће преговори бити настављени следеће недеље.",
    "Ministar je u utorak izjavio da će pregovori biti nastavljeni sledeće nedelje.",
    "قال الوزير للصحفيين يوم الثلاثاء إن المحادثات ستستأنف الأسبوع المقبل.",
    "部长星期二对记者说，会谈将于下周恢复。",
    "MINISTER: TALKS TO BE RESUMED",
    "e\u0301te\u0301, deja\u0300 vu",  # letters and their accents apart
    "the the the the",
    "a",
    "\ud800",
    "1 2 3",
    "",
)
CHOICES = ((), ("en", "fr"), ("en", "es", "fr", "de", "ru", "zh", "ar", "wuu", "arz"), ("sr", "hr", "bs", "en"))


@cache
def model() -> Model:
    return Model()


@cache
def library() -> Any:
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@pytest.mark.parametrize("choice", CHOICES)
def test_says_what_the_library_says(choice: tuple[str, ...]) -> None:
    library().set_languages(choice or None)
    ours = Identifier(model(), choice)
    for text in TEXTS:
        ranked = dict(library().rank(text))
        found, probability = ours.classify(text)
        assert (found, probability) == (library().classify(text)[0], pytest.approx(ranked[found], rel=1e-4))
        assert all(ours.chance(text, label) == pytest.approx(p, rel=1e-3, abs=1e-9) for label, p in ranked.items())


def test_knows_the_languages_of_the_library() -> None:
    library().set_languages(None)
    assert set(Identifier(model()).labels) == set(library().labels)
