"""Sitemaps, addresses, locales, and the files that do not change with the news."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import resources
from pathlib import Path

import pytest
from lxml import etree
from lxml import html as lxml_html

from babelwire.errors import ConfigError
from babelwire.model import Amendment, Feed, Licence, Publication, replace
from babelwire.render import about, address, sitemaps, static
from babelwire.render import locale as locales
from tests.render import samples

M = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
X = "{http://www.w3.org/1999/xhtml}"


class Tree:
    """What stands on the site."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def publish(self, publications: Sequence[Publication], now: datetime = samples.NOW) -> list[str]:
        made = sitemaps.sitemaps(publications, samples.FR, samples.SITE, self.files.get, now)
        self.files |= {f.path: f.body for f in made}
        return [f.path for f in made]

    def places(self, path: str) -> list[str]:
        return [str(e.text) for e in etree.fromstring(self.files[path]).iter(f"{M}loc")]


DAY, NEWS = "fr/sitemap-2026-11-24.xml", "fr/sitemap-news.xml"


def test_sitemaps_hold_what_may_be_indexed_and_nothing_else() -> None:
    tree = Tree()
    paths = tree.publish([samples.ferry_fr(), samples.kept_fr(), samples.lamp_es(), samples.harbour_de(), samples.harbour_de(Licence.LINK)])
    assert paths == [DAY, NEWS, "sitemap.xml"], "the index last"
    for path in (DAY, NEWS):
        assert tree.places(path) == [samples.SITE.url(samples.ferry_fr().path)]
    assert tree.places("sitemap.xml") == [samples.SITE.url(DAY), samples.SITE.url(NEWS)]


def test_sitemap_alternates_are_those_of_the_page() -> None:
    tree = Tree()
    tree.publish([samples.ferry_fr()])
    links = [(e.get("hreflang"), e.get("href")) for e in etree.fromstring(tree.files[DAY]).iter(f"{X}link")]
    assert [language for language, _ in links] == ["fr", "ar", "en", "x-default"]
    assert links[0][1] == links[3][1] == samples.SITE.url(samples.ferry_fr().path)


def test_sitemap_grows_changes_and_shrinks_without_the_archive() -> None:
    tree = Tree()
    tree.publish([samples.ferry_fr(), samples.hostile_fr()])
    assert len(tree.places(DAY)) == 2
    tree.publish([samples.corrected_fr()])
    assert len(tree.places(DAY)) == 2
    stamps = {str(e.findtext(f"{M}loc")): e.findtext(f"{M}lastmod") for e in etree.fromstring(tree.files[DAY]).iter(f"{M}url")}
    assert stamps[samples.SITE.url(samples.ferry_fr().path)] == "2026-11-24T16:30:00Z"
    before = dict(tree.files)
    tree.publish([samples.corrected_fr()])
    assert tree.files == before, "publishing the same again changes no byte"
    tree.publish([samples.gone_fr()])
    assert tree.places(DAY) == [samples.SITE.url(samples.hostile_fr().path)] == tree.places(NEWS)


def test_news_sitemap_forgets_after_two_days() -> None:
    tree = Tree()
    tree.publish([samples.ferry_fr()])
    tree.publish(
        [replace(samples.hostile_fr(), published=samples.NOW + timedelta(days=3), updated=samples.NOW + timedelta(days=3))],
        samples.NOW + timedelta(days=3),
    )
    assert tree.places(NEWS) == [samples.SITE.url(samples.hostile_fr().path)]
    assert len(tree.places(DAY)) == len(tree.places("fr/sitemap-2026-11-27.xml")) == 1


def test_the_index_is_written_once_a_day_and_file() -> None:
    tree = Tree()
    assert "sitemap.xml" in tree.publish([samples.ferry_fr()])
    assert tree.publish([samples.hostile_fr()]) == [DAY, NEWS], "it says of both already that they were written today"
    tomorrow = samples.NOW + timedelta(days=1)
    assert tree.publish([samples.corrected_fr()], tomorrow) == [DAY, NEWS, "sitemap.xml"]
    index = etree.fromstring(tree.files["sitemap.xml"])
    assert [e.text for e in index.iter(f"{M}lastmod")] == ["2026-11-25", "2026-11-25"]
    tree.files["sitemap.xml"] = b"<broken"
    tree.publish([samples.ferry_fr()], tomorrow)
    assert tree.places("sitemap.xml") == [samples.SITE.url(DAY), samples.SITE.url(NEWS)]


def test_a_broken_sitemap_is_made_anew() -> None:
    tree = Tree()
    tree.files[DAY] = b"<urlset><url>"
    tree.publish([samples.ferry_fr()])
    assert len(tree.places(DAY)) == 1


