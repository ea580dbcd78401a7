"""Say what `decide` writes, refuse what could not be written before anything is read, and write it."""

from dataclasses import dataclass
from pathlib import Path

from sync.errors import WrongCall
from sync.jobs.decide_files import Decided
from sync.jobs.mismatches import all_mismatches
from sync.model import TABLES
from sync.summary import MismatchSummary, summarise_mismatches
from sync.tables.worklist_file import ENDINGS, write_worklist
from sync.tables.writing import check_output, write_table
from sync.worklist import COLUMNS, totals_of
from sync.worklist import worklist as list_work

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Name the files to write: decisions always, mismatches and worklist where they are asked for."""

    decisions: Path
    mismatches: Path | None
    worklist: Path | None

    @property
    def on_stdout(self) -> bool:
        """Tell whether one of them goes to stdout."""
        return _STDOUT in {str(self.decisions), str(self.mismatches)}

    def check(self, folder: Path, *, json: bool) -> None:
        """Raise WrongCall where there is no input folder, or an output could not be written or would spoil it."""
        check_output(self.decisions)
        if self.mismatches:
            check_output(self.mismatches)
        if self.worklist:
            check_output(self.worklist, ENDINGS)
        if [str(self.decisions), str(self.mismatches)].count(_STDOUT) + json > 1:
            raise WrongCall("more than one output wants stdout", "Write all but one of them to a file.")
        if not folder.is_dir():
            raise WrongCall(f"{folder}: no such folder", "Give the folder that holds the exports.")
        for out in (self.decisions, self.mismatches, self.worklist):
            if out and out.absolute().parent.resolve() == folder.resolve() and out.stem.lower() in TABLES:
                raise WrongCall(f"{out}: is named like a table of the input", "Name the output otherwise.")

    def write(self, decided: Decided) -> tuple[str, MismatchSummary | None]:
        """Write them; return the digest of the decisions, and the figures of the mismatches."""
        digest = write_table(self.decisions, decided.lines)
        if self.worklist:
            made = list_work(decided.lines, decided.summary)
            write_worklist(self.worklist, made.rows, COLUMNS, totals=totals_of(made, digest))
        if not self.mismatches:
            return digest, None
        found = all_mismatches(decided.worked, decided.lines)
        write_table(self.mismatches, found)
        return digest, summarise_mismatches(found)
