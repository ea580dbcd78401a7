"""The settings of the rule book, each with its readings; the values stand in config/rules.toml."""

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

COMPONENTS = (
    "Job Search Training",
    "Job Retention",
    "Career/Technical Education or other Vocational Training",
    "Pre-Apprenticeship/Apprenticeship",
    "Work Based Learning-Other",
)


class MonthType(StrEnum):
    """What counts as one type of service in "first delivered service for the month"."""

    COMPONENT = "component"
    SERVICE = "service"


class MonthScope(StrEnum):
    """For whom one service stands in a month."""

    CUSTOMER_PROVIDER = "customer-provider"
    CUSTOMER = "customer"


class SupportOrder(StrEnum):
    """How a payment stands to the services of its month."""

    COMPONENT_FIRST = "component-first"
    COMPONENT_SAME_MONTH = "component-same-month"
    FIRST_SUPPORT_ONLY = "first-support-only"


class ContinuingTraining(StrEnum):
    """What becomes of the later months of a training."""

    ASK = "ask"
    START_MONTH_ONLY = "start-month-only"
    EVERY_MONTH = "every-month"


class LongTermTarget(StrEnum):
    """Where the target date of a long-term goal has to stand."""

    CASE_NOTED = "case-noted"
    REQUIRED = "required"


class FunderAbsent(StrEnum):
    """What a training without a funder row means."""

    FLAG = "flag"
    NO_SELECTION = "no-selection"


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FirstOfMonth(_Section):
    """Settings of the first-of-month rule."""

    type: MonthType = MonthType.COMPONENT
    scope: MonthScope = MonthScope.CUSTOMER_PROVIDER


class Support(_Section):
    """Settings of the support-service rule."""

    order: SupportOrder = SupportOrder.COMPONENT_FIRST


class Plan(_Section):
    """Settings of the plan rule."""

    long_term_target: LongTermTarget = LongTermTarget.CASE_NOTED


class WorkSource(_Section):
    """Which programs are WorkSource, and which need none."""

    programs: tuple[str, ...] = ("WorkSource Adult", "WorkSource Dislocated Worker")
    exempt_programs: tuple[str, ...] = ("NextGen", "PDX Youth@Work")


class RetentionDays(_Section):
    """How long after the start of a job retention services are entered; blank days are open."""

    value: int = Field(ge=0, le=36_500, strict=True)
    first: date | None = None
    last: date | None = None
    source: str = ""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_open(cls, row: object) -> object:
        if not isinstance(row, dict):
            return row
        return {name: None if name in {"first", "last"} and cell == "" else cell for name, cell in row.items()}


class Retention(_Section):
    """The dated rows of `retention.days`: no gap, no overlap, open at both ends."""

    days: tuple[RetentionDays, ...] = (RetentionDays(value=90),)

    @model_validator(mode="after")
    def _covers_every_day(self) -> Self:
        rows = self.days
        if not rows or rows[0].first is not None or rows[-1].last is not None:
            raise ValueError("the first row of retention.days is open at the start, the last at the end")
        for row, following in pairwise(rows):
            if row.last is None or following.first != row.last + timedelta(days=1):
                raise ValueError("each row of retention.days begins on the day after the one before it ends")
            if row.first and row.first > row.last:
                raise ValueError("a row of retention.days ends before it begins")
        last = rows[-1]
        if last.first and last.last and last.first > last.last:
            raise ValueError("a row of retention.days ends before it begins")
        return self

    def on(self, day: date) -> int:
        """Return the number of days in force on the day."""
        return next(row.value for row in self.days if row.last is None or day <= row.last)


class Funder(_Section):
    """Settings of the funder rule."""

    absent: FunderAbsent = FunderAbsent.FLAG


class Contracts(_Section):
    """Whether contracts are enforced."""

    enforced: bool = Field(default=False, strict=True)


class HoldSettings(_Section):
    """How long a line may wait after its month ended."""

    max_days: int = Field(45, ge=0, le=36_500, strict=True)


class Training(_Section):
    """How many months one training may run."""

    max_months: int = Field(36, ge=1, le=1_200, strict=True)


class ComponentList(_Section):
    """The DHS components that the crosswalk may name."""

    known: tuple[str, ...] = COMPONENTS


class RuleSettings(_Section):
    """Every setting of the rule book; unknown keys are refused."""

    first_of_month: FirstOfMonth = FirstOfMonth()
    support: Support = Support()
    continuing_training: ContinuingTraining = ContinuingTraining.ASK
    plan: Plan = Plan()
    worksource: WorkSource = WorkSource()
    retention: Retention = Retention()
    funder: Funder = Funder()
    contracts: Contracts = Contracts()
    hold: HoldSettings = HoldSettings()
    training: Training = Training()
    components: ComponentList = ComponentList()
