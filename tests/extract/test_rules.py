"""Rules are data: read, checked, found for a source; each shipped one has a page that is read wrong without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire import extract
from babelwire.errors import ConfigError
from babelwire.extract import rules
from babelwire.model import Article
from tests.extract.pages import NOW, entry, page, source

PAGES = Path(__file__).parent.parent / "stories" / "rules"


def read(name: str, *, ruled: bool) -> Article:
    host = f"{name}.example"
    paper = source(id="other", homepage=f"https://www.{host}/")
    found = rules.for_source(rules.load([]), paper) if ruled else rules.NONE
    html = (PAGES / f"{name}.html").read_bytes()
    return extract.article(page(html, f"https://www.{host}/1"), entry(title="A title of the feed"), paper, rules=found, now=NOW)


def test_every_shipped_rule_has_a_page() -> None:
    assert {r.source for r in rules.load([])} == {p.stem for p in PAGES.glob("*.html")}


def test_valley_gazette_needs_its_rule() -> None:
    without, with_rule = read("valley-gazette", ruled=False), read("valley-gazette", ruled=True)
    assert without.headline != "Ferry to carry lorries while bridge is closed"
    assert "Market hall" in without.text or "Subscribers" in without.text or "Reported for" in without.text
    assert with_rule.headline == "Ferry to carry lorries while bridge is closed"
    assert with_rule.standfirst.text.startswith("Two lorries at a time")
    assert [b.inline.text[:12] for b in with_rule.blocks] == ["The ferry at", "It takes two", "“We tested i"]
    assert with_rule.byline == ("Tomas Ferrell",) and with_rule.language == "en-GB"


def test_northgate_needs_its_rule() -> None:
    without, with_rule = read("northgate", ruled=False), read("northgate", ruled=True)
    assert "grain corridor" in without.text and "loaf of bread" in without.text
    assert "grain corridor" not in with_rule.text and "loaf of bread" not in with_rule.text
    assert with_rule.headline == "Grain prices fall for a fourth week"
    assert with_rule.standfirst.text.startswith("A good harvest") and len(with_rule.blocks) == 3


def test_a_folder_wins_over_what_is_shipped(tmp_path: Path) -> None:
    (tmp_path / "northgate.toml").write_text('drop_phrases = ["mine"]', "utf-8")
    found = rules.for_source(rules.load([tmp_path]), source(id="northgate"))
    assert found.drop_phrases == ("mine",) and not found.drop


def test_a_source_without_rules_has_none() -> None:
    assert rules.for_source(rules.load([]), source(homepage="https://elsewhere.example/")) is rules.NONE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('headline_sufixes = ["x"]', "did you mean 'headline_suffixes'"),
        ("zzz = 1", "known: source"),
        ('drop = "x"', "drop: Expected `array`"),
        ('body = "div["', "body: 'div[' is no CSS selector"),
        ('drop = ["p", "::"]', "drop: '::' is no CSS selector"),
        ("= 1", "Invalid"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "daily.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=r"daily\.toml") as told:
        rules.load([tmp_path])
    assert said in str(told.value)


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        rules.load([tmp_path / "none"])
