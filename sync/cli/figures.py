"""Print what was decided: the figures as text or JSON, and what was set aside."""

import json
import sys
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from sync.checks.kinds import KINDS as CHECKED
from sync.jobs.decide_files import Decided
from sync.model import Decision, EntryKind
from sync.reconcile.kinds import KINDS as RECONCILED
from sync.rules.book import act_of, words_of_reason
from sync.rules.mismatch import Severity
from sync.summary import MismatchSummary, Summary, money

_SHOWN = 10
_MEANS = {
    Decision.ENTER: "to be entered into iMatchSkills",
    Decision.HOLD: "waits, resolves by itself when facts arrive",
    Decision.FLAG: "a person must act",
    Decision.NO_ENTRY: "rightly not entered",
}


def needs_a_person(summary: Summary, found: MismatchSummary | None) -> int:
    """Return the exit code: 1 where a line is flagged or a mismatch is more than a note, else 0."""
    return 1 if summary.by_decision[Decision.FLAG] or (found and found.grave) else 0


def document(
    decided: Decided,
    as_of: str,
    *,
    digest: str,
    found: MismatchSummary | None = None,
    unlike: pl.DataFrame | None = None,
    months: pl.DataFrame | None = None,
) -> dict[str, Any]:
    """Return the JSON document of a decision; `mismatches`, `compared` lines and `months` where they were asked for."""
    summary = decided.summary
    return {
        **({"months": months.to_dicts()} if months is not None else {}),
        **({"compared": unlike.to_dicts()} if unlike is not None else {}),
        **({"mismatches": found.by_kind, "mismatches_by_severity": found.by_severity} if found else {}),
        "digest": digest,
        "as_of": as_of,
        "lines": summary.lines,
        "by_decision": summary.by_decision,
        "by_reason": summary.by_reason,
        "money": {
            "invoiceable": money(summary.invoiceable),
            "at_risk": money(summary.at_risk),
            "not_invoiceable": money(summary.not_invoiceable),
        },
        "rejected_rows": decided.tables.rejected.to_dicts(),
        "unreadable_cells": decided.tables.unreadable.to_dicts(),
        "notes": list(decided.tables.notes),
    }


def print_json(value: object) -> None:
    """Print one JSON document on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def print_set_aside(decided: Decided) -> None:
    """Print on stderr what of the input was passed over, rejected or unreadable: the first of each, and how many."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for note in decided.tables.notes:
        console.print(f"note: {note}")
    for kind, rows in (("rejected", decided.tables.rejected), ("unreadable", decided.tables.unreadable)):
        for row in rows.head(_SHOWN).iter_rows(named=True):
            console.print(f"{kind}: {row['file']}, line {row['line']}{_cell(row)}: {row['why']}")
        if len(rows) > _SHOWN:
            console.print(f"{kind}: and {len(rows) - _SHOWN} more; --json lists them all")


def _cell(row: dict[str, Any]) -> str:
    if not row.get("column"):
        return ""
    return f", column {row['column']}, found {row['found']!r}"


def print_summary(summary: Summary, console: Console, found: MismatchSummary | None = None) -> None:
    """Print counts by reason and by decision, who acts next on what, mismatches, and the money last."""
    console.print(_reasons(summary))
    console.print(_decisions(summary))
    if found:
        console.print(_mismatches(found))
    console.print(f"Payments that can be invoiced:         {money(summary.invoiceable):>12}")
    console.print(f"Payments at risk (held or flagged):    {money(summary.at_risk):>12}")
    console.print(f"Payments rightly not entered:          {money(summary.not_invoiceable):>12}")


def _decisions(summary: Summary) -> Table:
    decisions = Table(title="Decisions", title_justify="left")
    decisions.add_column("decision")
    decisions.add_column("lines", justify="right")
    decisions.add_column("means")
    for decision in Decision:
        decisions.add_row(decision, str(summary.by_decision[decision]), _MEANS[decision])
    return decisions


def _reasons(summary: Summary) -> Table:
    reasons = Table(title="Reasons (a line may have several)", title_justify="left")
    reasons.add_column("reason", no_wrap=True)
    reasons.add_column("lines", justify="right")
    reasons.add_column("in words, and what to do next")
    for reason, count in sorted(summary.by_reason.items(), key=lambda one: (-one[1], one[0])):
        reasons.add_row(reason, str(count), f"{words_of_reason(reason)} {act_of(reason)}")
    return reasons


def _mismatches(found: MismatchSummary) -> Table:
    """Return the mismatches by kind, the gravest first."""
    table = Table(title="Mismatches", title_justify="left")
    for column in ("severity", "mismatch", "rows", "in words, and what to do next"):
        table.add_column(column, justify="right" if column == "rows" else "left", no_wrap=column == "mismatch")
    order = list(Severity)
    for check in sorted((*RECONCILED, *CHECKED), key=lambda check: order.index(check.severity)):
        if count := found.by_kind.get(check.kind):
            table.add_row(check.severity, check.kind, str(count), f"{check.words} {check.advice}")
    return table


def print_money_at_risk(lines: pl.DataFrame, console: Console, shown: int = _SHOWN) -> None:
    """Print the payments that cannot be invoiced as they stand, the largest first, with why and what to do.

    shown  how many of them; the decisions file has the others
    """
    held = lines.filter(
        (pl.col("entry_kind") == EntryKind.SUPPORT) & pl.col("decision").is_in([Decision.HOLD, Decision.FLAG])
    )
    largest = held.sort(pl.col("amount").cast(pl.Decimal(38, 2)), descending=True, nulls_last=True)
    table = Table(title=f"Payments that cannot be invoiced as they stand ({len(held)})", title_justify="left")
    for column in ("payment", "amount", "why, and what to do"):
        table.add_column(column, justify="right" if column == "amount" else "left")
    for line in largest.head(shown).iter_rows(named=True):
        first = line["reasons"].split(";")[0]
        table.add_row(line["source_id"], line["amount"], f"{words_of_reason(first)} {act_of(first)}")
    console.print(table)
    if len(held) > shown:
        console.print(f"and {len(held) - shown} more; the decisions file has them all")


def print_all(decided: Decided, found: MismatchSummary | None, unlike: pl.DataFrame | None) -> None:
    """Print the figures of a decision, the payments at risk, and the lines that another setting would change."""
    console = Console()
    print_summary(decided.summary, console, found)
    print_money_at_risk(decided.lines, console)
    if unlike is None:
        return
    table = Table(title=f"Lines that the other setting would change ({len(unlike)})", title_justify="left")
    for heading in ("line", "now", "then"):
        table.add_column(heading, overflow="fold")
    for row in unlike.iter_rows(named=True):
        now, then = (
            f"{row[f'decision_{when}'] or 'no line'} {row[f'reasons_{when}'] or ''}" for when in ("now", "then")
        )
        table.add_row(row["line_id"], now, then)
    console.print(table)
