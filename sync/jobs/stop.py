"""Stop every sender at once, and let them go on."""

from sync.jobs.service import Service
from sync.store import Act, record
from sync.store import go_on as take_back
from sync.store import stop as write_down


def stop(service: Service, why: str) -> None:
    """Let no sender send anything more; it is read right before each send."""
    with service.db.write() as conn:
        write_down(conn, why)
        record(conn, Act(service.actor, "stopped", "push", {"why": why}), service.now())


def go_on(service: Service) -> None:
    """Let senders send again."""
    with service.db.write() as conn:
        take_back(conn)
        record(conn, Act(service.actor, "let go on", "push", {}), service.now())
