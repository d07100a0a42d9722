"""CTranslate2 with real models: a trained one that translates, and random ones of every layout."""

from __future__ import annotations

import json
import shutil
import stat
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest

from babelwire.engines import ct2_layout
from babelwire.engines.ctranslate2 import CTranslate2, _Job, _Way
from babelwire.errors import EngineError, PairError
from babelwire.model import Context, Inline, Markup, Pair, Span, SpanKind, Term
from babelwire.text.inline import protect, restore
from tests.engines import numpy_models as make

TINY = Path(__file__).parent / "models" / "tiny-en-fr"
EN_FR, CONTEXT = Pair("en", "fr"), Context()


@pytest.fixture(scope="module")
def tiny() -> CTranslate2:
    return CTranslate2(path=str(TINY), threads=1)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


def random_model(folder: Path, **more: Any) -> Path:
    folder.mkdir(parents=True)
    make.pieces(folder / "source.spm")
    make.model(folder, make.pieces(folder / "target.spm"), **{"bias": {"</s>": 8.0}, **more})
    return folder


def job_of(engine: CTranslate2, pair: Pair) -> _Job:
    """What the engine makes of a sentence whose one piece is ``x``."""
    layout = engine.layout
    return engine._job(["x"], (layout.tokens(layout.source_prefix, pair), layout.tokens(layout.target_prefix, pair)), _Way(1))


# ---------------------------------------------------------------------------------------------- a model that translates


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("The minister approved the budget on Monday.", "Le ministre a approuvé le budget lundi."),
        ("The council did not reject the reform in Paris.", "Le conseil n'a pas rejeté la réforme à Paris."),
        ("240 workers were arrested in Madrid yesterday.", "240 employés ont été arrêtés à Madrid hier."),
        ("Leila Haddad said that the bank published the report.", "Leila Haddad a déclaré que la banque a publié le rapport."),
    ],
)
def test_it_translates(tiny: CTranslate2, english: str, french: str) -> None:
    [answer] = tiny.translate([english], EN_FR, CONTEXT)
    assert answer.text == french
    assert answer.score is not None
    assert -0.5 < answer.score <= 0
    assert answer.unknown == 0


def test_unsure_answers_score_lower(tiny: CTranslate2) -> None:
    known, odd = tiny.translate(["The minister approved the budget.", "Budget budget the on Paris did approved."], EN_FR, CONTEXT)
    assert (known.score or 0) > (odd.score or 0)


def test_unknown_letters_are_counted(tiny: CTranslate2) -> None:
    assert (tiny.translate(["The minister 北京 approved 東京."], EN_FR, CONTEXT)[0].unknown or 0) > 0


def test_links_find_their_words(tiny: CTranslate2) -> None:
    text = "Anna Keller criticised the reform in Geneva."
    spans = (
        Span(start=0, end=11, kind=SpanKind.LINK, href="https://a.example/"),
        Span(start=text.index("reform"), end=text.index("reform") + 6, kind=SpanKind.LINK, href="https://b.example/"),
    )
    protected = protect(Inline(text, spans), tiny.markup)
    restored = restore(protected, tiny.translate([protected.text], EN_FR, CONTEXT)[0])
    assert {s.href: restored.inline.text[s.start : s.end] for s in restored.inline.spans} == {
        "https://a.example/": "Anna Keller",
        "https://b.example/": "réforme",
    }


def test_a_retry_decodes_differently(tiny: CTranslate2) -> None:
    text = "The spokeswoman defended the strike."
    answers = {tiny.translate([text], EN_FR, Context(retry=n))[0].text for n in range(3)}
    assert len(answers) == 3


def test_a_glossary_term_chooses_among_hypotheses(tiny: CTranslate2) -> None:
    text = "The head of the bank defended the strike."
    others = [a for n in range(1, 6) for a in [tiny.translate([text], EN_FR, Context(retry=n))[0].text]]
    plain = tiny.translate([text], EN_FR, CONTEXT)[0].text
    word = next(w for other in others for w in other.strip(".").split() if len(w) > 3 and w not in plain)
    answer = tiny.translate([text], EN_FR, Context(terms=(Term(source="the strike", target=word, pair=EN_FR),)))[0].text
    assert word in answer
    kept = tiny.translate([text], EN_FR, Context(terms=(Term(source="the strike", target="unheard-of", pair=EN_FR),)))[0].text
    assert kept == plain


