"""The desk's jobs: poll, take, translate, publish, tell. THE file to read.

    poll       due feeds ──fetch──parse──screen──> new entries                                    [found]
    take       entries ──fetch the page──extract──group──> a revision, and a task for each edition [taken]
    translate  tasks ──ladder──check──verdict──> a translation                              [ready | held]
    publish    ready and withdrawn ──render──put──> pages, listings, feeds, sitemap            [published]
    tell       what of it is news ──> hubs, webhooks, channels                                 [letters]

Rows are the hand-over: each job reads rows and writes rows, may run twice, may be killed anywhere, may run alone. A
correction runs the same way: a page that has changed makes a new revision, and its unchanged sentences come out of the
memory. This file alone catches, one item at a time and BabelwireError only, and writes the failure on the item's row;
anything else is a bug, and is written down as one (``Store.set_bug``) so that the run goes on and ``status`` exits 1.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from babelwire import alerts, budget, compose, decide, drift, group, modes, moves, render
from babelwire.budget import Budget
from babelwire.config import Alerts, Poll, Publish, Take
from babelwire.errors import BabelwireError, ExtractError, FetchError, Gone, RobotsRefused, SetAside
from babelwire.model import (
    Article,
    Ask,
    Caching,
    Card,
    Edition,
    Entry,
    EntryState,
    Feed,
    FeedState,
    Hints,
    Page,
    Revision,
    Source,
    Task,
    Translation,
    Verdict,
)
from babelwire.pictures import Album
from babelwire.render import Site
from babelwire.routing import Router
from babelwire.seams import Fetcher, Notifier, Publisher, Store
from babelwire.text import sections
from babelwire.translate import Translator

LEASE = timedelta(minutes=10)  #: what one job claims is free again after this, should the job have died


class Reader(Protocol):
    """Says what feeds say, in a limited worker process, or, as ``parse`` itself, in this one."""

    def feed(self, page: Page, of: Feed, now: datetime) -> tuple[Hints, tuple[Entry, ...]]: ...


class Extractor(Protocol):
    """Takes articles out of pages, in limited worker processes or in this one."""

    def article(self, page: Page, entry: Entry, source: Source, now: datetime) -> Article: ...

    def from_entry(self, entry: Entry, source: Source, now: datetime) -> Article: ...


@dataclass(slots=True)
class Done:
    """What a job did, for progress and for people."""

    items: int = 0
    failed: int = 0
    notes: list[str] = field(default_factory=list)

    def add(self, other: Done) -> None:
        self.items += other.items
        self.failed += other.failed
        self.notes += other.notes

    def fail(self, subject: str, error: Exception) -> None:
        self.failed += 1
        text = str(error)
        self.notes.append(text if subject in text else f"{subject}: {text}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A store, and those who work on it. Make one with ``babelwire.make.desk``."""

    store: Store
    fetcher: Fetcher
    reader: Reader
    extractor: Extractor
    translator: Translator
    publisher: Publisher
    album: Album
    notifiers: Mapping[str, Notifier]
    site: Site
    editions: tuple[Edition, ...]
    router: Router
    feeds: tuple[Feed, ...]
    poll_rules: Poll
    take_rules: Take
    translate_attempts: int
    publish_rules: Publish
    alert_rules: Alerts
    budget_rules: Budget = field(default_factory=Budget)
    entries: compose.Entries = field(default_factory=compose.Entries)
    pace: compose.Pace = field(default_factory=compose.Pace)
    turn: AbstractContextManager[Any] = field(default_factory=threading.RLock)  #: of publishing: what was made earlier comes out earlier
    strict: bool = False  #: raise on bugs instead of writing them down (tests)

    # ------------------------------------------------------------------------------------------ poll

    def poll(self, now: datetime, limit: int | None = None) -> Done:
        """Ask the feeds that are due, and keep what is new in them."""
        done = Done()
        due = moves.by_address(self.store.due_feeds(now, limit or self.poll_rules.batch))
        asks = [Ask(url=address, caching=some[0].caching, robots=False) for address, some in due.items()]
        states: list[FeedState] = []
        failed: list[moves.Failed] = []
        for ask, answer in self.fetcher.get_many(asks) if asks else ():
            for state in due[ask.url]:
                done.items += 1
                if answer is None:
                    states.append(decide.after_answer(state, None, Hints(), 0, now, self.poll_rules))
                    continue
                with _guard(self, done, "feed", state.feed.url, now) as item:
                    if isinstance(answer, FetchError):
                        raise answer
                    self._read_feed(state, answer, now)
                if item.error is not None:
                    failed.append(moves.failed(state, item.error, answer))
        self.store.record_poll([*states, *moves.after(failed, now, self.poll_rules)], now=now)
        return done

    def _read_feed(self, state: FeedState, page: Page, now: datetime) -> None:
        """One changed feed: parse, screen, keep; all in one transaction."""
        if decide.body_hash(page) == state.body_hash:  # servers that never say 304
            after = decide.after_answer(state, page, Hints(), 0, now, self.poll_rules)
            self.store.record_poll([moves.noticed(after, page, True, now)], now=now)
            return
        hints, entries = self.reader.feed(page, state.feed, now)
        known = self.store.known([e.key for e in entries])
        ours = bool(known or (page.permanent and self.store.announced(state.feed.source_id, [e.id for e in entries])))
        moves.check(state, page, ours)
        screened = decide.screen(entries, known, now, self.poll_rules)
        found, changed = ([self.router.announced(e) for e in some] for some in (screened.found, screened.changed))
        news = len(found) + len(changed)
        after = moves.noticed(decide.after_answer(state, page, hints, news, now, self.poll_rules), page, ours, now)
        named = self.store.announced(state.feed.source_id, [e.id for e in screened.tombstones])
        for key in (*(e.key for e in screened.withdrawn), *named.values()):  # first: the next poll may answer "not modified"
            self.store.withdraw(key, "the source's feed says it is withdrawn", now)
        self.store.record_poll([after], found, changed, now=now)

    # ------------------------------------------------------------------------------------------ take

    def take(self, now: datetime, limit: int = 20) -> Done:
        """Read the pages of entries and keep the articles that are on them."""
        done = Done()
        sources = self.store.sources()
        claims = self.store.claim_entries(now, limit, LEASE)
        asks = decide.asks(claims, self.store.validators([e.key for e, latest, _ in claims if latest]))
        answers = self.fetcher.get_many(asks) if asks else ()
        pages = moves.pages({ask.url: answer for ask, answer in answers}, now)
        read: dict[str, Caching] = {}
        for entry, latest, failed in claims:
            done.items += 1
            page = pages.get(entry.link or "")
            with _guard(self, done, "entry", entry.key, now) as item:
                if self._take_one(entry, latest, page, sources[entry.source_id], now) and isinstance(page, Page):
                    read[entry.key] = page.caching
            if item.error is not None:
                self._not_taken(entry, item.error, failed, now)
        self.store.set_validators(read)
        return done

    def _take_one(self, entry: Entry, latest: Revision | None, page: Page | FetchError | None, source: Source, now: datetime) -> bool:
        """Returns whether the page was one to be kept."""
        if isinstance(page, Gone):
            self.store.withdraw(entry.key, "the source has withdrawn the page (410)", now)
            return False
        if isinstance(page, FetchError) and not isinstance(page, RobotsRefused):
            raise page
        # Where it is closed to us, or there is no page at all, the feed's own text may be used.
        if page is None and entry.link and latest:  # not modified
            article = latest.article
        elif isinstance(page, Page):
            article = self._read(page, entry, latest, source, now)
        else:
            article = self.extractor.from_entry(entry, source, now)
        self.album.gather(article, source, now)
        self._keep(article, entry, latest, now)
        return not article.from_feed

    def _read(self, page: Page, entry: Entry, latest: Revision | None, source: Source, now: datetime) -> Article:
        """What a page says. Raises SetAside where extraction suddenly makes something else of its source's pages."""
        try:
            article = self.extractor.article(page, entry, source, now)
        except ExtractError:
            self.store.set_watch(source.id, drift.failure(entry.key, now), drift.judge, now)
            raise
        if latest and latest.article.digest == article.digest:
            return article  # says nothing of what the source does now
        why = self.store.set_watch(source.id, drift.sample(article, now), drift.judge, now)
        if why and not article.from_feed:
            raise SetAside(source.id, why)
        return article

    def _keep(self, article: Article, entry: Entry, latest: Revision | None, now: datetime) -> None:
        """Group the article, store it and ask for its translations, as modes and routing rules say."""
        plan = self.router.plan(article, entry)
        if plan.dropped and latest is None:  # what was carried before is still corrected
            self.store.set_entry(entry.key, failure=plan.dropped, next_try=None, state=EntryState.PASSED, now=now)
            return
        place = group.place(article, self.store, now, again=latest is not None)
        carried = {} if place.twin else plan.assignments
        again = decide.revisit(latest.seen if latest else now, article.published, now, self.take_rules)
        sketch, marks = place.signature.sketch, place.signature.marks
        self.store.add_revision(
            article, sketch, list(carried), assignments=carried, story=place.story, twin=place.twin, marks=marks, revisit=again, now=now
        )  # fmt: skip

    def _not_taken(self, entry: Entry, error: BabelwireError, failed: int, now: datetime) -> None:
        again = None if isinstance(error, SetAside) else decide.next_try(failed, error, now, self.take_rules.attempts)
        state = EntryState.ASIDE if isinstance(error, SetAside) else EntryState.FAILED if again is None else EntryState.FOUND
        self.store.set_entry(entry.key, failure=str(error), next_try=again, state=state, now=now)

    # ------------------------------------------------------------------------------------------ translate

    def translate(self, now: datetime, limit: int = 4, progress: Callable[[Task], None] = lambda task: None) -> Done:
        """Make translations that are asked for; few at once, so that several translators share the last of them."""
        done = Done()
        for task in map(modes.narrowed, self.store.claim_tasks(now, limit, LEASE)):
            done.items += 1
            progress(task)
            subject = f"{task.revision.article.key} {task.language}"
            with _guard(self, done, "task", subject, now) as item:
                translation = modes.reviewed(self.translator.translate(task, now), task)
                note = decide.note(task, translation, now)
                self.store.add_translation(translation, card=self.card(task, translation, now), note=note, now=now)
                if translation.verdict is Verdict.HOLD:
                    done.notes.append(f"{subject}: held: {translation.reason}")
            if item.error is not None:
                again = decide.next_try(task.attempts, item.error, now, self.translate_attempts)
                key, tried = task.revision.article.key, not decide.waits(item.error)
                self.store.set_task(key, task.language, failure=str(item.error), next_try=again, now=now, tried=tried)
        return done

    def card(self, task: Task, translation: Translation, now: datetime) -> Card:
        """What listings will show. Its path is a proposal: the store keeps the first one an article was published under."""
        article = task.revision.article
        source = self.store.source(article.source_id)
        edition = next(e for e in self.editions if e.language == task.language)
        headline = translation.headline or article.headline
        allowed = render.lesser(source.licence, modes.narrowed(task, translation).revision.article.licence)
        path = render.path(edition.language, now, headline, article.key, original=article.headline, time_zone=edition.time_zone)
        return Card(
            key=article.key, language=task.language, path=path, headline=headline, standfirst=render.excerpt(translation, allowed),
            section=task.assignment.section or sections.of(article.section, *article.tags),
            source_id=source.id, source_name=source.name, source_language=article.language, published=now,
            dated=min(article.published or now, now), updated=now, verdict=translation.verdict, gist=translation.gist,
            licence=allowed,
        )  # fmt: skip

    # ------------------------------------------------------------------------------------------ publish

    def publish(self, tongue: str, now: datetime, limit: int = 200) -> Done:
        """Bring out what is ready in one edition, and take down what is withdrawn: only what has changed is written."""
        with self.turn:
            return self._publish(tongue, now, limit)

    def _publish(self, tongue: str, now: datetime, limit: int) -> Done:
        done = Done()
        edition = next(e for e in self.editions if e.language == tongue)
        publications = self.store.to_publish(tongue, limit, urgent=modes.quiet_until(edition, now) is not None)
        if not publications:
            return done
        with _guard(self, done, "edition", tongue, now):
            rules, read = self.publish_rules, self.publisher.read
            self.publisher.put(compose.articles(self.album.placed(publications), edition, self.site, self.store, rules, read))
            self.publisher.put(compose.listings(edition, self.site, publications, self.store, rules, read, now, self.entries))
            self.album.clear(publications)
            self.store.mark_published(publications, now, tuple(self.notifiers), search=self.site.search)
            done.items = len(publications)
        return done

    def publish_all(self, now: datetime) -> Done:
        """``publish`` for every edition."""
        total = Done()
        for edition in self.editions:
            total.add(self.publish(edition.language, now))
        with _guard(self, total, "edition", "figures", now):
            if self.pace.due(now, changed=total.items > 0):
                self.publisher.put(compose.figures(self.site, self.store, self.translator.quality, now))
        return total

    def release(self, address: str, now: datetime, *, languages: Collection[str] = (), failed: bool = False) -> int:
        """Let out what is held of an article for a person to read, in all editions or these; returns how many translations.

        ``failed``: also those that did not pass the checks. Nothing is published yet: ``publish`` does that.
        """
        item = self.store.history(address)
        held = self.store.held(str(item["key"])) if item else []
        chosen = [(task, made) for task, made in held if not languages or task.language in languages]
        chosen = [(task, made) for task, made in chosen if failed or made.reason.startswith(modes.REVIEW)]
        for task, made in chosen:
            out = modes.released(made)
            self.store.add_translation(out, card=self.card(task, out, now), note=decide.note(task, out, now), now=now)
        return len(chosen)

    def takedown(self, address: str, reason: str, now: datetime) -> Done | None:
        """Take an article off pages, feeds, listings, sitemaps and data, at once and for good: no poll brings it back.

        ``address``: its key, the source's link, or our path. None where there is no such article.
        """
        item = self.store.history(address)
        if item is None:
            return None
        self.store.withdraw(str(item["key"]), reason, now, forever=True)
        total = Done()
        while (done := self.publish_all(now)).items:  # pages that named it come out again without
            total.add(done)
        total.notes += self.tell(now).notes
        return total

    def publish_frame(self, now: datetime) -> None:
        """What no single story touches: style sheet, about pages, the list of editions, empty ones, what search does not find yet."""
        if self.site.search:
            self.store.index()
        self.publisher.put(compose.frame(self.site, self.store, self.feeds, self.publish_rules, self.translator.quality, now))

    # ------------------------------------------------------------------------------------------ tell

    def tell(self, now: datetime, limit: int = 50) -> Done:
        """Deliver the news that waits for its receivers; one that is down delays no other, and is tried again."""
        done = Done()
        for letter in self.store.claim_letters(now, limit, LEASE):
            done.items += 1
            with _guard(self, done, "letter", f"{letter.receiver} {letter.event.subject}", now) as item:
                if letter.receiver in self.notifiers:  # else it is not configured any more
                    self.notifiers[letter.receiver].tell(letter.event)
            again = decide.next_try(letter.attempts, item.error, now, decide.TELL_ATTEMPTS) if item.error else None
            self.store.set_letter(letter, failure=str(item.error or ""), next_try=again)
        return done

    def alert(self, now: datetime) -> Done:
        """Look whether anything needs a person; what is new, or over, goes to the receivers with the next ``tell``."""
        languages = [e.language for e in self.editions]
        spent = budget.accounts(self.budget_rules, self.store.spent(budget.day(now, self.budget_rules)), now)
        found = alerts.found(self.store.feed_states(), self.store.figures(now), languages, self.alert_rules, now, spent)
        told = self.store.set_alerts(found, self.alert_rules.to or tuple(self.notifiers), now)
        return Done(items=len(told), notes=[f"{e.kind}: {e.text}" for e in told])

    # ------------------------------------------------------------------------------------------ all of it

    def run(self, now: datetime, report: Callable[[str, Done], None] = lambda job, done: None) -> None:
        """Every job until there is nothing more to do at this moment."""
        report("poll", self.poll(now))
        for job in (self.take, self.translate, self.publish_all, self.alert, self.tell):
            while (done := job(now)).items:
                report(job.__name__.removesuffix("_all"), done)


# ---------------------------------------------------------------------------------------------- the small steps


class _guard:
    """Catches what may go wrong with one item: our errors are kept for the caller, anything else is a bug."""

    def __init__(self, desk: Desk, done: Done, kind: str, subject: str, now: datetime) -> None:
        self.desk, self.done, self.kind, self.subject, self.now = desk, done, kind, subject, now
        self.error: BabelwireError | None = None

    def __enter__(self) -> _guard:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if error is None:
            return False
        if isinstance(error, BabelwireError):
            self.error = error
            self.done.fail(self.subject, error)
            return True
        if self.desk.strict or not isinstance(error, Exception):
            return False
        self.desk.store.set_bug(self.kind, self.subject, "".join(traceback.format_exception(error)), self.now)
        self.error = BabelwireError(f"a bug of ours: {type(error).__name__}: {error}")
        self.done.fail(self.subject, self.error)
        return True
