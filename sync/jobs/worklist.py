"""Offer a person what is to be keyed, and take their word on what they keyed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sync.errors import StoppedToBeSafe
from sync.jobs.keyed_word import Said, Told, Voice, take_words
from sync.jobs.keying import let_go
from sync.jobs.push import offer_lines, refuse_unsafe
from sync.jobs.service import Job, Service
from sync.model import Decision, fold
from sync.store import (
    Act,
    LedgerLine,
    State,
    approve,
    ledger_lines,
    lines_in_states,
    lines_of_plan,
    newest_plan,
    record,
)
from sync.store.keying_queue import held_customers
from sync.summary import summarise
from sync.tables.keyed_file import read_keyed
from sync.tables.worklist_file import write_worklist
from sync.worklist import COLUMNS, Worklist, totals_of
from sync.worklist import worklist as lay_out

_WORDS = {
    Said.KEYED: {"x", "yes", "y", "done", "keyed", "true", "1", "☑", "☒", "✓", "✔"},
    Said.NOT_SURE: {"?", "not sure", "unsure"},
    Said.COULD_NOT: {"no", "n", "could not", "failed", "-"},
}
_MEANING = {word: said for said, words in _WORDS.items() for word in words}
_OPEN = (State.TO_DO, State.UNCLEAR)


def worklist(service: Service, job: Job, out: Path) -> Worklist:
    """Write what is to be keyed of the newest plan; whoever asks for it approves the plan.

    What was keyed or confirmed is left out, and so is what is unclear: that is looked up first. So are customers whom
    somebody keys at this moment.
    """
    refuse_unsafe(service)
    plan = newest_plan(service.db)
    if plan is None:
        raise StoppedToBeSafe("there is no plan yet", "Run `ims-sync pull` and `ims-sync plan` first.")
    approve(service.db, plan.digest, service.actor, now=service.now())
    job.counts["offered"] = offer_lines(service, plan)._asdict()
    lines = lines_of_plan(service.db, plan.id, decisions=[Decision.ENTER])
    let_go(service)
    with service.db.read() as conn:
        held = held_customers(conn)
    waiting = lines_in_states(service.db, [State.TO_DO])
    to_do = [line.line_id for line in waiting if line.customer_id not in held]
    unclear = lines_in_states(service.db, [State.UNCLEAR])
    made = lay_out(lines.filter(pl.col("line_id").is_in(to_do)), summarise(lines))
    in_claims = len(waiting) - len(to_do)
    totals = [
        *totals_of(made, plan.digest),
        f"Not on this list, to be looked up first: {len(unclear)}",
        f"Not on this list, being keyed by somebody at this moment: {in_claims}",
    ]
    write_worklist(out, made.rows, COLUMNS, totals=totals)
    job.counts |= {"digest": plan.digest, "listed": len(made.rows), "unclear": len(unclear)}
    job.needs_a_person = bool(len(made.rows) or unclear)
    return made


def keyed(service: Service, job: Job, file: Path, *, by: str) -> None:
    """Take a person's word, from a worklist in which they ticked off what they keyed.

    by  who keyed; a line counts as keyed on a named person's word alone, and is confirmed by the next read-back
    Rows that say nothing, name no line that was offered, or one that is settled already, are counted and listed.
    """
    rows = read_keyed(file, {name: COLUMNS[name] for name in ("line_id", "done", "entry_number")})
    known = ledger_lines(service.db, rows["line_id"].to_list())
    told, set_aside = _sorted(rows, known)
    counts = {str(said): sum(one.said is said for one in told) for said in Said}
    voice = Voice(by, service.today.isoformat(), service.now())
    with service.db.write() as conn:
        take_words(conn, told, voice)
        record(conn, Act(by, "keyed", file.name, counts), voice.now)
    job.counts |= {**counts, "set_aside": set_aside}
    job.needs_a_person = bool(counts[Said.NOT_SURE] or counts[Said.COULD_NOT] or set_aside)


def _sorted(rows: pl.DataFrame, known: Mapping[str, LedgerLine]) -> tuple[list[Told], list[dict[str, Any]]]:
    """Return what is said of lines, and the rows that say nothing that can be used; rows without a tick are passed."""
    told: dict[str, Told] = {}
    aside = []
    for row in rows.iter_rows(named=True):
        if row["done"] is None and row["entry_number"] is None:
            continue
        said = _MEANING.get(fold(row["done"] or "keyed"))
        why = _objection(row["line_id"], said, known) or ("named twice" if row["line_id"] in told else None)
        if why or said is None:
            aside.append({"line": row["line"], "line_id": row["line_id"], "why": why})
        else:
            state = known[row["line_id"]].state
            told[row["line_id"]] = Told(row["line_id"], said, state, entry_number=row["entry_number"] or "")
    return list(told.values()), aside


def _objection(line_id: str, said: Said | None, known: Mapping[str, LedgerLine]) -> str | None:
    if said is None:
        return "expected a tick such as x, `could not` or `not sure`"
    if line_id not in known:
        return "was never on a worklist"
    return None if known[line_id].state in _OPEN else f"is {known[line_id].state} already"
