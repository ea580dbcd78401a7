"""Copy tables, and in the copy let the services of a share of the customers turn out not completed.

Example: python -m benchmarks.changes --tables DIR --out DIR --share 0.01
"""

import argparse
import shutil
from pathlib import Path

import polars as pl


def main() -> None:
    """Write the changed copy."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description=__doc__)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to make")
    parser.add_argument("--share", type=float, default=0.01, help="of the customers (default: %(default)s)")
    given = parser.parse_args()
    shutil.copytree(given.tables, given.out)
    services = pl.read_csv(given.tables / "services.csv", infer_schema=False)
    customers = services["customer_id"].unique().sort()
    some = customers.gather_every(round(1 / given.share))
    whose = pl.col("customer_id").is_in(some.implode()) & (pl.col("status") == "Completed")
    changed = services.with_columns(pl.when(whose).then(pl.lit("Not Completed")).otherwise("status").alias("status"))
    changed.write_csv(given.out / "services.csv")


if __name__ == "__main__":
    main()
