"""The glossary: looked through, and changed after one has seen what would change.

A phrase is written into the first TOML file of ``glossaries`` in the configuration; where it stands there already its table is
replaced, everything else of the file stays as it is. The desk at work takes it up at once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from starlette.responses import Response

from babelwire import modes
from babelwire.errors import ConfigError, GlossaryError
from babelwire.glossary import Glossary, files, load
from babelwire.model import Pair, Role, Task, Term, replace
from babelwire.text import language
from babelwire.translate.again import Again, touched
from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

WHO = Role.ADMIN  #: who may change it
PLACE = f"{sheets.HOME}glossary/"
PAGE = 100
FIELDS = ("source", "target", "from", "to", "forms", "note")
LOOKED_AT = 1000  #: translations, newest first, in which a preview looks for a phrase
EXAMPLES = 12


def screen(visit: Visit) -> Response:
    """The phrases, by words and pair."""
    glossary, given = current(visit), {"words": visit.asked("words"), "pair": visit.asked("pair")}
    page = max(1, int(visit.asked("page"))) if visit.asked("page").isdecimal() else 1
    words = given["words"].casefold()
    found = [
        t
        for t in glossary.terms
        if given["pair"] in ("", str(t.pair)) and (words in t.source.casefold() or words in (t.target or "").casefold())
    ]
    pairs = sorted({str(t.pair) for t in glossary.terms})
    return visit.page(
        "glossary",
        "Glossary",
        terms=found[(page - 1) * PAGE : page * PAGE],
        more=len(found) > page * PAGE,
        page=page,
        total=len(glossary.terms),
        version=glossary.version,
        given=given,
        pairs=[(p, p) for p in pairs],
        file=str(path.name) if (path := file(visit)) else None,
    )


def preview(visit: Visit) -> Response:
    """What would change, before it does."""
    term = asked_term({name: visit.asked(name) for name in FIELDS})
    now = current(visit)
    before = next((t for t in now.terms if files.identity(t) == files.identity(term)), None)
    found = touched_by(visit, _with(now, term))
    return visit.page(
        "change",
        "What would change?",
        term=term,
        before=None if before is None else before.target or "it stays as it is",
        total=len(found),
        examples=list(islice(examples(found, term), EXAMPLES)),
        fields=[(name, visit.asked(name)) for name in FIELDS],
    )


def change(visit: Visit) -> Response:
    """Write the phrase, and ask for what it touches to be made again."""
    term, store = asked_term({name: visit.form.get(name, "").strip() for name in FIELDS}), visit.room.store
    book = _with(current(visit), term)
    keys = [(task.revision.article.key, task.language) for task, _ in touched_by(visit, book)] if visit.form.get("again") else []
    keep(visit, term)
    store.add_glossary(book.version, book.terms, visit.now)
    number = store.ask_again(keys, f"the glossary now says {term.source} = {term.target or term.source}", visit.now)
    return visit.done(PLACE, f"Saved; {sheets.many(number, 'translation')} will be made again.", words=term.source)


def keep(visit: Visit, term: Term) -> None:
    """Write the phrase into the file, and into the log."""
    place = file(visit)
    if place is None:
        raise Refused("no glossary file is configured: name one under `glossaries`")
    save(place, with_term(read(place), term))
    visit.note("glossary", f"{term.source} ({term.pair})", term.target if term.target is not None else "stays as it is")


def asked_for(visit: Visit, pair: Pair) -> Term | None:
    """The phrase that was given with a correction, if one was."""
    source, target = visit.form.get("term_source", "").strip(), visit.form.get("term_target", "").strip()
    if not source:
        return None
    if not visit.person.role.may(WHO):
        raise Refused(f"the glossary needs the role {WHO}", 403)
    return asked_term({"source": source, "target": target, "from": language.base(pair.source), "to": language.base(pair.target)})


def current(visit: Visit) -> Glossary:
    """As the files say now. Raises GlossaryError."""
    return load(visit.room.config().glossaries)


def file(visit: Visit) -> Path | None:
    """The file that new phrases go to."""
    return next((p for p in visit.room.config().glossaries if p.suffix == ".toml"), None)


def with_term(text: str, term: Term) -> str:
    """The file with this phrase in it, in place of what it says of it now."""
    rows = tomllib.loads(text).get("term", [])
    starts = [m.start() for m in re.finditer(r"^\[\[term\]\][ \t]*$", text, re.MULTILINE)]
    same = [n for n, row in enumerate(rows) if key(row) == files.identity(term)]
    if same and len(starts) == len(rows):
        start = starts[same[-1]]
        end = starts[same[-1] + 1] if same[-1] + 1 < len(starts) else len(text)
        return text[:start] + files.to_toml([term]) + ("\n" if end < len(text) else "") + text[end:]
    return f"{text.rstrip()}\n\n{files.to_toml([term])}".lstrip()


# ---------------------------------------------------------------------------------------------- the small steps


def asked_term(given: Mapping[str, str]) -> Term:
    source, target = given.get("source", ""), given.get("target", "")
    pair = Pair(given.get("from") or "*", given.get("to") or "*")
    if not re.search(r"\w", source):
        raise Refused("the phrase of the original is missing", 422)
    for tag in (pair.source, pair.target):
        if not re.fullmatch(r"\*|[a-z]{2,3}", tag):
            raise Refused(f"{tag!r} is not a language (like fr), nor * for all", 422)
    forms = tuple(f.strip() for f in given.get("forms", "").split(",") if f.strip())
    return Term(source=source, target=target or None, pair=pair, forms=forms, note=given.get("note", ""))


def _with(glossary: Glossary, term: Term) -> Glossary:
    """The glossary as it would be."""
    others = tuple(t for t in glossary.terms if files.identity(t) != files.identity(term))
    return Glossary((*others, term))


def touched_by(visit: Visit, book: Glossary) -> list[tuple[Task, list[Again]]]:
    """The newest translations that this glossary would have made again, by the ladder's own rules."""
    store = visit.room.store
    tasks = islice(map(modes.narrowed, store.made_tasks()), LOOKED_AT)
    versions = {version: terms for version, _, terms in store.glossaries()}
    return list(touched(replace(visit.room.desk.translator, glossary=book), tasks, versions))


def examples(found: Iterable[tuple[Task, list[Again]]], term: Term) -> Iterator[dict[str, str]]:
    """Sentences with the phrase, and how they are rendered now."""
    for task, sentences in found:
        made = task.previous
        for one in sentences:
            if made is not None and term.source in one.terms:
                said = next((p.renderings[one.number - 1].target.text for p in made.passages if p.place == one.place), "")
                told = {"key": one.key, "language": one.language, "headline": made.headline, "source": one.sentence, "target": said}
                yield {**told, "from": made.pair.source}


def key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return str(row.get("source", "")).casefold(), str(row.get("from", "*")), str(row.get("to", "*"))


def read(place: Path) -> str:
    """What the file says. Raises ConfigError: it cannot be read."""
    try:
        return place.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error


def save(place: Path, text: str) -> None:
    """Whole or not at all, and only what can be read again. Raises GlossaryError, ConfigError."""
    part = place.with_name(f".{place.stem}.part.toml")
    try:
        part.write_text(text, encoding="utf-8")
        load([part])
        part.replace(place)
    except GlossaryError:
        part.unlink()
        raise
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error
