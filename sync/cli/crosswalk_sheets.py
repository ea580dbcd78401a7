"""The command `crosswalk import`: a spreadsheet, a table, or the guide's own table becomes a draft."""

from pathlib import Path
from typing import Annotated

import typer

from sync.cli.crosswalk_shown import difference_document, draft_document, tell_sentences
from sync.cli.crosswalk_versions import at_work
from sync.cli.figures import print_json
from sync.cli.options import CONFIG, Config, Database, Json, day
from sync.errors import WrongCall
from sync.jobs.crosswalk_sheets import GUIDE_SOURCE, LARGEST, Came, Imported, imported, keep_import


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An exported .xlsx, a table as .csv, or a .txt.")],
    *,
    table: Annotated[str | None, typer.Option("--table", help="Take this table alone.")] = None,
    first: Annotated[
        str | None, typer.Option("--first", metavar="DATE", help="For the guide's table: the day it holds from.")
    ] = None,
    source: Annotated[
        str, typer.Option("--source", metavar="WORDS", help="For the guide's table: what new rows rest on.")
    ] = GUIDE_SOURCE,
    preview: Annotated[bool, typer.Option("--preview", help="Only say what would change.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Why, in a few words, without names.")] = "",
    checked: Annotated[str, typer.Option("--checked", metavar="WORDS", help="What you checked.")] = "",
    config: Config = CONFIG,
    database: Database = None,
    json: Json = False,
) -> int:
    """Make a draft of an edited workbook, of a table, or of the guide's table as text. Leaves with 1 on mistakes.

    Example: ims-sync crosswalk import edited.xlsx --preview
    """
    came = Came(file.name, _content(file), table, day(first) if first else None, source)
    with at_work(config, database) as service:
        found = imported(service, came)
        saved = None if preview or found.mistakes else keep_import(service, found, reason=reason, checked=checked)
    if json:
        told = draft_document(saved) if saved else {}
        told |= {"mistakes": found.mistakes, "notes": found.notes, "difference": difference_document(found.difference)}
        print_json(told)
        return int(bool(found.mistakes))
    _tell(found)
    if saved:
        print(f"Draft {saved.id} is saved. Next: ims-sync crosswalk impact draft-{saved.id}")
    return int(bool(found.mistakes))


def _content(file: Path) -> bytes:
    """Return what a file holds; one more byte than may be is enough to refuse it."""
    try:
        with file.open("rb") as there:
            return there.read(LARGEST + 1)
    except OSError as wrong:
        raise WrongCall(f"{file}: cannot be read ({wrong.strerror})") from None


def _tell(found: Imported) -> None:
    for note in found.notes:
        print(f"note: {note}")
    tell_sentences(found.difference.sentences, none=f"It says the same as version {found.base.number}.")
    tell_sentences(found.mistakes, none="No mistake found.")
    if found.mistakes:
        print("Nothing is kept of a file with mistakes: mend it, and import it again.")
