"""The glossary's wording put where an engine said something else: in the number of the source, behind the words in front of
it, with the elisions and articles that the languages of the demonstration want. Rules as data; where they know nothing,
nothing is changed.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Sequence

from babelwire.glossary.words import base, words
from babelwire.model import Inline, Span, SpanKind, Term, replace

#: Articles, prepositions and the like, which an engine carries inside a term's mark: "[de l'éclat]".
FUNCTION = {
    "ca": "a al als amb aquest aquesta aquests aquestes d de del dels el els en l la les per pel pels un una unes uns",
    "en": "a an at by for from in of on the to with",
    "es": "a al con de del el en esta estas este estos la las los para por su sus un una unas unos",
    "fr": "à au aux avec ce ces cet cette d dans de des du en l la le les leur leurs par pour sa ses son sur un une",
    "gl": "a á ao aos as ás com con d da das de do dos en na nas no nos o os para polo por un unha",
    "it": "a ai al alla alle allo d da dal dalla degli dei del della delle dello di gli i il in l la le lo nei nel nella per un una uno",
    "oc": "a al amb als d de del dels dins en l la las lo los per un una",
    "pt": "a à ao aos as às com da das de do dos em na nas no nos o os para pela pelo por um uma umas uns",
}
_FUNCTION = {language: frozenset(listed.split()) for language, listed in FUNCTION.items()}
#: Languages that say a plural at the end of each word of a noun phrase, the noun coming first.
ROMANCE = frozenset({"ca", "es", "fr", "gl", "it", "oc", "pt"})
#: (the end of a word, the end of its plural), the first that fits.
PLURAL = {
    "ca": ((r"a$", "es"), (r"([sxç])$", r"\1os"), (r"([àéèíòóú])$", r"\1ns"), (r"$", "s")),
    "es": ((r"z$", "ces"), (r"([sx])$", r"\1"), (r"ión$", "iones"), (r"([aeiouáéó])$", r"\1s"), (r"$", "es")),
    "fr": ((r"([sxz])$", r"\1"), (r"(bleu|pneu|landau)$", r"\1s"), (r"al$", "aux"), (r"(eau|au|eu)$", r"\1x"), (r"$", "s")),
    "gl": ((r"z$", "ces"), (r"([sx])$", r"\1"), (r"$", "s")),
    "it": ((r"([àèìòù])$", r"\1"), (r"a$", "e"), (r"[oe]$", "i")),
    "pt": ((r"ão$", "ões"), (r"m$", "ns"), (r"([aeou])l$", r"\1is"), (r"([rz])$", r"\1es"), (r"([sx])$", r"\1"), (r"$", "s")),
}
#: Words after which a noun phrase is not inflected any more: "postes d'observation".
AFTER = frozenset({"à", "au", "aux", "a", "al", "con", "d", "da", "de", "del", "des", "di", "do", "du", "en", "para", "per", "por", "pour"})

STAY = (SpanKind.LINK, SpanKind.STRONG, SpanKind.EMPHASIS)
VOWEL = re.compile(r"[aeiouàâäéèêëîïôöûüh]", re.IGNORECASE)
#: French words in h before which nothing is elided, by how they begin.
ASPIRATED = (
    "haine",
    "halte",
    "hand",
    "hang",
    "haras",
    "hard",
    "harc",
    "haricot",
    "hausse",
    "haut",
    "héros",
    "hiér",
    "holland",
    "hong",
    "hors",
)
_FEMININE, _MASCULINE = (
    r"(?:tion|sion|[^a]ité|ée|ie|ance|ence|ure|ette|ade|ude|esse|rice|euse)$",
    r"(?:ment|age|isme|eau|al|et|ier|oir|us|if|ent|er|oc|ac)$",
)
UNLIKE = frozenset({"comité", "génie", "incendie", "lycée", "musée", "silence", "trophée"})  #: masculine, whatever their ends
#: French (pattern in front of the wording, before a vowel, masculine, feminine). ``None``: as it is.
FRENCH = (
    (r"\b(?:de la |de l['’]|du )$", "de l’", "du ", "de la "),
    (r"\b(?:à la |à l['’]|au )$", "à l’", "au ", "à la "),
    (r"\b(?:le |la |l['’])$", "l’", "le ", "la "),
    (r"\b(?:un |une )$", None, "un ", "une "),
    (r"\b(?:cette |cet |ce )$", None, "ce ", "cette "),
    (r"\b(?:de |d['’])$", "d’", "de ", "de "),
    (r"\b(?:que |qu['’])$", "qu’", "que ", "que "),
)  # fmt: skip


def put(target: Inline, mark: Span, term: Term, source: str, language: str) -> Inline:
    """``target`` with the term's wording in place of what is marked; ``source`` are the words of the source that it renders."""
    said = target.text[mark.start : mark.end]
    start = mark.start + _in_front(said, term, language)
    wording = chosen(term, source, target.text[start : mark.end], language)
    if said[:1].isupper() and start == mark.start and target.text[: mark.start].strip(" «“\"'") == "":
        wording = wording[:1].upper() + wording[1:]
    target = _instead(target, start, mark.end, wording)
    return _after_articles(target, start, wording) if base(language) == "fr" else target


