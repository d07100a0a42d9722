"""``glossary`` and ``names``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from babelwire import config
from babelwire.cli import glossary as commands
from babelwire.glossary import Glossary, load
from babelwire.model import Pair, Term
from babelwire.stores.sqlite import SqliteStore
from tests.cli.conftest import Run

GOOD = '[[term]]\nsource = "crossing"\ntarget = "traversée"\nfrom = "en"\nto = "fr"\n'
BAD = (
    '[[term]]\nsource = "crossing"\ntarget = "traversée"\nfrom = "en"\nto = "fr"\n\n[[term]]\nsource = "harbour"\ntarget = " "\n\n'
    '[[term]]\nsource = "Crossing"\ntarget = "Traversée"\nfrom = "en"\nto = "fr"\n\n[[term]]\nsource = "x"\nform = ["y"]\n'
)


def waiting(path: Path) -> int:
    with_store = SqliteStore(config.load(path).data / "babelwire.db")
    try:
        return len([t for t in with_store.made_tasks()])
    finally:
        with_store.close()


class TestCheck:
    def test_every_bad_line_is_named_with_what_to_do(self, cli: Run, tmp_path: Path) -> None:
        file = tmp_path / "terms.toml"
        file.write_text(BAD, encoding="utf-8")
        result = cli("glossary", "check", str(file))
        assert result.exit_code == 1
        lines = result.stdout.splitlines()
        assert [line.split("\t")[0] for line in lines] == ["fail", "warn", "fail"]
        assert f"{file}:7: 'harbour' has an empty target; leave the target out" in lines[0]
        assert f"{file}:11: 'Crossing' stands on line 1 already" in lines[1]
        assert f"{file}:17: unknown key 'form'; known: source" in lines[2]

    def test_a_file_that_is_none(self, cli: Run, tmp_path: Path) -> None:
        for name, text, said in (
            ("a.toml", "[[term\n", "a.toml:1"),
            ("a.csv", 'source,target,from,to\n"x,y,en,fr\n', "a.csv:"),
            ("a.csv", "source,target,from,to\nx,y,en,fr,more\n", "a.csv:2: has more cells"),
            ("a.xls", "", "rename the file"),
            ("a.toml", "[glossary]\nx = 1\n", "holds [[term]] tables"),
        ):
            (tmp_path / name).write_text(text, encoding="utf-8")
            result = cli("glossary", "check", name)
            assert result.exit_code == 1 and said in result.stdout, (name, result.stdout)
        (tmp_path / "latin.csv").write_bytes("source,target,from,to\nété,x,fr,en\n".encode("latin-1"))
        assert "save it as UTF-8" in cli("glossary", "check", "latin.csv").stdout
        assert "No such file" in cli("glossary", "check", "none.toml").stdout

    def test_a_good_file(self, cli: Run, tmp_path: Path) -> None:
        (tmp_path / "good.toml").write_text(GOOD, encoding="utf-8")
        result = cli("glossary", "check", "good.toml")
        assert (result.exit_code, result.stdout) == (0, "")

    def test_the_doctor_names_a_bad_line(self, cli: Run, mine: Path) -> None:
        (mine.parent / "bad.toml").write_text(BAD, encoding="utf-8")
        mine.write_text('glossaries = ["bad.toml"]\n' + mine.read_text(encoding="utf-8"), encoding="utf-8")
        found = json.loads(cli("--config", str(mine), "doctor", "--json").stdout)
        (line,) = [f for f in found if f["check"] == "glossary"]
        assert line["word"] == "fail" and "bad.toml:7: 'harbour' has an empty target" in line["text"] and "+7 " in line["fix"]


class TestDiffAndApply:
    def test_diff_says_what_apply_does(self, cli: Run, mine: Path, tmp_path: Path) -> None:
        new = tmp_path / "new.toml"
        new.write_text(GOOD, encoding="utf-8")
        made = waiting(mine)
        result = cli("--config", str(mine), "glossary", "diff", str(new), "--json")
        assert result.exit_code == 0, result.output
        found = json.loads(result.stdout)
        sentences = [s for t in found for s in t["sentences"]]
        assert sentences and all(s["terms"] == ["crossing"] and "rossing" in s["sentence"] for s in sentences if s["terms"])
        assert {t["language"] for t in found} == {"fr"}
        assert config.load(mine).glossaries == () and waiting(mine) == made, "nothing is saved"

        shown = cli("--config", str(mine), "glossary", "diff", str(new))
        assert len(shown.stdout.splitlines()) == len(sentences)
        refused = cli("--config", str(mine), "glossary", "apply", str(new), input="n\n")
        assert refused.exit_code == 1 and config.load(mine).glossaries == () and waiting(mine) == made

        result = cli("--config", str(mine), "glossary", "apply", str(new), "--yes")
        assert result.exit_code == 0, result.output
        assert load(config.load(mine).glossaries).terms == (Term(source="crossing", target="traversée", pair=Pair("en", "fr")),)
        assert waiting(mine) == made - len(found)
        assert cli("--config", str(mine), "run", "--once", "--only", "translate").exit_code == 0
        assert json.loads(cli("--config", str(mine), "glossary", "diff", "--json").stdout) == []
        key = found[0]["key"]
        why = json.loads(cli("--config", str(mine), "why", key, "--json").stdout)
        assert any("the glossary has changed: crossing" in str(line["text"]) for line in why["log"])

    def test_versions_are_kept_and_can_be_had_back(self, cli: Run, mine: Path, tmp_path: Path) -> None:
        new = tmp_path / "new.toml"
        for target in ("traversée", "municipalité"):
            new.write_text(GOOD.replace("traversée", target), encoding="utf-8")
            assert cli("--config", str(mine), "glossary", "apply", str(new), "--yes").exit_code == 0
        versions = [line.split("\t")[0] for line in cli("--config", str(mine), "glossary", "log").stdout.splitlines()]
        assert len(versions) == 2
        old = cli("--config", str(mine), "glossary", "log", versions[1]).stdout
        assert 'target = "traversée"' in old
        assert cli("--config", str(mine), "glossary", "log", "nonsense").exit_code == 2

    def test_a_bad_file_changes_nothing(self, cli: Run, mine: Path, tmp_path: Path) -> None:
        new = tmp_path / "new.toml"
        new.write_text(BAD, encoding="utf-8")
        for command in ("diff", "apply"):
            result = cli("--config", str(mine), "glossary", command, str(new))
            assert result.exit_code == 1 and "new.toml:7" in result.stderr
        assert config.load(mine).glossaries == ()


class TestImport:
    @pytest.mark.parametrize("name", ["in.csv", "in.tbx"])
    def test_terms_are_added_to_the_desk_s_file(self, cli: Run, mine: Path, tmp_path: Path, name: str) -> None:
        own = mine.parent / "house.toml"
        own.write_text("# ours\n" + GOOD, encoding="utf-8")
        mine.write_text('glossaries = ["house.toml"]\n' + mine.read_text(encoding="utf-8"), encoding="utf-8")
        (tmp_path / "in.csv").write_text(
            "source,target,from,to,forms\ncrossing,traversée,en,fr,\npeacekeeper,Casque bleu,en,fr,Casques bleus|casque bleu\n",
            encoding="utf-8",
        )
        (tmp_path / "in.tbx").write_text(
            '<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd"><martif type="TBX"><text><body><termEntry><langSet xml:lang="en"><tig>'
            '<term>peacekeeper</term></tig></langSet><langSet xml:lang="fr"><tig><term>Casque bleu</term></tig><tig>'
            "<term>Casques bleus</term></tig><tig><term>casque bleu</term></tig></langSet></termEntry></body></text></martif>",
            encoding="utf-8",
        )
        result = cli("--config", str(mine), "glossary", "import", name, "--yes")
        assert result.exit_code == 0, result.output
        assert own.read_text(encoding="utf-8").startswith("# ours\n")
        forms = ("Casques bleus", "casque bleu")
        wanted = Term(source="peacekeeper", target="Casque bleu", pair=Pair("en", "fr"), forms=forms)
        assert wanted in load([own]).terms
        again = cli("--config", str(mine), "glossary", "import", str(own), "--yes")
        assert again.exit_code == 0 and "known already" in again.stderr
        listed = cli("--config", str(mine), "glossary", "list", "--pair", "en-fr").stdout
        assert "en-fr\tpeacekeeper\tCasque bleu\tCasques bleus, casque bleu" in listed
        assert cli("--config", str(mine), "glossary", "list", "--pair", "english").exit_code == 2


class TestNaming:
    def test_a_file_is_named_in_the_configuration_with_comments_kept(self) -> None:
        assert commands.with_glossary("# mine\n[desk]\nname = 'x'\n", "a.toml").startswith('# mine\nglossaries = ["a.toml"]\n\n[desk]')
        assert commands.with_glossary('glossaries = ["b.csv"]\n', "a.toml") == 'glossaries = ["a.toml", "b.csv"]\n'
        assert commands.with_glossary("glossaries = []\n", "a.toml") == 'glossaries = ["a.toml"]\n'


class TestNames:
    def test_a_person_s_name_is_listed_and_forgotten(self, cli: Run, mine: Path) -> None:
        assert cli("--config", str(mine), "names", "set", "--pair", "en-fr", "Kyiv", "Kyïv").exit_code == 0
        rows = cli("--config", str(mine), "names", "list", "--pair", "en-fr").stdout.splitlines()
        assert "en-fr\tKyiv\tKyïv\ta person\tyes" in rows
        as_json = json.loads(cli("--config", str(mine), "names", "list", "--json").stdout)
        assert {"pair": "en-fr", "name": "Kyiv", "rendering": "Kyïv", "stories": 0, "person": True, "counts": True} in as_json
        assert cli("--config", str(mine), "names", "forget", "--pair", "en-fr", "Kyiv").exit_code == 0
        again = cli("--config", str(mine), "names", "forget", "--pair", "en-fr", "Kyiv")
        assert again.exit_code == 1 and "names list" in again.stderr
        assert cli("--config", str(mine), "names", "set", "--pair", "en-fr", " ", "x").exit_code == 2


def test_the_order_of_terms_makes_no_other_version() -> None:
    one, two = (Term(source=s, target="x", pair=Pair("en", "fr")) for s in "ab")
    assert Glossary((one, two)).version == Glossary((two, one)).version
