"""Payments, stages 1 and 2."""

from __future__ import annotations

from . import cells, gates
from .crosswalk import SUPPORT_SERVICE
from .facts import Facts
from .line import Line
from .service_scope import program_reason
from .tables import Row

SUPPORT_PAYMENTS = "Support Services Payments"
NOT_MADE = ("Cancelled", "Void", "Not Paid")


def payment_lines(facts: Facts) -> list[Line]:
    """Return the lines of all payment rows, with stages 1 and 2 decided."""
    lines = []
    for row in facts.rows["payments"]:
        line = facts.line(row, "payment", "support", row.date("payment_date"))
        line.label = row["payment_type"]
        line.cents = cells.read_money(row["amount"])
        lines.append(line)
        reason = _stage_one(facts, row, line)
        if reason:
            line.end(reason)
        else:
            _types(facts, line)
            _gates(facts, line)
    return lines


def _stage_one(facts: Facts, row: Row, line: Line) -> str:
    """Return the first reason that applies, or blank."""
    return (
        program_reason(facts, line, "payment-in-career-boost") or _row(facts, row, line) or _payment(facts, row, line)
    )


def _row(facts: Facts, row: Row, line: Line) -> str:
    if row.bad:
        return "row-unreadable"
    if row.tie:
        return "versions-tie"
    if line.control_key != facts.key("control", SUPPORT_PAYMENTS, line):
        return "not-a-support-payment"
    if line.day is None:
        return "date-missing"
    return ""


def _payment(facts: Facts, row: Row, line: Line) -> str:
    status = facts.key("status", row["status"], line)
    if status in {facts.key("status", name, line) for name in NOT_MADE}:
        return "payment-not-made"
    if status != facts.key("status", "Paid", line):
        return "payment-pending"
    if line.cents is None or line.cents <= 0:
        return "amount-invalid"
    if line.date > facts.as_of:
        return "in-the-future"
    if not _types_in_force(facts, line):
        return "payment-type-unmapped"
    return ""


def _types_in_force(facts: Facts, line: Line) -> list[str]:
    kind = facts.key("payment_type", line.label, line)
    return facts.crosswalk.stretch(line.looked_up).support.get(kind, [])


def _types(facts: Facts, line: Line) -> None:
    """Fill the support type, if there is one or once chosen."""
    types = _types_in_force(facts, line)
    if len(types) == 1:
        line.entry_name = types[0]
    else:
        line.choices = tuple(types)
        line.entry_name = facts.answers.picked(line.line_id, types)


def _gates(facts: Facts, line: Line) -> None:
    gates.identity_to_career_boost(facts, line)
    gates.worksource(facts, line)
    gates.enrollment(facts, line)
    contract = (line.provider_key, facts.key("component", SUPPORT_SERVICE, line))
    contracts = facts.crosswalk.stretch(line.looked_up).contracts
    if facts.settings.contracts_enforced and contract not in contracts:
        line.add("support-not-contracted")
    if not line.entry_name:
        line.add("choose-ims-type")
