"""Check enrollments, services and payments of every program's record, but not of the Career Boost record."""

import polars as pl

from sync.checks import kinds
from sync.rules.attach import attach
from sync.rules.context import Context
from sync.rules.labels import CONTROLS
from sync.rules.mismatch import mismatches
from sync.rules.records import record_rows, with_known

_STATUSES = ("Next Step", "Started", "Not Completed", "Cancelled")
_PAYMENT_CELLS = (
    "payment_type", "amount", "payment_date", "paid_to", "justification", "other_resources_unavailable",
)  # fmt: skip
_PLACE = ["customer_id", "program_key", "provider_key"]


def record_checks(context: Context) -> list[pl.DataFrame]:
    """Return the checks on enrollments, services and payments."""
    services = _services(context)
    enrollments = record_rows(context, "enrollments", "application_date").filter(~pl.col("is_career_boost"))
    return [
        *_enrollment_checks(enrollments, services, context),
        *_service_checks(services, context),
        *_payment_checks(services, context),
    ]


def missing_cells(*names: str) -> pl.Expr:
    """Return the names of those cells that are blank, joined by semicolons; blank where none is."""
    return pl.concat_str(
        *(pl.when(pl.col(name).is_null()).then(pl.lit(name)) for name in names), separator=";", ignore_nulls=True
    )


def _services(context: Context) -> pl.DataFrame:
    rows = record_rows(context, "services", "start_date").filter(~pl.col("is_career_boost"))
    rows = with_known(rows, context, kind="control", column="control", known=tuple(CONTROLS))
    return with_known(rows, context, kind="status", column="status", known=_STATUSES)


def _enrollment_checks(enrollments: pl.DataFrame, services: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    first = services.filter("is_keys").group_by("customer_id").agg(pl.col("start_date").min().alias("first_service"))
    keys = attach(enrollments.filter("is_keys"), first.drop_nulls(), on="customer_id")
    late = keys.filter(pl.col("first_service") <= pl.col("application_date")).with_columns(
        pl.lit("application_date").alias("field"), pl.col("application_date").alias("itrac_value")
    )
    served = services.group_by(_PLACE).agg(_last_service(context).alias("last_service"))
    record = enrollments.join(served, on=_PLACE)
    incomplete = record.filter(pl.col("registration_completed_on").is_null()).with_columns(
        pl.lit("registration_completed_on").alias("field")
    )
    idle = (pl.lit(context.as_of) - pl.col("last_service")).dt.total_days()
    open_ = record.filter(pl.col("exit_date").is_null()).with_columns(
        idle.alias("idle"), pl.lit("start_date").alias("field"), pl.col("last_service").alias("itrac_value")
    )
    return [
        mismatches(kinds.APPLIED_LATE, late, "enrollment_id"),
        mismatches(kinds.REGISTRATION, incomplete, "enrollment_id"),
        mismatches(kinds.EXIT_NEAR, open_.filter(pl.col("idle").is_between(61, 90)), "enrollment_id"),
        mismatches(kinds.EXIT_DUE, open_.filter(pl.col("idle") > 90), "enrollment_id"),
    ]


def _last_service(context: Context) -> pl.Expr:
    """Return the start of the last service that was not called off, started by the day."""
    delivered = ~pl.col("status_kind").is_in(["cancelled", "not completed"]).fill_null(value=False)
    return pl.col("start_date").filter(delivered & (pl.col("start_date") <= context.as_of)).max()


def _service_checks(services: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    status = pl.when(pl.col("status_kind").is_in(["next step", "started"])).then(pl.lit("status"))
    blanks = missing_cells("start_date", "end_date")
    told = services.filter(pl.col("control_kind") == "services").with_columns(
        pl.concat_str(status, pl.when(blanks != "").then(blanks), separator=";", ignore_nulls=True).alias("field"),
        pl.col("status").alias("itrac_value"),
    )
    training = services.filter(pl.col("control_kind").is_in(["training & education", "work based training"]))
    training = training.with_columns(pl.lit("target_end_date").alias("field"))
    passed = training.filter(
        (pl.col("status_kind") == "started")
        & pl.col("end_date").is_null()
        & (pl.col("target_end_date") < context.as_of)
    ).with_columns(pl.col("target_end_date").alias("itrac_value"))
    return [
        mismatches(kinds.SERVICE_STATUS, told.filter(pl.col("field") != ""), "service_id"),
        mismatches(kinds.TARGET_MISSING, training.filter(pl.col("target_end_date").is_null()), "service_id"),
        mismatches(kinds.TARGET_PASSED, passed, "service_id"),
    ]


def _payment_checks(services: pl.DataFrame, context: Context) -> list[pl.DataFrame]:
    rows = record_rows(context, "payments", "payment_date").filter(~pl.col("is_career_boost"))
    known = ("Support Services Payments", "Training & Education Service Payments")
    rows = with_known(rows, context, kind="control", column="control", known=known)
    trainings = services.filter(pl.col("control_kind") == "training & education").select(
        "customer_id", "program_key", pl.col("service_id").alias("for_service_id")
    )
    training = rows.filter(pl.col("control_kind") == known[1].lower())
    lost = training.join(trainings, on=["customer_id", "program_key", "for_service_id"], how="anti").with_columns(
        pl.lit("for_service_id").alias("field"), pl.col("for_service_id").alias("itrac_value")
    )
    support = rows.filter(pl.col("control_kind") == known[0].lower())
    support = support.with_columns(missing_cells(*_PAYMENT_CELLS).alias("field"))
    return [
        mismatches(kinds.TRAINING_PAYMENT, lost, "payment_id"),
        mismatches(kinds.PAYMENT_INCOMPLETE, support.filter(pl.col("field") != ""), "payment_id"),
    ]
