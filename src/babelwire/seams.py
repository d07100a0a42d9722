"""The Protocols behind which implementations are exchanged, on one page: longer than other rooms for that reason.

Each has a real implementation and a fake one that is shipped (``fetchers/replay``, ``engines/echo``, SQLite at
``:memory:``, ``publishers/memory``, ``notifiers/memory``), and one contract test class in ``tests/contract`` that runs
against all. ``desk`` and ``translate`` know only this page. Extraction, parsing, rendering and checking are no seams:
there is one way to do each, so they are functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from babelwire.errors import FetchError
from babelwire.model import (
    Account,
    Alert,
    Amendment,
    Arrival,
    Article,
    Ask,
    Assignment,
    Breaker,
    Caching,
    Card,
    Case,
    Change,
    Context,
    Deed,
    EngineKind,
    Entry,
    Event,
    Feed,
    FeedState,
    Figures,
    File,
    Flow,
    Found,
    Hypothesis,
    Latency,
    Lead,
    Letter,
    Limit,
    Markup,
    Note,
    Output,
    Page,
    Pair,
    Print,
    Publication,
    Pulse,
    Query,
    Rates,
    Remembered,
    Report,
    ReportState,
    Revision,
    Role,
    Sample,
    Source,
    Spending,
    Task,
    Telling,
    Term,
    Token,
    Topic,
    Translation,
    Watch,
    Yield,
)


class Fetcher(Protocol):
    """The one choke point of every outgoing request: feeds, pages, pictures, robots.txt, hubs."""

    def get(self, url: str, caching: Caching | None = None, *, robots: bool = True) -> Page | None:
        """The complete answer for ``url``; None when the server says it has not changed (304). ``robots``: see ``Ask``.

        Raises FetchError (AddressRefused, RobotsRefused, Gone); ``retry_after`` is set where the server named a time.
        A truncated, oversized or undecodable answer is an error, never a short Page.
        """
        ...

    def get_many(self, asks: Sequence[Ask]) -> Iterator[tuple[Ask, Page | FetchError | None]]:
        """As ``get`` for many addresses at once, polite per host; answers come as they arrive, one for each ask."""
        ...

    def close(self) -> None: ...


class TranslationEngine(Protocol):
    """Translates plain text. May be called from several threads.

    ``texts`` and answers are plain, unescaped text. With ``markup`` NATIVE texts may hold the marker characters of
    ``text.inline`` (one private-use character opens a span, one closes it, one stands for an atom that must come through
    untouched), and the answer holds the same ones around the words that correspond.
    """

    @property
    def id(self) -> str:
        """Name and version, part of every memory key: ``apertium 3.8.3 eng-spa``."""
        ...

    @property
    def kind(self) -> EngineKind: ...

    @property
    def markup(self) -> Markup: ...

    @property
    def pairs(self) -> frozenset[Pair]:
        """What it serves, base language tags (``en``, ``pt``)."""
        ...

    def translate(self, texts: Sequence[str], pair: Pair, context: Context) -> list[Hypothesis]:
        """One hypothesis for each text, in order; batch is the base case.

        Raises PairError, QuotaError, EngineDied, EngineError. An empty answer to a text that is not empty, or one that was
        cut short, is an EngineError: never a blank, never the source.
        """
        ...

    def close(self) -> None: ...


class Ledger(Protocol):
    """What engines are asked for, counted before they are asked."""

    def spend(self, wanted: Spending, limits: Sequence[Limit]) -> tuple[Limit, Spending] | None:
        """Count this, and return None, if every limit has room for it. Else count nothing, and return the first limit that has
        not, with what is spent of it. Asked before the engine is: nothing that was paid for is ever uncounted."""
        ...

    def settle(self, difference: Spending) -> None:
        """Add what an engine took more than was counted before, or (negative) less."""
        ...

    def spent(self, day: str) -> list[Spending]:
        """All that was counted in a day, by engine and feed."""
        ...


class Breakers(Protocol):
    """The health of engines, shared by all processes of a desk."""

    def breaker(self, engine: str) -> Breaker:
        """How an engine fares; one that nobody has complained of is well."""
        ...

    def breakers(self) -> list[Breaker]:
        """Those of all engines that are not well."""
        ...

    def turn_breaker(self, engine: str, turn: Callable[[Breaker], Breaker]) -> Breaker:
        """Make a breaker what ``turn`` makes of it, while nobody else can change it; returns that."""
        ...


class Latencies(Protocol):
    """How long engines take, added up over all processes of a desk."""

    def add_latency(self, some: Latency) -> None: ...

    def latencies(self) -> list[Latency]:
        """Of all engines, by name."""
        ...


class Store(Ledger, Breakers, Latencies, Protocol):
    """Rows are the hand-over between jobs: each method is one transaction, so every job may be killed and run again."""

    # -- feeds
    def sync(self, sources: Sequence[Source], feeds: Sequence[Feed], now: datetime) -> None:
        """Make the stored sources and feeds those of the configuration; state of known feeds is kept, of absent ones too."""
        ...

    def sources(self) -> dict[str, Source]: ...

    def source(self, source_id: str) -> Source:
        """One of them. Raises KeyError."""
        ...

    def feed_states(self) -> list[FeedState]:
        """Every configured feed with its state, in the order of their addresses."""
        ...

    def due_feeds(self, now: datetime, limit: int) -> list[FeedState]:
        """Configured feeds that are due and not retired, longest due first."""
        ...

    def record_poll(
        self, states: Sequence[FeedState], found: Sequence[Entry] = (), changed: Sequence[Entry] = (), *, now: datetime
    ) -> None:
        """Keep what polls brought, all in one transaction. ``found`` are new entries (a key already known is left alone);
        ``changed`` ones get their new text and go back to ``found`` so that their page is read again now."""
        ...

    def known(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Those of ``keys`` that are known, each with the digest of its entry as last seen."""
        ...

    def announced(self, source_id: str, ids: Sequence[str]) -> Mapping[str, str]:
        """Those of a feed's own ids under which this source has announced something: id -> key, the newest where an id was
        used again. Other sources' ids are never looked at."""
        ...

    # -- articles
    def claim_entries(self, now: datetime, limit: int, lease: timedelta) -> list[tuple[Entry, Revision | None, int]]:
        """Entries whose page is to be read now (new, changed, due for a second look), breaking ones first, then the newest, fair
        between feeds; nobody else gets them until the lease runs out. With each its latest revision, if there is one, and how
        many attempts have failed in a row (``set_entry`` with a ``next_try`` counts one; ``add_revision`` sets it back to 0)."""
        ...

    def add_revision(
        self,
        article: Article,
        sketch: Sequence[int],
        languages: Sequence[str],
        *,
        story: str,
        twin: bool = False,
        marks: Sequence[int] = (),
        revisit: datetime | None,
        now: datetime,
        assignments: Mapping[str, Assignment] = MappingProxyType({}),
    ) -> Revision | None:
        """Keep what a page says and ask for its translations, in one transaction. The same content as the latest revision
        makes no new one (returns None) and only moves the revisit time. An article that is withdrawn is left alone (None). A
        later revision stays in the story of the first. A ``twin`` of another article is not translated, and stays one: later
        revisions of it ask only for translations that are there already. ``marks``: what it names and counts (see ``kin``).
        ``assignments``: how, where an edition has anything to say."""
        ...

    def similar(self, sketch: Sequence[int], since: datetime) -> list[tuple[str, str, int]]:
        """(article key, story id, shared sketch values) of articles since then that share any of their smallest, most first."""
        ...

    def frequencies(self, marks: Sequence[int], since: datetime) -> tuple[int, Mapping[int, int]]:
        """How many articles there are since then, and in how many of them each of these marks was seen (unknown ones: none)."""
        ...

    def kin(self, marks: Sequence[int], since: datetime, limit: int = 60) -> list[tuple[str, str, str, tuple[int, ...]]]:
        """(article key, story id, language, all its marks) of articles since then that share any of these marks, most first."""
        ...

    def tellings(self, story: str, language: str) -> list[Telling]:
        """Who tells a story, oldest first, each with the edition's page of it where there is one; not what is gone."""
        ...

    def entry(self, key: str) -> Entry | None:
        """What the feed said last of it, or None."""
        ...

    def article(self, key: str) -> Article | None:
        """What the page of that entry said last, or None."""
        ...

    def set_entry(self, key: str, *, failure: str, next_try: datetime | None, state: str, now: datetime) -> None:
        """Write down that an entry's page could not be used: ``state`` is an EntryState value."""
        ...

    def withdraw(self, key: str, reason: str, now: datetime, *, forever: bool = False) -> None:
        """The article is gone: its publications are to be taken down. ``forever``: no poll ever brings it back."""
        ...

    def prints(self, keys: Sequence[str]) -> Mapping[str, Sequence[Print]]:
        """The pictures of these articles that were fetched or could not be, by article."""
        ...

    def set_prints(self, key: str, made: Sequence[Print], now: datetime) -> None:
        """Keep what became of an article's pictures; one at the same address is replaced."""
        ...

    def forget_prints(self, key: str) -> None: ...

    def validators(self, keys: Sequence[str]) -> Mapping[str, Caching]:
        """The validators that came with the pages of these entries when they were read last."""
        ...

    def set_validators(self, given: Mapping[str, Caching]) -> None:
        """Keep them, by entry."""
        ...

    def watch(self, source_id: str) -> Watch:
        """What extraction has made of the source's pages lately, newest first, and whether the source is set aside."""
        ...

    def set_watch(self, source_id: str, new: Sample, judge: Callable[[Watch, Sample], str], now: datetime) -> str:
        """Keep what was made of one more page. ``judge`` is told what there was before, and gives the reason for which the source
        is set aside from here on, or stays so; empty: it is well, and what had waited (``set_entry`` with the state "aside") is
        read again now. Returns the reason."""
        ...

    def accept(self, source_id: str, now: datetime) -> int | None:
        """A source that is set aside is well as it is now: what it was like before is forgotten, and what had waited is read
        again. Returns how many articles that are; None where the source is not set aside."""
        ...

    # -- translations
    def claim_tasks(self, now: datetime, limit: int, lease: timedelta) -> list[Task]:
        """Translations to be made now: breaking ones first, then the newest article; leased like entries."""
        ...

    def flow(self, now: datetime) -> Flow:
        """What is to be read, translated or published now."""
        ...

    def add_translation(self, translation: Translation, *, card: Card, note: Note | None, now: datetime) -> None:
        """Keep a finished translation; its verdict decides whether it is ready or held. A task that was made anew
        meanwhile (a newer revision) is left waiting."""
        ...

    def held(self, key: str) -> list[tuple[Task, Translation]]:
        """What is held of an article, edition by edition: the task, and what was made of it."""
        ...

    def set_task(self, key: str, language: str, *, failure: str, next_try: datetime | None, now: datetime, tried: bool = True) -> None:
        """Write down that a translation could not be made; without ``next_try`` it is set aside as failed. ``tried``: this counts
        as an attempt; one that waits for an engine or a budget has not been tried."""
        ...

    def recall(self, keys: Sequence[str]) -> Mapping[str, Remembered]:
        """From the translation memory, by memory key."""
        ...

    def remember(self, items: Mapping[str, Remembered], now: datetime, *, again: bool = False) -> None:
        """Add checked sentences to the translation memory; one under the same key is replaced. ``again``: an engine would say them
        again, so the disk need not be waited for."""
        ...

    def known_names(self, names: Sequence[str], pair: Pair) -> Mapping[str, str]:
        """How these names are written in the other language: as a person said, else as most stories say, if two or more say
        so, no other way is as frequent, and few leave the name as it is. Base language tags."""
        ...

    def add_names(self, key: str, pair: Pair, names: Mapping[str, str], now: datetime) -> None:
        """How an article's checked translation writes names: name -> rendering. A story has one say for each, its latest; with
        an empty ``key`` it is a person who says so."""
        ...

    # -- publication
    def to_publish(self, language: str, limit: int, *, urgent: bool = False) -> list[Publication]:
        """Publications to bring out (ready) or to take down (withdrawing) in this edition, and those whose links to siblings and
        related stories are not right any more; breaking ones first, then those that wait longest. From here on they count as
        perhaps on the site, and keep their path. ``urgent``: only what is breaking, corrected or withdrawn."""
        ...

    def publication(self, key: str, language: str) -> Publication | None: ...

    def mark_published(
        self, publications: Sequence[Publication], now: datetime, receivers: Sequence[str] = (), *, search: bool = True
    ) -> None:
        """These are on the site as given here (or off it, where withdrawn), ``published`` as given when it is the first time. One
        that has changed meanwhile stays to be published. What of it is news waits for each of the receivers from here on. ``search``:
        readers can find it by its words; else nobody searches, and it waits for ``index``."""
        ...

    def index(self) -> int:
        """Make pages that are on the site and were brought out without ``search`` findable; returns how many these were."""
        ...

    def unindexed(self) -> int:
        """How many such pages there are."""
        ...

    def claim_letters(self, now: datetime, limit: int, lease: timedelta) -> list[Letter]:
        """News to be delivered now, longest due first; leased like entries."""
        ...

    def set_letter(self, letter: Letter, *, failure: str = "", next_try: datetime | None = None) -> None:
        """Without a failure: it was delivered. With one: it is tried again then, or, without ``next_try``, given up."""
        ...

    def cards(
        self,
        language: str,
        *,
        section: str | None = None,
        source_id: str | None = None,
        topic: str | None = None,
        day: str | None = None,
        before: datetime | None = None,
        limit: int = 30,
    ) -> list[Card]:
        """Published cards of an edition, newest first."""
        ...

    def sections(self, language: str) -> list[tuple[str, int]]:
        """Sections of an edition with the number of their stories, most first."""
        ...

    def topics(self, language: str, names: Sequence[str] | None = None, limit: int = 200) -> list[Topic]:
        """Topics of an edition, all or these, most stories first."""
        ...

    def amendments(self, language: str, limit: int = 100) -> list[Amendment]:
        """Corrections and withdrawals in an edition, newest first. What is withdrawn has neither headline nor path."""
        ...

    def rates(self, language: str, since: datetime) -> Rates:
        """How an edition has done since then: of its newest few thousand translations, so that it costs the same every time."""
        ...

    # -- for people
    def overview(self, now: datetime) -> Mapping[str, object]:
        """Counts by state, oldest waiting item, failing feeds, held reasons: what ``babelwire status`` prints."""
        ...

    def history(self, address: str) -> Mapping[str, object] | None:
        """Everything about one item, found by key, source link, canonical address or path on our site."""
        ...

    def retry(self, address: str | None, now: datetime) -> int:
        """Bring failed and held items (one, or all) back to be tried again; returns how many."""
        ...

    def set_bug(self, kind: str, key: str, traceback: str, now: datetime) -> None:
        """Write down that our own code broke on an item (``feed``, ``entry``, ``task``, ``edition``, ``screen``): ``overview`` counts it
        until the item passes or is retried."""
        ...

    def pulse(self, now: datetime) -> Pulse: ...

    def figures(self, now: datetime) -> Figures: ...

    def published_since(self, since: datetime) -> list[tuple[str, str, datetime, datetime]]:
        """(key, edition, date by the source or arrival, first published) of stories first published since then."""
        ...

    def set_alerts(self, found: Sequence[Alert], receivers: Sequence[str], now: datetime) -> list[Event]:
        """What needs a person at this moment. An alert that is new is told to the receivers, and one that has not been found for a
        while is over, which is told as well. Returns what was told."""
        ...

    def alerts(self) -> list[tuple[Alert, datetime]]:
        """Those that are not over, with the moment they began; newest first."""
        ...

    # -- for keeping
    def backup(self, path: Path) -> None:
        """A whole copy of the store in a new file, while others go on writing. Raises StoreError where the file exists."""
        ...

    def check(self) -> list[str]:
        """What is wrong with the stored data, in words; empty when all is well."""
        ...

    def close(self) -> None: ...


