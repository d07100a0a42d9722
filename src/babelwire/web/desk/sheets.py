"""Screens as HTML: the templates, what they all have around them, and the words for states and times."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import jinja2
import msgspec
from markupsafe import Markup

from babelwire.model import Role, utc_now
from babelwire.render.locale import direction
from babelwire.web.desk import secrets

if TYPE_CHECKING:
    from babelwire.web.desk.visit import Visit

HOME = "/desk/"
#: name, place, least role: the bar at the top of every screen
SCREENS = (
    ("Now", HOME),
    ("Stories", f"{HOME}stories/"),
    ("Held and failed", f"{HOME}aside/"),
    ("Reports", f"{HOME}reports/"),
    ("Feeds", f"{HOME}feeds/"),
    ("Engines", f"{HOME}engines/"),
    ("Glossary", f"{HOME}glossary/"),
    ("Rules", f"{HOME}rules/"),
    ("Corrections", f"{HOME}corrections/"),
    ("Log", f"{HOME}log/"),
)


@cache
def style() -> tuple[str, bytes]:
    """Address and body of the style sheet; the address changes with the body."""
    body = (resources.files("babelwire.web.desk") / "desk.css").read_bytes()
    return f"{HOME}{hashlib.sha256(body).hexdigest()[:12]}.css", body


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("babelwire.web.desk"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"moment": moment, "ago": ago, "tongue": tongue, "part": lambda text: quote(text, safe="")}
    made.globals |= {"many": many, "Role": Role}
    return made


def render(template: str, visit: Visit, title: str, fill: Mapping[str, object]) -> str:
    """A screen; ``fill`` is what its own template shows."""
    around = {
        "visit": visit,
        "title": title,
        "screens": SCREENS,
        "style": style()[0],
        "desk": visit.room.desk.site.name,
        "said": said if (said := visit.asked("said")) and secrets.same(secrets.seal(visit.key, said), visit.asked("seal")) else "",
        "may": lambda role: visit.who is not None and visit.who.role.may(Role(role)),
        "here": lambda **changes: with_query(visit, **changes),
        "hidden": Markup('<input type="hidden" name="key" value="{}">').format(visit.key),
    }
    return _templates().get_template(f"{template}.html.j2").render(around | dict(fill))


def with_query(visit: Visit, **changes: object) -> str:
    """This screen's address with other filters; an empty one is left out, and so is the page that was turned to."""
    wanted = {k: v for k, v in visit.query.items() if k not in ("said", "seal", "page")} | {k: str(v) for k, v in changes.items()}
    wanted = {k: v for k, v in wanted.items() if v}
    return f"{visit.path}?{urlencode(wanted)}" if wanted else visit.path


def plain(value: object) -> Any:
    """What a screen shows, for machines."""
    return msgspec.to_builtins(value, enc_hook=str)


# ---------------------------------------------------------------------------------------------- words


def moment(when: datetime | str | None, empty: str = "never") -> Markup:
    """A time, in UTC, to the minute."""
    if not when:
        return Markup("{}").format(empty)
    at = datetime.fromisoformat(when) if isinstance(when, str) else when
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at:%-d %b %Y, %H:%M}")


def ago(when: datetime | str | None, now: datetime | None = None) -> Markup:
    """How long since, or until: the time itself is in the markup."""
    if not when:
        return Markup("never")
    at = datetime.fromisoformat(when) if isinstance(when, str) else when
    away = (now or utc_now()) - at
    near = abs(away) < timedelta(seconds=5)
    words = "now" if near else f"{_span(away)} ago" if away > timedelta(0) else f"in {_span(-away)}"
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%dT%H:%M:%SZ}", words)


def _span(away: timedelta) -> str:
    seconds = int(away.total_seconds())
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return many(seconds // size, name)
    return many(seconds, "second")


def many(number: int, thing: str, things: str = "") -> str:
    """``1 feed``, ``2 feeds``."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def tongue(tag: str) -> Markup:
    """The attributes of a text in that language."""
    return Markup('lang="{}" dir="{}"').format(tag, direction(tag)) if tag else Markup("")
