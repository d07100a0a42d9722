"""``engines install``, and engines in bad states: what ``status``, ``doctor`` and ``engines`` say, and the command that puts it right."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from babelwire import config, make
from babelwire.extract.worker import InProcess
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.model import Pair, replace
from babelwire.parse import worker as parsing
from babelwire.publishers.memory import MemoryPublisher
from tests.cli.conftest import Run
from tests.engines import doubles
from tests.engines.doubles import Answer, Server
from tests.flow import world

BASE = f"""[desk]
name = "Le Fil"
[editions.fr]
[sources.gazette]
name = "The Gazette"
homepage = "{world.HOME}"
language = "en"
licence = "full"
feeds = ["{world.FEED}"]
"""


def settled(text: str) -> Path:
    path = Path("babelwire.toml")
    path.write_text(BASE + text, encoding="utf-8")
    return path


def run_desk(path: Path) -> list[str]:
    """The whole desk on one article; returns the paths of the edition's stories."""
    made = config.load(path)
    now = datetime.now(UTC)
    feed = world.feed("pier")
    feed = replace(feed, body=feed.body.replace(b"2026-04-13T1", f"{now:%Y-%m-%dT0}".encode()))
    fetcher = ReplayFetcher({world.FEED: feed, f"{world.HOME}/pier": world.story("pier")}, clock=lambda: now)
    parts: dict[str, Any] = {"fetcher": fetcher, "extractor": InProcess(), "reader": parsing.InProcess(), "publisher": MemoryPublisher()}
    with make.desk(made, **parts) as desk:
        desk.store.sync(made.sources, made.feeds, now)
        desk.run(now)
        return [card.path for card in desk.store.cards("fr")]


def engine(kind: str, **options: object) -> str:
    said = ", ".join(f"{k} = {json.dumps(v)}" for k, v in options.items())
    return f'[translate]\nengines = ["far"]\n[engines.far]\nkind = "{kind}"\noptions = {{ {said} }}\n'


def doctor(cli: Run) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(cli("doctor", "--json").stdout)
    return [f for f in found if f["word"] != "ok"]


