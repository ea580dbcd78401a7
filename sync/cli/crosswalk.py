"""The commands `crosswalk check` and `crosswalk show`."""

from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.crosswalk import COLUMNS, Crosswalk
from sync.errors import BadConfiguration
from sync.jobs.decide_files import read_configuration

app = typer.Typer(
    help="The table from I-Trac's labels to iMatchSkills' components.",
    no_args_is_help=True,
    epilog="Example: ims-sync crosswalk check",
)


@app.command("check")
def check(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Check the crosswalk and the settings; name every mistake by file and line.

    Example: ims-sync crosswalk check --config config/
    """
    try:
        crosswalk = read_configuration(config).crosswalk
    except BadConfiguration as wrong:
        if not json:
            raise
        print_json({"ok": False, "mistakes": wrong.mistakes})
        return wrong.exit_code
    if json:
        print_json({"ok": True, "mistakes": [], "version": crosswalk.version, "hash": crosswalk.hash})
    else:
        counts = ", ".join(f"{_count(crosswalk, table)} {table}" for table in COLUMNS)
        print(f"No mistake found: {counts}; version {crosswalk.version}.")
    return 0


@app.command("show")
def show(
    *,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="Only rows in force on this day; all without it."),
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Show the rows of the crosswalk.

    Example: ims-sync crosswalk show --on 2026-04-01
    """
    crosswalk = read_configuration(config).crosswalk
    shown = {table: _rows(crosswalk, table, day(on) if on is not None else None) for table in COLUMNS}
    if json:
        print_json({**shown, "version": crosswalk.version, "hash": crosswalk.hash})
        return 0
    console = Console()
    for table, rows in shown.items():
        console.print(_as_table(table, rows))
    console.print(f"version {crosswalk.version}, hash {crosswalk.hash}")
    return 0


def _rows(crosswalk: Crosswalk, table: str, on: date | None) -> list[dict[str, str]]:
    rows = [row for row in crosswalk.rows if row.table == table and (on is None or row.holds_on(on))]
    return [dict(row.cells) for row in rows]


def _count(crosswalk: Crosswalk, table: str) -> int:
    return len(_rows(crosswalk, table, None))


def _as_table(table: str, rows: list[dict[str, str]]) -> Table:
    shown = Table(title=f"{table} ({len(rows)})", title_justify="left")
    for column in COLUMNS[table]:
        shown.add_column(column)
    for row in rows:
        shown.add_row(*(row[column] for column in COLUMNS[table]))
    return shown
