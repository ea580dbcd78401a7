"""Log what happens: static events with listed facts, to stderr, as JSON or for a person at a terminal."""

from sync.log.facts import FACTS, WITHHELD, figures_of, listed
from sync.log.funnel import Form, Lines, bound, carried, configure, facts_of, log

__all__ = [
    "FACTS",
    "WITHHELD",
    "Form",
    "Lines",
    "bound",
    "carried",
    "configure",
    "facts_of",
    "figures_of",
    "listed",
    "log",
]
