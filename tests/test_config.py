"""The configuration: what is accepted, and what an operator reads when it is not."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from babelwire import config
from babelwire.errors import ConfigError
from babelwire.model import Licence, Mode, Pair

FULL = """
[desk]
name = "Le Fil"
base_url = "https://news.example/"
contact = "desk@news.example"

[editions.fr]
title = "Le Fil"
time_zone = "Europe/Paris"

[sources.gazette]
name = "The Gazette"
language = "en"
licence = "full"
feeds = ["https://gazette.example/feed", { url = "https://gazette.example/sport", section = "Sport" }]

[pairs.en-fr]
engines = ["mine", "apertium"]

[engines.mine]
kind = "ctranslate2"
options = { path = "models/en-fr", token = "env:TOKEN" }
"""


def load(tmp_path: Path, text: str, **environ: str) -> config.Config:
    path = tmp_path / "babelwire.toml"
    path.write_text(text, encoding="utf-8")
    return config.load(path, environ)


def test_a_whole_configuration(tmp_path: Path) -> None:
    made = load(tmp_path, FULL, TOKEN="s3cret")
    assert made.desk.base_url == "https://news.example"
    assert [f.section for f in made.feeds] == [None, "Sport"]
    assert made.feeds[1].language == "en"
    assert made.sources[0].licence is Licence.FULL
    assert made.engines["mine"].options["token"] == "s3cret"
    assert made.pairs[Pair("en", "fr")].engines == ("mine", "apertium")
    assert made.user_agent.startswith("Babelwire/") and "desk@news.example" in made.user_agent
    assert made.data == tmp_path / "data"


def test_modes_and_quiet_hours(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        '[editions.fr]\nmode = "review"\nquiet = "22:30-06:00"\n[editions.ca]\n'
        '[sources.a]\nname = "A"\nfeeds = ["http://a.example", { url = "http://a.example/2", mode = "headline" }]\n',
    )
    assert [(e.mode, e.quiet) for e in made.editions] == [(Mode.REVIEW, (time(22, 30), time(6))), (Mode.AUTOMATIC, None)]
    assert made.feed_modes == {"http://a.example/2": Mode.HEADLINE}


def test_the_default_licence_is_the_least(tmp_path: Path) -> None:
    made = load(tmp_path, '[sources.a]\nname = "A"\nfeeds = ["https://a.example/f"]')
    assert made.sources[0].licence is Licence.LINK


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[fetsh]\n", "unknown table [fetsh]; did you mean 'fetch'"),
        ("[fetch]\ntimeuot = 3\n", "fetch: unknown key 'timeuot'; did you mean 'timeout'"),
        ('[fetch]\ntimeout = "3"\n', "fetch.timeout: Expected `float`, got `str`"),
        ('[sources.a]\nname = "A"\nfeeds = [{ url = "http://a.example", sction = "x" }]\n', "did you mean 'section'"),
        ('[sources.a]\nname = "A"\nlicence = "all"\n', "sources.a.licence"),
        ('[sources.a]\nname = "A"\nfeeds = ["ftp://a.example"]\n', "not an http address"),
        ('[sources.a]\nname = "A"\nfeeds = ["http://a.example", "http://a.example"]\n', "stands under a already"),
        ('[sources."A b"]\nname = "A"\n', "small letters"),
        ('[editions.fr]\ntime_zone = "Paris"\n', "no time zone 'Paris'"),
        ("[editions.french_]\n", "not a language tag"),
        ('[editions.fr]\nsources = ["gazete"]\n[sources.gazette]\nname = "G"\n', "did you mean 'gazette'"),
        ('[pairs.enfr]\nengines = ["apertium"]\n', "a pair is written like en-fr"),
        ('[pairs.en-fr]\nengines = ["apertum"]\n', "did you mean 'apertium'"),
        ('[engines.x]\nkind = "deepl"\noptions = { key = "env:NO_SUCH" }\n', "environment variable NO_SUCH is not set"),
        ('[engines.x]\nkind = "deepl"\noptions = { key = "file:nowhere" }\n', "engines.x.options.key"),
        ("desk = 3\n", "desk: Expected `object`"),
        ('[editions.fr]\nmode = "revew"\n', "editions.fr.mode: 'revew'; did you mean 'review'"),
        (
            '[sources.a]\nname = "A"\nfeeds = [{ url = "http://a.example", mode = "no" }]\n',
            "mode: 'no'; known: automatic, review, headline",
        ),
        ('[editions.fr]\nquiet = "night"\n', "editions.fr.quiet: 'night' is not like 22:30-06:00"),
        ('[editions.fr]\nquiet = "22:00"\n', "is not like 22:30-06:00"),
        ('[editions.fr]\nquiet = "6:00-25:00"\n', "is not like 22:30-06:00"),
        ('[editions.fr]\nquiet = "06:00-06:00"\n', "is a whole day, or none"),
        ("[routes]\nname = 'x'\n", "routes: is written [[routes]]"),
        ("a = [", "Cannot"),
    ],
)
def test_bad_input_names_the_key_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert said in str(caught.value) or said == "Cannot"
    assert "babelwire.toml" in str(caught.value)


def test_no_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="babelwire init"):
        config.load(tmp_path / "none.toml", {})


def test_a_secret_comes_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from-file\n", encoding="utf-8")
    made = load(tmp_path, '[engines.x]\nkind = "deepl"\noptions = { key = "file:key" }\n')
    assert made.engines["x"].options["key"] == "from-file"


def test_the_desk_listens_on_this_machine_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "babelwire.toml"
    assert config.build({}, path, {}).web.door == ("127.0.0.1", 8081)
    assert config.build({"web": {"desk": "off"}}, path, {}).web.door is None
    assert (
        config.build({"web": {"desk": "[::1]:9000", "desk_url": "https://desk.example/"}}, path, {}).web.desk_url == "https://desk.example"
    )


@pytest.mark.parametrize(("key", "value"), [("desk", "8081"), ("desk", "localhost:web"), ("desk_url", "http://desk.example")])
def test_a_desk_that_nobody_could_reach_is_refused(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"web.{key}"):
        config.build({"web": {key: value}}, tmp_path / "babelwire.toml", {})
