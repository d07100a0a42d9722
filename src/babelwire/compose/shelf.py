"""What of the store composing reads: cards and counts, and a few whole publications; never the archive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from babelwire.model import Amendment, Card, Publication, Rates, Source, Telling, Topic


class Shelf(Protocol):
    """See ``seams.Store`` for what each gives."""

    def cards(
        self,
        language: str,
        *,
        section: str | None = None,
        source_id: str | None = None,
        topic: str | None = None,
        day: str | None = None,
        limit: int = 30,
    ) -> list[Card]: ...

    def sections(self, language: str) -> list[tuple[str, int]]: ...

    def topics(self, language: str, names: Sequence[str] | None = None, limit: int = 200) -> list[Topic]: ...

    def publication(self, key: str, language: str) -> Publication | None: ...

    def sources(self) -> dict[str, Source]: ...

    def tellings(self, story: str, language: str) -> list[Telling]: ...

    def amendments(self, language: str, limit: int = 100) -> list[Amendment]: ...

    def rates(self, language: str, since: datetime) -> Rates: ...
