"""Mismatches of component entries with service lines, and of steps entered twice."""

import polars as pl

from sync.model import Decision, EntryKind, Reason, fold
from sync.model.settings import MonthType
from sync.reconcile import kinds
from sync.reconcile.evidence import SCOPE, Evidence, pair, standing_entry, unclaimed_components
from sync.rules.attach import attach
from sync.rules.first_of_month import unit_of
from sync.rules.mismatch import Severity, mismatches
from sync.rules.rule import decided, has

_STEPS = (EntryKind.ORIENTATION, EntryKind.ASSESSMENT, EntryKind.PLAN)


def service_mismatches(evidence: Evidence) -> list[pl.DataFrame]:
    """Return every kind that compares component entries with service lines."""
    services = evidence.workings.services
    unclaimed = _unclaimed(evidence)
    possibly = services.filter(has(Reason.POSSIBLY_IN_IMS))
    there = unclaimed.rename({"name_key": "component_key"})
    component = pair(possibly, there, ["seeker", "provider_key", "date"])
    possibly, there = _without(possibly, component, "line_id"), _without(there, component, "entry_id")
    provider = pair(possibly, there, ["seeker", "component_key", "month"])
    unsupported = _without(there, provider, "entry_id").rename({"component_key": "name_key"})
    return [
        _unsupported(unsupported, evidence),
        _differs(component, evidence, field="name"),
        _differs(provider, evidence, field="provider"),
        _duplicates(evidence),
        *_already(services, evidence),
    ]


def _without(rows: pl.DataFrame, pairs: pl.DataFrame, key: str) -> pl.DataFrame:
    return rows.join(pairs, on=key, how="anti")


def _unclaimed(evidence: Evidence) -> pl.DataFrame:
    """Return the unclaimed component entries of known people in the months that the services reach over."""
    return unclaimed_components(evidence).filter(pl.col("known") & _within(evidence.workings.services))


def _within(lines: pl.DataFrame) -> pl.Expr:
    """Tell whether an entry's month lies between the first and the last month of the lines."""
    return pl.col("month").is_between(lines["month"].min(), lines["month"].max()).fill_null(value=False)


def _unsupported(entries: pl.DataFrame, evidence: Evidence) -> pl.DataFrame:
    flagged = evidence.workings.ended.filter(decided(Decision.FLAG) & ((pl.col("findings") & SCOPE) != 0))
    places = (
        flagged.select("customer_id", "provider_key", "month", pl.lit(value=True).alias("doubted"))
        .drop_nulls()
        .unique()
    )
    entries = attach(entries, places, on=["customer_id", "provider_key", "month"])
    severity = pl.when("doubted").then(pl.lit(str(Severity.DATA))).otherwise(pl.lit(str(Severity.CLAIM)))
    return mismatches(kinds.UNSUPPORTED, entries.with_columns(severity.alias("severity")), "entry_id")


def _differs(pairs: pl.DataFrame, evidence: Evidence, *, field: str) -> pl.DataFrame:
    lines = evidence.workings.services.drop("standing")
    there = evidence.entries.select(
        "entry_id", pl.col("name").alias("name_there"), pl.col("provider").alias("provider_there")
    )
    rows = pairs.join(lines, on="line_id").join(there, on="entry_id")
    own = {"name": "entry_name", "provider": "provider"}[field]
    rows = rows.with_columns(
        pl.lit(field).alias("field"), pl.col(own).alias("itrac_value"), pl.col(f"{field}_there").alias("ims_value")
    )
    check = kinds.COMPONENT_DIFFERS if field == "name" else kinds.PROVIDER_DIFFERS
    return mismatches(check, rows, "line_id", "entry_id")


def _duplicates(evidence: Evidence) -> pl.DataFrame:
    """Name each entry after the first of its unit, or after as many as its component has units."""
    unit = [name if name != "component_key" else "name_key" for name in unit_of(evidence.context.settings).of_entries]
    place = pl.int_range(pl.len()).over(unit)
    components = evidence.entries_of(EntryKind.COMPONENT).filter("is_customer")
    components = components.with_columns(place.alias("place"))
    components = attach(components, _unit_counts(evidence, unit), on=unit)
    many = components.filter(pl.col("place") >= pl.max_horizontal(pl.col("units").fill_null(1), 1))
    key = ["seeker", "provider_key", "kind"]
    steps = evidence.entries.filter(pl.col("kind").is_in(_STEPS) & pl.col("is_customer"))
    steps = steps.filter(pl.int_range(pl.len()).over(key) > 0)
    return mismatches(kinds.DUPLICATE, pl.concat([many.select(steps.columns), steps]), "entry_id")


def _unit_counts(evidence: Evidence, unit: list[str]) -> pl.DataFrame:
    """Return how many units with candidates each group of entries has; one under type `component`."""
    lines = evidence.workings.services.drop_nulls("seeker").rename({"component_key": "name_key"})
    if evidence.context.settings.first_of_month.type is MonthType.COMPONENT:
        return lines.select(unit).unique().with_columns(pl.lit(1).alias("units"))
    return lines.select(*unit, "service_key").unique().group_by(unit).agg(pl.len().cast(pl.Int32).alias("units"))


def _already(services: pl.DataFrame, evidence: Evidence) -> list[pl.DataFrame]:
    """Return `date-differs` and `funder-differs` of lines whose entry is there."""
    there = evidence.entries.select(
        "entry_id", pl.col("date").alias("there_on"), pl.col("funder_selection").alias("funder_there")
    )
    lines = services.filter(has(Reason.ALREADY_IN_IMS)).with_columns(standing_entry().alias("entry_id"))
    lines = lines.join(there, on="entry_id")
    dates = lines.filter(pl.col("date") != pl.col("there_on")).with_columns(
        pl.when(pl.col("there_on") > pl.col("date")).then(pl.lit(str(Severity.NOTE)))
        .otherwise(pl.lit(str(Severity.DATA))).alias("severity"),
        pl.lit("date").alias("field"), pl.col("date").alias("itrac_value"), pl.col("there_on").alias("ims_value"),
    )  # fmt: skip
    funders = lines.drop_nulls("funder_selection")
    same = [
        fold(own) == fold(other or "") for own, other in funders.select("funder_selection", "funder_there").iter_rows()
    ]
    funders = funders.filter(~pl.Series(same, dtype=pl.Boolean)).with_columns(
        pl.lit("funder_selection").alias("field"), pl.col("funder_selection").alias("itrac_value"),
        pl.col("funder_there").alias("ims_value"),
    )  # fmt: skip
    return [
        mismatches(kinds.DATE_DIFFERS, dates, "line_id", "entry_id"),
        mismatches(kinds.FUNDER_DIFFERS, funders, "line_id", "entry_id"),
    ]
