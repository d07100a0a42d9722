"""Article pages and listings: what a reader sees, what machines read, and what must never be there."""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from babelwire.model import (
    Block,
    BlockKind,
    EngineKind,
    File,
    Inline,
    Licence,
    Origin,
    Passage,
    Picture,
    Publication,
    Span,
    SpanKind,
    Verdict,
    replace,
)
from babelwire.render import pages, syndicate
from babelwire.render.site import Site, indexable
from tests.render import samples

GOLDEN = Path(__file__).parent / "golden"
PLAIN = replace(samples.SITE, assets={"style.css": "assets/style.css", "logo.svg": "assets/logo.svg"})
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def page(publication: Publication, site: Site = PLAIN) -> str:
    return pages.article(publication, site, samples.SECTIONS)[0].body.decode()


def tree(publication: Publication) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(page(publication))


def words(found: list[lxml_html.HtmlElement]) -> list[str]:
    return [" ".join(e.text_content().split()) for e in found]


def json_ld(publication: Publication) -> dict[str, object]:
    script = tree(publication).xpath("//script")[0]
    return dict(json.loads(script.text))


def everything(publication: Publication) -> list[File]:
    edition = PLAIN.edition(publication.language)
    listing = samples.Listing(kind="front", name="", path=f"{publication.language}/", cards=(samples.card_of(publication),))
    files = [
        *pages.article(publication, PLAIN),
        pages.listing(listing, edition, PLAIN),
        pages.editions(PLAIN, {publication.language: listing.cards}),
    ]
    return [*files, *syndicate.feeds(listing, [syndicate.Entry(publication, PLAIN)], edition, PLAIN)]


STORIES = {
    "translated-fr": samples.ferry_fr,
    "translated-ar": samples.ferry_ar,
    "original-en": samples.ferry_en,
    "kept-fr": samples.kept_fr,
    "gist-fr": samples.lamp_es,
    "excerpt-fr": samples.harbour_de,
    "link-fr": lambda: samples.harbour_de(Licence.LINK),
    "corrected-fr": samples.corrected_fr,
    "gone-fr": samples.gone_fr,
}


