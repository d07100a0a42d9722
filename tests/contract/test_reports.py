"""What every store promises of what readers say is wrong."""

from __future__ import annotations

from babelwire.model import Report, ReportReason, ReportState
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import NOW, minutes


def report(sentence: str = "Il pleut des chats.") -> Report:
    return Report(
        key="abc",
        language="fr",
        title="La pluie",
        path="fr/2026/11/24/la-pluie-abc/",
        reason=ReportReason.MEANING,
        when=NOW,
        sentence=sentence,
        words="Nobody says that.",
        contact="ada@mail.example",
    )


class TestReports:
    def test_a_report_comes_back_as_it_was_given(self, store: SqliteStore) -> None:
        number = store.add_report(report())
        (found,) = store.reports()
        assert (found.number, found.state) == (number, ReportState.OPEN)
        assert (found.sentence, found.reason, found.words, found.contact) == (
            "Il pleut des chats.",
            ReportReason.MEANING,
            "Nobody says that.",
            "ada@mail.example",
        )
        assert found.when == NOW

    def test_the_newest_comes_first_and_pages_go_back(self, store: SqliteStore) -> None:
        numbers = [store.add_report(report(str(n))) for n in range(5)]
        assert [r.sentence for r in store.reports(limit=2)] == ["4", "3"]
        assert [r.sentence for r in store.reports(limit=2, before=numbers[3])] == ["2", "1"]

    def test_closing_says_what_was_done_once_and_forgets_who_it_was(self, store: SqliteStore) -> None:
        first, second = store.add_report(report("one")), store.add_report(report("two"))
        assert store.open_reports() == 2
        assert store.close_report(first, "put right", minutes(5))
        assert not store.close_report(first, "again", minutes(6)) and not store.close_report(99, "", minutes(6))
        assert [r.number for r in store.reports()] == [second] and store.open_reports() == 1
        (closed,) = store.reports(ReportState.CLOSED)
        assert (closed.answer, closed.closed, closed.contact) == ("put right", minutes(5), "")
        assert len(store.reports(None)) == 2

    def test_the_state_of_affairs_counts_them(self, store: SqliteStore) -> None:
        assert store.overview(NOW)["reports"] == {"open": 0, "oldest": None}
        store.add_report(report())
        assert store.overview(NOW)["reports"] == {"open": 1, "oldest": NOW.isoformat()}
