"""Held and failed, grouped by reason; a group is brought back with one click."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

PLACE = f"{sheets.HOME}aside/"


@dataclass(frozen=True, slots=True)
class Group:
    """Reasons that are one but for what differs from item to item."""

    reason: str  #: what they have in common; numbers stand as N
    items: int
    example: str
    reasons: tuple[str, ...]


def screen(visit: Visit) -> Response:
    """Three lists of groups: held, failed, pages that could not be read."""
    found: Mapping[str, Any] = visit.room.store.overview(visit.now)
    works, entries = found["translations"], found["entries"]
    stories = f"{sheets.HOME}stories/?state="
    kinds = (
        _kind("held", "Held translations", works["held"], f"{stories}held&reason=", "No translation is held."),
        _kind("failed", "Failed translations", works["failed"], f"{stories}failed&reason=", "No translation has failed."),
        _kind("unread", "Pages that could not be read", entries["failed"], "", "Every page could be read."),
    )
    return visit.page("aside", "Held and failed", kinds=kinds)


def retry(visit: Visit) -> Response:
    """Bring a whole group back to be tried again."""
    kind, wanted = visit.given("kind", "the kind of the group"), visit.form.get("reason", "")
    found: Mapping[str, Any] = visit.room.store.overview(visit.now)
    listed = {"held": found["translations"]["held"], "failed": found["translations"]["failed"], "unread": found["entries"]["failed"]}
    if kind not in listed:
        raise Refused(f"{kind!r} is no group", 422)
    reasons = next((g.reasons for g in groups(listed[kind]) if g.reason == wanted), ())
    number = sum(visit.room.store.retry_some(kind, reason, visit.now) for reason in reasons)
    visit.note("retried", kind, f"{sheets.many(number, 'item')}: {wanted}")
    return visit.done(PLACE, f"{sheets.many(number, 'item')} will be tried again.")


def groups(reasons: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Reasons by what stands before their first colon: "N sentences failed a check: ..." is one group."""
    alike: dict[str, list[Mapping[str, Any]]] = {}
    for row in reasons:
        alike.setdefault(common(row["reason"]), []).append(row)
    made = (Group(c, sum(r["items"] for r in rows), rows[0]["reason"], tuple(r["reason"] for r in rows)) for c, rows in alike.items())
    return sorted(made, key=lambda g: -g.items)


def common(reason: str) -> str:
    """What a reason has in common with others of its kind."""
    head = re.sub(r"\d[\d.,]*", "N", reason.partition(": ")[0])
    return re.sub(r"\bN sentence\b", "N sentences", head)


def _kind(name: str, title: str, reasons: Iterable[Mapping[str, Any]], place: str, none: str) -> dict[str, object]:
    return {"name": name, "title": title, "groups": groups(reasons), "place": place, "none": none}
