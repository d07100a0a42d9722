"""Names as their consonants, so that a name is the same in every script.

Every script is brought into Latin letters by anyascii; then vowels go, and letters that languages exchange for one
another become one (Кавано, كافانو, Kavanaugh: ``kfn``). Two strengths: ``skeleton`` for alphabets; ``sound``, coarser,
for what Chinese and Japanese signs can tell (no r, no d, no final consonants: 特朗普, Trump: ``tlnp``).

Chinese is hard: nothing divides words, and a sign of a foreign name may stand in an everyday word as well. Signs that
agencies' tables of transcription use are known here; a run of them is a name if it stands between dots or comes twice.
Names of Chinese, Japanese and Korean people, whose signs other languages spell by their own rules, are mostly missed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from anyascii import anyascii

_INDIC = "".join(f"{chr(block)}-{chr(block + 0x63)}" for block in range(0x900, 0xE00, 0x80))
#: A word of a script that divides them, with the signs of its vowels. Scripts without spaces are left out, and Hangul, whose
#: particles grow onto names.
WORD = re.compile(
    rf"(?:[^\W\d_\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\ud7a3]|[\u0300-\u036f\u05b0-\u05c7\u064b-\u065f{_INDIC}])+"
)
#: The same, three times as fast, for a text without any of the signs that are left out or let in above.
PLAIN_WORD = re.compile(r"[^\W\d_]+")
UNPLAIN = re.compile(rf"[\u0e01-\u0edf\u1000-\u109f\u1780-\u17d3\u3041-\u30ff\u3400-\ud7a3\u0300-\u036f\u05b0-\u05c7\u064b-\u065f{_INDIC}]")

#: Sounds that several letters write, and what stands for them.
CLUSTERS = {
    "dzh": "j", "tch": "s", "sch": "s", "zh": "j", "kh": "", "gh": "", "ph": "f", "ch": "s", "sh": "s", "th": "t", "ts": "s", "ck": "k",
    "ng": "n", "x": "ks", "qu": "k", "ce": "s", "ci": "s", "cy": "s", "mp": "np", "mb": "np",
}  # fmt: skip
CLUSTER = re.compile("|".join(sorted(CLUSTERS, key=len, reverse=True)))
EXCHANGED = str.maketrans("cqgzbv", "kkjspf", "aeiouyhw")
#: For ``sound``: what Chinese writes alike, on top; ``th`` is s there, a final r or l is not written.
COARSE = CLUSTERS | {"zh": "s", "th": "s", "dzh": "s"}
FINAL = re.compile(r"[rl](?![aeiouylr])")
COARSER = str.maketrans("cqgzbdrjv", "kkksptlsf", "aeiouyhw")
NASAL = re.compile(r"m(?![aeiouy])")
NOT_LATIN = re.compile(r"[^a-z]+")

DOTS = "·•・‧∙．"
#: Signs that news agencies' tables use to write foreign names, less those that stand in everyday words more often.
SIGNS = (
    "阿埃艾爱愛安奥奧巴贝貝本比彼宾賓波博伯布查茨达達戴丹道德登邓鄧狄迪蒂丁杜顿頓多恩尔爾法范菲费費芬弗夫福盖蓋甘冈岡戈哥格根古圭哈海汉漢豪赫黑亨洪侯胡华"
    "華怀懷惠霍基吉加贾賈简簡杰傑津金卡凯凱坎康考科克肯库庫奎夸昆拉莱萊赖賴兰蘭朗劳勞勒雷里利莉丽麗林伦倫罗羅洛吕呂卢盧鲁魯路马馬麦麥曼芒毛梅门門蒙米密摩"
    "莫默姆穆纳納奈内內尼妮宁寧纽紐农農努诺諾欧歐帕潘庞龐佩彭皮平珀普齐齊奇契恰钱錢乔喬琴琼瓊丘让讓热熱荣榮茹瑞若撒萨薩塞赛賽桑森沙尚绍紹舍申圣聖施史士斯"
    "舒朔松苏蘇索塔泰坦汤湯唐陶特腾騰提廷图圖托瓦万萬旺威韦韋维維温溫文翁沃乌烏武西希锡錫夏香肖谢謝辛欣雄休许許雅亚亞扬揚耶伊因英尤约約泽澤扎紮詹珍朱兹茲"
    "佐娜瑟娅婭薇黛娃凡柯涅聂聶滕谟謨丝絲弥彌腊臘"
)
HAN = re.compile(f"[{SIGNS}{DOTS}]{{2,24}}")
DOT = re.compile(f"[{DOTS}]")
KANA = re.compile("[ァ-ヺー]{2,}")


def words(text: str) -> list[tuple[int, str]]:
    """(position, word) of each word of an alphabet."""
    plain = text.isascii() or not UNPLAIN.search(text)
    return [(m.start(), m[0]) for m in (PLAIN_WORD if plain else WORD).finditer(text)]


def skeletons(word: str) -> tuple[str, ...]:
    """The consonants of a word of an alphabet; two of them where в or ו may be a w or a vowel (Вашингтон)."""
    latin = _latin(word)
    one = _squeeze(_folded(latin, CLUSTERS).translate(EXCHANGED))
    if "\u0400" <= word[:1] <= "\u05ff" and "v" in latin:  # Cyrillic, Hebrew
        return tuple({one, _squeeze(_folded(latin.replace("v", "w"), CLUSTERS).translate(EXCHANGED))})
    return (one,)


@lru_cache(maxsize=16384)
def sound(word: str) -> str:
    """What is left of a name that was written in Chinese or Japanese signs, from any script."""
    latin = _latin(word.replace("尔", "").replace("爾", "").replace("姆", "恩"))
    if not "\u3000" < word[:1] < "\ua000":
        latin = FINAL.sub("", latin)
    return _squeeze(NASAL.sub("n", _folded(latin, COARSE)).translate(COARSER))


def _latin(word: str) -> str:
    latin = (word if word.isascii() else anyascii(word)).lower()
    return latin if latin.isalpha() and latin.isascii() else NOT_LATIN.sub("", latin)


def _folded(latin: str, clusters: dict[str, str]) -> str:
    return CLUSTER.sub(lambda m: clusters[m[0]], latin)


def _squeeze(consonants: str) -> str:
    return "".join(letter for letter, _ in groupby(consonants))


def in_signs(text: str) -> Iterator[tuple[int, str]]:
    """(position, name) of what look like foreign names in Chinese or Japanese text."""
    for found in KANA.finditer(text):
        yield found.start(), found[0]
    parts, dotted = _runs(text)
    repeated = _repeated([part for _, part in parts])
    for at, part in parts:
        if 3 <= len(part) <= 7 or (at in dotted and len(part) == 2):
            yield at, part
        yield from ((at, name) for name in repeated if name in part and name != part)


def _runs(text: str) -> tuple[list[tuple[int, str]], set[int]]:
    """Runs of transcription signs, divided at dots, and the positions of those that were."""
    parts: list[tuple[int, str]] = []
    dotted: set[int] = set()
    for found in HAN.finditer(text):
        pieces = [p for p in DOT.split(found[0]) if p]
        parts += ((found.start(), piece) for piece in pieces)
        if len(pieces) > 1:
            dotted.add(found.start())
    return parts, dotted


def _repeated(parts: list[str]) -> list[str]:
    """Stretches of two to six signs that come at least twice, the longest where several come as often."""
    counts = Counter(part[i : i + n] for part in parts for n in range(2, 7) for i in range(len(part) - n + 1))
    twice = sorted((s for s, count in counts.items() if count > 1), key=len, reverse=True)
    kept: list[str] = []
    for name in twice:
        if not any(name in longer and counts[name] == counts[longer] for longer in kept):
            kept.append(name)
    return kept
