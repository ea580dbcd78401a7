"""Compare lines with the read-back: what stands in iMatchSkills without evidence, and what is missing there."""

import polars as pl

from sync.decide import Workings
from sync.reconcile.copies import copy_mismatches
from sync.reconcile.evidence import evidence_of
from sync.reconcile.items import items_of
from sync.reconcile.lines import line_mismatches
from sync.reconcile.retracted import LEDGER, retracted
from sync.reconcile.services import service_mismatches
from sync.reconcile.supports import support_mismatches

__all__ = ["LEDGER", "items_of", "reconcile"]


def reconcile(worked: Workings, lines: pl.DataFrame, ledger: pl.DataFrame | None = None) -> list[pl.DataFrame]:
    """Return the mismatches of every kind of reconciliation and of copies, one frame for each kind.

    lines   as `decide` returns them for the same workings
    ledger  what is known of lines that were pushed or keyed (LEDGER); without it nothing is said of evidence that
            was taken back
    """
    evidence = evidence_of(worked, lines)
    known = pl.DataFrame(schema=LEDGER) if ledger is None else ledger
    return [
        *line_mismatches(evidence, known),
        *service_mismatches(evidence),
        *support_mismatches(evidence),
        *copy_mismatches(evidence),
        retracted(evidence, known),
    ]
