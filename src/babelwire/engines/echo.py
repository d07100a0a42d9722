"""The fake engine that is shipped: no model, no process, the same answer every time. For tests, demos and measurements.

It says each small-letter word by a common word of the other language, so that names, numbers, marks and length come out as a
good translation's would and a language check sees the right language; the result means nothing. Numbers in words and months
are said as what they are. In English headlines nearly every word has a capital: there only what no dictionary holds (NASA,
MacBook) is taken for a name; in German, where every noun has one, also several in a row (Lee Elder). ``style = "prefix"``
gives the text back behind ``FR:``. Faults can be asked for, to see that they are caught.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from babel.core import UnknownLocaleError
from babel.dates import get_month_names

from babelwire.check.number_words import words_of
from babelwire.errors import EngineDied, EngineError, PairError, QuotaError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair
from babelwire.text import language as tags

#: Common words of each language, by which ``style = "words"`` says everything: none that denies, and no adverb, which twice in a
#: sentence would be a fault ("doubled-adverb").
LEXICON = {
    "ar": "في من على إلى عن مع هذا التي كان بعد قال الذي بين كما حيث خلال الحكومة ذلك عندما اليوم المدينة السنة",
    "ca": "amb per els les una que més entre aquest aquesta després quan molt segons sobre fins ciutat govern persones anys dia",
    "de": "der die das und sich sind eine werden wurde nach über zwischen unter jedoch während gegen durch mehr Jahr haben",
    "en": "the and that with from this which have been were their there after would about while during because between people",
    "es": "con para los las una que más entre este esta después cuando muy según sobre hasta ciudad gobierno personas años día",
    "fr": "avec pour les des une que plus dans cette après quand très selon sur ville gouvernement personnes années jour travail",
    "gl": "con para os as unha que máis entre este esta despois cando moi segundo sobre ata cidade goberno persoas anos día",
    "it": "con per gli le una che più della questo questa dopo quando molto secondo sulla città governo persone anni giorno",
    "pt": "com para os as uma que mais entre este esta depois quando muito segundo sobre até cidade governo pessoas anos dia",
    "ru": "и в до на что с как по это она этот был для после между когда очень только можно через город правительство люди годы",
}
WORD = re.compile(r"(?<![\w@#/.])[^\W\d_]{2,}(?![\w@/]|\.\w)")
#: A capital inside a sentence, one before another one, or nothing but capitals.
NAME = re.compile(r"(?<=.)[A-ZÀ-ÖØ-ÞА-Я]|[A-ZÀ-Þ]\w* [A-ZÀ-Þ]|[A-ZÀ-Þ]{2}", re.S)
#: In a headline: capitals only, or one behind a small letter.
ACRONYM = re.compile(r"[A-ZÀ-Þ]{2,}(?![a-zß-ÿ])|\w*[a-zß-ÿ][A-ZÀ-Þ]")
#: Several capitals in a row inside a sentence: in a language that gives every noun one, most others are of nouns.
ROW = re.compile(r"(?<=[\w,;] )[A-ZÀ-ÖØ-Þ][\w’-]*(?: [A-ZÀ-ÖØ-Þ][\w’-]*)+")
SHORT = 4  #: letters up to which a word of an English headline may be small ("of", "with")
#: One of those that may not: said here once more for its speed.
LONG_SMALL = re.compile(rf"(?<![\w’'-])[a-zß-öø-ÿ][\w’'-]{{{SHORT},}}")
SCALED = re.compile(r"[bmt](?<=\d.)n\b")  #: "$22.6bn": a number and a word of its own
ORDER = re.compile(r"ignore (?:all |any |the )?(?:previous|prior|above) instructions\W+(?:and )?(?:say|write|print)?\W*(.+)", re.I | re.S)
QUOTES = re.compile('["“”„«»‹›]\u00a0?')

#: What each fault makes of a good answer, given the source.
FAULTS: dict[str, Callable[[str, str], str]] = {
    "": lambda answer, source: answer,
    "slow": lambda answer, source: answer,
    "copy": lambda answer, source: source,
    "empty": lambda answer, source: "",
    "short": lambda answer, source: answer[: len(answer) // 3],
    "loop": lambda answer, source: answer + " " + " ".join(answer.split()[-3:] * 6),
    "drop-quotes": lambda answer, source: QUOTES.sub("", answer),
    "numbers": lambda answer, source: re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), answer),
    "escape": lambda answer, source: answer.replace("'", "&#39;").replace("’", "&#39;").replace('"', "&quot;"),
    "chatter": lambda answer, source: f"Sure! Here is the translation: {answer}",
    "refusal": lambda answer, source: "I'm sorry, but I can't help with that.",
    "lose-markers": lambda answer, source: re.sub("[\ue100-\ue3ff]", "", answer),
    "invent-link": lambda answer, source: f"{answer} https://invented.example/",
    "gullible": lambda answer, source: found[1] if (found := ORDER.search(source)) else answer,
}
ERRORS: dict[str, type[EngineError]] = {"fail": EngineError, "die": EngineDied, "quota": QuotaError}


class Echo:
    """Serves every pair (or those given as ``en-fr``). ``fault`` spoils every ``every``-th text of the process's life while
    ``context.retry`` is below ``until``; ``delay`` is in seconds a call."""

    kind = EngineKind.RULES
    markup = Markup.NATIVE

    def __init__(
        self,
        *,
        pairs: Sequence[str] = (),
        style: str = "words",
        fault: str = "",
        every: int = 1,
        until: int = 99,
        delay: float = 0.0,
        name: str = "echo",
    ) -> None:
        if fault not in FAULTS and fault not in ERRORS:
            raise EngineError(name, f"no fault {fault!r}; known: {', '.join(filter(None, (*FAULTS, *ERRORS)))}")
        self.id = f"{name} 1"
        self.pairs = frozenset(Pair(*p.split("-")) for p in pairs) or frozenset(Pair(a, b) for a in LEXICON for b in LEXICON if a != b)
        self._style, self._fault, self._every, self._until = style, fault, every, until
        self._delay = delay or (30.0 if fault == "slow" else 0.0)
        self._count = 0

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text. Raises PairError, and what ``fault`` asks for."""
        if pair not in self.pairs:
            raise PairError(self.id, "this pair is not served", pair=str(pair))
        if self._delay:
            time.sleep(self._delay)
        return [Hypothesis(text=self._one(text, pair, context), score=-0.1) for text in texts]

    def close(self) -> None:
        """Nothing to give back."""

    def _one(self, text: str, pair: Pair, context: Context) -> str:
        self._count += 1
        answer = f"{pair.target.upper()}: {text}" if self._style == "prefix" and text.strip() else self._said(text, pair)
        if self._count % self._every or context.retry >= self._until:
            return answer
        if self._fault in ERRORS:
            raise ERRORS[self._fault](self.id, f"asked to {self._fault}", pair=str(pair))
        return FAULTS[self._fault](answer, text)

    def _said(self, text: str, pair: Pair) -> str:
        if self._style != "words" or pair.target not in LEXICON:
            return text
        known, ways = _known(pair), _ways(pair)
        apart = SCALED.sub("\u00a0\\g<0>", text)
        is_name = _names(apart, pair.source)
        nouns = pair.source in tags.CAPITAL_NOUNS
        last = ""  # what was just said, in small letters

        def stand_in(match: re.Match[str]) -> str:
            nonlocal last
            word = match.group()
            if not word.islower() and is_name(match.start()):
                said = _known_word(word, known, True) or word
                last = said.casefold()
                return said
            usual, other, small = ways(word.lower() if nouns and match.start() else word)
            if small == last:
                last = other.casefold()
                return other
            last = small
            return usual

        return WORD.sub(stand_in, apart)


