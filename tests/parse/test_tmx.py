"""TMX: written well-formed, read back the same, other tools' marks understood, broken files named."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from babelwire.errors import ParseError
from babelwire.model import Pair, Remembered
from babelwire.parse import tmx
from babelwire.text.inline import ATOM, CLOSE, OPEN

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
EN_FR = Pair("en", "fr")
O0, C0, O1, C1, A0 = chr(OPEN), chr(CLOSE), chr(OPEN + 1), chr(CLOSE + 1), chr(ATOM)
MARKED = Remembered(
    source=f"Read {O0}the & full{C0} {O1}report{C1} at {A0} <now>.", target=f"Lisez {O1}le rapport{C1} {O0}tout & entier{C0} sur {A0}.",
    pair=EN_FR, engine="apertium 3.8.3", score=-0.125, origin="old.tmx", made=NOW,
)  # fmt: skip


def file(tmp_path: Path, body: str, head: str = '<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/>') -> Path:
    path = tmp_path / "in.tmx"
    path.write_text(f"{head}<body>{body}</body></tmx>", encoding="utf-8")
    return path


def back(tmp_path: Path, *items: Remembered) -> list[Remembered]:
    path = tmp_path / "out.tmx"
    path.write_text("".join(tmx.written(items, NOW)), encoding="utf-8")
    return [said for _, said in tmx.read(path)]


def test_it_is_tmx_1_4(tmp_path: Path) -> None:
    root = etree.fromstring("".join(tmx.written([MARKED], NOW)).encode())
    assert (root.tag, root.get("version")) == ("tmx", "1.4")
    header = root.find("header")
    assert header is not None
    wanted = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}
    assert wanted <= set(header.attrib) and header.get("creationdate") == "20261124T120000Z"
    unit = root.find("body/tu")
    assert unit is not None and unit.get("creationdate") == "20261124T120000Z"
    assert unit.findtext("prop[@type='x-engine']") == "apertium 3.8.3"
    segments = unit.findall("tuv/seg")
    assert [t.get("{http://www.w3.org/XML/1998/namespace}lang") for t in unit.findall("tuv")] == ["en", "fr"]
    assert [e.tag for e in segments[0]] == ["bpt", "ept", "bpt", "ept", "ph"]
    assert {e.get("i") for e in segments[1].findall("bpt")} == {e.get("i") for e in segments[1].findall("ept")} == {"1", "2"}


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    from babelwire.model import replace

    assert back(tmp_path, MARKED) == [replace(MARKED, origin="out.tmx")]


@given(st.lists(st.sampled_from(["a", "é", "中", "&", "<", ">", '"', " ", "\x0b", "\u2028", O0, C0, A0]), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_any_text_is_well_formed(letters: list[str]) -> None:
    etree.fromstring("".join(tmx.written([Remembered(source="".join(letters), target="x", pair=EN_FR)], NOW)).encode())


def test_marks_of_other_tools(tmp_path: Path) -> None:
    unit = (
        '<tu><tuv xml:lang="EN-GB"><seg>See <bpt i="7">&lt;b&gt;</bpt>this<ept i="7">&lt;/b&gt;</ept> <ph>&lt;br/&gt;</ph>page, <hi>now</hi>.</seg></tuv>'
        '<tuv lang="fr_CA"><seg>Voyez <bpt i="7">{b}</bpt>cette<ept i="7">{/b}</ept> <ph>{br}</ph>page, <hi>vite</hi>.</seg></tuv></tu>'
    )
    ((number, said),) = tmx.read(file(tmp_path, unit))
    assert (number, said.pair, said.engine) == (1, EN_FR, "")
    assert said.source == f"See {O0}this{C0} {A0}page, now." and said.target == f"Voyez {O0}cette{C0} {A0}page, vite."


def test_marker_characters_in_a_file_are_no_marks(tmp_path: Path) -> None:
    unit = f'<tu><tuv xml:lang="en"><seg>A{O0}b{C0}.</seg></tuv><tuv xml:lang="fr"><seg>C{A0}d.</seg></tuv></tu>'
    ((_, said),) = tmx.read(file(tmp_path, unit))
    assert (said.source, said.target) == ("Ab.", "Cd.")


GOOD = '<tu><tuv xml:lang="en"><seg>Yes.</seg></tuv><tuv xml:lang="fr"><seg>Oui.</seg></tuv><tuv xml:lang="de"><seg>Ja.</seg></tuv></tu>'


def test_languages_are_chosen(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD)
    assert [str(s.pair) for _, s in tmx.read(path)] == ["en-fr", "en-de"]
    assert [str(s.pair) for _, s in tmx.read(path, {"de"})] == ["en-de"]
    assert [str(s.pair) for _, s in tmx.read(path, {"de"}, EN_FR)] == ["en-fr"]
    turned = file(tmp_path, GOOD.replace("<tu>", '<tu srclang="fr">'))
    assert [str(s.pair) for _, s in tmx.read(turned)] == ["fr-en", "fr-de"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<tmx version='1.4'><body><tu>", "line 1: .*export it again"),
        ("nothing", "line 1: "),
        ("<rss><channel/></rss>", "is not a TMX file: its root is <rss>"),
        (f"<tmx><body>{GOOD.replace(' xml:lang=', ' x=', 1)}</body></tmx>", "unit 1, line 1: a <tuv> names no language"),
        (f"<tmx><body>{GOOD.replace('fr', 'french!', 1)}</body></tmx>", "'french!' for a language"),
        ("<tmx><body></body></tmx>", "has no sentence into it; it has none at all"),
        (f"<tmx><body>{GOOD}</body></tmx>", "has no sentence into it; it has en-de, en-fr"),
        ('<!DOCTYPE tmx [<!ENTITY a "b">]><tmx><body></body></tmx>', "declares entities"),
        ('<!DOCTYPE tmx [<!ENTITY a SYSTEM "file:///etc/passwd">]><tmx><body><tu>&a;</tu></body></tmx>', "declares entities"),
        ("<tmx " + " ".join(f'a{n}=\"1\"' for n in range(300)) + "><body/></tmx>", "more than 250 attributes"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "bad.tmx"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ParseError, match=said) as caught:
        list(tmx.read(path, {"it"}))
    assert str(path) in str(caught.value)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ParseError, match="No such file"):
        list(tmx.read(tmp_path / "none.tmx"))
