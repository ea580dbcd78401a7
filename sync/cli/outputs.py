"""Say what `decide` writes, refuse what could not be written before anything is read, and write it."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sync.errors import WrongCall
from sync.jobs.decide_files import Decided
from sync.jobs.mismatches import all_mismatches
from sync.model import TABLES
from sync.summary import MismatchSummary, by_month, summarise_mismatches
from sync.tables.worklist_file import ENDINGS, write_worklist
from sync.tables.writing import check_output, write_table
from sync.worklist import COLUMNS, totals_of
from sync.worklist import worklist as list_work

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Name the files to write: decisions always, the others where they are asked for."""

    decisions: Path
    mismatches: Path | None
    worklist: Path | None
    summary: Path | None

    @property
    def _tables(self) -> list[Path]:
        return [path for path in (self.decisions, self.mismatches, self.summary) if path]

    @property
    def on_stdout(self) -> bool:
        """Tell whether one of them goes to stdout."""
        return _STDOUT in map(str, self._tables)

    def check(self, folder: Path, *, json: bool) -> None:
        """Raise WrongCall where there is no input folder, or an output could not be written or would spoil it."""
        for table in self._tables:
            check_output(table)
        if self.worklist:
            check_output(self.worklist, ENDINGS)
        if [str(table) for table in self._tables].count(_STDOUT) + json > 1:
            raise WrongCall("more than one output wants stdout", "Write all but one of them to a file.")
        if not folder.is_dir():
            raise WrongCall(f"{folder}: no such folder", "Give the folder that holds the exports.")
        for out in (*self._tables, self.worklist):
            if out and out.absolute().parent.resolve() == folder.resolve() and out.stem.lower() in TABLES:
                raise WrongCall(f"{out}: is named like a table of the input", "Name the output otherwise.")

    def write(self, decided: Decided) -> tuple[str, MismatchSummary | None, pl.DataFrame | None]:
        """Write them; return the digest of the decisions, and the figures of the mismatches and of the months."""
        digest = write_table(self.decisions, decided.lines)
        if self.worklist:
            made = list_work(decided.lines, decided.summary)
            write_worklist(self.worklist, made.rows, COLUMNS, totals=totals_of(made, digest))
        if not (self.mismatches or self.summary):
            return digest, None, None
        found = all_mismatches(decided.worked, decided.lines)
        if self.mismatches:
            write_table(self.mismatches, found)
        return digest, summarise_mismatches(found) if self.mismatches else None, self._months(decided, found)

    def _months(self, decided: Decided, found: pl.DataFrame) -> pl.DataFrame | None:
        if not self.summary:
            return None
        months = by_month(decided.worked, decided.lines, found)
        write_table(self.summary, months.select(pl.all().cast(pl.String)))
        return months
