"""Open a mail server of this machine, for tests of what is mailed."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller


@dataclass
class Postbox:
    """A mail server of this machine that keeps what it gets."""

    mails: list[Message] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        self.mails.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 kept"

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]


@contextmanager
def post_office(**how: Any) -> Iterator[tuple[Postbox, int]]:
    """Open a mail server of this machine."""
    postbox = Postbox()
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield postbox, port
    finally:
        controller.stop()
