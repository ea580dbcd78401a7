"""The command `crosswalk use`: how much each row is used."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sync.cli.crosswalk_versions import at_work
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.crosswalk.check import KEYS
from sync.crosswalk.files import Row
from sync.jobs.crosswalk_use import MONTHS, Use
from sync.jobs.crosswalk_use import use as used


def use(
    *,
    months: Annotated[int, typer.Option("--months", help="How many months are counted.")] = MONTHS,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Tell how many lines of the last months rest on each row of the published version, unused rows first.

    Example: ims-sync crosswalk use --months 12
    """
    with at_work(config, database) as service:
        found = used(service, months)
    print_json(_document(found)) if json else _tell(found)
    return 0


def _document(found: Use) -> dict[str, object]:
    rows = [
        {"table": one.row.table, "line": one.row.line, "row": one.row.cells, "lines": one.lines,
         "last_month": one.last_month}
        for one in found.rows
    ]  # fmt: skip
    return {
        "version": found.version, "since": found.since, "until": found.until, "unused": found.unused, "rows": rows,
    }  # fmt: skip


def _tell(found: Use) -> None:
    table = Table(title=f"Rows of version {found.version}, and how many lines rest on them", title_justify="left")
    for column in ("table", "line", "row", "lines", "last month"):
        table.add_column(column, justify="right" if column in {"line", "lines"} else "left")
    for one in found.rows:
        row = one.row
        table.add_row(row.table, str(row.line), _named(row), str(one.lines), one.last_month or "never")
    Console(markup=False).print(table)
    print(f"{found.unused} of {len(found.rows)} rows have no line from {found.since} to {found.until}.")


def _named(row: Row) -> str:
    return ", ".join(row[column] for column in KEYS[row.table] if row[column])
