"""One story and its translations: what happened to it, sentence by sentence, and all that a person may do about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from babelwire import budget, decide, modes
from babelwire.model import Case, Note, Origin, Pair, Rendering, Translation, TranslationState, Verdict, replace, short_hash
from babelwire.text import language
from babelwire.translate import person
from babelwire.web.desk import look, sheets, terms
from babelwire.web.desk.visit import Refused, Visit

OPEN = (TranslationState.HELD, TranslationState.READY, TranslationState.PUBLISHED, TranslationState.WAITING)
LATER = "Saved. It goes out with the next publication of this edition."
ORIGINS = {
    Origin.ENGINE: "by the engine",
    Origin.MEMORY: "from the memory",
    Origin.REPAIR: "by the engine, at a second try",
    Origin.ORIGINAL: "left in the original",
    Origin.COPY: "nothing to translate",
    Origin.HUMAN: "worded by a person",
}


# ---------------------------------------------------------------------------------------------- the story


def screen(visit: Visit) -> Response:
    """The story: where it stands in each edition, and its history."""
    found = _history(visit)
    entry, revisions = found["entry"], found["revisions"]
    last = revisions[-1] if revisions else {}
    item = {
        "key": found["key"],
        "state": found["state"],
        "failure": found["failure"],
        "headline": last.get("headline") or entry["title"],
        "language": last.get("language", ""),
        "source": entry["source"],
        "link": entry["link"],
        "published": entry["published"],
        "taken_down": found["taken_down_for_good"],
        "translations": [_line(t) for t in found["translations"]],
        "also": [link for link in found["told_also_by"] if link.startswith(("http://", "https://"))],
        "log": sorted([*found["log"], *_deeds(visit, found["key"])], key=lambda line: line["time"], reverse=True),
        "revisions": revisions,
        "cost": [c | {"money": c["micros"] / budget.MICROS} for c in found["cost"]],
        "currency": visit.room.desk.budget_rules.currency,
        "bugs": found["bugs"],
    }
    return visit.page("story", item["headline"], item=item)


def act(visit: Visit) -> Response:
    """Retry, read again, take down."""
    key, place, wanted = _history(visit)["key"], f"{sheets.HOME}story/{visit.at['key']}/", visit.given("act", "what to do")
    if wanted == "retry":
        number = visit.room.store.retry(key, visit.now)
        visit.note("retried", key, sheets.many(number, "item"))
        return visit.done(place, f"{sheets.many(number, 'item')} will be tried again.")
    if wanted == "read":
        if not visit.room.store.read_again(key, visit.now):
            raise Refused("its page is not read any more: it is gone, or was taken down")
        visit.note("read again", key)
        return visit.done(place, "Its page will be read again at once.")
    if wanted == "takedown":
        reason = visit.given("reason", "the reason")
        done = visit.room.desk.takedown(key, reason, visit.now)
        visit.note("took down", key, reason)
        return visit.done(place, f"Taken down; {sheets.many(done.items if done else 0, 'page')} brought out again.")
    raise Refused(f"{wanted!r} is nothing that can be done", 422)


def _history(visit: Visit) -> Mapping[str, Any]:
    found = visit.room.store.history(visit.at["key"])
    if found is None:
        raise Refused(f"{visit.at['key']}: no such story", 404)
    return found


def _deeds(visit: Visit, key: str) -> list[dict[str, str]]:
    """What people did to it, in the shape of its log."""
    deeds = visit.room.store.deeds(subject=key)
    return [{"time": d.when.isoformat(), "what": f"{d.who} {d.what}", "language": "", "text": d.text} for d in deeds]


def _line(made: Mapping[str, Any]) -> dict[str, object]:
    headline = " ".join(s["target"] for s in made["sentences"] if s["place"] == "headline")
    told = {k: made[k] for k in ("language", "state", "verdict", "engine")}
    return {**told, "headline": headline, "reason": made["failure"] or made["reason"] or ""}


# ---------------------------------------------------------------------------------------------- a translation


def translation(visit: Visit) -> Response:
    """Original beside translation, sentence by sentence, with what the checks said."""
    case = _case(visit)
    made = case.translation
    base = Pair(language.base(made.pair.source), language.base(made.pair.target))
    return visit.page(
        "translation",
        made.headline,
        key=made.key,
        language=case.task.language,
        source=made.pair.source,
        state=case.state,
        open=case.state in OPEN,
        page=visit.room.desk.site.url(case.path) if case.on_site and case.path else None,
        made=_facts(made),
        counts=_counts(made),
        engines=[e for e in look.ladder(visit, base) if e != made.engine],
        sentences=[_sentence(p.place, n, r) for p in made.passages for n, r in enumerate(p.renderings)],
    )


def decide_on(visit: Visit) -> Response:
    """Publish anyway, hold, translate again, or with another engine."""
    case, wanted = _case(visit), visit.given("act", "what to do")
    if case.state not in OPEN:
        raise Refused("it was withdrawn; nothing can be done about its translation any more")
    acts = {"publish": _publish, "hold": _hold, "again": _again, "other": _other}
    if wanted not in acts:
        raise Refused(f"{wanted!r} is nothing that can be done", 422)
    said = acts[wanted](visit, case)
    return visit.done(_place(case), said)


def _publish(visit: Visit, case: Case) -> str:
    reason = visit.given("reason", "the reason")
    made = person.publish(case.translation, f"published by a person: {reason}", visit.now)
    out = _settle(visit, case, made, None)
    visit.note("published", made.key, f"{case.task.language}: {reason}")
    return "Published." if out else LATER


def _hold(visit: Visit, case: Case) -> str:
    reason = visit.given("reason", "the reason")
    _settle(visit, case, person.hold(case.translation, f"held by a person: {reason}"), None)
    visit.note("held", case.translation.key, f"{case.task.language}: {reason}")
    return "Held: it is not on the site."


def _again(visit: Visit, case: Case) -> str:
    visit.room.store.ask_again([(case.translation.key, case.task.language)], f"asked for by {visit.person.name}", visit.now)
    visit.note("asked again", case.translation.key, case.task.language)
    return "It will be translated again."


def _other(visit: Visit, case: Case) -> str:
    """At once, by the engine that was named: its answer is there when the page is."""
    name = visit.given("engine", "the engine")
    base = Pair(language.base(case.translation.pair.source), language.base(case.translation.pair.target))
    chosen = [e for e in visit.room.desk.translator.ladder(base) if e.id == name]
    if not chosen:
        raise Refused(f"no engine {name!r} serves {base}")
    made = replace(visit.room.desk.translator, ladder=lambda pair: chosen).translate(case.task, visit.now)
    _settle(visit, case, modes.reviewed(made, case.task), None)
    visit.note("other engine", made.key, f"{case.task.language}: {name}")
    return f"Translated by {name}: verdict {made.verdict}."


def _settle(visit: Visit, case: Case, made: Translation, note: Note | None) -> bool:
    """Keep it, and bring out at once what it changes. Returns whether it is on the site now: quiet hours and a full disk keep it."""
    desk = visit.room.desk
    if not visit.room.store.amend(made, card=desk.card(case.task, made, visit.now), note=note, now=visit.now):
        raise Refused("it was withdrawn meanwhile")
    for _ in range(3):  # pages that name it come out again in the rounds after
        if not desk.publish(case.task.language, visit.now).items:
            break
    after = visit.room.store.publication(made.key, case.task.language)
    return after is not None and not after.news and not after.withdrawn


# ---------------------------------------------------------------------------------------------- a sentence


def sentence(visit: Visit) -> Response:
    """The form for another wording."""
    case, rendering = _rendering(visit)
    return _form(visit, case, rendering, rendering.target.text)


def correct(visit: Visit) -> Response:
    """Put a person's wording in: looked over by the checks, remembered, on the site at once."""
    case, before = _rendering(visit)
    place, number = visit.at["place"].replace("-", ":"), int(visit.at["number"])
    if visit.form.get("stamp") != _stamp(before):
        raise Refused("somebody has changed this sentence since you opened it: go back and look again")
    text = re.sub(r"[ \t\n]+", " ", visit.given("text", "the wording"))  # spaces that do not break stay what they are
    desk = visit.room.desk
    worded = person.word(before, text, case.translation.pair, desk.translator.glossary)
    term = terms.asked_for(visit, case.translation.pair)
    if worded.objections and visit.form.get("sure") != "yes":
        return _form(visit, case, before, text, worded.objections, 422)
    hold = modes.REVIEW + case.task.assignment.hold if case.task.assignment.hold and not case.on_site else ""
    made = person.put(case.translation, place, number, worded.rendering, _bar(visit, case.translation), hold, visit.now)
    note = Note(when=visit.now, kind="wording", text=place) if case.on_site else None
    out = _settle(visit, case, made, note)
    visit.room.store.remember({worded.key: worded.memo}, visit.now)
    visit.note("corrected", made.key, f"{case.task.language} {place}: {before.target.text} → {worded.rendering.target.text}")
    if term is not None:
        terms.keep(visit, term)
    return visit.done(_place(case), "Saved." if made.verdict is Verdict.HOLD else "Saved, and on the site." if out else LATER)


