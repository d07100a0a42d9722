"""Sentences that give orders to a language model are not shown to one.

A model that obeys an article can put words into every sentence of the same request, as long, as fluent and as plausible as a
translation, and no check of one sentence can tell. So a passage with such an order in it never reaches an engine that could
obey: another kind of engine translates the article, or the passage stands in the original. The checks are there for orders that
are worded so that this does not know them. (Of 115,944 lines of news in 64 languages, NTREX, none is taken for an order.)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from babelwire.model import EngineKind, Issue, Origin, Rendering, Severity, replace
from babelwire.translate.sentence import Unit

#: "Ignore" as an order, "previous" (or "all") and "instructions" by language, as whole words (``*``: any ending).
WORDS = (
    (
        "ignore|disregard|forget|override|bypass|skip",
        "previous|prior|earlier|preceding|above|before|all|any|your|system",
        "instruction*|prompt*|orders|rules|directions|commands",
    ),
    ("ignore|ignorez|oublie|oubliez", "precedent*|anterieur*|dessus|toutes|tous|vos|tes", "instruction*|consigne*|ordres|regles|invite"),
    ("ignora|ignore|ignorad|ignoren|olvida|olvide", "anterior*|previ*|todas|tus|sus", "instruccion*|ordenes|indicacion*|reglas"),
    ("ignoriere|ignorieren|vergiss|vergessen", "vorherig*|vorig*|obig*|bisherig*|alle|deine", "anweisung*|instruktion*|befehle|regeln"),
    ("ignora|ignorate|ignori|dimentica|dimenticate", "precedent*|sopra|tutte|tutti|tue|sue", "istruzion*|ordini|regole"),
    ("ignore|ignora|ignorem|esqueca|esquece", "anterior*|previ*|acima|todas|suas", "instruc*|ordens|regras|comandos"),
    ("ignora|ignoreu|oblida|oblideu", "anterior*|previ*|precedent*|totes|teves", "instruccion*|ordres|regles"),
    ("игнорируи*|проигнорируи*|забудь*", "предыдущ*|прежн*|предшеств*|все", "инструкц*|указани*|команды|правила"),
    ("ігноруи*|проігноруи*|забудь*", "попередн*|усі|всі", "інструкц*|вказівк*|команди|правила"),
    ("تجاهل|انس|تجاهلوا", "السابقة|السابقه|جميع|كل", "التعليمات|الاوامر|تعليمات|اوامر"),
    ("忽略|无视|忘记|無視|忘記", "之前|以上|先前|前面|所有|上述", "指示|指令|提示|命令"),
)
NEAR = 40  #: letters between the first of the three words and the last, at most
#: What speaks to a model in its own signs, or by its office.
SIGNS = re.compile(
    r"<\|\w+\|>|\[/?inst\]|<</?sys>>|###\s*(?:instruction|system)|\b(?:system|developer) (?:prompt|message)\b|\bas an ai\b"
    r"|\byou are (?:now )?(?:an? )?(?:ai|chatgpt|gpt|llm|language model|assistant|translator|translation engine)\b"
)
NOTE = "the passage gives orders to a language model, so it was shown to none"


def withheld(units: Sequence[Unit], kind: EngineKind) -> Sequence[Unit]:
    """The units, those of a passage that gives orders done with already (in the original, and blocked), for an engine that could
    obey; any other engine gets them all."""
    if kind is not EngineKind.LLM:
        return units
    places = {u.place for u in units if gives_orders(u.segment.text)}
    return [replace(u, done=_original(u)) if u.place in places and u.done is None else u for u in units]


def gives_orders(text: str) -> bool:
    """Does a sentence speak to a model that translates it?"""
    plain = _plain(text)
    return SIGNS.search(plain) is not None or any(_together(plain, words) for words in _PATTERNS)


def _together(plain: str, words: Sequence[re.Pattern[str]]) -> bool:
    if not all(word.search(plain) for word in words):
        return False
    found = [[m.start() for m in word.finditer(plain)] for word in words]
    return any(max(a, b, c) - min(a, b, c) <= NEAR for a in found[0] for b in found[1] for c in found[2])


def _plain(text: str) -> str:
    """Small letters without accents and without what cannot be seen: hiding a word in it hides it from nobody here."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    seen = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf", "Co"))
    return " ".join(seen.split())


def _pattern(words: str) -> re.Pattern[str]:
    """Whole words; in scripts without spaces wherever they stand."""
    plain = _plain(words).replace("*", r"\w*")
    return re.compile(plain if "\u4e00" <= plain[0] <= "\u9fff" else rf"(?<!\w)(?:{plain})(?!\w)")


def _original(unit: Unit) -> Rendering:
    issue = Issue(kind="order", severity=Severity.MAJOR, note=NOTE, mqm="accuracy")
    return Rendering(source=unit.segment, target=unit.segment.inline, origin=Origin.ORIGINAL, issues=(issue,))


_PATTERNS = tuple(tuple(_pattern(stems) for stems in words) for words in WORDS)
