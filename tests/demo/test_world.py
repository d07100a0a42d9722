"""The demo world: what its newspapers answer, and what changes when its clock ticks."""

from __future__ import annotations

import gzip
import json
import tomllib
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from babelwire import config, parse
from babelwire.demo import World
from babelwire.demo.paper import blocks, papers
from babelwire.demo.picture import SCENES, draw
from babelwire.errors import ConfigError, ParseError
from babelwire.model import Feed, Licence, Page

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    with World(now=NOW) as made:
        yield made


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    ask = urllib.request.Request(url, headers={k.replace("_", "-"): v for k, v in headers.items()})
    try:
        with urllib.request.urlopen(ask, timeout=10) as answer:
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()}
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), {k.lower(): v for k, v in error.headers.items()}


def entries(world: World, site: str) -> list[str]:
    _, body, headers = get(world.feeds[site])
    page = Page(url=world.feeds[site], asked=world.feeds[site], body=body, fetched=NOW, content_type=headers["content-type"])
    return [e.title for e in parse.feed(page, Feed(url=world.feeds[site], source_id=site), NOW)[1]]


class TestContent:
    def test_enough_of_everything(self) -> None:
        count = Counter(p.language for p in papers() for _ in p.piece)
        assert count["es"] >= 5
        assert count["ca"] >= 5
        assert count["pt"] >= 4
        assert count["fr"] >= 5
        assert count["en"] >= 6
        assert len([p for p in papers() if p.piece]) >= 8

    def test_articles_are_articles(self) -> None:
        for paper in papers():
            for piece in paper.piece:
                assert 240 <= len(piece.body.split()) <= 500, piece.slug
                assert any(mark in piece.body for mark in '“«"'), f"{piece.slug} quotes nobody"
                assert piece.author in paper.bios, piece.slug

    def test_every_kind_of_block_occurs(self) -> None:
        html = "\n".join(b for p in papers() for piece in p.piece for b in blocks(piece.body))
        for tag in ("<h2>", "<ul>", "<ol>", "<table>", "<blockquote>", "<em>", "<strong>", "<a href="):
            assert tag in html

    def test_blocks_are_cut_between_outer_elements(self) -> None:
        assert blocks("One.\n\n- a\n- b\n\n> Two.") == [
            "<p>One.</p>",
            "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
            "<blockquote>\n<p>Two.</p>\n</blockquote>",
        ]

    def test_corrections_change_one_sentence(self) -> None:
        found = [(p, p.correction) for paper in papers() for p in paper.piece if p.correction]
        assert found
        for piece, correction in found:
            assert piece.body.count(correction.find) == 1

    def test_french_spaces_are_hard(self) -> None:
        texts = [piece.body for p in papers() if p.language == "fr" for piece in p.piece]
        assert texts
        assert not [t for t in texts if " »" in t or "« " in t or " ?" in t or " :" in t]

    def test_scenes_draw_the_same_again(self) -> None:
        used = {piece.picture.scene for p in papers() for piece in p.piece if piece.picture}
        assert used == set(SCENES)
        assert draw("cave", "a") == draw("cave", "a")
        assert draw("hills", "a") != draw("hills", "b")


class TestFeeds:
    def test_every_feed_is_read_whole(self, world: World) -> None:
        for paper in world.papers:
            if paper.piece:
                assert len(entries(world, paper.id)) == len(world.pieces(paper.id)), paper.id

    def test_formats(self, world: World) -> None:
        roots = {}
        for paper in world.papers:
            body = get(world.feeds[paper.id])[1]
            if paper.feed.format in ("rss", "atom", "rdf"):
                roots[paper.feed.format] = ET.fromstring(body).tag.split("}")[-1]
            if paper.feed.format == "json":
                assert json.loads(body)["version"].endswith("1.1")
        assert roots == {"rss": "rss", "atom": "feed", "rdf": "RDF"}

    def test_legacy_encodings(self, world: World) -> None:
        assert "Las cigüeñas de Valdehermoso ya no se van en invierno" in entries(world, "la-meseta")
        assert "El queso curado encadena tres años de subidas".encode("latin-1") in get(world.feeds["la-meseta"])[1]
        assert "à la nage".encode() not in get(world.feeds["la-gazette"])[1]

    def test_dead_feed(self, world: World) -> None:
        assert get(world.feeds["le-courrier"])[0] == 500

    def test_html_instead_of_a_feed(self, world: World) -> None:
        with pytest.raises(ParseError):
            entries(world, "rivermouth")

    def test_unchanged_is_304(self, world: World) -> None:
        _, body, headers = get(world.feeds["el-faro"])
        assert get(world.feeds["el-faro"], If_None_Match=headers["etag"])[:2] == (304, b"")
        assert get(world.feeds["el-faro"], If_Modified_Since=headers["last-modified"])[0] == 304
        world.tick()
        assert get(world.feeds["el-faro"], If_None_Match=headers["etag"])[1] not in (b"", body)
        assert [r.status for r in world.requests] == [200, 304, 304, 200]

    def test_gzip(self, world: World) -> None:
        _, body, headers = get(world.feeds["sept-ponts"], Accept_Encoding="gzip")
        assert headers["content-encoding"] == "gzip"
        assert gzip.decompress(body).startswith(b"<?xml")

    def test_links_carry_tracking_but_pages_say_where_they_are(self, world: World) -> None:
        _, body, headers = get(world.feeds["harrowmere"])
        page = Page(url=world.feeds["harrowmere"], asked="", body=body, fetched=NOW, content_type=headers["content-type"])
        link = parse.feed(page, Feed(url=page.url, source_id="harrowmere"), NOW)[1][0].link or ""
        assert "utm_source" in body.decode()
        assert f'<link rel="canonical" href="{link.split("?")[0]}">' in get(link)[1].decode()


