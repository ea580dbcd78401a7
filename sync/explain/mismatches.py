"""Explain one mismatch: what it means, on which rows it rests, what to do."""

from dataclasses import dataclass

import polars as pl

from sync.checks.kinds import KINDS as CHECKED
from sync.explain.case import Basis, Fact, is_, shown
from sync.explain.lines import Explanation, explain_line
from sync.model import TABLES
from sync.reconcile.kinds import KINDS as RECONCILED
from sync.rules.mismatch import Check

_TELLING = ("kind", "name", "program", "provider", "service", "payment_type", "status", "date", "start_date")
CHECKS: dict[str, Check] = {check.kind: check for check in (*RECONCILED, *CHECKED)}


@dataclass(frozen=True, slots=True)
class ExplainedMismatch:
    """Say of one mismatch what disagrees, on which rows of the input, and, where it concerns a line, why that is so."""

    mismatch: dict[str, str | None]
    words: str
    source: str
    facts: tuple[Fact, ...]
    line: Explanation | None


def explain_mismatch(basis: Basis, found: pl.DataFrame, mismatch_id: str) -> ExplainedMismatch | None:
    """Explain a mismatch; None where none of those found has this id."""
    rows = found.filter(pl.col("mismatch_id") == mismatch_id).to_dicts()
    if not rows:
        return None
    row = rows[0]
    check = CHECKS[row["kind"]]
    about = explain_line(basis, row["line_id"]) if row["line_id"] else None
    return ExplainedMismatch(row, check.words, check.source, tuple(_facts(basis, row, check)), about)


def _facts(basis: Basis, row: dict[str, str | None], check: Check) -> list[Fact]:
    """Return the cells that the mismatch names, of the entry, of the line's own row, or of the row it starts from."""
    return [fact for place in _places(basis, row, check) for fact in _cells(basis, place, _fields(row, place[0]))]


def _places(basis: Basis, row: dict[str, str | None], check: Check) -> list[tuple[str, pl.DataFrame]]:
    """Return the rows of the input that a mismatch rests on, with their tables."""
    places = []
    if row["entry_id"]:
        places.append(("ims_entries", _by_id(basis, "ims_entries", row["entry_id"])))
    line = basis.lines.filter(is_("line_id", row["line_id"])).to_dicts()
    if line:
        places.append((line[0]["source_kind"], _by_id(basis, line[0]["source_kind"], line[0]["source_id"])))
    if check.table:
        places.append((check.table, _started_from(basis.tables[check.table], row, check)))
    return places


def _by_id(basis: Basis, table: str, key: str) -> pl.DataFrame:
    return basis.tables[table].filter(pl.col(TABLES[table].key[0]) == key)


def _started_from(rows: pl.DataFrame, row: dict[str, str | None], check: Check) -> pl.DataFrame:
    """Return the rows whose id stands in the mismatch id after the kind; an id may hold colons itself."""
    rest = str(row["mismatch_id"]).removeprefix(f"{check.kind}:")
    key = check.key or TABLES[check.table].key[0]
    named = rows.filter(pl.lit(f"{rest}:").str.starts_with(pl.concat_str(pl.col(key), pl.lit(":"))))
    return named.filter(pl.col(key).str.len_chars() == pl.col(key).str.len_chars().max())


def _fields(row: dict[str, str | None], table: str) -> list[str]:
    """Return the headings that the mismatch names and the table has; else those that tell what the row is."""
    columns = [column.name for column in TABLES[table].columns]
    named = [name for name in (row["field"] or "").split(";") if name in columns]
    return named or [name for name in _TELLING if name in columns] or columns[:1]


def _cells(basis: Basis, place: tuple[str, pl.DataFrame], fields: list[str]) -> list[Fact]:
    table, rows = place
    key, numbered = TABLES[table].key[0], bool(basis.tables.files)
    file = basis.tables.file_of(table)
    return [
        Fact(table, str(cells[key]), field, shown(cells[field], field), file, cells["line"] if numbered else None)
        for cells in rows.to_dicts()
        for field in fields
    ]


def as_markdown() -> str:
    """Return docs/mismatches.md: every kind with its severity, words, advice and source."""
    parts = [
        "# Mismatches",
        "Made from the tables of checks by `make docs`; do not edit. Severity: `claim` (something stands in "
        "iMatchSkills that the evidence does not carry), `money` (something that cannot be invoiced as it stands), "
        "`data` (records disagree), `note`. Some kinds have rows of another severity where the case is milder or "
        "graver.",
    ]
    for title, checks in (("I-Trac against iMatchSkills, and copies", RECONCILED), ("Data entry in I-Trac", CHECKED)):
        rows = [f"| `{one.kind}` | {one.severity} | {one.words} | {one.advice} | {one.source} |" for one in checks]
        head = "| kind | severity | in words | what to do | source |\n|---|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"
