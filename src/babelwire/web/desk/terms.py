"""The glossary: looked through, and changed after one has seen what would change.

A phrase is written into the first TOML file of ``glossaries`` in the configuration; where it stands there already its table is
replaced, everything else of the file stays as it is. The desk at work takes it up at once.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from starlette.responses import Response

from babelwire.errors import ConfigError, GlossaryError
from babelwire.glossary import Glossary, accepted, load
from babelwire.model import Pair, Role, Term, Translation
from babelwire.text import language
from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

WHO = Role.ADMIN  #: who may change it
PLACE = f"{sheets.HOME}glossary/"
PAGE = 100
FIELDS = ("source", "target", "from", "to", "forms", "note")
LOOKED_AT = 3000  #: translations, newest first, in which a preview looks for a phrase
EXAMPLES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A sentence that a change would touch."""

    key: str
    language: str
    headline: str
    source: str
    target: str


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
    term = _term({name: visit.asked(name) for name in FIELDS})
    before = _before(current(visit), term)
    touched = list(islice(_touched(visit, term), LOOKED_AT))
    return visit.page(
        "change",
        "What would change?",
        term=term,
        before=None if before is None else before.target or "it stays as it is",
        total=len({(e.key, e.language) for e in touched}),
        examples=[{"from": term.pair.source.replace("*", ""), **_plain(e)} for e in touched[:EXAMPLES]],
        shown_of=len(touched),
        fields=[(name, visit.asked(name)) for name in FIELDS],
    )


def change(visit: Visit) -> Response:
    """Write the phrase, and ask for what it touches to be made again."""
    term = _term({name: visit.form.get(name, "").strip() for name in FIELDS})
    touched = list(dict.fromkeys((e.key, e.language) for e in islice(_touched(visit, term), LOOKED_AT)))
    keep(visit, term)
    number = (
        visit.room.store.ask_again(touched, f"the glossary now says {term.source} = {term.target}", visit.now)
        if visit.form.get("again")
        else 0
    )
    return visit.done(PLACE, f"Saved; {sheets.many(number, 'translation')} will be made again.", words=term.source)


def keep(visit: Visit, term: Term) -> None:
    """Write the phrase into the file, and into the log."""
    place = file(visit)
    if place is None:
        raise Refused("no glossary file is configured: name one under `glossaries`")
    try:
        text = place.read_text(encoding="utf-8") if place.exists() else ""
        _save(place, with_term(text, term))
    except OSError as error:
        raise ConfigError(f"{place}: {error.strerror}") from error
    visit.note("glossary", f"{term.source} ({term.pair})", term.target if term.target is not None else "stays as it is")


def asked_for(visit: Visit, pair: Pair) -> Term | None:
    """The phrase that was given with a correction, if one was."""
    source, target = visit.form.get("term_source", "").strip(), visit.form.get("term_target", "").strip()
    if not source:
        return None
    if not visit.person.role.may(WHO):
        raise Refused(f"the glossary needs the role {WHO}", 403)
    return _term({"source": source, "target": target, "from": language.base(pair.source), "to": language.base(pair.target)})


def current(visit: Visit) -> Glossary:
    """As the files say now. Raises GlossaryError."""
    return load(p for p in visit.room.config().glossaries if p.exists())


def file(visit: Visit) -> Path | None:
    """The file that new phrases go to."""
    return next((p for p in visit.room.config().glossaries if p.suffix == ".toml"), None)


def with_term(text: str, term: Term) -> str:
    """The file with this phrase in it, in place of what it says of it now."""
    rows = tomllib.loads(text).get("term", [])
    starts = [m.start() for m in re.finditer(r"^\[\[term\]\][ \t]*$", text, re.MULTILINE)]
    same = [n for n, row in enumerate(rows) if _key(row) == (term.source.casefold(), term.pair.source, term.pair.target)]
    if same and len(starts) == len(rows):
        start = starts[same[-1]]
        end = starts[same[-1] + 1] if same[-1] + 1 < len(starts) else len(text)
        return text[:start] + _table(term) + ("\n" if end < len(text) else "") + text[end:]
    return f"{text.rstrip()}\n\n{_table(term)}".lstrip()


# ---------------------------------------------------------------------------------------------- the small steps


def _term(given: Mapping[str, str]) -> Term:
    source, target = given.get("source", ""), given.get("target", "")
    pair = Pair(given.get("from") or "*", given.get("to") or "*")
    if not re.search(r"\w", source):
        raise Refused("the phrase of the original is missing", 422)
    for tag in (pair.source, pair.target):
        if not re.fullmatch(r"\*|[a-z]{2,3}", tag):
            raise Refused(f"{tag!r} is not a language (like fr), nor * for all", 422)
    forms = tuple(f.strip() for f in given.get("forms", "").split(",") if f.strip())
    return Term(source=source, target=target or None, pair=pair, forms=forms, note=given.get("note", ""))


def _before(glossary: Glossary, term: Term) -> Term | None:
    same = (t for t in glossary.terms if (t.source.casefold(), t.pair) == (term.source.casefold(), term.pair))
    return next(same, None)


def _touched(visit: Visit, term: Term) -> Iterator[Example]:
    """Sentences in which the phrase stands and is rendered otherwise; a person's own wording stays."""
    alone = Glossary((term,))
    for task in islice(visit.room.store.made_tasks(), LOOKED_AT):
        if task.previous is not None:
            yield from _in_one(task.previous, alone, term, task.language)


def _in_one(made: Translation, alone: Glossary, term: Term, edition: str) -> Iterator[Example]:
    base = Pair(language.base(made.pair.source), language.base(made.pair.target))
    for passage in made.passages:
        for r in passage.renderings:
            if alone.find(r.source.text, base) and not accepted(term, r.target.text, base.target) and r.engine:
                yield Example(key=made.key, language=edition, headline=made.headline, source=r.source.text, target=r.target.text)


def _plain(example: Example) -> dict[str, str]:
    return {name: getattr(example, name) for name in ("key", "language", "headline", "source", "target")}


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return str(row.get("source", "")).casefold(), str(row.get("from", "*")), str(row.get("to", "*"))


def _table(term: Term) -> str:
    told: dict[str, object] = {"source": term.source, "target": term.target, "from": term.pair.source, "to": term.pair.target}
    told |= {"forms": list(term.forms), "note": term.note}
    lines = [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in told.items() if v not in (None, [], "", "*")]
    return "\n".join(["[[term]]", *lines]) + "\n"


def _save(place: Path, text: str) -> None:
    """Whole or not at all, and only what can be read again."""
    part = place.with_name(f".{place.stem}.part.toml")
    part.write_text(text, encoding="utf-8")
    try:
        load([part])
    except GlossaryError:
        part.unlink()
        raise
    part.replace(place)
