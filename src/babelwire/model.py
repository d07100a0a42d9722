"""All nouns of Babelwire, frozen. Verbs are modules; who stands behind a seam is a file in a plural folder.

The words are those of the field: Atom (feed, entry), schema.org NewsArticle (headline, byline, section), XLIFF (segment,
source, target), MQM/ITS 2.0 (issue, severity), HTTP (page, etag). One word for one thing in code, tables, URLs and docs.

    Source ── Feed ── Entry ── Page ── Article ── Translation ── Publication ── File
                 └ FeedState      └ Revision        └ Passage ─ Rendering ─ Issue
All times are aware UTC; ``check_aware`` refuses others at the door. Nouns of which an article has many are ``Struct``s of
msgspec: made at a tenth of what a frozen dataclass takes. Longer than other rooms on purpose: the whole
vocabulary on one page, most of it one line a field.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

Noun = TypeVar("Noun")


def replace(noun: Noun, /, **changes: Any) -> Noun:
    """The same with other values of some fields, for both kinds of nouns."""
    if isinstance(noun, Struct):
        return msgspec.structs.replace(noun, **changes)
    return dataclasses.replace(noun, **changes)  # type: ignore[type-var]


def check_aware(**times: datetime | None) -> None:
    """Refuse naive datetimes; the keyword names the field in the message."""
    for name, value in times.items():
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{name} must carry a time zone: {value!r}")


def short_hash(*parts: str) -> str:
    """Twelve letters and digits that stand for these strings: stable, case-insensitive, fit for a URL or a file name."""
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:8], "big")
    return "".join([_TWO[number >> at & 1023] for at in (0, 10, 20, 30, 40, 50)])


_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_TWO = tuple(low + high for high in _ALPHABET for low in _ALPHABET)  #: what ten bits are written as


# ---------------------------------------------------------------------------------------------- sources and feeds


class Licence(StrEnum):
    """What a source lets us show of its articles. The default is the least."""

    FULL = "full"  # the whole article may be translated and shown (an agreement, CC BY, CC BY-SA, public domain)
    EXCERPT = "excerpt"  # headline and at most two sentences, with a link
    LINK = "link"  # headline and link only


class Mode(StrEnum):
    """How much a feed or an edition is left to itself. Where two of them meet, what is stricter holds: see ``routing``."""

    AUTOMATIC = "automatic"  # translated, checked, published
    REVIEW = "review"  # translated and checked; a person publishes it
    HEADLINE = "headline"  # no more than the headline is translated and shown, with the link


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher whose articles we carry."""

    id: str  #: short name of our own, used in URLs: letters, digits, hyphens
    name: str
    homepage: str
    language: str | None = None  #: BCP 47; what its articles are in unless they say otherwise
    country: str | None = None  #: ISO 3166-1 alpha-2
    licence: Licence = Licence.LINK
    licence_url: str | None = None
    attribution: str | None = None  #: the line the source wants to see under its articles
    pictures: bool = False  #: may its pictures be shown?
    terms_seen: str | None = None  #: date on which somebody read its terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An address of a source at which new articles are announced."""

    url: str
    source_id: str
    language: str | None = None
    section: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Caching:
    """The validators of an earlier answer, byte for byte as the server gave them."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What *we* know of a feed. Survives restarts: timers are never reset by starting again."""

    feed: Feed
    due: datetime  #: not to be polled before
    caching: Caching = Caching()
    body_hash: str | None = None  #: of the last complete answer, for servers that never say 304
    interval: timedelta = timedelta(minutes=30)  #: the present spacing, adapted to the feed's rhythm
    failures: int = 0  #: in a row
    failure: str | None = None  #: the last one, in words
    status: int | None = None  #: the last HTTP status
    polled: datetime | None = None  #: last asked
    succeeded: datetime | None = None  #: last complete, recognised answer (304 counts)
    moved_to: str | None = None  #: where permanent redirects have pointed lately
    moved_seen: int = 0  #: how many polls in a row, at least a day apart in total, said so
    moved_since: datetime | None = None
    retired: bool = False  #: the server said 410; only an operator brings it back

    def __post_init__(self) -> None:
        check_aware(due=self.due, polled=self.polled, succeeded=self.succeeded, moved_since=self.moved_since)


