"""Check registrations, exits, employments and credentials."""

import polars as pl

from sync.checks import kinds
from sync.checks.records import missing_cells
from sync.rules.context import Context
from sync.rules.mismatch import mismatches
from sync.rules.records import record_rows, with_known

_CREDENTIAL_CELLS = ("type", "name", "date", "documentation", "for_service_id")


def outcome_checks(context: Context) -> list[pl.DataFrame]:
    """Return the checks on registrations, exits, employments and credentials."""
    return [_registrations(context), _exits(context), _employments(context), _credentials(context)]


def _registrations(context: Context) -> pl.DataFrame:
    rows = record_rows(context, "registrations").filter("is_keys")
    young = pl.col("age_at_application") < 18
    age = pl.when(young).then(pl.lit("age_at_application"))
    eligible = pl.when(~pl.col("eligible")).then(pl.lit("eligible"))
    rows = rows.with_columns(
        pl.concat_str(age, eligible, separator=";", ignore_nulls=True).alias("field"),
        pl.when(young).then(pl.col("age_at_application")).alias("itrac_value"),
    ).filter(pl.col("field") != "")
    return mismatches(kinds.AGE, rows, "customer_id", "program")


def _exits(context: Context) -> pl.DataFrame:
    rows = record_rows(context, "program_statuses", "date").filter("is_keys")
    rows = with_known(rows, context, kind="status", column="status", known=("Exit",))
    housed = record_rows(context, "housing_at_exit").select("customer_id", "program_key")
    bare = rows.filter(pl.col("status_kind") == "exit").join(housed, on=["customer_id", "program_key"], how="anti")
    bare = bare.with_columns(pl.lit("status").alias("field"), pl.col("status").alias("itrac_value"))
    return mismatches(kinds.EXIT_HOUSING, bare, "status_id")


def _employments(context: Context) -> pl.DataFrame:
    rows = record_rows(context, "employments", "start_date")
    confirmed = context.frames["employment_confirmations"].select("employment_id")
    rows = rows.join(confirmed, on="employment_id", how="anti").with_columns(
        pl.lit("start_date").alias("field"), pl.col("start_date").alias("itrac_value")
    )
    return mismatches(kinds.UNCONFIRMED, rows, "employment_id")


def _credentials(context: Context) -> pl.DataFrame:
    rows = record_rows(context, "credentials", "date").filter(~pl.col("is_career_boost"))
    rows = rows.with_columns(missing_cells(*_CREDENTIAL_CELLS).alias("field"))
    return mismatches(kinds.CREDENTIAL, rows.filter(pl.col("field") != ""), "credential_id")
