"""Checks of what language the translation is in: untranslated, half translated, another language, another script, chatter."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from babelwire.text import language as tags

from . import telling
from .look import Look, Side, shown


@lru_cache(maxsize=1)
def _data() -> dict[str, list[str]]:
    return tomllib.loads(files("babelwire.check").joinpath("data/speech.toml").read_text(encoding="utf-8"))


#: Share of the source's words (not names) found again as they are, above which nothing was translated. parallel-ntrex: in 99 of
#: 100 sentences Spanish and Portuguese share no more than .63, Spanish and French .50; Croatian and Serbian up to 1.
COPIED = 0.8
#: The same for Portuguese and Galician: of 73 sentences that Apertium translates from one into the other 95 in 100 share up to
#: .90, 98 up to .96. A copy word for word is found whatever this says.
COPIED_CLOSEST = 0.97
#: Words in the window that is asked for its language, and how sure the answer must be. Of human
#: translations with their first half left in English .994 are found, of the translations themselves .003 (names of works).
WINDOW, WINDOW_SURE = 8, 0.9
#: How sure a verdict on the whole must be to say that it is the wrong language: .997 of translations into a neighbour are found
#: (Portuguese for Spanish, Ukrainian for Russian), none of the human ones into 62 languages (parallel-ntrex) but for Tigrinya.
WRONG_SURE = 0.9


@lru_cache(maxsize=2)
def _groups(kind: str) -> tuple[frozenset[str], ...]:
    """``confused``: labels the model takes for one another; ``alike``: languages that share most of their words besides;
    ``closest``: those that share nearly all."""
    return tuple(frozenset(group.split()) for group in _data()[kind])


def untranslated(look: Look) -> Iterator[str]:
    """The translation is the source, or nearly."""
    if look.source.base == look.target.base or not tags.holds(look.source.text, 12):
        return
    if look.source.words == look.target.words and look.source.text.split() == look.target.text.split():
        if _prose(look.source):
            yield "the translation is the source, word for word"
        return
    if sum(map(look.target.vocabulary.__contains__, look.source.low)) < 4:
        return  # fewer than the share that says something
    common = [w for w in look.source.low if len(w) > 2 and w.islower()]
    if len(common) >= 4:
        share = sum(map(look.target.vocabulary.__contains__, common)) / len(common)
        if (
            share > _most(look.source.base, look.target.base)
            and not _confused(look.source.base, look.target.base)
            and _is_source_language(look)
        ):
            yield f"{share:.0%} of the source's words stand in the translation as they are"


def _most(one: str, other: str) -> float:
    """The share of words that two languages may have in common in a translation."""
    return COPIED_CLOSEST if any(one in group and other in group for group in _groups("closest")) else COPIED


def _prose(side: Side) -> bool:
    """More than names and numbers: at least three words with a small initial, or signs of a script without capitals."""
    return sum(w[:1].islower() for w in side.words) >= 3 or (
        not any(w[:1].isupper() for w in side.words) and tags.holds(side.text, tags.MIN_LETTERS)
    )


def _is_source_language(look: Look) -> bool:
    found = tags.detect(look.target.text, (look.source.language, look.target.language))
    return found is None or tags.base(found[0]) == look.source.base


def partly_untranslated(look: Look) -> Iterator[str]:
    """A stretch of the translation is still in the source's language."""
    if look.source.base == look.target.base or _related(look.source.base, look.target.base):
        return
    shared, words = look.source.vocabulary, look.target.words
    both = {w for w in look.target.vocabulary & shared if len(w) > 2}
    if not both or sum(map(both.__contains__, look.target.low)) < 4:
        return
    small, theirs = [w[:1].islower() for w in words], [w.lower() in shared for w in words]
    for at in range(0, max(1, len(words) - WINDOW + 1), 2):
        if sum(small[at : at + WINDOW]) < 4 or sum(theirs[at : at + WINDOW]) < 4:
            continue
        piece = words[at : at + WINDOW]
        found = tags.detect(" ".join(piece), (look.source.language, look.target.language))
        if found and tags.base(found[0]) == look.source.base and found[1] >= WINDOW_SURE:
            yield f"still in the source's language: {shown(' '.join(piece))}"
            return


#: How sure a single word must be of the source's language. Of DEMETR's code-mixed sentences .84 are found
#: (capitalised German nouns are taken for names); of the 80 words that clean ones share with their source one ("euros").
FOREIGN = 0.8


