"""Talk to I-Trac and iMatchSkills over HTTP; the one room that speaks it."""

from sync.clients.breaker import Breaker
from sync.clients.http import Session
from sync.clients.ims_gateway import Capabilities, Found, ImsGateway, body_of
from sync.clients.itrac_gateway import ITRAC_TABLES, ItracGateway
from sync.clients.lists import Pulled
from sync.clients.meanings import Entry, Meaning, Outcome
from sync.clients.pause import Pause
from sync.clients.target import Credentials, Edges, Limits, Target

__all__ = [
    "ITRAC_TABLES",
    "Breaker",
    "Capabilities",
    "Credentials",
    "Edges",
    "Entry",
    "Found",
    "ImsGateway",
    "ItracGateway",
    "Limits",
    "Meaning",
    "Outcome",
    "Pause",
    "Pulled",
    "Session",
    "Target",
    "body_of",
]