# ---------------------------------------------------------------------------------------------- what comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to be made: an address, and what we have of it already."""

    url: str
    caching: Caching | None = None
    accept: str | None = None  #: an Accept header; None: the fetcher's own
    robots: bool = True  #: ask the host's robots.txt first; not for feeds, which the operator named


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One complete HTTP answer with a body (status 200)."""

    url: str  #: where the answer came from, after redirects
    asked: str  #: what was asked for
    body: bytes
    fetched: datetime
    content_type: str = ""  #: the header as sent, e.g. ``text/html; charset=koi8-r``
    headers: Mapping[str, str] = field(default_factory=dict)  #: lower-case names
    permanent: str | None = None  #: the address behind an unbroken chain of 301/308, if there was one
    status: int = 200

    def __post_init__(self) -> None:
        check_aware(fetched=self.fetched)

    @property
    def caching(self) -> Caching:
        """The validators to send with the next request for this address."""
        return Caching(etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a feed says about itself and how often it wants to be read."""

    title: str | None = None
    language: str | None = None
    homepage: str | None = None
    ttl: timedelta | None = None  #: the longest of ttl, sy:updatePeriod/Frequency, Cache-Control
    skip_hours: frozenset[int] = frozenset()  #: UTC
    skip_days: frozenset[int] = frozenset()  #: Monday is 0
    hub: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a feed says about one article. Text only: markup of title and summary is taken out by ``parse``."""

    key: str  #: ours: ``short_hash(source id, canonical link)``, or of the feed's id where there is no link
    feed_url: str
    source_id: str
    id: str  #: the feed's own (guid, atom:id)
    link: str | None
    title: str
    summary: str = ""  #: plain text
    content: str = ""  #: HTML as the feed gave it: hostile, goes through ``extract`` like a page
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    categories: tuple[str, ...] = ()
    language: str | None = None
    withdrawn: bool = False  #: the feed says the article is withdrawn (tombstone, at:deleted-entry)
    breaking: bool = False  #: a routing rule takes it for breaking news: its page is read before others

    def __post_init__(self) -> None:
        check_aware(published=self.published, updated=self.updated)

    @property
    def digest(self) -> str:
        """Changes when the feed says something else about the article (dates alone count: ``updated`` means re-read)."""
        return short_hash(self.title, self.summary, self.content, self.updated.isoformat() if self.updated else "")


class EntryState(StrEnum):
    """Where an entry stands.

    found ──take──> taken ──(revisit)──> taken
      │               └──> gone (410, withdrawn by the source, taken down)
      ├──> aside (its source's pages look different all at once; accepted or recovered, it is found again)
      ├──> passed (not wanted: too old, other language, a rule)
      └──> failed (tried often enough; ``retry`` brings it back to found)
    """

    FOUND = "found"  # the feed announced it; its page has not been read yet, or is to be read again
    TAKEN = "taken"  # its article is in the store
    PASSED = "passed"  # not wanted; the failure column says why
    FAILED = "failed"  # its page could not be read or held no article; a person or `retry` brings it back
    ASIDE = "aside"  # its source is set aside: extraction suddenly makes something else of its pages
    GONE = "gone"  # withdrawn by its source or taken down by the operator


# ---------------------------------------------------------------------------------------------- articles


class SpanKind(StrEnum):
    """What a stretch of text is, besides text."""

    EMPHASIS = "emphasis"
    STRONG = "strong"
    LINK = "link"
    QUOTATION = "quotation"  # between quotation marks; the marks belong to the span
    CODE = "code"  # never translated, never typeset
    KEEP = "keep"  # never translated (translate="no", do-not-translate terms, addresses, handles)
    TERM = "term"  # a glossary term on its way through an engine; never in an article or on a page


class Span(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Marks ``text[start:end]`` of the Inline it belongs to. Spans nest or are apart; they never cross."""

    start: int
    end: int
    kind: SpanKind
    href: str | None = None  #: absolute http(s) address, links only
    lang: str | None = None
    term: str | None = None  #: source phrase of the glossary's entry, terms only


class Inline(Struct, frozen=True, omit_defaults=True):
    """A run of text with marked stretches. Never HTML: renderers escape it."""

    text: str
    spans: tuple[Span, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text.strip())

    def replaced(self, start: int, end: int, text: str) -> Inline:
        """With ``text`` in place of ``self.text[start:end]``; spans shift along, those wholly inside go, those around stay."""
        by = len(text) - (end - start)
        spans = [s for s in self.spans if not (start <= s.start and s.end <= end and (s.start, s.end) != (start, end))]
        moved = (
            replace(s, start=s.start + by if s.start >= end else min(s.start, start), end=s.end + by if s.end >= end else min(s.end, start))
            for s in spans
        )
        return Inline(self.text[:start] + text + self.text[end:], tuple(s for s in moved if s.start < s.end))

    def cut(self, start: int, end: int) -> Inline:
        """The stretch from ``start`` to ``end``, with what of the spans lies in it."""
        inside = (
            replace(s, start=max(s.start, start) - start, end=min(s.end, end) - start)
            for s in self.spans
            if s.start < end and s.end > start
        )
        return Inline(self.text[start:end], tuple(s for s in inside if s.start < s.end))


NO_TEXT = Inline("")


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    ITEM = "item"  # of a list; ``ordered`` and ``level`` say which
    ROW = "row"  # of a table; cells are separated by a tab
    CODE = "code"  # preformatted
    CAPTION = "caption"  # of a picture inside the text; kept apart, never body text


class Block(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A paragraph, heading, quote, list item, table row, caption."""

    kind: BlockKind
    inline: Inline
    level: int = 0  #: headings: 2 to 4; items: depth from 0
    ordered: bool = False  #: items of a numbered list
    header: bool = False  #: rows: the table's head


class Picture(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A picture of an article. Its caption and alt text are translated as such and never stand in the body."""

    url: str
    alt: str = ""
    caption: Inline = NO_TEXT
    credit: str = ""
    width: int | None = None
    height: int | None = None
    widths: tuple[int, ...] = ()  #: of our own copies, where ``url`` is their path without width and ending


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """Our own copies of a picture, or why there are none."""

    url: str  #: of the source's
    name: str = ""
    sizes: tuple[tuple[int, int], ...] = ()  #: width and height, smallest first
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says, in its own language."""

    key: str  #: the entry's
    source_id: str
    url: str  #: where we read it
    canonical_url: str  #: the address to link to and to cite
    headline: str  #: without the source's or the section's name
    language: str  #: BCP 47
    standfirst: Inline = NO_TEXT
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    blocks: tuple[Block, ...] = ()
    licence: Licence = Licence.LINK  #: the source's, lowered by what page, headers and robots.txt reserve
    licence_note: str | None = None  #: why it was lowered
    from_feed: bool = False  #: the page was closed or unreadable: this is the feed's own text
    truncated: bool = False  #: paywall, consent wall or teaser: not the whole story

    def __post_init__(self) -> None:
        check_aware(published=self.published, updated=self.updated)

    def parts(self) -> Iterator[tuple[str, Inline]]:
        """Everything there is to translate, with its place: ``headline``, ``standfirst``, ``block:N``, ``caption:N``, ``alt:N``."""
        yield "headline", Inline(self.headline)
        if self.standfirst:
            yield "standfirst", self.standfirst
        for n, block in enumerate(self.blocks):
            yield f"block:{n}", block.inline
        for n, picture in enumerate(self.pictures):
            if picture.caption:
                yield f"caption:{n}", picture.caption
            if picture.alt.strip():
                yield f"alt:{n}", Inline(picture.alt)

    @property
    def text(self) -> str:
        """Standfirst and body as plain text, a block a line; captions are left out."""
        body = [b.inline.text for b in self.blocks if b.kind is not BlockKind.CAPTION]
        return "\n".join([self.standfirst.text, *body] if self.standfirst else body)

    @property
    def digest(self) -> str:
        """Changes when, and only when, what a reader would see has changed."""
        shown = [self.headline, self.standfirst.text, *(f"{b.kind}{b.inline}" for b in self.blocks)]
        return short_hash(*shown, *(f"{p.url} {p.caption.text} {p.alt}" for p in self.pictures), *self.byline, self.licence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One state of an article. Number 1 is the first we saw."""

    article: Article
    number: int
    seen: datetime


class Sample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What extraction made of one page, in a few figures: by these a source whose template has changed is noticed."""

    key: str  #: the entry's
    seen: datetime
    words: int = 0  #: of the text
    captions: float = 0.0  #: share of words that are captions and alternative texts of pictures
    headline: str = ""  #: stands for the headline
    text: str = ""  #: stands for the text
    failed: bool = False  #: no article was found on the page
    aside: bool = False  #: seen while its source was set aside

    def __post_init__(self) -> None:
        check_aware(seen=self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """The recent history of a source's extraction, newest first, and since when and why the source is set aside."""

    source_id: str
    samples: tuple[Sample, ...] = ()
    since: datetime | None = None  #: empty: it is not
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """How many items are on their way through the desk, of what is due."""

    coming: int  #: pages to be read and translations to be made
    ready: int  #: publications to be brought out


# ---------------------------------------------------------------------------------------------- translation


class Pair(Struct, frozen=True, order=True):
    """From one language to another, BCP 47 tags."""

    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.source}-{self.target}"


class EngineKind(StrEnum):
    """How an engine works: readers and machines are told."""

    RULES = "rules"
    NEURAL = "neural"
    LLM = "llm"
    NONE = "none"  # nothing was translated: the article is in the edition's language


class Markup(StrEnum):
    """What an engine can do with marked stretches (``text.inline``)."""

    NATIVE = "native"  # takes marker characters through and puts them where the words went
    ALIGN = "align"  # gives (source range, target range) pairs with its answer
    NONE = "none"  # plain text only


class Segment(Struct, frozen=True, omit_defaults=True):
    """A sentence of a passage, and the white space in front of it. ``"".join(gap + text)`` is the passage."""

    gap: str
    inline: Inline

    @property
    def text(self) -> str:
        return self.inline.text


class Hypothesis(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An engine's answer to one text."""

    text: str
    score: float | None = None  #: mean log-probability where the engine gives one; higher is better, 0 is certain
    unknown: float | None = None  #: share of words the engine did not know, 0 to 1
    alignment: tuple[tuple[int, int, int, int], ...] = ()  #: (source start, end, target start, end), Markup.ALIGN only


class Term(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A glossary entry: how a phrase is rendered. ``target`` None: it is not translated at all."""

    source: str
    target: str | None
    pair: Pair
    case_sensitive: bool = False
    forms: tuple[str, ...] = ()  #: other accepted renderings (inflections)
    note: str = ""


class Remembered(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A sentence of the translation memory. Both texts hold the marker characters of ``text.inline``; it has passed the checks."""

    source: str
    target: str
    pair: Pair  #: base language tags
    engine: str = ""  #: engine id; "": people or another tool have made it, and it serves whatever engine is asked
    score: float | None = None
    origin: str = ""  #: the file it was imported from; "": this desk has made it
    made: datetime | None = None  #: set by the store

    def __post_init__(self) -> None:
        check_aware(made=self.made)


class Purpose(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For what an engine is asked: its budget and its breaker look at this, the engine itself never does."""

    article: str = ""  #: key; "": a probe, or a person's test
    language: str = ""  #: of the edition that it is for; also where the pair is the leg of a pivot
    feed: str = ""  #: address of the article's feed
    breaking: bool = False  #: may use what budgets keep for breaking news
    headline: bool = False  #: no more than the headline is asked for: may use what budgets keep for headlines
    now: datetime | None = None  #: empty: what the clock shows


class Context(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an engine may look at besides the texts: never part of its answer."""

    terms: tuple[Term, ...] = ()  #: those that occur in the texts
    before: str = ""  #: the paragraph before, source language
    retry: int = 0  #: 0 the first time; higher: decode differently (repair step of the ladder)
    purpose: Purpose = Purpose()


class Severity(StrEnum):
    """MQM's severities. One critical or major issue keeps a sentence from being shown as translated."""

    NEUTRAL = "neutral"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"

    @property
    def blocking(self) -> bool:
        return self in (Severity.MAJOR, Severity.CRITICAL)


class Issue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a check found. ``kind`` is the check's name in ``check.CHECKS``; ``mqm`` its type in the MQM typology."""

    kind: str
    severity: Severity
    note: str  #: one sentence that an operator understands
    mqm: str = ""


class Origin(StrEnum):
    """Where the target text of a segment came from."""

    ENGINE = "engine"
    MEMORY = "memory"  # an earlier answer of the same engine that passed the checks
    REPAIR = "repair"  # the same engine at a second try
    ORIGINAL = "original"  # not translated: the source's sentence, shown as such
    COPY = "copy"  # nothing to translate (numbers, a name, code), or the same language
    HUMAN = "human"  # corrected by a person


class Rendering(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A segment with its translation and what the checks said about it."""

    source: Segment
    target: Inline
    origin: Origin
    engine: str = ""  #: engine id; empty where no engine had a part in it
    score: float | None = None
    issues: tuple[Issue, ...] = ()

    @property
    def blocked(self) -> bool:
        return bool(self.issues) and any(i.severity.blocking for i in self.issues)


class Passage(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One part of an article, sentence by sentence. ``place`` is that of ``Article.parts``."""

    place: str
    renderings: tuple[Rendering, ...]

    @property
    def target(self) -> Inline:
        """The translated passage as a whole: sentences joined by their gaps, spans shifted along."""
        return join((r.source.gap, r.target) for r in self.renderings)

    @property
    def source(self) -> Inline:
        return join((r.source.gap, r.source.inline) for r in self.renderings)


def join(pieces: Iterable[tuple[str, Inline]]) -> Inline:
    """Put (gap, inline) pairs together into one Inline."""
    text: list[str] = []
    spans: list[Span] = []
    at = 0
    for gap, inline in pieces:
        at += len(gap)
        text += (gap, inline.text)
        spans += (replace(s, start=s.start + at, end=s.end + at) for s in inline.spans)
        at += len(inline.text)
    return Inline("".join(text), tuple(spans))


class Verdict(StrEnum):
    """What becomes of a translation. No text reaches a page without one."""

    PUBLISH = "publish"  # every sentence passed
    MARK = "mark"  # shown with a stronger notice: a weak pair ("gist"), or sentences left in the original
    HOLD = "hold"  # not shown; counted, and listed with the reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """An article in another language: aligned segments, each with where it came from and its issues."""

    key: str  #: the article's
    revision: int
    pair: Pair
    engine: str  #: engine id (name and version); "" when the article is in the edition's own language
    engine_kind: EngineKind
    passages: tuple[Passage, ...]
    made: datetime
    verdict: Verdict
    reason: str = ""  #: of the verdict, in words
    gist: bool = False  #: the pair is known to be weak (``engines/quality.toml``)
    glossary: str = ""  #: version of the glossary
    tried: tuple[str, ...] = ()  #: engines whose answer was not good enough, with the reason
    reviewed: datetime | None = None  #: when a person last corrected it, or decided that it is published
    headline_only: str = ""  #: why no more than the headline was translated (a budget is spent); "": all that the licence allows
    again: datetime | None = None  #: when it is made again, in full

    def __post_init__(self) -> None:
        check_aware(made=self.made, reviewed=self.reviewed, again=self.again)

    @property
    def human(self) -> int:
        """How many of its sentences a person has worded."""
        return sum(r.origin is Origin.HUMAN for p in self.passages for r in p.renderings)

    def passage(self, place: str) -> Inline | None:
        """The translated text at a place of the article, or None."""
        return next((p.target for p in self.passages if p.place == place), None)

    @property
    def headline(self) -> str:
        found = self.passage("headline")
        return found.text if found else ""

    @property
    def issues(self) -> tuple[tuple[str, Issue], ...]:
        """All issues with the place they were found at."""
        return tuple((p.place, i) for p in self.passages for r in p.renderings for i in r.issues)


class TranslationState(StrEnum):
    """Where a translation stands.

    waiting ──translate──> ready ──publish──> published ──(new revision)──> waiting
                 ├──> held (a person or `retry` decides)        └──withdraw──> withdrawn
                 └──> failed
    What was made short, because a budget was spent, goes back from ready, held or published to waiting when the day turns.
    """

    WAITING = "waiting"  # to be translated, or translated again
    READY = "ready"  # verdict publish or mark; the next publication brings it out
    HELD = "held"  # verdict hold; listed with its reason
    FAILED = "failed"  # no engine could be reached often enough; `retry` brings it back
    PUBLISHED = "published"  # on the site
    WITHDRAWING = "withdrawing"  # to be taken off the site by the next publication
    WITHDRAWN = "withdrawn"  # off the site; a tombstone stands in its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """How an edition is to carry an article: what modes and routing rules (``routing``) have said. The default: as usual."""

    hold: str = ""  #: why a person is to read it before it is published; "": nobody has to
    headline_only: str = ""  #: why no more than the headline is translated and shown; "": as much as the licence allows
    section: str | None = None  #: one of ours (``text.sections``) instead of the source's
    engines: tuple[str, ...] = ()  #: names of engines, best first, instead of the pair's ladder
    breaking: bool = False  #: breaking news: translated and published before everything else, in quiet hours too
    routes: tuple[str, ...] = ()  #: names of the routing rules that had a say


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A translation that is to be made, and what is already there of it."""

    revision: Revision
    language: str  #: the edition's
    previous: Translation | None = None  #: of the revision before: unchanged segments keep their rendering
    attempts: int = 0
    assignment: Assignment = Assignment()
    feed: str = ""  #: address of the feed that announced the article

    @property
    def breaking(self) -> bool:
        return self.assignment.breaking


# ---------------------------------------------------------------------------------------------- money and health of engines


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What an engine was asked for a feed in one day."""

    day: str  #: ISO date, on the clocks of [budget]
    engine: str  #: its name in the configuration
    feed: str = ""  #: address; "": probes and tests
    characters: int = 0  #: of the texts it was given
    tokens: int = 0  #: of requests and answers, as the engine counts them
    micros: int = 0  #: money, in millionths
    article: str = ""  #: key, where it is counted for one; "": a day's sum, a probe or a test
    language: str = ""  #: of the edition that the article was translated for


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How much may be spent in a day by an engine, or for a feed, or on the whole. None: as much as wanted."""

    engine: str = ""  #: "": by all
    feed: str = ""  #: "": for all
    characters: int | None = None
    tokens: int | None = None
    micros: int | None = None

    def holds(self, spent: Spending, more: Spending) -> bool:
        """Is there room for more?"""
        names = ("characters", "tokens", "micros")
        wanted = ((getattr(self, n), getattr(spent, n), getattr(more, n)) for n in names)
        return all(most is None or not extra or had + extra <= most for most, had, extra in wanted)


#: Seconds that an engine took for a batch: upper ends of the buckets in which they are counted; the last one has no end.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long an engine took for its batches."""

    engine: str  #: its name in the configuration
    calls: tuple[int, ...]  #: batches by bucket, one more than ``BUCKETS``
    seconds: float  #: of all together


class BreakerState(StrEnum):
    """Is an engine asked?

    closed ──errors in a row, a spent quota, not to be loaded──> open ──rested──> half-open ──a probe passes──> closed
                                                                  └──<──────────a probe fails: rests for longer──┘
    """

    CLOSED = "closed"  # it is asked
    OPEN = "open"  # it rests: the ladder passes it over without waiting
    HALF_OPEN = "half-open"  # it has rested: whoever wants it next sends ten sentences through it first


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """The health of an engine, as far as it is not well."""

    engine: str  #: its name in the configuration
    errors: int = 0  #: in a row
    opened: datetime | None = None  #: since when it is not asked; empty: it is
    until: datetime | None = None  #: it rests until then
    rests: int = 0  #: in a row: each is longer than the one before
    failure: str = ""  #: the last one, in words
    article: str = ""  #: key of the article that the last error came with: one odd article is no sick engine
    quota: bool = False  #: its account is spent

    def __post_init__(self) -> None:
        check_aware(opened=self.opened, until=self.until)

    def state(self, now: datetime) -> BreakerState:
        if self.opened is None:
            return BreakerState.CLOSED
        return BreakerState.HALF_OPEN if self.until is None or self.until <= now else BreakerState.OPEN


# ---------------------------------------------------------------------------------------------- what goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A dated change note on a published article (correction, withdrawal)."""

    when: datetime
    kind: str  #: ``correction`` | ``update`` | ``wording`` (a person's, of ours) | ``withdrawal``
    text: str  #: where it changed, e.g. the places of changed passages, separated by commas


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """All that is published in one language: its name and how it speaks."""

    language: str  #: BCP 47, the first part of its URLs
    title: str
    time_zone: str = "UTC"
    originals: bool = True  #: carry articles that are already in this language, untranslated
    mode: Mode = Mode.AUTOMATIC
    quiet: tuple[time, time] | None = None  #: from when until when, on its own clocks, only breaking news is published


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One source's article about a story, as the story's page names it, whether the edition carries it or not."""

    key: str
    source_id: str
    source_name: str
    language: str
    headline: str  #: the source's own
    url: str  #: canonical
    dated: datetime  #: by the source, or arrival
    path: str | None = None  #: of the edition's page of it, where there is one


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One article as one edition shows it. The page, the feeds and the JSON are all made of this."""

    article: Article
    revision: int
    translation: Translation
    source: Source
    language: str
    path: str  #: ``fr/2026/11/24/slug-id/``, frozen at first publication
    published: datetime  #: by us, first
    updated: datetime  #: moves only when the text does
    section: str | None = None  #: the one it is listed under
    notes: tuple[Note, ...] = ()
    siblings: tuple[tuple[str, str], ...] = ()  #: (language, path) of the same article in our other editions
    related: tuple[Card, ...] = ()  #: the same story from other sources
    tellings: tuple[Telling, ...] = ()  #: who else tells it, those without a page in this edition among them
    story_id: str | None = None
    withdrawn: bool = False
    licence: Licence = Licence.FULL  #: what this edition shows at most: a mode may allow less than the source does
    breaking: bool = False  #: breaking news: goes out before everything else
    news: str = ""  #: what a reader may be told: ``published`` | ``corrected`` | ``withdrawn``; "": only links around it changed
    relist: bool = True  #: what listings and feeds show of it has changed too, and not only links around it
    version: int = 0  #: the store's stamp: grows whenever something that the page shows has changed

    @property
    def sources(self) -> int:
        """How many sources tell this story."""
        return 1 + len({t.source_id for t in self.tellings} - {self.source.id})

    @property
    def headline(self) -> str:
        return self.translation.headline or self.article.headline

    @property
    def standfirst(self) -> Inline:
        return self.translation.passage("standfirst") or NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a listing shows of a publication."""

    key: str
    language: str
    path: str
    headline: str
    standfirst: str
    section: str | None
    source_id: str
    source_name: str
    source_language: str
    published: datetime  #: by us
    dated: datetime  #: by the source, or arrival
    updated: datetime
    verdict: Verdict
    gist: bool = False
    licence: Licence = Licence.FULL
    story_id: str | None = None
    sources: int = 1  #: that tell its story
    version: int = 0  #: of the publication: grows with whatever its page or its feed entry shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """A correction or a withdrawal, as the page that lists them shows it."""

    when: datetime
    kind: str  #: of the note
    headline: str = ""  #: "": it must not be named any more
    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRate:
    """What has become of the translations from one language."""

    source: str  #: the language, without a region
    passed: int  #: published, every sentence passed
    marked: int  #: published with a stronger notice
    gist: int  #: published as a rough translation
    held: int
    engines: tuple[str, ...] = ()  #: ids, most used first


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How an edition has done in the last days: told to readers."""

    since: datetime
    published: int
    held: int
    corrected: int
    withdrawn: int
    median: timedelta | None = None  #: from the source's publication to ours: half of the articles within this
    most: timedelta | None = None  #: nine in ten within this
    pairs: tuple[PairRate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What several articles of an edition are about (``text.topics``)."""

    name: str  #: the same in every language, fit for a URL
    label: str  #: in the edition's words, or the source's
    stories: int = 0  #: how many listed articles


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Cards on one page: the front page, a section, a source, a topic, a day."""

    kind: str  #: ``front`` | ``section`` | ``source`` | ``topic`` | ``day``
    name: str  #: what it lists: section name, source id, topic name, ISO date, or ""
    path: str  #: ``fr/``, ``fr/section/sports/``
    cards: tuple[Card, ...]
    title: str = ""
    older: str | None = None  #: path of the next older page (a day archive): listings never shift


@dataclass(frozen=True, slots=True)
class File:
    """One file of the site."""

    path: str  #: relative, forward slashes, no leading slash; allow-listed letters only
    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something a person or another machine may want to be told."""

    kind: str  #: ``published`` | ``corrected`` | ``withdrawn``, an AlertKind, or one with ``-over``
    when: datetime
    subject: str  #: path, feed address, engine
    text: str
    language: str = ""


class AlertKind(StrEnum):
    """What a person has to be told of, once until it is over."""

    FEED_DEAD = "feed-dead"  # gone for good, or failing for longer than a day or so
    EDITION_SILENT = "edition-silent"  # it used to bring out stories, and does not any more
    BUDGET_NEAR = "budget-near"  # an engine's budget is nearly spent
    SOURCE_ASIDE = "source-aside"  # its pages look different all at once; nothing of it is published
    QUEUE_LATE = "queue-late"  # stories wait for too long to be read, translated or published
    BUG = "bug"  # our own code broke on an item


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that needs a person. The same kind and subject are the same alert, whatever its text says meanwhile."""

    kind: AlertKind
    subject: str  #: address of a feed, language of an edition, name of an engine, id of a source, job that is late
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """Whether the desk is at work, in the few figures that cost nothing."""

    polled: datetime | None = None  #: when a feed was asked last
    due: datetime | None = None  #: since when the longest waiting feed is to be asked
    oldest: Mapping[str, datetime] = field(default_factory=dict)  #: job (take, translate ...) -> since when its oldest item waits


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The state of affairs in figures, for metrics and alerts."""

    pulse: Pulse
    feeds: Mapping[str, int]  #: well, failing, retired, new -> feeds
    entries: Mapping[str, int]  #: EntryState -> entries
    translations: Mapping[tuple[str, str], int]  #: TranslationState, edition -> translations
    queue: Mapping[str, int]  #: job -> items that wait for it
    held: Mapping[tuple[str, str], int]  #: reason, pair -> translations
    passed: Mapping[str, int]  #: pair -> translations that are ready or published
    stories: Mapping[str, int]  #: edition -> stories on the site
    last: Mapping[str, datetime]  #: edition -> when it brought out its last new story
    aside: tuple[tuple[str, str], ...] = ()  #: sources that are set aside, and why
    bugs: int = 0
    letters_given_up: int = 0


# ---------------------------------------------------------------------------------------------- the people at the desk


class Role(StrEnum):
    """What a person may do at the desk; each may do what the one before may."""

    READER = "reader"  # look at everything
    EDITOR = "editor"  # decide about stories: correct, publish, hold, retry, take down, close reports
    ADMIN = "admin"  # change feeds and glossary

    def may(self, least: Role) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(least)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in at the desk."""

    name: str
    role: Role
    made: datetime
    signed_in: datetime | None = None  #: last

    def __post_init__(self) -> None:
        check_aware(made=self.made, signed_in=self.signed_in)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A script's key to the desk; what it opens with is never kept."""

    label: str
    account: str  #: whose it is: it goes with the account
    role: Role
    made: datetime
    used: datetime | None = None

    def __post_init__(self) -> None:
        check_aware(made=self.made, used=self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One translation as a person takes it up."""

    task: Task  #: its revision and edition, and what was made of it: ``previous``
    translation: Translation
    state: TranslationState
    on_site: bool  #: readers see it now
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """A line of a list of translations, for people."""

    key: str
    language: str
    state: TranslationState
    headline: str  #: ours, where there is one
    original: str  #: the source's
    source_id: str
    source_name: str
    dated: datetime
    verdict: str = ""
    reason: str = ""  #: of the verdict, or of the failure
    engine: str = ""
    made: datetime | None = None
    path: str | None = None
    on_site: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A line of a feed's list: what it announced and what came of it."""

    entry: Entry
    state: EntryState
    dated: datetime
    failure: str = ""
    article: Article | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """What a feed has brought since some time."""

    announced: int = 0
    taken: int = 0
    failed: int = 0
    translations: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What an engine has made for an edition since some time."""

    engine: str
    language: str
    made: int
    marked: int
    held: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A page that reads otherwise than when it first came out, or is gone."""

    key: str
    language: str
    headline: str
    path: str
    when: datetime
    withdrawn: bool
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What a person did at the desk."""

    when: datetime
    who: str
    what: str  #: one word: ``corrected``, ``held``, ``added feed``
    subject: str  #: key of a story, address of a feed, name of a term
    text: str = ""

    def __post_init__(self) -> None:
        check_aware(when=self.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a reader looks for in an edition."""

    language: str
    words: str
    section: str = ""  #: "": any
    source_id: str = ""
    source_language: str = ""
    first: str = ""  #: ISO date, on the edition's clocks
    last: str = ""
    newest: bool = False  #: newest first, and not what fits best
    size: int = 10
    skip: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A page that was found."""

    card: Card
    text: str  #: what it shows after its headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Some of the pages that were found, and how many there are (counted up to about a thousand)."""

    hits: tuple[Hit, ...]
    total: int


class ReportReason(StrEnum):
    """What a reader finds wrong with a page."""

    MEANING = "meaning"  # the translation says something else than the original
    FACT = "fact"  # a number, a name or a date is another one
    LANGUAGE = "language"  # it cannot be understood, or is bad style
    DISPLAY = "display"  # something is missing, or does not belong there
    RIGHTS = "rights"  # it should not be here
    OTHER = "other"


class ReportState(StrEnum):
    """open ──a person has looked into it──> closed"""

    OPEN = "open"  # it waits for a person
    CLOSED = "closed"  # a person has said what was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a reader says is wrong with a page. Nothing tells who it was but what he gave as ``contact``, and that goes with closing."""

    key: str  #: of the article
    language: str
    title: str  #: the headline as the reader saw it
    path: str
    reason: ReportReason
    when: datetime
    sentence: str = ""  #: the one that is meant, as the reader saw it
    words: str = ""  #: the reader's own
    contact: str = ""
    state: ReportState = ReportState.OPEN
    answer: str = ""  #: what was done
    closed: datetime | None = None
    number: int = 0  #: given by the store

    def __post_init__(self) -> None:
        check_aware(when=self.when, closed=self.closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An event on its way to one receiver."""

    id: int
    receiver: str  #: a name of ``[notify]``
    event: Event
    attempts: int = 0  #: that have failed


def utc_now() -> datetime:
    """The wall clock, aware. Called at the top of a program only; everything below takes ``now`` as an argument."""
    return datetime.now(UTC)
