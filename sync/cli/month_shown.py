"""Print months of providers: the list, the checklist of one, what changed since it was signed."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from sync.jobs.month_list import Adjustment, Checklist
from sync.jobs.month_points import NOTHING
from sync.summary import money


def list_document(found: Sequence[Checklist]) -> dict[str, Any]:
    """Return the JSON document of the list."""
    return {"months": [_head(one) for one in found]}


def checklist_document(found: Checklist) -> dict[str, Any]:
    """Return the JSON document of one month."""
    close = found.close
    points = [
        {
            "point": one.name, "words": one.kind.words, "number": one.number, "blocks": one.blocks, "do": one.kind.do,
            "declared": one.declared.reason if one.declared else None, "ids": list(one.ids),
        }
        for one in found.points
    ]  # fmt: skip
    last = (
        {"act": str(close.act), "by": close.by, "at": close.at.isoformat(), "reason": close.reason} if close else None
    )
    return {
        **_head(found), "digest": found.digest, "points": points, "last": last,
        "adjustments": [_adjustment(one) for one in found.adjustments],
        "declared": [{"customer": word.subject, "by": word.by, "reason": word.reason} for word in found.declared],
    }  # fmt: skip


def tell_list(found: Sequence[Checklist]) -> None:
    """Print the list as a table."""
    table = Table()
    for heading in ("provider", "month", "state", "lines", "at risk", "blocks"):
        table.add_column(heading, overflow="fold", justify="right" if heading in {"lines", "at risk"} else "left")
    for one in found:
        blocks = ", ".join(f"{point.name} {point.shown}" for point in one.points if point.blocks)
        state = f"{one.state} ({one.undecided})" if one.undecided else str(one.state)
        table.add_row(
            one.place.provider, one.place.month, state, str(len(one.lines)), money(one.summary.at_risk), blocks
        )
    Console(highlight=False).print(table)


def tell_checklist(found: Checklist) -> None:
    """Print the checklist of one month."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    console.print(f"{found.place.provider}, {found.place.month}: {found.state}, {len(found.lines)} lines")
    if found.close:
        day = found.close.at.date().isoformat()
        console.print(f"  Last: {found.close.act} by {found.close.by} on {day}: {found.close.reason}")
    for point in found.points:
        mark = "!!" if point.blocks else "  "
        declared = f" (declared by {point.declared.by}: {point.declared.reason})" if point.declared else ""
        console.print(f"{mark} {point.name:<12} {point.shown:>9}  {point.kind.words}{declared}")
        if point.blocks:
            console.print(f"      What to do: {point.kind.do}")
        if point.name == NOTHING and point.ids:
            console.print(f"      {' '.join(point.ids)}")
    console.print(f"Digest: {found.digest}")
    if found.is_signed:
        console.print(f"Changes since it was signed: {len(found.adjustments)}, {found.undecided} wait for a person")


def tell_adjustments(found: Checklist) -> None:
    """Print how a signed month differs now."""
    console = Console(highlight=False, soft_wrap=True, markup=False)
    if not found.adjustments:
        console.print("Nothing differs from what was signed." if found.is_signed else "The month is not signed.")
    for one in found.adjustments:
        console.print(f"{one.line_id}: {one.change}, {one.decided or 'waits for a person'}; version {one.fingerprint}")
        console.print(f"  Signed: {in_words(one.then)}\n  Now:    {in_words(one.now)}")


def in_words(cells: Any) -> str:
    """Return one side of a difference in words."""
    if cells["outcome"] is None:
        return "nothing to enter"
    shown = [cells[name] for name in ("entry_name", "date", "amount", "provider") if cells[name]]
    what = "to be in iMatchSkills" if cells["outcome"] == "entered" else "held or flagged"
    return f"{what}: {', '.join(shown)}"


def _head(one: Checklist) -> dict[str, Any]:
    return {
        "provider": one.place.provider, "month": one.place.month, "state": str(one.state), "lines": len(one.lines),
        "at_risk": money(one.summary.at_risk), "invoiceable": money(one.summary.invoiceable),
        "undecided": one.undecided,
    }  # fmt: skip


def _adjustment(one: Adjustment) -> dict[str, Any]:
    return {
        "line_id": one.line_id, "customer_id": one.customer_id, "change": one.change, "seen": one.fingerprint,
        "then": dict(one.then), "now": dict(one.now), "decided": str(one.decided) if one.decided else None,
    }  # fmt: skip
