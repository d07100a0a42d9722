"""The store's room for the people at the desk: accounts, sessions, known browsers, tokens, failed attempts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from babelwire.errors import StoreError
from babelwire.model import Account, Role, Token
from babelwire.stores.database import Database, Record, add
from babelwire.stores.tables import account, attempt, browser, session, token

FORGET = timedelta(days=7)  #: failed attempts older than this are swept away
SEEN_EVERY = timedelta(minutes=1)  #: how exact the time of last use is: a look at a page need not cost a write


class Accounts(Database):
    """As ``seams.Accounts`` says."""

    def add_account(self, name: str, role: Role, password: str, now: datetime) -> None:
        with self.write() as connection:
            if connection.scalar(select(account.c.name).where(account.c.name == name)):
                raise StoreError(f"there is an account {name!r} already; `babelwire user password {name}` gives it another password")
            connection.execute(insert(account).values(name=name, role=role, password=password, made=now))

    def accounts(self) -> list[Account]:
        with self.read() as connection:
            return [_account(row) for row in connection.execute(select(account).order_by(account.c.name))]

    def account(self, name: str) -> Account | None:
        with self.read() as connection:
            row = connection.execute(select(account).where(account.c.name == name)).one_or_none()
        return _account(row) if row else None

    def password_of(self, name: str) -> str | None:
        with self.read() as connection:
            found: str | None = connection.scalar(select(account.c.password).where(account.c.name == name))
        return found

    def set_password(self, name: str, password: str) -> bool:
        with self.write() as connection:
            known = connection.execute(update(account).where(account.c.name == name).values(password=password)).rowcount > 0
            connection.execute(delete(session).where(session.c.account == name))
            connection.execute(delete(browser).where(browser.c.account == name))
            connection.execute(delete(attempt).where(attempt.c.subject == f"account:{name}"))
        return known

    def set_role(self, name: str, role: Role) -> bool:
        with self.write() as connection:
            return connection.execute(update(account).where(account.c.name == name).values(role=role)).rowcount > 0

    def remove_account(self, name: str) -> bool:
        with self.write() as connection:
            for table in (session, browser, token):
                connection.execute(delete(table).where(table.c.account == name))
            return connection.execute(delete(account).where(account.c.name == name)).rowcount > 0

    # ------------------------------------------------------------------------------------------ sessions and browsers

    def open_session(self, name: str, digest: str, *, until: datetime, now: datetime) -> None:
        with self.write() as connection:
            connection.execute(delete(session).where(session.c.until <= now))
            connection.execute(delete(browser).where(browser.c.until <= now))
            connection.execute(delete(attempt).where(attempt.c.last <= now - FORGET))
            connection.execute(insert(session).values(digest=digest, account=name, seen=now, until=until))
            connection.execute(update(account).where(account.c.name == name).values(signed_in=now))

    def session(self, digest: str, *, idle: timedelta, now: datetime) -> Account | None:
        open_ = (session.c.digest == digest, session.c.until > now, session.c.seen > now - idle)
        with self.read() as connection:
            row = connection.execute(select(account, session.c.seen).join_from(session, account).where(*open_)).one_or_none()
        if row is None:
            return None
        if now - row.seen >= SEEN_EVERY:
            with self.write() as connection:
                connection.execute(update(session).where(session.c.digest == digest).values(seen=now))
        return _account(row)

    def end_session(self, digest: str) -> None:
        with self.write() as connection:
            connection.execute(delete(session).where(session.c.digest == digest))

    def know_browser(self, name: str, digest: str, *, until: datetime) -> None:
        with self.write() as connection:
            add(connection, browser, [{"digest": digest, "account": name, "until": until}], renew=("until",))

    def knows_browser(self, name: str, digest: str, now: datetime) -> bool:
        mine = (browser.c.digest == digest, browser.c.account == name, browser.c.until > now)
        with self.read() as connection:
            return connection.scalar(select(browser.c.digest).where(*mine)) is not None

    # ------------------------------------------------------------------------------------------ tokens

    def add_token(self, made: Token, digest: str) -> None:
        with self.write() as connection:
            if connection.scalar(select(token.c.label).where(token.c.label == made.label)):
                raise StoreError(f"there is a token {made.label!r} already")
            if connection.scalar(select(account.c.name).where(account.c.name == made.account)) is None:
                raise StoreError(f"there is no account {made.account!r}")
            values = {"label": made.label, "account": made.account, "role": made.role, "made": made.made, "used": made.used}
            connection.execute(insert(token).values(digest=digest, **values))

    def token(self, digest: str, now: datetime) -> Token | None:
        whole = select(token, account.c.role.label("most")).join_from(token, account)
        with self.read() as connection:
            row = connection.execute(whole.where(token.c.digest == digest)).one_or_none()
        if row is None:
            return None
        if row.used is None or now - row.used >= SEEN_EVERY:
            with self.write() as connection:
                connection.execute(update(token).where(token.c.digest == digest).values(used=now))
        return _token(row, Role(row.most))

    def tokens(self) -> list[Token]:
        whole = select(token, account.c.role.label("most")).join_from(token, account).order_by(token.c.label)
        with self.read() as connection:
            return [_token(row, Role(row.most)) for row in connection.execute(whole)]

    def remove_token(self, label: str) -> bool:
        with self.write() as connection:
            return connection.execute(delete(token).where(token.c.label == label)).rowcount > 0

    # ------------------------------------------------------------------------------------------ attempts

    def failures(self, subjects: Sequence[str]) -> Mapping[str, tuple[int, datetime]]:
        with self.read() as connection:
            return _failures(connection, subjects)

    def count_failure(self, subjects: Sequence[str], now: datetime) -> None:
        with self.write() as connection:
            before = _failures(connection, subjects)
            rows = [{"subject": s, "failures": before.get(s, (0, now))[0] + 1, "last": now} for s in dict.fromkeys(subjects)]
            add(connection, attempt, rows, renew=("failures", "last"))

    def forgive(self, subjects: Sequence[str]) -> None:
        with self.write() as connection:
            connection.execute(delete(attempt).where(attempt.c.subject.in_(subjects)))


def _failures(connection: Connection, subjects: Sequence[str]) -> dict[str, tuple[int, datetime]]:
    rows = connection.execute(select(attempt).where(attempt.c.subject.in_(subjects)))
    return {row.subject: (row.failures, row.last) for row in rows}


def _account(row: Record) -> Account:
    return Account(name=row.name, role=Role(row.role), made=row.made, signed_in=row.signed_in)


def _token(row: Record, most: Role) -> Token:
    own = Role(row.role)
    return Token(label=row.label, account=row.account, role=own if most.may(own) else most, made=row.made, used=row.used)
