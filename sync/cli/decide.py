"""The command `decide`: files in, decisions out."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from sync.cli.figures import document, needs_a_person, print_json, print_money_at_risk, print_set_aside, print_summary
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.cli.progress import progress
from sync.errors import WrongCall
from sync.jobs.decide_files import Decided, decide_folder, read_configuration
from sync.jobs.mismatches import all_mismatches
from sync.model import TABLES
from sync.summary import MismatchSummary, summarise_mismatches
from sync.tables.worklist_file import ENDINGS, write_worklist
from sync.tables.writing import check_output, write_table
from sync.worklist import COLUMNS, totals_of
from sync.worklist import worklist as list_work

_STDOUT = "-"


def decide(
    *,
    input_: Annotated[Path, typer.Option("--input", metavar="DIR", help="Folder with the exported tables.")],
    as_of: Annotated[str, typer.Option("--as-of", metavar="DATE", help="The day to decide for, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="decisions as .csv or .xlsx; - is CSV on stdout.")],
    mismatches: Annotated[
        Path | None, typer.Option("--mismatches", metavar="FILE", help="Where the two systems disagree, .csv or .xlsx.")
    ] = None,
    worklist: Annotated[
        Path | None, typer.Option("--worklist", metavar="FILE", help="What to key, .xlsx, .csv or .html to print.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Decide about every service, payment, assessment and goal in a folder of exports.

    Touches no database and no network. Prints the digest of the decisions on stderr.

    Example: ims-sync decide --input exports/ --as-of 2026-04-20 --out decisions.csv --mismatches mismatches.csv
    """
    when = day(as_of)
    _check_outputs(out, mismatches, worklist, json=json)
    _check_input(input_, [path for path in (out, mismatches, worklist) if path])
    configuration = read_configuration(config)
    with progress(_size(input_)) as tell:
        decided = decide_folder(input_, configuration, when, tell=tell)
        tell("writing", 0, 0)
        digest = write_table(out, decided.lines)
        found = _write_mismatches(mismatches, decided) if mismatches else None
        if worklist:
            _write_worklist(worklist, decided, digest)
    print_set_aside(decided)
    if json:
        print_json(document(decided, when.isoformat(), digest=digest, found=found))
    elif _STDOUT not in {str(out), str(mismatches)}:
        print_summary(decided.summary, Console(), found)
        print_money_at_risk(decided.lines, Console())
    print(f"digest: {digest}", file=sys.stderr)
    return needs_a_person(decided.summary, found)


def _check_outputs(out: Path, mismatches: Path | None, worklist: Path | None, *, json: bool) -> None:
    """Raise WrongCall before anything is read, where an output could not be written."""
    check_output(out)
    if mismatches:
        check_output(mismatches)
    if worklist:
        check_output(worklist, ENDINGS)
    if [str(out), str(mismatches)].count(_STDOUT) + json > 1:
        raise WrongCall("more than one output wants stdout", "Write all but one of them to a file.")


def _check_input(folder: Path, outputs: list[Path]) -> None:
    """Raise WrongCall where there is no input, or an output would take its place or be read as one the next time."""
    if not folder.is_dir():
        raise WrongCall(f"{folder}: no such folder", "Give the folder that holds the exports.")
    for out in outputs:
        if out.absolute().parent.resolve() == folder.resolve() and out.stem.lower() in TABLES:
            raise WrongCall(f"{out}: is named like a table of the input", "Name the output otherwise.")


def _write_mismatches(out: Path, decided: Decided) -> MismatchSummary:
    found = all_mismatches(decided.worked, decided.lines)
    write_table(out, found)
    return summarise_mismatches(found)


def _write_worklist(out: Path, decided: Decided, digest: str) -> None:
    made = list_work(decided.lines, decided.summary)
    write_worklist(out, made.rows, COLUMNS, totals=totals_of(made, digest))


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
