"""Where each setting comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from babelwire import config, origins

TEXT = """\
# mine
[desk]
name = "A"  # here

[poll]
minimum = 5.0

[engines.deep]
kind = "deepl"
options = { key = "env:DEEPL", formality = "more" }

[engines.plain]
kind = "openai"
[engines.plain.options]
api_key = "sk-plainly-written"
model = '''
m
'''

[notify.ops]
kind = "webhook"
options.url = "https://hooks.example/T00/part"
options.secret = "file:sec.txt"

[sources.a]
name = "A"
feeds = [
    "https://a.example/rss", # a comment with "quotes" and ]
    { url = "https://a.example/two" },
]
licence = "full"

[budget]
money = 3.0
[budget.engines.deep]
per_million_characters = 20.0
"""
ENVIRON = {"DEEPL": "deepl-secret-1"}


@pytest.fixture
def made(tmp_path: Path) -> config.Config:
    (tmp_path / "sec.txt").write_text("whsec_c2VjcmV0\n", encoding="utf-8")
    path = tmp_path / "babelwire.toml"
    path.write_text(TEXT, encoding="utf-8")
    return config.load(path, ENVIRON)


def test_each_value_says_where_it_comes_from(made: config.Config) -> None:
    found = {s.key: (s.value, s.origin) for s in origins.settings(made)}
    assert found["desk.name"] == ("A", "babelwire.toml:3")
    assert found["desk.contact"] == ("", "default")
    assert found["poll.minimum"] == (5.0, "babelwire.toml:6")
    assert found["engines.deep.options.key"] == ("(hidden)", "env:DEEPL")
    assert found["engines.deep.options.formality"] == ("more", "babelwire.toml:10")
    assert found["engines.plain.options.model"] == ("m\n", "babelwire.toml:16")
    assert found["notify.ops.options.secret"] == ("(hidden)", "file:sec.txt")
    assert found["sources.a.feeds"][1] == "babelwire.toml:27"
    assert found["sources.a.licence"] == ("full", "babelwire.toml:31")
    assert found["budget.money"] == (3.0, "babelwire.toml:34")
    assert found["budget.engines.deep.per_million_characters"] == (20.0, "babelwire.toml:36")
    assert found["rules"] == ([], "default")


def test_no_secret_is_shown(made: config.Config) -> None:
    shown = repr(origins.settings(made))
    for secret in ("deepl-secret", "plainly-written", "c2VjcmV0", "T00/part"):
        assert secret not in shown


def test_what_must_never_be_seen_is_known(made: config.Config) -> None:
    assert origins.secrets(made.path, ENVIRON) == {
        "deepl-secret-1", "sk-plainly-written", "whsec_c2VjcmV0", "https://hooks.example/T00/part"
    }  # fmt: skip
    assert origins.secrets(made.path, {}) >= {"sk-plainly-written"}, "a variable that is not set hides nothing"
    assert origins.secrets(made.path.with_name("none.toml"), {}) == frozenset()


def test_every_table_is_shown(made: config.Config) -> None:
    assert set(origins.NAMED) == set(config.NAMED)
    tables = {s.key.partition(".")[0] for s in origins.settings(made)}
    assert {*config.TABLES, *config.LISTS, "engines", "notify", "sources"} <= tables


def test_lines_of_arrays_of_tables() -> None:
    text = '[[routes]]\nname = "a"\n\n[[routes]]  # two\nname = "b"\nwhen = { words = [\n"x",\n] }\n'
    found = origins.lines(text)
    assert found["routes", "0", "name"] == 2
    assert (found["routes", "1"], found["routes", "1", "name"], found["routes", "1", "when", "words"]) == (4, 5, 6)
