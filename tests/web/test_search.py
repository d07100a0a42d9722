"""Searching as a reader does: in the browser's address, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html

from babelwire.model import replace
from babelwire.render import search as pages
from tests.contract.test_search import HOSTILE
from tests.web.reading import SITE, Reading, opened, text, words


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Reading]:
    made = opened(tmp_path)
    yield made
    made.store.close()


def test_what_was_found_is_shown_with_its_words_marked_and_nothing_else_as_markup(read: Reading) -> None:
    read.out("one", "Les bacs & <i>les ponts</i>")
    answer = read.browser.get("/fr/search/", params={"q": "bac"})
    assert answer.status_code == 200
    assert "<mark>bacs</mark> &amp; &lt;i&gt;les ponts" in text(answer)
    assert "Le <mark>bac</mark> circule &lt;b&gt;lundi&lt;/b&gt;. Il part à midi &amp; revient." in text(answer)
    assert "1 article" in words(text(answer))
    assert answer.headers["cache-control"] == "private, no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    tree = html.fromstring(text(answer))
    assert tree.xpath("//meta[@name='robots']/@content") == ["noindex,follow"]
    assert not tree.xpath("//script") and set(tree.xpath("//main//input[@name='q']/@value")) == {"bac"}
    assert tree.xpath("//article//h2/a/@href") == ["/fr/2026/11/24/ferry-one/"]


def test_nothing_found_says_so_and_what_to_do(read: Reading) -> None:
    answer = read.browser.get("/fr/search/", params={"q": "licorne <script>alert(1)</script>"})
    assert "Aucun résultat pour : licorne <script>alert(1)</script>" in words(text(answer))
    assert "<script" not in text(answer)


def test_without_words_there_is_the_form_alone(read: Reading) -> None:
    read.out("one", "Le bac")
    answer = read.browser.get("/fr/search/")
    assert answer.status_code == 200 and "Le bac" not in words(text(answer))
    assert html.fromstring(text(answer)).xpath("//main//form/@role") == ["search"]


def test_pages_are_reached_by_their_addresses(read: Reading) -> None:
    for n in range(12):
        read.out(f"k{n:02}", f"Le bac {n}")
    first = html.fromstring(text(read.browser.get("/fr/search/?q=bac&order=newest")))
    (link,) = first.xpath("//a[@rel='next']/@href")
    assert parse_qs(urlsplit(link).query) == {"q": ["bac"], "order": ["newest"], "page": ["2"]}
    second = html.fromstring(text(read.browser.get(link)))
    both = [*first.xpath("//article//h2/a/@href"), *second.xpath("//article//h2/a/@href")]
    assert len(both) == len(set(both)) == 12
    assert not second.xpath("//a[@rel='next']")
    assert "page" not in parse_qs(urlsplit(second.xpath("//a[@rel='prev']/@href")[0]).query)


def test_filters_are_offered_and_kept(read: Reading) -> None:
    read.out("one", "Le bac", section="world")
    answer = read.browser.get("/fr/search/?q=bac&section=world&source=harbour&from=en&first=2026-11-01&last=2026-11-30")
    tree = html.fromstring(text(answer))
    assert tree.xpath("//article//h2/a/@href") == ["/fr/2026/11/24/ferry-one/"]
    assert tree.xpath("//select[@name='source']/option[@selected]/@value") == ["harbour"]
    assert tree.xpath("//select[@name='section']/option[@selected]/@value") == ["world"]
    assert tree.xpath("//details/@open") and tree.xpath("//input[@name='first']/@value") == ["2026-11-01"]
    for other in ("section=sport", "source=valley", "from=de", "first=2026-12-01", "last=2026-01-01"):
        assert not html.fromstring(text(read.browser.get(f"/fr/search/?q=bac&{other}"))).xpath("//article"), other


def test_no_question_breaks_it(read: Reading) -> None:
    read.out("one", "Le bac")
    for said in HOSTILE:
        answer = read.browser.get("/fr/search/", params={"q": said.encode("utf-8", "replace").decode()})
        assert answer.status_code == 200, said[:60]
        assert not any(sign in text(answer) for sign in "\x00\x01\u202e\u202c")
    for rest in (
        "page=0",
        "page=-1",
        "page=99999999",
        "page=x",
        "first=2026-99-99",
        "section=" + "x" * 500,
        "q=%ff%fe",
        "q=bac&q=pont",
        "page=²",
    ):
        assert read.browser.get(f"/fr/search/?q=bac&{rest}").status_code == 200, rest


def test_editions_that_read_from_right_to_left_and_without_spaces(read: Reading) -> None:
    read.out("ar", "المدارس تفتح", "أحمد يعود.", "ar")
    read.out("zh", "联合国维和部队", "渡轮今天重新开航。", "zh")
    arabic = read.browser.get("/ar/search/", params={"q": "احمد"})
    assert 'dir="rtl"' in text(arabic) and "<mark>أحمد</mark>" in text(arabic)
    assert "<mark>维和部队</mark>" in text(read.browser.get("/zh/search/", params={"q": "维和部队"}))


def test_an_address_without_its_slash_leads_on_and_unknown_editions_are_not_there(read: Reading) -> None:
    answer = read.browser.get("/fr/search?q=bac")
    assert (answer.status_code, answer.headers["location"]) == (301, "/fr/search/?q=bac")
    assert read.browser.get("/xx/search/?q=bac").status_code == 404
    assert read.browser.send("/fr/search/", {}).status_code == 405


def test_where_it_is_off_nothing_answers_and_no_page_shows_a_form(tmp_path: Path) -> None:
    off = opened(tmp_path, replace(SITE, search=False, reports=False))
    assert off.browser.get("/fr/search/?q=bac").status_code == 404
    assert off.browser.get("/fr/report/").status_code == 404
    off.store.close()


class TestSnippet:
    def test_it_shows_where_the_words_stand(self) -> None:
        long = "Rien ici. " * 80 + "Le phare s’allume et le bac arrive. " + "Rien là. " * 80
        shown = str(pages.snippet(long, frozenset({"phar", "bac"}), "fr"))
        assert shown.startswith("… ") and shown.endswith(" …")
        assert "<mark>phare</mark>" in shown and "<mark>bac</mark>" in shown
        assert len(shown) < pages.AROUND + 80

    def test_a_short_text_is_shown_whole(self) -> None:
        assert str(pages.snippet("Le bac & le port", frozenset({"port"}), "fr")) == "Le bac &amp; le <mark>port</mark>"
        assert str(pages.snippet("", frozenset({"port"}), "fr")) == ""