@pytest.mark.parametrize("name", STORIES)
def test_page_is_the_golden_one(name: str) -> None:
    """The whole page, byte for byte. ``BABELWIRE_GOLDEN=1`` writes them anew; read the diff before you commit it."""
    made = page(STORIES[name]())
    file = GOLDEN / f"{name}.html"
    if os.environ.get("BABELWIRE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(made)
    diff = "\n".join(difflib.unified_diff(file.read_text().splitlines(), made.splitlines(), "golden", "made", lineterm="", n=1))
    assert not diff


@pytest.mark.parametrize("name", STORIES)
def test_two_renderings_are_the_same_bytes(name: str) -> None:
    if STORIES[name]().withdrawn:
        first, second = (pages.article(STORIES[name](), PLAIN) for _ in range(2))
    else:
        first, second = everything(STORIES[name]()), everything(STORIES[name]())
    assert [(f.path, f.body) for f in first] == [(f.path, f.body) for f in second]


# ---------------------------------------------------------------------------------------------- notice and provenance


@pytest.mark.parametrize("make", [samples.ferry_fr, samples.ferry_ar, samples.kept_fr, samples.lamp_es, samples.harbour_de])
def test_the_notice_stands_above_the_text(make: object) -> None:
    made = page(make())  # type: ignore[operator]
    assert made.index('class="mt') < made.index('class="body"')
    assert made.index('class="mt') < made.index('class="prov"')


def test_notice_is_stronger_where_the_translation_is_weaker() -> None:
    assert "strong" not in tree(samples.ferry_fr()).xpath("//aside")[0].get("class").split()
    for publication in (samples.kept_fr(), samples.lamp_es()):
        assert "strong" in tree(publication).xpath("//aside")[0].get("class").split()
    marked = samples.ferry_fr()
    marked = replace(marked, translation=replace(marked.translation, verdict=Verdict.MARK))
    assert "faiblesses" in tree(marked).xpath("//aside")[0].text_content()
    assert "approximative" in tree(samples.lamp_es()).xpath("//aside")[0].text_content()
    assert "1 phrase n’a pas passé" in tree(samples.kept_fr()).xpath("//aside")[0].text_content()


def test_a_sentence_left_in_the_original_is_marked_in_the_text() -> None:
    (kept,) = tree(samples.kept_fr()).xpath("//*[@class='t']//span[@class='kept']")
    assert kept.get("lang") == "en" and kept.get("translate") == "no" and kept.get("dir") == "ltr"
    assert kept.text_content() == "The work cost 1.4 million euros, a third less than planned."
    assert "non traduit" in kept.getnext().text_content()


def test_a_block_nobody_translated_is_marked_too() -> None:
    base = samples.ferry_fr()
    passages = tuple(p for p in base.translation.passages if p.place != "block:0")
    made = tree(replace(base, translation=replace(base.translation, passages=passages)))
    assert made.xpath("//*[@id='p1']//span[@class='kept']")
    assert "strong" in made.xpath("//aside")[0].get("class")


def test_an_untranslated_article_has_a_source_and_no_machine_notice() -> None:
    made = page(samples.ferry_en())
    assert "Machine translation." not in made
    assert "Original text of" in made
    assert "The Harbour Post" in made
    assert 'class="view"' not in made and "-t-" not in made.split("<body>")[1]
    assert "translationOfWork" not in made and "digitalSourceType" not in made


def test_provenance_names_everything() -> None:
    box = " ".join(words(tree(samples.ferry_fr()).xpath("//section[@class='prov']")))
    for fact in (
        "Night ferry returns",
        "The Harbour Post",
        "Harbour desk",
        "opus-mt en-fr 2026-09",
        "neuronale",
        "2026-11-20",
        "CC BY 4.0",
        "version 1",
    ):
        assert fact in box
    assert "15 phrases, dont 15 validées" in box


def test_dates_of_source_and_translation_are_shown_on_the_edition_s_clock() -> None:
    times = tree(samples.corrected_fr()).xpath("//p[@class='when']//time")
    assert [t.get("datetime") for t in times] == ["2026-11-24T11:30:00Z", "2026-11-24T14:30:00Z", "2026-11-24T16:30:00Z"]
    assert [t.text for t in times] == ["24 novembre 2026 à 12:30", "24 novembre 2026 à 15:30", "24 novembre 2026 à 17:30"]
    assert "rectifié" in " ".join(words(tree(samples.corrected_fr()).xpath("//section[@class='notes']")))


# ---------------------------------------------------------------------------------------------- languages and direction


def test_translated_and_original_blocks_carry_their_languages() -> None:
    made = tree(samples.ferry_fr())
    assert {e.get("lang") for e in made.xpath("//*[@class='t']")} == {"fr-t-en-t0-und"}
    for original in made.xpath("//*[starts-with(@class,'o') and @id]"):
        assert (original.get("lang"), original.get("dir"), original.get("translate")) == ("en", "ltr", "no")
        assert "data-nosnippet" in original.attrib
    assert made.getroottree().getroot().get("lang") == "fr"


def test_each_paragraph_links_to_its_original() -> None:
    made = tree(samples.ferry_fr())
    targets = {e.get("id") for e in made.xpath("//*[@id]")}
    links = [a.get("href")[1:] for a in made.xpath("//a[@class='pn']")]
    assert len(links) == 7 and set(links) <= targets
    assert [e.get("id") for e in made.xpath("//*[@class='u']")] == [f"p{n}" for n in range(1, 8)]


def test_arabic_page_runs_from_right_to_left_and_isolates_every_foreign_name() -> None:
    made = tree(samples.ferry_ar())
    root = made.getroottree().getroot()
    assert (root.get("lang"), root.get("dir"), root.get("class")) == ("ar", "rtl", "arabic")
    for name in ("The Harbour Post", "Harbour desk", "Island correspondent", "opus-mt en-fr 2026-09"):
        places = [e for e in made.xpath("//body//*[not(self::script)]") if e.text and name in e.text]
        places = [e for e in places if e.get("lang") != "en"]
        assert places and all(e.tag == "bdi" for e in places), name


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_names_in_cards_are_isolated(language: str) -> None:
    edition = PLAIN.edition(language)
    made = pages.listing(samples.front(edition), edition, PLAIN, samples.SECTIONS).body.decode()
    for meta in lxml_html.document_fromstring(made).xpath("//p[@class='meta']"):
        assert meta.xpath("./bdi"), "the source's name"


def test_french_typography_is_left_alone() -> None:
    made = page(samples.ferry_fr())
    assert "«\u202fNous avons eu quatre jours" in made
    assert "1,4\u00a0million" in made
    assert "22\u202fh\u202f40" in made
    for attribute in re.findall(r'(?:href|id|class)="([^"]*)"', made):
        assert "\u202f" not in attribute and "\u00a0" not in attribute


def test_headings_never_skip_a_level() -> None:
    base = samples.ferry_fr()
    deep = tuple(replace(b, level=4) if b.kind is BlockKind.HEADING else b for b in base.article.blocks)
    made = tree(replace(base, article=replace(base.article, blocks=deep)))
    assert made.xpath("//div[@class='u']/h2") and not made.xpath("//h4")


# ---------------------------------------------------------------------------------------------- licences


HIDDEN = ("La troisième phrase", "Ce paragraphe reste caché", "Der dritte Satz", "Auch dieser Absatz")
BODY = ("Le port reçoit", "Elle lève", "Der Hafen bekommt", "Er hebt 400", *HIDDEN)


def test_link_licence_lets_no_sentence_out_in_any_file() -> None:
    for file in everything(samples.harbour_de(Licence.LINK)):
        text = file.body.decode()
        assert not [s for s in BODY if s in text], file.path
    assert "Une grue pour" in page(samples.harbour_de(Licence.LINK))


def test_excerpt_licence_lets_two_sentences_out() -> None:
    for file in everything(samples.harbour_de(Licence.EXCERPT)):
        text = file.body.decode()
        assert not [s for s in HIDDEN if s in text], file.path
        assert "Der Hafen bekommt" not in text, "two sentences, not two and their originals"
    made = page(samples.harbour_de(Licence.EXCERPT))
    assert "Le port reçoit une nouvelle grue. Elle lève 400\u00a0tonnes." in made
    assert "https://hafenbote.example/kran" in made


def test_excerpt_is_never_longer_than_300_characters() -> None:
    base = samples.harbour_de(Licence.EXCERPT)
    long = Passage(place="block:0", renderings=(samples.rendering("x " * 400, "mot " * 400),))
    made = replace(base, translation=replace(base.translation, passages=(base.translation.passages[0], long)))
    shown = tree(made).xpath("//div[@class='body']/p[1]")[0].text_content()
    assert len(shown) <= 300 and shown.endswith("mot…")


@pytest.mark.parametrize(
    ("source", "article", "seen"),
    [("full", "link", "link"), ("link", "full", "link"), ("excerpt", "full", "excerpt"), ("full", "full", "full")],
)
def test_the_lesser_licence_counts(source: str, article: str, seen: str) -> None:
    base = samples.ferry_fr()
    made = replace(base, source=replace(base.source, licence=Licence(source)), article=replace(base.article, licence=Licence(article)))
    assert json.loads(pages.article(made, PLAIN)[1].body)["source"]["licence"] == seen


def test_pictures_only_where_licensed_and_on_our_own_host() -> None:
    own = Picture(url="pictures/0123", alt="A pier", caption=Inline("The pier"), credit="H. Post", width=640, height=400, widths=(640,))
    foreign = replace(own, url="https://harbour.example/pier.jpg")
    base = samples.ferry_fr()

    def sources(licensed: bool, *pictures: Picture) -> list[str]:
        made = replace(base, source=replace(base.source, pictures=licensed), article=replace(base.article, pictures=pictures))
        return [i.get("src") for i in tree(made).xpath("//img")]

    assert sources(True, own) == ["/pictures/0123-640.jpg"]
    assert sources(False, own) == []
    assert sources(True, foreign) == []
    assert sources(True, replace(own, url="//evil.example/x.png"), replace(own, url="data:image/png;base64,x")) == []


# ---------------------------------------------------------------------------------------------- machines


def test_json_ld_of_a_translation() -> None:
    data = json_ld(samples.corrected_fr())
    assert data["@type"] == "NewsArticle"
    assert data["inLanguage"] == "fr-t-en-t0-und"
    assert data["datePublished"] == "2026-11-24T14:30:00Z" and data["dateModified"] == "2026-11-24T16:30:00Z"
    assert data["digitalSourceType"] == "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
    assert data["isBasedOn"] == "https://harbour.example/2026/11/24/night-ferry"
    work = data["translationOfWork"]
    assert isinstance(work, dict)
    assert work["inLanguage"] == "en" and work["url"] == data["isBasedOn"] and work["datePublished"] == "2026-11-24T11:30:00Z"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["translator"]["@type"] == "Organization"  # type: ignore[index,call-overload]
    assert [c["@type"] for c in data["correction"]] == ["CorrectionComment"]  # type: ignore[attr-defined]
    assert data["publisher"]["correctionsPolicy"] == "https://news.example/fr/corrections/"  # type: ignore[index,call-overload]
    assert len(str(data["headline"])) <= 110
    assert "image" not in data


def test_json_ld_names_the_pictures_that_are_shown() -> None:
    own = Picture(url="pictures/0123", caption=Inline("The pier"), credit="H. Post", widths=(640, 1280))
    base = samples.ferry_fr()
    shown = replace(base, article=replace(base.article, pictures=(own, replace(own, url="https://harbour.example/pier.jpg"))))
    address = "https://news.example/pictures/0123-1280.jpg"
    assert json_ld(shown)["image"] == [{"@type": "ImageObject", "url": address, "caption": "The pier", "creditText": "H. Post"}]
    assert "image" not in json_ld(replace(shown, source=replace(base.source, pictures=False)))


def test_digital_source_type_follows_the_kind_of_engine() -> None:
    base = samples.ferry_fr()
    seen = {}
    for kind in (EngineKind.RULES, EngineKind.NEURAL, EngineKind.LLM):
        seen[kind] = str(json_ld(replace(base, translation=replace(base.translation, engine_kind=kind)))["digitalSourceType"]).rpartition(
            "/"
        )[2]
    assert seen == {
        EngineKind.RULES: "AlgorithmicMediaDigitalSource",
        EngineKind.NEURAL: "TrainedAlgorithmicMediaDigitalSource",
        EngineKind.LLM: "TrainedAlgorithmicMediaDigitalSource",
    }


def test_record_is_aligned_sentence_by_sentence() -> None:
    record = json.loads(pages.article(samples.kept_fr(), PLAIN)[1].body)
    first, second = record["blocks"][1]["sentences"]
    assert first["text"].startswith("«\u202fNous") and first["original"].startswith("“We had")
    assert second["origin"] == Origin.ORIGINAL and second["issues"] == [{"kind": "numbers", "severity": "major"}]
    assert record["translation"]["left_in_original"] == 1
    assert record["translation"]["human_reviewed"] is False


def test_canonical_is_the_page_itself_and_hreflang_is_reciprocal() -> None:
    fr = samples.ferry_fr()
    ar = replace(samples.ferry_ar(), siblings=(("fr", fr.path), ("en", samples.ferry_en().path)))
    lists = []
    for publication in (fr, ar):
        made = tree(publication)
        assert made.xpath("//link[@rel='canonical']/@href") == [f"https://news.example/{publication.path}"]
        lists.append([(e.get("hreflang"), e.get("href")) for e in made.xpath("//head/link[@rel='alternate'][@hreflang]")])
    assert lists[0] == lists[1]
    assert [language for language, _ in lists[0]] == ["fr", "ar", "en", "x-default"]
    assert all(href.startswith("https://news.example/") for _, href in lists[0])


@pytest.mark.parametrize(
    ("publication", "index"),
    [
        (samples.ferry_fr(), True),
        (samples.kept_fr(), False),
        (samples.lamp_es(), False),
        (samples.harbour_de(Licence.EXCERPT), False),
        (samples.harbour_de(Licence.LINK), False),
        (samples.ferry_en(), False),
        (samples.gone_fr(), False),
    ],
)
def test_index_policy(publication: Publication, index: bool) -> None:
    assert indexable(publication, PLAIN) is index
    assert ("noindex,follow" in page(publication)) is not index
    assert indexable(publication, replace(PLAIN, index="none")) is False
    assert indexable(publication, replace(PLAIN, index="all")) is not publication.withdrawn


def test_site_in_a_folder() -> None:
    made = page(samples.ferry_fr(), replace(PLAIN, base_url="https://example.org/news/"))
    assert 'href="/news/assets/style.css"' in made
    assert 'rel="canonical" href="https://example.org/news/fr/2026/' in made
    assert not re.search(r'(?:href|src)="/(?!news/)', made)


def test_outgoing_links_leave_no_trace() -> None:
    for link in tree(samples.ferry_fr()).xpath("//body//a[starts-with(@href,'http')]"):
        assert {"external", "noopener"} <= set(link.get("rel").split())
        assert link.get("referrerpolicy") == "no-referrer"


def test_tombstone_says_nothing_of_the_article() -> None:
    html, record = pages.article(samples.gone_fr(), PLAIN)
    text = html.body.decode()
    assert '<meta name="babelwire:status" content="410">' in text[:200]
    assert "Le ferry" not in text and "Night ferry" not in text and "Harbour desk" not in text and "ld+json" not in text
    assert "noindex" in text and "https://harbour.example/" in text
    assert json.loads(record.body)["status"] == 410 and "ferry" not in record.body.decode().replace(samples.gone_fr().path, "").lower()


# ---------------------------------------------------------------------------------------------- hostile


def test_hostile_story_is_harmless_everywhere() -> None:
    for file in everything(samples.hostile_fr()):
        text = file.body.decode()
        assert not BIDI.search(text) and "\x00" not in text and "\x0b" not in text, file.path
        assert len(file.body) < 60_000, "a title of five megabytes is cut"
        if file.path.endswith(".html"):
            made = lxml_html.document_fromstring(text)
            scripts = made.xpath("//script")
            assert all(s.get("type") == "application/ld+json" for s in scripts)
            for script in scripts:
                json.loads(script.text)
            assert not made.xpath("//img") and not made.xpath("//@onerror") and not made.xpath("//@style")
            assert not [h for h in made.xpath("//@href") if h.lower().startswith(("javascript:", "data:"))]
            assert "49" not in " ".join(words(made.xpath("//h1"))), "no template runs twice"
        elif file.path.endswith(".json"):
            json.loads(text)


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(e.tag), tuple(sorted(e.attrib))) for e in lxml_html.document_fromstring(text).iter() if isinstance(e.tag, str)]


