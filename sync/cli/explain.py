"""The command `explain`: why, on which facts, by which sentence, and what would change it."""

import getpass
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.cli.progress import progress, size_of
from sync.errors import WrongCall
from sync.explain import ExplainedMismatch, Explanation, Fact
from sync.jobs.decide_files import decide_folder, read_configuration
from sync.jobs.explain import explain as answer
from sync.jobs.explain import explain_kept
from sync.jobs.service import opened
from sync.model import Decision
from sync.rules.mismatch import Severity

Asked = Annotated[str, typer.Argument(metavar="LINE_ID", help="A line_id of the decisions, or a mismatch_id.")]


def explain(
    asked: Asked,
    *,
    input_: Annotated[
        Path | None, typer.Option("--input", metavar="DIR", help="Explain these exports; the database without it.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day; that of the newest plan without it.")
    ] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Explain a line or a mismatch: the decision, each finding with its rule, source and facts, what would change it.

    Example: ims-sync explain payment:P1 --input exports/ --as-of 2026-04-20
    """
    when = day(as_of) if as_of else None
    told = (
        _of_files(input_, asked, when=when, config=config)
        if input_
        else _of_database(asked, when=when, config=config, database=database)
    )
    if isinstance(told, Explanation):
        print_json(line_document(told)) if json else _tell(told, Console(highlight=False, soft_wrap=True))
        return 1 if told.line["decision"] == Decision.FLAG else 0
    print_json(mismatch_document(told)) if json else _tell_mismatch(told, Console(highlight=False, soft_wrap=True))
    return 0 if told.mismatch["severity"] == Severity.NOTE else 1


def _of_files(folder: Path, asked: str, *, when: date | None, config: Path) -> Explanation | ExplainedMismatch:
    if when is None:
        raise WrongCall("--as-of is missing", "Name the day for which the exports are decided, as in the example.")
    configuration = read_configuration(config)
    with progress(size_of(folder)) as tell:
        return answer(decide_folder(folder, configuration, when, tell=tell), asked)


def _of_database(
    asked: str, *, when: date | None, config: Path, database: str | None
) -> Explanation | ExplainedMismatch:
    with progress(0) as tell, opened(config, database, actor=getpass.getuser(), tell=tell) as service:
        return explain_kept(service, asked, when)


def line_document(told: Explanation) -> dict[str, Any]:
    """Return the JSON document of one explained line."""
    rows = [{**row.cells, "table": row.table, "file": row.file, "line": row.line} for row in told.crosswalk_rows]
    return {
        "line": told.line,
        "decision": told.line["decision"],
        "sentence": told.sentence,
        "findings": [asdict(finding) for finding in told.findings],
        "crosswalk_row": rows[0] if rows else None,
        "crosswalk_rows": rows,
        "crosswalk_version": told.line["crosswalk_version"],
        "standing": told.line["standing"],
        "depends_on": told.line["depends_on"],
        "could_rescue": [asdict(rescue) for rescue in told.could_rescue],
        "suggestion": asdict(told.suggestion) if told.suggestion else None,
    }


def mismatch_document(told: ExplainedMismatch) -> dict[str, Any]:
    """Return the JSON document of one explained mismatch."""
    return {
        "mismatch": told.mismatch,
        "sentence": told.words,
        "source": told.source,
        "advice": told.mismatch["advice"],
        "facts": [asdict(fact) for fact in told.facts],
        "line": line_document(told.line) if told.line else None,
    }


def _tell(told: Explanation, console: Console) -> None:
    line = told.line
    console.print(f"[bold]{escape(str(line['line_id']))}: {line['decision']}[/]")
    console.print(escape(told.sentence))
    console.print(f"Customer {line['customer_id']}, job seeker {line['job_seeker_id'] or '(none)'}", markup=False)
    for finding in told.findings:
        console.print(f"\n[bold]{finding.reason}[/] ({finding.decision}): {escape(finding.words)}")
        console.print(f"  What to do: {finding.act}", markup=False)
        console.print(f"  Source: {finding.source}", markup=False)
        _tell_facts(finding.facts, console)
        console.print(f"  What would change it: {finding.would_change}", markup=False)
    _tell_rest(told, console)


def _tell_facts(facts: tuple[Fact, ...], console: Console) -> None:
    console.print("  Facts:")
    for fact in facts:
        where = f" ({fact.file}, line {fact.line})" if fact.line else ""
        told = "(blank)" if fact.value is None else fact.value
        text = f"{fact.table} {fact.id}: {fact.field} = {told}{where}" if fact.id else f"{fact.table}: no such row"
        console.print(f"    {text}", markup=False)


def _tell_rest(told: Explanation, console: Console) -> None:
    """Print the crosswalk row, what stands for the line, what it waits for, and what could help."""
    console.print()
    for row in told.crosswalk_rows:
        cells = ", ".join(f"{name} {text}" for name, text in row.cells.items() if text)
        console.print(f"Crosswalk row: {row.place}: {cells} (version {told.line['crosswalk_version']})", markup=False)
    for column, words in (("standing", "Stands for it"), ("depends_on", "Has to be in iMatchSkills first")):
        if told.line[column]:
            console.print(f"{words}: {told.line[column]}", markup=False)
    for rescue in told.could_rescue:
        console.print(
            f"Could carry it: {rescue.line_id} ({rescue.label}, {rescue.program}, {rescue.date}), "
            f"now {rescue.decision}. {rescue.why} {rescue.act}", markup=False,
        )  # fmt: skip
    if told.suggestion:
        console.print(
            f"Suggested type: {told.suggestion.type} ({told.suggestion.ground}); a person decides.", markup=False
        )


def _tell_mismatch(told: ExplainedMismatch, console: Console) -> None:
    row = told.mismatch
    console.print(f"[bold]{escape(str(row['mismatch_id']))}: {row['severity']}[/]")
    console.print(told.words, markup=False)
    for name, words in (("field", "Field"), ("itrac_value", "I-Trac says"), ("ims_value", "iMatchSkills says")):
        if row[name]:
            console.print(f"  {words}: {row[name]}", markup=False)
    console.print(f"  What to do: {row['advice']}", markup=False)
    console.print(f"  Source: {told.source}", markup=False)
    _tell_facts(told.facts, console)
    if told.line:
        console.print("\nThe line that it concerns:\n")
        _tell(told.line, console)