def _names(text: str, language: str) -> Callable[[int], object]:
    """Tells whether the word with a capital that begins at a place of the text is a name, or part of one."""
    if language in tags.CAPITAL_NOUNS:
        rows = [m.span() for m in ROW.finditer(text)]
        return lambda at: ACRONYM.match(text, at) or any(start <= at < end for start, end in rows)
    name = ACRONYM if language == "en" and is_headline(text) else NAME
    return lambda at: name.match(text, at)


def is_headline(text: str) -> bool:
    """Is this English set with a capital on every word that is not short, as headlines are? A few names in a row are none."""
    if LONG_SMALL.search(text):  # nearly every other sentence
        return False
    words = re.findall(r"[^\W\d_][\w’'-]*", text)
    small = [w for w in words if w[0].islower()]
    return len(words) > (3 if small else 5) and 2 * len(small) <= len(words) and all(len(w) <= SHORT for w in small)


@lru_cache(maxsize=256)
def _known(pair: Pair) -> Mapping[str, str]:
    """Numbers in words and months of one language, as the other says them."""
    mine, theirs = ({w: v for w, v in (words.cardinal | words.scale).items()} for words in map(words_of, (pair.source, pair.target)))
    say: dict[float, str] = {}
    for word, value in theirs.items():
        say[value] = max(say.get(value, ""), word, key=len)  # "millions", not "M"
    say.setdefault(1e9, f"{say[1e3]} {say[1e6]}" if 1e3 in say and 1e6 in say else "")
    numbers = {word: say[value] for word, value in mine.items() if say.get(value)}
    return numbers | dict(zip(_months(pair.source), _months(pair.target), strict=False))  # as written: "may" is no month in English


def _months(language: str) -> list[str]:
    """None where nobody has written down what the language calls them."""
    try:
        return [str(name) for _, name in sorted(get_month_names("wide", locale=language).items())]
    except UnknownLocaleError:
        return []


def _known_word(word: str, known: Mapping[str, str], name: bool) -> str:
    """What a number or a month is called, with the capital of a headline; "" where the word is neither."""
    found = known.get(word) or known.get(word.casefold(), "")
    return found[:1].upper() + found[1:] if word[0].isupper() and not name else found


@lru_cache(maxsize=256)
def _ways(pair: Pair) -> Callable[[str], tuple[str, str, str]]:
    """What is said for a word that is no name, what instead where the word just said was the third; a capital stays one."""
    known, words = _known(pair), LEXICON[pair.target].split()

    @lru_cache(maxsize=10_000)
    def ways(word: str) -> tuple[str, str, str]:
        if found := _known_word(word, known, False):
            return found, found, found
        number = zlib.crc32(word.casefold().encode())
        usual, other = words[number % len(words)], words[(number + 1) % len(words)]
        return (usual.capitalize(), other.capitalize(), usual) if word[:1].isupper() else (usual, other, usual)

    return ways
