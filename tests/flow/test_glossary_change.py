"""A changed glossary entry has exactly the sentences that use it translated again, and says so before."""

from __future__ import annotations

from pathlib import Path

from babelwire.desk import Desk
from babelwire.fetchers.replay import ReplayFetcher
from babelwire.glossary import Glossary
from babelwire.model import Context, Hypothesis, Pair, Term, replace
from babelwire.translate import again
from tests.flow import world
from tests.flow.world import FEED, HOME, NOW, hours

EN_FR = Pair("en", "fr")
FERRY = (
    "The ferry will leave from the northern quay until the work is done.",
    "Nobody was hurt when the ferry touched the quay on Sunday evening.",
    "The harbour master has asked for a report by the end of the week.",
)
PIER = Term(source="pier", target="jetée", pair=EN_FR)
QUAY = Term(source="quay", target="quai", pair=EN_FR)


def asked(desk: Desk) -> list[str]:
    """What the engine is asked from here on."""
    engine = desk.translator.ladder(EN_FR)[0]
    seen: list[str] = []
    translate = engine.translate

    def noted(texts: list[str], pair: Pair, context: Context) -> list[Hypothesis]:
        if pair == EN_FR:
            seen.extend(texts)
        return translate(texts, pair, context)

    engine.translate = noted  # type: ignore[method-assign,assignment]
    return seen


def with_terms(desk: Desk, *terms: Term) -> Desk:
    return replace(desk, translator=replace(desk.translator, glossary=Glossary(terms)))


def test_exactly_the_sentences_that_use_a_term(tmp_path: Path) -> None:
    pages = {
        FEED: world.feed("pier", "ferry", title="Linden votes to rebuild its old pier"),
        f"{HOME}/pier": world.story("pier"),
        f"{HOME}/ferry": world.story("ferry", FERRY, title="Ferry touches the wall of the harbour"),
    }
    with world.desk(world.settings(tmp_path), ReplayFetcher(pages, clock=lambda: NOW)) as first:
        desk = with_terms(first, PIER)
        desk.run(NOW)
        store = first.store
        store.add_glossary(desk.translator.glossary.version, (PIER,), NOW)  # type: ignore[attr-defined]
        versions = {v: terms for v, _, terms in store.glossaries()}  # type: ignore[attr-defined]

        changed = with_terms(first, PIER, QUAY)
        found = list(again.touched(changed.translator, store.made_tasks(), versions))  # type: ignore[attr-defined]
        told = {(s.language, s.sentence) for _, sentences in found for s in sentences if s.language == "fr"}
        expected = {s for s in (*world.SENTENCES, *FERRY) if "quay" in s}
        assert {s for _, s in told} == expected and len(expected) == 3
        assert all(s.terms == ("quay",) and s.asked for _, sentences in found for s in sentences)

        keys = [(t.revision.article.key, t.language) for t, _ in found]
        assert store.ask_again(keys, "quay", NOW + hours(1)) == len(keys) == 2  # type: ignore[attr-defined]
        seen = asked(changed)
        published = {p: b for p, b in first.publisher.files.items() if p.startswith("fr/2026")}  # type: ignore[attr-defined]
        changed.run(NOW + hours(1))
        assert len(seen) == 3, "each sentence that was named, and no other"
        assert {_plain(s) for s in seen} == expected
        made = {t.revision.article.key: t.previous for t in store.made_tasks() if t.language == "fr"}  # type: ignore[attr-defined]
        assert {m.glossary for m in made.values() if m} == {changed.translator.glossary.version}
        pages_now = {p: b for p, b in first.publisher.files.items() if p in published}  # type: ignore[attr-defined]
        assert pages_now != published and any("quai" in b.decode() for p, b in pages_now.items() if p.endswith("index.html"))

        assert list(again.touched(changed.translator, store.made_tasks(), versions)) == [], "nothing is left to do"
        back = list(again.touched(desk.translator, store.made_tasks(), {**versions, changed.translator.glossary.version: (PIER, QUAY)}))  # type: ignore[attr-defined]
        sentences = [s for _, found in back for s in found]
        assert {s.sentence for s in sentences} == expected
        assert not any(s.asked for s in sentences), "the memory has what was said before the term"


def test_an_entry_that_no_stored_sentence_uses_touches_nothing(tmp_path: Path) -> None:
    pages = {FEED: world.feed("pier"), f"{HOME}/pier": world.story("pier")}
    with world.desk(world.settings(tmp_path), ReplayFetcher(pages, clock=lambda: NOW)) as desk:
        desk.run(NOW)
        changed = with_terms(desk, Term(source="lighthouse", target="phare", pair=EN_FR))
        assert list(again.touched(changed.translator, desk.store.made_tasks(), {})) == []  # type: ignore[attr-defined]


def _plain(text: str) -> str:
    return "".join(c for c in text if not 0xE100 <= ord(c) < 0xE400)
