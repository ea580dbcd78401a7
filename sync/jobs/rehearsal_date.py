"""Let the pages of a rehearsal run on a date of their own, which people move forward."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sync.errors import WrongCall
from sync.jobs.service import Service
from sync.settings import Environment
from sync.store import Act, record
from sync.store.rehearsed import ahead_of, hold_date, set_ahead

FURTHEST = timedelta(days=366)


def is_rehearsal(service: Service) -> bool:
    """Tell whether a service is a rehearsal's: of that environment, over a database that was made for it."""
    return dated(service) is not service


def dated(service: Service) -> Service:
    """Return a rehearsal's service on the date of the rehearsal; any other as it is.

    The clock goes on as the one on the wall does; only its date is another.
    """
    if service.settings.service.environment is not Environment.REHEARSAL:
        return service
    with service.db.read() as conn:
        ahead = ahead_of(conn)
    return service if ahead is None else replace(service, now=lambda: service.now() + ahead)


def move_date(service: Service, day: date) -> Service:
    """Move a rehearsal to a later day, at the same time of day; return its service on that day.

    service  by the clock on the wall. Raises WrongCall where this is no rehearsal, or the day is not a later one.
    """
    refuse_real(service)
    before = dated(service).today
    if not before < day <= before + FURTHEST:
        what = f"today is {before}: the date moves to a later day, by a year at most"
        raise WrongCall(what, "For an earlier one, begin a new rehearsal: ims-sync demo --keep DIR --web.")
    wall = service.now()
    with service.db.write() as conn:
        hold_date(conn)
        set_ahead(conn, at_time_of(service, wall, day) - wall)
        record(conn, Act(service.actor, "date moved", str(day), {}), at_time_of(service, wall, day))
    return dated(service)


def at_time_of(service: Service, wall: datetime, day: date) -> datetime:
    """Return the instant on a day at which the service's clocks show the same time as now."""
    zone = ZoneInfo(service.settings.service.time_zone)
    return datetime.combine(day, wall.astimezone(zone).time(), zone).astimezone(wall.tzinfo)


def refuse_real(service: Service) -> None:
    """Raise WrongCall where this is no rehearsal: a real service's date is the calendar's."""
    if not is_rehearsal(service):
        raise WrongCall("this is no rehearsal: its date is the calendar's", "Begin one: ims-sync demo --keep DIR --web")
