"""Raise alerts, close them, and tell people: the one way in which anything is told outside the screen."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sync.alerts import (
    OF_A_STATE,
    Cause,
    Channel,
    FileChannel,
    Kind,
    Mail,
    MailChannel,
    Notice,
    kind_due,
)
from sync.errors import StoreError
from sync.log import listed, log
from sync.settings import AlertSettings, ServiceSettings
from sync.store import (
    Alert,
    Database,
    NewAlert,
    alerts_to_tell,
    all_alerts,
    close_alerts,
    count_alerts,
    open_alerts,
    write_told,
)

_MOST_SHOWN = 100


class Alerting(Protocol):
    """What raising alerts takes of a service."""

    @property
    def db(self) -> Database:
        """The database that counts."""

    @property
    def settings(self) -> ServiceSettings:
        """The settings that say whom to tell."""

    def now(self) -> datetime:
        """Return the instant."""


def raise_alert(of: Alerting, cause: Cause, subject: str, **facts: Any) -> None:
    """Let people know: the first of a cause and subject at once, further ones as a count, at most once a day.

    facts  ids and figures from the list of facts; what is not listed is withheld
    Nothing that goes wrong in telling harms the caller; without the database each is told anew, uncounted.
    """
    raise_alerts(of, cause, {subject: facts})


def raise_alerts(of: Alerting, cause: Cause, facts: Mapping[str, Mapping[str, Any]]) -> None:
    """Let people know of several subjects at once, each by its facts, as `raise_alert` does of one: in one message."""
    new = [NewAlert(cause, subject, listed(own)) for subject, own in facts.items()]
    if not new:
        return
    try:
        count_alerts(of.db, new, of.now())
    except StoreError as wrong:
        log.error("alert_uncounted", cause=cause, error=type(wrong).__name__)
        _tell_uncounted(of, new)
        return
    tell(of)


def close_alert(of: Alerting, causes: Collection[Cause], subject: str) -> None:
    """Say that what was wrong with the subject is over; nothing happens where nothing was."""
    try:
        closed = close_alerts(of.db, causes, subject, now=of.now())
    except StoreError as wrong:
        log.error("alert_not_closed", error=type(wrong).__name__)
        return
    if closed:
        tell(of)


def ended(of: Alerting, job: str, state: str, **facts: Any) -> None:
    """Raise what the final state of a job raises, and close what its other states had raised."""
    own = OF_A_STATE[state]
    close_alert(of, [cause for cause in OF_A_STATE.values() if cause and cause is not own], job)
    if own:
        raise_alert(of, own, job, **facts)


def tell(of: Alerting) -> None:
    """Tell on every channel what is due there: new alerts, reminders, what is over, and what waited for the morning."""
    try:
        _tell_all(of, alerts_to_tell(of.db))
    except StoreError as wrong:
        log.error("alerts_not_told", error=type(wrong).__name__)


def _tell_all(of: Alerting, waiting: Sequence[Alert]) -> None:
    told = {alert.id: dict(alert.told) for alert in waiting}
    for channel in channels(of.settings):
        for alert_id, telling in _tell_on(of, channel, waiting).items():
            told[alert_id][channel.name] = telling
    changed = {alert.id: told[alert.id] for alert in waiting if told[alert.id] != alert.told}
    write_told(of.db, changed, _finished(of, waiting, told), now=of.now())


def _tell_on(of: Alerting, channel: Channel, waiting: Sequence[Alert]) -> dict[int, dict[str, Any]]:
    """Tell what is due on one channel; return by alert what was told there, or why it could not be."""
    due = [(alert, notice) for alert, notice in _due(of, channel.name, waiting) if _goes_now(of, channel, notice)]
    if not due:
        return {}
    trouble = channel.tell([notice for _, notice in due])
    if trouble:
        log.error("alert_not_told", channel=channel.name, error=trouble, count=len(due))
        return {alert.id: {**alert.told.get(channel.name, {}), "trouble": trouble} for alert, _ in due}
    at = of.now().isoformat()
    return {alert.id: {"at": at, "count": alert.count, "kind": str(notice.kind)} for alert, notice in due}


def _due(of: Alerting, channel: str, waiting: Sequence[Alert]) -> Iterator[tuple[Alert, Notice]]:
    for alert in waiting:
        if kind := _kind(of, alert, alert.told.get(channel, {})):
            yield alert, _notice(alert, kind)


def _kind(of: Alerting, alert: Alert, told: Mapping[str, Any]) -> Kind | None:
    """Say what is due by what was told last; what could not be told does not count as told."""
    known = told if "at" in told else {}
    return kind_due(known, alert.count, closed=alert.closed_at is not None, now=of.now())


def _goes_now(of: Alerting, channel: Channel, notice: Notice) -> bool:
    local = of.now().astimezone(ZoneInfo(of.settings.service.time_zone)).time()
    return notice.grave or not (channel.rests and of.settings.alerts.is_quiet(local))


def _finished(of: Alerting, waiting: Sequence[Alert], told: Mapping[int, Mapping[str, Any]]) -> list[int]:
    """Return the closed alerts of which nothing is left to tell on any channel."""
    names = [channel.name for channel in channels(of.settings)]
    closed = [alert for alert in waiting if alert.closed_at]
    return [alert.id for alert in closed if not any(_kind(of, alert, told[alert.id].get(name, {})) for name in names)]


def _tell_uncounted(of: Alerting, new: Iterable[NewAlert]) -> None:
    now = of.now()
    alerts = [
        Alert(
            id=number, cause=one.cause, subject=one.subject, facts=one.facts, first_at=now, last_at=now, count=1,
            closed_at=None, told_at=None, told={}, finished=False,
        )
        for number, one in enumerate(new)
    ]  # fmt: skip
    for channel in channels(of.settings):
        _tell_on(of, channel, alerts)


def _notice(alert: Alert, kind: Kind) -> Notice:
    return Notice(
        kind=kind, cause=Cause(alert.cause), subject=alert.subject, facts=alert.facts, first_at=alert.first_at,
        last_at=alert.last_at, count=alert.count,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _LogChannel:
    """Tell by a log line."""

    name: str = "log"
    rests: bool = False

    def tell(self, notices: Sequence[Notice]) -> str | None:
        """Log them."""
        for notice in notices:
            say = log.error if notice.grave else log.warning
            facts = {**notice.facts, "count": notice.count, "cause": str(notice.cause), "subject": notice.subject}
            say("alert", kind=str(notice.kind), **facts)
        return None


def channels(settings: ServiceSettings) -> list[Channel]:
    """Return the ways on which alerts go out by the settings; the log is always one."""
    to = settings.alerts
    found: list[Channel] = [_LogChannel()]
    if to.file:
        found.append(FileChannel(to.file))
    if to.smtp_host:
        found.append(MailChannel(_mail(to), str(settings.service.environment)))
    return found


def _mail(to: AlertSettings) -> Mail:
    user, password = to.smtp_user.get_secret_value(), to.smtp_password.get_secret_value()
    return Mail(
        to.smtp_host, to.smtp_port, to.encryption, sender=to.mail_from, to=to.mail_to, user=user, password=password
    )


def known_alerts(db: Database, *, every: bool) -> list[Alert]:
    """Return the open alerts, or the newest of all, the oldest first."""
    return all_alerts(db, _MOST_SHOWN) if every else open_alerts(db)


def notice_of(alert: Alert) -> Notice:
    """Return how an alert stands, as it would be told now."""
    return _notice(alert, Kind.OVER if alert.closed_at else Kind.NEW)
