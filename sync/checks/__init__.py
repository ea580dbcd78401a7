"""Check the data entry in I-Trac alone (Keys to Progress Data Entry I-Trac Guide)."""

import polars as pl

from sync.checks.outcomes import outcome_checks
from sync.checks.records import record_checks
from sync.checks.rent import rent_checks
from sync.rules.context import Context


def data_entry_checks(context: Context) -> list[pl.DataFrame]:
    """Return the mismatches of every data-entry check, one frame for each."""
    return [*record_checks(context), *outcome_checks(context), *rent_checks(context)]