class Accounts(Protocol):
    """The people at the desk: who they are, which browsers and scripts they use, who has tried to be them. Secrets come in as
    digests; nothing in here opens anything."""

    def add_account(self, name: str, role: Role, password: str, now: datetime) -> None:
        """``password`` is its argon2 hash. Raises StoreError where the name is taken."""
        ...

    def accounts(self) -> list[Account]: ...

    def account(self, name: str) -> Account | None: ...

    def password_of(self, name: str) -> str | None:
        """The hash, or None where there is no such account."""
        ...

    def set_password(self, name: str, password: str) -> bool:
        """Ends every session, forgets every browser and failed attempt. False: no such account."""
        ...

    def set_role(self, name: str, role: Role) -> bool: ...

    def remove_account(self, name: str) -> bool:
        """With its sessions, browsers and tokens; what it did stays in the log."""
        ...

    def open_session(self, name: str, digest: str, *, until: datetime, now: datetime) -> None:
        """The account has signed in; sessions that are over are swept away."""
        ...

    def session(self, digest: str, *, idle: timedelta, now: datetime) -> Account | None:
        """Whose session that is, unless it is over or nobody has used it for ``idle``. Being asked for counts as use."""
        ...

    def end_session(self, digest: str) -> None: ...

    def know_browser(self, name: str, digest: str, *, until: datetime) -> None: ...

    def knows_browser(self, name: str, digest: str, now: datetime) -> bool:
        """Has the account signed in in this browser before?"""
        ...

    def add_token(self, made: Token, digest: str) -> None:
        """Raises StoreError where the label is taken, or there is no such account."""
        ...

    def token(self, digest: str, now: datetime) -> Token | None:
        """Whose key that is. Being asked for counts as use. Its role is never more than its account's."""
        ...

    def tokens(self) -> list[Token]: ...

    def remove_token(self, label: str) -> bool: ...

    def failures(self, subjects: Sequence[str]) -> Mapping[str, tuple[int, datetime]]:
        """How often each of these has failed to sign in since it last did, and when last."""
        ...

    def count_failure(self, subjects: Sequence[str], now: datetime) -> None: ...

    def forgive(self, subjects: Sequence[str]) -> None: ...