def told(text: str) -> Publication:
    base = samples.ferry_fr()
    blocks = (Block(kind=BlockKind.PARAGRAPH, inline=Inline(text)), Block(kind=BlockKind.ITEM, inline=Inline(text)))
    article = replace(base.article, headline=text, standfirst=Inline(text), byline=(text,), section=text, blocks=blocks)
    source = replace(base.source, name=text, attribution=text)
    passages = tuple(Passage(place=place, renderings=(samples.rendering(i.text, i.text),)) for place, i in article.parts())
    return replace(
        base, article=article, source=source, translation=replace(base.translation, passages=passages, engine=text, glossary=text)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.text(min_size=0, max_size=60)
    | st.sampled_from(["<b>", "</p><p>", '" onclick="x', "&lt;", "]]>", "<!--", "{{ x }}", "\u202e", "</script>"])
)
def test_whatever_a_source_says_is_text(text: str) -> None:
    """The page of any text has exactly the elements and attributes of the page of a plain word."""
    text = f"a{text}z"  # a block without any text is left out, which is another page
    assert shape(page(told(text))) == shape(page(told("word")))


def test_spans_become_a_closed_set_of_marks() -> None:
    from babelwire.render.markup import html

    text = "one two three four"

    def span(start: int, end: int, kind: SpanKind, href: str | None = None) -> Span:
        return Span(start=start, end=end, kind=kind, href=href)

    assert (
        html(Inline(text, (span(0, 3, SpanKind.EMPHASIS), span(4, 7, SpanKind.STRONG)))) == "<em>one</em> <strong>two</strong> three four"
    )
    nested = Inline(text, (span(0, 13, SpanKind.LINK, "https://x.example/a?b=1&c"), span(4, 7, SpanKind.EMPHASIS)))
    assert (
        html(nested)
        == '<a href="https://x.example/a?b=1&amp;c" rel="external noopener" referrerpolicy="no-referrer">one <em>two</em> three</a> four'
    )
    assert html(Inline(text, (span(0, 7, SpanKind.EMPHASIS), span(4, 13, SpanKind.STRONG)))) == "<em>one two</em> three four", (
        "crossing spans"
    )
    assert html(Inline(text, (span(4, 99, SpanKind.STRONG), span(-3, 2, SpanKind.CODE), span(2, 2, SpanKind.CODE)))) == text, (
        "outside the text"
    )
    assert html(Inline(text, (span(0, 3, SpanKind.QUOTATION), span(4, 7, SpanKind.KEEP)))) == text
    for href in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//x.example",
        "https://user:pw@x.example/",
        "https://",
        "http://[::1",
        "https://x.example/\u202e",
        None,
        "https://x.example/ y",
    ):
        assert html(Inline(text, (span(0, 3, SpanKind.LINK, href),))) == text, href


