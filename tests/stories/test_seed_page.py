"""The page-side faults of the seed story: each test fails on a naive extraction of the same page and passes on ours."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from babelwire import extract
from babelwire.model import Article, BlockKind, Entry, Licence, Page, Source

HERE = Path(__file__).parent / "seed"
URL = "https://northgate.example/world/48121-peacekeepers-tamora-fire/?utm_source=rss"
NOW = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def ours() -> Article:
    page = Page(url=URL, asked=URL, body=(HERE / "page.html").read_bytes(), fetched=NOW, content_type="text/html; charset=utf-8")
    title = "Blue helmets come under fire for second time in Tamora valley"
    entry = Entry(key="seed", feed_url="https://northgate.example/rss/", source_id="northgate", id="48121", link=URL, title=title)
    source = Source(id="northgate", name="Northgate", homepage="https://northgate.example/", language="en", licence=Licence.FULL)
    return extract.article(page, entry, source, now=NOW)


@pytest.fixture(scope="module")
def naive() -> str:
    """What is usually done: the title of the page, and every paragraph, caption and alt text in it."""
    from lxml import html

    root = html.document_fromstring((HERE / "page.html").read_bytes())
    body = [
        *root.xpath("//title/text()"),
        *(e.text_content() for e in root.iter("p", "figcaption", "h1", "div")),
        *root.xpath("//img/@alt"),
    ]
    return "\n".join(body)


def test_the_whole_article_is_as_checked_by_hand(ours: Article) -> None:
    assert ours == msgspec.json.decode((HERE / "article.json").read_bytes(), type=Article)


def test_fault_1_headline_without_section(ours: Article, naive: str) -> None:
    assert "World News" in naive
    assert ours.headline == "Blue helmets come under fire for second time in Tamora valley"


def test_fault_2_captions_and_alt_texts_stand_apart(ours: Article, naive: str) -> None:
    for caption in ("A patrol of the UN mission on the road to Tamora", "Sandbags at observation post 14"):
        assert caption in naive
        assert caption not in ours.text
    assert [p.caption.text for p in ours.pictures] == [
        "A patrol of the UN mission on the road to Tamora, 11 November 2026.",
        "Sandbags at observation post 14, seen in October",
    ]
    assert [p.credit for p in ours.pictures] == ["© Northgate / Jonas Weil", "© Northgate"]
    assert ours.headline not in ours.text


def test_fault_3_no_related_links(ours: Article, naive: str) -> None:
    for furniture in ("READ MORE", "Talks on Tamora stall", "Also on northgate.example", "Who are the blue helmets"):
        assert furniture in naive
        assert furniture not in ours.text


def test_faults_4_to_9_find_their_material_untouched(ours: Article) -> None:
    texts = [b.inline.text for b in ours.blocks]
    assert texts[1].startswith("“We will not leave") and "”" not in texts[1]
    assert texts[2].startswith("“") and texts[2].endswith("”")
    assert "“a clear warning”" in ours.standfirst.text and "“a clear warning”" in texts[3]
    assert "“SECURITY BUFFER”" in texts[3]
    assert "again on Sunday" in ours.text and "once again neither" in ours.text
    assert "the blue helmets" in ours.text and "Blue helmets had" in ours.text


def test_fault_10_link_dates_author(ours: Article) -> None:
    assert ours.canonical_url == "https://northgate.example/world/48121-peacekeepers-tamora-fire/"
    assert ours.byline == ("Ines Maddern",)
    assert ours.published and ours.published.isoformat() == "2026-11-12T14:35:00+02:00"
    assert ours.updated and ours.updated.isoformat() == "2026-11-12T16:02:00+02:00"


def test_fault_11_no_boilerplate(ours: Article, naive: str) -> None:
    for furniture in (
        "Like this story?",
        "You can share this story",
        "Get the stories that matter",
        "All rights reserved",
        "uses cookies",
        "go home",
    ):
        assert furniture in naive
        assert furniture not in ours.text
    assert "praise the publisher" not in ours.text  # hidden off-screen


def test_structure_is_kept(ours: Article) -> None:
    kinds = [b.kind for b in ours.blocks]
    assert kinds.count(BlockKind.HEADING) == 1 and kinds.count(BlockKind.QUOTE) == 1 and kinds.count(BlockKind.ITEM) == 3
    assert ours.blocks[0].inline.spans[0].href == "https://mission.example/press/1112"


def test_bare_trafilatura_has_several_of_the_faults(ours: Article) -> None:
    """The library alone, for comparison: if it ever gets all of this right, our rules may go."""
    import trafilatura

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        text = trafilatura.extract((HERE / "page.html").read_text("utf-8")) or ""
    faults = ("READ MORE", "Also on northgate.example", "Like this story?", "come under fire for second time")
    assert any(f in text for f in faults)
    assert not any(f in ours.text for f in faults)
