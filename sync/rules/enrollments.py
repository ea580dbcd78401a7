"""Answer from enrollments what a line asks: registered, documented, enrolled, exited; and from employments.

Labels of enrollments are compared on the line's date. While no alias of a program or provider begins or ends the
answer is the same, so enrollments are keyed by such stretches of days (`label_era`), one in a plain crosswalk.
"""

from dataclasses import dataclass

import polars as pl

from sync.crosswalk import Crosswalk
from sync.model import RuleSettings
from sync.rules.attach import attach
from sync.rules.labels import look_up, with_program, with_provider

_PLACE = ["customer_id", "label_era", "program_key", "provider_key"]
_OF_CUSTOMER = ["customer_id", "label_era"]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Carry first days by customer and era, and by program and provider; and every enrollment with an exit."""

    of_customer: pl.DataFrame
    of_place: pl.DataFrame
    exits: pl.DataFrame


def enrolled(rows: pl.DataFrame, eras: pl.Series, *, crosswalk: Crosswalk, settings: RuleSettings) -> Enrolled:
    """Key the enrollments by era.

    of_customer  career_boost_on, worksource_on, exempt_on: the earliest such day
    of_place     enrolled_on: earliest application; open_from: earliest application without exit
    exits        application_date and exit_date of each enrollment that ended
    """
    keyed = rows.join(pl.DataFrame({"era": eras.unique()}), how="cross")
    keyed = with_provider(with_program(keyed, crosswalk), crosswalk).rename({"era": "label_era"})

    def answer(key: tuple[int, str]) -> tuple[bool, bool]:
        era, program_key = key
        force = crosswalk.in_era(era)
        return (
            program_key in {force.program(name) for name in settings.worksource.programs},
            program_key in {force.program(name) for name in settings.worksource.exempt_programs},
        )

    schema = {"is_worksource": pl.Boolean, "is_exempt": pl.Boolean}
    keyed = look_up(keyed, ["label_era", "program_key"], answer=answer, schema=schema)
    applied = pl.col("application_date")
    documented = pl.col("is_worksource") & pl.col("documentation_complete")
    return Enrolled(
        keyed.group_by(_OF_CUSTOMER).agg(
            pl.col("registration_completed_on").filter("is_career_boost").min().alias("career_boost_on"),
            applied.filter(documented).min().alias("worksource_on"),
            applied.filter("is_exempt").min().alias("exempt_on"),
        ),
        keyed.group_by(_PLACE).agg(
            applied.min().alias("enrolled_on"),
            applied.filter(pl.col("exit_date").is_null()).min().alias("open_from"),
        ),
        keyed.select(*_PLACE, "application_date", "exit_date").drop_nulls(),
    )


def with_customer_days(lines: pl.DataFrame, known: Enrolled) -> pl.DataFrame:
    """Add `career_boost_on`, `worksource_on` and `exempt_on`."""
    return attach(lines, known.of_customer, on=_OF_CUSTOMER)


def with_enrollment(lines: pl.DataFrame, known: Enrolled) -> pl.DataFrame:
    """Add `enrolled_on` and `exited`: enrolled by the date, and every such enrollment ended before it."""
    lines = attach(lines, known.of_place, on=_PLACE)
    reached = (pl.col("enrolled_on") <= pl.col("date")) & ~(pl.col("open_from") <= pl.col("date")).fill_null(
        value=False
    )
    still = (
        lines.filter(reached)
        .select(*_PLACE, "date", "line_id")
        .join(known.exits, on=_PLACE)
        .filter((pl.col("application_date") <= pl.col("date")) & (pl.col("exit_date") >= pl.col("date")))
    )["line_id"].implode()
    return lines.with_columns((reached.fill_null(value=False) & ~pl.col("line_id").is_in(still)).alias("exited"))


def with_exempt_program(lines: pl.DataFrame, crosswalk: Crosswalk, settings: RuleSettings) -> pl.DataFrame:
    """Add `exempt`: the line's program needs no WorkSource enrollment."""

    def answer(key: tuple[int, str]) -> tuple[bool]:
        era, program_key = key
        force = crosswalk.in_era(era)
        return (program_key in {force.program(name) for name in settings.worksource.exempt_programs},)

    return look_up(lines, ["era", "program_key"], answer=answer, schema={"exempt": pl.Boolean})


def with_employment(lines: pl.DataFrame, employments: pl.DataFrame) -> pl.DataFrame:
    """Add `first_employed_on`, and `latest_employed_on` with `employed_days` for the latest start by the date."""
    started = employments.select("customer_id", pl.col("start_date").alias("employed_on")).drop_nulls()
    first = started.group_by("customer_id").agg(pl.col("employed_on").min().alias("first_employed_on"))
    latest = (
        lines.filter("is_retention")
        .select("line_id", "customer_id", "date")
        .join(started, on="customer_id")
        .filter(pl.col("employed_on") <= pl.col("date"))
        .group_by("line_id")
        .agg(pl.col("employed_on").max().alias("latest_employed_on"))
    )
    lines = attach(attach(lines, first, on="customer_id"), latest, on="line_id")
    days = (pl.col("date") - pl.col("latest_employed_on")).dt.total_days()
    return lines.with_columns(days.alias("employed_days"))
