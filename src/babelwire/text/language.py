"""Language tags (BCP 47) and which language a text is in.

Names, likely scripts and the aliases of old and three-letter codes are CLDR's, by way of Babel. Detection is py3langid,
the best of nine on short news text (99.2 % right on forty characters when it may choose among twelve languages; lingua
96.8 %, and a gigabyte); ``text/identify.py`` does its sums. Ours on top: no verdict on a handful of letters, one identifier a
set of languages, and telling apart the scripts that one of its labels covers.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.core import Locale, UnknownLocaleError, get_global

if TYPE_CHECKING:
    from .identify import Identifier, Model

#: Fewest letters on which a verdict is given: below, names and numbers are coin tosses ("Putin" is Finnish). Letters of
#: scripts that write syllables or words with one sign count threefold.
MIN_LETTERS = 25
#: Least probability of a verdict. On langid-ntrex (105 languages, whole sentences) 99 of 100 verdicts above it are right.
MIN_PROBABILITY = 0.8

#: Labels of the model for varieties that nobody publishes news in, and what they are taken for.
VARIETIES = {"wuu": "zh", "uzs": "uz", "arz": "ar", "ary": "ar", "hbo": "he", "gcf": "ht", "gcr": "ht", "sdh": "ku"}
#: Tags that the model knows under another label.
LABELS = {"nb": "no", "fil": "tl", "ckb": "ku", "kmr": "ku", "gn": "gug", "ki": "kik", "ff": "fuv"}
#: Tags that stand for one another: a text in one may stand in a place for the other.
SAME = {"no": "nb", "tl": "fil", "sh": "sr"}
#: Every noun has a capital letter there: it tells no name.
CAPITAL_NOUNS = frozenset({"de", "lb"})

RTL = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})

#: What the letters of a script look like: ranges of code points, enough to name the script of a text.
SCRIPTS = {
    "Latn": r"A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a",
    "Cyrl": r"\u0400-\u052f\u1c80-\u1c88\ua640-\ua69f",
    "Grek": r"\u0370-\u03ff\u1f00-\u1fff",
    "Arab": r"\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": r"\u05d0-\u05f2\ufb1d-\ufb4f",
    "Hani": r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebe0",
    "Kana": r"\u3041-\u3096\u30a1-\u30fa\u30fc\u31f0-\u31ff\uff66-\uff9f",
    "Hang": r"\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "Deva": r"\u0900-\u0963\u0970-\u097f",
    "Beng": r"\u0980-\u09ff",
    "Guru": r"\u0a00-\u0a7f",
    "Gujr": r"\u0a80-\u0aff",
    "Orya": r"\u0b00-\u0b7f",
    "Taml": r"\u0b80-\u0bff",
    "Telu": r"\u0c00-\u0c7f",
    "Knda": r"\u0c80-\u0cff",
    "Mlym": r"\u0d00-\u0d7f",
    "Sinh": r"\u0d80-\u0dff",
    "Thai": r"\u0e01-\u0e3a\u0e40-\u0e4e",
    "Laoo": r"\u0e81-\u0edf",
    "Tibt": r"\u0f00-\u0fff",
    "Mymr": r"\u1000-\u109f",
    "Khmr": r"\u1780-\u17d3",
    "Geor": r"\u10a0-\u10ff\u1c90-\u1cbf",
    "Armn": r"\u0531-\u0556\u0561-\u0587",
    "Ethi": r"\u1200-\u135a",
    "Thaa": r"\u0780-\u07b1",
}
#: The signs in which a language of several scripts is written; others are written in their likely script alone.
WRITTEN = {"Hans": ("Hani",), "Hant": ("Hani",), "Jpan": ("Hani", "Kana"), "Kore": ("Hang", "Hani")}
_LETTERS = {name: re.compile(f"[{ranges}]") for name, ranges in SCRIPTS.items()}
_BEYOND_LATIN = re.compile(f"[{''.join(ranges for name, ranges in SCRIPTS.items() if name != 'Latn')}]")
_DENSE = re.compile(f"[{SCRIPTS['Hani']}{SCRIPTS['Kana']}{SCRIPTS['Hang']}{SCRIPTS['Ethi']}]")

_lock = threading.Lock()
_models: list[Model] = []  #: one at most, when first asked for
_identifiers: dict[frozenset[str], Identifier] = {}


@lru_cache(maxsize=4096)
def canonical(tag: str) -> str:
    """The tag as BCP 47 writes it: ``EN_us`` -> ``en-US``, ``fra-CA`` -> ``fr-CA``, ``iw`` -> ``he``, ``cmn`` -> ``zh``."""
    language, *rest = tag.strip().replace("_", "-").split("-")
    alias = get_global("language_aliases").get(language.lower(), language.lower())
    language, *more = str(alias).split("_")
    return "-".join([language, *(_case(part) for part in (*rest, *(() if rest else more)))])


def _case(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 or part.isdigit() else part.lower()


@lru_cache(maxsize=4096)
def base(tag: str) -> str:
    """The language alone: ``pt-BR`` -> ``pt``."""
    return canonical(tag).split("-")[0]


@lru_cache(maxsize=4096)
def script(tag: str) -> str:
    """The script a language is written in, ISO 15924: ``ru`` -> ``Cyrl``, ``zh-TW`` -> ``Hant``; ``Latn`` where CLDR knows none."""
    language, *rest = canonical(tag).split("-")
    named = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if named:
        return named
    likely = get_global("likely_subtags")
    full = next((likely[key] for key in ("_".join([language, *rest[:1]]), language) if key in likely), "")
    return next((part for part in str(full).split("_") if len(part) == 4 and part.isalpha()), "Latn")


def direction(tag: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if script(tag) in RTL else "ltr"


@lru_cache(maxsize=1024)
def autonym(tag: str) -> str:
    """What the language calls itself: ``fr-CA`` -> ``français (Canada)``; the tag where CLDR does not know."""
    for candidate in (canonical(tag), base(tag)):
        try:
            name = Locale.parse(candidate, sep="-").get_display_name()
        except (UnknownLocaleError, ValueError):
            continue
        if name:
            return str(name)
    return canonical(tag)


def matches(a: str, b: str) -> bool:
    """Does a text in ``a`` serve readers of ``b``? Same language and same script; regions do not matter."""
    return _same(a) == _same(b) and script(a) == script(b)


#: Close relatives: references that were each translated from English under-score what an engine makes between these.
RELATIVES = tuple(
    frozenset(group.split())
    for group in (
        "ast ca es fr gl it oc pt ro an",
        "da nb nn no sv",
        "cs pl sk",
        "be ru uk",
        "bg mk hr sr sl",
        "id ms zlm",
        "af nl",
        "hi ur",
    )
)


def related(a: str, b: str) -> bool:
    """Are these close relatives (es and ca, nb and sv)?"""
    return any(base(a) in group and base(b) in group for group in RELATIVES)


def _same(tag: str) -> str:
    return SAME.get(base(tag), base(tag))


def scripts(text: str) -> dict[str, int]:
    """How many letters of each script a text holds, most first; scripts outside ``SCRIPTS`` are not counted."""
    if text and not _BEYOND_LATIN.search(text):
        latin = len(_LETTERS["Latn"].findall(text))
        return {"Latn": latin} if latin else {}
    counted = {name: len(pattern.findall(text)) for name, pattern in _LETTERS.items() if text and pattern.search(text)}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def written_in(tag: str) -> tuple[str, ...]:
    """The keys of ``SCRIPTS`` that a text in this language is made of."""
    name = script(tag)
    return WRITTEN.get(name, (name,))


def letters(text: str) -> int:
    """How much text there is to judge by: letters, signs of dense scripts threefold."""
    return sum(map(str.isalpha, text)) + (0 if text.isascii() else 2 * len(_DENSE.findall(text)))


def holds(text: str, least: int) -> bool:
    """Are there so many ``letters``? The beginning of a text nearly always tells."""
    return letters(text[: 2 * least]) >= least or letters(text) >= least


def detect(text: str, among: Collection[str] | None = None) -> tuple[str, float] | None:
    """The language of a text and its probability, or None where the text does not tell.

    With ``among`` the answer is one of these tags, as given; those the model does not know are left out of the choice. A
    single candidate is held against all other languages, since a choice of one is no evidence.
    """
    if not holds(text, MIN_LETTERS):
        return None
    labels, known = _choice(tuple(among) if among is not None else ())
    if among is not None and not known:
        return None
    found, probability = _identifier(known if len(known) > 1 else frozenset()).classify(text)
    found = VARIETIES.get(found, found)
    if probability < MIN_PROBABILITY:
        return None
    if among is None:
        return found, probability
    candidates = [tag for tag, label in labels.items() if label == found]
    return (_by_script(candidates, text), probability) if candidates else None


@lru_cache(maxsize=512)
def _choice(among: tuple[str, ...]) -> tuple[dict[str, str], frozenset[str]]:
    """The model's label for each of these tags, and those that it knows."""
    labels = {tag: _label(tag) for tag in among}
    return labels, _model_labels().intersection(labels.values())