class Deeds(Protocol):
    """The log of what people did."""

    def add_deed(self, made: Deed) -> None: ...

    def deeds(self, *, who: str = "", what: str = "", subject: str = "", limit: int = 100, before: datetime | None = None) -> list[Deed]:
        """Newest first."""
        ...


class Terms(Protocol):
    """What the commands for glossary, memory and names need of the store: all of it, in order, and to ask for translations again."""

    def made_tasks(self) -> Iterator[Task]:
        """Every article that has been translated, as the task that would make it again, with what was made; newest first."""
        ...

    def ask_again(self, keys: Sequence[tuple[str, str]], why: str, now: datetime) -> int:
        """Translations (article key, edition) to be made again; what is on the site stays until they are. Returns how many."""
        ...

    def memories(self, pair: Pair | None = None) -> Iterator[Remembered]:
        """The translation memory, oldest first."""
        ...

    def names(self, pair: Pair | None = None) -> list[tuple[Pair, str, str, int, bool]]:
        """What is known of names: pair, name, rendering, how many stories say so, and whether a person does."""
        ...

    def forget_name(self, name: str, pair: Pair) -> int:
        """Forget all that was said of a name. Returns how many rows that were."""
        ...

    def add_glossary(self, version: str, terms: Sequence[Term], now: datetime) -> None:
        """Keep a version of the glossary; one that is there already is left alone."""
        ...

    def glossaries(self) -> list[tuple[str, datetime, tuple[Term, ...]]]:
        """The versions of the glossary that were ever applied, newest first."""
        ...


