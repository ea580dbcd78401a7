"""Says where I-Trac and iMatchSkills disagree, and where I-Trac disagrees with itself.

Everything but `retracted-after-entry`, which needs to know what was there before.
"""

from __future__ import annotations

import datetime

from .copies import check_copies
from .crosswalk import Rows
from .decide import Outcome
from .facts import Tables
from .reconcile_lines import reconcile_lines
from .reconcile_services import reconcile_services
from .reconcile_support import reconcile_support
from .record_checks import check_records
from .rent_checks import check_rent
from .report import Report


def mismatches(
    tables: Tables,
    crosswalk: dict[str, Rows],
    settings: dict[str, object],
    as_of: datetime.date,
    outcome: Outcome,
) -> list[dict[str, str]]:
    """Return the mismatches as text, by customer_id, kind and mismatch_id.

    outcome    what `decide` made of the same four; its workings hold them as they were read, so
               that they are not read again
    """
    workings = outcome.workings
    assert workings.facts.as_of == as_of
    report = Report(workings.facts)
    reconcile_lines(report, workings)
    reconcile_services(report, workings)
    reconcile_support(report, workings)
    check_copies(report, workings)
    check_records(report)
    check_rent(report)
    return sorted(report.rows, key=lambda row: (row["customer_id"], row["kind"], row["mismatch_id"]))
