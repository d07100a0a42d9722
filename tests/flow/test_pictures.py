"""Pictures through the whole desk: only where they are licensed, on our own host, gone with their article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import html

from babelwire.desk import Desk
from babelwire.errors import FetchError
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Page, replace
from babelwire.publishers.memory import MemoryPublisher
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, SENTENCES, hours
from tests.pictures.test_encode import drawn, moving

PICTURE = f"{HOME}/pier.jpg"


def story() -> Page:
    figure = (
        f'<figure><img src="{PICTURE}" alt="The pier seen from the sea" width="1600" height="900">'
        "<figcaption>The old pier of Linden in winter. Photo: Ada Lind</figcaption></figure>"
    )
    page = world.story("pier")
    return replace(page, body=page.body.replace(f"<p>{SENTENCES[1]}</p>".encode(), f"{figure}<p>{SENTENCES[1]}</p>".encode()))


def fetcher(picture: Any) -> ReplayFetcher:
    return ReplayFetcher({FEED: world.feed("pier"), f"{HOME}/pier": story(), PICTURE: picture}, clock=lambda: NOW)


def image(body: bytes) -> Page:
    return Page(url=PICTURE, asked=PICTURE, body=body, fetched=NOW, content_type="image/jpeg")


def settings(tmp_path: Path, *, pictures: bool = True, licence: str = "full") -> Any:
    gazette = {"name": "The Gazette", "homepage": HOME, "language": "en", "licence": licence, "pictures": pictures, "feeds": [FEED]}
    return world.settings(tmp_path, sources={"gazette": gazette})


def page_of(desk: Desk, site: MemoryPublisher, language: str = "fr") -> tuple[str, Any]:
    (card,) = desk.store.cards(language)
    body = (site.read(f"{card.path}index.html") or b"").decode()
    return body, html.fromstring(body)


def asked(got: ReplayFetcher) -> int:
    return [a.url for a in got.asked].count(PICTURE)


def test_a_licensed_picture_stands_on_our_own_host_with_its_caption_translated(tmp_path: Path) -> None:
    got, site = fetcher(image(drawn())), MemoryPublisher()
    with world.desk(settings(tmp_path), got, publisher=site) as desk:
        desk.run(NOW)
        body, tree = page_of(desk, site)
        (img,) = tree.xpath("//figure//img")
        assert img.get("src").startswith("/pictures/") and img.get("src").endswith("-640.jpg")
        assert (img.get("width"), img.get("height")) == ("1280", "720")
        assert "gazette.example/pier.jpg" not in body
        listed = [part.split()[0] for s in tree.xpath("//figure//@srcset") for part in s.split(", ")]
        assert len(listed) == 4 and all(site.read(place.lstrip("/")) for place in listed)
        (caption,) = tree.xpath("//figcaption")
        assert "The old pier of Linden in winter" not in caption.text_content() and "Ada Lind" in caption.text_content()
        assert img.get("alt") and img.get("alt") != "The pier seen from the sea"
        _, english = page_of(desk, site, "en")
        assert english.xpath("//figure//img/@src") == [img.get("src")] and asked(got) == 1, "fetched once for all editions"
        desk.run(NOW + hours(30))
        assert asked(got) == 1, "and for all times"


@pytest.mark.parametrize(("pictures", "licence"), [(False, "full"), (True, "excerpt"), (True, "link")])
def test_where_it_is_not_licensed_nothing_is_fetched_and_nothing_linked(tmp_path: Path, pictures: bool, licence: str) -> None:
    got, site = fetcher(image(drawn())), MemoryPublisher()
    with world.desk(settings(tmp_path, pictures=pictures, licence=licence), got, publisher=site) as desk:
        desk.run(NOW)
        body, tree = page_of(desk, site)
        assert asked(got) == 0 and not tree.xpath("//img") and "pier.jpg" not in body


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (world.missing(PICTURE), "not there"),
        (image(b"<svg/>"), "it is no JPEG, PNG or WebP"),
        (image(moving("WEBP")), "it moves"),
        (image(drawn()[:3000]), "it cannot be read"),
    ],
    ids=["missing", "drawing", "moving", "broken"],
)
def test_a_picture_that_cannot_be_had_is_left_out_and_the_reason_kept(tmp_path: Path, picture: Page | FetchError, why: str) -> None:
    got, site = fetcher(picture), MemoryPublisher()
    with world.desk(settings(tmp_path), got, publisher=site) as desk:
        desk.run(NOW)
        body, tree = page_of(desk, site)
        assert not tree.xpath("//img") and not tree.xpath("//figure") and "pier.jpg" not in body
        item: Any = desk.store.history(f"{HOME}/pier")
        assert [line["what"] for line in item["log"]].count("picture left out") == 1
        assert any(why in line["text"] for line in item["log"] if line["what"] == "picture left out")


def test_it_goes_with_its_article(tmp_path: Path) -> None:
    got, site = fetcher(image(drawn())), MemoryPublisher()
    with world.desk(settings(tmp_path), got, publisher=site) as desk:
        desk.run(NOW)
        (card,) = desk.store.cards("fr")
        assert any(path.startswith("pictures/") for path in site.files)
        desk.takedown(card.key, "asked to", NOW + hours(1))
        assert not any(path.startswith("pictures/") for path in site.files)
        assert desk.store.prints([card.key]) == {}
