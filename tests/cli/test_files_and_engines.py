"""``init``, ``feeds``, ``engines``, ``doctor``, ``translate``."""

from __future__ import annotations

import json
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from babelwire import config, writing
from babelwire.cli import checks, opening, start
from babelwire.cli.engines import needed_pairs
from babelwire.demo import World
from babelwire.errors import ConfigError
from babelwire.model import Pair
from tests.cli.conftest import Run

PIECE = ("harrowmere", "lost-film-reel")


class TestInit:
    def test_it_writes_a_configuration(self, cli: Run) -> None:
        result = cli(
            "init", "--name", "Le “Fil”", "--address", "https://fil.example", "--languages", "fr, pt-BR", "--feed", "https://a.example/rss"
        )
        assert result.exit_code == 0, result.output
        made = config.load(Path("babelwire.toml"))
        assert made.desk.name == "Le “Fil”"
        assert made.desk.base_url == "https://fil.example"
        assert [e.language for e in made.editions] == ["fr", "pt-BR"]
        assert [f.url for f in made.feeds] == ["https://a.example/rss"]
        assert "# " in Path("babelwire.toml").read_text(encoding="utf-8")

    def test_it_asks_four_things(self, cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "interactive", lambda: True)
        result = cli("init", input="The Post\nhttps://post.example/\nen,es\nhttps://a.example/rss\n")
        assert result.exit_code == 0
        assert result.stdout == "", "questions are talk"
        made = config.load(Path("babelwire.toml"))
        assert (made.desk.name, made.desk.base_url, len(made.editions), len(made.feeds)) == ("The Post", "https://post.example", 2, 1)

    def test_a_feed_may_be_left_out(self, cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(start, "interactive", lambda: True)
        assert cli("init", input="\n\n\n\n").exit_code == 0
        assert config.load(Path("babelwire.toml")).feeds == ()

    def test_it_replaces_nothing_unless_told(self, cli: Run) -> None:
        assert cli("init", "--yes").exit_code == 0
        assert cli("init", "--yes").exit_code == 2
        assert cli("init", "--yes", "--force").exit_code == 0

    def test_a_language_that_is_none_is_refused_and_nothing_written(self, cli: Run) -> None:
        result = cli("init", "--languages", "French")
        assert result.exit_code == 2
        assert not Path("babelwire.toml").exists()

    def test_two_feeds_of_one_host(self, cli: Run) -> None:
        cli("init", "--yes", "--feed", "https://a.example/1", "--feed", "https://a.example/2")
        assert [s.id for s in config.load(Path("babelwire.toml")).sources] == ["a-example", "a-example-2"]


class TestFeeds:
    def start(self, cli: Run, world: World) -> None:
        """A file of one's own, with leave to look at the demo world."""
        Path("babelwire.toml").write_text(
            f'# mine\n[desk]\n[fetch]\nallow_networks = ["127.73.0.0/24"]\nallow_ports = [{world.port}]\n[editions.fr]\n', encoding="utf-8"
        )

    def test_add_looks_and_keeps_comments(self, cli: Run, world: World) -> None:
        self.start(cli, world)
        assert cli("feeds", "add", world.feeds["sept-ponts"], "--licence", "full").exit_code == 0
        made = config.load(Path("babelwire.toml"))
        assert [(s.id, s.name, s.language, str(s.licence)) for s in made.sources] == [
            ("l-echo-des-sept-ponts", "L’Écho des Sept-Ponts", "fr", "full")
        ]
        assert Path("babelwire.toml").read_text(encoding="utf-8").startswith("# mine\n")

    def test_add_to_a_known_source(self, cli: Run, world: World) -> None:
        self.start(cli, world)
        cli("feeds", "add", world.feeds["sept-ponts"], "--source", "quais")
        assert cli("feeds", "add", "https://else.example/rss", "--source", "quais", "--unseen").exit_code == 0
        made = config.load(Path("babelwire.toml"))
        assert {f.url: f.source_id for f in made.feeds} == {world.feeds["sept-ponts"]: "quais", "https://else.example/rss": "quais"}
        assert cli("feeds", "add", "https://else.example/rss", "--unseen").exit_code == 2

    def test_add_what_is_no_feed(self, cli: Run, world: World) -> None:
        self.start(cli, world)
        before = Path("babelwire.toml").read_text(encoding="utf-8")
        result = cli("feeds", "add", world.base("la-campana") + "/")
        assert result.exit_code == 1
        assert world.feeds["la-campana"] in result.stderr, "names the feed that the page announces"
        assert Path("babelwire.toml").read_text(encoding="utf-8") == before

    def test_test_and_discover(self, cli: Run, world: World) -> None:
        self.start(cli, world)
        found = json.loads(cli("feeds", "test", world.feeds["la-meseta"], "--json").stdout)
        assert found["title"] == "La Meseta"
        assert len(found["entries"]) == 3
        assert json.loads(cli("feeds", "discover", world.base("la-campana") + "/", "--json").stdout)[0]["url"] == world.feeds["la-campana"]
        assert cli("feeds", "test", world.feeds["le-courrier"]).exit_code == 1
        assert cli("feeds", "discover", world.feeds["la-meseta"]).exit_code == 1

    def test_out_and_in_again(self, cli: Run, ready: Path, world: World) -> None:
        assert cli("feeds", "export", "--output", "all.opml", "--config", str(ready)).exit_code == 0
        assert cli("feeds", "export", "--config", str(ready)).stdout.startswith("<?xml")
        cli("init", "--yes")
        assert cli("feeds", "import", "all.opml").exit_code == 0
        assert {f.url for f in config.load(Path("babelwire.toml")).feeds} == set(world.feeds.values())
        assert "0 feeds added" in cli("feeds", "import", "all.opml").stderr

    def test_list(self, cli: Run, ready: Path) -> None:
        states = {f["source"]: f for f in json.loads(cli("feeds", "list", "--json", "--config", str(ready)).stdout)}
        assert states["el-faro"]["state"] == "well"
        assert states["le-courrier"]["state"] == "failing (1)"
        assert states["le-courrier"]["status"] == 500

    @pytest.mark.parametrize("file", ["nothing.opml", "."])
    def test_import_of_nothing(self, cli: Run, file: str) -> None:
        cli("init", "--yes")
        assert cli("feeds", "import", file).exit_code == 2


class TestWriting:
    def test_identifiers(self) -> None:
        assert writing.identifier("L’Écho des Sept-Ponts") == "l-echo-des-sept-ponts"
        assert writing.identifier("新聞") == "source"
        assert writing.identifier("A", ["a", "a-2"]) == "a-3"

    def test_what_would_break_the_file_is_not_written(self, tmp_path: Path) -> None:
        path = tmp_path / "x.toml"
        path.write_text("# as it was\n", encoding="utf-8")
        for text in ("[desk", "[desk]\nnonsense = 1\n"):
            with pytest.raises(ConfigError):
                writing.save(path, text)
        assert path.read_text(encoding="utf-8") == "# as it was\n"

    def test_a_source_whose_list_is_elsewhere(self) -> None:
        with pytest.raises(ConfigError, match="by hand"):
            writing.with_feed("[sources.a]\nname = 'A'\n[sources.b]\nfeeds = []\n", "a", "https://a.example/")

    def test_an_empty_list(self) -> None:
        assert writing.with_feed("[sources.a]\nfeeds = [ ]\n", "a", "https://a.example/") == '[sources.a]\nfeeds = ["https://a.example/"]\n'


class TestEngines:
    def test_needed_pairs(self, ready: Path) -> None:
        pairs = needed_pairs(opening.config(ready))
        assert Pair("pt", "fr") in pairs
        assert Pair("fr", "fr") not in pairs
        assert len(pairs) == 16

    def test_list(self, cli: Run, ready: Path) -> None:
        found = json.loads(cli("engines", "list", "--json", "--config", str(ready)).stdout)
        assert [e["name"] for e in found["engines"]] == ["echo"]
        assert {p["pair"] for p in found["pairs"]} == {str(p) for p in needed_pairs(opening.config(ready))}

    def test_test_ten_sentences(self, cli: Run, ready: Path) -> None:
        found = json.loads(cli("engines", "test", "es-ca", "--json", "--config", str(ready)).stdout)
        assert len(found["answers"]) == 10
        assert all(a["source"] and a["target"] for a in found["answers"])

    def test_a_text_of_ones_own(self, cli: Run, ready: Path) -> None:
        result = cli("engines", "test", "de-fr", "Guten Tag.", "--config", str(ready))
        assert result.exit_code == 0
        assert result.stdout.startswith("Guten Tag.\t")

    def test_bad_pairs(self, cli: Run, ready: Path) -> None:
        assert cli("engines", "test", "french", "--config", str(ready)).exit_code == 2
        assert cli("engines", "test", "xx-fr", "--config", str(ready)).exit_code == 2
        assert cli("engines", "test", "es-ca", "--engine", "none", "--config", str(ready)).exit_code == 2


class TestDoctor:
    def words(self, text: str, tmp_path: Path) -> dict[str, str]:
        path = tmp_path / "doctor.toml"
        path.write_text(text, encoding="utf-8")
        order = {"ok": 0, "warn": 1, "fail": 2}
        found = sorted(checks.everything(path, datetime.now(UTC)), key=lambda f: order[f.word])
        assert all(f.fix for f in found if f.word != "ok"), "every fault names what puts it right"
        return {f.check: f.word for f in found}

    def test_a_desk_in_order(self, tmp_path: Path) -> None:
        text = '[desk]\nbase_url = "https://a.example"\ncontact = "a@a.example"\n[translate]\nengines = ["echo"]\n[editions.fr]\n[web]\ndesk = "off"\n'
        text += (
            '[sources.a]\nname = "A"\nlanguage = "en"\nlicence = "full"\nfeeds = ["https://b.example/"]\n[notify.ops]\nkind = "memory"\n'
        )
        assert set(self.words(text, tmp_path).values()) == {"ok"}

    def test_planted_faults(self, tmp_path: Path) -> None:
        found = self.words('[desk]\n[translate]\nengines = ["far"]\n[engines.far]\nkind = "no.such:Thing"\n', tmp_path)
        assert {check for check, word in found.items() if word == "fail"} == {"editions", "feeds", "engine"}
        assert {check for check, word in found.items() if word == "warn"} == {"address", "contact", "alerts", "browser"}

    def test_a_configuration_that_is_none(self, tmp_path: Path) -> None:
        assert self.words("[dsk]\n", tmp_path)["config"] == "fail"

    def test_a_store_that_is_none(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "babelwire.db").write_bytes(b"not a database, though it is long enough to be looked at" * 40)
        assert self.words("[desk]\n", tmp_path)["store"] == "fail"

    def test_a_clock_that_is_wrong(self, ready: Path) -> None:
        early = datetime(2020, 1, 1, tzinfo=UTC)
        assert any(f.check == "clock" and f.word == "fail" for f in checks.everything(ready, early))
        back = datetime.now(UTC).replace(microsecond=0)
        assert any(f.check == "clock" and f.word == "ok" for f in checks.everything(ready, back))

    def test_failing_feeds_and_licences(self, cli: Run, ready: Path) -> None:
        result = cli("doctor", "--config", str(ready))
        assert result.exit_code == 0, "warnings are no failure"
        assert "le-courrier: " in result.stdout
        assert "2 of 11 sources at the default, link" in result.stdout
        found = json.loads(cli("doctor", "--json", "--config", str(ready)).stdout)
        assert {"check", "word", "text", "fix"} == set(found[0])


class TestTranslate:
    def test_a_page(self, cli: Run, ready: Path, world: World) -> None:
        result = cli("translate", world.url(*PIECE), "--to", "fr", "--config", str(ready))
        assert result.exit_code == 0, result.output
        assert "verdict: " in result.stderr
        assert "58" in result.stdout

    def test_a_file_as_html(self, cli: Run, ready: Path, world: World) -> None:
        with urllib.request.urlopen(world.url(*PIECE), timeout=20) as answer:
            Path("page.html").write_bytes(answer.read())
        result = cli("translate", "page.html", "--to", "es", "--html", "out.html", "--config", str(ready))
        assert result.stdout == "out.html\n"
        page = Path("out.html").read_text(encoding="utf-8")
        assert "<style>" in page
        assert "stylesheet" not in page
        assert 'lang="es"' in page

    def test_json(self, cli: Run, ready: Path, world: World) -> None:
        made = json.loads(cli("translate", world.url(*PIECE), "--to", "ca", "--json", "--config", str(ready)).stdout)
        assert made["pair"] == "en-GB-ca"
        assert made["original"]["byline"] == ["Piers Aldwinter"]
        assert made["passages"][0]["place"] == "headline"

    def test_what_cannot_be_translated(self, cli: Run, ready: Path, world: World) -> None:
        assert cli("translate", "nothing.html", "--config", str(ready)).exit_code == 2
        gone = cli("translate", world.base("el-faro") + "/nada", "--config", str(ready))
        assert gone.exit_code == 1
        assert "404" in gone.stderr
        nobody = cli("translate", world.url(*PIECE), "--from", "xx", "--to", "fr", "--config", str(ready))
        assert nobody.exit_code == 1

    def test_private_addresses_stay_closed_without_leave(self, cli: Run, world: World) -> None:
        assert cli("translate", world.url(*PIECE), "--to", "fr").exit_code == 1