def _form(visit: Visit, case: Case, rendering: Rendering, text: str, objections: tuple[str, ...] = (), status: int = 200) -> Response:
    return visit.page(
        "sentence",
        "Correct a sentence",
        status,
        key=case.translation.key,
        language=case.task.language,
        source=case.translation.pair.source,
        original=rendering.source.text,
        text=text,
        stamp=_stamp(rendering),
        objections=objections,
        issues=[i for i in rendering.issues if i.severity.blocking],
        glossary=terms.file(visit) is not None and visit.person.role.may(terms.WHO),
        term_source=visit.form.get("term_source", ""),
        term_target=visit.form.get("term_target", ""),
    )


def _bar(visit: Visit, made: Translation) -> decide.Bar:
    base = Pair(language.base(made.pair.source), language.base(made.pair.target))
    translator = visit.room.desk.translator
    return translator.bar(base, translator.quality(made.engine, base))


# ---------------------------------------------------------------------------------------------- the small steps


def _case(visit: Visit) -> Case:
    found = visit.room.store.case(visit.at["key"], visit.at["language"])
    if found is None:
        raise Refused("there is no such translation yet", 404)
    return found


def _rendering(visit: Visit) -> tuple[Case, Rendering]:
    case, place = _case(visit), visit.at["place"].replace("-", ":")
    passage = next((p for p in case.translation.passages if p.place == place), None)
    number = int(visit.at["number"])
    if passage is None or number >= len(passage.renderings):
        raise Refused("there is no such sentence", 404)
    if passage.renderings[number].origin is Origin.COPY:
        raise Refused("these are the source's own words: nobody but the source corrects them")
    return case, passage.renderings[number]


def _place(case: Case) -> str:
    return f"{sheets.HOME}story/{case.translation.key}/{case.task.language}/"


def _stamp(rendering: Rendering) -> str:
    """Changes when somebody has worded the sentence anew."""
    return short_hash(rendering.source.text, rendering.target.text, rendering.origin)


def _facts(made: Translation) -> dict[str, object]:
    names = ("headline", "verdict", "reason", "engine", "made", "glossary", "reviewed", "tried")
    return {name: getattr(made, name) for name in names} | {"kind": made.engine_kind}


def _counts(made: Translation) -> str:
    origins = Counter(r.origin for p in made.passages for r in p.renderings)
    return ", ".join(f"{number} {ORIGINS[origin]}" for origin, number in origins.most_common())


def _sentence(place: str, number: int, rendering: Rendering) -> dict[str, object]:
    return {
        "place": place,
        "number": number,
        "source": rendering.source.text,
        "target": rendering.target.text,
        "origin": rendering.origin,
        "words": ORIGINS[rendering.origin],
        "score": rendering.score,
        "blocked": rendering.blocked,
        "issues": rendering.issues,
    }