def knows(tag: str) -> bool:
    """Can the model tell this language from others?"""
    return _label(tag) in _model_labels()


def guess(text: str) -> str | None:
    """The likeliest of all languages the model knows, however likely it is; None for a text of few letters."""
    if not holds(text, MIN_LETTERS):
        return None
    found, _ = _identifier(frozenset()).classify(text)
    return VARIETIES.get(found, found)


@lru_cache(maxsize=50_000)
def word_of(word: str, one: str, other: str) -> float:
    """How likely a word is one of language ``one`` rather than of ``other``, by its letters; 0.5 where the model knows not both.

    For a word the two texts share: "bateaux" in an English sentence (0.98), "situation" (0.52).
    """
    labels = frozenset({_label(one), _label(other)})
    if len(labels) < 2 or not labels <= _model_labels():
        return 0.5
    return _identifier(labels).chance(f" {word} ", _label(one))


def _label(tag: str) -> str:
    return LABELS.get(base(tag), base(tag))


@lru_cache(maxsize=1)
def _model_labels() -> frozenset[str]:
    return frozenset(_identifier(frozenset()).labels)


def _identifier(labels: frozenset[str]) -> Identifier:
    """An identifier that chooses among these labels (all, when none are given)."""
    with _lock:
        if labels not in _identifiers:
            _identifiers[labels] = _load(labels)
        return _identifiers[labels]


def _load(labels: frozenset[str]) -> Identifier:
    from . import identify  # late: numpy and the model cost what `--version` must not

    if not _models:
        _models.append(identify.Model())
    return identify.Identifier(_models[0], labels and labels.union(v for v, taken_for in VARIETIES.items() if taken_for in labels))


def _by_script(tags: list[str], text: str) -> str:
    """Of tags with one label (zh-Hans and zh-Hant, sr-Latn and sr-Cyrl) the one whose script the text is in."""
    if len(tags) == 1:
        return tags[0]
    main = next(iter(scripts(text)), "Latn")
    if main == "Hani":
        wanted = "Hant" if _traditional(text) else "Hans"
        return next((tag for tag in tags if script(tag) == wanted), tags[0])
    return next((tag for tag in tags if main in written_in(tag)), tags[0])


def _traditional(text: str) -> bool:
    """More signs that only Big5 holds than signs that only GB 2312 holds: the two lists are traditional and simplified."""
    return sum(_holds("big5", c) - _holds("gb2312", c) for c in set(text)) > 0


def _holds(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
