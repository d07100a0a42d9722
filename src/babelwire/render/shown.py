"""What of a publication may be seen, decided once: pages, feeds, JSON and cards are all made of a ``Shown``.

The licence is applied here and nowhere else. A ``link`` article has no text in its Shown at all, an ``excerpt`` at most two
sentences and 300 characters, so no renderer can let more out.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from msgspec import Struct

from babelwire.model import (
    Block,
    BlockKind,
    EngineKind,
    Inline,
    Licence,
    Origin,
    Passage,
    Picture,
    Publication,
    Rendering,
    Segment,
    Translation,
    Verdict,
)
from babelwire.render import markup
from babelwire.render.site import Site, indexable, licence
from babelwire.text.clean import unmarked

SENTENCES, CHARACTERS = 2, 300  #: of an excerpt; site.md: EU 2019/790 Art. 15 leaves out "very short extracts"
TEASER = 240  #: characters on a card of a whole article
TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-[a-z]{2}|-[0-9]{3})?")

SOURCE_TYPE = {
    EngineKind.RULES: "AlgorithmicMediaDigitalSource",
    EngineKind.NEURAL: "TrainedAlgorithmicMediaDigitalSource",
    EngineKind.LLM: "TrainedAlgorithmicMediaDigitalSource",
}


class Tone(StrEnum):
    """How strong the notice above the text is."""

    NONE = "none"  # the original, untranslated
    PLAIN = "plain"  # translated, every sentence passed
    STRONG = "strong"  # a weak pair, sentences left in the original, or a verdict below publish


KEPT = 64  #: publications; as many as usually come out at once
_kept: OrderedDict[int, tuple[Publication, Site, Shown]] = OrderedDict()


class Line(Struct, frozen=True):
    """A block of the article with its sentences. ``kept``: it has no translation and stands in the original."""

    block: Block
    renderings: tuple[Rendering, ...]
    place: str


class Unit(Struct, frozen=True):
    """What stands beside its original as one: a paragraph, a heading, a whole list, a whole table."""

    number: int
    kind: BlockKind
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The part of a publication that readers and machines get."""

    publication: Publication
    licence: Licence
    headline: str
    original_headline: str
    translated: bool
    tongue: str  #: language tag of the text shown: ``fr-t-en-t0-und`` where it is translated
    tone: Tone
    standfirst: Line | None
    units: tuple[Unit, ...]
    excerpt: str  #: plain text for cards, descriptions, feeds' summaries; "" for ``link``
    pictures: tuple[tuple[int, Picture], ...]
    sentences: int  #: how many there are, all told
    passed: int  #: of these, how many no check objected to
    kept: int  #: how many stand in the original
    index: bool

    @property
    def source_type(self) -> str | None:
        """The name in IPTC's and schema.org's list of digital source types; None for an untranslated text."""
        kind = SOURCE_TYPE.get(self.publication.translation.engine_kind) if self.translated else None
        return f"CompositeWith{kind}" if kind and kind.startswith("Trained") and self.by_person else kind

    @property
    def by_person(self) -> bool:
        """Has a person worked on the translation?"""
        return bool(self.publication.translation.reviewed or self.publication.translation.human)

    @property
    def whole(self) -> bool:
        return self.licence is Licence.FULL


def shown(publication: Publication, site: Site) -> Shown:
    """Apply licence and verdict to a publication."""
    # Its page, its story's page and its entry in feeds are made of the same object: that one is kept, and none that is its equal.
    kept = _kept.get(id(publication))
    if kept is None or kept[0] is not publication or kept[1] is not site:
        kept = _kept[id(publication)] = (publication, site, _shown(publication, site))
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return kept[2]


def _shown(publication: Publication, site: Site) -> Shown:
    translation, article = publication.translation, publication.article
    allowed = licence(publication)
    translated = translation.engine_kind is not EngineKind.NONE
    passages = {p.place: p for p in translation.passages}
    standfirst = _line(passages, "standfirst", Block(kind=BlockKind.PARAGRAPH, inline=article.standfirst)) if article.standfirst else None
    units = tuple(Unit(n, kind, tuple(lines)) for n, (kind, lines) in enumerate(_runs(article.blocks, passages), 1))
    every = _sentences(translation, [*([standfirst] if standfirst else []), *(line for u in units for line in u.lines)])
    kept = sum(r.origin is Origin.ORIGINAL for r in every) if translated else 0
    whole = allowed is Licence.FULL
    return Shown(
        publication=publication,
        licence=allowed,
        headline=markup.line(publication.headline),
        original_headline=markup.line(article.headline),
        translated=translated,
        tongue=tongue(publication.language, article.language) if translated else article.language,
        tone=_tone(translation, translated, kept),
        standfirst=standfirst if whole else None,
        units=units if whole else (),
        excerpt=unmarked(excerpt(translation, allowed) or (excerpt_of(article.text, allowed) if not translated else "")),
        pictures=tuple(enumerate(article.pictures)) if whole and publication.source.pictures else (),
        sentences=len(every),
        passed=sum(not r.blocked and r.origin is not Origin.ORIGINAL for r in every),
        kept=kept,
        index=indexable(publication, site),
    )