# ---------------------------------------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("headline", "original", "slug"),
    [
        ("L’été s’achève : «\u202fœuvres\u202f» à Besançon", "", "l-ete-s-acheve-oeuvres-a-besancon"),
        ("Straße, Ærø, Łódź, Đà Nẵng", "", "strasse-aero-lodz-da-nang"),
        ("عودة العبّارة الليلية", "Night ferry returns", "night-ferry-returns"),
        ("渡轮恢复航行", "Паром вернулся", "article"),
        ("../../etc/passwd\x00%2e", "", "etc-passwd-2e"),
        ("2026", "", "article"),
        ("mot " * 500, "", "-".join(["mot"] * 18)),
        ("a" * 5_000_000, "", "a" * 72),
    ],
)
def test_slug(headline: str, original: str, slug: str) -> None:
    made = address.slug(headline, original)
    assert made == slug
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made) and len(made) <= 72


def test_path_has_the_edition_s_own_day() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert address.path("fr", late, "Une nouvelle", "abcd1234", time_zone="Europe/Paris") == "fr/2026/11/25/une-nouvelle-abcd1234/"
    assert address.path("en", late, "A story", "abcd1234") == "en/2026/11/24/a-story-abcd1234/"
    with pytest.raises(ValueError, match="not a key"):
        address.path("fr", late, "x", "../x")


def test_sections_of_all_languages_meet() -> None:
    assert {address.section_path("fr", s) for s in ("Sport", "Deportes", "esports", "Спорт", "体育")} == {"fr/section/sport/"}
    assert address.section_path("fr", "Hafen & Kante") == "fr/section/hafen-kante/"
    assert address.section_path("fr", "本地") != address.section_path("fr", "地方")


# ---------------------------------------------------------------------------------------------- locales


def test_every_locale_is_whole() -> None:
    assert set(locales.known()) >= {"en", "fr", "es", "ca", "pt", "it", "de", "ru", "uk", "ar", "zh"}
    for tag in locales.known():
        locale = locales.load(tag)
        for n in (0, 1, 2, 3, 5, 11, 21, 100, 1_000_000):
            for name in locale.plurals:
                assert locale.count(name, n, passed=n)
        when = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
        for pattern in ("moment", "short", "time"):
            words = locale.moment(when, "Asia/Tokyo", pattern)
            assert "23:30" in words and "+" not in words and "GMT" not in words


def test_no_string_is_only_a_copy_of_the_english_one() -> None:
    """Words that are the same in two languages are few; a file that was copied and forgotten has many."""
    reference = locales.load("en")
    for tag in locales.known():
        if tag != "en":
            same = [k for k, v in locales.load(tag).texts.items() if v == reference.texts[k] and len(v) > 12]
            assert not same, (tag, same)


def test_every_string_is_used() -> None:
    room = Path(str(resources.files("babelwire.render")))
    source = "\n".join(p.read_text() for p in [*room.glob("*.py"), *room.glob("templates/*.j2")])
    built = ("note_", "kind_", "licence_", "reason_")  # names that are put together
    reference = locales.load("en")
    unused = [
        k for k in [*reference.texts, *reference.plurals] if not k.startswith(built) and f'"{k}"' not in source and f"'{k}'" not in source
    ]
    assert not unused


def test_french_strings_have_french_spaces() -> None:
    for text in locales.load("fr").texts.values():
        assert not re.search(r" [:;!?»]|« ", text), text


@pytest.mark.parametrize("tag", ["xx", "zh-Hant", "tlh"])
def test_unknown_locale_is_a_clear_error(tag: str) -> None:
    with pytest.raises(ConfigError, match=rf"editions\.{tag}: the interface does not speak this language yet; it speaks ar, ca, de"):
        locales.load(tag)