def test_sentences_of_several_callers_are_decoded_together(tiny: CTranslate2) -> None:
    texts = ["The minister approved the budget.", "The court rejected the law.", "The mayor defended the museum."]
    alone = [tiny.translate([t], EN_FR, CONTEXT)[0].text for t in texts]
    batches: list[int] = []
    run = tiny._run
    tiny._run = lambda jobs, way: (batches.append(len(jobs)), run(jobs, way))[1]  # type: ignore[method-assign]
    found: dict[int, str] = {}

    def ask(n: int) -> None:
        found[n] = tiny.translate([texts[n]], EN_FR, CONTEXT)[0].text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
    with tiny._decoding:  # the translator is busy with another article
        for thread in threads:
            thread.start()
        while len(tiny._waiting) < 3:
            pass
    for thread in threads:
        thread.join()
    del tiny._run  # type: ignore[method-assign]
    assert batches == [3]
    assert [found[n] for n in range(3)] == alone


def test_a_text_that_is_too_long_is_split_and_nothing_of_it_lost(tiny: CTranslate2) -> None:
    short = CTranslate2(path=str(TINY), threads=1, max_tokens=20)
    text = "Anna Keller said that the bank published the report; Tom Price said that the party rejected the reform in London."
    [answer] = short.translate([text], EN_FR, CONTEXT)
    assert "Anna Keller" in answer.text
    assert "Tom Price" in answer.text
    with pytest.raises(EngineError, match="more than the model can take"):
        short.translate(["x" * 100], EN_FR, CONTEXT)


# ---------------------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    ("maker", "pair", "source", "target"),
    [
        (make.nllb, Pair("en", "zh"), ["eng_Latn", "x", "</s>"], ["zho_Hans"]),
        (make.m2m, Pair("fr", "pt"), ["__fr__", "x", "</s>"], ["__pt__"]),
        (make.madlad, Pair("en", "de"), ["<2de>", "x", "</s>"], []),
        (make.opus_many, Pair("en", "es"), [">>spa<<", "x", "</s>"], []),
    ],
)
def test_language_tokens(models: Path, maker: Any, pair: Pair, source: list[str], target: list[str]) -> None:
    engine = CTranslate2(path=str(maker(models / maker.__name__)))
    assert pair in engine.pairs
    job = job_of(engine, pair)
    assert (job.source, job.prefix) == (source, target)


def test_the_end_is_marked_once(models: Path) -> None:
    adds = CTranslate2(path=str(random_model(models / "adds-en-fr", eos=True)))
    assert job_of(adds, EN_FR).source == ["x"]


def test_prefix_tokens_do_not_come_out(models: Path) -> None:
    engine = CTranslate2(path=str(make.nllb(models / "nllb-out")))
    job = job_of(engine, EN_FR)
    assert engine._text(job, ["fra_Latn", *engine._pieces("the council"), "</s>"]) == "the council"


def test_argos_packages_are_unpacked_once(models: Path) -> None:
    archive = make.argos(models / "translate-en_fr-1_0.argosmodel", prefix="<2fr>")
    engine = CTranslate2(path=str(archive))
    assert engine.pairs == {EN_FR}
    job = job_of(engine, EN_FR)
    assert (job.source, job.prefix) == (["x"], ["<2fr>"])
    stamp = engine.layout.folder.stat().st_mtime_ns
    assert CTranslate2(path=str(archive)).layout.folder.stat().st_mtime_ns == stamp


def test_model_toml_overrides_guesses(models: Path) -> None:
    folder = random_model(models / "unnamed")
    with pytest.raises(EngineError, match="which languages"):
        CTranslate2(path=str(folder))
    (folder / "model.toml").write_text('pairs = ["pt-fr"]\nsource_prefix = ["<{source}>"]\nadd_eos = false\nname = "mine"\n')
    engine = CTranslate2(path=str(folder))
    assert engine.pairs == {Pair("pt", "fr")}
    assert engine.id.startswith("mine ")
    assert job_of(engine, Pair("pt", "fr")).source == ["<pt>", "x"]
    (folder / "model.toml").write_text("prefix = 1\n")
    with pytest.raises(EngineError, match="unknown key 'prefix'"):
        CTranslate2(path=str(folder))


