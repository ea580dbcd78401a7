"""Find every mismatch of a decision: lines against read-back, copies, and data entry."""

import polars as pl

from sync.checks import data_entry_checks
from sync.decide import Workings
from sync.reconcile import reconcile
from sync.rules.mismatch import in_order


def all_mismatches(worked: Workings, lines: pl.DataFrame, ledger: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return the mismatches in the columns and the order of the contract.

    lines   those of the workings
    ledger  which entry each line is known to have had; the stateless command has none
    """
    return in_order([*reconcile(worked, lines, ledger), *data_entry_checks(worked.context)])
