"""Who comes in: roles by the table, forms of ours only, slow guessing, nothing secret anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from babelwire.errors import StoreError
from babelwire.model import Role, Token
from babelwire.web.desk import secrets
from babelwire.web.desk.table import DOORS
from tests.flow.world import NOW
from tests.web.desk.asking import HASH, PASSWORD, Browser, House, house


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("desk")) as made:
        made.desk.run(made.clock())
        yield made


@pytest.fixture
def here(built: House) -> House:
    """The same house, at a later hour, with Ada in it and nobody else, whoever has tried before."""
    built.clock.wait(days=8)
    for account in built.store.accounts():
        built.store.remove_account(account.name)
    built.store.forgive(["account:ada", "account:bob", *(f"address:192.0.2.{n}" for n in range(256))])
    built.store.add_account("ada", Role.EDITOR, HASH, built.clock())
    return built


def at(path: str, here: House) -> str:
    key = here.store.leads()[0].key
    return path.replace("{key}", key).replace("{language}", "fr").replace("{place}", "headline").replace("{number:int}", "0")


# ---------------------------------------------------------------------------------------------- one's own password


def test_one_changes_one_s_own_password_and_every_other_session_is_over(here: House) -> None:
    mine, elsewhere, new = here.browser(), here.browser(), "five other words in line"
    mine.sign_in()
    elsewhere.sign_in()
    assert "/desk/password/" in mine.get("/desk/").text
    mine.get("/desk/password/")
    for form, status, words in (
        ({"old": "wrong words in a row", "new": new, "again": new}, 422, "The password of now is wrong"),
        ({"old": PASSWORD, "new": new, "again": f"{new}s"}, 422, "are not the same"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, 422, "at least 10 letters"),
    ):
        seen = mine.post("/desk/password/", form)
        assert (seen.status, words in seen.words) == (status, True), seen.words
        assert secrets.fits(PASSWORD, here.store.password_of("ada")) and new not in seen.text
    before = mine.cookies["__Host-desk"]
    done = mine.follow(mine.post("/desk/password/", {"old": PASSWORD, "new": new, "again": new}))
    assert done.status == 200 and "Every other session of yours is over" in done.words
    assert mine.cookies["__Host-desk"] != before
    assert elsewhere.get("/desk/").status == 303, "over"
    assert here.browser().sign_in(password=new).status == 303 and here.browser().sign_in().status == 403
    assert here.store.deeds(subject="ada")[0].what == "changed password"


def test_who_has_found_an_open_browser_cannot_guess_the_password_there(here: House) -> None:
    here.store.forgive(["password:ada"])
    mine = here.browser()
    mine.sign_in()
    mine.get("/desk/password/")
    tries = [mine.post("/desk/password/", {"old": "wrong words", "new": "x" * 12, "again": "x" * 12}).status for _ in range(6)]
    assert tries == [422] * 4 + [429] * 2 or tries == [422] * 5 + [429], tries
    assert mine.last is not None and int(mine.last.header("retry-after")) > 0
    assert mine.post("/desk/password/", {"old": PASSWORD, "new": "x y z " * 3, "again": "x y z " * 3}).status == 429
    here.store.forgive(["password:ada"])


def test_a_script_has_no_password(here: House) -> None:
    here.store.add_token(Token(label="cron", account="ada", role=Role.EDITOR, made=here.clock()), secrets.digest("abc"))
    seen = here.browser().ask("POST", "/desk/password/", {"old": PASSWORD}, authorization="Bearer abc")
    assert seen.status == 403 and "no password" in seen.text


# ---------------------------------------------------------------------------------------------- roles


def test_every_route_of_the_app_is_a_door_of_the_table(here: House) -> None:
    paths = {r.path for r in here.app.routes}
    assert {d.path for d in DOORS} == {p for p in paths if p not in ("/", "/desk") and not p.endswith(".css")}
    assert all(d.look is not None and (d.post is None or d.act is not None) for d in DOORS if d.path != "/desk/sign-in/")


def test_nobody_sees_or_does_anything_without_signing_in(here: House) -> None:
    for door in DOORS:
        if door.path == "/desk/sign-in/":
            continue
        nobody = here.browser()
        if door.get:
            seen = nobody.get(at(door.path, here))
            assert (seen.status, seen.place[:20]) == (303, "/desk/sign-in/?next="), door.path
            assert nobody.get(at(door.path, here) + "?format=json").status == 401
        if door.post:
            nobody.get("/desk/sign-in/")
            assert nobody.post(at(door.path, here)).status == 403, door.path


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_what_the_table_says(here: House, role: Role) -> None:
    person = here.browser(role)
    for door in DOORS:
        if door.look is None or door.path == "/desk/sign-out/":
            continue
        if door.get:
            assert (person.get(at(door.path, here)).status == 403) is not role.may(door.look), door.path
        if door.post and door.act:
            person.get("/desk/")
            status = person.post(at(door.path, here), {"act": "none", "url": "none", "kind": "none"}).status
            assert (status == 403) is not role.may(door.act), (door.path, status)


def test_a_role_that_is_taken_away_is_gone_at_once(here: House) -> None:
    person = here.browser(Role.ADMIN)
    assert person.get("/desk/feeds/").text.count("Add a feed") == 1
    here.store.set_role("admin", Role.READER)
    assert "Add a feed" not in person.get("/desk/feeds/").text
    assert person.post("/desk/feeds/", {"url": "https://x.example/"}).status == 403
    here.store.remove_account("admin")
    assert person.get("/desk/").status == 303


# ---------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize(
    ("form", "headers", "words"),
    [
        ({"key": ""}, {}, "too old, or was never ours"),
        ({"key": "0" * 64}, {}, "too old, or was never ours"),
        ({}, {"origin": "https://evil.example"}, "another site"),
        ({}, {"origin": "null"}, "another site"),
        ({}, {"origin": "http://127.0.0.1:8080"}, "another site"),
        ({}, {"origin": ""}, "does not say where it comes from"),
        ({}, {"origin": "", "sec-fetch-site": "cross-site"}, "does not say where it comes from"),
    ],
)
def test_a_form_without_token_or_from_elsewhere_does_nothing(
    here: House, form: dict[str, str], headers: dict[str, str], words: str
) -> None:
    person = here.browser(Role.EDITOR)
    story = f"/desk/story/{here.store.leads()[0].key}/"
    person.get(story)
    seen = person.post(story, {"act": "takedown", "reason": "x", **form}, **headers)
    assert seen.status == 403 and words in seen.words
    assert here.store.denials() == []


def test_a_token_of_another_session_is_none(here: House) -> None:
    one, two = here.browser(Role.EDITOR), here.browser(Role.EDITOR)
    key = re.search(r'name="key" value="([^"]+)"', one.get("/desk/").text)[1]  # type: ignore[index]
    assert two.post("/desk/aside/", {"key": key, "kind": "held"}).status == 403
    assert one.post("/desk/aside/", {"key": key, "kind": "held"}).status == 303


def test_forms_are_small_and_are_forms(here: House) -> None:
    person = here.browser(Role.EDITOR)
    person.get("/desk/")
    assert person.post("/desk/aside/", {"reason": "x" * 300_000}).status == 413
    assert person.post("/desk/aside/", {str(n): "" for n in range(200)}).status == 400
    assert person.post("/desk/aside/", **{"content-type": "application/json"}).status == 415


def test_get_changes_nothing(here: House) -> None:
    person = here.browser(Role.ADMIN)
    before = (here.store.overview(NOW), here.store.deeds(), here.path.read_bytes())
    for door in DOORS:
        if door.get:
            person.get(at(door.path, here) + "?act=takedown&reason=x&url=https://x.example/&source=a&target=b")
    assert (here.store.overview(NOW), here.store.deeds(), here.path.read_bytes()) == before
    assert person.ask("DELETE", "/desk/feeds/").status == 405


def test_other_hosts_are_not_served(here: House) -> None:
    person = here.browser(Role.ADMIN)
    assert person.get("/desk/", host="evil.example:8081").status == 421


# ---------------------------------------------------------------------------------------------- signing in


def test_signing_in_goes_where_one_wanted_to_and_out_again(here: House) -> None:
    person = here.browser()
    form = person.follow(person.get("/desk/stories/?state=held"))
    assert form.status == 200 and "Sign in" in form.words
    seen = person.post("/desk/sign-in/", {"name": "ada", "password": PASSWORD, "next": "/desk/stories/?state=held"})
    assert (seen.status, seen.place) == (303, "/desk/stories/?state=held")
    kept = dict(person.cookies)
    person.get("/desk/")
    assert person.post("/desk/sign-out/").place == "/desk/sign-in/"
    assert "__Host-desk" not in person.cookies
    person.cookies = kept
    assert person.get("/desk/").status == 303, "the session is over on the server, too"


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example/", "/desk//evil.example/", "/desk/\\evil", "/other/", "/desk/sign-out/"]
)
def test_it_goes_nowhere_else(here: House, place: str) -> None:
    person = here.browser()
    person.get("/desk/sign-in/")
    assert person.post("/desk/sign-in/", {"name": "ada", "password": PASSWORD, "next": place}).place == "/desk/"


def test_the_cookie_is_for_this_host_over_tls_and_no_script(here: House) -> None:
    person = here.browser()
    planted = [v for k, v in person.sign_in().headers if k == "set-cookie" and v.startswith("__Host-desk=")]
    assert len(planted) == 1
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {p.strip().lower() for p in planted[0].split(";")}
    assert "max-age" not in planted[0].lower() and "domain" not in planted[0].lower()


def test_a_session_ends_by_disuse_and_by_age(here: House) -> None:
    person = here.browser()
    assert person.sign_in().status == 303
    for _ in range(12):
        here.clock.wait(minutes=55)
        assert person.get("/desk/").status == 200
    here.clock.wait(minutes=61)
    assert person.get("/desk/").status == 303
    assert person.sign_in().status == 303
    for _ in range(13):
        here.clock.wait(minutes=58)
        seen = person.get("/desk/").status
    assert seen == 303, "twelve hours are over"


def test_a_wrong_password_is_slowed_and_a_right_one_does_not_help_while_one_waits(here: House) -> None:
    thief = here.browser()
    answers = [thief.sign_in(password=f"guess number {n}") for n in range(secrets.FREE)]
    assert [a.status for a in answers] == [403] * secrets.FREE
    seen = thief.sign_in()
    assert seen.status == 429 and seen.header("retry-after") == "2" and "Try again in 2 seconds" in seen.words
    pauses = []
    for _ in range(6):
        here.clock.wait(seconds=int(seen.header("retry-after")))
        assert thief.sign_in(password="another guess").status == 403
        seen = thief.sign_in()
        pauses.append(int(seen.header("retry-after")))
    assert pauses == [4, 8, 16, 32, 64, 128]
    here.clock.wait(seconds=128)
    assert thief.sign_in().status == 303


def test_guessing_in_somebody_s_name_does_not_lock_that_person_out(here: House) -> None:
    ada = here.browser(client="192.0.2.50")
    assert ada.sign_in().status == 303
    ada.get("/desk/")
    ada.post("/desk/sign-out/")
    for n in range(secrets.FREE + 2):
        here.browser(client=f"192.0.2.{n}").sign_in(password="a guess")
    assert here.browser(client="192.0.2.99").sign_in().status == 429, "a browser that nobody knows has to wait"
    assert ada.sign_in().status == 303, "the one in which she has signed in before does not"


def test_one_address_is_slowed_whatever_names_it_tries(here: House) -> None:
    statuses = [here.browser(client="192.0.2.77").sign_in(name=f"name{n}", password="a guess").status for n in range(secrets.FREE + 1)]
    assert statuses == [403] * secrets.FREE + [429]
    assert here.browser(client="192.0.2.78").sign_in().status == 303
    assert here.browser(client="2001:db8::1").sign_in(name="x", password="y").status == 403
    assert "address:2001:db8::/64" in here.store.failures(["address:2001:db8::/64"])


def test_failures_are_forgotten_after_an_hour(here: House) -> None:
    for _ in range(secrets.FREE + 1):
        here.browser().sign_in(password="a guess")
    here.clock.wait(hours=1)
    assert here.browser().sign_in(password="a guess").status == 403
    assert here.store.failures(["account:ada"])["account:ada"][0] == 1


def test_a_name_that_does_not_exist_is_answered_like_one_that_does(here: House) -> None:
    one, two = here.browser(), here.browser(client="192.0.2.9")
    seen, other = one.sign_in(password="a guess"), two.sign_in(name="bob", password="a guess")
    assert (seen.status, seen.words.replace("ada", "")) == (other.status, other.words.replace("bob", ""))


# ---------------------------------------------------------------------------------------------- tokens


def test_a_script_reads_and_acts_within_its_role_without_form_tokens(here: House) -> None:
    for role in (Role.READER, Role.EDITOR):
        here.store.add_token(Token(label=str(role), account="ada", role=role, made=here.clock()), secrets.digest(f"key of {role}"))
    script = Browser(here.app)
    assert script.get("/desk/stories/", authorization="Bearer key of reader").json()["leads"]
    story = f"/desk/story/{here.store.leads()[0].key}/"
    assert script.ask("POST", story, {"act": "retry"}, authorization="Bearer key of reader", origin="").status == 403
    done = script.ask("POST", story, {"act": "retry"}, authorization="Bearer key of editor", origin="")
    assert done.json() == {"done": "0 items will be tried again."}
    assert here.store.deeds(what="retried")[0].who == "ada (editor)"
    assert script.ask("POST", story, {"act": "retry"}, authorization="Bearer key of editor", origin="https://evil.example").status == 403
    for wrong in ("Bearer no such key", "Basic YWRhOng=", "key of editor"):
        assert script.get("/desk/", authorization=wrong).status == 401
    assert here.store.tokens()[0].used == here.clock()


# ---------------------------------------------------------------------------------------------- what leaks


def test_every_answer_carries_the_headers(here: House) -> None:
    person, nobody = here.browser(Role.ADMIN), here.browser()
    for seen in (nobody.get("/desk/"), nobody.get("/desk/sign-in/"), person.get("/desk/"), person.get("/desk/story/x/"), nobody.get("/")):
        assert "script-src" not in seen.header("content-security-policy") and "default-src 'none'" in seen.header("content-security-policy")
        assert seen.header("cache-control") == "no-store" and seen.header("x-content-type-options") == "nosniff"
        assert "unsafe" not in seen.header("content-security-policy") and seen.header("referrer-policy") == "same-origin"
    style = re.search(r'href="(/desk/[0-9a-f]{12}\.css)"', person.get("/desk/").text)[1]  # type: ignore[index]
    assert nobody.get(style).header("content-type").startswith("text/css")


def test_no_secret_is_kept_or_shown(here: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    person = here.browser()
    person.sign_in(password="my secret guess")
    person.sign_in()
    session = person.cookies["__Host-desk"]
    pages = [person.get(at(d.path, here)).text for d in DOORS if d.get]
    pages += [person.get(at(d.path, here) + "?format=json").text for d in DOORS if d.get]
    with here.store.read() as connection:
        kept = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    said = caplog.text + "".join(capfd.readouterr())
    for secret in (PASSWORD, "my secret guess", session, person.cookies["__Host-browser"]):
        assert secret not in kept + said and not any(secret in page for page in pages)
    assert HASH not in "".join(pages) and "argon2id" in kept


def test_a_bug_of_ours_is_written_down_and_a_lost_database_is_said(here: House, monkeypatch: pytest.MonkeyPatch) -> None:
    person = here.browser(Role.READER)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(type(here.store), "changes", broken)
    with pytest.raises(RuntimeError, match="boom"):  # the server prints it as well
        person.get("/desk/corrections/")
    assert "screen /desk/corrections/" in person.get("/desk/bugs/").words

    def locked(*_: object, **__: object) -> None:
        raise StoreError("the database is locked")

    monkeypatch.setattr(type(here.store), "changes", locked)
    assert person.get("/desk/corrections/").status == 502
    monkeypatch.setattr(type(here.store), "session", locked)
    seen = person.get("/desk/")
    assert seen.status == 503 and "locked" in seen.text and seen.header("cache-control") == "no-store"


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    second = timedelta(seconds=1)
    assert secrets.wait(secrets.FREE - 1, NOW, NOW) == timedelta(0)
    assert [secrets.wait(secrets.FREE + n, NOW, NOW) / second for n in (0, 1, 2, 20)] == [2, 4, 8, 900]
    assert secrets.wait(secrets.FREE + 20, NOW, NOW + timedelta(hours=1)) == timedelta(0)


@pytest.mark.parametrize(
    ("password", "word"), [("short", "at least"), ("x" * 2000, "at most"), ("adaadaada1ada", "guess"), ("aaaaaaaaaaab", "guess")]
)
def test_weak_passwords_are_refused(password: str, word: str) -> None:
    assert word in secrets.too_weak(password, "ada") and secrets.too_weak("four words in a row", "ada") == ""
