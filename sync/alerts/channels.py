"""Carry notices out of the program: to a file, or by mail. A channel that fails says so and harms nothing."""

import json
import os
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Protocol

from sync.alerts.causes import CAUSES
from sync.alerts.notices import Kind, Notice, document_of, text_of

_PATIENCE_S = 10
_TROUBLES = (OSError, smtplib.SMTPException, ValueError)


class Channel(Protocol):
    """A way on which notices go out.

    rests  in quiet hours it carries only what is grave
    """

    @property
    def name(self) -> str:
        """Name it."""

    @property
    def rests(self) -> bool:
        """Tell whether it keeps quiet hours."""

    def tell(self, notices: Sequence[Notice]) -> str | None:
        """Carry notices out, all or none of them; return None, or the class of what went wrong."""


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Add a line of JSON for each notice to a file that its owner alone can read."""

    path: Path
    name: str = "file"
    rests: bool = False

    def tell(self, notices: Sequence[Notice]) -> str | None:
        """Write them in one go, so that no other writer's line comes between."""
        text = "".join(f"{json.dumps(document_of(notice))}\n" for notice in notices)
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(file, "wb", buffering=0) as open_file:
                open_file.write(text.encode())
        except _TROUBLES as wrong:
            return type(wrong).__name__
        return None


@dataclass(frozen=True, slots=True)
class Mail:
    """Say which server carries mail, how it is spoken to, from whom and to whom.

    encryption  starttls, tls or off
    """

    host: str
    port: int
    encryption: str
    sender: str
    to: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class MailChannel:
    """Send one mail for all notices that are due; `origin` names the installation in its subject."""

    mail: Mail
    origin: str
    name: str = "mail"
    rests: bool = True

    def tell(self, notices: Sequence[Notice]) -> str | None:
        """Send them."""
        try:
            self._send(self._message(notices))
        except _TROUBLES as wrong:
            return type(wrong).__name__
        return None

    def _send(self, message: EmailMessage) -> None:
        with self._server() as server:
            if self.mail.user:
                server.login(self.mail.user, self.mail.password)
            server.send_message(message)

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Open the server, encrypted where that is asked for."""
        mail, trusted = self.mail, ssl.create_default_context(cafile=self.mail.ca_file)
        made = partial(smtplib.SMTP_SSL, context=trusted) if mail.encryption == "tls" else smtplib.SMTP
        with made(mail.host, mail.port, timeout=_PATIENCE_S) as server:
            if mail.encryption == "starttls":
                server.starttls(context=trusted)
            yield server

    def _message(self, notices: Sequence[Notice]) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"] = self.mail.sender, self.mail.to
        message["Subject"] = f"ims-sync ({self.origin}): {_headline(notices)}"
        message.set_content("\n\n".join(text_of(notice) for notice in notices) + f"\n\n{_FOOT}\n")
        return message


_FOOT = "`ims-sync alerts` lists what is open. This mail holds ids and figures alone."


def _headline(notices: Sequence[Notice]) -> str:
    """Name the gravest notice, and how many more there are."""
    first = min(notices, key=lambda notice: not notice.grave)
    words = CAUSES[first.cause].words.format(subject=first.subject)
    more = f" (and {len(notices) - 1} more)" if len(notices) > 1 else ""
    return f"{'over: ' if first.kind is Kind.OVER else ''}{words}{more}"
