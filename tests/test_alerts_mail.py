"""Mail goes out encrypted and signed in, or not at all."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import AuthResult, LoginPassword

from sync.alerts import Cause, Kind, Mail, MailChannel, Notice
from tests.postbox import Postbox, post_office
from tests.services import START

SMTP_USER, SMTP_PASSWORD = "ims-sync", "demo-password"


def _let_in(_server: Any, _session: Any, _envelope: Any, _way: str, given: LoginPassword) -> AuthResult:
    known = (given.login, given.password) == (SMTP_USER.encode(), SMTP_PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@dataclass
class Guarded:
    """A mail server that wants encryption and a password, and the certificate to trust."""

    postbox: Postbox
    port: int
    ca_file: Path

    def mail(self, **given: Any) -> MailChannel:
        usual = {"encryption": "starttls", "user": SMTP_USER, "password": SMTP_PASSWORD, "ca_file": self.ca_file}
        mail = Mail("127.0.0.1", self.port, sender="a@example.org", to="b@example.org", **{**usual, **given})
        return MailChannel(mail, "test")


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    how = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _let_in}
    with post_office(**how) as (postbox, port):
        yield Guarded(postbox, port, tmp_path / "ca.pem")


NOTICE = Notice(
    kind=Kind.NEW, cause=Cause.JOB_LOST, subject="push", facts={"run": 7}, first_at=START, last_at=START, count=1
)


def test_mail_goes_out_encrypted_and_signed_in(guarded: Guarded) -> None:
    assert guarded.mail().tell([NOTICE]) is None

    assert guarded.postbox.subjects == ["ims-sync (test): The job push gave no sign of life any more."]


@pytest.mark.parametrize(
    ("given", "trouble"),
    [
        ({"ca_file": None}, "SSLCertVerificationError"),
        ({"password": "other"}, "SMTPAuthenticationError"),
        ({"encryption": "off"}, "SMTPNotSupportedError"),
    ],
)
def test_mail_that_would_not_be_safe_does_not_go_out(given: dict[str, Any], trouble: str, guarded: Guarded) -> None:
    assert guarded.mail(**given).tell([NOTICE]) == trouble

    assert guarded.postbox.mails == []


def test_a_password_is_not_shown() -> None:
    shown = repr(Mail("127.0.0.1", 25, "off", sender="", to="", password="demo-password"))

    assert "demo-password" not in shown
