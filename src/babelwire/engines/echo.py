"""The fake engine that is shipped: no model, no process, the same answer every time. For tests, demos and measurements.

It says each small-letter word by a common word of the other language, so that names, numbers, marks and length come out as a
good translation's would and a language check sees the right language; the result means nothing. ``style = "prefix"`` gives
the text back behind ``FR:``. Faults can be asked for, to see that they are caught.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Sequence

from babelwire.errors import EngineDied, EngineError, PairError, QuotaError
from babelwire.model import Context, EngineKind, Hypothesis, Markup, Pair

#: Common words of each language, by which ``style = "words"`` says everything.
LEXICON = {
    "ar": "في من على إلى عن مع هذا التي كان بعد قال الذي بين كما حيث خلال الحكومة أيضا عندما اليوم المدينة السنة",
    "ca": "amb per els les una que més també aquest aquesta després quan molt segons sobre fins ciutat govern persones anys dia",
    "de": "der die das und nicht auch eine werden wurde nach über zwischen bereits jedoch während gegen durch mehr Jahr wieder",
    "en": "the and that with from this which have been were their there after would about while during because between people",
    "es": "con para los las una que más también este esta después cuando muy según sobre hasta ciudad gobierno personas años día",
    "fr": "avec pour les des une que plus aussi cette après quand très selon sur ville gouvernement personnes années jour travail",
    "gl": "con para os as unha que máis tamén este esta despois cando moi segundo sobre ata cidade goberno persoas anos día",
    "it": "con per gli le una che più anche questo questa dopo quando molto secondo sulla città governo persone anni giorno",
    "pt": "com para os as uma que mais também este esta depois quando muito segundo sobre até cidade governo pessoas anos dia",
    "ru": "и в не на что с как по это она этот был для после также когда очень только можно между город правительство люди годы",
}
WORD = re.compile(r"(?<![\w@#/.])[^\W\d_]{2,}(?![\w@/]|\.\w)")
#: A capital inside a sentence, one before another one, or nothing but capitals.
NAME = re.compile(r"(?<=.)[A-ZÀ-ÖØ-ÞА-Я]|[A-ZÀ-Þ]\w* [A-ZÀ-Þ]|[A-ZÀ-Þ]{2}", re.S)
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
        time.sleep(self._delay)
        return [Hypothesis(text=self._one(text, pair, context), score=-0.1) for text in texts]

    def close(self) -> None:
        """Nothing to give back."""

    def _one(self, text: str, pair: Pair, context: Context) -> str:
        self._count += 1
        answer = f"{pair.target.upper()}: {text}" if self._style == "prefix" and text.strip() else self._said(text, pair.target)
        if self._count % self._every or context.retry >= self._until:
            return answer
        if self._fault in ERRORS:
            raise ERRORS[self._fault](self.id, f"asked to {self._fault}", pair=str(pair))
        return FAULTS[self._fault](answer, text)

    def _said(self, text: str, language: str) -> str:
        words = LEXICON.get(language, "").split()
        if self._style != "words" or not words:
            return text
        said = ""

        def stand_in(match: re.Match[str]) -> str:
            nonlocal said
            said = _stand_in(match[0], bool(NAME.match(text, match.start())), words, said.casefold())
            return said

        return WORD.sub(stand_in, text)


def _stand_in(word: str, name: bool, words: Sequence[str], before: str) -> str:
    """What is said for a word: never the word just said; names stay; the first word of a sentence keeps its capital."""
    if name:
        return word
    number = zlib.crc32(word.casefold().encode())
    said = words[number % len(words)]
    said = words[(number + 1) % len(words)] if said == before else said
    return said.capitalize() if word[:1].isupper() else said
