"""Near-duplicates and the same event are found; other stories are not."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from babel.core import Locale
from hypothesis import given
from hypothesis import strategies as st

from babelwire import group
from babelwire.group import marks, names, numbers, places
from babelwire.group.marks import Kind
from babelwire.model import Article, Block, BlockKind, Inline, Licence, replace

WIRE = (
    "The harbour town of Linden opened its rebuilt pier on Saturday after four years of work. Mayor Ines Calder said that the "
    "council had spent eleven million crowns, two million less than planned. Fishing crews will move back in the spring, and a "
    "ferry to the islands is to run from June. Residents lined the quay in the rain to hear the brass band play."
)
OTHER = (
    "Researchers at the northern observatory counted more meteors this August than in any year since records began. The team "
    "credits a dense stream of dust left by an old comet and a run of clear nights. A catalogue of the brightest is to appear "
    "in the autumn, and schools may borrow the instruments that were built for the survey."
)
#: One event in five languages, by as many imagined outlets.
QUAKE = {
    "en": (
        "Quake kills 214 near Kathmandu",
        "An earthquake struck Nepal early on Tuesday and killed at least 214 people, said minister Bahadur Koirala. Rescuers from "
        "India and China flew to Kathmandu, and spokesman Stefan Lindqvist asked donors for 3.5 million dollars.",
    ),
    "fr": (
        "Séisme au Népal : au moins 214 morts",
        "Le ministre Bahadur Koirala a fait état de 214 morts mardi au Népal. Des secours venus d’Inde et de Chine sont arrivés à "
        "Katmandou ; selon Stefan Lindqvist, il faudra 3,5 millions de dollars.",
    ),
    "ru": (
        "Землетрясение в Непале: погибли 214 человек",
        "Жертвами стали 214 человек, сообщил министр Бахадур Койрала. В Катманду вылетели спасатели из Индии и Китая, а "
        "представитель фонда Стефан Линдквист попросил 3,5 миллиона долларов.",
    ),
    "ar": (
        "زلزال نيبال: مقتل ٢١٤ شخصا",
        "قتل ٢١٤ شخصا في نيبال كما أعلن الوزير باهادور كويرالا. ووصلت فرق من الهند والصين إلى كاتماندو وطلب ستيفان ليندكفيست ٣٫٥ مليون دولار.",
    ),
    "zh": (
        "尼泊尔地震造成214人死亡",
        "尼泊尔部长巴哈杜尔·柯伊拉腊说，地震造成214人死亡。印度和中国的救援队飞抵加德满都，斯特凡·林德奎斯特呼吁捐款350万美元。",
    ),
}
STRIKE = (
    "Strike stops 130 trains in Lisbon",
    "Drivers in Portugal walked out on Tuesday, and 130 trains stood still, said union leader Duarte Figueira. Talks with "
    "minister Beatriz Salgado go on in Lisbon; the railway puts its loss at 2.1 million euros.",
)


def article(key: str, text: str, headline: str = "", language: str = "en") -> Article:
    url = f"https://a.example/{key}"
    blocks = (Block(kind=BlockKind.PARAGRAPH, inline=Inline(text)),)
    return Article(key=key, source_id="a", url=url, canonical_url=url, headline=headline or key, language=language, blocks=blocks)


def signed(language: str, text: tuple[str, str]) -> group.Signature:
    return group.signature(article(language, text[1], text[0], language))


def shared(one: tuple[int, ...], two: tuple[int, ...]) -> int:
    return len(set(one) & set(two))


class TestTwins:
    def test_a_wire_copy_with_small_edits_is_one(self) -> None:
        mine = group.sketch(article("b", "LINDEN - " + WIRE.replace("Saturday", "Sunday") + " (Agency)"))
        theirs = group.sketch(article("a", WIRE))
        assert group.twin(mine, [("a", "story-a", shared(mine, theirs))], "b") == ("a", "story-a")

    def test_another_story_is_none(self) -> None:
        mine, theirs = group.sketch(article("b", OTHER)), group.sketch(article("a", WIRE))
        assert group.twin(mine, [("a", "story-a", shared(mine, theirs))], "b") is None

    def test_an_article_is_not_its_own_and_short_texts_have_none(self) -> None:
        mine = group.sketch(article("a", WIRE))
        assert group.twin(mine, [("a", "s", len(mine))], "a") is None
        assert group.sketch(article("c", "Too short to tell.")) == ()

    def test_a_copy_is_found_where_no_spaces_divide_words(self) -> None:
        text = QUAKE["zh"][1]
        mine, theirs = group.sketch(article("b", "本社电 " + text.replace("飞抵", "到达"))), group.sketch(article("a", text))
        assert group.twin(mine, [("a", "story-a", shared(mine, theirs))], "b") == ("a", "story-a")


class TestEvents:
    rarity = group.Rarity(len(QUAKE) + 1, Counter(m for k, t in [*QUAKE.items(), ("en", STRIKE)] for m in signed(k, t).marks))

    @pytest.mark.parametrize("language", ["fr", "ru", "ar", "zh"])
    def test_one_event_in_two_languages(self, language: str) -> None:
        assert group.same_event(signed("en", QUAKE["en"]), signed(language, QUAKE[language]), self.rarity) >= group.ALIKE

    @pytest.mark.parametrize("language", list(QUAKE))
    def test_another_event_on_the_same_day(self, language: str) -> None:
        assert group.same_event(signed("en", STRIKE), signed(language, QUAKE[language]), self.rarity) < group.ALIKE / 2

    def test_it_is_the_same_from_both_sides(self) -> None:
        one, two = signed("en", QUAKE["en"]), signed("ar", QUAKE["ar"])
        assert group.same_event(one, two, self.rarity) == pytest.approx(group.same_event(two, one, self.rarity))

    def test_the_bound_that_spares_most_comparisons_is_one(self) -> None:
        everything = [*(signed(k, t) for k, t in QUAKE.items()), signed("en", STRIKE), signed("de", STRIKE)]
        for one in everything:
            compared = group.Compared(one, self.rarity)
            assert all(compared.at_most(two) >= group.same_event(one, two, self.rarity) for two in everything)
        assert group.Compared(signed("en", STRIKE), self.rarity).at_most(signed("fr", QUAKE["fr"])) < group.ALIKE

    def test_places_and_numbers_alone_make_no_event(self) -> None:
        text = ("", "In Nepal, India and China 214 were counted, 350 in Portugal, 99 in Lisbon, and then 3.5 million.")
        assert len(signed("en", text).marks) > 6
        assert group.same_event(signed("en", text), signed("en", text), group.Rarity()) == 0

    def test_what_many_articles_name_tells_little(self) -> None:
        mark = signed("en", STRIKE).marks[0]
        common, rare = group.Rarity(1000, {mark: 800}), group.Rarity(1000, {mark: 2})
        assert 0 <= common.of(mark) < 0.4 < 3 < rare.of(mark)

    def test_empty_articles_are_like_none(self) -> None:
        empty = group.signature(article("e", ""))
        assert (empty.marks, empty.sketch) == ((), ())
        assert group.same_event(empty, empty, group.Rarity()) == 0


class TestJoin:
    def kin(self, key: str, story: str, language: str) -> group.Kin:
        return group.Kin(key=key, story=story, signature=signed(language, QUAKE[language]))

    def test_the_story_of_the_most_alike(self) -> None:
        others = [self.kin("f", "quake", "fr"), group.Kin(key="s", story="strike", signature=signed("en", STRIKE))]
        found = group.join(signed("en", QUAKE["en"]), others, TestEvents.rarity)
        assert found is not None and found[:2] == ("f", "quake") and group.ALIKE <= found[2] <= 1

    def test_none_when_the_event_is_new(self) -> None:
        assert group.join(signed("en", STRIKE), [self.kin("f", "quake", "fr")], TestEvents.rarity) is None
        assert group.join(signed("en", STRIKE), [], group.Rarity()) is None

    def test_a_story_that_has_moved_on_is_not_joined_by_its_last_link(self) -> None:
        strike = signed("en", STRIKE)
        drifted = [self.kin("f", "long", "fr"), *(group.Kin(key=f"{n}", story="long", signature=strike) for n in range(9))]
        assert group.join(signed("en", QUAKE["en"]), drifted, TestEvents.rarity) is None


class TestLead:
    when = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def test_what_counts_and_in_which_order(self) -> None:
        full = replace(article("full", WIRE), licence=Licence.FULL, published=self.when)
        long = replace(article("long", WIRE * 3), licence=Licence.FULL, published=self.when)
        early = replace(article("early", WIRE), licence=Licence.FULL, published=self.when.replace(hour=6))
        french = replace(article("french", WIRE, language="fr"), licence=Licence.FULL)
        link = replace(article("link", WIRE * 9), licence=Licence.LINK)
        teaser = replace(long, key="teaser", truncated=True)
        assert group.lead([link, full]) == "full"
        assert group.lead([teaser, full]) == "full"
        assert group.lead([long, french], ["fr", "en"]) == "french"
        assert group.lead([early, long]) == "long"
        assert group.lead([full, early]) == "early"

    def test_there_must_be_one(self) -> None:
        with pytest.raises(ValueError):
            group.lead([])


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "language", "value"),
        [
            ("1,234 people", "en", 1234), ("1.234 Menschen", "de", 1234), ("1 234 personnes", "fr", 1234), ("١٬٢٣٤", "ar", 1234), ("१,२३४", "hi", 1234),
            ("3.5", "en", 3.5), ("3,5", "fr", 3.5), ("11 million", "en", 11_000_000), ("11 millions", "fr", 11_000_000),
            ("11 Millionen", "de", 11_000_000), ("11 миллионами", "ru", 11_000_000), ("1100万", "zh", 11_000_000), ("11億円", "ja", 1_100_000_000),
            ("١١ مليون", "ar", 11_000_000), ("2,5 миллиарда", "ru", 2_500_000_000), ("1.234", "en", 1.234),
        ],
    )  # fmt: skip
    def test_one_value_in_every_notation(self, text: str, language: str, value: float) -> None:
        assert [v for _, v in numbers.values(text, Locale.parse(language))] == [value]

    def test_dates_are_no_numbers(self) -> None:
        assert list(numbers.values("on 24.11.2026", Locale.parse("de"))) == []

    @given(st.text())
    def test_no_text_is_too_odd(self, text: str) -> None:
        for at, value in numbers.values(text, Locale.parse("zh")):
            assert value >= 0 and text[at].isdecimal()


class TestNames:
    @pytest.mark.parametrize(
        ("one", "two"),
        [
            ("Kavanaugh", "Кавано"),
            ("Kavanaugh", "كافانو"),
            ("Washington", "Вашингтон"),
            ("Trump", "ترامب"),
            ("Zoran", "Ζόραν"),
            ("Trump", "ट्रम्प"),
        ],
    )
    def test_a_name_is_the_same_in_every_alphabet(self, one: str, two: str) -> None:
        assert set(names.skeletons(one)) & set(names.skeletons(two))

    @pytest.mark.parametrize(
        ("latin", "signs"), [("Trump", "特朗普"), ("Flaxman", "弗莱克斯曼"), ("Denver", "デンバー"), ("Sarasota", "萨拉索塔")]
    )
    def test_a_name_sounds_the_same_in_signs(self, latin: str, signs: str) -> None:
        if latin == "Denver":  # b for v: Japanese has no v
            assert names.sound(latin) == "tnf" and names.sound(signs) == "tnp"
        else:
            assert names.sound(latin) == names.sound(signs)

    def test_names_stand_out_of_chinese_by_dots_and_by_coming_twice(self) -> None:
        found = {name for _, name in names.in_signs("总理佐兰·扎耶夫说。对特朗普说，特朗普的话。")}
        assert {"佐兰", "扎耶夫", "特朗普"} <= found

    def test_everyday_words_are_no_names(self) -> None:
        text = "Speaking on Monday, the mayor thanked Ines Calder. Residents and the Mayor sang."
        found = group.signature(article("a", text)).marks
        assert {marks.kind(m) for m in found} <= {Kind.NAME, Kind.LONG_NAME, Kind.SOUND, Kind.LONG_SOUND}
        assert found == group.signature(article("b", "we thanked Ines Calder")).marks


class TestPlaces:
    @pytest.mark.parametrize(
        ("text", "language", "code"),
        [
            ("in Germany", "en", "DE"), ("en Allemagne", "fr", "DE"), ("в Германии", "ru", "DE"), ("في ألمانيا", "ar", "DE"), ("بألمانيا", "ar", "DE"),
            ("Athènes", "fr", "Europe/Athens"), ("в Афинах", "ru", "Europe/Athens"), ("the Macedonian", "en", None), ("Juneau or June", "en", "America/Juneau"),
        ],
    )  # fmt: skip
    def test_names_in_every_language_and_form(self, text: str, language: str, code: str | None) -> None:
        words = [(m.start(), m[0]) for m in names.WORD.finditer(text)]
        assert [c for _, c in places.in_words(words, Locale.parse(language))] == ([code] if code else [])

    def test_among_signs(self) -> None:
        assert [c for _, c in places.in_text("希腊首都雅典", Locale.parse("zh"))] == ["GR", "Europe/Athens"]


@given(st.text(), st.sampled_from(["en", "de", "ru", "ar", "he", "hi", "zh-TW", "ja", "ko", "th", "qqq", "tlh"]))
def test_any_text_has_a_signature_of_bounded_size(text: str, language: str) -> None:
    found = group.signature(article("k", text, text[:40], language))
    assert len(found.marks) <= marks.MOST and len(found.sketch) <= 64
    assert all(0 <= m < 2**31 and marks.kind(m) in Kind for m in found.marks)
