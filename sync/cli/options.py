"""Name the options that every command takes."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from sync.errors import WrongCall

Config = Annotated[Path, typer.Option("--config", metavar="DIR", help="Folder with the configuration.")]
Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="IMS_SYNC_DATABASE_URL",
        help="The database; decide, demo and crosswalk check touch none.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
CONFIG = Path("config")

Input = Annotated[Path, typer.Option("--input", metavar="DIR", help="Folder with the exported tables.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="The day to decide for, YYYY-MM-DD.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="decisions as .csv or .xlsx; - is CSV on stdout.")]
Mismatches = Annotated[
    Path | None, typer.Option("--mismatches", metavar="FILE", help="Where the two systems disagree, .csv or .xlsx.")
]
WorklistFile = Annotated[
    Path | None, typer.Option("--worklist", metavar="FILE", help="What to key, .xlsx, .csv or .html to print.")
]
SummaryFile = Annotated[
    Path | None,
    typer.Option("--summary", metavar="FILE", help="The figures by month and provider, .csv or .xlsx."),
]
CompareSetting = Annotated[
    str | None,
    typer.Option("--compare-setting", metavar="NAME=VALUE", help="List the lines that this setting would change."),
]


def day(text: str) -> date:
    """Read a day given on the command line."""
    try:
        read = date.fromisoformat(text)
    except ValueError:
        read = None
    if read is not None and read.isoformat() == text:
        return read
    raise WrongCall(f"{text!r} is no day, expected YYYY-MM-DD such as 2026-04-20")
