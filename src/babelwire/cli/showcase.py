"""What ``demo`` shows: the desk on the demo world through two ticks of its clock, told as tables, and held to what it promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from babelwire.cli import opening, say
from babelwire.cli.run import Totals

if TYPE_CHECKING:
    from babelwire.config import Config
    from babelwire.demo import World
    from babelwire.desk import Desk, Done

CORRECTED = ("el-faro", "puerto-enchufa-pesqueros")
NEW = ("el-faro", "biblioteca-presta-semillas")
WITHDRAWN = ("harrowmere", "free-ferries-students")
TRAPS = ("northgate", "un-troops-mountain-road")
HOSTILE = ("kestrel-bay", "paper-boat-regatta")
TWINS = (("northgate", "island-ferry-hydrogen"), ("kestrel-bay", "hydrogen-ferry-first-winter"))
EVENT = (("northgate", "comet-washing-machine-telescope"), ("la-meseta", "cometa-telescopio-reciclado"))
TOPIC = "schools"
SMALLEST = 15  #: stories that each edition has to show
SCRIPTS = (b"<script>document", "\u202e".encode(), b"javascript:alert")

FORMATS = {"dead": "-", "page": "-"}

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that has to have happened."""

    text: str
    kept: bool
    how: str


@dataclass(slots=True)
class Show:
    """What has been seen so far."""

    world: World
    config: Config
    desk: Desk
    promises: list[Promise] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return all(p.kept for p in self.promises)

    def item(self, place: tuple[str, str]) -> Item:
        """What the store knows of an article of the world."""
        return self.desk.store.history(self.world.url(*place)) or {}

    def promise(self, text: str, kept: bool, how: str) -> None:
        self.promises.append(Promise(text, kept, how))


def run(world: World, config: Config) -> Show:
    """The whole show: the first hour, a tick with news and a correction, a tick with a withdrawal."""
    began = perf_counter()
    with opening.desk(config, world.now) as desk:
        show = Show(world, config, desk)
        desk.publish_frame(world.now)
        say.data(say.styled(f"{len(world.papers)} news sites at {world.base('el-faro')} and its neighbours; reading them.", bold=True))
        _work(show)
        _sources(show)
        _editions(show)
        _first_hour(show)
        world.tick()
        say.data(say.styled("\nAn hour later: one site has corrected an article, and written another.", bold=True))
        before = show.item(CORRECTED)
        _told(_work(show))
        _correction(show, before)
        world.tick()
        say.data(say.styled("\nAnother hour later: one site has withdrawn an article.", bold=True))
        _told(_work(show))
        _withdrawal(show)
        _afterwards(show)
    _promises(show, perf_counter() - began)
    return show


def _work(show: Show) -> Totals:
    """Everything there is to do at this hour of the world."""
    from babelwire.runners import loop

    totals = Totals()
    waiting: Counter[str] = Counter()
    with say.progress() as bars:

        def told(job: str, done: Done) -> None:
            totals.add(job, done)
            waiting[job] += done.items
            bars.step(job, done.items, total=_expected(show, job, waiting[job]))

        loop.until_done(show.desk, lambda: show.world.now, told)
    return totals


def _expected(show: Show, job: str, done: int) -> int | None:
    """How many items a job will have done when it is through, as far as the store knows."""
    found = show.desk.store.overview(show.world.now)
    if job == "take":
        return done + int((say.field(found, "entries", "by_state") or {}).get("found", 0))
    if job == "translate":
        return done + int(sum((say.field(found, "translations", "by_state", "waiting") or {}).values()))
    return done


def _told(totals: Totals) -> None:
    did = {"poll": "feeds asked", "take": "pages read", "translate": "translations made", "publish": "pages published"}
    say.data("  " + ", ".join(f"{done.items} {did[job]}" for job, done in totals.of.items() if done.items))


# ---------------------------------------------------------------------------------------------- tables


