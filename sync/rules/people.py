"""Say who a customer is in iMatchSkills, and what was checked of them there."""

import polars as pl

from sync.rules.attach import attach


def people(customers: pl.DataFrame, older: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each customer: job_seeker_id, conflict, seeker.

    older   superseded rows of the same table: a customer whose rows name two job seekers is in conflict
    seeker  the job seeker id where it is known without doubt, else null: nothing is matched on a doubt
    """
    both = pl.concat([frame.select("customer_id", "job_seeker_id") for frame in (customers, older)])
    named = both.drop_nulls().group_by("customer_id").agg(pl.col("job_seeker_id").n_unique() > 1)
    shared = pl.col("job_seeker_id").is_duplicated() & pl.col("job_seeker_id").is_not_null()
    made = (
        customers.select("customer_id", "job_seeker_id", shared.alias("shared"))
        .join(named.rename({"job_seeker_id": "differs"}), on="customer_id", how="left")
        .with_columns((pl.col("shared") | pl.col("differs").fill_null(value=False)).alias("conflict"))
    )
    seeker = pl.when(~pl.col("conflict")).then(pl.col("job_seeker_id")).alias("seeker")
    return made.select("customer_id", "job_seeker_id", "conflict", seeker)


def with_people(lines: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Add `job_seeker_id`, `conflict` and `seeker` to lines."""
    return attach(lines, known, on="customer_id").with_columns(pl.col("conflict").fill_null(value=False))


def with_eligibility(lines: pl.DataFrame, eligibility: pl.DataFrame) -> pl.DataFrame:
    """Add `snap_status` and `tanf` of the line's job seeker and month."""
    checked = eligibility.select(pl.col("job_seeker_id").alias("seeker"), "month", "snap_status", "tanf")
    return attach(lines, checked, on=["seeker", "month"])
