"""Hold the settings of the pages for staff."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from sync.settings.section import Section
from sync.settings.watching import LOOPBACK


class WebSettings(Section):
    """Where the pages are served, and how long a session holds.

    address  what people type; blank = host and port
    proxy    the address of the proxy before the pages; blank = none, and then they are served to this machine alone
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8600, ge=0, le=65535)
    address: str = ""
    proxy: str = ""
    idle_min: int = Field(default=15, ge=1, le=240)
    absolute_h: int = Field(default=12, ge=1, le=24)

    @model_validator(mode="after")
    def _others_come_by_https(self) -> Self:
        if self.host not in LOOPBACK and not self.proxy:
            raise ValueError("host is not this machine, but proxy is blank: names would travel in the clear")
        if self.proxy and urlsplit(self.address).scheme != "https":
            raise ValueError("proxy is given, but address does not begin with https://")
        return self

    @property
    def secure(self) -> bool:
        """Tell whether people come by HTTPS."""
        return bool(self.proxy)

    def address_on(self, port: int) -> str:
        """Return what people type, where the pages are served on a port."""
        return self.address.rstrip("/") or f"http://{self.host}:{port}"