def _sources(show: Show) -> None:
    rows = []
    states = {s.feed.source_id: s for s in show.desk.store.feed_states()}
    for paper in show.world.papers:
        items = [show.item((paper.id, p.slug)) for p in show.world.pieces(paper.id)]
        made = [t for item in items for t in item.get("translations", ())]
        held = [t for t in made if t["state"] == "held"]
        failure = (states[paper.id].failure or "").removeprefix(f"{states[paper.id].feed.url}: ")
        remark = failure or next((t["reason"] for t in held), "")
        form = FORMATS.get(paper.feed.format, paper.feed.format)
        rows.append((
            paper.name, paper.language, form, len(items), sum(item.get("state") == "taken" for item in items),
            sum(bool(t["engine"]) for t in made), sum(t["state"] == "published" for t in made), len(held), _short(remark),
        ))  # fmt: skip
    columns = ("source", "in", "feed", "entries", "taken", "translated", "published", "held", "remark")
    say.table(columns, rows, title="What came in", right=range(3, 8), people=True)


def _editions(show: Show) -> None:
    published = say.field(show.desk.store.overview(show.world.now), "published") or {}
    rows = []
    for edition in show.config.editions:
        cards = show.desk.store.cards(edition.language, limit=1000)
        verdicts = Counter(str(c.verdict) for c in cards if c.source_language.split("-")[0] != edition.language)
        originals = sum(c.source_language.split("-")[0] == edition.language for c in cards)
        stories = say.field(published, edition.language, "stories") or 0
        gist = sum(c.gist for c in cards)
        rows.append((edition.title, edition.language, stories, originals, verdicts["publish"], verdicts["mark"], gist))
        enough = stories >= SMALLEST
        show.promise(f"edition {edition.language} has its stories", enough, f"{stories} stories")
    columns = ("edition", "in", "stories", "originals", "passed", "marked", "as gist")
    say.table(columns, rows, title="What went out", right=range(2, 7), people=True)


def _short(text: str, most: int = 120) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# ---------------------------------------------------------------------------------------------- what is promised


def _first_hour(show: Show) -> None:
    taken = [show.item((paper.id, p.slug)).get("state") == "taken" for paper in show.world.papers for p in show.world.pieces(paper.id)]
    show.promise("every article is read", all(taken), f"{sum(taken)} of {len(taken)}")
    failing = {s.feed.source_id: s.failure or "" for s in show.desk.store.feed_states() if s.failures}
    show.promise("a dead feed is named", "500" in failing.get("le-courrier", ""), failing.get("le-courrier", "not noticed"))
    show.promise("a page in place of a feed is named", "HTML" in failing.get("rivermouth", ""), failing.get("rivermouth", "not noticed"))
    _duplicate(show)
    _event(show)
    _topic(show)
    _traps(show)
    item = show.item(HOSTILE)
    found = Counter(t["state"] for t in item.get("translations", ()))
    show.promise("the hostile headline is read", item.get("state") == "taken", ", ".join(f"{n} {state}" for state, n in found.items()))


def _duplicate(show: Show) -> None:
    """Two sites carry the same agency text: one story, translated once."""
    items = [show.item(place) for place in TWINS]
    together = len({item.get("story") for item in items}) == 1
    translated = sum(bool(item.get("translations")) for item in items)
    show.promise(
        "an agency text in two papers is one story", together and translated == 1, f"told by {len(items)}, translated from {translated}"
    )


def _event(show: Show) -> None:
    """Two sites report one event in two languages: one story, with a page that says who tells it and where figures differ."""
    items = [show.item(place) for place in EVENT]
    story = str(items[0].get("story"))
    pages = [show.desk.publisher.read(f"{e.language}/story/{story}/index.html") or b"" for e in show.config.editions]
    together = items[0].get("story") == items[1].get("story")
    differ = sum(b"30" in page and b"20" in page and b'id="figures"' in page for page in pages)
    how = f"{sum(map(bool, pages))} story pages, {differ} with figures that differ"
    show.promise("one event in two languages is one story", together and all(pages) and differ > 0, how)


