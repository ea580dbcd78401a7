"""Read config/ and the environment once: frozen, typed, every mistake named."""

from sync.settings.files import read_headings, read_rule_settings
from sync.settings.service import (
    Environment,
    ImsSettings,
    ItracSettings,
    ItracSource,
    Level,
    ServiceSettings,
    Target,
    read_service_settings,
)
from sync.settings.watching import AlertSettings, LogSettings, WatchSettings

__all__ = [
    "AlertSettings",
    "Environment",
    "ImsSettings",
    "ItracSettings",
    "ItracSource",
    "Level",
    "LogSettings",
    "ServiceSettings",
    "Target",
    "WatchSettings",
    "read_headings",
    "read_rule_settings",
    "read_service_settings",
]
