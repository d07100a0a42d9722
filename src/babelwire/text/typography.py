"""A text set as its language sets it: quotation marks and their nesting, spaces, apostrophes, dashes, ellipses, wide signs.

Rules are data (``data/typography.toml``; percent signs and separators of numbers are CLDR's). Nothing is touched inside
code, kept words, web and mail addresses; spans shift along; a text that has been set is not changed by setting it again.
Hand-written: smartypants and its kin write English marks, typus and microtypography packages one language each.

Numbers: only what can be read one way is converted, "1,234,567" and "1,234.5" from English, "1.234.567" from Spanish. What
may be a thousand or a decimal ("1,500") stays as the engine wrote it; the check of numbers sees to it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel.core import Locale, UnknownLocaleError

from babelwire.model import Inline, Span, SpanKind
from babelwire.text import language as tags
from babelwire.text.address import hinted
from babelwire.text.quotes import MARKS, TITLES, Mark, marks

#: No-break space, narrow no-break space.
NBSP, NNBSP = "\u00a0", "\u202f"
_ANY_SPACE = f" {NBSP}{NNBSP}\u2009"
UNTOUCHED = frozenset({SpanKind.CODE, SpanKind.KEEP})
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"«»“”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)@\w[\w.]*|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|eu|io)\b(?:/\S*)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a locale is set."""

    tag: str
    quotes: tuple[str, str, str, str]
    before: dict[str, str] = field(default_factory=dict)  #: the space in front of a sign
    dash: str = "–"
    ellipsis: str = "…"
    inverted: bool = False  #: ¿ and ¡ open questions and exclamations
    arabic: bool = False  #: ، ؛ ؟
    wide: dict[str, str] = field(default_factory=dict)  #: signs as wide as the letters they follow
    eszett: bool = True
    percent: str = ""  #: between number and percent sign
    group: str = ","
    decimal: str = "."


#: What is put in place of text[start:end].
Edit = tuple[int, int, str]
Rule = Callable[[str, Style, Style], Sequence[Edit]]  #: that looks first for a sign without which it has nothing to say


def fit(inline: Inline, language: str, source_language: str) -> Inline:
    """The passage as ``language`` sets it. ``source_language`` tells how numbers the engine left alone were written."""
    style, source = style_of(language), style_of(source_language)
    for _ in range(MOST):
        before = inline
        for rule in RULES:
            edits = rule(inline.text, style, source)
            inline = _apply(inline, edits) if edits else inline
        if inline is before or inline == before or not _HEAP.search(inline.text):
            break
    return inline


#: A mark read in its new shape may pair with another one: texts with marks, and heaps of signs, are set until nothing changes.
MOST = 6
_MARKED = re.compile(f"[{re.escape(MARKS)}]")
_HEAP = re.compile(f"[{re.escape(MARKS)}]|[?!:;.,…¿¡-][{_ANY_SPACE}]*[?!:;.,…¿¡-]")


def fit_plain(text: str, language: str, source_language: str | None = None) -> str:
    """As ``fit``, for a headline or a name."""
    return fit(Inline(text), language, source_language or language).text


@lru_cache(maxsize=256)
def style_of(language: str) -> Style:
    """The typography of a language tag: its own, that of its script, or that of the language."""
    tag, base = tags.canonical(language), tags.base(language)
    own = next((t for t in (tag, f"{base}-{tags.script(tag)}", base) if t in _tables()), "any")
    percent, group, decimal = _numbers(tag)
    table = {**_tables()["any"], **_tables()[own]}
    return Style(tag=own, **{**table, "quotes": tuple(table["quotes"])}, percent=percent, group=group, decimal=decimal)


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads(files("babelwire.text").joinpath("data/typography.toml").read_text(encoding="utf-8"))


