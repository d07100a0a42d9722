"""What readers have reported: looked into, answered for the record, closed."""

from __future__ import annotations

from starlette.responses import Response

from babelwire.model import ReportReason, ReportState
from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

PLACE = f"{sheets.HOME}reports/"
PAGE = 50
WORDS = {
    ReportReason.MEANING: "It says something else than the original",
    ReportReason.FACT: "A number, a name or a date is another one",
    ReportReason.LANGUAGE: "It cannot be understood",
    ReportReason.DISPLAY: "Something is missing, or does not belong there",
    ReportReason.RIGHTS: "It should not be here",
    ReportReason.OTHER: "Something else",
}


def screen(visit: Visit) -> Response:
    """Reports, newest first; those that are open, unless others are asked for."""
    state, before = visit.asked("state") or ReportState.OPEN, visit.asked("before")
    if state != "all" and state not in list(ReportState):
        raise Refused(f"{state!r} is no state of a report", 422)
    wanted = None if state == "all" else ReportState(state)
    found = visit.room.store.reports(wanted, limit=PAGE + 1, before=int(before) if before.isdecimal() else None)
    return visit.page(
        "reports",
        "Reports",
        reports=found[:PAGE],
        older=found[PAGE - 1].number if len(found) > PAGE else None,
        state=state,
        states=[(ReportState.CLOSED, "closed"), ("all", "all")],
        words=WORDS,
    )


def close(visit: Visit) -> Response:
    """Say what was done. What the reader gave to be reached by is forgotten."""
    number, answer = visit.given("number", "the number"), visit.given("answer", "what was done")
    if not number.isdecimal() or not visit.room.store.close_report(int(number), answer, visit.now):
        raise Refused(f"number {number} is not open")
    visit.note("closed report", number, answer)
    return visit.done(PLACE, f"Number {number} is closed.")
