"""Models are fetched from a server on loopback: whole, checked, safely unpacked, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.engines.install import Package, find, install
from babelwire.errors import EngineError, PairError
from babelwire.model import Pair
from tests.engines import numpy_models
from tests.engines.doubles import Answer, Server, cut_short, running, status

EN_FR = Pair("en", "fr")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return numpy_models.argos(tmp_path_factory.mktemp("argos") / "translate-en_fr-1_0.argosmodel").read_bytes()


@pytest.fixture
def server(model: bytes) -> Iterator[Server]:
    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path == "/index.json":
            entry = {"type": "translate", "from_code": "en", "to_code": "fr", "code": "translate-en_fr"}
            entries = [
                entry | {"package_version": "1.9", "links": [f"{served.url}/old"]},
                entry
                | {"package_version": "1.10", "links": ["ipfs://x", f"{served.url}/moved"], "sha256": hashlib.sha256(model).hexdigest()},
                {"type": "sbd", "links": []},
                entry | {"code": "../evil", "package_version": "9", "links": [f"{served.url}/x"]},
            ]
            return 200, {}, json.dumps(entries).encode()
        if path == "/moved":
            return 302, {"Location": "/model"}, b""
        return (200, {}, model) if path == "/model" else (404, {}, b"")

    with running(answer) as served:
        yield served


def test_the_newest_is_found_checked_and_loads(server: Server, tmp_path: Path) -> None:
    package = find(EN_FR, f"{server.url}/index.json")
    assert package.version == "1.10"
    seen: list[tuple[int, int | None]] = []
    layout = install(package, tmp_path, lambda size, total: seen.append((size, total)))
    assert layout.pairs == {EN_FR}
    assert seen[-1][0] == seen[-1][1], "of how many, and all of them"
    assert EN_FR in CTranslate2(path=str(tmp_path / package.name)).pairs
    assert package.sha256 in (tmp_path / package.name / "origin.toml").read_text()  # type: ignore[operator]
    asked = len(server.seen)
    assert install(package, tmp_path) == layout
    assert len(server.seen) == asked, "what is there is not fetched again"


def test_a_catalogue_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text("[]")
    with pytest.raises(PairError, match="no model"):
        find(EN_FR, str(tmp_path / "index.json"))
    (tmp_path / "index.json").write_text("{")
    with pytest.raises(EngineError, match="no catalogue"):
        find(EN_FR, str(tmp_path / "index.json"))


@pytest.mark.parametrize(
    ("path", "fault", "sha256", "why"),
    [
        ("/model", None, "0" * 64, "checksum"),
        ("/nowhere", None, None, "404"),
        ("/model", cut_short, None, "IncompleteRead"),
        ("/model", status(200, "no zip"), None, "unpacked"),
        ("/model", status(302, "", Location="http://models.example/m"), None, "https only"),
    ],
    ids=["checksum", "absent", "cut", "no zip", "plain http"],
)
def test_nothing_is_left_of_a_bad_download(server: Server, tmp_path: Path, path: str, fault: object, sha256: str | None, why: str) -> None:
    server.faults += [fault] if fault else []  # type: ignore[list-item]
    package = Package(name="m", pair=EN_FR, url=server.url + path, sha256=sha256)
    with pytest.raises(EngineError, match=why):
        install(package, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_other_schemes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="https only"):
        install(Package(name="m", pair=EN_FR, url="http://models.example/m"), tmp_path)
