"""Give the pages what they work with: the service in the name of who is signed in, and what checks passwords."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import current_app, g
from pydantic import SecretStr

from sync.jobs.crosswalk_followed import Followed
from sync.jobs.crosswalk_remembered import Counts, Impacts
from sync.jobs.keying import Keyer
from sync.jobs.rehearsal_date import dated
from sync.jobs.service import Service
from sync.jobs.usual import Remembered
from sync.store.accounts import Account
from sync.store.sessions import Limits, SignedIn
from sync.web.passwords import Passwords

Views = dict[str, Callable[..., Any]]


@dataclass(frozen=True, slots=True)
class Shell:
    """Hold what all pages share; `version` names the static files.

    begun     the service as it was opened
    followed  by which version of the crosswalk is decided
    """

    begun: Service
    passwords: Passwords
    key: SecretStr
    version: str
    followed: Followed
    remembered: Remembered = field(default_factory=Remembered)
    impacts: Impacts = field(default_factory=Impacts)
    counts: Counts = field(default_factory=Counts)

    @property
    def service(self) -> Service:
        """Return the service by the newest version, as it was when the request began.

        It is by the clock on the wall: sessions, links and codes of signing in hold by it, in a rehearsal too.
        """
        if "by_newest" not in g:
            g.by_newest = self.followed.by_newest(self.begun)
        found: Service = g.by_newest
        return found

    def key_of(self, kind: str, text: str) -> str:
        """Return what stands for a name or an address where tries are counted: neither is kept."""
        return hmac.new(self.key.get_secret_value().encode(), f"{kind}:{text}".encode(), sha256).hexdigest()


def shell() -> Shell:
    """Return what the pages share."""
    made: Shell = current_app.extensions["ims_sync"]
    return made


def signed_in() -> SignedIn:
    """Return who is signed in, at least by half; the guard has seen to it that somebody is."""
    found: SignedIn = g.signed_in
    return found


def account() -> Account:
    """Return whose account is signed in."""
    return signed_in().account


def service() -> Service:
    """Return the service in the name of who is signed in; in a rehearsal on the date of the rehearsal."""
    return dated(on_the_wall())


def on_the_wall() -> Service:
    """Return the same by the clock on the wall, for what is about signing in or moves the date."""
    return replace(shell().service, actor=account().name)


def keyer() -> Keyer:
    """Return who is signed in, as one who keys what they may see."""
    return Keyer(account().name, account().providers)


def limits() -> Limits:
    """Return how long sessions hold."""
    web = shell().service.settings.web
    return Limits(timedelta(minutes=web.idle_min), timedelta(hours=web.absolute_h))