def test_a_region_speaks_its_language() -> None:
    assert locales.load("pt-BR").texts == locales.load("pt").texts
    assert locales.autonym("pt-BR") == "Português (Brasil)"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw["text"].pop("skip"), r"\[text\] has not the same strings as en.toml: skip"),
        (lambda raw: raw["text"].update(extra="x"), "extra"),
        (lambda raw: raw["text"].update(by="Par {name}"), r"text.by must have the holes"),
        (lambda raw: raw["plural"]["stories"].pop("one"), "plural.stories lacks the forms one"),
        (lambda raw: raw["locale"].pop("day"), r"\[locale\]"),
    ],
)
def test_a_locale_that_is_not_whole_is_a_clear_error(change: object, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import copy

    read = locales._read
    broken = copy.deepcopy(read("fr"))
    change(broken)  # type: ignore[operator]
    monkeypatch.setattr(locales, "_read", lambda name: broken if name == "fr" else read(name))
    with pytest.raises(ConfigError, match=message):
        locales.load.__wrapped__("fr")


@pytest.mark.parametrize(
    ("tag", "direction"),
    [("ar", "rtl"), ("he", "rtl"), ("fa-IR", "rtl"), ("pa-Arab", "rtl"), ("ar-Latn", "ltr"), ("en", "ltr"), ("zh-Hant", "ltr")],
)
def test_direction(tag: str, direction: str) -> None:
    assert locales.direction(tag) == direction


# ---------------------------------------------------------------------------------------------- files that stay


def made(**changes: object) -> dict[str, bytes]:
    site = replace(samples.SITE, **changes)  # type: ignore[arg-type]
    feeds = [Feed(url="https://harbour.example/rss", source_id="harbour-post")]
    files = static.files(site, now=samples.NOW, sources=[samples.HARBOUR, samples.SAHIFA], feeds=feeds, sections={"fr": samples.SECTIONS})
    assert len({f.path for f in files}) == len(files)
    return {f.path: f.body for f in files}


def test_files_that_machines_look_for() -> None:
    files = made()
    assert (
        "Sitemap: https://news.example/sitemap.xml" in files["robots.txt"].decode() and "Disallow: /\n" not in files["robots.txt"].decode()
    )
    assert "Disallow: /\n" in made(index="none")["robots.txt"].decode()
    assert json.loads(files[".well-known/tdmrep.json"]) == [{"location": "/", "tdm-reservation": 1}]
    assert "Contact: mailto:desk@news.example" in files[".well-known/security.txt"].decode()
    assert "Expires: 2027-01-01T00:00:00Z" in files[".well-known/security.txt"].decode()
    assert ".well-known/security.txt" not in made(contact="")
    assert [o.get("xmlUrl") for o in etree.fromstring(files["opml.xml"]).iter("outline")] == [
        f"https://news.example/{e}/feed.atom" for e in ("fr", "ar", "en", "es")
    ]
    assert [o.get("xmlUrl") for o in etree.fromstring(files["fr/sources.opml"]).iter("outline")] == ["https://harbour.example/rss"]
    assert [e["language"] for e in json.loads(files["api/v1/editions.json"])["editions"]] == ["fr", "ar", "en", "es"]
    assert "fr/opensearch.xml" not in files, "no search, no description of one"
    assert b"search/?q={searchTerms}" in made(search=True)["fr/opensearch.xml"]
    for name, path in samples.SITE.assets.items():
        assert re.fullmatch(r"assets/\w+\.[0-9a-f]{10}\.\w+", path) and path in files, name


@pytest.mark.parametrize("language", ["fr", "ar", "en", "es"])
def test_pages_about_the_site(language: str) -> None:
    files = made()
    for place in ("about/", "sources/", "feeds/", "privacy/", "takedown/"):
        page = lxml_html.document_fromstring(files[f"{language}/{place}index.html"])
        assert page.getroottree().getroot().get("lang") == language
        assert page.xpath("//link[@rel='canonical']/@href") == [f"https://news.example/{language}/{place}"]
        assert len(page.xpath("//h1")) == 1
    sources = lxml_html.document_fromstring(files[f"{language}/sources/index.html"])
    assert sources.xpath("//dt//bdi/text()") == ["The Harbour Post", "صحيفة الميناء"]
    assert "noindex" in files[f"{language}/404.html"].decode() and "canonical" not in files[f"{language}/404.html"].decode()
    assert "The Babelwire desk" in files[f"{language}/about/index.html"].decode()


def test_list_of_corrections() -> None:
    listed = [
        Amendment(when=samples.NOW, kind="correction", headline="Un <b>titre</b>", path="fr/2026/x/"),
        Amendment(when=samples.NOW, kind="withdrawal", path="fr/2026/y/"),
    ]
    page = about.corrections(samples.FR, samples.SITE, listed).body.decode()
    assert "Un &lt;b&gt;titre&lt;/b&gt;" in page and 'href="/fr/2026/x/"' in page and "/fr/2026/y/" not in page
    assert page.count("<dt>") == 2 and "Retiré par la source." in page


def test_latest_as_data() -> None:
    data = json.loads(static.latest(samples.FR, samples.front_cards(4), samples.SITE).body)
    assert [i["machine_translated"] for i in data["items"]] == [True] * 4
    assert data["items"][0]["record"].endswith("/index.json")
