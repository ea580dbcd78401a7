"""Compare the rows of the Career Boost record with their originals (Career Boost guide, "copy to Career Boost")."""

import polars as pl

from sync.reconcile import kinds
from sync.reconcile.evidence import Evidence
from sync.rules.attach import attach
from sync.rules.labels import look_up, with_day, with_program
from sync.rules.mismatch import mismatches
from sync.rules.records import record_rows

_FIELDS = ("customer_id", "service", "start_date", "end_date", "status")


def copy_mismatches(evidence: Evidence) -> list[pl.DataFrame]:
    """Return every kind about copies and the Career Boost record."""
    context = evidence.context
    rows = context.frames["services"].with_columns(pl.col("start_date").alias("date"))
    rows = with_program(with_day(rows, context.crosswalk, context.as_of), context.crosswalk)
    rows = attach(rows, context.people.select("customer_id", "job_seeker_id"), on="customer_id")
    copies = rows.filter("is_career_boost")
    known = copies.filter(pl.col("copied_from").is_in(rows["service_id"].implode()))
    lost = copies.join(known, on="service_id", how="anti").with_columns(
        pl.lit("copied_from").alias("field"), pl.col("copied_from").alias("itrac_value")
    )
    return [
        _not_copied(evidence, copies),
        mismatches(kinds.COPY_WITHOUT_ORIGINAL, lost, "service_id"),
        _differs(known, rows, evidence),
        _twice(known, rows),
        *_enrollments(evidence),
    ]


def _not_copied(evidence: Evidence, copies: pl.DataFrame) -> pl.DataFrame:
    copied = pl.concat_str(pl.lit("service:"), pl.col("copied_from"))
    named = copies.select(copied.alias("line_id")).drop_nulls()
    own = evidence.workings.services.filter(~pl.col("continues"))
    return mismatches(kinds.NOT_COPIED, own.join(named, on="line_id", how="anti"), "line_id")


def _differs(copies: pl.DataFrame, rows: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    """Return one row for each field in which a copy differs; labels by the aliases of the original's program."""
    context = evidence.context
    original = rows.select(
        pl.col("service_id").alias("copied_from"),
        pl.col("program_key").alias("of_program"),
        pl.col("era").alias("era_of"),
        *(pl.col(name).alias(f"{name}_of") for name in _FIELDS),
    )
    pairs = attach(copies, original, on="copied_from")

    def answer(key: tuple[int, str, str, str | None]) -> tuple[str]:
        era, program_key, kind, label = key
        return (context.crosswalk.in_era(era).canonical(kind, label, program_key),)

    for kind in ("service", "status"):
        for era, label in (("era", kind), ("era_of", f"{kind}_of")):
            pairs = look_up(
                pairs.with_columns(pl.lit(kind).alias("_kind")), [era, "of_program", "_kind", label],
                answer=answer, schema={f"{label}_key": pl.String},
            )  # fmt: skip
    parts = []
    for name in _FIELDS:
        keys = (f"{name}_key", f"{name}_of_key") if name in {"service", "status"} else (name, f"{name}_of")
        unlike = pairs.filter(pl.col(keys[0]).ne_missing(pl.col(keys[1])))
        parts.append(
            unlike.with_columns(pl.lit(name).alias("field"), pl.col(name).cast(pl.String).alias("itrac_value")).select(
                "service_id", "customer_id", "job_seeker_id", "program", "provider", "month", "field", "itrac_value"
            )
        )
    return mismatches(kinds.COPY_DIFFERS, pl.concat(parts), "service_id", "field")


def _twice(copies: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    ids = copies.sort("service_id").group_by("copied_from").agg("service_id")
    ids = ids.filter(pl.col("service_id").list.len() > 1).select(
        pl.col("copied_from").alias("service_id"), pl.col("service_id").list.join(";").alias("itrac_value")
    )
    originals = rows.join(ids, on="service_id").with_columns(pl.lit("copied_from").alias("field"))
    return mismatches(kinds.COPIED_TWICE, originals, "service_id")


def _enrollments(evidence: Evidence) -> list[pl.DataFrame]:
    """Return second Career Boost records, and applications before the first SNAP check."""
    context = evidence.context
    rows = record_rows(context, "enrollments", "application_date").filter("is_career_boost")
    rows = rows.sort("application_date", "enrollment_id", nulls_last=[True, False])
    first = rows.unique("customer_id", keep="first", maintain_order=True)
    later = rows.join(first, on="enrollment_id", how="anti")
    checks = (
        context.frames["ims_eligibility"]
        .group_by("job_seeker_id")
        .agg(pl.col("checked_on_day").min().alias("checked_first"))
    )
    first = attach(first, checks, on="job_seeker_id")
    unchecked = pl.col("checked_first").is_null() | (pl.col("application_date") < pl.col("checked_first"))
    late = first.filter(unchecked.fill_null(value=False)).with_columns(
        pl.lit("application_date").alias("field"),
        pl.col("application_date").cast(pl.String).alias("itrac_value"),
        pl.col("checked_first").cast(pl.String).alias("ims_value"),
    )
    return [
        mismatches(kinds.BOOST_DUPLICATE, later, "enrollment_id"),
        mismatches(kinds.SNAP_LATE, late, "enrollment_id"),
    ]
