"""Held and failed, grouped by reason; a group is brought back with one click."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from babelwire.web.desk import sheets
from babelwire.web.desk.visit import Refused, Visit

PLACE = f"{sheets.HOME}aside/"


@dataclass(frozen=True, slots=True)
class Group:
    """Reasons that begin alike."""

    reason: str  #: what they have in common
    items: int
    example: str


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
    kind, reason = visit.given("kind", "the kind of the group"), visit.form.get("reason", "")
    if kind not in ("held", "failed", "unread"):
        raise Refused(f"{kind!r} is no group", 422)
    number = visit.room.store.retry_some(kind, reason, visit.now)
    visit.note("retried", kind, f"{sheets.many(number, 'item')}: {reason}")
    return visit.done(PLACE, f"{sheets.many(number, 'item')} will be tried again.")


def groups(reasons: Iterable[Mapping[str, Any]]) -> list[Group]:
    """Reasons by what stands before their first colon or digit: "the headline could not be translated: ..." is one group."""
    sums: dict[str, list[Any]] = {}
    for row in reasons:
        found = sums.setdefault(common(row["reason"]), [0, row["reason"]])
        found[0] += row["items"]
    return sorted((Group(reason, items, example) for reason, (items, example) in sums.items()), key=lambda g: -g.items)


def common(reason: str) -> str:
    """How a reason begins, up to what differs from item to item; the whole of it where nothing would be left."""
    head = reason.partition(": ")[0]
    cut = next((n for n, c in enumerate(head) if c.isdigit()), len(head))
    return head[:cut].rstrip(" (") or head


def _kind(name: str, title: str, reasons: Iterable[Mapping[str, Any]], place: str, none: str) -> dict[str, object]:
    return {"name": name, "title": title, "groups": groups(reasons), "place": place, "none": none}
