"""Reporting an error as a reader does, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import html

from babelwire.model import ReportReason
from babelwire.render import pages
from babelwire.web import report
from tests.stores.rows import NOW, article
from tests.web.reading import SITE, Reading, opened, text, words

GOOD = {"article": "one", "reason": "meaning", "sentence": "1", "words": "Personne ne dit cela.", "contact": "ada@mail.example"}


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Reading]:
    made = opened(tmp_path)
    made.out("one", "Le bac & le port")
    yield made
    assert made.store.check() == []
    made.store.close()


def test_from_an_article_to_the_thanks(read: Reading) -> None:
    shown = read.store.publication("one", "fr")
    assert shown is not None
    page = pages.article(shown, SITE)[0].body.decode()
    (link,) = [a for a in html.fromstring(page).xpath("//a/@href") if "/report/" in a]
    form = html.fromstring(text(read.browser.get(link)))
    assert form.xpath("//form[@method='post']/@action") == ["/fr/report/"]
    assert form.xpath("//select[@name='sentence']/option[@value='1']/text()") == ["Le bac circule <b>lundi</b>. Il part à midi & revient."]
    assert set(form.xpath("//input[@name='reason']/@value")) == {r.value for r in ReportReason}
    assert form.xpath("//meta[@name='robots']/@content") == ["noindex,follow"] and not form.xpath("//script")
    answer = read.browser.send("/fr/report/", {"article": form.xpath("//input[@name='article']/@value")[0]} | GOOD)
    assert answer.status_code == 303
    thanks = text(read.browser.get(answer.headers["location"]))
    (kept,) = read.store.reports()
    assert f"numéro {kept.number}" in words(thanks)
    assert (kept.key, kept.language, kept.title, kept.reason) == ("one", "fr", "Le bac & le port", ReportReason.MEANING)
    assert kept.sentence == "Le bac circule <b>lundi</b>. Il part à midi & revient."
    assert (kept.words, kept.contact, kept.when) == (GOOD["words"], GOOD["contact"], NOW)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://news.example"}, 303),
        ({"origin": "http://news.example", "sec-fetch-site": "same-origin"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": ""}, 403),
        ({"origin": "http://news.example", "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://news.example", "sec-fetch-site": "none"}, 403),
        ({"origin": "http://news.example.evil.example"}, 403),
    ],
)
def test_only_forms_of_our_own_pages_are_taken(read: Reading, headers: dict[str, str], status: int) -> None:
    answer = read.browser.send("/fr/report/", GOOD, headers)
    assert answer.status_code == status
    assert read.store.open_reports() == (status == 303)
    if status == 403:
        tree = html.fromstring(text(answer))
        assert tree.xpath("//p[@role='alert']") and tree.xpath("//textarea/text()") == [GOOD["words"]], "nothing has to be written twice"


def test_what_is_missing_or_unknown_is_said(read: Reading) -> None:
    assert read.browser.send("/fr/report/", GOOD | {"reason": ""}).status_code == 400
    assert read.browser.send("/fr/report/", GOOD | {"reason": "nonsense"}).status_code == 400
    assert read.browser.send("/fr/report/", GOOD | {"article": "nobody"}).status_code == 404
    assert read.browser.get("/fr/report/?article=nobody").status_code == 404
    assert read.browser.get("/fr/report/").status_code == 200
    assert read.store.open_reports() == 0


def test_what_is_not_on_the_site_is_not_shown_by_the_form(read: Reading) -> None:
    read.hand.announce("two")
    read.hand.take(article("two"), ("fr",))
    read.hand.translate(headline="Noch geheim")
    assert read.browser.get("/fr/report/?article=two").status_code == 404
    read.store.withdraw("one", "gone", NOW)
    assert read.browser.get("/fr/report/?article=one").status_code == 404


def test_long_hostile_and_broken_forms_do_no_harm(read: Reading) -> None:
    assert read.browser.send("/fr/report/", GOOD | {"words": "x" * 30_000}).status_code == 413
    assert read.browser.send("/fr/report/", GOOD | {"words": "y" * 9_000, "contact": "z" * 900, "sentence": "9999"}).status_code == 303
    (kept,) = read.store.reports()
    assert (len(kept.words), len(kept.contact), kept.sentence) == (2000, 200, "")
    for sentence in ("-1", "x", "²", "1e3", ""):
        assert read.browser.send("/fr/report/", GOOD | {"sentence": sentence, "words": "\x00\u202e<script>"}).status_code in (303, 429)
    assert all("\x00" not in r.words and "\u202e" not in r.words for r in read.store.reports())
    many = "&".join(f"a{n}=1" for n in range(50)).encode()
    answer = read.browser.client.ask("POST", "/fr/report/", {"origin": "http://news.example"}, many)
    assert answer.status_code == 400
    answer = read.browser.client.ask("POST", "/fr/report/", {"origin": "http://news.example"}, b"\xff\xfe%ff%00=&article=%f0")
    assert answer.status_code == 404


def test_an_address_reports_so_often_and_no_more(read: Reading) -> None:
    answers = [read.browser.send("/fr/report/", GOOD).status_code for _ in range(report.FREE + 2)]
    assert answers == [303] * report.FREE + [429] * 2
    assert read.store.open_reports() == report.FREE


def test_no_more_are_taken_where_nobody_answers(read: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "OPEN", 1)
    assert read.browser.send("/fr/report/", GOOD).status_code == 303
    assert read.browser.send("/fr/report/", GOOD).status_code == 503


class TestTurnstile:
    def test_addresses_are_counted_apart_and_households_together(self) -> None:
        passes = report.Turnstile()
        assert all(passes("192.0.2.1", NOW) for _ in range(report.FREE))
        assert not passes("192.0.2.1", NOW) and passes("192.0.2.2", NOW)
        assert all(passes(f"2001:db8::{n}", NOW) for n in range(report.FREE))
        assert not passes("2001:db8::99", NOW) and passes("2001:db8:0:1::1", NOW)

    def test_time_heals_and_nothing_is_kept_for_longer(self) -> None:
        passes = report.Turnstile()
        for n in range(report.FREE):
            assert passes("192.0.2.1", NOW + timedelta(seconds=n))
        assert not passes("192.0.2.1", NOW + timedelta(minutes=9))
        assert passes("192.0.2.1", NOW + timedelta(minutes=11))
        assert passes("192.0.2.2", NOW + timedelta(hours=2))
        assert len(passes._seen) == 1 and b"192.0.2" not in repr(passes._seen).encode()

    def test_many_addresses_take_no_more_room(self) -> None:
        passes = report.Turnstile(most=10)
        assert all(passes(f"192.0.2.{n}", NOW) for n in range(100))
        assert len(passes._seen) == 10
