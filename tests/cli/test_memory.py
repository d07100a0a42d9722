"""``memory``: out as TMX, in again; what fails a check stays out."""

from __future__ import annotations

from pathlib import Path

from babelwire import config
from babelwire.model import Remembered, replace
from babelwire.stores.sqlite import SqliteStore
from babelwire.translate.sentence import memory_key
from tests.cli.conftest import Run


def kept(path: Path) -> list[Remembered]:
    store = SqliteStore(config.load(path).data / "babelwire.db")
    try:
        return list(store.memories())
    finally:
        store.close()


def unit(source: str, target: str, language: str = "fr") -> str:
    return f'<tu><tuv xml:lang="en"><seg>{source}</seg></tuv><tuv xml:lang="{language}"><seg>{target}</seg></tuv></tu>'


def test_all_of_it_goes_out_and_comes_in_again(cli: Run, mine: Path, tmp_path: Path) -> None:
    before = kept(mine)
    assert any("\ue100" in m.source for m in before), "with marks"
    assert cli("--config", str(mine), "memory", "export", "-o", "all.tmx").exit_code == 0
    other = tmp_path / "other" / "babelwire.toml"
    other.parent.mkdir()
    other.write_text(mine.read_text(encoding="utf-8"), encoding="utf-8")
    result = cli("--config", str(other), "memory", "import", "all.tmx")
    assert result.exit_code == 0, result.output
    after = kept(other)

    def said(items: list[Remembered]) -> set[Remembered]:
        return {replace(m, origin="", made=None) for m in items}

    assert {m.origin for m in after} == {"all.tmx"}
    assert said(after) == said(before)
    store = SqliteStore(config.load(other).data / "babelwire.db")
    keys = [memory_key(m.source, m.pair, m.engine, ()) for m in after]
    assert len(store.recall(keys)) == len(after), "under the keys by which the ladder looks for them"
    store.close()


def test_only_what_passes_is_taken(cli: Run, mine: Path, tmp_path: Path) -> None:
    body = (
        unit("The council met on Monday to talk about the harbour.", "Le conseil s'est réuni lundi pour parler du port.")
        + unit("It will cost 12 million euros over three years.", "Cela coûtera 13 millions d'euros sur trois ans.")
        + unit('Read <bpt i="1"/>the report<ept i="1"/> of the council on Monday.', "Lisez le rapport du conseil lundi.")
        + unit("The council met.", "Der Rat hat getagt.", "de")
    )
    (tmp_path / "in.tmx").write_text(f"<tmx version='1.4'><header/><body>{body}</body></tmx>", encoding="utf-8")
    result = cli("--config", str(mine), "memory", "import", "in.tmx")
    assert result.exit_code == 0, result.output
    mine_now = [m for m in kept(mine) if m.origin == "in.tmx"]
    assert [m.target for m in mine_now] == ["Le conseil s'est réuni lundi pour parler du port."]
    assert mine_now[0].engine == "", "it serves every engine"
    assert "unit 2: the source says 12" in result.stderr and "unit 3: marks of the source are missing" in result.stderr
    assert "1 sentence taken, 2 that fail a check left out" in result.stderr


def test_what_cannot_be_used(cli: Run, mine: Path, tmp_path: Path) -> None:
    (tmp_path / "in.tmx").write_text("<tmx><body><tu>", encoding="utf-8")
    for words, said in (
        (("import", "in.tmx"), "export it again"),
        (("import", "none.tmx"), "No such file"),
        (("export", "-o", "no/such/folder.tmx"), "folder.tmx: No such file"),
    ):
        result = cli("--config", str(mine), "memory", *words)
        assert result.exit_code in (1, 2) and said in result.stderr
    (tmp_path / "de.tmx").write_text(f"<tmx><body>{unit('Yes.', 'Ja.', 'de')}</body></tmx>", encoding="utf-8")
    result = cli("--config", str(mine), "memory", "import", "de.tmx")
    assert result.exit_code == 1 and "has no sentence into" in result.stderr and "it has en-de" in result.stderr


def test_one_pair_goes_to_stdout(cli: Run, mine: Path) -> None:
    result = cli("--config", str(mine), "memory", "export", "--pair", "en-fr")
    assert result.exit_code == 0
    assert result.stdout.startswith("<?xml") and '<tuv xml:lang="es">' not in result.stdout and '<tuv xml:lang="fr">' in result.stdout
