"""Add to lines what the crosswalk says of their labels on their date.

Each distinct combination of labels is asked once, so that the crosswalk stays plain Python and a
million lines cost a few hundred questions.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from sync.crosswalk import Crosswalk, InForce
from sync.model import RuleSettings
from sync.rules.attach import attach

CAREER_BOOST = "Career Boost"
JOB_RETENTION = "Job Retention"
SUPPORT_SERVICE = "Support Service"
FUNDED = ("Career/Technical Education or other Vocational Training", "Pre-Apprenticeship/Apprenticeship")
CONTROLS = {
    "Services": "services",
    "Follow-Up": "follow-up",
    "Training & Education": "training",
    "Work Based Training": "work-based",
    "Support Services Payments": "support",
}
STATUSES = ("Completed", "Started", "Not Completed", "Cancelled", "Paid", "Void", "Not Paid")

Answer = Callable[[tuple[Any, ...]], Sequence[object]]
"""What is asked once for each distinct combination of cells; the answer is one row of new columns."""


def look_up(lines: pl.DataFrame, keys: Sequence[str], *, answer: Answer, schema: dict[str, Any]) -> pl.DataFrame:
    """Add columns that depend on `keys` alone; `answer` is called once for each distinct combination."""
    distinct = lines.select(keys).unique()
    answers = [answer(row) for row in distinct.iter_rows()]
    columns = pl.DataFrame(answers, schema=schema, orient="row")
    return attach(lines, distinct.hstack(columns), on=keys, blanks_match=True)


def with_day(lines: pl.DataFrame, crosswalk: Crosswalk, as_of: date) -> pl.DataFrame:
    """Add `month` (months since year 0), `era` and `label_era` (of the date, or of `as_of` where there is none)."""

    def answer(key: tuple[date | None]) -> tuple[int | None, int, int]:
        (day,) = key
        month = None if day is None else day.year * 12 + day.month - 1
        return month, crosswalk.era(day or as_of), crosswalk.label_era(day or as_of)

    return look_up(lines, ["date"], answer=answer, schema={"month": pl.Int32, "era": pl.Int32, "label_era": pl.Int32})


def with_program(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add `program_key`, `is_career_boost`."""

    def answer(key: tuple[int, str | None]) -> tuple[str, bool]:
        era, program = key
        force = crosswalk.in_era(era)
        program_key = force.program(program)
        return program_key, program_key == force.program(CAREER_BOOST)

    return look_up(
        lines, ["era", "program"], answer=answer, schema={"program_key": pl.String, "is_career_boost": pl.Boolean}
    )


def with_provider(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add `provider_key`; lines without programs are compared by the aliases of all programs."""
    if "program_key" not in lines.columns:
        lines = lines.with_columns(pl.lit("").alias("program_key"))

    def answer(key: tuple[int, str, str | None]) -> tuple[str]:
        era, program_key, provider = key
        return (crosswalk.in_era(era).canonical("provider", provider, program_key),)

    return look_up(lines, ["era", "program_key", "provider"], answer=answer, schema={"provider_key": pl.String})


def _kind_of(force: InForce, kind: str, label: str | None, *, program: str, known: Sequence[str]) -> str | None:
    wanted = force.canonical(kind, label, program)
    return next((name for name in known if force.canonical(kind, name, program) == wanted), None)


def control_kind(force: InForce, control: str | None, program: str) -> str | None:
    """Return which of I-Trac's controls a label stands for, None for any other."""
    name = _kind_of(force, "control", control, program=program, known=tuple(CONTROLS))
    return CONTROLS[name] if name else None


def with_status(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add `status_kind`: the status in small letters, null for blank and for one that no rule names."""

    def answer(key: tuple[int, str, str | None]) -> tuple[str | None]:
        era, program_key, status = key
        name = _kind_of(crosswalk.in_era(era), "status", status, program=program_key, known=STATUSES)
        return (name.lower() if name and status else None,)

    return look_up(lines, ["era", "program_key", "status"], answer=answer, schema={"status_kind": pl.String})


def with_component(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add what the crosswalk says of program, control and service."""

    def answer(key: tuple[int, str | None, str | None, str | None]) -> tuple[object, ...]:
        era, program, control, service = key
        force = crosswalk.in_era(era)
        program_key = force.program(program)
        found = force.service(program, control, service)
        component_key = partial(force.canonical, "component", program=program_key)
        kind = component_key(found.component) if found.component else None
        return (
            control_kind(force, control, program_key),
            found.component,
            kind,
            force.canonical("service", service, program_key),
            found.qualifying,
            found.near_miss,
            found.known,
            kind == component_key(JOB_RETENTION),
            kind in {component_key(name) for name in FUNDED},
        )

    schema = {
        "control_kind": pl.String, "component": pl.String, "component_key": pl.String,
        "service_key": pl.String, "qualifying": pl.Boolean, "near_miss": pl.Boolean, "known": pl.Boolean,
        "is_retention": pl.Boolean, "needs_funder": pl.Boolean,
    }  # fmt: skip
    return look_up(lines, ["era", "program", "control", "service"], answer=answer, schema=schema)


def with_funder(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add `funder_selection` of component, program and provider."""

    def answer(key: tuple[int, str, str | None, str | None]) -> tuple[str | None]:
        era, component, program, provider = key
        return (crosswalk.in_era(era).funder(component, program, provider),)

    return look_up(
        lines, ["era", "component", "program", "provider"], answer=answer, schema={"funder_selection": pl.String}
    )


def with_contract(lines: pl.DataFrame, crosswalk: Crosswalk, settings: RuleSettings) -> pl.DataFrame:
    """Add `contracted`: the provider's contract allows the component, or contracts are not enforced."""
    if not settings.contracts.enforced:
        return lines.with_columns(pl.lit(value=True).alias("contracted"))

    def answer(key: tuple[int, str, str]) -> tuple[bool]:
        era, provider_key, component_key = key
        force = crosswalk.in_era(era)
        return (force.contracted(provider_key, component_key),)

    return look_up(lines, ["era", "provider_key", "component_key"], answer=answer, schema={"contracted": pl.Boolean})


def with_support(lines: pl.DataFrame, crosswalk: Crosswalk) -> pl.DataFrame:
    """Add `is_support`, `qualifying`, `types` and what contracts call a support service."""

    def answer(key: tuple[int, str | None, str | None, str | None]) -> tuple[object, ...]:
        era, program, control, payment_type = key
        force = crosswalk.in_era(era)
        program_key = force.program(program)
        types = list(force.support_types(program, payment_type)) if payment_type else []
        return (
            control_kind(force, control, program_key) == "support",
            force.service(program, None, None).qualifying,
            types,
            force.canonical("component", SUPPORT_SERVICE, program_key),
        )

    schema = {
        "is_support": pl.Boolean, "qualifying": pl.Boolean, "types": pl.List(pl.String),
        "component_key": pl.String,
    }  # fmt: skip
    return look_up(lines, ["era", "program", "control", "payment_type"], answer=answer, schema=schema)
