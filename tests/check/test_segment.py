"""One planted fault for each check, beside a good translation that must stay unmarked."""

from __future__ import annotations

import pytest

from babelwire import check
from babelwire.model import Inline, Issue, Pair, Severity, Span, SpanKind, Term

EN_FR = Pair("en", "fr")
LONG = "The minister told reporters on Tuesday that the talks would be resumed in Geneva next week."
LONG_FR = "Le ministre a déclaré mardi aux journalistes que les pourparlers reprendraient à Genève la semaine prochaine."


def issues(source: str, target: str, pair: Pair = EN_FR, **facts: object) -> tuple[Issue, ...]:
    return check.segment(Inline(source), Inline(target), pair, **facts)  # type: ignore[arg-type]


def kinds(source: str, target: str, pair: Pair = EN_FR) -> set[str]:
    return {i.kind for i in issues(source, target, pair)}


def test_a_good_translation_has_no_issue() -> None:
    assert issues(LONG, LONG_FR) == ()


@pytest.mark.parametrize(
    ("kind", "source", "target", "good"),
    [
        ("empty", LONG, " . ", LONG_FR),
        ("chatter", LONG, f"Voici la traduction en français : {LONG_FR}", LONG_FR),
        ("chatter", LONG, "I'm sorry, but I cannot assist with this text.", LONG_FR),
        ("untranslated", LONG, LONG, LONG_FR),
        ("untranslated", LONG, LONG.replace("told", "a dit aux"), LONG_FR),
        (
            "wrong-language",
            LONG,
            "Der Minister sagte Reportern am Dienstag, dass die Gespräche nächste Woche in Genf fortgesetzt würden.",
            LONG_FR,
        ),
        (
            "wrong-language",
            LONG,
            "Il ministro ha detto martedì ai giornalisti che i colloqui riprenderanno a Ginevra la prossima settimana.",
            LONG_FR,
        ),
        ("wrong-script", LONG, LONG_FR.replace("mardi", "во вторник"), LONG_FR),
        (
            "partly-untranslated",
            LONG,
            "Le ministre de la Défense a déclaré mardi aux journalistes réunis dans la capitale that the talks would be resumed in Geneva next week.",
            LONG_FR,
        ),
        ("foreign-word", "Son bateau a été retrouvé.", "His bateau was found.", "His boat was found."),
        ("number-changed", "He paid 1,500 euros.", "Il a payé 1 050 euros.", "Il a payé 1 500 euros."),
        ("number-changed", "Three men were hurt.", "Quatre hommes ont été blessés.", "Trois hommes ont été blessés."),
        ("number-lost", "The 4,300 workers went home.", "Les ouvriers sont rentrés chez eux.", "Les 4300 ouvriers sont rentrés chez eux."),
        ("number-added", "The workers went home.", "Les 4300 ouvriers sont rentrés chez eux.", "Les ouvriers sont rentrés chez eux."),
        ("omission", LONG, "Le ministre a parlé mardi.", LONG_FR),
        (
            "addition",
            LONG,
            LONG_FR
            + " Il a ajouté que rien de tout cela ne se ferait sans l’accord des deux parties, qui se sont dites prêtes à revenir à la table.",
            LONG_FR,
        ),
        ("loop", LONG, "Le ministre a dit que que que que que les pourparlers reprendraient à Genève la semaine prochaine.", LONG_FR),
        ("doubled", LONG, LONG_FR.replace("reprendraient", "reprendraient reprendraient"), LONG_FR),
        ("doubled", "He left in 2016.", "Il est parti en 2016 2016.", "Il est parti en 2016."),
        (
            "doubled-adverb",
            "Once again nobody came.",
            "Personne n’est encore venu encore une fois.",
            "Une fois encore, personne n’est venu.",
        ),
        (
            "names",
            "He met Boris Yeltsin, then Helmut Kohl and later Silvio Berlusconi there.",
            "Il y a rencontré des gens, puis d’autres encore, et plus tard un ami.",
            "Il y a rencontré Boris Eltsine, puis Helmut Kohl et plus tard Silvio Berlusconi.",
        ),
        (
            "name-missing",
            "Yesterday she met Angela Merkel in the old town hall.",
            "Elle l’a rencontrée hier dans le vieil hôtel de ville.",
            "Elle a rencontré hier Angela Merkel dans le vieil hôtel de ville.",
        ),
        ("negation", "The army did not fire on the crowd.", "L’armée a tiré sur la foule.", "L’armée n’a pas tiré sur la foule."),
        ("question", "Who fired on the crowd?", "Qui a tiré sur la foule.", "Qui a tiré sur la foule ?"),
        ("ending", "He left the town.", "Il a quitté la", "Il a quitté la ville."),
        (
            "quotation-lost",
            "He called it “a very grave mistake”.",
            "Il a parlé d’une très grave erreur.",
            "Il a parlé d’« une très grave erreur ».",
        ),
        ("quotation-open", "“We will stay”, she said.", "« Nous resterons, a-t-elle dit.", "« Nous resterons », a-t-elle dit."),
        ("quotation-part", "“We will stay here.", "Nous resterons ici.", "« Nous resterons ici."),
        ("quotation-count", "“Yes”, “no” and “maybe”.", "« Oui », non et « peut-être ».", "« Oui », « non » et « peut-être »."),
        (
            "scare-capital",
            "It was called a “soft” power.",
            "On parlait d’une puissance « Douce ».",
            "On parlait d’une puissance « douce ».",
        ),
        ("bracket", "He came (late).", "Il est venu (tard.", "Il est venu (tard)."),
        ("entity", "It's late.", "C&#39;est tard.", "C’est tard."),
        ("entity", "He said “no”.", "Il a dit & quot; non & quot;.", "Il a dit « non »."),
        ("markup", "He left.", "Il est <b>parti</b>.", "Il est parti."),
        ("markup", "He left.", "Il est parti </s>.", "Il est parti."),
        ("marker", "He left.", "Il est \ue100parti\ue200.", "Il est parti."),
        ("engine-mark", "He eats Brunch.", "Il mange *Brunch.", "Il mange un brunch."),
        (
            "address",
            "See https://a.example/x_y.html now.",
            "Voir https://x_y.html/a.example maintenant.",
            "Voir https://a.example/x_y.html maintenant.",
        ),
        ("address", "He left.", "Il est parti : voir www.evil.example.", "Il est parti."),
    ],
)
def test_planted_fault(kind: str, source: str, target: str, good: str) -> None:
    pair = Pair("fr", "en") if kind == "foreign-word" else EN_FR
    assert kind in kinds(source, target, pair)
    assert kinds(source, good, pair) == set()


