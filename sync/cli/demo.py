"""The command `demo`: decisions about synthetic people, and what the two systems disagree about."""

import sys
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.console import Console
from rich.table import Table

from sync.cli.figures import document, needs_a_person, print_json, print_money_at_risk, print_summary
from sync.cli.options import CONFIG, Config, Json
from sync.cli.progress import progress
from sync.cli.web import kept_database, show_pages
from sync.jobs.decide_files import Decided
from sync.jobs.demo import CONFIG as CONFIG_FOLDER
from sync.jobs.demo import TABLES, Played, planted
from sync.jobs.demo import demo as play
from sync.jobs.rehearsal import Rehearsed
from sync.jobs.rehearsal_pages import PAGES as PAGES_FOLDER
from sync.pretend.everybody import SLIPS
from sync.pretend.stories import AS_OF, STORIES
from sync.summary import MismatchSummary, summarise_mismatches
from sync.tables.writing import digest_of

Web = Annotated[
    bool, typer.Option("--web", help="Then serve the pages for staff over it, with an account of each role.")
]


def demo(
    *,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="DIR", help="Leave the synthetic tables and their configuration in this folder."
        ),
    ] = None,
    config: Config = CONFIG,
    database: Annotated[
        str | None,
        typer.Option("--database", metavar="URL", help="An empty database to play with, in place of a throw-away one."),
    ] = None,
    web: Web = False,
    json: Json = False,
) -> int:
    """Go the whole way with synthetic people, one for each reason and each mismatch, and both systems pretended.

    Pull, decide, plan, push, a power cut, recover, read back, reconcile: no network, nothing left behind.
    With --web the pages for staff then serve a rehearsal with the same people, on a date that you move, until Ctrl-C;
    named again, the same folder goes on where it was left.

    Example: ims-sync demo
    """
    kept = kept_database(keep, database) if web else None
    if kept and keep and (keep / PAGES_FOLDER).is_dir():
        show_pages(keep / CONFIG_FOLDER, keep / PAGES_FOLDER, kept)
        return 0
    with progress(0) as tell:
        played = play(config, tell, keep=keep, database=None if web else database)
    found = summarise_mismatches(played.mismatches)
    if json:
        _print_document(played, found)
    else:
        _tell(played, found, Console())
        _tell_where_next(keep, web=web)
    print(f"digest: {digest_of(played.decided.lines)}", file=sys.stderr)
    if kept and keep:
        show_pages(keep / CONFIG_FOLDER, keep / PAGES_FOLDER, kept)
    return needs_a_person(played.decided.summary, found)


def _print_document(played: Played, found: MismatchSummary) -> None:
    went, digest = played.rehearsed, digest_of(played.decided.lines)
    counted = {"pushed": went.pushed, "confirmed": went.confirmed, "unclear": went.unclear}
    after = {"duplicates": went.duplicates, "mismatches_after": went.mismatches, "steps": went.steps}
    print_json({**document(played.decided, AS_OF.isoformat(), digest=digest, found=found), **counted, **after})


def _tell(played: Played, found: MismatchSummary, console: Console) -> None:
    console.print(
        f"[bold]ims-sync demo[/]: {len(STORIES)} synthetic people, one for each reason, and {len(SLIPS)} whose records "
        f"are right but for one slip, one for each mismatch, decided as of {AS_OF}. "
        "Contracts are enforced here, so that their reasons show too.\n"
    )
    console.print(_stories(played.decided))
    _tell_slips(played.mismatches, console)
    _tell_way(played.rehearsed, console)
    print_summary(played.decided.summary, console, found)
    print_money_at_risk(played.decided.lines, console, len(played.decided.lines))


def _tell_way(went: Rehearsed, console: Console) -> None:
    """Print what happened on the whole way, and what came of it."""
    console.print("[bold]The whole way, with both systems pretended[/]")
    for number, step in enumerate(went.steps, start=1):
        console.print(f"{number:>3}. {step}", highlight=False, markup=False)
    console.print(
        f"{went.pushed} entries were pushed and {went.confirmed} read back, {went.unclear} are unclear, "
        f"{went.duplicates} stand twice; the audit trail is {'whole' if went.audit_whole else 'NOT whole'}.\n"
    )


def _tell_where_next(kept: Path | None, *, web: bool) -> None:
    print("\nWhere to look next: every reason with its source is in docs/reasons.md.")
    if kept:
        asked = f"--config {kept / CONFIG_FOLDER} --input {kept / TABLES} --as-of {AS_OF}"
        print(f"To know more about any line or mismatch above:\n  ims-sync explain payment:DEMO-53-PAY1 {asked}")
    else:
        print("To ask about single lines, keep the tables:  ims-sync demo --keep DIR")
    if not web:
        print("To do the work yourself, in the pages for staff, with these people:  ims-sync demo --keep DIR --web")
    print("Your own exports go through")
    print("  ims-sync decide --input DIR --as-of DATE --out decisions.csv --mismatches mismatches.csv")


def _stories(decided: Decided) -> Table:
    table = Table(title="What happened to whom", title_justify="left")
    for column in ("customer", "what I-Trac says", "reason", "decision"):
        table.add_column(column)
    for number, story in enumerate(STORIES, start=1):
        customer = f"DEMO-C{number:02d}"
        shown = pl.col("reasons").str.split(";").list.contains(str(story.shows))
        line = decided.lines.filter((pl.col("customer_id") == customer) & shown).row(-1, named=True)
        table.add_row(customer, story.title, story.shows, line["decision"])
    return table


def _tell_slips(found: pl.DataFrame, console: Console) -> None:
    """Print the mismatches of the planted slips, and how many more there are about the people of the reasons."""
    table = Table(title="What the two systems disagree about", title_justify="left")
    for column in ("customer", "what happened", "mismatch", "severity"):
        table.add_column(column, no_wrap=column == "mismatch")
    shown = planted(found)
    for row in shown.iter_rows():
        table.add_row(*row)
    console.print(table)
    more = len(found) - len(shown)
    console.print(
        f"and {more} more about the people of the first table, whose records are bare but for what they show\n"
    )
