"""What the store's tests put in: a source, a feed, entries, articles and translations, as the desk would make them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from babelwire.model import (
    Article,
    Block,
    BlockKind,
    Card,
    EngineKind,
    Entry,
    Feed,
    FeedState,
    Inline,
    Issue,
    Note,
    Origin,
    Pair,
    Passage,
    Publication,
    Remembered,
    Rendering,
    Revision,
    Segment,
    Severity,
    Source,
    Task,
    Translation,
    Verdict,
    replace,
)
from babelwire.seams import Store

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LEASE = timedelta(minutes=10)
HARBOUR = Source(id="harbour", name="The Harbour Post", homepage="https://harbour.example/", language="en", attribution="© Harbour")
VALLEY = Source(id="valley", name="Valley News", homepage="https://valley.example/", language="en")
FEED = Feed(url="https://harbour.example/feed", source_id="harbour", language="en")
OTHER = Feed(url="https://valley.example/feed", source_id="valley", section="local")


def minutes(count: float) -> datetime:
    return NOW + count * MINUTE


def entry(
    key: str = "one", *, feed: Feed = FEED, published: datetime | None = NOW, title: str = "Ferry runs again", **more: object
) -> Entry:
    said = Entry(
        key=key, feed_url=feed.url, source_id=feed.source_id, id=f"id-{key}", link=f"{feed.url}/{key}", title=title, published=published
    )
    return replace(said, **more)  # type: ignore[arg-type]


def article(key: str = "one", *, feed: Feed = FEED, text: str = "The ferry runs again.", **more: object) -> Article:
    page = Article(
        key=key,
        source_id=feed.source_id,
        url=f"{feed.url}/{key}",
        canonical_url=f"https://{feed.source_id}.example/{key}.html",
        headline=f"Ferry runs again ({key})",
        language="en",
        published=NOW,
        section="Local",
        blocks=(Block(kind=BlockKind.PARAGRAPH, inline=Inline(text)),),
    )
    return replace(page, **more)  # type: ignore[arg-type]


def remembered(target: str, score: float | None = None, **more: object) -> Remembered:
    return replace(Remembered(source="Ferry.", target=target, pair=Pair("en", "fr"), engine="echo 1", score=score), **more)  # type: ignore[arg-type]


def passage(place: str, source: str, target: str, issues: tuple[Issue, ...] = ()) -> Passage:
    segment = Segment("", Inline(source))
    return Passage(
        place=place,
        renderings=(Rendering(source=segment, target=Inline(target), origin=Origin.ENGINE, engine="echo 1", score=-0.25, issues=issues),),
    )


ISSUE = Issue(kind="numbers", severity=Severity.MAJOR, note="the source says 3, the translation 4", mqm="accuracy/number")


def translated(
    task: Task,
    *,
    verdict: Verdict = Verdict.PUBLISH,
    reason: str = "",
    gist: bool = False,
    headline: str = "",
    body: str | None = None,
    made: datetime = NOW,
) -> Translation:
    """A translation of the task: the same words, upside down as far as the store can tell."""
    page = task.revision.article
    places = [passage("headline", page.headline, headline or f"[{task.language}] {page.headline}")]
    places += [passage("block:0", page.text, body or f"[{task.language}] {page.text}", (ISSUE,) if verdict is Verdict.HOLD else ())]
    return Translation(
        key=page.key,
        revision=task.revision.number,
        pair=Pair(page.language, task.language),
        engine="echo 1",
        engine_kind=EngineKind.NONE,
        passages=tuple(places),
        made=made,
        verdict=verdict,
        gist=gist,
        reason=reason,
    )


def card(
    task: Task, made: Translation, now: datetime = NOW, *, path: str = "", section: str | None = "local", source: Source = HARBOUR
) -> Card:
    page = task.revision.article
    return Card(
        key=page.key,
        language=task.language,
        path=path or f"{task.language}/2026/11/24/ferry-{page.key}/",
        headline=made.headline,
        standfirst="",
        section=section,
        source_id=page.source_id,
        source_name=source.name,
        source_language=page.language,
        published=now,
        dated=page.published or now,
        updated=now,
        verdict=made.verdict,
    )


class Hand:
    """Walks items through a store the way the desk does."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.sync([HARBOUR, VALLEY], [FEED, OTHER], NOW)

    def announce(self, *keys: str, feed: Feed = FEED, now: datetime = NOW) -> None:
        state = replace(FeedState(feed=feed, due=now), polled=now)
        self.store.record_poll([state], [entry(key, feed=feed) for key in keys], now=now)

    def take(
        self,
        page: Article,
        languages: Sequence[str] = ("fr",),
        *,
        now: datetime = NOW,
        story: str = "",
        sketch: Sequence[int] = (),
        marks: Sequence[int] = (),
        twin: bool = False,
        revisit: datetime | None = None,
    ) -> Revision | None:
        return self.store.add_revision(
            page, sketch, languages, story=story or f"story-{page.key}", twin=twin, marks=marks, revisit=revisit, now=now
        )

    def tasks(self, now: datetime = NOW, limit: int = 100) -> dict[tuple[str, str], Task]:
        return {(t.revision.article.key, t.language): t for t in self.store.claim_tasks(now, limit, LEASE)}

    def translate(
        self, now: datetime = NOW, *, note: Note | None = None, section: str | None = "local", **more: object
    ) -> list[Translation]:
        """Every waiting task."""
        made = []
        for task in self.tasks(now).values():
            made.append(translated(task, made=now, **more))  # type: ignore[arg-type]
            self.store.add_translation(made[-1], card=card(task, made[-1], now, section=section), note=note, now=now)
        return made

    def publish(self, language: str = "fr", now: datetime = NOW) -> list[Publication]:
        out = self.store.to_publish(language, 500)
        self.store.mark_published(out, now)
        return out

    def all_the_way(
        self, key: str = "one", languages: Sequence[str] = ("fr",), *, feed: Feed = FEED, now: datetime = NOW, **more: object
    ) -> None:
        """One article from its feed to the site in each language, until no page waits to be brought out again."""
        self.announce(key, feed=feed, now=now)
        self.take(article(key, feed=feed), languages, now=now, **more)  # type: ignore[arg-type]
        self.translate(now)
        self.settle(languages, now)

    def settle(self, languages: Sequence[str], now: datetime = NOW, rounds: int = 5) -> int:
        """Publish until nothing waits; returns how many rounds brought something out."""
        for done in range(rounds):
            if not any([self.publish(language, now) for language in languages]):
                return done
        raise AssertionError(f"still publishing after {rounds} rounds: two editions wake each other")

    def state(self, key: str = "one", language: str = "fr") -> str:
        found = self.store.history(key)
        assert found is not None
        works = found["translations"]
        assert isinstance(works, list)
        return next(str(w["state"]) for w in works if w["language"] == language)

    def entry_state(self, key: str = "one") -> str:
        found = self.store.history(key)
        assert found is not None
        return str(found["state"])
