"""``user``: who may sign in at the desk, and the tokens of scripts.

A password is asked for on the terminal, or read from standard input with ``--stdin``; it is never an argument, which every process
of the machine could read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from babelwire.cli import opening, options, say

if TYPE_CHECKING:
    from babelwire.model import Account
    from babelwire.seams import DeskStore

ROLES = click.Choice(["reader", "editor", "admin"])
STDIN = click.option("--stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """Who may sign in at the desk: reader (looks), editor (decides about stories), admin (feeds and glossary, too)."""


@contextmanager
def _store(path: Path) -> Iterator[DeskStore]:
    from contextlib import closing

    from babelwire import make

    with closing(make.desk_store(opening.config(path))) as store:
        yield store


@user.command()
@options.config
@click.argument("name")
@click.option("--role", type=ROLES, default="editor", show_default=True)
@STDIN
def add(path: Path, name: str, role: str, stdin: bool) -> None:
    """Make an account. Asks for its password."""
    from babelwire.errors import ConfigError
    from babelwire.model import Role, utc_now
    from babelwire.web.desk import secrets

    if not name or len(name) > 64 or not name.isprintable() or name != name.strip() or ":" in name:
        raise ConfigError(f"{name!r} is no name for an account: printable letters without a colon, 64 at most")
    with _store(path) as store:
        store.add_account(name, Role(role), secrets.hashed(_password(name, stdin)), utc_now())
        _note(store, "added account", name, f"role {role}")
    say.note(f"{name} may sign in as {role}.")


def _note(store: DeskStore, what: str, name: str, text: str = "") -> None:
    """Into the log of what people did: whoever is at the machine."""
    from babelwire.model import Deed, utc_now

    store.add_deed(Deed(when=utc_now(), who="the machine", what=what, subject=name, text=text))


def _password(name: str, stdin: bool) -> str:
    """Raises ConfigError: too weak."""
    from babelwire.errors import ConfigError
    from babelwire.web.desk import secrets

    given = sys.stdin.readline().rstrip("\r\n") if stdin else click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    weakness = secrets.too_weak(given, name)
    if weakness:
        raise ConfigError(weakness)
    return str(given)


@user.command("list")
@options.config
@options.as_json
def list_(path: Path, as_json: bool) -> None:
    """Accounts and tokens."""
    with _store(path) as store:
        accounts, tokens = store.accounts(), store.tokens()
    if as_json:
        people = [{"name": a.name, "role": a.role, "made": a.made, "signed_in": a.signed_in} for a in accounts]
        say.json({"accounts": people, "tokens": [{"label": t.label, "account": t.account, "role": t.role, "used": t.used} for t in tokens]})
        return
    rows = [(a.name, str(a.role), say.moment(a.signed_in), "") for a in accounts]
    rows += [(t.account, str(t.role), say.moment(t.used), t.label) for t in tokens]
    say.table(("account", "role", "last here", "token"), rows)


@user.command()
@options.config
@click.argument("name")
@STDIN
def password(path: Path, name: str, stdin: bool) -> None:
    """Another password. Ends every session of the account, and lets it try to sign in at once again."""
    from babelwire.web.desk import secrets

    with _store(path) as store:
        _known(store, name)
        store.set_password(name, secrets.hashed(_password(name, stdin)))
        _note(store, "changed password", name)
    say.note(f"{name} has another password; every session is over.")


@user.command()
@options.config
@click.argument("name")
@click.argument("role", type=ROLES)
def role(path: Path, name: str, role: str) -> None:
    """Another role. Holds at once, for open sessions and tokens, too."""
    from babelwire.model import Role

    with _store(path) as store:
        _known(store, name)
        store.set_role(name, Role(role))
        _note(store, "changed role", name, role)
    say.note(f"{name} is {role} now.")


@user.command()
@options.config
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(path: Path, name: str, yes: bool) -> None:
    """Remove an account with its sessions and tokens. What it did stays in the log."""
    with _store(path) as store:
        _known(store, name)
        if not yes:
            click.confirm(f"Remove {name}?", abort=True, err=True)
        store.remove_account(name)
        _note(store, "removed account", name)
    say.note(f"{name} is removed.")


@user.command()
@options.config
@click.argument("name")
@click.option("--label", help="What it is for; names it.  [default: the account's name]")
@click.option("--role", type=ROLES, default="reader", show_default=True, help="Never more than the account's own.")
@click.option("--revoke", metavar="LABEL", help="End this token instead of making one.")
def token(path: Path, name: str, label: str | None, role: str, revoke: str | None) -> None:
    """A key for scripts, printed once: `curl -H "Authorization: Bearer KEY" http://127.0.0.1:8081/desk/stories/?format=json`."""
    from babelwire.model import Role, Token, utc_now
    from babelwire.web.desk import secrets

    with _store(path) as store:
        account = _known(store, name)
        if revoke is not None:
            _revoke(store, name, revoke)
            return
        least = Role(role) if account.role.may(Role(role)) else account.role
        key = secrets.fresh()
        store.add_token(Token(label=label or name, account=name, role=least, made=utc_now()), secrets.digest(key))
        _note(store, "made token", name, f"{label or name}, role {least}")
    say.note(f"A token {label or name!r} for the role {least}; it is shown once and kept nowhere.")
    say.data(key)


def _known(store: DeskStore, name: str) -> Account:
    from babelwire.errors import ConfigError

    account = store.account(name)
    if account is None:
        raise ConfigError(f"there is no account {name!r}; known: {', '.join(a.name for a in store.accounts()) or 'none'}")
    return account


def _revoke(store: DeskStore, name: str, label: str) -> None:
    from babelwire.errors import ConfigError

    mine = [t.label for t in store.tokens() if t.account == name]
    if label not in mine:
        raise ConfigError(f"{name} has no token {label!r}; known: {', '.join(mine) or 'none'}")
    store.remove_token(label)
    _note(store, "revoked token", name, label)
    say.note(f"The token {label!r} opens nothing any more.")
