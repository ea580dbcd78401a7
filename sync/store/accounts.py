"""Keep accounts: who may sign in, as what, for which providers; passwords as hashes, links as hashes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select

from sync.errors import WrongCall
from sync.store.audit import Act, record
from sync.store.database import Database
from sync.store.web_schema import ACCOUNT, WEB_SESSION

LINK_HOLDS = timedelta(hours=24)
_ACCOUNT = ACCOUNT.c


class Role(StrEnum):
    """What an account is for; the table of pages says what each may do."""

    OPERATIONS = "operations"
    REVIEWER = "reviewer"
    KEYER = "keyer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Account:
    """Carry what is known of an account.

    providers   whose customers it may see, as I-Trac spells them; empty = all
    password    a hash; None until the link was used
    totp_step   the last step of time whose code was used, so that none is used twice
    link_until  how long the one-time link can be used; None = it was, or there is none
    subject     by what the agency's own sign-in names its owner; None = they sign in with password and code
    """

    id: int
    name: str
    role: Role
    providers: tuple[str, ...]
    password: str | None
    totp_secret: str
    totp_step: int
    link_until: datetime | None
    created_at: datetime
    disabled_at: datetime | None
    subject: str | None

    @property
    def sees(self) -> frozenset[str] | None:
        """Return the providers of which it may see anything; None = all."""
        return frozenset(self.providers) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Say who gets an account, as what, for which providers (none = all)."""

    name: str
    role: Role
    providers: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Carry the token of a one-time link, which is kept as a hash alone, and the secret of the second factor."""

    token: str
    totp_secret: str


def hash_of(token: str) -> str:
    """Return what is kept of a random token."""
    return sha256(token.encode()).hexdigest()


def add_account(db: Database, new: NewAccount, link: Link, *, actor: str, now: datetime) -> None:
    """Add an account that the one-time link brings to life; raise WrongCall where the name is taken."""
    with db.write() as conn:
        if _one(conn, _ACCOUNT.name == new.name):
            raise WrongCall("this account exists already", "`ims-sync user list` shows every account.")
        values = {"name": new.name, "role": new.role, "providers": sorted(new.providers), "created_at": now}
        conn.execute(ACCOUNT.insert().values(**values, totp_step=0, **_linked(link, now)))
        record(conn, Act(actor, "added account", new.name, {"role": new.role}), now)


def renew_link(db: Database, name: str, link: Link, *, actor: str, now: datetime) -> None:
    """Let a person set password and second factor anew: the old ones and every session of theirs end at once."""
    with db.write() as conn:
        account = _known(conn, name)
        own = ACCOUNT.update().where(_ACCOUNT.id == account.id)
        conn.execute(own.values(password=None, subject=None, disabled_at=None, **_linked(link, now)))
        _end_sessions(conn, account.id)
        record(conn, Act(actor, "renewed link of account", name, {}), now)


def disable_account(db: Database, name: str, *, actor: str, now: datetime) -> None:
    """Let nobody in by this account any more; every session of it ends at once."""
    with db.write() as conn:
        account = _known(conn, name)
        own = ACCOUNT.update().where(_ACCOUNT.id == account.id)
        conn.execute(own.values(disabled_at=now, link_hash=None, link_until=None))
        _end_sessions(conn, account.id)
        record(conn, Act(actor, "disabled account", name, {}), now)


def enrol(db: Database, token: str, password: str, *, step: int, now: datetime) -> bool:
    """Use a one-time link: keep the hash of the password and the step of the first code; False if it does not hold."""
    holds = (_ACCOUNT.link_hash == hash_of(token), _ACCOUNT.link_until > now, _ACCOUNT.disabled_at.is_(None))
    values = {"password": password, "totp_step": step, "link_hash": None, "link_until": None}
    with db.write() as conn:
        name = conn.scalar(ACCOUNT.update().where(*holds).values(**values).returning(_ACCOUNT.name))
        if name is not None:
            record(conn, Act(name, "enrolled", name, {}), now)
    return name is not None


def enrol_subject(db: Database, token: str, subject: str, *, now: datetime) -> Account | None:
    """Use a one-time link: the agency's own sign-in opens the account from now on; None if the link does not hold.

    WrongCall where the same person has another account.
    """
    holds = (_ACCOUNT.link_hash == hash_of(token), _ACCOUNT.link_until > now, _ACCOUNT.disabled_at.is_(None))
    values = {"subject": subject, "password": None, "link_hash": None, "link_until": None}
    with db.write() as conn:
        if _one(conn, _ACCOUNT.subject == subject):
            raise WrongCall("you have another account already", "Sign in with that, or ask an admin to disable it.")
        name = conn.scalar(ACCOUNT.update().where(*holds).values(**values).returning(_ACCOUNT.name))
        if name is None:
            return None
        record(conn, Act(name, "enrolled", name, {"by": "oidc"}), now)
        return _known(conn, name)


def account_of_subject(db: Database, subject: str) -> Account | None:
    """Return the account that the agency's own sign-in opens, unless it is disabled."""
    with db.read() as conn:
        return _one(conn, (_ACCOUNT.subject == subject) & _ACCOUNT.disabled_at.is_(None))


def set_password(db: Database, account: Account, password: str, *, now: datetime) -> None:
    """Keep the hash of a new password; every session of the account ends at once."""
    with db.write() as conn:
        conn.execute(ACCOUNT.update().where(_ACCOUNT.id == account.id).values(password=password))
        _end_sessions(conn, account.id)
        record(conn, Act(account.name, "changed password", account.name, {}), now)


def use_code(db: Database, account_id: int, step: int) -> bool:
    """Write down that the code of a step of time is used; False where it, or a later one, was used before."""
    fresh = ACCOUNT.update().where(_ACCOUNT.id == account_id, _ACCOUNT.totp_step < step)
    with db.write() as conn:
        return conn.execute(fresh.values(totp_step=step)).rowcount == 1


def account_named(db: Database, name: str) -> Account | None:
    """Return the account of a name."""
    with db.read() as conn:
        return _one(conn, _ACCOUNT.name == name)


def account_of_link(db: Database, token: str, now: datetime) -> Account | None:
    """Return the account that a one-time link belongs to, as long as it holds."""
    with db.read() as conn:
        return _one(conn, (_ACCOUNT.link_hash == hash_of(token)) & (_ACCOUNT.link_until > now))


def all_accounts(db: Database) -> list[Account]:
    """Return every account, by name."""
    with db.read() as conn:
        return [as_account(row._mapping) for row in conn.execute(COLUMNS.order_by(_ACCOUNT.name))]


_NAMES = Account.__slots__
COLUMNS = select(*(_ACCOUNT[name] for name in _NAMES))


def as_account(row: Any) -> Account:
    """Return a row as an account."""
    cells = {name: row[name] for name in _NAMES}
    return Account(**{**cells, "role": Role(cells["role"]), "providers": tuple(cells["providers"])})


def _linked(link: Link, now: datetime) -> dict[str, Any]:
    return {"link_hash": hash_of(link.token), "link_until": now + LINK_HOLDS, "totp_secret": link.totp_secret}


def _one(conn: Connection, which: Any) -> Account | None:
    row = conn.execute(COLUMNS.where(which)).first()
    return as_account(row._mapping) if row else None


def _known(conn: Connection, name: str) -> Account:
    account = _one(conn, _ACCOUNT.name == name)
    if account is None:
        raise WrongCall("no account has this name", "`ims-sync user list` shows every account.")
    return account


def _end_sessions(conn: Connection, account_id: int) -> None:
    conn.execute(WEB_SESSION.delete().where(WEB_SESSION.c.account_id == account_id))
