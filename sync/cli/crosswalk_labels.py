"""The command `crosswalk labels`: labels that nothing knows, and aliases for them."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sync.cli.crosswalk_shown import draft_document
from sync.cli.crosswalk_versions import at_work
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json
from sync.errors import WrongCall
from sync.jobs.crosswalk_edits import Words
from sync.jobs.crosswalk_labels import WORKED_OUT, Clears, Labels, propose
from sync.jobs.crosswalk_labels import labels as seen
from sync.jobs.crosswalk_put import said
from sync.summary import money


def labels(
    *,
    work_out: Annotated[
        int, typer.Option("--work-out", help="For how many suggestions it is decided again what they clear.")
    ] = WORKED_OUT,
    alias: Annotated[
        str | None,
        typer.Option("--propose", metavar="KEY=LABEL", help="Put an alias for KEY in a draft: LABEL."),
    ] = None,
    everywhere: Annotated[bool, typer.Option("--everywhere", help="With --propose: an alias in all programs.")] = False,
    into: Annotated[int | None, typer.Option("--draft", help="With --propose: the draft to put it in.")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")] = "",
    checked: Annotated[str, typer.Option("--checked", metavar="WORDS", help="What you checked.")] = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """List labels in our own rows that nothing knows, what they may stand for, and what an alias would clear.

    Example: ims-sync crosswalk labels --work-out 3
    """
    with at_work(config, database) as service:
        if alias is None:
            found = seen(service, work_out=work_out)
            print_json(_document(found)) if json else _tell(found)
            return 0
        key, mark, stands_for = alias.partition("=")
        if not mark:
            raise WrongCall(f"{key} is given without what it stands for", "Give it as KEY=LABEL.")
        wish = said(service, Words(reason, checked), into)
        draft = propose(service, key.strip(), stands_for, said=wish, everywhere=everywhere)
    print_json(draft_document(draft)) if json else print(f"Draft {draft.id} is saved, hash {draft.hash}.")
    return 0


def _document(found: Labels) -> dict[str, Any]:
    rows = [
        {"key": one.key, "kind": one.kind, "program": one.program, "control": one.control, "label": one.label,
         "near_miss": one.near, "rows": one.rows,
         "suggestions": [{"stands_for": other.stands_for, "score": other.score, "clears": _cleared(other.clears)}
                         for other in one.suggestions]}
        for one in found.found
    ]  # fmt: skip
    return {"version": found.version, "as_of": found.as_of, "labels": rows}


def _cleared(clears: Clears | None) -> dict[str, Any] | None:
    if clears is None:
        return None
    return {
        "lines": clears.lines, "flags": clears.flags, "enters": clears.enters, "money": money(clears.cents),
        "mistakes": list(clears.mistakes),
    }  # fmt: skip


def _tell(found: Labels) -> None:
    table = Table(title=f"Labels that version {found.version} does not know", title_justify="left")
    for column in ("key", "kind", "in", "label", "rows", "may stand for", "would clear"):
        table.add_column(column, justify="right" if column == "rows" else "left")
    for one in found.found:
        place = ", ".join(part for part in (one.program, one.control) if part) or "any program"
        likely = [f"{other.stands_for} ({other.score})" for other in one.suggestions] or ["nothing like it"]
        clears = [_told(other.clears) for other in one.suggestions] or ["—"]
        table.add_row(one.key, one.kind, place, one.label, str(one.rows), "\n".join(likely), "\n".join(clears))
    Console(markup=False).print(table)
    print("An alias says that both mean the same: a person decides. --propose KEY=LABEL puts one in a draft.")


def _told(clears: Clears | None) -> str:
    if clears is None:
        return "not worked out"
    return clears.mistakes[0] if clears.mistakes else f"{clears.flags} flags, {clears.enters} more to enter"