def _instead(target: Inline, start: int, end: int, wording: str) -> Inline:
    """Other words at a place; a link or emphasis on some of the words is now on all of them."""
    some = [s for s in target.spans if s.kind in STAY and start <= s.start and s.end <= end and (s.start, s.end) != (start, end)]
    new = target.replaced(start, end, wording)
    kinds = {s.kind: replace(s, start=start, end=start + len(wording)) for s in reversed(some)}
    return Inline(new.text, tuple(sorted((*new.spans, *kinds.values()), key=lambda s: (s.start, -s.end))))


def chosen(term: Term, source: str, said: str, language: str) -> str:
    """Of the accepted forms the one in the number of the source that is most like what the engine said; the first of equals."""
    assert term.target is not None
    forms = [term.target, *term.forms]
    if base(language) not in ROMANCE:
        return max(forms, key=lambda f: _like(f, said))
    many = _many(source) and not _many(term.source)
    right = [f for f in forms if _plural(f) == (many or (_many(source) and _plural(term.target)))]
    if many and not right and not _plural(term.target):
        return pluralised(term.target, language)
    return max(right or forms, key=lambda f: _like(f, said))


def pluralised(phrase: str, language: str) -> str:
    """The plural of a noun phrase: of its words up to the first preposition; names in capitals stay."""
    rules = PLURAL.get(base(language), ())
    out, at = [], 0
    for word in words(phrase):
        if word.text.lower() in AFTER:
            break
        out.append(phrase[at : word.start] + _pluralised(word.text, rules))
        at = word.end
    return "".join(out) + phrase[at:]


def _pluralised(word: str, rules: Sequence[tuple[str, str]]) -> str:
    if word.isupper() or word.isdigit():
        return word
    for end, plural in rules:
        if re.search(end, word):
            return re.sub(end, plural, word, count=1)
    return word


def _like(form: str, said: str) -> float:
    return round(difflib.SequenceMatcher(a=form.casefold(), b=said.casefold(), autojunk=False).ratio(), 2)


def _many(phrase: str) -> bool:
    """Is an English or Romance phrase a plural? By its last word, or a Romance one by its first."""
    last = phrase.split()[-1].casefold() if phrase.split() else ""
    return last.endswith("s") and not last.endswith(("ss", "us", "is")) and len(last) > 3


def _plural(form: str) -> bool:
    first = next((w.text for w in words(form)), "")
    return len(first) > 3 and first.endswith(("s", "x")) and not first.endswith(("us", "is"))


def _in_front(said: str, term: Term, language: str) -> int:
    """Where the term itself begins in what is marked: behind articles and prepositions that it does not have itself."""
    listed = _FUNCTION.get(base(language), frozenset())
    own = {w.text.casefold() for w in words(term.target or "")[:1]}
    found = words(said)
    at = 0
    for word, after in itertools.pairwise(found):
        if word.text.casefold() not in listed or word.text.casefold() in own:
            break
        at = after.start
    return at


def _after_articles(target: Inline, start: int, wording: str) -> Inline:
    """French: elision, contraction and gender of what stands right in front of the wording."""
    vowel = VOWEL.match(wording) is not None and not wording.casefold().startswith(ASPIRATED)
    first = next((w.text.casefold() for w in words(wording)), "")
    for pattern, elided, masculine, feminine in FRENCH:
        front = re.search(pattern, target.text[max(0, start - 8) : start], re.IGNORECASE)
        if front is None:
            continue
        wanted = elided if vowel and elided else _by_gender(first, masculine, feminine)
        if wanted is None and not vowel and front[0][-1] in "'’":
            wanted = masculine  # nothing is elided here, whatever it is
        if wanted is None or _same(front[0], wanted):
            return target
        wanted = wanted[:1].upper() + wanted[1:] if front[0][:1].isupper() else wanted
        return target.replaced(start - len(front[0]), start, wanted)
    return target


def _by_gender(word: str, masculine: str, feminine: str) -> str | None:
    if masculine == feminine or word in UNLIKE:
        return masculine
    return feminine if re.search(_FEMININE, word) else masculine if re.search(_MASCULINE, word) else None


def _same(one: str, two: str) -> bool:
    return one.casefold().replace("'", "’") == two.casefold().replace("'", "’")
