"""Glossary: reading files, finding terms in inflected text, accepting inflected renderings."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire import glossary
from babelwire.errors import GlossaryError
from babelwire.glossary import Glossary
from babelwire.model import Inline, Pair, Term, replace

EN_FR = Pair("en", "fr")
HELMET = Term(source="Blue Helmet", target="casque bleu", pair=EN_FR)


def test_terms_are_found_in_other_numbers_and_cases() -> None:
    found = Glossary((HELMET,)).find("Two blue helmets and a Blue Helmet left.", EN_FR)
    assert [(f.start, f.end) for f in found] == [(4, 16), (23, 34)]


def test_the_longer_phrase_wins_and_words_are_whole() -> None:
    court = Term(source="court", target="tribunal", pair=EN_FR)
    supreme = Term(source="Supreme Court", target="Cour suprême", pair=EN_FR)
    found = Glossary((court, supreme)).find("The Supreme Court and a courtyard.", EN_FR)
    assert [f.term.target for f in found] == ["Cour suprême"]


def test_what_is_never_translated_is_found_to_the_letter() -> None:
    term = Term(source="Apple", target=None, pair=Pair("*", "*"))
    book = Glossary((term,))
    assert book.find("Apple grew.", Pair("en-GB", "fr-CA")) and not book.find("An apple grew.", EN_FR)


def test_inflected_renderings_are_accepted() -> None:
    assert glossary.accepted(HELMET, "Les Casques bleus sont partis.", "fr")
    assert not glossary.accepted(HELMET, "Les chapeaux bleus sont partis.", "fr")


def test_the_version_changes_with_any_term() -> None:
    assert Glossary().version == ""
    assert Glossary((HELMET,)).version != Glossary((HELMET, Term(source="a", target="b", pair=EN_FR))).version


def test_three_formats_say_the_same(tmp_path: Path) -> None:
    toml = tmp_path / "a.toml"
    toml.write_text('[[term]]\nsource = "Blue Helmet"\ntarget = "casque bleu"\nfrom = "en"\nto = "fr"\n', encoding="utf-8")
    table = tmp_path / "b.csv"
    table.write_text("source,target,from,to\nBlue Helmet,casque bleu,en,fr\n", encoding="utf-8")
    tbx = tmp_path / "c.tbx"
    tbx.write_text(
        '<martif type="TBX"><text><body><termEntry><langSet xml:lang="en"><tig><term>Blue Helmet</term></tig></langSet>'
        '<langSet xml:lang="fr"><tig><term>casque bleu</term></tig></langSet></termEntry></body></text></martif>',
        encoding="utf-8",
    )
    for path in (toml, table, tbx):
        assert glossary.load([path]).find("blue helmets", EN_FR)[0].term.target == "casque bleu", path


def test_terms_are_put_where_the_engine_carried_their_marks_to() -> None:
    """The engine has turned the order of the two; each mark still knows whose it is."""
    court = Term(source="court", target="tribunal", pair=EN_FR)
    book = Glossary((HELMET, court))
    source = "Blue helmets guard the court."
    marked = book.mark(Inline(source), EN_FR)
    assert [s.term for s in marked.spans] == ["Blue Helmet", "court"]
    first, second = marked.spans
    answer = Inline("La cour est gardée par les chapeaux bleus.", (replace(second, start=3, end=7), replace(first, start=27, end=41)))
    assert glossary.apply(answer, source, book.find(source, EN_FR), "fr") == Inline("Le tribunal est gardée par les casques bleus.")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", '[[term]]\nsource = "x"\ntarget = "y"\n\n[[term]]\nsource = ""\n', "a.toml:5: the term has no source"),
        ("a.toml", '[[term]]\nsource = "x"\ntargt = "y"\n', "unknown key 'targt'"),
        ("a.toml", '[[term]]\nsource = "x"\ntarget = " "\n', "empty target"),
        ("a.toml", '[[term]]\nsource = "x"\nfrom = "english"\n', "not a language"),
        ("a.toml", "[[term\n", "line 1"),
        ("a.csv", "source,target\nx,y\n", "'from' is missing"),
        ("a.csv", "source,target,from,to\n,y,en,fr\n", "a.csv:2"),
        ("a.tbx", "<martif>", "a.tbx:1"),
        ("a.xls", "", "a glossary is one of"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GlossaryError) as caught:
        glossary.load([path])
    assert said in str(caught.value)