class TestPages:
    def test_every_article_and_picture_is_there(self, world: World) -> None:
        for paper in world.papers:
            for piece in world.pieces(paper.id):
                status, body, _ = get(world.base(paper.id) + piece.path)
                assert status == 200
                first = next(b for b in piece.blocks if b.startswith("<p>"))
                assert first.encode(paper.encoding, "xmlcharrefreplace") in body
                if piece.image:
                    assert piece.image.encode() in body
        assert get(world.base("el-faro") + "/media/puerto-enchufa-pesqueros.jpg")[1][:3] == b"\xff\xd8\xff"

    def test_the_traps_are_set(self, world: World) -> None:
        page = get(world.url("northgate", "un-troops-mountain-road"))[1].decode()
        headline = "UN troops reopen mountain road after talks with highland villages"
        assert f"<title>{headline} | World | Northgate Wire</title>" in page
        assert f'alt="{headline}"' in page
        assert f"<figcaption>{headline}</figcaption>" in page
        assert page.index("which was to go home") < page.index("<figure>") < page.index("Good enough")
        assert "<strong>READ MORE: </strong>" in page
        assert page.count("“") > page.count("”")
        assert "Blue Helmets" in page
        assert "blue helmets" in page
        assert "once again" in page
        assert page.count("sobering effect") >= 3
        assert "Like this story? Share it with a friend!" in page

    def test_the_hostile_headline_is_text_and_its_page_is_not_harmless(self, world: World) -> None:
        page = get(world.url("kestrel-bay", "paper-boat-regatta"))[1].decode()
        assert "&lt;script&gt;" in page
        assert "\u202e" in page
        assert '<script>document.body.innerHTML = "taken over"</script>' in page

    def test_other_addresses(self, world: World) -> None:
        for site in world.feeds:
            assert b"User-agent" in get(world.base(site) + "/robots.txt")[1]
            assert get(world.base(site) + "/")[0] == 200
        assert get(world.base("el-faro") + "/nada")[0] == 404
        assert get(world.base("el-faro") + "/temas/pesca")[0] == 200


class TestClock:
    def test_articles_are_fresh(self, world: World) -> None:
        assert all(NOW - timedelta(days=3) < p.date < NOW for paper in world.papers for p in world.pieces(paper.id))

    def test_a_tick_brings_an_article_and_a_correction(self, world: World) -> None:
        before = get(world.url("el-faro", "puerto-enchufa-pesqueros"))[1].decode()
        assert world.tick() == 1
        after = get(world.url("el-faro", "puerto-enchufa-pesqueros"))[1].decode()
        assert "unos 620.000 litros" in before
        assert "unos 620.000 litros" not in after
        assert "unos 260.000 litros" in after
        assert "La biblioteca de Olmeda presta semillas además de libros" in entries(world, "el-faro")
        assert NOW < max(p.updated for p in world.pieces("el-faro")) <= world.now

    def test_the_second_tick_withdraws(self, world: World) -> None:
        address = world.url("harrowmere", "free-ferries-students")
        world.tick()
        assert get(address)[0] == 200
        world.tick()
        assert get(address)[0] == 410
        assert len(entries(world, "harrowmere")) == 2

    def test_control_path(self, world: World) -> None:
        address = world.base("el-faro") + "/-/tick"
        assert get(address)[0] == 405
        with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=10) as answer:
            assert answer.read() == b"1\n"
        assert world.ticks == 1


class TestConfig:
    def test_it_is_a_configuration(self, world: World) -> None:
        made = config.build(tomllib.loads(world.config("here")), Path("/nowhere/demo.toml"), {})
        assert [e.language for e in made.editions] == ["fr", "ca", "es", "en"]
        assert {f.source_id: f.url for f in made.feeds} == world.feeds
        assert made.fetch.allow_ports == (world.port,)
        assert {s.licence for s in made.sources if s.id not in ("le-courrier", "rivermouth")} == {Licence.FULL}

    def test_a_taken_port_is_named(self, world: World) -> None:
        with pytest.raises(ConfigError, match=str(world.port)), World(port=world.port):
            pass
