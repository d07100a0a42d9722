"""The rooms of a store are mixed into one class: no two may give the same name to what they do."""

from __future__ import annotations

from babelwire.stores.database import Database
from babelwire.stores.sql import SqlStore


def test_no_room_hides_the_method_of_another() -> None:
    rooms = [room for room in SqlStore.__mro__[1:] if room not in (Database, object) and not issubclass(Database, room)]
    assert len(rooms) == len(SqlStore.__bases__) > 20
    owners: dict[str, list[str]] = {}
    for room in (Database, *rooms):
        for name in vars(room):
            if not name.startswith("__"):
                owners.setdefault(name, []).append(room.__name__)
    assert {name: who for name, who in owners.items() if len(who) > 1} == {}