class TestBadStates:
    def test_a_model_folder_with_missing_files(self, cli: Run, tmp_path: Path) -> None:
        folder = tmp_path / "opus-mt-en-fr"
        folder.mkdir()
        (folder / "config.json").write_text("{}")
        path = settled(engine("ctranslate2", path=str(folder), pairs=["en-fr"]))
        assert run_desk(path) == [], "nothing is published"
        (fault,) = [f for f in doctor(cli) if f["check"] == "engine"]
        assert "missing model.bin" in fault["text"]
        assert fault["fix"] == "babelwire engines install en-fr --again"
        said = cli("status")
        assert "far: breaker open" in said.stdout and "missing model.bin" in said.stdout
        assert "babelwire engines install en-fr --again" in said.stdout
        assert "1 waiting: far: it rests until" in said.stdout
        (listed,) = json.loads(cli("engines", "list", "--json").stdout)["engines"]
        assert listed["breaker"] == "open" and "missing model.bin" in listed["failure"]

    def test_a_pair_nobody_serves(self, cli: Run) -> None:
        path = settled("[editions.de]\n" + engine("echo", pairs=["en-fr"]))
        assert run_desk(path) != [], "other editions go on"
        (fault,) = [f for f in doctor(cli) if f["check"] == "pair"]
        assert fault["text"] == "en-de: nobody serves it" and fault["fix"]
        said = cli("status")
        assert said.exit_code == 1
        assert "nobody here translates en-de" in said.stdout

    @pytest.mark.parametrize(
        ("kind", "double", "fault", "words"),
        [
            ("deepl", doubles.deepl, doubles.status(456, '{"message": "Quota Exceeded"}'), "Quota"),
            ("openai", doubles.openai, doubles.status(429, '{"error": {"code": "insufficient_quota"}}'), "the account has no money left"),
            ("libretranslate", doubles.libretranslate, doubles.status(402, '{"error": "pay"}'), "402"),
        ],
        ids=["deepl", "openai", "libretranslate"],
    )
    def test_an_exhausted_quota(self, cli: Run, kind: str, double: Any, fault: Any, words: str) -> None:
        with doubles.running(double) as server:
            options = {"deepl": {"key": "k:fx", "url": server.url}, "openai": {"url": f"{server.url}/v1", "model": "m", "key": "k"}}
            path = settled(engine(kind, **options.get(kind, {"url": server.url})))
            server.faults += [fault] * 9
            assert run_desk(path) == [], "nothing is published"
            asked = len([p for p, _, _ in server.seen if "languages" not in p])
            assert asked == 1, "an account without money is not asked again"
            said = cli("status")
            assert said.exit_code == 1
            assert "far: breaker open" in said.stdout and words in said.stdout
            assert "Needs you" in said.stdout and "babelwire engines test en-fr --engine far" in said.stdout
            (found,) = [f for f in doctor(cli) if f["check"] == "breaker"]
            assert found["word"] == "fail" and words in found["text"]
            assert found["fix"].startswith("babelwire engines test en-fr --engine far")
            refused = cli("engines", "test", "en-fr", "--engine", "far")
            assert refused.exit_code == 1 and words in refused.stderr
            server.faults.clear()  # somebody has paid
            tried = json.loads(cli("engines", "test", "en-fr", "--engine", "far", "--json").stdout)
            assert (len(tried["answers"]), tried["breaker"]) == (10, "closed")
            assert cli("engines", "list").stdout.split("\t")[5] == "closed"
            assert "breaker" not in cli("status").stdout

    def test_paid_engines_without_a_limit_are_named(self, cli: Run) -> None:
        with doubles.running(doubles.openai) as server:
            settled(engine("openai", url=f"{server.url}/v1", model="m"))
            (found,) = [f for f in doctor(cli) if f["check"] == "budget"]
            assert found["text"] == "far: nothing limits what it may cost"
            Path("babelwire.toml").write_text(
                Path("babelwire.toml").read_text() + "[budget.engines.far]\nper_million_tokens = 1.0\nmoney = 2.0\n", encoding="utf-8"
            )
            assert not [f for f in doctor(cli) if f["check"] == "budget"]

    def test_a_spent_budget(self, cli: Run) -> None:
        with doubles.running(doubles.libretranslate) as server:
            limit = "[budget]\nreserve = 0.0\n[budget.engines.far]\ncharacters = 50\n"
            assert len(run_desk(settled(engine("libretranslate", url=server.url) + limit))) == 1, "headline and link"
            said = cli("status").stdout
            assert "Budget     far: 36 of 50 characters today (72%)" in said
            assert "1 story is headline and link only until" in said
            (found,) = [f for f in doctor(cli) if f["check"] == "budget"]
            assert found["word"] == "warn" and "1 story headline and link only until" in found["text"]
            assert found["fix"].endswith("# [budget]")

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[budget]\nmony = 3\n", "budget: unknown key 'mony'; did you mean 'money'"),
            ("[budget.engines.depl]\nmoney = 3\n", "budget.engines.depl: no engine 'depl'"),
            ("[budget.engines.echo]\nprice = 3\n", "budget.engines.echo: unknown key 'price'"),
            ("[budget]\nreserve = 1.0\n", "budget.reserve"),
            ("[budget]\nmoney = -1.0\n", "budget.money: -1.0 is less than nothing"),
            ('[budget]\ntime_zone = "Mars"\n', "budget.time_zone"),
            ('[budget]\nspent = "stop"\n', "budget.spent"),
            ("budget = 3\n", "budget"),
        ],
    )
    def test_a_budget_that_is_none(self, cli: Run, text: str, words: str) -> None:
        settled(text) if text.startswith("[") else Path("babelwire.toml").write_text(text, encoding="utf-8")
        result = cli("status")
        assert result.exit_code == 2
        assert words in result.stderr