def foreign_word(look: Look) -> Iterator[str]:
    """A word of the source, no name, that stands in the translation as it was and looks like the source's language."""
    if _related(look.source.base, look.target.base):
        return
    shared = {w for w in set(look.target.words).intersection(look.source.words) if len(w) > 2 and w.islower()}
    left = [w for w in sorted(shared) if tags.word_of(w, look.source.language, look.target.language) >= FOREIGN and w not in _INTERNATIONAL]
    if left and (len(left) > 1 or look.source.base != "en"):  # every language has taken in some words of English
        yield f"left as in the source: {', '.join(map(shown, left))}"


_INTERNATIONAL = frozenset({"euro", "euros", "km", "iphone", "online", "internet", "pizza", "sms", "tsunami"})


def wrong_language(look: Look) -> Iterator[str]:
    """The translation is in a language that was not asked for."""
    if telling.beyond_doubt(look):
        return
    if not tags.holds(look.target.text, tags.MIN_LETTERS) or not tags.knows(look.target.language) or not _own_script(look.target):
        return
    chosen = tags.detect(look.target.text, _among(look.source.language, look.target.language))
    if not chosen or chosen[1] < WRONG_SURE or _confused(tags.base(chosen[0]), look.target.base):
        return
    likeliest = tags.guess(look.target.text)
    if likeliest and not _confused(likeliest, look.target.base):
        yield f"the translation is in {tags.autonym(chosen[0])} ({chosen[0]}), not in {tags.autonym(look.target.language)}"


#: The languages that engines fall back to, and neighbours that one of them might be handed over for. A choice among few is sure
#: where the model's 140 labels share the probability out among dialects.
_NEIGHBOURS = ("en", "es", "fr", "de", "pt", "it", "ru", "zh", "ar", "nl", "uk", "pl", "cs", "fa", "ja", "ca", "ro", "sv", "tr", "bg")


@lru_cache(maxsize=256)
def _among(source: str, target: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((source, target, *_NEIGHBOURS)))


@lru_cache(maxsize=1024)
def _related(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in (*_groups("alike"), *_groups("confused")))


@lru_cache(maxsize=1024)
def _confused(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in _groups("confused"))


def wrong_script(look: Look) -> Iterator[str]:
    """Letters of a script that the target language is not written in and that the source's words do not bring along."""
    wanted = tags.written_in(look.target.language)
    if look.target.western and "Latn" in wanted:
        return
    ours = look.target.scripts
    total = sum(ours.values())
    if total < 4:
        return
    if (
        ours
        and sum(ours.get(s, 0) for s in wanted) < total * 0.3
        and tags.holds(look.target.text, tags.MIN_LETTERS)
        and _mostly_foreign(look, wanted)
    ):
        yield f"written in {max(ours, key=lambda s: ours[s])}, not in {'/'.join(wanted)}"
        return
    strange = [s for s in ours if s not in wanted and s != "Latn"]
    for script in strange:
        words = re.findall(f"[{tags.SCRIPTS[script]}]+", look.target.text)
        new = [w for w in words if w not in look.source.text] if script in look.source.scripts else words
        if script in look.source.scripts and not new:
            new = words
        if new:
            yield f"letters of another script: {shown(' '.join(new))}"


def _own_script(side: Side) -> bool:
    wanted = tags.written_in(side.language)
    return (side.western and "Latn" in wanted) or sum(side.scripts.get(s, 0) for s in wanted) >= 0.3 * sum(side.scripts.values())


def _mostly_foreign(look: Look, wanted: tuple[str, ...]) -> bool:
    """Not a line of names that any language leaves in Latin letters."""
    return "Latn" in wanted or sum(w[:1].islower() for w in look.target.words) >= 3 or not look.target.scripts.get("Latn")


# ---------------------------------------------------------------------------------------------- chatter


@lru_cache(maxsize=1)
def _chatter() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in _data()["chatter"]), re.IGNORECASE)


def chatter(look: Look) -> Iterator[str]:
    """A language model speaks for itself: an introduction, a refusal, a note."""
    text = look.target.inline.text
    low = text.lower()
    found = _chatter().search(text) if any(map(low.__contains__, _data()["chatter_signs"])) else None
    if found and not _chatter().search(look.source.inline.text):
        yield f"the engine speaks for itself: {shown(found.group())}"
