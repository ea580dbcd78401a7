"""Say what a synthetic person shows, and how it came about."""

from collections.abc import Iterable
from dataclasses import dataclass

from sync.model import Decision
from sync.pretend.person import Act, Person


@dataclass(frozen=True, slots=True)
class Story:
    """One synthetic person: what they were planted for, and how it came about.

    shows     the reason that some line of theirs carries, or the kind of mismatch of the slip
    acts      what is done to the good records, in order; of a slip the last act alone is wrong
    decision  of that line, where the reason does not fix it
    also      further kinds of mismatch that the slip cannot help showing
    """

    shows: str
    title: str
    acts: tuple[Act, ...]
    decision: Decision | None = None
    also: tuple[str, ...] = ()


def people_of(stories: Iterable[Story], series: str = "") -> list[Person]:
    """Return the people of stories, numbered from 1 in their order."""
    made = []
    for number, story in enumerate(stories, start=1):
        person = Person(number, series)
        for act in story.acts:
            act(person)
        made.append(person)
    return made
