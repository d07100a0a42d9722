"""A person's word about a translation: links stay on their words, slips are seen, verdicts follow."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from babelwire.decide import Bar
from babelwire.glossary import Glossary
from babelwire.model import (
    EngineKind,
    Inline,
    Issue,
    Origin,
    Pair,
    Passage,
    Rendering,
    Segment,
    Severity,
    Span,
    SpanKind,
    Term,
    Translation,
    Verdict,
    replace,
)
from babelwire.translate import person

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAIR = Pair("en", "fr")
BAD = Issue(kind="number-changed", severity=Severity.CRITICAL, note="the source says 240, the translation 420")


def sentence(source: str, target: str, origin: Origin = Origin.ENGINE, *issues: Issue) -> Rendering:
    return Rendering(source=Segment("", Inline(source)), target=Inline(target), origin=origin, engine="echo 1", score=-0.1, issues=issues)


def translation(*body: Rendering, verdict: Verdict = Verdict.HOLD, gist: bool = False) -> Translation:
    headline = sentence("The pier is rebuilt", "La jetée est reconstruite")
    return Translation(
        key="one", revision=1, pair=PAIR, engine="echo 1", engine_kind=EngineKind.RULES, made=NOW, verdict=verdict, reason="x", gist=gist,
        passages=(Passage(place="headline", renderings=(headline,)), Passage(place="block:0", renderings=body)),
    )  # fmt: skip


WRONG = sentence("In all 240 people work on it.", "En tout 420 personnes y travaillent.", Origin.ENGINE, BAD)


def test_a_wording_is_typeset_and_belongs_to_a_person() -> None:
    made = person.word(WRONG, 'En tout, 240 personnes y travaillent : "bien" !', PAIR, Glossary())
    assert made.rendering.target.text == "En tout, 240 personnes y travaillent\u00a0: «\u202fbien\u202f»\u202f!"
    assert (made.rendering.origin, made.rendering.engine, made.rendering.score) == (Origin.HUMAN, "", None)
    assert made.rendering.source is WRONG.source


def test_a_slip_of_the_pen_is_seen_but_holds_nothing_back() -> None:
    made = person.word(WRONG, "En tout, 250 personnes y travaillent.", PAIR, Glossary())
    assert made.objections and "250" in made.objections[0]
    assert made.rendering.issues and not made.rendering.blocked
    assert person.word(WRONG, "En tout, 240 personnes y travaillent.", PAIR, Glossary()).objections == ()


def test_the_memory_serves_every_engine_and_depends_on_the_terms() -> None:
    glossary = Glossary((Term(source="people", target="personnes", pair=Pair("en", "fr")),))
    made, other = (person.word(WRONG, "En tout, 240 personnes y travaillent.", PAIR, g) for g in (Glossary(), glossary))
    assert made.key != other.key
    assert (made.memo.engine, made.memo.pair, made.memo.source) == ("", PAIR, "In all 240 people work on it.")


LINKED = Inline("Le port rouvre, dit la mairie de Linden.", (Span(start=19, end=28, kind=SpanKind.LINK, href="https://linden.example/"),))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Le port rouvrira, dit la mairie de Linden.", "la mairie"),
        ("La mairie de Linden dit : le port rouvre.", "mairie"),
        ("Selon la municipalité de Linden, le port rouvre.", None),
        ("Le port rouvre.", None),
    ],
)
def test_links_stay_on_their_words(text: str, words: str | None) -> None:
    found = person.moved(LINKED, text)
    assert [text[s.start : s.end] for s in found] == ([words] if words else [])


def test_a_link_that_is_lost_is_said() -> None:
    source = Inline("The port opens again, says the town.", (Span(start=27, end=35, kind=SpanKind.LINK, href="https://linden.example/"),))
    before = Rendering(source=Segment("", source), target=LINKED, origin=Origin.ENGINE)
    assert any("linden.example" in o for o in person.word(before, "Le port rouvre à nouveau.", PAIR, Glossary()).objections)


def test_the_verdict_is_spoken_anew() -> None:
    made = person.word(WRONG, "En tout, 240 personnes y travaillent.", PAIR, Glossary())
    held = translation(WRONG)
    after = person.put(held, "block:0", 0, made.rendering, Bar(), "", NOW)
    assert (after.verdict, after.reason, after.reviewed, after.human) == (Verdict.PUBLISH, "", NOW, 1)
    assert after.passages[0] is held.passages[0]
    again = sentence("The mayor is glad.", "Le maire 9 est content.", Origin.ENGINE, BAD)
    assert person.put(translation(WRONG, again), "block:0", 0, made.rendering, Bar(), "", NOW).verdict is Verdict.HOLD
    reviewed = person.put(held, "block:0", 0, made.rendering, Bar(), "this feed is reviewed first", NOW)
    assert (reviewed.verdict, reviewed.reason) == (Verdict.HOLD, "this feed is reviewed first")


def test_published_anyway_it_warns_where_there_is_something_to_warn_of() -> None:
    original = replace(WRONG, target=WRONG.source.inline, origin=Origin.ORIGINAL)
    assert person.publish(translation(original), "it matters", NOW).verdict is Verdict.MARK
    assert person.publish(translation(WRONG), "it matters", NOW).verdict is Verdict.MARK
    fine = sentence("The mayor is glad.", "Le maire est content.")
    assert person.publish(translation(fine, gist=True), "it matters", NOW).verdict is Verdict.MARK
    made = person.publish(translation(fine), "read over", NOW)
    assert (made.verdict, made.reason, made.reviewed) == (Verdict.PUBLISH, "read over", NOW)
    assert person.hold(made, "wait").verdict is Verdict.HOLD