# ---------------------------------------------------------------------------------------------- listings


def test_a_gist_leads_no_front_page_where_there_is_a_translation() -> None:
    front = samples.front()
    told = max(card.sources for card in front.cards)
    cards = tuple(replace(card, gist=card.sources == told) for card in front.cards)
    assert any(not card.gist for card in cards) and any(card.gist for card in cards)
    made = lxml_html.document_fromstring(pages.listing(replace(front, cards=cards), samples.FR, PLAIN, samples.SECTIONS).body)
    lead = made.xpath("//article[contains(@class,'lead')]//a")[0].get("href").lstrip("/")
    assert next(card for card in cards if card.path == lead).gist is False


def test_front_page_has_a_lead_a_strip_and_no_story_twice() -> None:
    made = lxml_html.document_fromstring(pages.listing(samples.front(), samples.FR, PLAIN, samples.SECTIONS).body)
    links = [a.get("href") for a in made.xpath("//main//a[not(@rel)][not(contains(@href, '/story/'))]")]
    assert len(links) == len(set(links)) == 31
    assert len(made.xpath("//section[@class='latest']//li")) == 6
    assert "ferry" in made.xpath("//article[contains(@class,'lead')]//a")[0].get("href"), "the event most sources report leads"
    assert made.xpath("//a[@rel='next']/@href") == ["/fr/2026/11/23/"]
    assert {e.get("type") for e in made.xpath("//link[@rel='alternate'][@title]")} == {
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
    }


