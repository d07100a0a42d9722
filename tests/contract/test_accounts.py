"""What every store promises of the people at the desk and of the log of what they did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from babelwire.errors import StoreError
from babelwire.model import Deed, Role, Token
from babelwire.stores.sqlite import SqliteStore
from tests.stores.rows import NOW, minutes

IDLE = timedelta(minutes=30)


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "babelwire.db" if request.param == "file" else ":memory:")
    made.add_account("ada", Role.EDITOR, "hash of ada", NOW)
    yield made
    assert made.check() == []
    made.close()


class TestAccounts:
    def test_an_account_is_there_once(self, store: SqliteStore) -> None:
        with pytest.raises(StoreError, match="already"):
            store.add_account("ada", Role.READER, "other", NOW)
        assert store.password_of("ada") == "hash of ada"
        assert store.password_of("bob") is None
        found = store.account("ada")
        assert found is not None and (found.role, found.made, found.signed_in) == (Role.EDITOR, NOW, None)

    def test_roles_change_and_accounts_go(self, store: SqliteStore) -> None:
        assert store.set_role("ada", Role.ADMIN) and not store.set_role("bob", Role.ADMIN)
        assert [a.role for a in store.accounts()] == [Role.ADMIN]
        store.open_session("ada", "s", until=minutes(60), now=NOW)
        store.know_browser("ada", "b", until=minutes(60))
        store.add_token(Token(label="cron", account="ada", role=Role.READER, made=NOW), "t")
        assert store.remove_account("ada") and not store.remove_account("ada")
        assert store.session("s", idle=IDLE, now=NOW) is None
        assert store.token("t", NOW) is None and store.tokens() == []
        assert not store.knows_browser("ada", "b", NOW)

    def test_a_new_password_ends_what_the_old_one_opened(self, store: SqliteStore) -> None:
        store.open_session("ada", "s", until=minutes(60), now=NOW)
        store.know_browser("ada", "b", until=minutes(60))
        store.count_failure(["account:ada"], NOW)
        assert store.set_password("ada", "new") and not store.set_password("bob", "new")
        assert store.password_of("ada") == "new"
        assert store.session("s", idle=IDLE, now=NOW) is None
        assert not store.knows_browser("ada", "b", NOW)
        assert store.failures(["account:ada"]) == {}


class TestSessions:
    def test_a_session_ends_by_disuse_and_by_age(self, store: SqliteStore) -> None:
        store.open_session("ada", "s", until=minutes(60), now=NOW)
        found = store.session("s", idle=IDLE, now=minutes(25))
        assert found is not None and (found.name, found.signed_in) == ("ada", NOW)
        assert store.session("s", idle=IDLE, now=minutes(50)) is not None, "use at minute 25 counts"
        assert store.session("s", idle=IDLE, now=minutes(61)) is None, "used, but too old"
        store.open_session("ada", "t", until=minutes(600), now=NOW)
        assert store.session("t", idle=IDLE, now=minutes(31)) is None, "young, but not used"

    def test_signing_out_ends_one_session(self, store: SqliteStore) -> None:
        for name in ("s", "t"):
            store.open_session("ada", name, until=minutes(60), now=NOW)
        store.end_session("s")
        assert store.session("s", idle=IDLE, now=NOW) is None
        assert store.session("t", idle=IDLE, now=NOW) is not None

    def test_a_browser_is_known_for_one_account_and_a_while(self, store: SqliteStore) -> None:
        store.know_browser("ada", "b", until=minutes(60))
        store.add_account("bob", Role.READER, "x", NOW)
        assert store.knows_browser("ada", "b", minutes(59))
        assert not store.knows_browser("ada", "b", minutes(60))
        assert not store.knows_browser("bob", "b", NOW)


class TestTokens:
    def test_a_token_never_does_more_than_its_account(self, store: SqliteStore) -> None:
        store.add_token(Token(label="cron", account="ada", role=Role.EDITOR, made=NOW), "t")
        found = store.token("t", minutes(3))
        assert found is not None and (found.account, found.role) == ("ada", Role.EDITOR)
        store.set_role("ada", Role.READER)
        found = store.token("t", minutes(3))
        assert found is not None and (found.role, found.used) == (Role.READER, minutes(3))
        assert store.token("other", NOW) is None

    def test_labels_are_names(self, store: SqliteStore) -> None:
        cron = Token(label="cron", account="ada", role=Role.READER, made=NOW)
        store.add_token(cron, "t")
        with pytest.raises(StoreError, match="already"):
            store.add_token(cron, "u")
        with pytest.raises(StoreError, match="no account"):
            store.add_token(Token(label="x", account="bob", role=Role.READER, made=NOW), "v")
        assert store.remove_token("cron") and not store.remove_token("cron")


class TestAttempts:
    def test_failures_are_counted_and_forgiven_by_subject(self, store: SqliteStore) -> None:
        store.count_failure(["account:ada", "address:10.0.0.1"], NOW)
        store.count_failure(["account:ada"], minutes(1))
        assert store.failures(["account:ada", "address:10.0.0.1", "account:bob"]) == {
            "account:ada": (2, minutes(1)),
            "address:10.0.0.1": (1, NOW),
        }
        store.forgive(["account:ada"])
        assert store.failures(["account:ada", "address:10.0.0.1"]) == {"address:10.0.0.1": (1, NOW)}


class TestDeeds:
    def test_newest_first_by_who_what_and_subject(self, store: SqliteStore) -> None:
        for n, (who, what, subject) in enumerate([("ada", "held", "one"), ("bob", "published", "one"), ("ada", "published", "two")]):
            store.add_deed(Deed(when=minutes(n), who=who, what=what, subject=subject, text="why"))
        assert [d.subject for d in store.deeds(who="ada")] == ["two", "one"]
        assert [d.who for d in store.deeds(what="published", subject="one")] == ["bob"]
        assert [d.when for d in store.deeds(limit=2)] == [minutes(2), minutes(1)]
        assert [d.when for d in store.deeds(before=minutes(1))] == [NOW]
