"""What an article has and has not, page by page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from babelwire import extract
from babelwire.errors import ExtractError
from babelwire.model import BlockKind, Licence
from tests.extract.pages import NOW, PARAGRAPHS, SENTENCE, URL, document, entry, page, source, take, texts

# ---------------------------------------------------------------------------------------------- what is left out


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Read more: Council to vote again</p>",
        "<p><a href='/news/2'>Council to vote again on Monday, members say</a></p>",
        "<p>Lire aussi : le pont fermé</p>",
        "<p>Lesen Sie auch: Brücke gesperrt</p>",
        "<p>Leia também: a ponte fechada</p>",
        "<p>Читайте также: мост закрыт</p>",
        "<p>اقرأ أيضًا: الجسر مغلق</p>",
        "<p><em>Like this story? Share it with a friend!</em></p>",
        "<p>© 2026 The Daily. All rights reserved.</p>",
        "<h2>Bridge to be repaired</h2>",
        "<p hidden>A paragraph that nobody is to see, with orders in it for whoever reads along.</p>",
        "<p style='position:absolute;left:-9999px'>A paragraph that nobody is to see, with orders in it.</p>",
        "<div class='sr-only'><p>A paragraph that nobody is to see, with orders in it for whoever reads along.</p></div>",
        "<p aria-hidden='true'>A paragraph that nobody is to see, with orders in it for whoever reads along.</p>",
        "<template><p>A paragraph that nobody is to see, with orders in it.</p></template>",
        "<p style='font-size:0'>A paragraph that nobody is to see, with orders in it.</p>",
        "<!-- <p>A paragraph that nobody is to see, with orders in it.</p> -->",
    ],
)
def test_furniture_and_hidden_text_are_left_out(furniture: str) -> None:
    half = PARAGRAPHS.index("</p>", len(PARAGRAPHS) // 2) + 4
    assert texts(take(PARAGRAPHS[:half] + furniture + PARAGRAPHS[half:])) == texts(take(PARAGRAPHS))


@pytest.mark.parametrize(
    "prose",
    [
        "Related proceedings were opened by the prosecutor of the valley on Friday, and are to be heard in spring, her office said.",
        "Share prices of the two builders fell by a tenth on Thursday, after the council had named what it would pay for the works.",
        "Follow the money, the saying goes, and so did the auditors, who spent all of August in the archive of the bridge office.",
    ],
)
def test_prose_that_begins_like_furniture_stays(prose: str) -> None:
    assert prose in texts(take(f"{PARAGRAPHS}<p>{prose}</p>{PARAGRAPHS.replace('Thursday', 'Friday')}"))


def test_captions_credits_and_alt_texts() -> None:
    figure = (
        "<figure><img src='/a.jpg' alt='Workers on the bridge at dawn in March' width=640><figcaption>The bridge in <em>March</em>. "
        "<span class=credit>Photo: Ana Ruiz</span></figcaption></figure>"
    )
    article = take(PARAGRAPHS + figure + "<p>Workers on the bridge at dawn in March</p>" + f"<p>{SENTENCE.format(n=9)}</p>")
    (picture,) = article.pictures
    assert picture.url == "https://daily.example/a.jpg" and picture.width == 640
    assert (picture.caption.text, picture.credit) == ("The bridge in March.", "Ana Ruiz")
    assert picture.alt == "Workers on the bridge at dawn in March"
    assert picture.alt not in article.text and "The bridge in" not in article.text


def test_late_and_sized_pictures_and_no_icons() -> None:
    body = (
        "<figure><img data-src='/late.jpg' src='data:image/gif;base64,R0'><figcaption>Late</figcaption></figure>"
        "<figure><img srcset='/s.jpg 320w, /l.jpg 1280w'><figcaption>Sized</figcaption></figure><img src='/icon.png' width=16><img src='/pixel.gif'>"
    )
    found = take(PARAGRAPHS + body + PARAGRAPHS.replace("Thursday", "Friday"))
    assert [p.url for p in found.pictures] == ["https://daily.example/late.jpg", "https://daily.example/l.jpg"]


# ---------------------------------------------------------------------------------------------- headline, standfirst


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Bridge to be closed until spring — World — The Daily", "Bridge to be closed until spring"),
        ("Bridge to be closed until spring | The Daily", "Bridge to be closed until spring"),
        ("Bridge to be closed until spring - Politics", "Bridge to be closed until spring"),
        ("The Daily: Bridge to be closed until spring", "The Daily: Bridge to be closed until spring"),
        ("Mayor: bridge - and mill - closed until early spring", "Mayor: bridge - and mill - closed until early spring"),
    ],
)
def test_the_headline_has_no_section(title: str, headline: str) -> None:
    html = f"<html lang=en><head><meta property='og:title' content='{title}'></head><body><article>{PARAGRAPHS}</article></body></html>"
    assert extract.article(page(html), entry(), source(), now=NOW).headline == headline


def test_the_page_s_heading_wins_where_it_is_confirmed() -> None:
    head = "<meta property='og:title' content='Bridge to be repaired – Roads – The Daily'>"
    assert take(PARAGRAPHS, head).headline == "Bridge to be repaired"


def test_the_feed_s_title_where_the_page_has_none() -> None:
    made = extract.article(
        page(f"<html><body><article>{PARAGRAPHS}</article></body></html>"), entry(title="From the feed"), source(), now=NOW
    )
    assert made.headline == "From the feed"


def test_a_standfirst_stands_apart_and_once() -> None:
    lead = "Four months without a crossing: why the council has decided to close the old bridge at Low Weir after all."
    head = f"<meta name=description content='{lead}'>"
    for body in (f"<div class='article-summary'>{lead}</div><div class=text>{PARAGRAPHS}</div>", f"<h2>{lead}</h2>{PARAGRAPHS}"):
        article = take(body, head)
        assert article.standfirst.text == lead
        assert lead not in texts(article) and len(article.blocks) == 6


def test_a_first_paragraph_is_no_standfirst() -> None:
    first = SENTENCE.format(n=2)
    article = take(PARAGRAPHS, f"<meta name=description content='{first}'>")
    assert not article.standfirst and texts(article)[0] == first


# ---------------------------------------------------------------------------------------------- dates, names, addresses


def ld(**given: object) -> str:
    import json

    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **given})}</script>"


def test_dates_keep_their_zone_and_the_change_stands_apart() -> None:
    article = take(PARAGRAPHS, ld(datePublished="2026-11-10T23:30:00-05:00", dateModified="2026-11-11T08:00:00Z"))
    assert article.published and article.published.isoformat() == "2026-11-10T23:30:00-05:00"
    assert article.updated == datetime(2026, 11, 11, 8, tzinfo=UTC)


def test_a_change_before_publication_is_none() -> None:
    assert take(PARAGRAPHS, ld(datePublished="2026-11-10T23:30:00Z", dateModified="2026-11-10T20:00:00Z")).updated is None


def test_a_day_without_time_gives_way_to_the_feed() -> None:
    told = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
    html = document(PARAGRAPHS, ld(datePublished="2026-11-10"))
    assert extract.article(page(html), entry(published=told), source(), now=NOW).published == told


def test_a_date_of_the_future_is_none() -> None:
    assert take(PARAGRAPHS, ld(datePublished=(NOW + timedelta(days=3)).isoformat())).published is None


def test_a_date_in_a_line_of_the_page() -> None:
    article = take("<p>10 November 2026</p>" + PARAGRAPHS)
    assert article.published == datetime(2026, 11, 10, tzinfo=UTC)
    assert "10 November" not in article.text


@pytest.mark.parametrize(
    ("head", "body", "names"),
    [
        (ld(author={"@type": "Person", "name": "By Ana Ruiz"}), "", ("Ana Ruiz",)),
        (ld(author=[{"name": "Ana Ruiz"}, "Jo Lund"]), "", ("Ana Ruiz", "Jo Lund")),
        (ld(author="Par Ana Ruiz et Jo Lund"), "", ("Ana Ruiz", "Jo Lund")),
        ("<meta name=author content='The Daily'><meta property='og:site_name' content='The Daily'>", "", ()),
        ("<meta name=author content='https://daily.example/ana'>", "<p>Von Ana Ruiz</p>", ("Ana Ruiz",)),
        ("", "<p>By the river, a house.</p>", ()),
        ("", "<span class=byline>By Ana Ruiz | 12 November</span>", ("Ana Ruiz",)),
    ],
)
def test_bylines(head: str, body: str, names: tuple[str, ...]) -> None:
    article = take(body + PARAGRAPHS, head)
    assert article.byline == names
    assert not any(n == t for n in names for t in texts(article))


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("/news/1-story/", "https://daily.example/news/1-story/"),
        ("https://www.daily.example/news/1-story?utm_source=x", "https://www.daily.example/news/1-story"),
        ("https://elsewhere.example/stolen", URL),
        ("https://daily.example/", URL),
        ("javascript:alert(1)", URL),
    ],
)
def test_the_canonical_address_is_on_the_same_site(href: str, canonical: str) -> None:
    assert take(PARAGRAPHS, f'<link rel="canonical" href="{href}">').canonical_url == canonical


def test_section_and_tags() -> None:
    article = take(PARAGRAPHS, ld(articleSection="Roads &amp; Rivers", keywords="bridges, council"))
    assert (article.section, article.tags) == ("Roads & Rivers", ("bridges", "council"))


# ---------------------------------------------------------------------------------------------- language, charset


def test_a_long_text_in_another_language_beats_a_template_s_declaration() -> None:
    spanish = "".join(
        f"<p>El consejo del valle se reunió durante {n} horas el jueves y acordó reparar el puente número {n}, dijo un portavoz.</p>"
        for n in range(2, 8)
    )
    assert take(spanish, lang="en").language == "es"


def test_a_declared_region_is_kept() -> None:
    assert take(PARAGRAPHS, lang="en-GB").language == "en-GB"


def test_another_charset() -> None:
    body = (
        "<p>Die Brücke über die Wupper muß repariert werden, sagte die Bürgermeisterin am Donnerstag vor dem Rat in Großröhrsdorf.</p>" * 1
    )
    html = document(body + PARAGRAPHS, "<meta charset=iso-8859-1>", "de").encode("latin-1")
    made = extract.article(page(html, content_type="text/html"), entry(), source(), now=NOW)
    assert "Brücke über die Wupper muß" in made.text


# ---------------------------------------------------------------------------------------------- closed pages, feeds


CONTENT = "".join(f"<p>{SENTENCE.format(n=n)}</p>" for n in range(20, 26)) + "<p>Read more: <a href='/x'>x</a></p><img src='/f.jpg'>"


def test_a_page_that_is_none_falls_back_on_the_feed() -> None:
    made = extract.article(
        page("<html><body>Accept all cookies?</body></html>"), entry(title="A title", content=CONTENT), source(), now=NOW
    )
    assert made.from_feed and len(made.blocks) == 6 and made.headline == "A title"


def test_a_consent_wall_with_words_falls_back_on_the_feed() -> None:
    wall = (
        "<html><body><h1>We value your privacy</h1>"
        + "<p>We and our 842 partners store information on your device and process personal data such as cookies.</p>" * 1
    )
    wall += "<p>You may accept or manage your choices, including your right to object where legitimate interest is used, at any time below.</p></body></html>"
    made = extract.article(page(wall), entry(title="A title", content=CONTENT), source(), now=NOW)
    assert made.from_feed and "partners" not in made.text


def test_a_paywalled_teaser_falls_back_on_a_longer_feed_and_says_so_otherwise() -> None:
    html = document(f"<p>{SENTENCE.format(n=1)}</p><p>{SENTENCE.format(n=3)}</p>", ld(isAccessibleForFree="False"))
    assert extract.article(page(html), entry(title="A title", content=CONTENT), source(), now=NOW).from_feed
    teaser = extract.article(page(html), entry(), source(), now=NOW)
    assert teaser.truncated and teaser.licence is Licence.EXCERPT and "isAccessibleForFree" in (teaser.licence_note or "")


def test_without_content_in_the_feed_the_reason_is_told() -> None:
    with pytest.raises(ExtractError, match="no article found on the page"):
        extract.article(page("<html><body>Accept all cookies?</body></html>"), entry(summary="Short."), source(), now=NOW)


def test_the_feed_s_text_alone() -> None:
    made = extract.from_entry(
        entry(title="Bridge closed – The Daily", content=CONTENT, authors=("By Ana Ruiz",), categories=("Roads",)), source(), NOW
    )
    assert made.headline == "Bridge closed" and made.byline == ("Ana Ruiz",) and made.section == "Roads"
    assert made.from_feed and not made.truncated and "Read more" not in made.text
    assert [p.url for p in made.pictures] == ["https://daily.example/f.jpg"]
    short = extract.from_entry(entry(title="Bridge closed", summary="It is <closed> & that is all."), source(), NOW)
    assert short.truncated and texts(short) == ["It is <closed> & that is all."]


def test_an_entry_without_text_is_told() -> None:
    with pytest.raises(ExtractError, match="the feed holds no text"):
        extract.from_entry(entry(title="x"), source(), NOW)


def test_what_is_no_page_is_told() -> None:
    with pytest.raises(ExtractError, match="application/pdf, not a web page"):
        extract.article(page(b"%PDF-1.7", content_type="application/pdf"), entry(), source(), now=NOW)


def test_repeated_copies_are_one_and_repeated_lines_stay() -> None:
    copies = f"<div class=desktop>{PARAGRAPHS}</div><div class=mobile>{PARAGRAPHS}</div>"
    assert len(take(copies).blocks) == 6


def test_a_body_cut_into_containers_is_whole() -> None:
    parts = [f"<div class='body__part'>{''.join(f'<p>{SENTENCE.format(n=n)}</p>' for n in range(k, k + 4))}</div>" for k in (1, 5, 9)]
    ad = "<div class='promo-unit'><p>Buy the calendar of the valley, with twelve pictures of bridges, now for half the price, while it lasts.</p></div>"
    article = take(ad.join(parts))
    assert [t for t in texts(article) if "calendar" not in t] == [SENTENCE.format(n=n) for n in range(1, 13)]


def test_blocks_are_of_known_kinds_only() -> None:
    assert {b.kind for b in take(PARAGRAPHS).blocks} == {BlockKind.PARAGRAPH}


def test_a_paragraph_repeated_above_the_story_leaves_no_hole_in_it() -> None:
    third = SENTENCE.format(n=4)
    article = take(
        f"<div class='sub-title'><p>{third}</p></div><div class='text'>{PARAGRAPHS}</div>", f"<meta name=description content='{third}'>"
    )
    assert texts(article) == [SENTENCE.format(n=n) for n in range(2, 8)]
    assert not article.standfirst


def test_a_day_in_the_address_beats_a_declaration_years_from_it() -> None:
    html = document(PARAGRAPHS, ld(datePublished="2019-06-17T18:28:00Z"))
    moved = extract.article(page(html, "https://daily.example/2017/7/12/bridge"), entry(), source(), now=NOW)
    assert moved.published == datetime(2017, 7, 12, tzinfo=UTC)
    near = extract.article(page(html, "https://daily.example/2019/06/18/bridge"), entry(), source(), now=NOW)
    assert near.published == datetime(2019, 6, 17, 18, 28, tzinfo=UTC)
