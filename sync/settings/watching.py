"""Hold the settings of what lets people watch the service: logs, alerts, figures."""

from datetime import time
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from sync.settings.section import Section

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def _addresses(text: str) -> str:
    if any("@" not in address for _, address in getaddresses([text])) and text.strip():
        raise ValueError("expected addresses such as a@example.org, parted by commas")
    if "\n" in text or "\r" in text:
        raise ValueError("an address stands on one line")
    return text.strip()


def _blank(given: object) -> object:
    return None if given == "" else given


_Addresses = Annotated[str, AfterValidator(_addresses)]
_Hour = Annotated[time | None, BeforeValidator(_blank)]


class LogSettings(Section):
    """How lines look, and from which level on they leave."""

    format: Literal["auto", "json", "console"] = "auto"
    level: Literal["debug", "info", "warning", "error"] = "info"


class AlertSettings(Section):
    """Where alerts go besides the log, and when they wait.

    smtp_tls  auto = STARTTLS for every host but this machine
    smtp_ca_file  certificates to trust in place of the machine's own
    quiet_from, quiet_to  local time; between them only grave alerts are mailed, the rest with the first after
    """

    file: Annotated[Path | None, BeforeValidator(_blank)] = None
    smtp_host: str = ""
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_tls: Literal["auto", "starttls", "tls", "off"] = "auto"
    smtp_ca_file: Annotated[Path | None, BeforeValidator(_blank)] = None
    smtp_user: SecretStr = SecretStr("")
    smtp_password: SecretStr = SecretStr("")
    mail_to: _Addresses = ""
    mail_from: _Addresses = ""
    quiet_from: _Hour = None
    quiet_to: _Hour = None

    @model_validator(mode="after")
    def _mail_is_whole(self) -> Self:
        if self.smtp_host and not (self.mail_to and self.mail_from):
            raise ValueError("smtp_host is given, but mail_to or mail_from is blank")
        if (self.quiet_from is None) != (self.quiet_to is None):
            raise ValueError("quiet_from and quiet_to go together")
        if self.smtp_tls == "off" and self.smtp_host and self.smtp_host not in LOOPBACK:
            raise ValueError("smtp_tls is off, but smtp_host is another machine")
        return self

    @property
    def encryption(self) -> Literal["starttls", "tls", "off"]:
        """Return how the mail server is spoken to."""
        if self.smtp_tls == "auto":
            return "off" if self.smtp_host in LOOPBACK else "starttls"
        return self.smtp_tls

    def is_quiet(self, hour: time) -> bool:
        """Tell whether a local time lies in the quiet hours; they may go past midnight."""
        if self.quiet_from is None or self.quiet_to is None:
            return False
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= hour < self.quiet_to
        return hour >= self.quiet_from or hour < self.quiet_to


class WatchSettings(Section):
    """Where the figures are served; port 0 = nowhere."""

    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
