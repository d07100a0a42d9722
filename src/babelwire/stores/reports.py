"""The store's room for what readers say is wrong with pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from babelwire.model import Report, ReportReason, ReportState
from babelwire.stores.database import Database, Record
from babelwire.stores.tables import report


class Reports(Database):
    """As ``seams.Reports`` says."""

    def add_report(self, made: Report) -> int:
        values = {
            "key": made.key, "language": made.language, "title": made.title, "path": made.path, "reason": made.reason, "time": made.when,
            "sentence": made.sentence, "words": made.words, "contact": made.contact, "state": ReportState.OPEN, "answer": "",
        }  # fmt: skip
        with self.write() as connection:
            number = connection.execute(insert(report).values(values)).inserted_primary_key
            assert number is not None  # a table with one integer key always tells it
            return int(number[0])

    def reports(self, state: ReportState | None = ReportState.OPEN, *, limit: int = 100, before: int | None = None) -> list[Report]:
        statement = select(report).order_by(report.c.number.desc()).limit(limit)
        if state is not None:
            statement = statement.where(report.c.state == state)
        if before is not None:
            statement = statement.where(report.c.number < before)
        with self.read() as connection:
            return [_report(row) for row in connection.execute(statement)]

    def open_reports(self) -> int:
        with self.read() as connection:
            return _open(connection)

    def close_report(self, number: int, answer: str, now: datetime) -> bool:
        here = (report.c.number == number, report.c.state == ReportState.OPEN)
        closing = {"state": ReportState.CLOSED, "answer": answer, "closed": now, "contact": ""}
        with self.write() as connection:
            return connection.execute(update(report).where(*here).values(closing)).rowcount > 0


def waiting(connection: Connection) -> dict[str, object]:
    """How many are open, and since when the oldest is: for ``overview``."""
    oldest = connection.scalar(select(report.c.time).where(report.c.state == ReportState.OPEN).order_by(report.c.number).limit(1))
    return {"open": _open(connection), "oldest": oldest.isoformat() if oldest else None}


# ---------------------------------------------------------------------------------------------- the small steps


def _open(connection: Connection) -> int:
    return connection.scalar(select(func.count()).where(report.c.state == ReportState.OPEN)) or 0


def _report(row: Record) -> Report:
    return Report(
        key=row.key,
        language=row.language,
        title=row.title,
        path=row.path,
        reason=ReportReason(row.reason),
        when=row.time,
        sentence=row.sentence,
        words=row.words,
        contact=row.contact,
        state=ReportState(row.state),
        answer=row.answer,
        closed=row.closed,
        number=row.number,
    )
