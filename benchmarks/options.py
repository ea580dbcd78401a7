"""Say with what the measurements are taken."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """Hold what the command line asked for.

    sizes    service rows per set of tables, ascending, none twice
    repeat   runs of each command per size
    as_of    day to decide for, YYYY-MM-DD
    seed     of the synthetic tables
    config   configuration folder of the product; its crosswalk is what the colleague's script reads too
    plan_services   service rows that are pulled and planned; a million lines are made from about 756,000
    push_people     people whose entries are pushed, six for each
    command  words of the product's deciding command, before its own options
    """

    sizes: tuple[int, ...]
    repeat: int
    as_of: str
    seed: int
    config: Path
    plan_services: int
    push_people: int
    command: tuple[str, ...]
