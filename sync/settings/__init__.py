"""Read config/ and the environment once: frozen, typed, every mistake named."""

from sync.settings.backup_key import read_backup_key
from sync.settings.files import read_headings, read_rule_settings
from sync.settings.retention import Kept, Retention
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
from sync.settings.secret_key import read_secret_key
from sync.settings.service import (
    Backup,
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
from sync.settings.web import WebSettings

__all__ = [
    "NIGHT_FROM",
    "NIGHT_TO",
    "AlertSettings",
    "Approval",
    "Backup",
    "Days",
    "Environment",
    "ImsSettings",
    "ItracSettings",
    "ItracSource",
    "Kept",
    "Level",
    "LogSettings",
    "Retention",
    "Schedule",
    "Scheduled",
    "ScheduledJob",
    "ServiceSettings",
    "Target",
    "WatchSettings",
    "WebSettings",
    "Weekday",
    "read_backup_key",
    "read_headings",
    "read_rule_settings",
    "read_secret_key",
    "read_service_settings",
]