@pytest.fixture(scope="module")
def model() -> bytes:
    """The genuine little model of the tests, as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted((Path(doubles.__file__).parent / "models" / "tiny-en-fr").iterdir()):
            archive.write(file, file.name)
    return packed.getvalue()


@pytest.fixture
def shop(model: bytes) -> Iterator[Server]:
    """A catalogue and its model on loopback."""

    def answer(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path != "/index.json":
            return 200, {}, model
        entry = {"type": "translate", "from_code": "en", "to_code": "fr", "code": "translate-en_fr", "package_version": "1.9"}
        whole = entry | {"links": [f"{served.url}/model"], "sha256": hashlib.sha256(model).hexdigest()}
        wrong = entry | {"to_code": "es", "code": "translate-en_es", "links": [f"{served.url}/model"], "sha256": "0" * 64}
        return 200, {}, json.dumps([whole, wrong]).encode()

    with doubles.running(answer) as served:
        yield served


class TestInstall:
    def test_it_is_fetched_checked_and_serves_the_desk(self, cli: Run, shop: Server, model: bytes) -> None:
        settled('[translate]\nengines = ["echo"]\n')
        result = cli("engines", "install", "en-fr", "--catalogue", f"{shop.url}/index.json")
        assert result.exit_code == 0, result.output
        folder = Path(result.stdout.strip())
        assert folder == Path("data/models/translate-en_fr-1.9").resolve()
        assert hashlib.sha256(model).hexdigest() in result.stderr
        made = config.load(Path("babelwire.toml"))
        assert made.pairs[Pair("en", "fr")].engines == ("model-en-fr", "echo")
        engines = make.Engines(made)
        assert [e.id.split()[0] for e in engines.ladder(Pair("en", "fr"))] == ["translate-en_fr-1.9", "echo"]
        engines.close()
        tried = json.loads(cli("engines", "test", "en-fr", world.SENTENCES[0], "--engine", "model-en-fr", "--json").stdout)
        assert tried["engine"].startswith("translate-en_fr-1.9 ") and "conseil" in tried["answers"][0]["target"]

    def test_what_is_there_is_not_fetched_and_not_named_again(self, cli: Run, shop: Server) -> None:
        settled('[translate]\nengines = ["echo"]\n')
        words = ("engines", "install", "en-fr", "--catalogue", f"{shop.url}/index.json", "--json")
        first = json.loads(cli(*words).stdout)
        text, asked = Path("babelwire.toml").read_text(), len(shop.seen)
        second = json.loads(cli(*words).stdout)
        assert (first["written"], second["written"], second["engine"]) == (True, False, "model-en-fr")
        assert Path("babelwire.toml").read_text() == text
        assert [p for p, _, _ in shop.seen[asked:]] == ["/index.json"]

    def test_again_mends_a_folder_that_lacks_files(self, cli: Run, shop: Server) -> None:
        settled('[translate]\nengines = ["echo"]\n')
        words = ("engines", "install", "en-fr", "--catalogue", f"{shop.url}/index.json")
        folder = Path(cli(*words).stdout.strip())
        next(folder.rglob("model.bin")).unlink()
        broken = cli(*words)
        assert broken.exit_code == 1
        assert "model.bin" in broken.stderr and "--again" in broken.stderr
        assert cli(*words, "--again").exit_code == 0
        assert next(folder.rglob("model.bin")).exists()

    def test_an_own_ladder_is_left_alone(self, cli: Run, shop: Server) -> None:
        settled('[pairs.en-fr]\nengines = ["echo"]\n')
        result = cli("engines", "install", "en-fr", "--catalogue", f"{shop.url}/index.json")
        assert result.exit_code == 0
        assert '[pairs.en-fr] has a ladder of its own: put "model-en-fr"' in result.stderr
        assert config.load(Path("babelwire.toml")).pairs[Pair("en", "fr")].engines == ("echo",)

    def test_without_a_configuration_it_says_what_to_write(self, cli: Run, shop: Server) -> None:
        result = cli("engines", "install", "en-fr", "--catalogue", f"{shop.url}/index.json", "--into", "models")
        assert result.exit_code == 0, result.output
        assert "[engines.model-en-fr]" in result.stderr
        assert not Path("babelwire.toml").exists()

    def test_faults_are_named_and_leave_nothing(self, cli: Run, shop: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        settled("")
        before = Path("babelwire.toml").read_text()

        def fails(pair: str, words: str, catalogue: str = f"{shop.url}/index.json") -> None:
            result = cli("engines", "install", pair, "--catalogue", catalogue)
            assert result.exit_code == 1
            assert words in result.stderr, result.stderr

        fails("en-ja", "has no model for it; it has en-es, en-fr")
        fails("en-es", "checksum is ")
        fails("en-fr", "no catalogue", f"{shop.url}/model")
        fails("en-fr", "No such file", "nothing.json")
        with doubles.running(doubles.openai) as gone:
            address = f"{gone.url}/index.json"
        fails("en-fr", "is this machine online?", address)
        usage = namedtuple("usage", "total used free")
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
            fails("en-fr", "make room, or name another folder with --into")
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", _full(Path.open))
            fails("en-fr", "No space left on device")
        models = Path("data/models")
        assert not models.exists() or list(models.iterdir()) == []
        assert Path("babelwire.toml").read_text() == before


def _full(real: Callable[..., Any]) -> Callable[..., Any]:
    """A disk on which a download finds no room."""

    def opened(self: Path, *how: Any, **more: Any) -> Any:
        if self.suffix == ".download":
            raise OSError(errno.ENOSPC, "No space left on device", str(self))
        return real(self, *how, **more)

    return opened
