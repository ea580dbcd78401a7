"""Stop every sender at once, and let them go on."""

from sync.alerts import Cause
from sync.jobs.alerts import close_alert, raise_alert
from sync.jobs.service import Service
from sync.log import log
from sync.store import Act, record
from sync.store import go_on as take_back
from sync.store import stop as write_down


def stop(service: Service, why: str) -> None:
    """Let no sender send anything more; it is read right before each send."""
    with service.db.write() as conn:
        write_down(conn, why)
        record(conn, Act(service.actor, "stopped", "push", {"why": why}), service.now())
    log.warning("pushing_stopped")
    raise_alert(service, Cause.PUSHING_STOPPED, "push")


def go_on(service: Service) -> None:
    """Let senders send again."""
    with service.db.write() as conn:
        take_back(conn)
        record(conn, Act(service.actor, "let go on", "push", {}), service.now())
    log.info("pushing_goes_on")
    close_alert(service, [Cause.PUSHING_STOPPED], "push")