def _topic(show: Show) -> None:
    """Keywords of several languages are one topic, with a page in each edition."""
    pages = [show.desk.publisher.read(f"{e.language}/topic/{TOPIC}/index.html") for e in show.config.editions]
    show.promise("keywords of two languages are one topic", all(pages), f"{sum(map(bool, pages))} pages about {TOPIC}")


def _traps(show: Show) -> None:
    """The page full of traps: its headline is clean, and nothing of what stands around the article is in it."""
    revisions = show.item(TRAPS).get("revisions", ())
    headline = revisions[-1]["headline"] if revisions else ""
    pages = [show.desk.publisher.read(f"{path}index.html") or b"" for path in _paths(show.item(TRAPS))]
    clean = bool(headline) and "|" not in headline and not [p for p in pages if b"READ MORE" in p or b"Share it with a friend" in p]
    show.promise("headline and furniture are told apart", clean, headline or "not read")


def _correction(show: Show, before: Item) -> None:
    from babelwire.model import Origin

    item = show.item(CORRECTED)
    made = {t["language"]: t for t in item.get("translations", ()) if t["language"] != "es"}
    anew = {language: sum(s["origin"] in (Origin.ENGINE, Origin.REPAIR) for s in t["sentences"]) for language, t in made.items()}
    pages = [show.desk.publisher.read(f"{path}index.html") or b"" for path in _paths(item)]
    arrived = bool(pages) and all(b"260" in p for p in pages)
    show.promise("the correction is on every page", arrived and len(item["revisions"]) > len(before["revisions"]), f"{len(pages)} pages")
    noted = [t for t in item.get("translations", ()) if t["page"] and t["page"]["notes"]]
    show.promise("the correction is noted and dated", len(noted) == len(pages), f"{len(noted)} notes")
    few = bool(anew) and all(n <= 3 for n in anew.values())
    how = ", ".join(f"{n} of {len(made[language]['sentences'])} into {language}" for language, n in anew.items())
    show.promise("only changed sentences are translated again", few, how)
    show.promise("the new article is out", any(_paths(show.item(NEW))), f"{len(list(_paths(show.item(NEW))))} pages")


def _withdrawal(show: Show) -> None:
    pages = [show.desk.publisher.read(f"{path}index.html") or b"" for path in _paths(show.item(WITHDRAWN))]
    gone = bool(pages) and all(b"410" in p and b"310,000" not in p for p in pages)
    show.promise("the withdrawn article is gone from every page", gone, f"{len(pages)} pages replaced by a note")


def _afterwards(show: Show) -> None:
    """What holds for the whole of the site and of the traffic."""
    root = show.config.data / show.config.publish.path
    files = [f for f in root.rglob("*") if f.suffix in (".html", ".atom", ".rss", ".json", ".xml")]
    bad = [f for f in files if f.suffix == ".html" and any(mark in f.read_bytes() for mark in SCRIPTS)]
    show.promise("no script and no turned text reaches a page", not bad, f"{len(files)} files looked through" if not bad else str(bad[0]))
    asked = [r for r in show.world.requests if r.path in {p.feed.path for p in show.world.papers}]
    unchanged = sum(r.status == 304 for r in asked)
    show.promise("unchanged feeds cost a line (304)", unchanged > 0, f"{unchanged} of {len(asked)} polls")
    bugs = int(say.field(show.desk.store.overview(show.world.now), "bugs", "count") or 0)
    show.promise("no bug of ours", bugs == 0, say.many(bugs, "bug"))


def _paths(item: Item) -> Iterator[str]:
    """Where an article stands, or stood, on the site."""
    return (t["page"]["path"] for t in item.get("translations", ()) if t["page"] and t["page"]["published"])


def _promises(show: Show, seconds: float) -> None:
    say.data()
    rows = [(say.styled("ok", "ok") if p.kept else say.styled("NOT", "fail"), p.text, _short(p.how)) for p in show.promises]
    say.table(("", "promise", "seen"), rows, title="What was promised", people=True)
    failed = sum(not p.kept for p in show.promises)
    say.data(f"{len(show.promises) - failed} of {say.many(len(show.promises), 'promise')} kept, in {seconds:.0f} s.")
