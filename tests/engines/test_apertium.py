"""Apertium for real where it is installed; its stream format, routes and messages everywhere."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from babelwire.engines import apertium as module
from babelwire.engines.apertium import Apertium, apertium_packages, table
from babelwire.engines.apertium_pipe import Died, Pipe, decode, encode
from babelwire.errors import EngineDied, PairError
from babelwire.model import Context, Inline, Markup, Pair, Span, SpanKind
from babelwire.text.inline import MARKER, protect, restore

installed = pytest.mark.skipif(shutil.which("apertium-wblank-mode") is None, reason="Apertium is not installed: see `make packages`")
EN_ES, EN_FR, CONTEXT = Pair("en", "es"), Pair("en", "fr"), Context()
O0, O1, C0, C1 = "\ue100", "\ue101", "\ue200", "\ue201"


@pytest.fixture(scope="module")
def engine() -> Iterator[Apertium]:
    made = Apertium()
    if EN_ES not in made.pairs:
        pytest.skip("the English-Spanish pair is not installed: apt-get install apertium-eng-spa")
    yield made
    made.close()


def one(engine: Apertium, text: str, pair: Pair = EN_ES) -> str:
    return engine.translate([text], pair, CONTEXT)[0].text


def alive(group: int) -> list[str]:
    """Processes of a group that still run, after a moment's patience."""
    for _ in range(50):
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                state, _, pgrp = stat.read_text().rpartition(")")[2].split()[:3]
                if int(pgrp) == group and state != "Z":
                    found.append(stat.parent.name)
        if not found:
            break
        time.sleep(0.05)
    return found


# ---------------------------------------------------------------------------------------------- the stream


def test_spans_become_word_bound_blanks_and_come_back() -> None:
    message, kept = encode(f"Read {O0}the {O1}full{C1} report{C0}.")
    assert message == "Read [[t:s:0]]the[[/]] [[t:s:0; t:s:1]]full[[/]] [[t:s:0]]report[[/]]."
    assert decode(message + "[][\n]\n", kept) == f"Read {O0}the {O1}full{C1} report{C0}."


def test_special_characters_are_escaped_and_addresses_kept() -> None:
    text = r"a [b] {c} ^d$ e/f <g> @h \ i~ *j #k https://a.example/x_y.html at 9:30 am"
    message, kept = encode(text)
    assert r"\[b\]" in message
    assert "~" not in message
    assert kept == ["@h", "#k", "https://a.example/x_y.html", "9:30 am"]
    assert decode(message, kept) == text


def test_a_span_inside_a_word_takes_the_word() -> None:
    assert encode(f"un{O0}believ{C0}able day")[0] == "[[t:s:0]]unbelievable[[/]] day"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="".join(map(chr, range(0xE100, 0xE900))))))
@settings(deadline=None)
def test_what_goes_in_comes_out_of_the_stream(text: str) -> None:
    import unicodedata

    message, kept = encode(text)
    assert decode(message, kept) == unicodedata.normalize("NFC", text)


def test_a_pipe_that_ends_is_a_death_whatever_its_status() -> None:
    pipe = Pipe(["bash", "-c", 'read -r -d ""; printf "one\\0"; exit 0'])
    with pytest.raises(Died) as caught:
        pipe.ask(["a", "b"], 5)
    assert caught.value.answers == ["one"]


def test_a_pipe_that_hangs_is_killed_with_its_children() -> None:
    pipe = Pipe(["bash", "-c", "sleep 60 | sleep 60"])
    start = time.monotonic()
    with pytest.raises(Died, match="no answer"):
        pipe.ask(["a"], 0.2)
    assert time.monotonic() - start < 5
    assert not alive(pipe._process.pid)


def test_more_than_a_pipe_holds_goes_through() -> None:
    pipe = Pipe(["cat"])
    messages = ["x" * 100_000 for _ in range(20)]
    assert [len(a) for a in pipe.ask(messages, 20)] == [100_006] * 20
    pipe.close()


# ---------------------------------------------------------------------------------------------- without Apertium


def test_without_apertium_the_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    engine = Apertium(modes=str(tmp_path))
    assert engine.pairs == frozenset()
    with pytest.raises(PairError, match=r"not installed: apt-get install apertium apertium-eng-"):
        engine.translate(["A."], EN_FR, CONTEXT)


def test_a_missing_pair_names_its_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    (tmp_path / "spa-cat.mode").touch()
    engine = Apertium(modes=str(tmp_path))
    assert engine.pairs == {Pair("es", "ca")}
    with pytest.raises(PairError, match="no installed route leads from en to fr: apt-get install"):
        engine.route(EN_FR)
    with pytest.raises(PairError, match="name another engine"):
        engine.route(Pair("en", "ja"))


def test_routes_are_chosen_by_measurement_not_by_length(tmp_path: Path) -> None:
    for mode in ("cat-eng", "cat-spa", "spa-eng"):
        (tmp_path / f"{mode}.mode").touch()
    assert Apertium(modes=str(tmp_path)).route(Pair("ca", "en")) == ("cat-spa", "spa-eng")


def test_unmeasured_pairs_take_the_shortest_way(tmp_path: Path) -> None:
    for mode in ("eng-cat", "ca-oc", "eng-spa", "spa-cat", "es-oc", "cat-spa_variant", "rus-ukr"):
        (tmp_path / f"{mode}.mode").touch()
    engine = Apertium(modes=str(tmp_path))
    assert len(engine.route(Pair("en", "oc"))) == 2
    assert Pair("ru", "uk") not in engine.pairs, "its tagger crashes with exit status 0"