class Catalogue(Protocol):
    """What people look through: lists with filters, read only."""

    def leads(
        self, *, state: str = "", language: str = "", source: str = "", engine: str = "", reason: str = "", limit: int = 50, skip: int = 0
    ) -> list[Lead]:
        """Translations, newest article first. ``reason`` is the beginning of the reason why one is held or has failed."""
        ...

    def arrivals(self, feed_url: str, limit: int) -> list[Arrival]:
        """What a feed announced last, each with its article as last read."""
        ...

    def yields(self, since: datetime) -> Mapping[str, Yield]:
        """What each feed has brought, by its address."""
        ...

    def output(self, since: datetime) -> list[Output]: ...

    def changes(self, limit: int) -> list[Change]:
        """Corrected, held back and withdrawn pages, newest first."""
        ...

    def denials(self) -> list[tuple[str, str, datetime]]:
        """What was taken down for good: key or address, reason, when."""
        ...


class Corrections(Protocol):
    """A person's word about a translation."""

    def case(self, key: str, language: str) -> Case | None:
        """A translation that was made, whether it is held, ready or on the site."""
        ...

    def amend(self, made: Translation, *, card: Card, note: Note | None, now: datetime) -> bool:
        """Keep what a person has made of a translation; its verdict decides whether it goes out or is held, off the site. Where
        another translation is asked for meanwhile, only the page is changed. False: it is gone."""
        ...

    def retry_some(self, kind: str, reason: str, now: datetime) -> int:
        """Bring all back that are ``held``, ``failed`` or ``unread`` for a reason that begins so; returns how many."""
        ...

    def read_again(self, key: str, now: datetime) -> bool:
        """Have an entry's page read with the next round. False: it is gone."""
        ...

    def ask_feed(self, url: str, now: datetime) -> None:
        """Have a feed asked with the next round, whatever had been planned."""
        ...