def test_the_note_names_the_evidence() -> None:
    (found,) = issues("He paid 1,500 euros.", "Il a payé 1 050 euros.")
    assert (found.kind, found.severity, found.note) == ("number-changed", Severity.CRITICAL, "the source says 1,500, the translation 1 050")


def test_links_and_kept_words() -> None:
    link = Span(start=4, end=8, kind=SpanKind.LINK, href="https://a.example/")
    code = Span(start=0, end=3, kind=SpanKind.KEEP)
    source = Inline("ABC sang loudly.", (code, link))
    good = Inline("ABC a chanté fort.", (code, Span(start=4, end=12, kind=SpanKind.LINK, href="https://a.example/")))
    assert check.segment(source, good, EN_FR) == ()
    found = check.segment(
        source, Inline("Elle a chanté fort.", (Span(start=0, end=4, kind=SpanKind.LINK, href="https://b.example/"),)), EN_FR
    )
    assert sorted(i.kind for i in found) == ["kept", "link", "link"]


def test_terms() -> None:
    term = Term(source="peacekeepers", target="casque bleu", pair=EN_FR)
    assert issues("The peacekeepers left.", "Les casques bleus sont partis.", terms=(term,)) == ()
    assert [i.kind for i in issues("The peacekeepers left.", "Les gardiens sont partis.", terms=(term,))] == ["term"]


