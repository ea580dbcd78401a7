"""Offer a person what is to be keyed, and take their word on what they keyed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl

from sync.errors import StoppedToBeSafe
from sync.jobs.push import offer_lines, refuse_unsafe
from sync.jobs.service import Job, Service
from sync.model import Decision, fold
from sync.store import (
    Act,
    Confirmation,
    How,
    LedgerLine,
    State,
    approve,
    confirm,
    ledger_lines,
    lines_in_states,
    lines_of_plan,
    move,
    newest_plan,
    record,
)
from sync.summary import summarise
from sync.tables.keyed_file import read_keyed
from sync.tables.worklist_file import write_worklist
from sync.worklist import COLUMNS, Worklist, totals_of
from sync.worklist import worklist as lay_out


class Said(StrEnum):
    """What a person says of a line."""

    KEYED = "keyed"
    NOT_SURE = "not sure"
    COULD_NOT = "could not"


_WORDS = {
    Said.KEYED: {"x", "yes", "y", "done", "keyed", "true", "1", "☑", "☒", "✓", "✔"},
    Said.NOT_SURE: {"?", "not sure", "unsure"},
    Said.COULD_NOT: {"no", "n", "could not", "failed", "-"},
}
_MEANING = {word: said for said, words in _WORDS.items() for word in words}
_OPEN = (State.TO_DO, State.UNCLEAR)


def worklist(service: Service, job: Job, out: Path) -> Worklist:
    """Write what is to be keyed of the newest plan; whoever asks for it approves the plan.

    What was keyed or confirmed is left out, and so is what is unclear: that is looked up first.
    """
    refuse_unsafe(service)
    plan = newest_plan(service.db)
    if plan is None:
        raise StoppedToBeSafe("there is no plan yet", "Run `ims-sync pull` and `ims-sync plan` first.")
    approve(service.db, plan.digest, service.actor, now=service.now())
    job.counts["offered"] = offer_lines(service, plan)._asdict()
    lines = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER])
    to_do = [line.line_id for line in lines_in_states(service.db, [State.TO_DO])]
    unclear = lines_in_states(service.db, [State.UNCLEAR])
    made = lay_out(lines.filter(pl.col("line_id").is_in(to_do)), summarise(lines))
    totals = [*totals_of(made, plan.digest), f"Not on this list, to be looked up first: {len(unclear)}"]
    write_worklist(out, made.rows, COLUMNS, totals=totals)
    job.counts |= {"digest": plan.digest, "listed": len(made.rows), "unclear": len(unclear)}
    job.needs_a_person = bool(len(made.rows) or unclear)
    return made


@dataclass(frozen=True, slots=True)
class _Told:
    """What a file says of one line."""

    line_id: str
    said: Said
    entry_number: str


def keyed(service: Service, job: Job, file: Path, *, by: str) -> None:
    """Take a person's word, from a worklist in which they ticked off what they keyed.

    by  who keyed; a line counts as keyed on a named person's word alone, and is confirmed by the next read-back
    Rows that say nothing, name no line that was offered, or one that is settled already, are counted and listed.
    """
    rows = read_keyed(file, {name: COLUMNS[name] for name in ("line_id", "done", "entry_number")})
    known = ledger_lines(service.db, rows["line_id"].to_list())
    told, set_aside = _sorted(rows, known)
    now = service.now()
    day = service.today.isoformat()
    by_said = {said: [one for one in told if one.said is said] for said in Said}
    keyed_now = [Confirmation(one.line_id, one.entry_number, How.PERSON, by, day, now) for one in by_said[Said.KEYED]]
    with service.db.write() as conn:
        confirm(conn, keyed_now, now=now)
        not_sure = [one.line_id for one in by_said[Said.NOT_SURE] if known[one.line_id].state is not State.UNCLEAR]
        move(conn, not_sure, State.UNCLEAR, now=now, words=f"{by} is not sure")
        move(conn, [one.line_id for one in by_said[Said.COULD_NOT]], State.FLAGGED, now=now, words=f"{by} could not")
        counts = {str(said): len(rows) for said, rows in by_said.items()}
        record(conn, Act(by, "keyed", file.name, counts), now)
    job.counts |= {**counts, "set_aside": set_aside}
    job.needs_a_person = bool(by_said[Said.NOT_SURE] or by_said[Said.COULD_NOT] or set_aside)


def _sorted(rows: pl.DataFrame, known: Mapping[str, LedgerLine]) -> tuple[list[_Told], list[dict[str, Any]]]:
    """Return what is said of lines, and the rows that say nothing that can be used; rows without a tick are passed."""
    told: dict[str, _Told] = {}
    aside = []
    for row in rows.iter_rows(named=True):
        if row["done"] is None and row["entry_number"] is None:
            continue
        said = _MEANING.get(fold(row["done"] or "keyed"))
        why = _objection(row["line_id"], said, known) or ("named twice" if row["line_id"] in told else None)
        if why or said is None:
            aside.append({"line": row["line"], "line_id": row["line_id"], "why": why})
        else:
            told[row["line_id"]] = _Told(row["line_id"], said, row["entry_number"] or "")
    return list(told.values()), aside


def _objection(line_id: str, said: Said | None, known: Mapping[str, LedgerLine]) -> str | None:
    if said is None:
        return "expected a tick such as x, `could not` or `not sure`"
    if line_id not in known:
        return "was never on a worklist"
    return None if known[line_id].state in _OPEN else f"is {known[line_id].state} already"
