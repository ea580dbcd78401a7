"""Count lines by decision and reason, and sum the money; pages, commands and messages take these figures."""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from sync.model import Decision, EntryKind, Reason

_ALREADY = pl.col("reasons").str.contains(Reason.ALREADY_IN_IMS, literal=True).fill_null(value=False)
INVOICEABLE = (pl.col("decision") == Decision.ENTER) | _ALREADY
AT_RISK = pl.col("decision").is_in([Decision.HOLD, Decision.FLAG])


@dataclass(frozen=True, slots=True)
class Summary:
    """Carry the figures of one decision.

    invoiceable    payments that will be or are in iMatchSkills, in cents
    at_risk        payments that are held or flagged, in cents
    not_invoiceable  payments that are rightly not entered, in cents
    """

    lines: int
    by_decision: dict[str, int]
    by_reason: dict[str, int]
    invoiceable: int
    at_risk: int
    not_invoiceable: int


def summarise(lines: pl.DataFrame) -> Summary:
    """Count the lines of a decisions table; every decision is named, reasons only where they occur."""
    counted = dict(lines["decision"].value_counts().iter_rows())
    by_reason: Counter[str] = Counter()
    for reasons, count in lines["reasons"].drop_nulls().value_counts().iter_rows():
        by_reason.update(dict.fromkeys(reasons.split(";"), count))
    payments = lines.filter(pl.col("entry_kind") == EntryKind.SUPPORT)
    return Summary(
        lines=len(lines),
        by_decision={decision: counted.get(decision, 0) for decision in Decision},
        by_reason={reason: by_reason[reason] for reason in Reason if reason in by_reason},
        invoiceable=cents_of(payments.filter(INVOICEABLE)),
        at_risk=cents_of(payments.filter(AT_RISK)),
        not_invoiceable=cents_of(payments.filter(~INVOICEABLE & ~AT_RISK)),
    )


@dataclass(frozen=True, slots=True)
class MismatchSummary:
    """Count mismatches by kind and by severity; `grave` is every one that is not a note."""

    by_kind: dict[str, int]
    by_severity: dict[str, int]
    grave: int


def summarise_mismatches(found: pl.DataFrame) -> MismatchSummary:
    """Count the rows of a mismatches table."""
    by_kind = dict(sorted(found["kind"].value_counts().iter_rows()))
    counted = dict(found["severity"].value_counts().iter_rows())
    by_severity = {severity: counted.get(severity, 0) for severity in ("claim", "money", "data", "note")}
    return MismatchSummary(by_kind, by_severity, len(found) - by_severity["note"])


def cents_of(payments: pl.DataFrame) -> int:
    """Sum amounts exactly."""
    amounts = payments["amount"].drop_nulls().value_counts()
    return sum(int(amount.replace(".", "")) * count for amount, count in amounts.iter_rows())


def money(amount: int) -> str:
    """Return cents as a decimal string."""
    sign, whole = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
