"""Decide the services alone, as a pandas script that a good colleague would write in an afternoon.

It is what `decide.py` compares with: stage 1 of services and the first of the month (per customer, provider
and component), and no more. It does not look at gates, continuing months, payments, assessments, plans, staff
answers, settings, most aliases, first and last days of crosswalk rows, ties, or blanks doubled in a label.

Example: python -m benchmarks.colleague --input DIR --crosswalk FILE --as-of 2026-09-30 --out FILE
"""

import argparse
import re
from pathlib import Path

import numpy as np
import pandas as pd

LABELS = ["program", "control", "service"]
UNIT = ["customer_id", "provider_key", "component", "month"]
DATES = ["start_date", "end_date", "target_end_date"]
SERVICE_COLUMNS = ["service_id", "customer_id", "provider", *LABELS, *DATES, "status", "modified_at"]
LASTING = ["training & education", "work based training"]
SAME_STATUS = {"canceled": "cancelled", "complete": "completed"}
SAME_CONTROL = {"training, post-secondary education & employment skills": "training & education"}
SAME_SERVICE = {"ost": "occupational skills training"}
MAX_MONTHS = 36


def read(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read the named columns of a CSV as text, blanks as empty strings."""
    return pd.read_csv(path, usecols=columns, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def clean(text: pd.Series) -> pd.Series:
    """Strip and lower a column of labels."""
    return text.str.strip().str.lower()


def dates(text: pd.Series) -> pd.Series:
    """Read YYYY-MM-DD or M/D/YYYY; anything else becomes NaT."""
    text = text.str.strip()
    parsed = pd.to_datetime(text, format="%Y-%m-%d", errors="coerce")
    return parsed.fillna(pd.to_datetime(text, format="%m/%d/%Y", errors="coerce"))


def read_crosswalk(path: Path) -> pd.DataFrame:
    """Read the service crosswalk with cleaned labels, one row per program, control and service."""
    rows = read(path, [*LABELS, "component"])
    rows[LABELS] = rows[LABELS].apply(clean)
    return rows.drop_duplicates(LABELS)


def read_services(folder: Path) -> pd.DataFrame:
    """Read services.csv: newest row per id, cleaned labels, dates, job seeker of the customer."""
    rows = read(folder / "services.csv", SERVICE_COLUMNS)
    rows = rows.sort_values("modified_at", kind="stable").drop_duplicates("service_id", keep="last")
    rows[LABELS] = rows[LABELS].apply(clean)
    rows["control"] = rows["control"].replace(SAME_CONTROL)
    rows["service"] = rows["service"].replace(SAME_SERVICE)
    rows["status"] = clean(rows["status"]).replace(SAME_STATUS)
    rows["provider_key"] = clean(rows["provider"])
    for column in DATES:
        rows[column] = dates(rows[column])
    rows["month"] = rows["start_date"].dt.to_period("M")
    customers = read(folder / "customers.csv", ["customer_id", "job_seeker_id"])
    return rows.merge(customers.drop_duplicates("customer_id"), on="customer_id", how="left")


def near_misses(labels: pd.DataFrame, crosswalk: pd.DataFrame) -> pd.DataFrame:
    """Mark labels whose words include, or lie within, those of a service of their program and control."""
    known = crosswalk.groupby(["program", "control"])["service"].agg(list).to_dict()
    unknown = labels.drop_duplicates().copy()
    unknown["near"] = [
        any(_overlap(service, other) for other in known.get((program, control), []))
        for program, control, service in unknown.itertuples(index=False)
    ]
    return unknown


def _overlap(one: str, other: str) -> bool:
    mine, theirs = set(re.findall(r"\w+", one)), set(re.findall(r"\w+", other))
    return mine <= theirs or theirs <= mine


def stage_one(rows: pd.DataFrame, crosswalk: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add `component` and the first stage 1 reason that applies to each row (blank = passes)."""
    rows = rows.merge(crosswalk, on=LABELS, how="left")
    unmapped = rows["component"].isna()
    near = near_misses(rows.loc[unmapped, LABELS], crosswalk)
    rows = rows.merge(near, on=LABELS, how="left")
    start, end, status = rows["start_date"], rows["end_date"], rows["status"]
    lasting = rows["control"].isin(LASTING)
    known = rows["control"].isin(crosswalk["control"]) & rows["service"].isin(crosswalk["service"])
    allowed = (status == "completed") | (lasting & (status == "started"))
    last = end.fillna(rows["target_end_date"]).fillna(as_of)
    last = last.where(last <= as_of, as_of)
    months = (last.dt.year - start.dt.year) * 12 + last.dt.month - start.dt.month + 1
    reasons = {
        "career-boost-copy": rows["program"].str.startswith("career boost"),
        "program-not-qualifying": (rows["program"] != "") & ~rows["program"].isin(crosswalk["program"]),
        "row-unreadable": (rows[[*LABELS, "customer_id", "provider_key"]] == "").any(axis=1),
        "date-missing": start.isna(),
        "label-near-miss": unmapped & rows["near"].eq(True),
        "label-unknown": unmapped & ~known,
        "service-not-in-crosswalk": unmapped,
        "not-delivered": status.isin(["not completed", "cancelled"]),
        "status-not-allowed": ~allowed,
        "end-date-missing": end.isna() & (~lasting | (status == "completed")),
        "dates-reversed": end < start,
        "spans-months": ~lasting & (end.dt.to_period("M") != rows["month"]),
        "too-long": lasting & (months > MAX_MONTHS),
        "in-the-future": start > as_of,
    }
    rows["reason"] = np.select(list(reasons.values()), list(reasons), default="")
    return rows


def existing_units(folder: Path) -> pd.DataFrame:
    """List job seeker, provider, component and month of the component entries in iMatchSkills."""
    entries = read(folder / "ims_entries.csv", ["job_seeker_id", "provider", "kind", "name", "date"])
    entries = entries[clean(entries["kind"]) == "component"]
    units = pd.DataFrame({
        "job_seeker_id": entries["job_seeker_id"].str.strip(),
        "provider_key": clean(entries["provider"]),
        "component_key": clean(entries["name"]),
        "month": dates(entries["date"]).dt.to_period("M"),
    })  # fmt: skip
    return units.drop_duplicates().assign(entered=True)


def first_of_month(rows: pd.DataFrame, existing: pd.DataFrame) -> pd.DataFrame:
    """Let the earliest service per unit and month stand; the others are more of the same."""
    rows["component_key"] = clean(rows["component"])
    rows = rows.merge(existing, on=["job_seeker_id", "provider_key", "component_key", "month"], how="left")
    passing = rows[rows["reason"] == ""].sort_values(["start_date", "line_id"])
    later = passing.duplicated(UNIT)
    entered = passing["entered"].eq(True)
    reason = np.select([later, entered], ["same-type-this-month", "already-in-ims"], default="")
    rows.loc[passing.index, "reason"] = reason
    return rows


def decide(folder: Path, crosswalk: Path, as_of: pd.Timestamp) -> pd.DataFrame:
    """Decide every service row: `line_id`, `decision`, `reason`, in the order of customer, date and line."""
    mapped = read_crosswalk(crosswalk)
    rows = stage_one(read_services(folder), mapped, as_of)
    rows["line_id"] = "service:" + rows["service_id"].str.strip()
    rows = first_of_month(rows, existing_units(folder))
    no_entry = ["career-boost-copy", "program-not-qualifying", "service-not-in-crosswalk", "not-delivered"]
    no_entry += ["same-type-this-month", "already-in-ims"]
    reason = rows["reason"]
    chosen = [reason == "", reason.isin(no_entry), reason == "in-the-future"]
    rows["decision"] = np.select(chosen, ["enter", "no-entry", "hold"], default="flag")
    return rows.sort_values(["customer_id", "start_date", "line_id"])[["line_id", "decision", "reason"]]


def main(arguments: list[str] | None = None) -> int:
    """Write the decisions that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.colleague", description=__doc__)
    parser.add_argument("--input", type=Path, required=True, help="folder with the tables")
    parser.add_argument("--crosswalk", type=Path, required=True, help="services.csv of the crosswalk")
    parser.add_argument("--as-of", type=pd.Timestamp, required=True, help="day, YYYY-MM-DD")
    parser.add_argument("--out", type=Path, required=True, help="CSV to write")
    options = parser.parse_args(arguments)
    decide(options.input, options.crosswalk, options.as_of).to_csv(options.out, index=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
