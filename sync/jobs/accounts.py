"""Give accounts to people who use the pages, and take them away."""

import base64
import secrets

from sync.errors import WrongCall
from sync.jobs.service import Service
from sync.store.accounts import Link, NewAccount, add_account, disable_account, renew_link

_SECRET_BYTES = 20
_LONGEST_NAME = 60


def new_account(service: Service, new: NewAccount) -> str:
    """Add an account; return the token of the link by which its owner sets password and second factor, once."""
    if not new.name.strip() or len(new.name) > _LONGEST_NAME or not new.name.isprintable():
        raise WrongCall("this cannot be the name of an account", f"Give up to {_LONGEST_NAME} letters or digits.")
    link = _new_link()
    add_account(service.db, new, link, actor=service.actor, now=service.now())
    return link.token


def new_link(service: Service, name: str) -> str:
    """End password, second factor and sessions of an account; return the token of a link to set them anew."""
    link = _new_link()
    renew_link(service.db, name, link, actor=service.actor, now=service.now())
    return link.token


def disable(service: Service, name: str) -> None:
    """Let nobody in by this account any more, from now on."""
    disable_account(service.db, name, actor=service.actor, now=service.now())


def _new_link() -> Link:
    secret = base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    return Link(secrets.token_urlsafe(32), secret)
