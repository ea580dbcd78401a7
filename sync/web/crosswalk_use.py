"""Show how many of our own lines rest on each row of the published version, unused rows first."""

from flask import request

from sync.crosswalk.files import COLUMNS
from sync.errors import WrongCall
from sync.jobs.crosswalk_use import MONTHS, Use
from sync.jobs.crosswalk_use import use as used
from sync.web.crosswalk import TITLES
from sync.web.crosswalk_looked import number_of, show, wrong_of
from sync.web.policy import may
from sync.web.shell import Views, account, service

_CHOICES = (1, 3, 6, 12, 24, 36)
_SHOWN = 500


def shown() -> tuple[str, int] | str:
    """Show the rows with their use in the months that are asked for."""
    months = number_of(request.args.get("months", str(MONTHS)))
    table = request.args.get("table", "")
    try:
        if table and table not in COLUMNS:
            raise WrongCall("The crosswalk has no such table, so that no filter was used", "Choose one from the list.")
        found = used(service(), months or 0)
    except WrongCall as refused:
        return show("crosswalk_use.html", found=None, wrong=wrong_of(refused)), 409
    return _page(found, months or 0, table)


def _page(found: Use, months: int, table: str) -> str:
    rows = [one for one in found.rows if table in {"", one.row.table}]
    return show(
        "crosswalk_use.html", found=found, rows=rows[:_SHOWN], number=len(rows), months=months, table=table,
        unused=sum(not one.lines for one in rows), choices=sorted({*_CHOICES, months}), titles=TITLES,
        can_edit=may(account().role, "crosswalk_row"), columns=COLUMNS,
    )  # fmt: skip


VIEWS: Views = {"crosswalk_use": shown}
