"""Share what several tests need: the shipped configuration, and tables laid down as files."""

import csv
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from sync.crosswalk import COLUMNS, Crosswalk, Row, load
from sync.decide import Workings, decide, lines_of, work_out
from sync.jobs.decide_files import Configuration, read_configuration
from sync.jobs.demo import write_configuration
from sync.model import TABLES, RuleSettings
from sync.settings import read_rule_settings
from sync.tables import Tables, read_folder

__all__ = ["lines_of"]

ROOT = Path(__file__).resolve().parent.parent
CONFIG = ROOT / "config"
CASES = ROOT / "tests" / "cases"


def shipped_crosswalk() -> Crosswalk:
    """Load the crosswalk as the project ships it."""
    return load(CONFIG / "crosswalk", read_rule_settings(CONFIG).components.known)


def enforced_configuration() -> Configuration:
    """Read the configuration of the demo: the shipped one with contracts enforced."""
    with tempfile.TemporaryDirectory() as folder:
        write_configuration(Path(folder) / "config", CONFIG)
        return read_configuration(Path(folder) / "config")


def with_rows(crosswalk: Crosswalk, rows: Mapping[str, Iterable[Mapping[str, str]]]) -> Crosswalk:
    """Return the crosswalk with further rows."""
    more = [crosswalk_row(table, line, row) for table, made in rows.items() for line, row in enumerate(made, 1000)]
    return Crosswalk([*crosswalk.rows, *more], crosswalk.hash)


def crosswalk_of(tables: Mapping[str, Iterable[Mapping[str, str]]], version: str) -> Crosswalk:
    """Make a crosswalk of rows alone; its version is at most twelve characters."""
    rows = [crosswalk_row(table, line, row) for table, made in tables.items() for line, row in enumerate(made, 2)]
    return Crosswalk(rows, version)


def crosswalk_row(table: str, line: int, cells: Mapping[str, str]) -> Row:
    """Make a crosswalk row from its cells."""
    texts = {column: (cells.get(column) or "").strip() for column in COLUMNS[table]}
    first, last = (date.fromisoformat(texts[name]) if texts[name] else None for name in ("first", "last"))
    return Row(table, f"{table}.csv", line, texts, first, last)


def rule_settings(flat: Mapping[str, Any]) -> RuleSettings:
    """Read settings named as in the rule book (`support.order`); what is not named keeps its default."""
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        section, _, key = name.partition(".")
        if name == "retention.days" and isinstance(value, int):
            nested["retention"] = {"days": [{"value": value}]}
        elif key:
            nested.setdefault(section, {})[key] = value
        else:
            nested[name] = value
    return RuleSettings.model_validate(nested)


def write_tables(folder: Path, tables: Mapping[str, Iterable[Mapping[str, str]]]) -> None:
    """Write rows of texts as CSV files with the canonical headings."""
    for name, rows in tables.items():
        columns = [column.name for column in TABLES[name].columns]
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


def decided(tables: Tables, crosswalk: Crosswalk, *, settings: RuleSettings, as_of: date) -> pl.DataFrame:
    """Decide about tables as read."""
    return decide(tables.frames, tables.superseded["customers"], crosswalk=crosswalk, settings=settings, as_of=as_of)


def work_out_tables(tables: Tables, crosswalk: Crosswalk, *, settings: RuleSettings, as_of: date) -> Workings:
    """Decide about tables as read, and keep the workings."""
    return work_out(tables.frames, tables.superseded["customers"], crosswalk=crosswalk, settings=settings, as_of=as_of)


def decided_folder(folder: Path, as_of: date, settings: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Decide about a folder under the shipped crosswalk."""
    return decided(read_folder(folder, {}), shipped_crosswalk(), settings=rule_settings(settings or {}), as_of=as_of)


def texts_of(lines: pl.DataFrame) -> list[dict[str, str]]:
    """Return lines as rows of texts, blank for null."""
    return [{name: cell or "" for name, cell in row.items()} for row in lines.iter_rows(named=True)]


def case_toml(folder: Path) -> dict[str, Any]:
    """Read what a case says of itself."""
    return tomllib.loads((folder / "case.toml").read_text("utf-8"))
