"""The store's room for how an edition does, as its page about automation tells readers: counts and times, not the archive.

Read are the rows of the last days only, by index, of translations at most ``MOST``: the figures cost the same in a large
archive.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, func, select, true

from babelwire.model import PairRate, Rates, Verdict
from babelwire.stores.database import Database, Record
from babelwire.stores.tables import amendment, publication, translation
from babelwire.text.language import base

MOST = 5000  #: newest translations that are counted
LAGS = 1000  #: newest publications whose way from the source to our page is timed


class PublicRates(Database):
    """As ``seams.Store`` says."""

    def rates(self, language: str, since: datetime) -> Rates:
        with self.read() as connection:
            rows = _made(connection, language, since)
            changed = _changed(connection, language, since)
            lags = _lags(connection, language, since)
            return Rates(
                since=since,
                published=_published(connection, language, since),
                held=sum(row.verdict == Verdict.HOLD for row in rows),
                corrected=changed["correction"],
                withdrawn=changed["withdrawal"],
                median=_share(lags, 0.5),
                most=_share(lags, 0.9),
                pairs=_pairs(rows, language),
            )


# ---------------------------------------------------------------------------------------------- the small steps


def _made(connection: Connection, language: str, since: datetime) -> Sequence[Record]:
    columns = (translation.c.pair, translation.c.engine, translation.c.verdict, translation.c.gist)
    here = (translation.c.language == language, translation.c.made >= since, translation.c.engine != "")
    return connection.execute(select(*columns).where(*here).order_by(translation.c.made.desc()).limit(MOST)).all()


def _pairs(rows: Sequence[Record], language: str) -> tuple[PairRate, ...]:
    """By language of the original, wherever it is spoken; most translations first."""
    by_source: dict[str, list[Record]] = defaultdict(list)
    for row in rows:
        by_source[base(row.pair.removesuffix(f"-{language}"))].append(row)
    return tuple(_pair(source, found) for source, found in sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0])))


def _pair(source: str, rows: Sequence[Record]) -> PairRate:
    told = Counter("gist" if row.gist and row.verdict == Verdict.MARK else str(row.verdict) for row in rows)
    engines = Counter(row.engine for row in rows)
    return PairRate(
        source=source,
        passed=told[Verdict.PUBLISH],
        marked=told[Verdict.MARK],
        gist=told["gist"],
        held=told[Verdict.HOLD],
        engines=tuple(name for name, _ in sorted(engines.items(), key=lambda item: (-item[1], item[0]))),
    )


def _published(connection: Connection, language: str, since: datetime) -> int:
    return connection.scalar(select(func.count()).select_from(publication).where(*_out(language, since))) or 0


def _lags(connection: Connection, language: str, since: datetime) -> list[timedelta]:
    """From the source's date to ours, shortest first."""
    order = (publication.c.published.desc(), publication.c.key.desc())
    newest = select(publication.c.published, publication.c.dated).where(*_out(language, since)).order_by(*order).limit(LAGS)
    return sorted(max(row.published - row.dated, timedelta()) for row in connection.execute(newest))


def _out(language: str, since: datetime) -> tuple[ColumnElement[bool], ...]:
    return (publication.c.language == language, publication.c.listed == true(), publication.c.published >= since)


def _share(lags: Sequence[timedelta], share: float) -> timedelta | None:
    """The time within which this share of them was out."""
    return lags[min(len(lags) - 1, int(share * len(lags)))] if lags else None


def _changed(connection: Connection, language: str, since: datetime) -> Counter[str]:
    here = (amendment.c.language == language, amendment.c.time >= since)
    rows = connection.execute(select(amendment.c.kind, func.count()).where(*here).group_by(amendment.c.kind))
    return Counter({kind: count for kind, count in rows})
