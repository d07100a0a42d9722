"""The rules for feeds: ours keep them, and each fault that the W3C's validator would name is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.render import samples, whole
from tools import check_feeds, check_site
from tools.tree import read

HERE = "https://news.example/fr/feed"
FILES = whole.files(whole.ASKED)
FEEDS = {f.path: f.body for f in FILES if f.path.startswith("fr/feed.")}
ID = "tag:news.example,2026:corrected0000:fr"


def found(ending: str, before: str = "", after: str = "") -> list[str]:
    """What is wrong with the front page's feed once this is put for that."""
    body = FEEDS[f"fr/feed{ending}"].decode()
    assert before in body
    return list(check_feeds.feed(body.replace(before, after).encode(), f"{HERE}{ending}", ending))


@pytest.mark.parametrize("ending", sorted(check_feeds.SERVED))
def test_ours_keep_them(ending: str) -> None:
    assert found(ending) == []
    assert len(check_feeds.ids(FEEDS[f"fr/feed{ending}"], ending)) > 30


@pytest.mark.parametrize(
    ("ending", "before", "after", "said"),
    [
        (".atom", 'rel="self" type="application/atom+xml" href="https://news.example/fr/', 'rel="self" href="/fr/', "not whole"),
        (".atom", "/fr/feed.atom", "/ar/feed.atom", "self is"),
        (".atom", "<updated>20", "<updated>in 20", "is no date"),
        (".atom", "<updated>2026-11-24", "<updated>2026-11-31", "no day of the calendar"),
        (".atom", f"<id>{ID}", "<id>", "entry without id"),
        (".atom", "<id>https://harbour.example/</id>", "", "source without id"),
        (".atom", 'type="html"', 'type="text/plain"', "is not html"),
        (".atom", "&lt;p&gt;", '&lt;p&gt;&lt;a href="/fr/"&gt;a&lt;/a&gt;', "'/fr/' is not whole"),
        (".atom", "</feed>", "", "not well formed"),
        (".rss", "Tue, 24 Nov", "Mon, 24 Nov", "another day of the week"),
        (".rss", "Tue, 24 Nov 2026", "2026-11-24", "is no date"),
        (".rss", ' isPermaLink="false"', "", "does not say so"),
        (".rss", "<link>https://news.example/fr/</link>", "<link>https://news.example/fr/feed.rss</link>", "link is"),
        (".json", '"feed_url":"https://news.example/fr/', '"feed_url":"https://old.example/fr/', "feed_url is"),
        (".json", "corrected0000", "9fzw1w4bpem8", "stands there"),
    ],
)
def test_each_fault_is_seen(ending: str, before: str, after: str, said: str) -> None:
    assert [f for f in found(ending, before, after) if said in f]


def test_the_three_hold_the_same_entries_and_each_leads_to_a_page(tmp_path: Path) -> None:
    for file in FILES:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_bytes(file.body)
    tree = read(tmp_path)
    assert list(check_site.feeds(tree)) == []
    assert list(check_site.links(tree)) == [], "a search and a report are answered by a server"
    rss = tmp_path / "fr" / "feed.rss"
    rss.write_bytes(rss.read_bytes().replace(ID.encode(), b"tag:news.example,2026:other:fr"))
    assert list(check_site.feeds(tree)) == ["fr/: its feeds do not hold the same entries"]


def test_what_no_page_offers_is_a_dead_link(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(f'<link rel="canonical" href="{samples.SITE.url("")}"><a href="/fr/search/?q=a">a</a>')
    assert list(check_site.links(read(tmp_path))) == [": leads to /fr/search/, which is not there"]
