"""Explain a line or a mismatch, of a folder of exports or of the database."""

from datetime import date
from difflib import get_close_matches

import polars as pl

from sync.decide import lines_of
from sync.errors import WrongCall
from sync.explain import Basis, ExplainedMismatch, Explanation, explain_line, explain_mismatch
from sync.jobs.affected import sharers, tables_about
from sync.jobs.decide_files import Decided
from sync.jobs.mismatches import all_mismatches
from sync.jobs.plan import decide_tables
from sync.jobs.reconcile import known_entries
from sync.jobs.service import Service
from sync.store import lines_of_plan, newest_plan


def explain(decided: Decided, asked: str) -> Explanation | ExplainedMismatch:
    """Explain what a line id or a mismatch id names; raise WrongCall where nothing bears it, naming the nearest."""
    return _explain(Basis(decided.tables, decided.worked, decided.lines), asked, ledger=None)


def explain_kept(
    service: Service, asked: str, as_of: date | None = None, *, customer: str | None = None
) -> Explanation | ExplainedMismatch:
    """Explain what an id names in the database, as of the day of the newest plan unless told otherwise.

    customer  whose it is, where that is known
    A line of that plan, and what is known to be of one customer, is explained from the rows of the customer alone.
    """
    newest = newest_plan(service.db)
    if newest is None:
        raise WrongCall("there is no plan yet", "Run `ims-sync pull` and `ims-sync plan` first, or name --input.")
    day = as_of or date.fromisoformat(newest.as_of)
    known = [customer] if customer else lines_of_plan(service.db, newest.id, line_ids=[asked])["customer_id"].to_list()
    customers = sharers(service.db, {known[0] or ""}) if known else None
    tables = tables_about(service.db, customers, checked=True)
    worked = decide_tables(service, tables, day)
    return _explain(Basis(tables, worked, lines_of(worked)), asked, ledger=known_entries(service.db))


def _explain(basis: Basis, asked: str, *, ledger: pl.DataFrame | None) -> Explanation | ExplainedMismatch:
    if line := explain_line(basis, asked):
        return line
    found = all_mismatches(basis.worked, basis.lines, ledger)
    if mismatch := explain_mismatch(basis, found, asked):
        return mismatch
    ids = [*basis.lines["line_id"], *found["mismatch_id"]]
    near = get_close_matches(asked, ids, n=3, cutoff=0.7)
    advice = f"Did you mean {' or '.join(near)}?" if near else "Take the id from the decisions or the mismatches file."
    raise WrongCall(f"{asked}: no line and no mismatch has this id", advice)