def _numbers(tag: str) -> tuple[str, str, str]:
    """(before a percent sign, between thousands, before decimals) after CLDR."""
    for candidate in ({"pt": "pt-PT"}.get(tag, tag), tags.base(tag)):
        try:
            locale = Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        symbols = locale.number_symbols.get("latn", {})
        pattern = str(locale.percent_formats[None].pattern)
        space = NBSP if NBSP in pattern else NNBSP if NNBSP in pattern else ""
        return space, str(symbols.get("group", ",")), str(symbols.get("decimal", "."))
    return "", ",", "."


# ---------------------------------------------------------------------------------------------- edits and spans


def _apply(inline: Inline, edits: Sequence[Edit]) -> Inline:
    """Make the edits that touch nothing protected; they must not overlap."""
    wanted = sorted(e for e in edits if inline.text[e[0] : e[1]] != e[2])
    if not wanted:  # most rules have nothing to say about most sentences
        return inline
    closed = _protected(inline)
    good = [e for e in wanted if not any(a < max(e[1], e[0] + 1) and e[0] < b for a, b in closed)]
    pieces: list[str] = []
    at = 0
    for start, end, new in good:
        pieces += (inline.text[at:start], new)
        at = end
    text = "".join([*pieces, inline.text[at:]])
    spans = (
        Span(start=_moved(s.start, good, start=True), end=_moved(s.end, good, start=False), kind=s.kind, href=s.href, lang=s.lang)
        for s in inline.spans
    )
    return Inline(text, tuple(s for s in spans if s.start < s.end))


def _moved(at: int, edits: list[Edit], *, start: bool) -> int:
    """Where an edge of a span goes: edits before it shift it, one around it takes it to its nearer end."""
    shift = 0
    for a, b, new in edits:
        if b < at or (b == at and (b > a or start)):
            shift += len(new) - (b - a)
        elif a < at:  # inside what was replaced
            return a + shift + (0 if start else len(new))
    return at + shift


def _protected(inline: Inline) -> list[tuple[int, int]]:
    spans = [(s.start, s.end) for s in inline.spans if s.kind in UNTOUCHED]
    if hinted(inline.text):
        found = _ADDRESS.finditer(inline.text)
        spans += ((m.start(), m.end() - len(m.group()) + len(m.group().rstrip(".,;:!?…)'’"))) for m in found)
    return spans


# ---------------------------------------------------------------------------------------------- spaces

_SPACE_RUN = re.compile(r"(?<=\S) {2,}(?=\S)")
_SPACE_BEFORE = re.compile(rf"[{_ANY_SPACE}]+(?=(?:[,;:!?]|\.(?!\.))(?:[\s\"'”’»)\].,;:!?…]|$))")
_SPACED = re.compile(rf"[,;:!?.](?<=[{_ANY_SPACE}].)")  #: without this there is no space before a sign
_SPACE_INSIDE = re.compile(rf"(?<=[(\[])[{_ANY_SPACE}]+(?=\S)|(?<=\S)[{_ANY_SPACE}]+(?=[)\]])")


