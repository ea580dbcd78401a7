"""Key the rows of I-Trac's records as data-entry checks compare them: on the day of deciding."""

import polars as pl

from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.labels import look_up, with_program, with_provider

KEYS_TO_PROGRESS = "Keys to Progress"


def record_rows(context: Context, table: str, dated_by: str | None = None) -> pl.DataFrame:
    """Return a table with keys of its labels as of the day, who the person is, and `month`.

    dated_by  the column whose month the row shows; None = the table has no date
    Adds job_seeker_id, program_key, is_career_boost, is_keys, provider_key (where there is a provider).
    """
    crosswalk, era = context.crosswalk, context.crosswalk.era(context.as_of)
    rows = context.frames[table].with_columns(pl.lit(era, pl.Int32).alias("era"))
    if "customer_id" in rows.columns:
        rows = attach(rows, context.people.select("customer_id", "job_seeker_id"), on="customer_id")
    if "program" in rows.columns:
        rows = with_program(rows, crosswalk)
        keys = crosswalk.in_era(era).program(KEYS_TO_PROGRESS)
        rows = rows.with_columns((pl.col("program_key") == keys).alias("is_keys"))
    if "provider" in rows.columns:
        rows = with_provider(rows, crosswalk)
    day = pl.col(dated_by) if dated_by else pl.lit(None, pl.Date)
    return rows.with_columns((day.dt.year().cast(pl.Int32) * 12 + day.dt.month().cast(pl.Int32) - 1).alias("month"))


def with_known(rows: pl.DataFrame, context: Context, *, kind: str, column: str, known: tuple[str, ...]) -> pl.DataFrame:
    """Add `COLUMN_kind`: which of the labels that the rules name it stands for, small letters; null for any other."""
    force = context.crosswalk.on(context.as_of)

    def answer(key: tuple[str, str | None]) -> tuple[str | None]:
        program_key, label = key
        wanted = force.canonical(kind, label, program_key)
        found = (name for name in known if force.canonical(kind, name, program_key) == wanted)
        return (next((name.lower() for name in found if label), None),)

    return look_up(rows, ["program_key", column], answer=answer, schema={f"{column}_kind": pl.String})