def test_what_the_engine_says_of_itself() -> None:
    assert {i.kind for i in issues(LONG, LONG_FR, unknown=0.6)} == {"unknown-words"}
    assert {i.kind for i in issues(LONG, LONG_FR, score=-3.5)} == {"unsure"}
    assert issues(LONG, LONG_FR, unknown=0.05, score=-0.3) == ()


def test_what_the_source_has_itself_is_no_fault() -> None:
    assert (
        kinds(
            "Write &amp; in HTML, as in <b>Oh</b>, said @anna about #news.",
            "Écrivez &amp; en HTML, comme dans <b>Oh</b>, a dit @anna à propos de #news.",
        )
        == set()
    )
    assert kinds("No, no, no, no, no!", "Non, non, non, non, non !") == set()
    assert kinds("“This goes on in the next sentence.", "« Cela continue dans la phrase suivante.") == set()


def test_names_and_numbers_alone_are_not_untranslated() -> None:
    assert kinds("Real Madrid 2-1 Barcelona", "Real Madrid 2-1 Barcelona") == set()
    assert kinds("AFP, 12.05.2026", "AFP, 12.05.2026") == set()


@pytest.mark.parametrize(
    ("pair", "source", "target"),
    [
        (
            Pair("en", "ru"),
            "He met Vladimir Putin and Donald Trump in Helsinki to talk about the treaty.",
            "Он встретился с Владимиром Путиным и Дональдом Трампом в Хельсинки, чтобы поговорить о договоре.",
        ),
        (
            Pair("en", "ar"),
            "The president said on Tuesday that 19 soldiers were killed.",
            "قال الرئيس يوم الثلاثاء إن تسعة عشر جنديًا قتلوا.",
        ),
        (Pair("en", "zh"), "About 125 million people live there, said the BBC.", "英国广播公司（BBC）说，那里大约生活着 1.25 亿人。"),
        (Pair("en", "zh-Hant"), "About 125 million people live there, said the BBC.", "英國廣播公司（BBC）說，那裡大約生活著1.25億人。"),
        (
            Pair("zh", "en"),
            "7月24日15时50分，当地有6名初中学生溺水。",
            "At 3:50 p.m. on July 24, six local junior high school students drowned.",
        ),
        (
            Pair("de", "en"),
            "Der 17-Jährige wurde am 3. Oktober mit dreiundzwanzig anderen festgenommen.",
            "The 17-year-old was arrested on October 3 with twenty-three others.",
        ),
        (
            Pair("es", "ca"),
            "El gobierno aprobó ayer el nuevo presupuesto de la ciudad.",
            "El govern va aprovar ahir el nou pressupost de la ciutat.",
        ),
    ],
)
def test_other_languages_without_false_alarms(pair: Pair, source: str, target: str) -> None:
    assert kinds(source, target, pair) == set()


def test_every_check_is_named_once() -> None:
    names = [c.kind for c in check.CHECKS]
    assert len(set(names)) == len(names)
    assert all(c.mqm and c.find.__doc__ for c in check.CHECKS)


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("A apresentadora do programa, con 37 anos, anunciou na rede que iría abandonar a parceria.", False),
        ("A apresentadora do programa, com 37 anos, anunciou na rede que iria abandonar a parceria.", True),
    ],
)
def test_galician_may_leave_nearly_every_word_of_portuguese_but_not_all(target: str, found: bool) -> None:
    source = "A apresentadora do programa, com 37 anos, anunciou na rede que iria abandonar a parceria."
    issues = check.segment(Inline(source), Inline(target), Pair("pt", "gl"))
    assert ("untranslated" in {i.kind for i in issues}) is found
