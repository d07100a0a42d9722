"""What every engine promises, run against all that can run here: order, length, plain text, markers, errors, threads."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import pytest

from babelwire.budget import Budget, EngineBudget
from babelwire.engines.apertium import Apertium
from babelwire.engines.apy import Apy
from babelwire.engines.breaker import Guarded
from babelwire.engines.ctranslate2 import CTranslate2
from babelwire.engines.deepl import DeepL
from babelwire.engines.echo import Echo
from babelwire.engines.libretranslate import LibreTranslate
from babelwire.engines.metered import Metered
from babelwire.engines.openai import OpenAI
from babelwire.engines.pivot import Pivot
from babelwire.errors import PairError
from babelwire.model import Context, EngineKind, Inline, Markup, Pair, Span, SpanKind
from babelwire.seams import TranslationEngine
from babelwire.stores.sqlite import SqliteStore
from babelwire.text.inline import MARKER, protect, restore
from tests.engines import doubles

ENGINES = Path(__file__).resolve().parent.parent / "engines"
CONTEXT = Context()
TEXTS = [
    "The minister approved the budget on Monday.",
    'Anna Keller said "the report" was published.',
    "240 workers were injured in Paris.",
    "The council rejected the plan & the <b>law</b>.",
    "The vote",
]


def apertium() -> TranslationEngine:
    if shutil.which("apertium") is None:
        pytest.skip("Apertium is not installed: apt-get install apertium apertium-eng-spa apertium-spa-cat apertium-fra-cat")
    engine = Apertium()
    if Pair("en", "fr") not in engine.pairs:
        pytest.skip("no route from en to fr: apt-get install apertium-eng-spa apertium-spa-cat apertium-fra-cat")
    return engine


def neural() -> TranslationEngine:
    return CTranslate2(path=str(ENGINES / "models" / "tiny-en-fr"), threads=1)


def guarded() -> TranslationEngine:
    """An engine behind its breaker, and counted."""
    store = SqliteStore(":memory:")
    rules = Budget(engines={"echo": EngineBudget(per_million_characters=1.0)})
    return Guarded("echo", lambda: Metered(Echo(), "echo", store, rules), store)


@contextmanager
def made(name: str) -> Iterator[TranslationEngine]:
    """The engine of that name, and the server behind it where it has one."""
    if name in SERVED:
        double, maker = SERVED[name]
        with doubles.running(double) as server:
            yield maker(server.url)
    elif name == "apy":
        with apy() as url:
            yield Apy(url=url)
    else:
        yield LOCAL[name]()


@contextmanager
def apy() -> Iterator[str]:
    """A real Apertium-APY, held to loopback (it has no option for that)."""
    if not (shutil.which("apertium-apy") and Path("/usr/share/apertium/modes/eng-spa.mode").exists()):
        pytest.skip("Apertium-APY is not installed: apt-get install apertium-apy apertium-eng-spa")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["/usr/bin/python3", str(ENGINES / "apy_on_loopback.py"), str(port)], stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(200):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


LOCAL: dict[str, Callable[[], TranslationEngine]] = {
    "echo": Echo,
    "echo-prefix": lambda: Echo(style="prefix", pairs=("en-fr",)),
    "apertium": apertium,
    "ctranslate2": neural,
    "pivot": lambda: Pivot(first=Echo(pairs=("en-es",)), second=Echo(pairs=("es-fr",)), via="es"),
    "guarded": lambda: guarded(),
    "pivot-plain": lambda: Pivot(first=neural(), second=Echo(pairs=("fr-es",)), via="fr"),
}
SERVED: dict[str, tuple[Any, Callable[[str], TranslationEngine]]] = {
    "libretranslate": (doubles.libretranslate, lambda url: LibreTranslate(url=url)),
    "deepl": (doubles.deepl, lambda url: DeepL(url=url, key="k")),
    "openai": (doubles.openai, lambda url: OpenAI(url=f"{url}/v1", model="m")),
}
PAIRS = {"apy": Pair("en", "es"), "pivot-plain": Pair("en", "es")}


@pytest.fixture(scope="module", params=sorted([*LOCAL, *SERVED, "apy"]))
def engine(request: pytest.FixtureRequest) -> Iterator[TranslationEngine]:
    with made(request.param) as one:
        TestEngine.pair = PAIRS.get(request.param, Pair("en", "fr"))
        yield one
        one.close()


class TestEngine:
    pair: ClassVar[Pair] = Pair("en", "fr")

    def test_says_what_it_is(self, engine: TranslationEngine) -> None:
        assert re.fullmatch(r"\S+( \S+)+", engine.id), "name and version, part of every memory key"
        assert isinstance(engine.kind, EngineKind)
        assert isinstance(engine.markup, Markup)
        assert self.pair in engine.pairs

    def test_one_answer_a_text_in_order(self, engine: TranslationEngine) -> None:
        together = [h.text for h in engine.translate(TEXTS, self.pair, CONTEXT)]
        assert len(together) == len(TEXTS)
        assert [h.text for t in TEXTS for h in engine.translate([t], self.pair, CONTEXT)] == together
        assert [h.text for h in engine.translate(TEXTS[::-1], self.pair, CONTEXT)] == together[::-1]
        assert all(a != t and a.strip() for t, a in zip(TEXTS, together, strict=True))

    def test_nothing_in_nothing_out(self, engine: TranslationEngine) -> None:
        assert engine.translate([], self.pair, CONTEXT) == []
        assert [h.text.strip() for h in engine.translate(["", "  "], self.pair, CONTEXT)] == ["", ""]

    def test_text_is_text(self, engine: TranslationEngine) -> None:
        [answer] = engine.translate([TEXTS[3]], self.pair, CONTEXT)
        assert "&amp;" not in answer.text
        assert "&lt;" not in answer.text

    def test_scores_are_in_range(self, engine: TranslationEngine) -> None:
        for answer in engine.translate(TEXTS, self.pair, CONTEXT):
            assert answer.score is None or answer.score <= 0
            assert answer.unknown is None or 0 <= answer.unknown <= 1

    def test_markers_come_back(self, engine: TranslationEngine) -> None:
        text = "The mayor criticised the report on Friday at https://a.example/x_y.html."
        source = Inline(
            text, (Span(start=text.index("report"), end=text.index("report") + 6, kind=SpanKind.LINK, href="https://b.example/"),)
        )
        protected = protect(source, engine.markup)
        assert engine.markup is Markup.NATIVE or not MARKER.search(protected.text)
        [answer] = engine.translate([protected.text], self.pair, CONTEXT)
        if engine.markup is not Markup.NATIVE:
            assert not MARKER.search(answer.text)
        restored = restore(protected, answer)
        assert [s.href for s in restored.inline.spans] == ["https://b.example/"]
        assert not MARKER.search(restored.inline.text)
        if engine.markup is Markup.NATIVE:
            assert not restored.lost
            assert "https://a.example/x_y.html" in restored.inline.text

    def test_a_pair_it_does_not_serve_is_an_error_that_says_so(self, engine: TranslationEngine) -> None:
        pair = Pair("xx", "yy")
        assert pair not in engine.pairs
        with pytest.raises(PairError, match="xx"):
            engine.translate(["A text."], pair, CONTEXT)

    def test_threads_do_not_mix_answers(self, engine: TranslationEngine) -> None:
        expected = [h.text for h in engine.translate(TEXTS, self.pair, CONTEXT)]
        with ThreadPoolExecutor(4) as pool:
            for answers in pool.map(lambda _: engine.translate(TEXTS, self.pair, CONTEXT), range(8)):
                assert [h.text for h in answers] == expected
