"""Remind, before a month ends, of what is not entered for it yet."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from sync.jobs.due import last_day
from sync.jobs.months import keyed, told_of
from sync.jobs.service import Job, Service
from sync.model import Decision
from sync.rules.rule import agreed, career_boost
from sync.store import State, StoredPlan, ledger_lines, lines_of_plan, newest_plan

_SENTENCES = (
    '"STEP Support Service-can\'t invoice for payment unless entered in iMatchSkills" and '
    '"Must have a service entered in the same month"'
)
SOURCE = f"{career_boost(_SENTENCES)}; by when a month is entered: {agreed('remind_days_before_month_end')}"
_STANDS = (State.CONFIRMED, State.KEYED)


@dataclass(frozen=True, slots=True)
class Reminder:
    """Say of a month how many lines of it are not in iMatchSkills yet, where nobody signed it; figures alone.

    open  lines to enter of which no read-back and no named person says that they stand there
    held  lines that wait for something
    """

    month: str
    last_day: date
    open: int
    held: int
    do: str = "`ims-sync worklist` lists what to key; `ims-sync explain LINE_ID` says what a held line waits for."
    source: str = SOURCE

    @property
    def what(self) -> str:
        """Return the reminder as one sentence."""
        return f"{self.month} ends on {self.last_day}: {self.open} lines are still to be entered, {self.held} are held"


def remind(service: Service) -> list[Reminder]:
    """Return what is to be remembered today: nothing before the last days of a month, or where all of it is entered."""
    today, plan = service.today, newest_plan(service.db)
    last = last_day(today)
    if plan is None or (last - today).days >= service.settings.schedule.remind_days_before_month_end:
        return []
    reminder = _reminder(service, plan, last)
    return [reminder] if reminder.open or reminder.held else []


def tell_reminders(service: Service, job: Job) -> None:
    """Tell every reminder, and count them."""
    found = remind(service)
    for one in found:
        service.tell(one.what, 0, 0)
    job.counts |= {"reminders": len(found), "open": sum(one.open for one in found)}
    job.needs_a_person = bool(found)
    job.waits_for = found[0].what if found else None


def _reminder(service: Service, plan: StoredPlan, last: date) -> Reminder:
    month = last.isoformat()[:7]
    lines = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER, Decision.HOLD])
    lines = _not_signed(service, lines.filter(pl.col("month") == month))
    wanted = lines.filter(pl.col("decision") == Decision.ENTER)["line_id"].to_list()
    known = ledger_lines(service.db, wanted)
    stands = sum(line.state in _STANDS for line in known.values())
    return Reminder(month, last, len(wanted) - stands, len(lines) - len(wanted))


def _not_signed(service: Service, lines: pl.DataFrame) -> pl.DataFrame:
    """Return the lines of months that nobody signed: what is left of a signed one was declared."""
    month = set(lines["month"])
    with service.db.read() as conn:
        signed = {key for key, _ in told_of(service, conn, month).signed}
    theirs = keyed(service, lines).filter(pl.col("key").is_in(sorted(signed)))
    return lines.join(theirs, on="line_id", how="anti", maintain_order="left")
