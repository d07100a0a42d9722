"""The store's room for pictures of articles on our own host: which there are, and why others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from babelwire.model import Print
from babelwire.stores.database import Database, add, chunks, note
from babelwire.stores.tables import picture


class Prints(Database):
    """As ``seams.Store`` says."""

    def prints(self, keys: Sequence[str]) -> Mapping[str, Sequence[Print]]:
        found: dict[str, list[Print]] = {}
        with self.read() as connection:
            for some in chunks(keys):
                for row in connection.execute(select(picture).where(picture.c.key.in_(some)).order_by(picture.c.key, picture.c.url)):
                    sizes = tuple((int(w), int(h)) for w, _, h in (size.partition("x") for size in row.sizes.split()))
                    found.setdefault(row.key, []).append(Print(url=row.url, name=row.name, sizes=sizes, failure=row.failure))
        return found

    def set_prints(self, key: str, made: Sequence[Print], now: datetime) -> None:
        rows = [
            {"key": key, "url": p.url, "name": p.name, "sizes": " ".join(f"{w}x{h}" for w, h in p.sizes), "failure": p.failure, "time": now}
            for p in made
        ]
        with self.write() as connection:
            add(connection, picture, rows, renew=("name", "sizes", "failure", "time"))
            note(connection, now, "picture left out", [(key, "", p.failure) for p in made if p.failure])  # for ``history``

    def forget_prints(self, key: str) -> None:
        with self.write() as connection:
            connection.execute(delete(picture).where(picture.c.key == key))
