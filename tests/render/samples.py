"""Publications as the desk will make them, for tests and for looking at: one harbour town, told in four languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from babelwire.model import (
    Article,
    Block,
    BlockKind,
    Card,
    Edition,
    EngineKind,
    Inline,
    Issue,
    Licence,
    Listing,
    Note,
    Origin,
    Pair,
    PairRate,
    Passage,
    Publication,
    Rates,
    Rendering,
    Segment,
    Severity,
    Source,
    Span,
    SpanKind,
    Telling,
    Topic,
    Translation,
    Verdict,
    replace,
)
from babelwire.render import address
from babelwire.render.shown import excerpt, excerpt_of
from babelwire.render.site import Site, licence
from babelwire.render.story import Told
from babelwire.text import sections

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
FR = Edition(language="fr", title="Le Fil", time_zone="Europe/Paris")
AR = Edition(language="ar", title="سلك الأخبار", time_zone="Asia/Beirut")
EN = Edition(language="en", title="The Wire", time_zone="Europe/London")
ES = Edition(language="es", title="El Hilo", time_zone="Europe/Madrid")
SITE = Site(
    name="Babelwire",
    base_url="https://news.example",
    contact="desk@news.example",
    responsible="The Babelwire desk",
    editions=(FR, AR, EN, ES),
    version="0.1.0",
    hubs=("https://hub.example/",),
)
HARBOUR = Source(
    id="harbour-post",
    name="The Harbour Post",
    homepage="https://harbour.example/",
    language="en",
    country="GB",
    licence=Licence.FULL,
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    attribution="© The Harbour Post, CC BY 4.0",
    pictures=True,
)
MERCURIO = Source(id="mercurio", name="El Mercurio del Puerto", homepage="https://mercurio.example/", language="es", licence=Licence.FULL)
BOTE = Source(id="hafenbote", name="Der Hafenbote", homepage="https://hafenbote.example/", language="de", licence=Licence.EXCERPT)
SAHIFA = Source(id="sahifa", name="صحيفة الميناء", homepage="https://sahifa.example/", language="ar", licence=Licence.LINK)

Pairs = tuple[tuple[str, str], ...]
FERRY_EN_FR: tuple[tuple[BlockKind, Pairs], ...] = (
    (
        BlockKind.PARAGRAPH,
        (
            (
                "The night ferry to the islands will sail again on Friday, ten days after a storm tore away part of the north pier.",
                "Le ferry de nuit vers les îles repartira vendredi, dix jours après qu’une tempête a emporté une partie de la jetée nord.",
            ),
            ("Harbour engineers finished the repair on Monday.", "Les ingénieurs du port ont terminé la réparation lundi."),
        ),
    ),
    (
        BlockKind.PARAGRAPH,
        (
            (
                "“We had four days of calm water, and we used every hour of them,” the harbour master said.",
                "«\u202fNous avons eu quatre jours d’eau calme et nous en avons utilisé chaque heure\u202f», a déclaré la capitaine du port.",
            ),
            (
                "The work cost 1.4 million euros, a third less than planned.",
                "Les travaux ont coûté 1,4\u00a0million d’euros, un tiers de moins que prévu.",
            ),
        ),
    ),
    (BlockKind.HEADING, (("What changes for travellers", "Ce qui change pour les voyageurs"),)),
    (BlockKind.ITEM, (("The first ferry leaves at 10:40 p.m.", "Le premier ferry part à 22\u202fh\u202f40."),)),
    (BlockKind.ITEM, (("Tickets bought before the storm remain valid.", "Les billets achetés avant la tempête restent valables."),)),
    (BlockKind.ITEM, (("Cars must be on the pier one hour early.", "Les voitures doivent être sur la jetée une heure à l’avance."),)),
    (
        BlockKind.QUOTE,
        (
            (
                "“The islands were never cut off, but they were a long way away.”",
                "«\u202fLes îles n’ont jamais été coupées du monde, mais elles étaient bien loin.\u202f»",
            ),
        ),
    ),
    (
        BlockKind.PARAGRAPH,
        (
            (
                "During the closure a fishing boat carried post and medicine across the strait twice a week.",
                "Pendant la fermeture, un bateau de pêche a porté le courrier et les médicaments à travers le détroit deux fois par semaine.",
            ),
            ("Its skipper did not charge for it.", "Son patron ne s’est pas fait payer."),
        ),
    ),
    (
        BlockKind.PARAGRAPH,
        (
            (
                "The council will decide in spring whether the old pier is rebuilt in stone.",
                "Le conseil décidera au printemps si l’ancienne jetée est reconstruite en pierre.",
            ),
            (
                "Engineers expect waves two metres higher by 2060.",
                "Les ingénieurs s’attendent à des vagues plus hautes de deux mètres d’ici à 2060.",
            ),
        ),
    ),
)
ARABIC = {
    0: (
        "ستبحر العبّارة الليلية إلى الجزر مجددًا يوم الجمعة، بعد عشرة أيام من عاصفة انتزعت جزءًا من الرصيف الشمالي.",
        "أنهى مهندسو الميناء الإصلاح يوم الاثنين.",
    ),
    1: (
        "قالت مديرة الميناء: «حظينا بأربعة أيام من المياه الهادئة، واستغللنا كل ساعة منها».",
        "بلغت كلفة الأعمال 1.4 مليون يورو، أي أقل بالثلث مما كان مخططًا.",
    ),
    2: ("ما الذي يتغير للمسافرين",),
    3: ("تغادر العبّارة الأولى عند الساعة 22:40.",),
    4: ("تبقى التذاكر المشتراة قبل العاصفة صالحة.",),
    5: ("يجب أن تكون السيارات على الرصيف قبل ساعة.",),
    6: ("«لم تنقطع الجزر قط، لكنها كانت بعيدة جدًا».",),
    7: ("خلال الإغلاق نقل قارب صيد البريد والأدوية عبر المضيق مرتين في الأسبوع.", "ولم يتقاضَ قبطانه أجرًا."),
    8: ("سيقرر المجلس في الربيع ما إذا كان الرصيف القديم سيُبنى من الحجر.", "ويتوقع المهندسون أمواجًا أعلى بمترين بحلول عام 2060."),
}


def rendering(
    source: str,
    target: str,
    *,
    gap: str = "",
    origin: Origin = Origin.ENGINE,
    engine: str = "opus-mt en-fr 2026-09",
    issues: tuple[Issue, ...] = (),
) -> Rendering:
    return Rendering(source=Segment(gap, Inline(source)), target=Inline(target), origin=origin, engine=engine, score=-0.2, issues=issues)


def passage(place: str, pairs: Iterable[tuple[str, str]]) -> Passage:
    return Passage(place=place, renderings=tuple(rendering(s, t, gap=" " if n else "") for n, (s, t) in enumerate(pairs)))


def blocks(told: tuple[tuple[BlockKind, Pairs], ...]) -> tuple[Block, ...]:
    return tuple(
        Block(kind=kind, inline=Inline(" ".join(s for s, _ in pairs)), level=2 if kind is BlockKind.HEADING else 0) for kind, pairs in told
    )


def article(**changes: object) -> Article:
    base = Article(
        key=address_key("ferry"),
        source_id=HARBOUR.id,
        url="https://harbour.example/2026/11/24/night-ferry",
        canonical_url="https://harbour.example/2026/11/24/night-ferry",
        headline="Night ferry returns after storm, “a third cheaper than planned”",
        language="en",
        standfirst=Inline("The islands get their link back ten days after the north pier broke."),
        byline=("Harbour desk", "Island correspondent"),
        published=NOW - timedelta(hours=3),
        section="World",
        blocks=blocks(FERRY_EN_FR),
        licence=Licence.FULL,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def address_key(name: str) -> str:
    from babelwire.model import short_hash

    return short_hash("sample", name)


def translation(body: Article, told: Iterable[Passage], **changes: object) -> Translation:
    base = Translation(
        key=body.key,
        revision=1,
        pair=Pair("en", "fr"),
        engine="opus-mt en-fr 2026-09",
        engine_kind=EngineKind.NEURAL,
        passages=tuple(told),
        made=NOW - timedelta(minutes=5),
        verdict=Verdict.PUBLISH,
        glossary="2026-11-20",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def publication(body: Article, done: Translation, source: Source, edition: Edition, **changes: object) -> Publication:
    headline = done.headline or body.headline
    place = address.path(edition.language, NOW, headline, body.key, original=body.headline, time_zone=edition.time_zone)
    base = Publication(
        article=body,
        revision=1,
        translation=done,
        source=source,
        language=edition.language,
        path=place,
        published=NOW,
        updated=NOW,
        section=sections.of(body.section),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def ferry_fr(**changes: object) -> Publication:
    """English to French, licence full, every sentence passed; a sibling in Arabic and English, one related article."""
    told = [
        passage(
            "headline",
            [
                (
                    "Night ferry returns after storm, “a third cheaper than planned”",
                    "Le ferry de nuit revient après la tempête, «\u202fun tiers moins cher que prévu\u202f»",
                )
            ],
        ),
        passage(
            "standfirst",
            [
                (
                    "The islands get their link back ten days after the north pier broke.",
                    "Les îles retrouvent leur liaison dix jours après la rupture de la jetée nord.",
                )
            ],
        ),
        *(passage(f"block:{n}", pairs) for n, (_, pairs) in enumerate(FERRY_EN_FR)),
    ]
    body = article()
    base = publication(body, translation(body, told), HARBOUR, FR)
    return replace(
        base,
        siblings=(("ar", ferry_ar().path), ("en", ferry_en().path)),
        related=(card_of(lamp_es()),),
        tellings=tellings()[1:],
        story_id="ferry",
        **changes,
    )  # type: ignore[arg-type]


def ferry_ar(**changes: object) -> Publication:
    """The same in Arabic."""
    told = [
        passage(
            "headline",
            [
                (
                    "Night ferry returns after storm, “a third cheaper than planned”",
                    "عودة العبّارة الليلية بعد العاصفة «بكلفة أقل بالثلث من المخطط»",
                )
            ],
        ),
        passage(
            "standfirst",
            [
                (
                    "The islands get their link back ten days after the north pier broke.",
                    "تستعيد الجزر صلتها بعد عشرة أيام من انكسار الرصيف الشمالي.",
                )
            ],
        ),
        *(passage(f"block:{n}", [(s, t) for (s, _), t in zip(pairs, ARABIC[n], strict=True)]) for n, (_, pairs) in enumerate(FERRY_EN_FR)),
    ]
    body = article()
    return publication(body, translation(body, told, pair=Pair("en", "ar")), HARBOUR, AR, **changes)


def ferry_en(**changes: object) -> Publication:
    """The original in the English edition, untranslated."""
    body = article()
    told = [Passage(place=place, renderings=(rendering(i.text, i.text, origin=Origin.COPY, engine=""),)) for place, i in body.parts()]
    done = translation(body, told, pair=Pair("en", "en"), engine="", engine_kind=EngineKind.NONE, glossary="")
    return publication(body, done, HARBOUR, EN, **changes)


def kept_fr(**changes: object) -> Publication:
    """A sentence in the middle did not pass and stands in the original."""
    base = ferry_fr()
    issue = Issue(kind="numbers", severity=Severity.MAJOR, note="1.4 became 14")
    passages = []
    for p in base.translation.passages:
        if p.place == "block:1":
            first, second = p.renderings
            second = replace(second, target=second.source.inline, origin=Origin.ORIGINAL, issues=(issue,))
            p = replace(p, renderings=(first, second))
        passages.append(p)
    done = replace(base.translation, passages=tuple(passages), verdict=Verdict.MARK, reason="1 sentence in the original")
    return replace(base, **{"translation": done, "path": base.path.replace("/le-", "/un-", 1), **changes})  # type: ignore[arg-type]


def tellings() -> tuple[Telling, ...]:
    """Who tells the story of the ferry: two with a page in French, and one of which the edition has nothing."""
    from_lamp = lamp_es(alone=True)
    ferry = Telling(
        key=address_key("ferry"), source_id=HARBOUR.id, source_name=HARBOUR.name, language="en", headline=article().headline,
        url=article().canonical_url, dated=NOW - timedelta(hours=3), path="fr/2026/11/24/" + "le-ferry-de-nuit-revient-apres-la-tempete-un-tiers-moins-cher-que-prevu-" + address_key("ferry") + "/",
    )  # fmt: skip
    lamp = Telling(
        key=from_lamp.article.key, source_id=MERCURIO.id, source_name=MERCURIO.name, language="es", headline=from_lamp.article.headline,
        url=from_lamp.article.canonical_url, dated=NOW - timedelta(hours=2), path=from_lamp.path,
    )  # fmt: skip
    port = Telling(
        key=address_key("port"), source_id=SAHIFA.id, source_name=SAHIFA.name, language="ar", headline="عودة العبّارة الليلية",
        url="https://sahifa.example/ferry", dated=NOW - timedelta(hours=1),
    )  # fmt: skip
    return ferry, lamp, port


def lamp_es(*, alone: bool = False, **changes: object) -> Publication:
    """Spanish to French by a rule-based engine that is weak for the pair: gist."""
    told: tuple[tuple[BlockKind, Pairs], ...] = (
        (
            BlockKind.PARAGRAPH,
            (
                (
                    "El faro de la punta volvió a encenderse anoche tras siete meses de obras.",
                    "Le phare de la pointe est revenu à s’allumer hier soir après sept mois de travaux.",
                ),
                ("Los vecinos lo celebraron en la playa.", "Les voisins l’ont célébré sur la plage."),
            ),
        ),
        (BlockKind.PARAGRAPH, (("La nueva lámpara consume la décima parte.", "La nouvelle lampe consomme la dixième partie."),)),
    )
    body = article(
        key=address_key("lamp"),
        source_id=MERCURIO.id,
        url="https://mercurio.example/faro",
        canonical_url="https://mercurio.example/faro",
        headline="El faro vuelve a brillar",
        language="es",
        standfirst=Inline(""),
        byline=("Redacción",),
        section="Ciencia",
        blocks=blocks(told),
    )
    passages = [
        passage("headline", [("El faro vuelve a brillar", "Le phare revient à briller")]),
        *(passage(f"block:{n}", p) for n, (_, p) in enumerate(told)),
    ]
    done = translation(
        body,
        passages,
        pair=Pair("es", "fr"),
        engine="apertium 3.8.3 spa-fra",
        engine_kind=EngineKind.RULES,
        verdict=Verdict.MARK,
        gist=True,
        glossary="",
    )
    others = tuple(t for t in (() if alone else tellings()) if t.source_id != MERCURIO.id)
    return publication(body, done, MERCURIO, FR, story_id="ferry", tellings=others, **changes)


def harbour_de(level: Licence = Licence.EXCERPT, **changes: object) -> Publication:
    """German to French; the source lets an excerpt be shown, or the headline only."""
    told: tuple[tuple[BlockKind, Pairs], ...] = (
        (
            BlockKind.PARAGRAPH,
            (
                ("Der Hafen bekommt einen neuen Kran.", "Le port reçoit une nouvelle grue."),
                ("Er hebt 400 Tonnen.", "Elle lève 400\u00a0tonnes."),
                ("Der dritte Satz darf nicht gezeigt werden.", "La troisième phrase ne doit pas être montrée."),
            ),
        ),
        (BlockKind.PARAGRAPH, (("Auch dieser Absatz bleibt verborgen.", "Ce paragraphe reste caché lui aussi."),)),
    )
    body = article(
        key=address_key(f"crane {level}"),
        source_id=BOTE.id,
        url="https://hafenbote.example/kran",
        canonical_url="https://hafenbote.example/kran",
        headline="Ein Kran für 400 Tonnen",
        language="de",
        standfirst=Inline(""),
        byline=("Redaktion",),
        section="Wirtschaft",
        blocks=blocks(told),
        licence=level,
    )
    passages = [
        passage("headline", [("Ein Kran für 400 Tonnen", "Une grue pour 400\u00a0tonnes")]),
        *(passage(f"block:{n}", p) for n, (_, p) in enumerate(told)),
    ]
    done = translation(body, passages, pair=Pair("de", "fr"), engine="opus-mt de-fr 2026-09")
    return publication(body, done, replace(BOTE, licence=level), FR, **changes)


def corrected_fr() -> Publication:
    when = NOW + timedelta(hours=2)
    return ferry_fr(notes=(Note(when=when, kind="correction", text="block:1"),), updated=when)


def gone_fr() -> Publication:
    when = NOW + timedelta(hours=5)
    return ferry_fr(withdrawn=True, notes=(Note(when=when, kind="withdrawal", text="taken down"),), updated=when)


def hostile_fr() -> Publication:
    """Everything a source might try."""
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)> \u202egnp.exe\u202c \x00\x0b & \"quoted\" 'single' ]]> {{ 7*7 }} {% raw %}"
    body = article(
        key=address_key("hostile"),
        headline="Titre " + evil + "long " * 1_000_000,
        byline=(evil, "<b>x</b>"),
        section=evil,
        canonical_url="javascript:alert(3)",
        url="https://harbour.example/evil",
        standfirst=Inline(evil),
        blocks=(
            Block(
                kind=BlockKind.PARAGRAPH,
                inline=Inline(evil + " link", (Span(start=0, end=9, kind=SpanKind.LINK, href="javascript:alert(4)"),)),
            ),
            Block(
                kind=BlockKind.PARAGRAPH,
                inline=Inline("a link here", (Span(start=2, end=6, kind=SpanKind.LINK, href='https://x.example/"><script>'),)),
            ),
            Block(kind=BlockKind.ITEM, inline=Inline(evil)),
            Block(kind=BlockKind.ROW, inline=Inline(evil + "\t" + evil)),
        ),
    )
    told = [Passage(place=place, renderings=(rendering(i.text, i.text),)) for place, i in body.parts()]
    bad = replace(HARBOUR, name=evil, attribution=evil, homepage="data:text/html,x", licence_url="javascript:1")
    return publication(body, translation(body, told, engine=evil, glossary=evil), bad, FR)


def card_of(shown: Publication) -> Card:
    level = licence(shown)
    return Card(
        key=shown.article.key,
        language=shown.language,
        path=shown.path,
        headline=shown.headline[:2000],
        standfirst=excerpt(shown.translation, level) if shown.translation.passages else excerpt_of(shown.article.text, level),
        section=shown.section,
        source_id=shown.source.id,
        source_name=shown.source.name,
        source_language=shown.article.language,
        published=shown.published,
        dated=shown.article.published or shown.published,
        updated=shown.updated,
        verdict=shown.translation.verdict,
        gist=shown.translation.gist,
        licence=level,
        story_id=shown.story_id,
        sources=shown.sources,
    )


HEADLINES_FR = (
    "Le port rouvre ses bassins historiques aux voiliers",
    "Une bibliothèque flottante dessert cinq villages du delta",
    "Les pêcheurs testent des filets qui se dissolvent en un an",
    "Le tramway sera gratuit le dimanche pendant tout l’hiver",
    "Des botanistes retrouvent une orchidée que l’on croyait disparue",
    "La vieille halle aux grains devient une salle de concert",
    "L’hôpital régional recrute quarante infirmiers à l’étranger",
    "Les écoles passent aux repas de saison, sans hausse de prix",
)


def front_cards(count: int = 31, edition: Edition = FR) -> tuple[Card, ...]:
    """A full front page: the samples first, then quieter news, one every 17 minutes back."""
    real = [card_of(p) for p in (ferry_fr(), lamp_es(), harbour_de(), kept_fr())] if edition is FR else [card_of(ferry_ar())]
    base = real[0]
    cards = [replace(c, published=NOW - timedelta(minutes=3 * n)) for n, c in enumerate(real)]
    for n in range(len(cards), count):
        headline = HEADLINES_FR[n % len(HEADLINES_FR)] if edition is FR else base.headline
        key = address_key(f"filler {n}")
        cards.append(
            replace(
                base,
                key=key,
                headline=f"{headline}",
                path=address.path(edition.language, NOW, headline, key, original="filler"),
                published=NOW - timedelta(minutes=17 * n),
                story_id=None,
                sources=1,
                section=("sport", "science", "culture", "world")[n % 4],
            )
        )
    return tuple(cards)


def front(edition: Edition = FR, count: int = 31) -> Listing:
    return Listing(
        kind="front", name="", path=f"{edition.language}/", cards=front_cards(count, edition), older=f"{edition.language}/2026/11/23/"
    )


def told() -> Told:
    """The story of the ferry in French, with a figure that differs."""
    return Told(
        id="ferry",
        lead=ferry_fr(),
        pages=(ferry_fr(), lamp_es()),
        tellings=tellings(),
        figures=((("The Harbour Post", ("1,4 million d’euros",)), ("El Mercurio del Puerto", ("2 millions d’euros",))),),
    )


TOPICS = (Topic(name="energy", label="Énergie", stories=4), Topic(name="hafenkran", label="Hafenkran", stories=3))
RATES = Rates(
    since=NOW - timedelta(days=7),
    published=1240,
    held=12,
    corrected=3,
    withdrawn=1,
    median=timedelta(minutes=14),
    most=timedelta(hours=2, minutes=5),
    pairs=(
        PairRate(source="es", passed=700, marked=20, gist=0, held=2, engines=("apertium 3.8.3 spa-fra",)),
        PairRate(source="en", passed=400, marked=10, gist=98, held=10, engines=("opus-mt en-fr 2026-09", "apertium 3.8.3 eng-fra")),
    ),
)
SECTIONS = (("world", 12), ("sport", 7), ("science", 5), ("culture", 4), ("business", 3))