def test_pairs_measured_to_be_of_no_use_are_not_served(tmp_path: Path) -> None:
    for mode in ("urd-hin", "mkd-bul", "mkd-hbs_HR"):
        (tmp_path / f"{mode}.mode").touch()
    assert Apertium(modes=str(tmp_path)).pairs == {Pair("mk", "bg")}


def test_every_mode_of_a_route_has_a_package() -> None:
    assert apertium_packages()[0] == "apertium"
    for routes in table().routes.values():
        for mode in (m for route in routes for m in route):
            assert mode in table().packages
            assert mode not in table().broken


# ---------------------------------------------------------------------------------------------- for real


@installed
@pytest.mark.apertium
class TestReal:
    def test_it_translates(self, engine: Apertium) -> None:
        assert one(engine, "The prime minister resigned on Monday.") == "El primer ministro dimitió el lunes."

    def test_a_route_through_other_languages(self, engine: Apertium) -> None:
        if EN_FR not in engine.pairs:
            pytest.skip("no route from en to fr")
        assert "premier ministre" in one(engine, "The prime minister resigned on Monday.", EN_FR)

    @pytest.mark.parametrize("text", ["Protests in Madrid", "He said yes", "Who won?", "They won!", 'He said "no"'])
    def test_final_stops_are_as_in_the_source(self, engine: Apertium, text: str) -> None:
        assert one(engine, text)[-1] in (text[-1] if not text[-1].isalnum() else "dímosa")

    @pytest.mark.parametrize(
        "kept",
        [
            "https://a.example/x_y.html",
            "me.you@a.example",
            "@handle",
            "#Tag2024",
            "9:30 am",
            "1,234.50",
            "3.5%",
            "[sic]",
            "~5",
        ],
    )
    def test_what_must_not_change_does_not(self, engine: Apertium, kept: str) -> None:
        assert kept in one(engine, f"The report said {kept} yesterday.")

    def test_no_space_before_a_comma_that_the_source_has_not(self, engine: Apertium) -> None:
        assert " ," not in one(engine, "He did, however, reiterate his statement.")

    def test_capitals_stay_with_the_first_word(self, engine: Apertium) -> None:
        assert one(engine, "Hsieh implied that they left.").startswith("Hsieh implicó")

    def test_unknown_words_are_counted(self, engine: Apertium) -> None:
        known, unknown = engine.translate(["The house is big.", "The frobnicated xyzzy quuxed."], EN_ES, CONTEXT)
        assert known.unknown == 0.0
        assert unknown.unknown == pytest.approx(0.75)

    def test_spans_travel_with_their_words(self, engine: Apertium) -> None:
        text = "Read the full report on the site of the ministry."
        link = Span(start=9, end=20, kind=SpanKind.LINK, href="https://a.example/")
        protected = protect(Inline(text, (link,)), Markup.NATIVE)
        restored = restore(protected, engine.translate([protected.text], EN_ES, CONTEXT)[0])
        [span] = restored.inline.spans
        assert "informe" in restored.inline.text[span.start : span.end]
        assert "ministerio" not in restored.inline.text[span.start : span.end]
        assert not restored.guessed

    def test_no_markers_appear_from_nowhere(self, engine: Apertium) -> None:
        assert not MARKER.search(one(engine, "A text without any [[t:s:3]]marks[[/]] of ours."))

    def test_a_killed_pipeline_is_started_again(self, engine: Apertium) -> None:
        before = one(engine, "The house is big.")
        os.killpg(engine._pipes["eng-spa"]._process.pid, signal.SIGKILL)
        assert one(engine, "The house is big.") == before

    def test_an_end_of_all_time_is_an_error_and_the_next_call_works(self) -> None:
        hasty = Apertium(timeout=-1.0)
        with pytest.raises(EngineDied, match="no answer within"):
            one(hasty, "The house is big.")
        hasty._timeout = 30
        assert one(hasty, "The house is big.")
        hasty.close()

    def test_few_pipelines_serve_many_pairs(self, engine: Apertium) -> None:
        small = Apertium(pipes=2, recycle=3)
        pairs = [p for p in sorted(small.pairs) if p.source in ("en", "es") and len(small.route(p)) < 3][:6]
        for pair in pairs:
            assert one(small, "Madrid.", pair)
            assert len(small._pipes) <= 2
        small.close()
        assert not small._pipes

    @given(
        st.lists(
            st.text(alphabet=st.sampled_from([*"ab .,;:!?'\"\\[]{}^$/@<>~*#&|+=_-\n\t1é€“”«»—", O0, C0, "\ue300", "h"]), max_size=40),
            min_size=1,
            max_size=3,
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_no_text_breaks_a_pipeline(self, texts: list[str]) -> None:
        engine = _kept_engine()
        started = engine._pipes.get("eng-spa")
        answers = engine.translate(texts, EN_ES, CONTEXT)
        assert len(answers) == len(texts)
        assert started is None or engine._pipes["eng-spa"] is started, "it died and was started again"

    def test_close_leaves_no_process(self) -> None:
        engine = Apertium()
        one(engine, "The house is big.")
        groups = [p._process.pid for p in engine._pipes.values()]
        engine.close()
        assert not any(alive(group) for group in groups)


_kept: list[Apertium] = []


def _kept_engine() -> Apertium:
    if not _kept:
        _kept.append(Apertium())
    return _kept[0]


def test_ids_change_with_the_installed_data(tmp_path: Path) -> None:
    (tmp_path / "spa-cat.mode").touch()
    os.utime(tmp_path / "spa-cat.mode", (1, 1))
    first = Apertium(modes=str(tmp_path)).id
    os.utime(tmp_path / "spa-cat.mode", (2, 2))
    assert Apertium(modes=str(tmp_path)).id != first
    assert module.Apertium(modes=str(tmp_path / "none")).id == "apertium -"