def test_the_id_changes_with_the_model_and_the_decoding(models: Path) -> None:
    one, two = random_model(models / "one-en-fr"), random_model(models / "two-en-fr", bias={"</s>": 7.0})
    shutil.copytree(one, models / "again" / "one-en-fr")
    assert CTranslate2(path=str(one)).id == CTranslate2(path=str(models / "again" / "one-en-fr")).id
    assert CTranslate2(path=str(one)).layout.version != CTranslate2(path=str(two)).layout.version
    assert CTranslate2(path=str(one)).id != CTranslate2(path=str(one), beam=2).id


# ---------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize("gone", ["model.bin", "config.json", "source.spm", "target.spm", "shared_vocabulary.json"])
def test_a_missing_file_is_named(tmp_path: Path, gone: str) -> None:
    folder = tmp_path / "tiny-en-fr"
    shutil.copytree(TINY, folder)
    (folder / gone).unlink()
    with pytest.raises(EngineError, match=gone.split(".")[0]):
        CTranslate2(path=str(folder))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no such model folder"):
        CTranslate2(path=str(tmp_path / "nowhere"))


def test_a_broken_model_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "tiny-en-fr"
    shutil.copytree(TINY, folder)
    (folder / "model.bin").write_bytes(b"not a model")
    with pytest.raises(EngineError, match="cannot be loaded"):
        CTranslate2(path=str(folder)).translate(["The vote."], EN_FR, CONTEXT)


def test_other_pairs_are_refused(tiny: CTranslate2) -> None:
    with pytest.raises(PairError, match="en-fr"):
        tiny.translate(["Le vote."], Pair("fr", "en"), CONTEXT)


def test_decoding_without_end_is_an_error(models: Path) -> None:
    engine = CTranslate2(path=str(random_model(models / "endless-en-fr", bias={})), threads=1)
    with pytest.raises(EngineError, match="cut short"):
        engine.translate(["the minister approved the plan"], EN_FR, CONTEXT)


def test_too_few_positions_are_an_error_of_ours(models: Path) -> None:
    engine = CTranslate2(path=str(random_model(models / "few-en-fr", positions=8)), threads=1)
    with pytest.raises(EngineError, match="position"):
        engine.translate(["the minister approved the plan of the council on monday"], EN_FR, CONTEXT)


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil", "C:\\evil", "..\\evil"])
def test_an_archive_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "in" / "a.argosmodel"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr(name, "x")
    with pytest.raises(EngineError, match="outside"):
        ct2_layout.unpack(archive, tmp_path / "in" / "out")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == ["a.argosmodel"]


def test_archives_with_links_too_large_or_broken_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "l.argosmodel", "w") as packed:
        packed.writestr(link, "/etc/passwd")
    with pytest.raises(EngineError, match="outside"):
        ct2_layout.unpack(tmp_path / "l.argosmodel", tmp_path / "l")
    monkeypatch.setattr(ct2_layout, "MAX_BYTES", 10)
    with zipfile.ZipFile(tmp_path / "b.argosmodel", "w") as packed:
        packed.writestr("big", "x" * 11)
    with pytest.raises(EngineError, match="too large"):
        ct2_layout.unpack(tmp_path / "b.argosmodel", tmp_path / "b")
    (tmp_path / "c.argosmodel").write_bytes(b"PK no zip")
    with pytest.raises(EngineError, match="cannot be unpacked"):
        ct2_layout.unpack(tmp_path / "c.argosmodel", tmp_path / "c")


def test_an_old_argos_package_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "old"
    home.mkdir()
    (home / "metadata.json").write_text(json.dumps({"from_code": "en", "to_code": "fr"}))
    (home / "bpe.model").touch()
    with pytest.raises(EngineError, match="newer version"):
        CTranslate2(path=str(home))


def test_it_takes_plain_text_only(tiny: CTranslate2) -> None:
    assert tiny.markup is Markup.NONE
