"""Every screen, as a person and as a script sees it; and what can be put right on them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from babelwire import config
from babelwire.model import Alert, AlertKind, Deed, Report, ReportReason, Role, Sample, Spending, Verdict, replace
from babelwire.web.desk import aside, secrets, sheets
from babelwire.web.desk.table import DOORS
from tests.flow import world
from tests.web.desk.asking import WORLD, Browser, House, house


@pytest.fixture
def here(tmp_path: Path) -> Iterator[House]:
    with house(tmp_path) as made:
        made.desk.publish_frame(made.clock())
        made.desk.run(made.clock())
        yield made


@pytest.fixture
def ed(here: House) -> Browser:
    return here.browser(Role.EDITOR)


@pytest.fixture
def admin(here: House) -> Browser:
    return here.browser(Role.ADMIN)


def key(here: House) -> str:
    return here.store.leads()[0].key


def hold(here: House, reason: str = "3 became 4: look") -> str:
    """The French story, held by a check."""
    case = here.store.case(key(here), "fr")
    assert case is not None
    made = replace(case.translation, verdict=Verdict.HOLD, reason=reason)
    here.store.amend(made, card=here.desk.card(case.task, made, here.clock()), note=None, now=here.clock())
    here.desk.publish_all(here.clock())
    return f"/desk/story/{case.translation.key}/fr/"


PLACES = [
    d.path
    for d in DOORS
    if d.get and "{" not in d.path and d.path not in ("/desk/find/", "/desk/feed/", "/desk/glossary/change/", "/desk/glossary/removal/")
]


def test_a_screen_is_small_whole_and_speaks_json_too(here: House, ed: Browser) -> None:
    for place in PLACES:
        seen = ed.get(place)
        if place == "/desk/sign-in/":
            assert (seen.status, seen.place) == (303, "/desk/"), "who has signed in is not asked again"
            continue
        assert seen.status == 200 and seen.text.count("<h1") == 1, place
        assert len(seen.text.encode()) < 12_000, place
        assert "<script" not in seen.text and "style=" not in seen.text and not re.search(r"\son\w+=", seen.text)
        assert ed.get(f"{place}?format=json").json() is not None


def test_the_first_screen_says_what_needs_a_person(here: House, ed: Browser) -> None:
    assert "Nothing needs you" in ed.get("/desk/").words
    here.store.set_bug("entry", "x", "Traceback: boom", here.clock())
    seen = ed.get("/desk/")
    assert "A bug of ours 1 item set aside" in seen.words
    assert seen.header("refresh") == "" and ed.get("/desk/?renew=yes").header("refresh") == "60"
    assert "boom" in ed.get("/desk/bugs/").words


def test_a_story_says_what_its_translations_cost(here: House, ed: Browser) -> None:
    place = f"/desk/story/{key(here)}/"
    assert "translations cost" not in ed.get(place).words, "nothing that is counted was asked"
    day = "2026-04-13"
    for engine, tokens, micros in (("far", 900, 120_000), ("deepl", 0, 34_500)):
        spent = Spending(day=day, engine=engine, characters=1500, tokens=tokens, micros=micros, article=key(here), language="fr")
        here.store.spend(spent, [])
    seen = ed.get(place)
    assert "fr deepl 1,500 0 0.0345 fr far 1,500 900 0.1200" in seen.words
    assert "In all 0.1545 EUR" in seen.words
    assert [c["money"] for c in ed.get(f"{place}?format=json").json()["item"]["cost"]] == [0.0345, 0.12]


def test_the_first_screen_has_the_open_alerts_and_how_many_reports_wait(here: House, ed: Browser) -> None:
    now = here.clock()
    here.store.set_alerts(
        [Alert(kind=AlertKind.EDITION_SILENT, subject="fr", text="fr has had nothing new for 9 hours", language="fr")], (), now
    )
    report = Report(key=key(here), language="fr", title="Le bac", path="fr/x/", reason=ReportReason.FACT, when=now)
    here.store.add_report(report)
    words = ed.get("/desk/").words
    assert "fr has had nothing new for 9 hours" in words
    assert "Readers report 1 page" in words


def test_stories_are_filtered_by_address(here: House, ed: Browser) -> None:
    hold(here)
    assert "Le Fil" in ed.get("/desk/stories/").words
    held = ed.get("/desk/stories/?state=held&language=fr&source=gazette&reason=3+became")
    assert held.text.count("<li>") == 1 and "3 became 4: look" in held.words
    assert "No translation is like that" in ed.get("/desk/stories/?state=failed").words
    assert ed.follow(ed.get(f"/desk/find/?address={world.HOME}/pier")).status == 200
    assert ed.get("/desk/find/?address=https://nowhere.example/").status == 404


def test_a_story_tells_its_history_and_a_translation_each_sentence(here: House, ed: Browser) -> None:
    story = ed.get(f"/desk/story/{key(here)}/")
    assert "announced" in story.words and "published" in story.words and f"{world.HOME}/pier" in story.text
    seen = ed.get(f"/desk/story/{key(here)}/fr/")
    assert world.SENTENCES[0] in seen.words and "echo" in seen.words and "Correct" in seen.words
    assert 'lang="en" dir="ltr"' in seen.text and 'lang="fr" dir="ltr"' in seen.text
    assert ed.get("/desk/story/nothing/").status == 404
    assert ed.get(f"/desk/story/{key(here)}/de/").status == 404


def files(here: House, name: str) -> str:
    return "\n".join(b.decode() for p, b in here.desk.publisher.files.items() if p.startswith("fr/") and p.endswith(name))  # type: ignore[attr-defined]


def sentence(here: House, ed: Browser) -> str:
    """The address of the form for the sentence about 11,500 crowns."""
    seen = ed.get(f"/desk/story/{key(here)}/fr/")
    return next(m for m in re.findall(r'href="(/desk/story/[^"]+/block-\d+/\d+/)"', seen.text) if "11,500" in ed.get(m).text)


def test_a_corrected_sentence_is_on_the_site_in_the_feed_in_the_memory_and_in_the_log(here: House, ed: Browser) -> None:
    place = sentence(here, ed)
    ed.get(place)
    text = "Il en coûtera 11.500 couronnes, et 240 personnes doivent y travailler."
    stamp = re.search(r'name="stamp" value="([^"]+)"', ed.last.text)[1]  # type: ignore[union-attr,index]
    answer = ed.post(place, {"text": text, "stamp": stamp})
    seen = ed.follow(answer)
    assert "Saved, and on the site." in seen.words and "worded by a person" in seen.words
    assert "doivent y travailler" in files(here, "index.html") and "doivent y travailler" in files(here, "feed.atom")
    assert "Une personne a revu" in files(here, "index.html") and "Une personne a corrigé la traduction" in files(here, "index.html")
    assert [m.target for m in here.store.memories() if not m.engine] != []
    deed = here.store.deeds(what="corrected")[0]
    assert deed.who == "editor" and "doivent y travailler" in deed.text


def test_the_checks_object_to_a_slip_until_one_insists(here: House, ed: Browser) -> None:
    place = sentence(here, ed)
    stamp = re.search(r'name="stamp" value="([^"]+)"', ed.get(place).text)[1]  # type: ignore[index]
    wrong = "Il en coûtera 99.500 couronnes, et 240 personnes doivent y travailler."
    seen = ed.post(place, {"text": wrong, "stamp": stamp})
    assert seen.status == 422 and "The checks object to this wording" in seen.words and "99" in seen.words
    assert "99" not in files(here, "feed.atom")
    assert ed.post(place, {"text": wrong, "stamp": stamp, "sure": "yes"}).status == 303
    ed.get(place)
    assert ed.post(place, {"text": wrong, "stamp": stamp, "sure": "yes"}).status == 409, "somebody was faster"
    assert ed.get(place.replace("/0/", "/99/")).status == 404


def test_spaces_that_do_not_break_stay_and_the_source_s_own_words_are_its_own(here: House, ed: Browser) -> None:
    place = sentence(here, ed)
    stamp = re.search(r'name="stamp" value="([^"]+)"', ed.get(place).text)[1]  # type: ignore[index]
    text = "Il en coûtera  11\u202f500 couronnes,\r\net 240 personnes doivent y\u00a0travailler."
    assert ed.post(place, {"text": text, "stamp": stamp, "sure": "yes"}).status == 303
    assert "Il en coûtera 11\u202f500 couronnes, et 240 personnes doivent y\u00a0travailler." in files(here, "feed.atom")
    own = f"/desk/story/{key(here)}/en/"
    assert "Correct sentence" not in ed.get(own).words and ed.get(f"{own}block-0/0/").status == 409


def test_held_published_anyway_and_held_again(here: House, ed: Browser) -> None:
    place = hold(here)
    assert "doit" not in files(here, "feed.atom") and f"{world.HOME}/pier" not in files(here, "feed.atom")
    seen = ed.get(place)
    assert "3 became 4: look" in seen.words and "Publish it anyway" in seen.words
    assert ed.post(place, {"act": "publish"}).status == 422, "not without a reason"
    ed.get(place)
    seen = ed.follow(ed.post(place, {"act": "publish", "reason": "read it over"}))
    assert "Published." in seen.words and f"{world.HOME}/pier" in files(here, "feed.atom")
    seen = ed.follow(ed.post(place, {"act": "hold", "reason": "the mayor objects"}))
    assert "Held: it is not on the site." in seen.words and f"{world.HOME}/pier" not in files(here, "feed.atom")
    assert "le temps qu’une personne l’examine" in files(here, "index.html")
    assert [(d.what, d.text) for d in here.store.deeds(who="editor")] == [
        ("held", "fr: the mayor objects"),
        ("published", "fr: read it over"),
    ]


def test_translated_again_and_by_another_engine(here: House, ed: Browser) -> None:
    place = hold(here)
    seen = ed.get(place)
    assert ed.follow(ed.post(place, {"act": "again"})).status == 200
    assert here.store.leads(state="waiting") != []
    engine = here.desk.translator.ladder(config.Pair("en", "fr"))[0].id
    seen = ed.follow(ed.post(place, {"act": "other", "engine": engine}))
    assert f"Translated by {engine}: verdict" in seen.words
    assert ed.post(place, {"act": "other", "engine": "nobody"}).status == 409


def test_a_group_is_retried_with_one_click(here: House, ed: Browser) -> None:
    hold(here, "2 sentences failed a check: 3 became 4")
    seen = ed.get("/desk/aside/")
    assert "Held translations" in seen.words and "Retry 1 item" in seen.words
    seen = ed.follow(ed.post("/desk/aside/", {"kind": "held", "reason": "N sentences failed a check"}))
    assert "1 item will be tried again." in seen.words and here.store.leads(state="waiting") != []
    assert ed.post("/desk/aside/", {"kind": "lost", "reason": ""}).status == 422


def test_taken_down_it_is_gone_and_stays_gone(here: House, ed: Browser) -> None:
    place = f"/desk/story/{key(here)}/"
    ed.get(place)
    seen = ed.follow(ed.post(place, {"act": "takedown", "reason": "the source asked"}))
    assert "Taken down" in seen.words and f"{world.HOME}/pier" not in files(here, "feed.atom")
    assert "the source asked" in ed.get("/desk/corrections/").words
    assert "took down" in ed.get("/desk/log/?what=took+down").words
    assert ed.post(place, {"act": "read"}).status == 409
    assert ed.post(place, {"act": "dance"}).status == 422


def test_a_feed_is_added_to_the_file_and_read_with_the_next_round(here: House, admin: Browser) -> None:
    url = "https://valley.example/feed.xml"
    here.fetcher.pages[url] = world.page(url, world.feed("x").body.decode().replace("The Gazette", "Valley News"), "application/atom+xml")
    admin.get("/desk/feeds/")
    seen = admin.follow(admin.post("/desk/feeds/", {"url": url, "source": "", "licence": "excerpt", "language": "en"}))
    assert "Added to valley-news: 1 entry there now." in seen.words and url in seen.text
    loaded = config.load(here.path)
    assert [(s.id, str(s.licence)) for s in loaded.sources] == [("gazette", "full"), ("valley-news", "excerpt")]
    assert [s.feed.url for s in here.store.due_feeds(here.clock(), 10)] == [url]
    seen = admin.follow(admin.post("/desk/feed/", {"url": url}))
    assert "It is read with the next round." in seen.words and "As the feed says it" not in seen.words


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"url": world.FEED}, 409, "is there already"),
        ({"url": "ftp://valley.example/"}, 422, "not an http address"),
        ({"url": "https://nowhere.example/feed"}, 422, "it was not added"),
        ({"url": "https://valley.example/f", "source": "No Name"}, 422, "small letters"),
        ({"url": "https://valley.example/f", "licence": "all"}, 422, "no licence"),
        ({"url": "https://valley.example/f", "language": "english!"}, 422, "not a language"),
        ({}, 422, "the address is missing"),
    ],
)
def test_a_feed_that_cannot_be_added_says_why(here: House, admin: Browser, form: dict[str, str], status: int, words: str) -> None:
    admin.get("/desk/feeds/")
    before = here.path.read_text()
    seen = admin.post("/desk/feeds/", form)
    assert (seen.status, words in seen.words) == (status, True), seen.words
    assert here.path.read_text() == before


def test_a_feed_shows_what_it_says_beside_what_was_extracted(here: House, ed: Browser) -> None:
    seen = ed.get(f"/desk/feed/?url={world.FEED}")
    assert "The council voted." in seen.words and world.SENTENCES[1] in seen.words
    assert ed.get("/desk/feed/?url=https://nowhere.example/").status == 404


def test_a_source_that_is_set_aside_goes_on_when_a_person_says_so(here: House, ed: Browser) -> None:
    here.store.set_watch("gazette", Sample(key=key(here), seen=here.clock()), lambda *_: "captions in the text", here.clock())
    assert "A source is set aside gazette: captions in the text" in ed.get("/desk/").words
    assert "aside" in ed.get("/desk/feeds/").words
    place = f"/desk/feed/?url={world.FEED}"
    seen = ed.get(place)
    assert "Set aside" in seen.words and "captions in the text" in seen.words
    seen = ed.follow(ed.post("/desk/feed/", {"url": world.FEED, "act": "accept"}))
    assert "Its pages are taken as they are now" in seen.words and here.store.watch("gazette").since is None
    assert ed.post("/desk/feed/", {"url": world.FEED, "act": "accept"}).status == 409


def test_in_quiet_hours_a_person_is_told_that_it_goes_out_later(tmp_path: Path) -> None:
    text = WORLD.replace('time_zone = "Europe/Paris"', 'time_zone = "Europe/Paris"\nquiet = "13:30-15:00"')
    with house(tmp_path, text=text) as here:
        here.desk.publish_frame(here.clock())
        here.desk.run(here.clock())
        place, person = hold(here), here.browser(Role.EDITOR)
        person.get(place)
        seen = person.follow(person.post(place, {"act": "publish", "reason": "read it over"}))
        assert "It goes out with the next publication of this edition." in seen.words
        assert f"{world.HOME}/pier" not in files(here, "feed.atom")
        here.clock.wait(hours=2)
        here.desk.publish_all(here.clock())
        assert f"{world.HOME}/pier" in files(here, "feed.atom")


def test_a_glossary_change_is_seen_before_it_is_made(here: House, admin: Browser) -> None:
    assert "bac" in admin.get("/desk/glossary/").words and "ferry" not in admin.get("/desk/glossary/?words=zebra").words.replace("Find", "")
    asked = "/desk/glossary/change/?source=mayor&target=maire&from=en&to=fr&forms=mairesse&note=the+person"
    before = (here.path.parent / "words.toml").read_text()
    seen = admin.get(asked)
    assert "1 translation would be made again" in seen.words and "Ines Calder" in seen.words
    assert (here.path.parent / "words.toml").read_text() == before
    form = {"source": "mayor", "target": "maire", "from": "en", "to": "fr", "forms": "mairesse", "note": "the person", "again": "yes"}
    seen = admin.follow(admin.post("/desk/glossary/change/", form))
    assert "Saved; 1 translation will be made again." in seen.words and "mairesse" in seen.words
    written = tomllib.loads((here.path.parent / "words.toml").read_text())["term"]
    assert written[1] == {"source": "mayor", "target": "maire", "from": "en", "to": "fr", "forms": ["mairesse"], "note": "the person"}
    assert here.store.leads(state="waiting", language="fr") != []


def test_a_phrase_is_removed_after_one_has_seen_what_it_changes(here: House, admin: Browser, ed: Browser) -> None:
    words = here.path.parent / "words.toml"
    mayor = '[[term]]\nsource = "mayor"\ntarget = "maire"\nfrom = "en"\nto = "fr"\n'
    words.write_text(f"# ours\n{words.read_text()}\n{mayor}", encoding="utf-8")
    place = "/desk/glossary/removal/?source=ferry&amp;from=en&amp;to=fr"
    assert place in admin.get("/desk/glossary/").text and place not in ed.get("/desk/glossary/").text, "an editor may not"
    before, place = words.read_text(), place.replace("&amp;", "&")
    seen = admin.get(place)
    assert "Without it 1 translation would be made again" in seen.words and "The ferry to the islands" in seen.words
    assert words.read_text() == before
    form = {"source": "ferry", "from": "en", "to": "fr"}
    ed.get("/desk/")
    assert ed.post("/desk/glossary/removal/", form).status == 403 and words.read_text() == before
    admin.get(place)
    seen = admin.follow(admin.post("/desk/glossary/removal/", form | {"again": "yes"}))
    assert "Removed; 1 translation will be made again." in seen.words
    assert words.read_text() == f"# ours\n{mayor}", "all else stays as it is"
    assert here.store.leads(state="waiting", language="fr") != []
    assert here.store.deeds(subject="ferry (en-fr)")[0].text == "removed"
    assert admin.get(place).status == 404


def test_a_phrase_of_a_file_that_the_desk_does_not_write_stays(here: House, admin: Browser) -> None:
    (here.path.parent / "more.csv").write_text("source,target,from,to\nquay,quai,en,fr\n", encoding="utf-8")
    here.path.write_text(here.path.read_text().replace('["words.toml"]', '["words.toml", "more.csv"]'), encoding="utf-8")
    seen = admin.get("/desk/glossary/removal/?source=quay&from=en&to=fr")
    assert seen.status == 409 and "take it out of its own file" in seen.words


@pytest.mark.parametrize(("form", "words"), [({"source": "!"}, "missing"), ({"source": "x", "from": "English"}, "not a language")])
def test_a_phrase_that_is_none_says_why(here: House, admin: Browser, form: dict[str, str], words: str) -> None:
    admin.get("/desk/glossary/change/?source=a&target=b")
    seen = admin.post("/desk/glossary/change/", form)
    assert seen.status == 422 and words in seen.words


def test_a_message_in_an_address_is_shown_only_if_it_is_ours(here: House, ed: Browser) -> None:
    assert "Send me your password" not in ed.get("/desk/?said=Send+me+your+password&seal=00000000000000000000").words


def test_the_log_is_filtered_and_turned(here: House, ed: Browser) -> None:
    for n in range(101):
        here.store.add_deed(Deed(when=world.NOW + world.hours(n), who="ada", what="held", subject=f"s{n}", text="why"))
    seen = ed.get("/desk/log/?who=ada")
    older = re.search(r'href="(/desk/log/\?[^"]*before=[^"]+)"', seen.text)[1].replace("&amp;", "&")  # type: ignore[index]
    assert "s100" in seen.words and "s0" not in seen.words.split() and "s0" in ed.get(older).words.split()
    assert ed.get("/desk/log/?before=yesterday").status == 422


def test_rules_and_licences_are_those_of_the_file(here: House, ed: Browser) -> None:
    here.path.write_text(
        here.path.read_text() + '\n[[routes]]\nname = "Quakes"\nwhen = { keywords = ["earthquake"] }\nthen = { breaking = true }\n'
    )
    seen = ed.get("/desk/rules/")
    assert "The Gazette full" in seen.words and "Quakes" in seen.words and "earthquake" in seen.words


def test_what_readers_report_is_looked_into_and_closed(here: House, ed: Browser) -> None:
    made = Report(
        key=key(here), language="fr", title="La jetée", path="fr/x/", reason=ReportReason.FACT, when=here.clock(),
        sentence="Il en coûtera 11.500 couronnes.", words="It is 12,500.", contact="reader@example.org",
    )  # fmt: skip
    number = here.store.add_report(made)
    assert "Readers report 1 page" in ed.get("/desk/").words
    seen = ed.get("/desk/reports/")
    assert "It is 12,500." in seen.words and "reader@example.org" in seen.words and f"/desk/story/{key(here)}/fr/" in seen.text
    assert ed.post("/desk/reports/", {"number": str(number)}).status == 422, "not without saying what was done"
    ed.get("/desk/reports/")
    seen = ed.follow(ed.post("/desk/reports/", {"number": str(number), "answer": "corrected"}))
    assert f"Number {number} is closed." in seen.words and "No reports." in seen.words
    closed = ed.get("/desk/reports/?state=closed").words
    assert "corrected" in closed and "reader@example.org" not in closed
    assert ed.post("/desk/reports/", {"number": str(number), "answer": "again"}).status in (403, 409)
    assert ed.get("/desk/reports/?state=lost").status == 422


def test_reasons_are_grouped_by_what_they_have_in_common() -> None:
    rows = [{"reason": f"{n} sentences failed a check: {n} became 4", "items": n} for n in (2, 3)]
    rows += [
        {"reason": "1 sentence failed a check: x", "items": 1},
        {"reason": "the engine is weak", "items": 9},
        {"reason": "", "items": 1},
    ]
    found = [(g.reason, g.items, len(g.reasons)) for g in aside.groups(rows)]
    assert found == [("the engine is weak", 9, 1), ("N sentences failed a check", 6, 3), ("", 1, 1)]


def test_what_was_spent_today_is_shown_with_its_limits(tmp_path: Path) -> None:
    text = WORLD + "[budget]\nmoney = 4.0\n[budget.engines.echo]\nper_million_characters = 20.0\n"
    with house(tmp_path, text=text) as here:
        here.desk.run(here.clock())
        person = here.browser(Role.READER)
        seen = person.get("/desk/engines/")
        assert re.search(r"echo [\d,]{3,} 0 0.0\d", seen.words) and "of 4.00 EUR" in seen.words
        assert "of 4.00 EUR" in person.get("/desk/").words


def test_words_for_times_and_numbers() -> None:
    assert "2 hours ago" in sheets.ago(world.NOW, world.NOW + world.hours(2))
    assert "in 1 minute" in sheets.ago(world.NOW + world.hours(1 / 60), world.NOW)
    assert sheets.ago(None) == "never" and "13 Apr 2026, 12:00" in sheets.moment(world.NOW)
    assert sheets.many(1200, "story", "stories") == "1,200 stories"
    assert secrets.seal("a", "b") != secrets.seal("b", "a")