def test_sections_are_named_in_the_edition_s_language() -> None:
    made = lxml_html.document_fromstring(
        pages.listing(samples.front(), samples.FR, PLAIN, (("World", 3), ("Deportes", 2), ("Hafenkante", 1))).body
    )
    assert words(made.xpath("//nav[@class='secs']/a")) == ["La Une", "Monde", "Sport", "Hafenkante"]
    assert made.xpath("//nav[@class='secs']//bdi")[0].text == "Hafenkante"


@pytest.mark.parametrize(
    ("kind", "name", "title", "heading"),
    [
        ("section", "Deportes", "", "Sport"),
        ("source", "mercurio", "El Mercurio del Puerto", "Nouvelles de El Mercurio del Puerto"),
        ("day", "2026-11-24", "", "Nouvelles du 24 novembre 2026"),
        ("topic", "energy", "Énergie", "Énergie"),
    ],
)
def test_listings_have_a_heading(kind: str, name: str, title: str, heading: str) -> None:
    listing = samples.Listing(kind=kind, name=name, path="fr/x/", cards=samples.front_cards(4), title=title)
    made = lxml_html.document_fromstring(pages.listing(listing, samples.FR, PLAIN).body)
    assert words(made.xpath("//h1")) == [heading]
    assert words(made.xpath("//main/div/p[@class='meta']")) == ["4 articles"]