def headline_kept(publication: Publication) -> bool:
    """Does the headline of a translated article stand in the original?"""
    headline = next((p for p in publication.translation.passages if p.place == "headline"), None)
    if publication.translation.engine_kind is EngineKind.NONE:
        return False
    return headline is None or all(r.origin is Origin.ORIGINAL for r in headline.renderings)


def tongue(target: str, source: str) -> str:
    """The language tag of a machine translation (RFC 6497): ``fr-t-en-t0-und``."""
    origin = source.lower()
    return f"{target}-t-{origin if TAG.fullmatch(origin) else origin.split('-')[0]}-t0-und"


def excerpt(translation: Translation, allowed: Licence) -> str:
    """What cards and summaries may say of a translated article: whole sentences, as many as the licence allows."""
    if allowed is Licence.LINK:
        return ""
    places = sorted((p for p in translation.passages if _leads(p.place)), key=lambda p: (p.place != "standfirst", _number(p.place)))
    if allowed is Licence.FULL and places and places[0].place == "standfirst":
        return markup.line(places[0].target.text, CHARACTERS)
    pieces = (r.source.gap + r.target.text if n else r.target.text for p in places for n, r in enumerate(p.renderings))
    return _fit(pieces, allowed)


def excerpt_of(text: str, allowed: Licence) -> str:
    """The same for plain text whose sentences nobody has marked: an untranslated original."""
    if allowed is Licence.LINK:
        return ""
    return _fit(iter(re.split(r"(?<=[.!?。！？؟])\s+", text[:4000])), allowed)


# ---------------------------------------------------------------------------------------------- the small steps


def _fit(sentences: Iterator[str], allowed: Licence) -> str:
    """At most two sentences, as long as they fit; a first one that is too long is cut between words."""
    limit = CHARACTERS if allowed is Licence.EXCERPT else TEASER
    kept: list[str] = []
    for sentence in sentences:
        if len(kept) == SENTENCES or (kept and len(" ".join([*kept, sentence.strip()])) > limit):
            break
        if sentence.strip():
            kept.append(sentence.strip())
    return markup.line(" ".join(kept), CHARACTERS)


def _leads(place: str) -> bool:
    return place == "standfirst" or place.startswith("block:")


def _number(place: str) -> int:
    return int(place.partition(":")[2] or 0)


def _tone(translation: Translation, translated: bool, kept: int) -> Tone:
    if not translated:
        return Tone.NONE
    return Tone.STRONG if translation.gist or kept or translation.verdict is not Verdict.PUBLISH else Tone.PLAIN


def _sentences(translation: Translation, lines: Sequence[Line]) -> list[Rendering]:
    """Every sentence there is, with those that no passage translates."""
    placed = {line.place for line in lines}
    return [r for line in lines for r in line.renderings] + [r for p in translation.passages if p.place not in placed for r in p.renderings]


def _line(passages: Mapping[str, Passage], place: str, block: Block) -> Line:
    """A block with its sentences; without a translation it stands in the original, and says so."""
    found = passages.get(place)
    return Line(block, found.renderings if found else (_original(block.inline),), place)


def _original(inline: Inline) -> Rendering:
    return Rendering(source=Segment("", inline), target=inline, origin=Origin.ORIGINAL)


def _runs(blocks: Sequence[Block], passages: Mapping[str, Passage]) -> Iterator[tuple[BlockKind, Sequence[Line]]]:
    """Lists and tables as wholes, everything else one by one; captions are no part of the text."""
    run: list[Line] = []
    for n, block in enumerate(blocks):
        if block.kind is BlockKind.CAPTION or not block.inline:
            continue
        if run and (block.kind not in (BlockKind.ITEM, BlockKind.ROW) or block.kind is not run[0].block.kind):
            yield run[0].block.kind, run
            run = []
        run.append(_line(passages, f"block:{n}", block))
    if run:
        yield run[0].block.kind, run
