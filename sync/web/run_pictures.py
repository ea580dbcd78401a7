"""Show entries by day, lines by reason and what waits in pictures and tables; and the board of connections."""

from collections.abc import Sequence

from flask import render_template
from markupsafe import Markup

from sync.jobs.board import DAYS, HOURS, boards
from sync.jobs.pictured import Aged, Day, OfReason, by_age, by_reason, entries_by_day
from sync.store import newest_plan
from sync.web.pictures import Bar, Frame, Series, bars, columns
from sync.web.shell import Views, service
from sync.web.words import RUN_PAGES


def pictures() -> str:
    """Show all three."""
    made = service()
    plan = newest_plan(made.db)
    days, ages = entries_by_day(made), by_age(made)
    reasons = by_reason(plan) if plan else []
    return render_template(
        "runs_pictures.html", run_pages=RUN_PAGES, plan=plan, days=days, ages=ages, reasons=reasons,
        days_drawn=_days(days), ages_drawn=_ages(ages), reasons_drawn=_reasons(reasons),
    )  # fmt: skip


def connections() -> str:
    """Show for each hour how both systems could be reached."""
    return render_template(
        "runs_connections.html", run_pages=RUN_PAGES, boards=boards(service()), days=DAYS, hours=HOURS
    )


def _days(days: Sequence[Day]) -> Markup:
    sent, keyed, confirmed = (sum(counts) for counts in zip(*(day[1:] for day in days), strict=True))
    told = f"{sent} entries were sent, {keyed} keyed and {confirmed} confirmed. The table below has each day."
    series = [
        Series("Sent", [day.sent for day in days]), Series("Keyed by a person", [day.keyed for day in days]),
        Series("Confirmed by a read-back", [day.confirmed for day in days]),
    ]  # fmt: skip
    frame = Frame("days", f"Entries by day, last {len(days)} days", told)
    return columns(frame, [day.day.isoformat() for day in days], series)


def _reasons(reasons: Sequence[OfReason]) -> Markup:
    told = f"Most frequent is: {reasons[0].words}, {percent(reasons[0].share)} of the lines." if reasons else "None."
    rows = [Bar(one.words, one.lines, f"{percent(one.share)}") for one in reasons]
    return bars(Frame("reasons", "Lines of the newest plan by reason", told), rows)


def _ages(ages: Sequence[Aged]) -> Markup:
    reviews, unclear = (sum(counts) for counts in zip(*(one[1:] for one in ages), strict=True))
    told = f"{reviews} items wait to be reviewed and {unclear} lines are unclear. The table below has each age."
    rows = [Bar(f"To review, {one.age}", one.reviews, str(one.reviews)) for one in ages]
    rows += [Bar(f"Unclear, {one.age}", one.unclear, str(one.unclear)) for one in ages]
    return bars(Frame("ages", "What waits, by its age", told), rows)


def percent(share: float) -> str:
    """Write a share with one digit after the point."""
    return f"{share:.1%}"


VIEWS: Views = {"runs_pictures": pictures, "runs_connections": connections}
