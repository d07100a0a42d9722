"""What holds across the sentences of an article: one rendering of a quoted phrase."""

from __future__ import annotations

from babelwire.model import Inline, Issue, Origin, Pair, Rendering, Segment, Severity, Span, SpanKind
from babelwire.text import inline
from babelwire.translate import story

EN_FR = Pair("en", "fr")
BAD = Issue(kind="loop", severity=Severity.MAJOR, note="says it twice")


def rendered(source: str, target: str, origin: Origin = Origin.ENGINE, issues: tuple[Issue, ...] = ()) -> Rendering:
    marked = inline.quotations(Inline(source), "en")
    return Rendering(source=Segment("", marked), target=Inline(target), origin=origin, engine="x 1", issues=issues)


def unified(*renderings: Rendering) -> list[str]:
    return [r.target.text for r in story.unify(renderings, EN_FR)]


STANDFIRST = rendered("It was “a clear warning” to the mission.", "C'était « un avertissement clair » à la mission.")


def test_a_phrase_quoted_in_standfirst_and_body_is_rendered_once() -> None:
    body = rendered("He called it “a clear warning”.", "Il l'a appelé « une mise en garde évidente ».")
    assert unified(STANDFIRST, body) == [STANDFIRST.target.text, "Il l'a appelé « un avertissement clair »."]


def test_punctuation_at_the_edges_is_the_sentence_s_own() -> None:
    body = rendered("“A clear warning,” he said.", "« Une mise en garde évidente », a-t-il dit.")
    assert unified(STANDFIRST, body)[1] == "« Un avertissement clair », a-t-il dit."
    assert unified(body, STANDFIRST)[1] == "C'était « une mise en garde évidente » à la mission."


def test_another_inflection_is_the_same_rendering() -> None:
    body = rendered("He spoke of “a clear warning”.", "Il a parlé d'« un avertissement claire ».")
    other = rendered("They were “a clear warning”.", "C'étaient « un avertissements clairs ».")
    assert unified(STANDFIRST, body, other)[2] == other.target.text


def test_a_person_s_wording_is_taken_wherever_it_stands() -> None:
    person = rendered("He called it “a clear warning”.", "Il a parlé d'« une menace limpide ».", Origin.HUMAN)
    assert unified(STANDFIRST, person) == ["C'était « une menace limpide » à la mission.", person.target.text]


def test_the_wording_of_a_sentence_that_failed_is_not_taken() -> None:
    failed = rendered("It was “a clear warning” to the mission.", "C'était « clair clair clair » à la mission.", issues=(BAD,))
    body = rendered("He called it “a clear warning”.", "Il l'a appelé « une mise en garde évidente ».")
    assert unified(failed, body)[1] == body.target.text


def test_a_link_inside_a_quotation_is_not_lost() -> None:
    text = "Il l'a appelé « une mise en garde évidente »."
    at = text.index("mise")
    link = Span(start=at, end=at + 4, kind=SpanKind.LINK, href="https://a.example/")
    body = rendered("He called it “a clear warning”.", text)
    linked = Rendering(source=body.source, target=Inline(text, (link,)), origin=Origin.ENGINE)
    assert story.unify([STANDFIRST, linked], EN_FR)[1].target == Inline(text, (link,))


def test_where_quotations_do_not_correspond_nothing_is_touched() -> None:
    body = rendered("He called it “a clear warning” and “a very bad sign”.", "Il l'a appelé « une mise en garde évidente ».")
    assert unified(STANDFIRST, body)[1] == body.target.text


def test_single_words_may_mean_different_things() -> None:
    one = rendered("It was “clear”.", "C'était « clair ».")
    two = rendered("The sky was “clear”.", "Le ciel était « dégagé ».")
    assert unified(one, two) == [one.target.text, two.target.text]
