"""Open the gateways as the settings describe them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sync.clients import Credentials, Edges, ImsGateway, ItracGateway, Limits, Session, Target
from sync.settings import ImsSettings, ItracSettings

LONGEST_PAUSE = timedelta(seconds=60)
"""How long a target may let every call wait; a line under way may have to wait so long after its intent."""


@contextmanager
def itrac_gateway(settings: ItracSettings, edges: Edges) -> Iterator[ItracGateway]:
    """Open I-Trac's gateway until the block ends."""
    with Session(_target("I-Trac", settings, senders=2), edges) as session:
        yield ItracGateway(session)


@contextmanager
def ims_gateway(settings: ImsSettings, edges: Edges) -> Iterator[ImsGateway]:
    """Open iMatchSkills' gateway until the block ends."""
    with Session(_target("iMatchSkills", settings, senders=settings.senders), edges) as session:
        yield ImsGateway(session)


def _target(name: str, settings: ItracSettings | ImsSettings, *, senders: int) -> Target:
    limits = Limits(
        connect_s=settings.connect_timeout_s,
        read_s=settings.read_timeout_s,
        total_s=settings.total_timeout_s,
        pause_max_s=LONGEST_PAUSE.total_seconds(),
    )
    credentials = Credentials(settings.client_id.get_secret_value(), settings.client_secret.get_secret_value())
    return Target(name, settings.url, credentials, ca_file=settings.ca_file, senders=senders, limits=limits)
