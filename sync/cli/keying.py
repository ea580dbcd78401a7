"""The commands for a person at a keyboard: what to key, and what was keyed."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.cli.service import told, working
from sync.jobs.worklist import keyed as take_word
from sync.jobs.worklist import worklist as list_work
from sync.tables.worklist_file import ENDINGS
from sync.tables.writing import check_output
from sync.worklist import totals_of


def worklist(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="What to key, .xlsx, .csv or .html to print.")],
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Write what a person has to key of the newest plan; who asks for it approves the plan.

    Example: ims-sync worklist --out worklist.xlsx
    """
    check_output(out, ENDINGS)
    with working(config, database, "worklist") as (service, job):
        made = list_work(service, job, out)
    if json:
        print_json(job.counts)
    else:
        print("\n".join(totals_of(made, job.counts["digest"])))
        print(f"Tick off what you keyed, then:  ims-sync keyed --input {out}")
    return int(job.needs_a_person)


def keyed(
    *,
    input_: Annotated[Path, typer.Option("--input", metavar="FILE", help="The worklist with its boxes ticked off.")],
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who keyed; your account without it.")] = None,
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Take your word on what you keyed: x for keyed, `could not`, or `not sure`; with the entry's number if known.

    Example: ims-sync keyed --input worklist.xlsx
    """
    with working(config, database, "keyed") as (service, job):
        take_word(service, job, input_, by=by or getpass.getuser())
    return told(job, "taken down", json=json)
