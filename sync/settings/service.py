"""Read settings.toml and what the environment overrides in it; secrets come from the environment alone.

Every key can be given as IMS_SYNC_ + section + __ + key (`IMS_SYNC_IMS__URL`). A secret may also stand in a file that
the environment names with _FILE at the end (`IMS_SYNC_IMS__CLIENT_SECRET_FILE`).
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator

from sync.errors import BadConfiguration
from sync.settings.files import read_toml
from sync.settings.keying import KeyingSettings
from sync.settings.oidc import OidcSettings
from sync.settings.retention import Retention
from sync.settings.schedule import Schedule
from sync.settings.section import Section, https
from sync.settings.watching import AlertSettings, LogSettings, WatchSettings
from sync.settings.web import WebSettings

PREFIX = "IMS_SYNC_"
_SECRETS = ("client_id", "client_secret", "smtp_user", "smtp_password")


class Environment(StrEnum):
    """Where the service runs; a database is bound to one of these and to a target."""

    REHEARSAL = "rehearsal"
    TEST = "test"
    PRODUCTION = "production"


class ItracSource(StrEnum):
    """Where I-Trac's records come from."""

    FILES = "files"
    GATEWAY = "gateway"


class Target(StrEnum):
    """Who puts entries into iMatchSkills: a person with a worklist, or a gateway."""

    WORKLIST = "worklist"
    GATEWAY = "gateway"


class Level(StrEnum):
    """What the target offers, and so what may be promised, the least first."""

    H = "H"
    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"
    L4 = "L4"


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as wrong:
        raise ValueError(f"{name!r} is no time zone, expected one such as America/Los_Angeles") from wrong
    return name


_Url = Annotated[str, AfterValidator(https)]


class Service(Section):
    """What the service is and where it keeps its memory."""

    environment: Environment = Environment.REHEARSAL
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "America/Los_Angeles"
    database: str = "sqlite:///var/ims-sync.db"
    audit_head: Path | None = None


class _Timeouts(Section):
    connect_timeout_s: float = Field(default=5, gt=0, le=300)
    read_timeout_s: float = Field(default=20, gt=0, le=3600)
    total_timeout_s: float = Field(default=60, gt=0, le=3600)


class ItracSettings(_Timeouts):
    """Where I-Trac's records come from."""

    source: ItracSource = ItracSource.FILES
    folder: Path = Path("exports/itrac")
    url: _Url = ""
    ca_file: Path | None = None
    overlap_days: int = Field(default=7, ge=0, le=365)
    client_id: SecretStr = SecretStr("")
    client_secret: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _gateway_has_url(self) -> Self:
        if self.source is ItracSource.GATEWAY and not self.url:
            raise ValueError("source is gateway, but url is blank")
        return self


class ImsSettings(_Timeouts):
    """Who puts entries into iMatchSkills, what that one can do, and how patiently we speak to it."""

    target: Target = Target.WORKLIST
    level: Level = Level.H
    url: _Url = ""
    ca_file: Path | None = None
    folder: Path = Path("exports/imatchskills")
    senders: int = Field(default=4, ge=1, le=64)
    settle_s: float = Field(default=60, ge=0, le=86_400)
    client_id: SecretStr = SecretStr("")
    client_secret: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _level_fits_target(self) -> Self:
        if self.target is Target.GATEWAY and not self.url:
            raise ValueError("target is gateway, but url is blank")
        if (self.target is Target.WORKLIST) != (self.level is Level.H):
            raise ValueError("level H goes with target worklist, L0 to L4 with target gateway")
        return self

    @property
    def can_be_read(self) -> bool:
        """Tell whether the target can be asked what stands in it; else a person exports it."""
        return self.target is Target.GATEWAY and self.level is not Level.L0

    @property
    def host(self) -> str:
        """Name the target: the gateway's host and port, or the worklist."""
        return urlsplit(self.url).netloc if self.target is Target.GATEWAY else str(Target.WORKLIST)


class Brake(Section):
    """How much more than usual stops a push: both limits have to be passed.

    share  of the entries of a usual plan, as a fraction
    count  entries more than in a usual plan
    """

    share: float = Field(default=0.25, ge=0)
    count: int = Field(default=50, ge=0)


class Backup(Section):
    """How backups are made.

    keep     how many stay in a folder of backups; 0 keeps all
    scratch  where a copy in the clear lies meanwhile, in a file without a name
    """

    keep: int = Field(default=0, ge=0)
    scratch: Path = Path("var")


class ServiceSettings(Section):
    """Every setting of settings.toml; unknown keys are refused."""

    service: Service = Service()
    itrac: ItracSettings = ItracSettings()
    ims: ImsSettings = ImsSettings()
    brake: Brake = Brake()
    backup: Backup = Backup()
    retention: Retention = Retention()
    log: LogSettings = LogSettings()
    alerts: AlertSettings = AlertSettings()
    watch: WatchSettings = WatchSettings()
    schedule: Schedule = Schedule()
    web: WebSettings = WebSettings()
    oidc: OidcSettings = OidcSettings()
    keying: KeyingSettings = KeyingSettings()


def read_service_settings(config: Path, environment: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Read settings.toml and the environment; raise BadConfiguration naming each wrong key.

    Without a settings.toml every setting has its default.
    """
    path = config / "settings.toml"
    values = read_toml(path) if path.exists() else {}
    for section in ("itrac", "ims", "alerts", "oidc"):
        _refuse_secrets(path, section, values.get(section))
    try:
        return ServiceSettings.model_validate(_overridden(values, environment))
    except ValidationError as wrong:
        mistakes = [f"{path}: {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()]
        raise BadConfiguration([*mistakes, f"(a key may also come from the environment, as {PREFIX}…)"]) from None


def _refuse_secrets(path: Path, section: str, values: object) -> None:
    there = [name for name in _SECRETS if isinstance(values, Mapping) and name in values]
    if there:
        names = ", ".join(f"{PREFIX}{section.upper()}__{name.upper()}" for name in there)
        raise BadConfiguration([f"{path}: [{section}] {', '.join(there)}: secrets come from the environment: {names}"])


def _overridden(values: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the values of the file with those of the environment over them."""
    merged = {section: dict(keys) if isinstance(keys, Mapping) else keys for section, keys in values.items()}
    for variable in environment:
        section, mark, key = variable.removeprefix(PREFIX).lower().partition("__")
        if variable.startswith(PREFIX) and mark:
            name, text = _value(variable, key, environment[variable])
            merged.setdefault(section, {})[name] = text
    return merged


def _value(variable: str, key: str, text: str) -> tuple[str, str]:
    """Return the key and value that a variable gives; the value of one that names a secret's file is its content."""
    secret = key.removesuffix("_file")
    return (secret, _content(variable, Path(text))) if secret in _SECRETS and secret != key else (key, text)


def _content(variable: str, path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadConfiguration([f"{variable}: the file that it names cannot be read"]) from None
