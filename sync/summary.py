"""Count lines by decision and reason, and sum the money; pages, commands and messages take these figures."""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from sync.model import Decision, EntryKind, Reason


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
    already = pl.col("reasons").str.contains(Reason.ALREADY_IN_IMS, literal=True).fill_null(value=False)
    invoiceable = (pl.col("decision") == Decision.ENTER) | already
    at_risk = pl.col("decision").is_in([Decision.HOLD, Decision.FLAG])
    return Summary(
        lines=len(lines),
        by_decision={decision: counted.get(decision, 0) for decision in Decision},
        by_reason={reason: by_reason[reason] for reason in Reason if reason in by_reason},
        invoiceable=_cents(payments.filter(invoiceable)),
        at_risk=_cents(payments.filter(at_risk)),
        not_invoiceable=_cents(payments.filter(~invoiceable & ~at_risk)),
    )


def _cents(payments: pl.DataFrame) -> int:
    """Sum amounts exactly."""
    amounts = payments["amount"].drop_nulls().value_counts()
    return sum(int(amount.replace(".", "")) * count for amount, count in amounts.iter_rows())


def money(amount: int) -> str:
    """Return cents as a decimal string."""
    sign, whole = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{whole // 100}.{whole % 100:02d}"
