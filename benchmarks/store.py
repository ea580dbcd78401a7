"""Measure the store: seconds for pulls, plans and offers of many rows, printed as JSON.

Example: python -m benchmarks.store --rows 1000000 --database sqlite:///measured.db
The database must be empty; on PostgreSQL name one that was made for this alone.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from sync.model import LINE_COLUMNS
from sync.store import (
    Database,
    Decisions,
    NewPlan,
    NewPull,
    lines_of_plan,
    migrate,
    open_database,
    rows_at,
    snapshot_hash,
    store_plan,
    store_pull,
)

NOW = datetime(2026, 4, 20, tzinfo=UTC)
LINES_OF_A_CUSTOMER = 12
PULL = NewPull(source="itrac", at=NOW, complete=True)
PLAN = NewPlan(as_of="2026-04-20", crosswalk_hash="", crosswalk_version="", settings={})


def pulled(rows: int) -> pl.DataFrame:
    """Make rows as a pull brings them."""
    ids = pl.DataFrame({"n": pl.int_range(rows, eager=True)}).sample(fraction=1, shuffle=True, seed=1)
    content = (
        '["S{}","C{}","Training-CareerWorks","WSPM SE","Training & Education","Occupational Skills Training",'
        '"2026-03-01","2026-04-30","2026-04-30","Completed",null,null,"2026-03-01T00:00:00Z"]'
    )
    customer = pl.col("n") // LINES_OF_A_CUSTOMER
    return ids.select(
        pl.format("S{}", "n").alias("row_id"),
        pl.format("C{}", customer).alias("owner"),
        pl.format(content, "n", customer).alias("content"),
        pl.lit("services.csv").alias("file"),
        pl.col("n").alias("line"),
    )


def decided(rows: int, label: str = "Occupational Skills Training") -> pl.DataFrame:
    """Make lines of a plan, some entered and some not."""
    ids = pl.DataFrame({"n": pl.int_range(rows, eager=True)})
    standing = pl.col("n") % 3 == 0
    made = {
        "line_id": pl.format("service:S{}", "n"),
        "source_id": pl.format("S{}", "n"),
        "customer_id": pl.format("C{}", pl.col("n") // LINES_OF_A_CUSTOMER),
        "provider": pl.lit("WSPM SE, east"),
        "label": pl.lit(label),
        "month": pl.lit("2026-03"),
        "date": pl.format("2026-03-{}", 10 + pl.col("n") % 20),
        "entry_name": pl.lit("Career/Technical Education or other Vocational Training"),
        "decision": pl.when(standing).then(pl.lit("enter")).otherwise(pl.lit("no-entry")),
        "reasons": pl.when(~standing).then(pl.lit("same-type-this-month;plan-late")),
        "standing": pl.when(~standing).then(pl.format("service:S{}", pl.col("n") - pl.col("n") % 3)),
    }
    return ids.select(made.get(name, pl.lit(None, pl.String)).alias(name) for name in LINE_COLUMNS)


def measure(database: Database, rows: int) -> dict[str, float]:
    """Return the seconds that each act takes, in the order in which they are done."""
    services, lines = pulled(rows), decided(rows)
    some = set(lines["customer_id"].unique().sort().gather_every(100))
    again = decided(rows, "Internship").filter(pl.col("customer_id").is_in(list(some)))
    acts: dict[str, Callable[[], Any]] = {
        "first pull": lambda: store_pull(database, PULL, {"services": services}),
        "unchanged pull": lambda: store_pull(database, PULL, {"services": services}),
        "rows as they stand": lambda: rows_at(database, None, ["services"]),
        "hash of the snapshot": lambda: snapshot_hash(database),
        "first plan": lambda: store_plan(database, PLAN, Decisions(lines), now=NOW),
        "same plan again": lambda: store_plan(database, PLAN, Decisions(lines), now=NOW),
        "plan after 1 % of the customers": lambda: store_plan(database, PLAN, Decisions(again, some), now=NOW),
        "lines of the plan": lambda: lines_of_plan(database, 3),
    }
    return {name: _seconds(act) for name, act in acts.items()}


def _seconds(act: Callable[[], Any]) -> float:
    start = time.perf_counter()
    act()
    return round(time.perf_counter() - start, 2)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.store", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows and lines (default: %(default)s)")
    parser.add_argument("--database", help="URL of an empty database (default: a SQLite file that is thrown away)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'measured.db'}"
        with open_database(url) as database:
            migrate(database)
            print(json.dumps({"rows": given.rows, "seconds": measure(database, given.rows)}, indent=2))


if __name__ == "__main__":
    main()
