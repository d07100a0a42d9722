"""What every store promises of alerts: each is told once until it is over, and what flickers is one alert."""

from __future__ import annotations

from datetime import timedelta

from babelwire.model import Alert, AlertKind, Event
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import NOW, minutes

DEAD = Alert(kind=AlertKind.FEED_DEAD, subject="https://a.example/rss", text="it has failed 9 times")
SILENT = Alert(kind=AlertKind.EDITION_SILENT, subject="fr", text="nothing for 30 h", language="fr")


def kinds(events: list[Event]) -> list[tuple[str, str]]:
    return [(e.kind, e.subject) for e in events]


def test_an_alert_is_told_once(store: SqliteStore) -> None:
    assert kinds(store.set_alerts([DEAD], ["ops"], NOW)) == [("feed-dead", DEAD.subject)]
    assert store.set_alerts([DEAD], ["ops"], minutes(1)) == []
    later = Alert(kind=DEAD.kind, subject=DEAD.subject, text="it has failed 10 times")
    assert store.set_alerts([later], ["ops"], minutes(2)) == [], "another number is the same alert"
    assert store.alerts() == [(later, NOW)]
    letters = store.claim_letters(minutes(3), 10, timedelta(minutes=5))
    assert [(x.receiver, x.event.kind, x.event.text) for x in letters] == [("ops", "feed-dead", DEAD.text)]


def test_it_is_over_when_it_has_not_been_found_for_a_while(store: SqliteStore) -> None:
    store.set_alerts([DEAD, SILENT], [], NOW)
    assert store.set_alerts([SILENT], [], minutes(60)) == []
    assert store.set_alerts([SILENT], [], minutes(65)) == [], "it may come back"
    (over,) = store.set_alerts([SILENT], [], minutes(70))
    assert (over.kind, over.subject, over.text) == ("feed-dead-over", DEAD.subject, "over, after 70 min: it has failed 9 times")
    assert [a for a, _ in store.alerts()] == [SILENT]
    assert store.set_alerts([SILENT], [], minutes(80)) == []
    assert kinds(store.set_alerts([SILENT, DEAD], [], minutes(90))) == [("feed-dead", DEAD.subject)], "and another time is another alert"


def test_what_flickers_is_one_alert(store: SqliteStore) -> None:
    store.set_alerts([DEAD], [], NOW)
    told = [store.set_alerts([DEAD] if n % 2 else [], [], minutes(6 * n)) for n in range(1, 20)]
    assert told == [[]] * 19
    assert [since for _, since in store.alerts()] == [NOW]


def test_news_of_an_alert_goes_to_all_receivers(store: SqliteStore) -> None:
    store.set_alerts([SILENT], ["ops", "chat"], NOW)
    letters = store.claim_letters(NOW, 10, timedelta(minutes=5))
    assert sorted((x.receiver, x.event.language) for x in letters) == [("chat", "fr"), ("ops", "fr")]
