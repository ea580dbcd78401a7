"""The command `decide`: files in, decisions out."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sync.cli.figures import document, needs_a_person, print_json, print_set_aside, print_summary
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.cli.progress import progress
from sync.errors import WrongCall
from sync.jobs.decide_files import Decided, decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.summary import MismatchSummary, summarise_mismatches
from sync.tables.writing import check_output, csv_bytes, write_table


def decide(
    *,
    input_: Annotated[Path, typer.Option("--input", metavar="DIR", help="Folder with the exported tables.")],
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="The day to decide for, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="decisions as .csv or .xlsx; - is CSV on stdout.")],
    mismatches: Annotated[
        Path | None, typer.Option("--mismatches", metavar="FILE", help="Where the two systems disagree, .csv or .xlsx.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Decide about every service, payment, assessment and goal in a folder of exports.

    Touches no database and no network. Prints the digest of the decisions on stderr.

    Example: ims-sync decide --input exports/ --as-of 2026-04-20 --out decisions.csv --mismatches mismatches.csv
    """
    to_stdout = str(out) == "-"
    if to_stdout and json:
        raise WrongCall("--out - and --json both want stdout", "Write the decisions to a file, or leave --json out.")
    when = day(as_of)
    check_output(out)
    if mismatches:
        check_output(mismatches, stdout=False)
    if not input_.is_dir():
        raise WrongCall(f"{input_}: no such folder", "Give the folder that holds the exports.")
    configuration = read_configuration(config)
    with progress(_size(input_)) as tell:
        decided = decide_folder(input_, configuration, when, tell=tell)
        tell("writing", 0, 0)
        _write(out, decided)
        found = _write_mismatches(mismatches, decided) if mismatches else None
    print_set_aside(decided)
    if json:
        print_json(document(decided, when.isoformat(), found))
    elif not to_stdout:
        print_summary(decided.summary, Console(), found)
    print(f"digest: {decided.digest}", file=sys.stderr)
    return needs_a_person(decided.summary, found)


def _write(out: Path, decided: Decided) -> None:
    if str(out) != "-":
        write_table(out, decided.lines, decided.content)
        return
    sys.stdout.buffer.write(decided.content)
    sys.stdout.buffer.flush()


def _write_mismatches(out: Path, decided: Decided) -> MismatchSummary:
    found = all_mismatches(decided.worked, decided.lines)
    write_table(out, found, csv_bytes(found))
    return summarise_mismatches(found)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