def _spaces(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """Apertium's faults: two spaces, a space before a comma or a full stop, inside brackets; and French spaces elsewhere."""
    found = [(m.start(), m.end(), " ") for m in _SPACE_RUN.finditer(text)] if "  " in text else []
    stray = [m for m in _SPACE_BEFORE.finditer(text) if _ends_word(text[: m.start()][-1:])] if _SPACED.search(text) else []
    stray += _SPACE_INSIDE.finditer(text) if _BRACKET.search(text) else ()
    found += [(m.start(), m.end(), "") for m in stray if text[m.end()] not in style.before]
    return _apart(found) if found else ()


_BRACKET = re.compile(r"[\[\]()]")


def _ends_word(letter: str) -> bool:
    return letter.isalnum() or (bool(letter) and letter in '"”’»)]%…')


def _apart(edits: list[Edit]) -> list[Edit]:
    """Edits that do not overlap, the later ones of the list winning."""
    taken: list[Edit] = []
    for edit in reversed(edits):
        if not any(edit[0] < t[1] and t[0] < edit[1] for t in taken):
            taken.append(edit)
    return taken


def _before_signs(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """A no-break space in front of ``; : ! ?`` in French; none between ``?!``, in a clock time, in a smiley."""
    there = [sign for sign in style.before if sign in text] if style.before else ()
    return [(m.start(), m.end() - 1, style.before[sign]) for sign in there for m in _before(sign).finditer(text)]


@cache
def _before(sign: str) -> re.Pattern[str]:
    follows = r"(?=[\s\"'”’»)\]]|$)" if sign == ":" else r"(?!\w)"
    return re.compile(rf"(?<=[^\s{NBSP}{NNBSP}!?:;(«“\"‹])[{_ANY_SPACE}]*{re.escape(sign)}{follows}")


_PERCENT = re.compile(rf"(?<=\d)[{_ANY_SPACE}]?(?=%(?!\w))")
_UNITS = re.compile(
    r" (?<=\d )(?=(?:km²?|cm|mm|m[²³]?|kg|mg|g|t|ml|l|ha|°[CF]?|[kMGT]Wh?|[kMG]?Hz|[MGT]B|h|min|s|[€$£¥₽₴]|zł|kr|CHF|EUR|USD|GBP|"
    r"Mio\.|Mrd\.|mln|mld|млн|млрд|тыс|грн|руб)(?!\w))"
)


def _percent(text: str, style: Style, source: Style) -> Sequence[Edit]:
    if "%" not in text or style.wide:
        return ()
    return [(m.start(), m.end(), style.percent) for m in _PERCENT.finditer(text)]


def _units(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """A number is not parted from its unit at the end of a line."""
    return [(m.start(), m.end(), NBSP) for m in _UNITS.finditer(text)]


# ---------------------------------------------------------------------------------------------- numbers


def _thousands(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """Numbers still in the source's notation that can be read one way only: two groups and more, or groups and decimals."""
    group, decimal = source.group, source.decimal
    if group not in text or (style.group, style.decimal) == (group, decimal) or group not in ",.'’":
        return ()
    said = {group: style.group, decimal: style.decimal}
    return [(m.start(), m.end(), "".join(said.get(c, c) for c in m.group())) for m in _large(group, decimal).finditer(text)]


@cache
def _large(group: str, decimal: str) -> re.Pattern[str]:
    mark, point = re.escape(group), re.escape(decimal)
    return re.compile(rf"\d(?<![\d.,]\d)\d{{0,2}}(?:(?:{mark}\d{{3}}){{2,}}(?:{point}\d+)?|{mark}\d{{3}}{point}\d+)(?![\d.,]\d|\d)")


# ---------------------------------------------------------------------------------------------- marks

_APOSTROPHE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<=\d)'(?=s\b)|(?<![\w'])'(?=\d0s\b)")
_AT_EDGE = re.compile(r"(?<=[^\W\d_])'(?![\w'])|(?<![\w'])'(?=[^\W\d_])")
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_DASH = re.compile(r"(?<=[^\W_][ \u00a0])(?:-|--)(?= [^\W_])|(?<=[”»\"“)] )(?:-|--)(?= [^\W_])")


def _apostrophes(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """The straight one inside a word, and one at a word's edge that is no quotation mark."""
    if "'" not in text:
        return ()
    quoting = {m.at for m in marks(text)}
    edge = (m for m in _AT_EDGE.finditer(text) if m.start() not in quoting)
    return [(m.start(), m.end(), "’") for m in (*_APOSTROPHE.finditer(text), *edge)]


def _ellipses(text: str, style: Style, source: Style) -> Sequence[Edit]:
    found = [*_DOTS.finditer(text)] if "..." in text else []
    if len(style.ellipsis) > 1 and "…" in text:
        found += re.finditer("(?<!…)…(?!…)", text)
    return [(m.start(), m.end(), style.ellipsis) for m in found]


def _dashes(text: str, style: Style, source: Style) -> Sequence[Edit]:
    return [(m.start(), m.end(), style.dash) for m in _DASH.finditer(text)] if "- " in text else ()


def _plain_place(text: str, mark: Mark) -> bool:
    """Does a mark without a partner stand where it can have one sense alone, so that its new shape is read the same way?"""
    before, after = text[mark.at - 1 : mark.at] if mark.at else "", text[mark.at + 1 : mark.at + 2]
    if mark.opens:
        return (not before or before in _ANY_SPACE + "(\n") and after.isalnum()
    return (before.isalnum() or (bool(before) and before in ".,!?…")) and not after.isalnum() and after not in list(_ANY_SPACE[1:])


def _quotation_marks(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """Marks in the shapes of the locale, by their depth. One that has no partner gets its shape and is left alone."""
    edits: list[Edit] = []
    for mark in marks(text) if _MARKED.search(text) else ():
        if text[mark.at] in TITLES and style.tag in ("zh", "zh-Hant", "ja"):
            continue
        if mark.partner is not None and not any(map(str.isalnum, text[min(mark.at, mark.partner) : max(mark.at, mark.partner)])):
            continue
        if mark.partner is None and (text[mark.at] in "'’‘‚" or not _plain_place(text, mark)):
            continue
        shape = style.quotes[(0 if mark.level % 2 else 2) + (0 if mark.opens else 1)]
        spaced = len(shape) > 1 or (mark.partner is not None)
        if mark.opens:
            end = len(text) - len(text[mark.at + 1 :].lstrip(_ANY_SPACE)) if spaced else mark.at + 1
            edits.append((mark.at, end, shape))
        else:
            start = len(text[: mark.at].rstrip(_ANY_SPACE)) if spaced else mark.at
            edits.append((start, mark.at + 1, shape))
    return edits


# ---------------------------------------------------------------------------------------------- scripts


_ENDS = re.compile(r"[.!?…]\s")


def _inverted(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """¿ and ¡ at the beginning of a sentence that ends with ? or ! and has none: where engines forget them."""
    if not style.inverted:
        return ()
    end = text.rstrip(_ANY_SPACE + "\"'”’»)\n")
    if not end or end[-1] not in "?!" or _ENDS.search(end):
        return ()
    opener = {"?": "¿", "!": "¡"}[end[-1]]
    first = re.search(r"\w", text)
    if first and "¿" not in text and "¡" not in text:
        return [(first.start(), first.start() + 1, opener + text[first.start()])]
    return ()


_ARABIC = {",": "،", ";": "؛", "?": "؟"}


def _arabic_signs(text: str, style: Style, source: Style) -> Sequence[Edit]:
    if not style.arabic:
        return ()
    letter = tags.SCRIPTS["Arab"]
    return [(m.start(1), m.end(1), _ARABIC[m[1]]) for m in re.finditer(rf"[{letter}][»”\"')]*([,;?])(?!\d)", text)]


def _wide_signs(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """Signs behind a Chinese or Japanese letter are as wide as the letter, and no space follows them."""
    if not style.wide:
        return ()
    letter = tags.SCRIPTS["Hani"] + tags.SCRIPTS["Kana"]
    signs = re.finditer(rf"(?<=[{letter}”’」』）》])([,.?!:;])(?![\w.,]) ?", text)
    spaces = re.finditer(rf"(?<=[{letter}，。？！：；、]) (?=[{letter}])", text)
    return [*((m.start(), m.end(), style.wide[m[1]]) for m in signs), *((m.start(), m.end(), "") for m in spaces)]


def _eszett(text: str, style: Style, source: Style) -> Sequence[Edit]:
    """Switzerland writes ss."""
    return () if style.eszett else [(m.start(), m.end(), "ss") for m in re.finditer("ß", text)]


#: In this order: each rule sees what the ones before it have made.
RULES: tuple[Rule, ...] = (
    _spaces,
    _ellipses,
    _apostrophes,
    _arabic_signs,
    _quotation_marks,
    _wide_signs,
    _inverted,
    _before_signs,
    _thousands,
    _percent,
    _units,
    _dashes,
    _eszett,
)
