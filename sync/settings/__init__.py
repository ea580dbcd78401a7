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

__all__ = [
    "Environment",
    "ImsSettings",
    "ItracSettings",
    "ItracSource",
    "Level",
    "ServiceSettings",
    "Target",
    "read_headings",
    "read_rule_settings",
    "read_service_settings",
]
