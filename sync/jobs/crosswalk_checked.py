"""Let a person say that they compared the rows of a program with a source, and tell when that was done last."""

from dataclasses import dataclass
from datetime import date

from sync.errors import WrongCall
from sync.jobs.crosswalk_diff import rows_of
from sync.jobs.crosswalk_drafts import LONGEST_WORDS, newest_or_refuse, worded
from sync.jobs.service import Service
from sync.model import fold
from sync.store import Act, record
from sync.store.crosswalk_checked import Checked, add_checked, all_checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Say that the rows of a program were compared with a source on a day, YYYY-MM-DD."""

    program: str
    against: str
    checked_on: str
    note: str = ""


def say_checked(service: Service, said: Comparison) -> Checked:
    """Keep it, about the newest version; WrongCall where there is no such program, or the day is none or to come."""
    newest = newest_or_refuse(service)
    programs = {fold(row["program"]): row["program"] for row in rows_of(newest.files) if row.table == "services"}
    if fold(said.program) not in programs:
        raise WrongCall("nothing was kept: the crosswalk has no such program", "Choose one from the list.")
    one = Checked(
        program=programs[fold(said.program)], against=worded(said.against, "source"),
        checked_on=_day(service, said.checked_on), note=_note(said.note), version=newest.number, by=service.actor,
        at=service.now(),
    )  # fmt: skip
    with service.db.write() as conn:
        add_checked(conn, one)
        facts = {"checked_on": one.checked_on, "version": one.version}
        record(conn, Act(service.actor, "crosswalk checked", f"crosswalk program {one.program}", facts), one.at)
    return one


def last_checked(service: Service) -> dict[str, Checked]:
    """Return by program (as compared) when it was compared last."""
    with service.db.read() as conn:
        found = all_checked(conn)
    return {fold(one.program): one for one in reversed(found)}


def _day(service: Service, text: str) -> str:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise WrongCall("nothing was kept: the day is no date", "Give it as YYYY-MM-DD.") from None
    if day > service.today:
        raise WrongCall("nothing was kept: the day is still to come", "Give the day on which you compared them.")
    return day.isoformat()


def _note(text: str) -> str:
    note = " ".join(text.split())
    if len(note) > LONGEST_WORDS:
        raise WrongCall(f"nothing was kept: the note is longer than {LONGEST_WORDS} characters", "Say it in fewer.")
    return note
