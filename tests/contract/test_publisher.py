"""What every Publisher promises: run against the folder and the memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire.errors import PublishError
from babelwire.model import File
from babelwire.publishers.folder import FolderPublisher
from babelwire.publishers.memory import MemoryPublisher
from babelwire.seams import Publisher


@pytest.fixture(params=["folder", "memory"])
def publisher(request: pytest.FixtureRequest, tmp_path: Path) -> Publisher:
    return FolderPublisher(tmp_path / "site") if request.param == "folder" else MemoryPublisher()


def page(path: str, body: str = "<p>Text</p>") -> File:
    return File(path, body.encode(), "text/html; charset=utf-8")


def test_what_is_put_can_be_read(publisher: Publisher) -> None:
    publisher.put([page("fr/2026/11/24/a-b/index.html"), page("fr/index.html", "é"), File(".well-known/x.txt", b"", "text/plain")])
    assert publisher.read("fr/2026/11/24/a-b/index.html") == b"<p>Text</p>"
    assert publisher.read("fr/index.html") == "é".encode()
    assert publisher.read(".well-known/x.txt") == b""


def test_what_is_not_there_is_none(publisher: Publisher) -> None:
    publisher.put([page("fr/index.html")])
    assert [publisher.read(p) for p in ("fr/other.html", "fr", "fr/index.html/deeper")] == [None, None, None]


def test_putting_again_replaces(publisher: Publisher) -> None:
    publisher.put([page("a.html", "one"), page("a.html", "two")])
    assert publisher.read("a.html") == b"two"
    publisher.put([page("a.html", "three")])
    assert publisher.read("a.html") == b"three"
    publisher.put([])


def test_remove(publisher: Publisher) -> None:
    publisher.put([page("a/b/c.html"), page("a/d.html")])
    publisher.remove(["a/b/c.html", "a/b/never.html", "no/where.html", "a/d.html/deeper", "a/b/c.html"])
    assert (publisher.read("a/b/c.html"), publisher.read("a/d.html")) == (None, b"<p>Text</p>")
    publisher.put([page("a/b/c.html", "back")])
    assert publisher.read("a/b/c.html") == b"back"


@pytest.mark.parametrize(
    "path",
    ["", "/", "/etc/passwd", "../x", "a/../x", "a/./x", "a//x", "a/", ".hidden", "a/.git/x", ".well-known", "a\\b", "a\0b", "é.html", "a b", "a\n", "a?b", "x" * 1001],
)  # fmt: skip
def test_paths_that_lead_elsewhere_are_refused_before_anything_is_written(publisher: Publisher, path: str) -> None:
    with pytest.raises(PublishError, match="no path"):
        publisher.put([page("good.html"), page(path)])
    assert publisher.read("good.html") is None
    with pytest.raises(PublishError):
        publisher.remove([path])
    with pytest.raises(PublishError):
        publisher.read(path)