def test_an_empty_listing_says_so_and_is_not_indexed() -> None:
    made = pages.listing(samples.Listing(kind="front", name="", path="fr/", cards=()), samples.FR, PLAIN).body.decode()
    assert "Rien n’a encore été publié ici." in made and "noindex" in made


def test_list_of_editions_speaks_every_language_and_redirects_nobody() -> None:
    made = lxml_html.document_fromstring(
        pages.editions(PLAIN, {"fr": samples.front_cards(9), "ar": samples.front_cards(4, samples.AR)}).body
    )
    sections = made.xpath("//main/section")
    assert [(s.get("lang"), s.get("dir")) for s in sections] == [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr"), ("es", "ltr")]
    assert words(made.xpath("//h2")) == ["Français", "العربية", "English", "Español"]
    assert [len(s.xpath(".//li")) for s in sections] == [3, 3, 0, 0]
    assert not made.xpath("//meta[@http-equiv]")
    assert "x-default" in made.xpath("//link/@hreflang")


def test_page_weight_budget() -> None:
    import brotli

    from babelwire.render.site import asset_body

    assert len(brotli.compress(pages.article(samples.ferry_fr(), samples.SITE)[0].body, quality=5)) <= 8192
    assert len(brotli.compress(asset_body("style.css"), quality=5)) <= 3072


def test_no_left_or_right_in_the_style() -> None:
    from babelwire.render.site import asset_body

    style = asset_body("style.css").decode() + asset_body("ask.css").decode()
    assert not re.search(r"\b(left|right)\b", style)
    assert "url(" not in style and "@import" not in style and "@font-face" not in style
