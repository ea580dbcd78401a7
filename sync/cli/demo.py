"""The command `demo`: decisions about synthetic people."""

import sys

import polars as pl
from rich.console import Console
from rich.table import Table

from sync.cli.figures import document, print_json, print_money_at_risk, print_summary
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.progress import progress
from sync.jobs.decide_files import Decided, read_configuration
from sync.jobs.demo import demo as play
from sync.model import Decision
from sync.pretend.stories import AS_OF, STORIES
from sync.tables.writing import digest_of


def demo(*, config: Config = CONFIG, database: Database = None, json: Json = False) -> int:
    """Decide about synthetic people, one for each reason: no network, nothing left behind.

    The way ends with the decisions; pushing and reading back are not there yet.

    Example: ims-sync demo
    """
    configuration = read_configuration(config)
    with progress(0) as tell:
        decided = play(configuration, tell)
    digest = digest_of(decided.lines)
    if json:
        print_json(document(decided, AS_OF.isoformat(), digest=digest))
    else:
        _tell(decided, Console())
    print(f"digest: {digest}", file=sys.stderr)
    return 1 if decided.summary.by_decision[Decision.FLAG] else 0


def _tell(decided: Decided, console: Console) -> None:
    console.print(
        f"[bold]ims-sync demo[/]: {len(STORIES)} synthetic people, one for each reason, decided as of {AS_OF}. "
        "Contracts are enforced here, so that their reasons show too.\n"
    )
    console.print(_stories(decided))
    print_summary(decided.summary, console)
    print_money_at_risk(decided.lines, console)
    console.print(
        "\nWhere to look next: every reason with its source is in docs/reasons.md; your own exports go\n"
        "through  ims-sync decide --input DIR --as-of DATE --out decisions.csv"
    )


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
