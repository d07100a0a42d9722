"""``user``, and the desk served by ``serve --desk`` and ``run``: over real sockets, on the configuration as it is now."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

from babelwire import config, make
from babelwire.cli import room, serving
from babelwire.errors import ConfigError
from babelwire.model import Role
from babelwire.web.desk import secrets
from tests.cli.conftest import Run

PASSWORD = "four words in a row"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "babelwire.toml"
    made.write_text('[web]\ndesk = "127.0.0.1:0"\n[editions.fr]\n[translate]\nengines = ["echo"]\n', encoding="utf-8")
    return made


@pytest.fixture
def ada(cli: Run, path: Path) -> Path:
    assert cli("user", "add", "ada", "--role", "admin", "--stdin", input=f"{PASSWORD}\n").exit_code == 0
    return path


def accounts(path: Path) -> dict[str, Role]:
    store = make.desk_store(config.load(path))
    found = {a.name: a.role for a in store.accounts()}
    store.close()
    return found


def test_an_account_from_first_to_last(cli: Run, ada: Path) -> None:
    assert accounts(ada) == {"ada": Role.ADMIN}
    store = make.desk_store(config.load(ada))
    assert secrets.fits(PASSWORD, store.password_of("ada"))
    assert store.deeds(what="added account")[0].subject == "ada"
    assert cli("user", "password", "ada", "--stdin", input="another four words here\n").exit_code == 0
    assert not secrets.fits(PASSWORD, store.password_of("ada")) and secrets.fits("another four words here", store.password_of("ada"))
    store.close()
    assert cli("user", "role", "ada", "reader").exit_code == 0 and accounts(ada) == {"ada": Role.READER}
    assert "ada\treader" in cli("user", "list").stdout
    assert cli("user", "remove", "ada", "--yes").exit_code == 0 and accounts(ada) == {}
    store = make.desk_store(config.load(ada))
    did = [d.what for d in store.deeds(who="the machine", subject="ada")]
    store.close()
    assert did == ["removed account", "changed role", "changed password", "added account"]


def test_the_terminal_is_asked_twice_and_shows_nothing(cli: Run, path: Path) -> None:
    asked = cli("user", "add", "bob", input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0 and PASSWORD not in asked.output and accounts(path) == {"bob": Role.EDITOR}


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        (("add", "ada"), f"{PASSWORD}\n", "already"),
        (("add", "bob"), "short\n", "at least"),
        (("add", "bo:b"), f"{PASSWORD}\n", "no name"),
        (("password", "bob"), f"{PASSWORD}\n", "known: ada"),
    ],
)
def test_what_cannot_be_done_is_said(cli: Run, ada: Path, words: tuple[str, ...], given: str, message: str) -> None:
    result = cli("user", *words, "--stdin", input=given)
    assert result.exit_code != 0 and message in result.stderr and given.strip() not in result.output


def test_a_token_is_shown_once_and_ends_when_it_is_revoked(cli: Run, ada: Path) -> None:
    assert cli("user", "role", "ada", "editor").exit_code == 0
    made = cli("user", "token", "ada", "--label", "cron", "--role", "admin")
    key = made.stdout.strip()
    assert re.fullmatch(r"[\w-]{43}", key) and "role editor" in made.stderr, "never more than the account's own role"
    listed = json.loads(cli("user", "list", "--json").stdout)
    assert listed["tokens"] == [{"label": "cron", "account": "ada", "role": "editor", "used": None}] and key not in json.dumps(listed)
    assert cli("user", "token", "ada", "--revoke", "other").exit_code == 2
    assert cli("user", "token", "ada", "--revoke", "cron").exit_code == 0
    assert json.loads(cli("user", "list", "--json").stdout)["tokens"] == []


# ---------------------------------------------------------------------------------------------- served


@contextmanager
def served(path: Path) -> Iterator[http.client.HTTPConnection]:
    with room.served(config.load(path), lambda: config.load(path)) as address:
        assert address is not None
        host = address.removeprefix("http://").rstrip("/")
        connection = http.client.HTTPConnection(host, timeout=20)
        yield connection
        connection.close()


def ask(
    door: http.client.HTTPConnection, method: str, place: str, form: dict[str, str] | None = None, **headers: str
) -> tuple[int, dict[str, list[str]], str]:
    given = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://{door.host}:{door.port}"} if method == "POST" else {}
    door.request(method, place, urlencode(form or {}) if method == "POST" else None, given | headers)
    answer = door.getresponse()
    kept: dict[str, list[str]] = {}
    for name, value in answer.getheaders():
        kept.setdefault(name.lower(), []).append(value)
    return answer.status, kept, answer.read().decode()


def test_one_signs_in_over_plain_http_on_this_machine_and_sees_a_changed_configuration(ada: Path) -> None:
    with served(ada) as door:
        status, headers, page = ask(door, "GET", "/desk/sign-in/")
        browser = headers["set-cookie"][0].partition(";")[0]
        key = re.search(r'name="key" value="([^"]+)"', page)[1]  # type: ignore[index]
        form = {"key": key, "name": "ada", "password": PASSWORD}
        status, headers, _ = ask(door, "POST", "/desk/sign-in/", form, Cookie=browser)
        assert status == 303
        session = next(c.partition(";")[0] for c in headers["set-cookie"] if c.startswith("__Host-desk="))
        status, _, page = ask(door, "GET", "/desk/stories/", Cookie=session)
        assert status == 200 and "(es)" not in page
        ada.write_text(ada.read_text() + '[editions.es]\ntitle = "El Hilo"\n')
        assert "El Hilo (es)" in ask(door, "GET", "/desk/stories/", Cookie=session)[2]
        ada.write_text(ada.read_text() + "[nonsense]\n")
        assert ask(door, "GET", "/desk/stories/", Cookie=session)[0] == 200, "a file that cannot be used changes nothing"
        status, _, page = ask(door, "GET", "/desk/rules/", Cookie=session)
        assert status == 502 and "nonsense" in page


def test_no_desk_without_an_account_or_where_it_is_off(cli: Run, path: Path) -> None:
    with room.served(config.load(path), lambda: config.load(path)) as address:
        assert address is None
    result = cli("serve", "--desk", "--port", "0")
    assert result.exit_code == 2 and "babelwire user add" in result.stderr
    path.write_text('[web]\ndesk = "off"\n')
    assert "off" in cli("serve", "--desk", "--port", "0").stderr


def test_serve_with_the_desk_names_both_addresses(cli: Run, ada: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving.Listening, "run", lambda self: None)
    result = cli("serve", "--desk", "--port", "0")
    assert result.exit_code == 0 and re.search(r"The desk: http://127.0.0.1:\d+/desk/", result.stderr)


def test_a_desk_for_others_has_to_know_its_address(path: Path) -> None:
    loaded = config.load(path)
    assert "http://localhost:9" in room.origins(loaded, 9) and "http://127.0.0.1:9" in room.origins(loaded, 9)
    path.write_text('[web]\ndesk = "0.0.0.0:8081"\n')
    with pytest.raises(ConfigError, match="desk_url"):
        room.origins(config.load(path), 8081)
    path.write_text('[web]\ndesk = "0.0.0.0:8081"\ndesk_url = "https://desk.example"\n')
    assert room.origins(config.load(path), 8081)[0] == "https://desk.example"


def test_a_door_that_is_taken_is_said(ada: Path) -> None:
    with ExitStack() as stack:
        taken = serving.bind("127.0.0.1", 0)
        stack.callback(taken.close)
        ada.write_text(ada.read_text().replace("127.0.0.1:0", f"127.0.0.1:{taken.getsockname()[1]}"))
        with pytest.raises(ConfigError, match=r"\[web\] desk"), room.served(config.load(ada), lambda: config.load(ada)):
            pass
