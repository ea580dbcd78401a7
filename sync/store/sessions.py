"""Keep who is signed in, by the hash of a token alone, and how often somebody tried to."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select

from sync.store.accounts import Account, as_account, hash_of
from sync.store.database import Database, alone
from sync.store.web_schema import ACCOUNT, SIGN_IN_TRY, WEB_SESSION

_SESSION = WEB_SESSION.c
_TRY = SIGN_IN_TRY.c
_SEEN_EVERY = timedelta(seconds=30)


class Limits(NamedTuple):
    """Say how long a session holds: without being used, in all, and until the second factor was shown."""

    idle: timedelta
    absolute: timedelta
    half: timedelta = timedelta(minutes=5)


class SignedIn(NamedTuple):
    """Name who is signed in; `whole` tells whether the second factor was shown too."""

    account: Account
    whole: bool


def begin_session(db: Database, account_id: int, token: str, *, whole: bool, now: datetime) -> None:
    """Let a token stand for an account from now on."""
    values = {"token_hash": hash_of(token), "account_id": account_id, "whole": whole}
    with db.write() as conn:
        conn.execute(WEB_SESSION.insert().values(**values, started_at=now, seen_at=now))


def session_of(db: Database, token: str, limits: Limits, *, now: datetime) -> SignedIn | None:
    """Return who a token stands for, and note that they were seen; None where it does not hold (any more)."""
    query = select(WEB_SESSION, ACCOUNT).join(ACCOUNT, ACCOUNT.c.id == _SESSION.account_id)
    in_use = or_(ACCOUNT.c.password.is_not(None), ACCOUNT.c.subject.is_not(None))
    mine = (_SESSION.token_hash == hash_of(token), ACCOUNT.c.disabled_at.is_(None), in_use)
    with db.read() as conn:
        row = conn.execute(query.where(*mine)).mappings().first()
    if row is None:
        return None
    longest = limits.absolute if row["whole"] else limits.half
    if now - row["seen_at"] >= limits.idle or now - row["started_at"] >= longest:
        end_session(db, token)
        return None
    if now - row["seen_at"] >= _SEEN_EVERY:
        with db.write() as conn:
            conn.execute(WEB_SESSION.update().where(mine[0]).values(seen_at=now))
    return SignedIn(as_account(row), row["whole"])


def end_session(db: Database, token: str) -> None:
    """Let a token stand for nobody any more."""
    with db.write() as conn:
        conn.execute(WEB_SESSION.delete().where(_SESSION.token_hash == hash_of(token)))


def note_tries(db: Database, most: Mapping[str, int], within: timedelta, *, now: datetime) -> list[int] | None:
    """Write down a try to sign in under each key, before it is known how it ends; return the ids of what was written.

    most  how many tries each key may have within the time; where one has had them, nothing is written: None
    Older ones are forgotten.
    """
    recent = select(_TRY.whose, func.count()).where(_TRY.whose.in_(list(most))).group_by(_TRY.whose)
    with db.write() as conn:
        alone(conn, SIGN_IN_TRY)
        conn.execute(SIGN_IN_TRY.delete().where(_TRY.at <= now - within))
        if any(count >= most[key] for key, count in conn.execute(recent)):
            return None
        added = [conn.execute(SIGN_IN_TRY.insert().values(whose=key, at=now).returning(_TRY.id)) for key in most]
        return [one.scalar_one() for one in added]


def forget_tries(db: Database, ids: Collection[int]) -> None:
    """Take tries back that ended well."""
    with db.write() as conn:
        conn.execute(SIGN_IN_TRY.delete().where(_TRY.id.in_(list(ids))))
