"""A line: what is decided about one item, or about one month of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from . import cells
from .reasons import ALREADY, ENTER, STRENGTH, Finding, finding

COLUMNS = (
    "line_id",
    "source_kind",
    "source_id",
    "customer_id",
    "job_seeker_id",
    "program",
    "provider",
    "control",
    "label",
    "month",
    "date",
    "entry_kind",
    "entry_name",
    "amount",
    "funder_selection",
    "decision",
    "reasons",
    "standing",
    "depends_on",
    "choices",
    "crosswalk_version",
)
Order = tuple[datetime.date, str]


@dataclass
class Line:
    """One line. What ends in `_key` is compared and never shown."""

    line_id: str
    source_kind: str
    source_id: str
    customer_id: str
    provider: str
    day: datetime.date | None
    looked_up: datetime.date
    entry_kind: str
    job_seeker_id: str = ""
    program: str = ""
    control: str = ""
    label: str = ""
    entry_name: str = ""
    cents: int | None = None
    funder_selection: str = ""
    standing: str = ""
    depends_on: str = ""
    choices: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    in_scope: bool = True  # False once stage 1 ended the evaluation
    provider_key: str = ""
    program_key: str = ""
    control_key: str = ""
    service_key: str = ""
    component_key: str = ""

    @property
    def date(self) -> datetime.date:
        """The date of a line that has one."""
        assert self.day is not None
        return self.day

    @property
    def month(self) -> str:
        return cells.month_of(self.day) if self.day else ""

    @property
    def order(self) -> Order:
        return (self.date, self.line_id)

    @property
    def decision(self) -> str:
        """What the strongest finding decides."""
        return max((found.decision for found in self.findings), key=STRENGTH.__getitem__, default=ENTER)

    def carries(self, reason: str) -> bool:
        return any(found.reason == reason for found in self.findings)

    def add(self, reason: str, decision: str = "") -> None:
        self.findings.append(finding(reason, decision))

    def end(self, reason: str) -> None:
        """Let a reason of stage 1 end the evaluation."""
        self.add(reason)
        self.in_scope = False

    def already(self, entry_id: str) -> None:
        """Say that an entry in iMatchSkills stands for this line."""
        self.add(ALREADY)
        self.standing = f"ims:{entry_id}"

    def shown(self, crosswalk_version: str) -> dict[str, str]:
        """Return the line as text, column by column."""
        decision = self.decision
        values = (
            self.line_id,
            self.source_kind,
            self.source_id,
            self.customer_id,
            self.job_seeker_id,
            self.program,
            self.provider,
            self.control,
            self.label,
            self.month,
            self.day.isoformat() if self.day else "",
            self.entry_kind,
            self.entry_name,
            cells.show_money(self.cents),
            self.funder_selection,
            decision,
            ";".join(found.reason for found in sorted(self.findings, key=lambda found: found.rank)),
            self.standing,
            self.depends_on if self.in_scope and decision != "no-entry" else "",
            "|".join(self.choices),
            crosswalk_version,
        )
        return dict(zip(COLUMNS, values, strict=True))
