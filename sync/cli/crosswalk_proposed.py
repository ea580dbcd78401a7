"""The commands `crosswalk proposals` and `crosswalk contracts`: rows that our own data asks for."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sync.cli.crosswalk_shown import draft_document
from sync.cli.crosswalk_versions import at_work
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.jobs.crosswalk_contracts import Contracts, propose_contracts
from sync.jobs.crosswalk_contracts import contracts as agreed
from sync.jobs.crosswalk_edits import Words
from sync.jobs.crosswalk_proposed import Proposal, propose
from sync.jobs.crosswalk_proposed import proposals as repeated
from sync.jobs.crosswalk_put import said
from sync.store.crosswalk_versions import Draft
from sync.summary import money

Reason = Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")]
Checked = Annotated[str, typer.Option("--checked", metavar="WORDS", help="What you checked.")]
Into = Annotated[int | None, typer.Option("--draft", help="With --propose: the draft to put it in.")]


def proposals(
    *,
    key: Annotated[str | None, typer.Option("--propose", metavar="KEY", help="Put this one in a draft.")] = None,
    into: Into = None,
    reason: Reason = "",
    checked: Checked = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """List what staff answers again and again, always alike, as rows that the crosswalk could have.

    Example: ims-sync crosswalk proposals
    """
    with at_work(config, database) as service:
        draft = propose(service, key, said(service, Words(reason, checked), into)) if key else None
        found = [] if key else repeated(service)
    if draft:
        _saved(draft, json=json)
    elif json:
        print_json({"proposals": [_proposal(one) for one in found]})
    else:
        _tell_proposals(found)
    return 0


def contracts(
    *,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day; else that of the newest plan.")
    ] = None,
    keys: Annotated[
        list[str] | None, typer.Option("--propose", metavar="KEY", help="Put a row for what was entered in a draft.")
    ] = None,
    into: Into = None,
    reason: Reason = "",
    checked: Checked = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Show which provider may enter what, and which of our own lines enforcing contracts flags.

    Example: ims-sync crosswalk contracts --on 2026-04-01
    """
    with at_work(config, database) as service:
        draft = propose_contracts(service, keys, said(service, Words(reason, checked), into)) if keys else None
        found = None if keys else agreed(service, on=day(on) if on else None)
    if draft:
        _saved(draft, json=json)
    elif found:
        print_json(_document(found)) if json else _tell_contracts(found)
    return 0


def _saved(draft: Draft, *, json: bool) -> None:
    print_json(draft_document(draft)) if json else print(f"Draft {draft.id} is saved, hash {draft.hash}.")


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "key": one.key, "sentence": one.sentence, "lines": one.lines, "against": one.against,
        "change": one.change.sentences, "why_not": one.why_not or None, "example": one.example,
    }  # fmt: skip


def _tell_proposals(found: list[Proposal]) -> None:
    for one in found:
        print(f"{one.key}  {one.sentence}: {one.lines} lines, {one.against} otherwise (such as {one.example})")
        for sentence in one.change.sentences:
            print(f"    {sentence}")
        if one.why_not:
            print(f"    No draft: {one.why_not}.")
    print("--propose KEY puts one in a draft; nothing is taken by itself." if found else "Nothing repeats.")


def _document(found: Contracts) -> dict[str, Any]:
    rows = [{"line": row.line, **row.cells} for row in found.rows]
    flags = None if found.flags is None else [
        {"provider": one.provider, "allowed": one.allowed, "lines": one.lines, "money": money(one.cents)}
        for one in found.flags
    ]  # fmt: skip
    entered = [
        {"key": one.key, "provider": one.provider, "allowed": one.allowed, "lines": one.lines,
         "last_month": one.last_month}
        for one in found.entered
    ]  # fmt: skip
    return {
        "version": found.version, "on": found.on.isoformat(), "enforced": found.enforced, "rows": rows,
        "flags": flags, "entered_without_row": entered,
    }  # fmt: skip


def _tell_contracts(found: Contracts) -> None:
    table = Table(title=f"Contracts on {found.on}, version {found.version}", title_justify="left")
    for column in ("provider", "may enter", "first", "last"):
        table.add_column(column)
    for row in found.rows:
        table.add_row(row["provider"], row["allowed"], row["first"] or "open", row["last"] or "open")
    Console(markup=False).print(table)
    print(f"Contracts are {'enforced' if found.enforced else 'not enforced (contracts.enforced in rules.toml)'}.")
    if found.flags is None:
        print("contracts.csv has no row, so that enforcing it would be refused: put rows in a draft first.")
    word = "flagged" if found.enforced else "would be flagged"
    for one in found.flags or []:
        print(f"{word}: {one.provider}, {one.allowed}: {one.lines} lines, {money(one.cents)}")
    for other in found.entered:
        place = f"{other.provider}, {other.allowed}"
        print(f"{other.key}  entered without a row: {place}: {other.lines} lines, newest {other.last_month}")
    if found.entered:
        print("--propose KEY, once for each, puts rows in a draft: compare them with the contracts first.")
