"""A phrase taken out of the glossary, after one has seen which sentences would be translated again."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from starlette.responses import Response

from babelwire.glossary import Glossary, files
from babelwire.model import Term
from babelwire.web.desk import sheets, terms
from babelwire.web.desk.visit import Refused, Visit

NAMED = ("source", "from", "to")  #: what tells one phrase from another


def preview(visit: Visit) -> Response:
    """What would change without it."""
    term, _, _ = _found(visit, visit.query)
    found = terms.touched_by(visit, _without(terms.current(visit), term))
    return visit.page(
        "removal",
        "What would change without it?",
        term=term,
        total=len(found),
        examples=list(islice(terms.examples(found, term), terms.EXAMPLES)),
        fields=[(name, visit.asked(name)) for name in NAMED],
    )


def remove(visit: Visit) -> Response:
    """Take it out of the file, and ask for what it touches to be made again."""
    term, place, text = _found(visit, visit.form)
    store, book = visit.room.store, _without(terms.current(visit), term)
    again = terms.touched_by(visit, book) if visit.form.get("again") else []
    terms.save(place, text)
    store.add_glossary(book.version, book.terms, visit.now)
    visit.note("glossary", f"{term.source} ({term.pair})", "removed")
    keys = [(task.revision.article.key, task.language) for task, _ in again]
    number = store.ask_again(keys, f"the glossary does not say {term.source} any more", visit.now)
    return visit.done(terms.PLACE, f"Removed; {sheets.many(number, 'translation')} will be made again.")


def without_term(text: str, term: Term) -> str:
    """The file without this phrase; as it was, where it does not have it, or not as a table of its own."""
    rows = tomllib.loads(text).get("term", [])
    starts = [m.start() for m in re.finditer(r"^\[\[term\]\][ \t]*$", text, re.MULTILINE)]
    if len(starts) != len(rows):
        return text
    ends = [*starts[1:], len(text)]
    gone = [span for row, *span in zip(rows, starts, ends, strict=True) if terms.key(row) == files.identity(term)]
    for start, end in reversed(gone):
        text = text[:start] + text[end:]
    return text


def _found(visit: Visit, given: Mapping[str, str]) -> tuple[Term, Path, str]:
    """The phrase, its file, and what the file says without it."""
    wanted = terms.asked_term({name: given.get(name, "").strip() for name in NAMED})
    term = next((t for t in terms.current(visit).terms if files.identity(t) == files.identity(wanted)), None)
    if term is None:
        raise Refused(f"{wanted.source} ({wanted.pair}) is not in the glossary", 404)
    place = terms.file(visit)
    text = terms.read(place) if place else ""
    if place is None or (without := without_term(text, term)) == text:
        where = place.name if place else "any file that the desk writes"
        raise Refused(f"{term.source} ({term.pair}) does not stand in {where}: take it out of its own file")
    return term, place, without


def _without(glossary: Glossary, term: Term) -> Glossary:
    return Glossary(tuple(t for t in glossary.terms if files.identity(t) != files.identity(term)))
