"""Read config/ and the environment once: frozen, typed, every mistake named."""

from sync.settings.files import read_headings, read_rule_settings
from sync.settings.schedule import (
    NIGHT_FROM,
    NIGHT_TO,
    Approval,
    Days,
    Schedule,
    Scheduled,
    ScheduledJob,
    Weekday,
)
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
    "NIGHT_FROM",
    "NIGHT_TO",
    "Approval",
    "Days",
    "Environment",
    "ImsSettings",
    "ItracSettings",
    "ItracSource",
    "Level",
    "Schedule",
    "Scheduled",
    "ScheduledJob",
    "ServiceSettings",
    "Target",
    "Weekday",
    "read_headings",
    "read_rule_settings",
    "read_service_settings",
]
