"""What a change of the glossary would have translated again: said before it is made, by the ladder's own rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from babelwire import glossary
from babelwire.glossary import Glossary
from babelwire.model import Pair, Task, Term, Translation
from babelwire.text import language
from babelwire.translate import Translator

Versions = Mapping[str, tuple[Term, ...]]  #: terms by the glossary's version


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A stored sentence that would be translated again."""

    key: str  #: the article's
    headline: str
    language: str  #: the edition's
    place: str
    number: int  #: of the sentence in its place, from 1
    sentence: str
    terms: tuple[str, ...]  #: source phrases whose entries have changed; none: it failed a check before, and is tried again
    asked: bool  #: of an engine; else the memory has it from a time when the glossary said the same


def touched(translator: Translator, tasks: Iterable[Task], versions: Versions) -> Iterator[tuple[Task, list[Again]]]:
    """Of stored translations those that use a term whose entry has changed since they were made, each with its sentences.

    ``translator`` has the glossary that is to come. Raises PairError, EngineError.
    """
    before = {"": Glossary(), **{version: Glossary(terms) for version, terms in versions.items()}}
    new = translator.glossary
    changed = {version: Glossary(tuple(set(old.terms) ^ set(new.terms))) for version, old in before.items()}
    for task in tasks:
        made = task.previous
        if made is None or not made.engine or made.glossary == new.version or not _speaks_of(changed.get(made.glossary, new), made):
            continue
        sentences = list(_sentences(translator, task, before.get(made.glossary)))
        if any(s.terms for s in sentences):
            yield task, sentences


def _speaks_of(changed: Glossary, made: Translation) -> bool:
    """Does any of the entries stand in the article? Told from what is stored, without going through the ladder."""
    pair = Pair(language.base(made.pair.source), language.base(made.pair.target))
    return any(changed.find(r.source.text, pair) for p in made.passages for r in p.renderings)


def _sentences(translator: Translator, task: Task, before: Glossary | None) -> Iterator[Again]:
    article = task.revision.article
    pair = Pair(language.base(article.language), language.base(task.language))
    counted: dict[str, int] = {}
    for unit, asked in translator.asks(task):
        number = counted[unit.place] = counted.get(unit.place, 0) + 1
        if before is None:  # nobody knows what that version said: what is in the memory was made with the same terms
            changed = tuple(sorted(t.source for t in unit.terms)) if asked else ()
        else:
            changed = _changed((f.term for f in before.find(unit.segment.text, pair)), unit.terms)
        changed = () if unit.done else changed
        if changed or asked:
            yield Again(
                key=article.key, headline=article.headline, language=task.language, place=unit.place, number=number,
                sentence=unit.segment.text, terms=changed, asked=asked,
            )  # fmt: skip


def _changed(old: Iterable[Term], new: Iterable[Term]) -> tuple[str, ...]:
    """Source phrases that were, or are now, rendered in another way."""
    was, now = ({t.source: glossary.signature([t]) for t in terms} for terms in (old, new))
    return tuple(sorted(s for s in was.keys() | now.keys() if was.get(s) != now.get(s)))
