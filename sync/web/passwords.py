"""Check passwords and codes, taking the same time whether or not there is such an account."""

import hmac
from datetime import datetime

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sync.store.accounts import Account

SHORTEST = 12
_LONGEST = 200
_STEP_S = 30
ISSUER = "ims-sync"


class Passwords:
    """Hash and check passwords; nobody's has a hash too, which is checked where there is no account."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobodys = hasher.hash("")

    def hash(self, password: str) -> str:
        """Return what is kept of a password."""
        return self._hasher.hash(password)

    def fits(self, account: Account | None, password: str) -> bool:
        """Tell whether a password is that of an account that may sign in."""
        usable = account is not None and account.disabled_at is None and account.password is not None
        kept = account.password if account and usable else None
        try:
            self._hasher.verify(kept or self._nobodys, password[:_LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return usable


def wrong_with(password: str, again: str, name: str) -> str | None:
    """Say what is wrong with a new password; None if nothing is."""
    if len(password) < SHORTEST:
        return f"The password needs {SHORTEST} characters or more. Several words are easy to keep in mind."
    if len(password) > _LONGEST:
        return f"The password may have {_LONGEST} characters."
    if name.casefold() in password.casefold():
        return "The password may not hold the name of the account."
    return None if password == again else "The two passwords are not the same. Type both again."


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of time that a code is of: this one, the one before or the one after; None if it is of none."""
    typed, this = code.replace(" ", ""), int(now.timestamp()) // _STEP_S
    if not (typed.isascii() and typed.isdigit()):
        return None
    fits = [step for step in (this - 1, this, this + 1) if hmac.compare_digest(code_of(secret, step), typed)]
    return fits[-1] if fits else None


def code_of(secret: str, step: int) -> str:
    """Return the code of a step of time."""
    return pyotp.TOTP(secret).generate_otp(step)


def address_of(account: Account) -> str:
    """Return the address by which an app takes over the second factor."""
    return pyotp.TOTP(account.totp_secret).provisioning_uri(name=account.name, issuer_name=ISSUER)