class Search(Protocol):
    """Finding pages by their words."""

    def search(self, query: Query) -> Found:
        """Pages on the site that have all words of the query, in whatever form; what stands in quotation marks, as it stands there.
        No query is an error: one without words finds nothing."""
        ...


class Reports(Protocol):
    """What readers say is wrong with pages."""

    def add_report(self, made: Report) -> int:
        """Keep it. Returns its number."""
        ...

    def reports(self, state: ReportState | None = ReportState.OPEN, *, limit: int = 100, before: int | None = None) -> list[Report]:
        """Newest first; None: in any state. ``before``: only those with a smaller number."""
        ...

    def open_reports(self) -> int:
        """How many wait for a person."""
        ...

    def close_report(self, number: int, answer: str, now: datetime) -> bool:
        """A person has looked into it; what the reader gave to be reached by is forgotten. False: it is not open."""
        ...


class ReaderStore(Store, Search, Reports, Protocol):
    """All that answering a reader works with."""


class DeskStore(Store, Accounts, Deeds, Catalogue, Corrections, Terms, Reports, Protocol):
    """All that the desk in the browser works with."""


class Publisher(Protocol):
    """Where the site's files go. Each file appears whole."""

    def put(self, files: Sequence[File]) -> None:
        """Write files in the order given: articles before the listings that link to them. Raises PublishError."""
        ...

    def remove(self, paths: Sequence[str]) -> None:
        """Take files away, in the order given. One that is not there is no error."""
        ...

    def read(self, path: str) -> bytes | None:
        """The body of a published file, or None."""
        ...


class Notifier(Protocol):
    """Tells somebody outside: a hub, a webhook, a chat."""

    def tell(self, event: Event) -> None:
        """Deliver, or raise NotifyError."""
        ...


Progress = Callable[[str, int, int], None]  # what, done, of how many
