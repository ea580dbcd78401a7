"""List what people are told of: the causes, what each means, what to do, and how grave it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Cause(StrEnum):
    """Why an alert is raised; there are no others."""

    JOB_FAILED = "job-failed"
    JOB_STOPPED = "job-stopped"
    JOB_NEEDS_A_PERSON = "job-needs-a-person"
    JOB_LOST = "job-lost"
    PUSHING_STOPPED = "pushing-stopped"
    SHARE_UNLIKE_PAST = "share-unlike-past"


@dataclass(frozen=True, slots=True)
class About:
    """Say what a cause means, what to do, and whether it is told in quiet hours too.

    words  a sentence, with the place of the subject
    """

    words: str
    act: str
    grave: bool


CAUSES: Final[Mapping[Cause, About]] = {
    Cause.JOB_FAILED: About(
        "The job {subject} failed.",
        "`ims-sync runs` says why; mend that and run the job again: what was done already is not done twice.",
        grave=True,
    ),
    Cause.JOB_STOPPED: About(
        "The job {subject} stopped before its end.",
        "`ims-sync runs` says why; the next run of the job goes on from there.",
        grave=False,
    ),
    Cause.JOB_NEEDS_A_PERSON: About(
        "The job {subject} came to its end, and left something that a person has to look at.",
        "`ims-sync runs --json` has its figures; `ims-sync reconcile --out mismatches.csv` lists what to do.",
        grave=False,
    ),
    Cause.JOB_LOST: About(
        "The job {subject} gave no sign of life any more.",
        "See that its machine runs, then run the job again: what it was sending is looked up before any second try.",
        grave=True,
    ),
    Cause.PUSHING_STOPPED: About(
        "Nothing is sent to iMatchSkills: the stop switch is on.",
        "`ims-sync runs` shows who or which push stopped it, and any push says why; once that is settled, "
        "`ims-sync go-on` lets senders send again.",
        grave=True,
    ),
    Cause.SHARE_UNLIKE_PAST: About(
        "Of the lines of {subject} in the open months far more or fewer are decided so than in earlier plans.",
        "See whether its labels, dates or statuses changed in the export: `ims-sync explain LINE_ID` on one of its "
        "lines; if the figures are right, nothing is to do, and later plans are compared with these.",
        grave=False,
    ),
}
# The final states of a run (`sync.store.RunState`) and what each raises; None: what was wrong is over.
OF_A_STATE: Final[Mapping[str, Cause | None]] = {
    "done": None,
    "needs-a-person": Cause.JOB_NEEDS_A_PERSON,
    "failed": Cause.JOB_FAILED,
    "stopped": Cause.JOB_STOPPED,
    "lost": Cause.JOB_LOST,
}
JOBS: Final = (
    "pull", "readback", "plan", "push", "readback after the push", "reconcile", "run", "worklist", "keyed", "stop",
    "go-on", "backup", "verify", "purge", "approve", "remind", "night",
)  # fmt: skip
"""Every job there is; a run of any other name is a mistake of ours."""


def as_markdown() -> str:
    """Return docs/alerts.md."""
    rows = (
        f"| `{cause}` | {about.words.format(subject='*subject*')} | {about.act} | {'yes' if about.grave else 'no'} |"
        for cause, about in CAUSES.items()
    )
    return (
        "# Alerts\n\n"
        "Made from the causes by `make docs`; do not edit. There are no other alerts. The subject is a job, or "
        "the program or provider whose lines are meant.\n\n"
        "| cause | means | what to do | told in quiet hours too |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
    )
