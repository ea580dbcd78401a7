"""Give every section of the settings the same manners: unknown keys are refused, and values never shown."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of settings.toml, frozen once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def https(url: str) -> str:
    """Let plain HTTP through only to this machine, where rehearsals run."""
    parts = urlsplit(url)
    local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if url and (parts.scheme != "https" and not (local and parts.scheme == "http")):
        raise ValueError("expected a URL that begins with https://")
    return url.rstrip("/")
