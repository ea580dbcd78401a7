"""Bring all synthetic people together in one folder, with the read-back that shows the entries of all of them."""

from pathlib import Path

from sync.pretend import record_slips, slips, stories
from sync.pretend.person import Person, write
from sync.pretend.settled import Work, read_back_of, settled
from sync.pretend.story import people_of

SLIPS = (*slips.SLIPS, *record_slips.SLIPS)


def slipped() -> list[Person]:
    """Return the people who are settled but for one slip, one for each of SLIPS, in its order."""
    return people_of(SLIPS, "M")


def write_everybody(folder: Path) -> None:
    """Write the tables of the people of all stories and slips."""
    write_read_back([*stories.people(), *slipped()], folder)


def write_read_back(people: list[Person], folder: Path) -> None:
    """Write the tables of people; the read-back of the settled provider is complete for them."""
    write(people, folder, {"ims_scopes": read_back_of(people, stories.AS_OF)})


def write_rehearsal(folder: Path) -> None:
    """Write the tables of everybody, and of two whose provider's months can be closed as they stand."""
    everybody, ready = [*stories.people(), *slipped()], _ready()
    scopes = [*read_back_of(everybody, stories.AS_OF), *read_back_of(ready, stories.AS_OF, stories.READY_PROVIDER)]
    write([*everybody, *ready], folder, {"ims_scopes": scopes})


def _ready() -> list[Person]:
    people = [Person(number, "R") for number in (1, 2)]
    for person in people:
        settled(Work(provider=stories.READY_PROVIDER))(person)
    return people
